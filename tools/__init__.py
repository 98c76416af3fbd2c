"""Set-up, the static site and what they share.

Everything here runs on a bare Python 3.11 or newer: standard library only,
because it runs before anything has been installed.
"""
