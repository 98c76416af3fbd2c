"""Make tools/vendor.sha256.json again after a change of versions (for maintainers).

    python3 -m tools.pin

Takes the files of tools/vendor.py from node_modules (run `npm install` after
changing package.json) and the wheels' hashes from Pyodide's own lock, and writes
down what Carryon will accept from then on. Read the difference before you commit it.
"""

import sys
from pathlib import Path

from tools.files import blocks_of, write_json
from tools.vendor import PACKAGES, PINS, Vendor, measure, prepared, wheels


def main() -> int:
    root = Path(__file__).resolve().parent.parent
    vendor, pins = Vendor(root), {}
    for package in PACKAGES:
        for name in package.files:
            sha256, size = measure(prepared(name, blocks_of(vendor.source(name))))
            pins[name] = {"sha256": sha256, "bytes": size}
    for name, wheel in wheels(root / "node_modules" / "pyodide" / "pyodide-lock.json").items():
        size = int(sys.argv[sys.argv.index(name) + 1]) if name in sys.argv else vendor.pins.get(name, {}).get("bytes")
        pins[name] = {"sha256": wheel["sha256"], "bytes": size}
    write_json(root / PINS, pins)
    return 0


if __name__ == "__main__":
    sys.exit(main())
