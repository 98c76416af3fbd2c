"""Set-up, the static site and what they share.

Everything here runs on a bare Python 3.11 or newer: standard library only,
because it runs before anything has been installed.
"""

import sys

# Said here, before any module that an older Python could not even read.
if sys.version_info < (3, 11):
    raise SystemExit(f"Carryon needs Python 3.11 or newer; this is {sys.version.split()[0]}. "
                     "Name another one: make serve PYTHON=python3.12")
