"""A small project to set up: every file as in the real one by name, a few bytes by content.

Nothing here needs the network: npm's packages are laid down as `npm ci` would
leave them, and Pyodide comes from a folder in the place of a distribution.
"""

import hashlib
import io
import json
from pathlib import Path

import pytest

from tools import vendor
from tools.console import Console
from tools.setup import Setup, set_up

WHEEL = "numpy-2.4.3-cp314-cp314-pyemscripten_2026_0_wasm32.whl"


class Project:
    """A project in `root` and an official Pyodide distribution in `distribution`."""

    def __init__(self, folder: Path):
        self.root, self.distribution = folder / "project", folder / "distribution"
        self.said = io.StringIO()
        self.wheel = WHEEL
        files = {name: WHEEL if name == "numpy" else f"{name}.whl" for name in vendor.WHEELS}
        contents = {name: f"the wheel of {name}".encode() for name in files}
        pyodide_lock = {"packages": {name: {"name": name, "version": "2.4.3", "file_name": file,
                                            "sha256": hashlib.sha256(contents[name]).hexdigest()} for name, file in files.items()}}
        packages, pins = {}, {}
        for package in vendor.PACKAGES:
            packages[f"node_modules/{package.name}"] = {"version": "1.0.0"}
            for name, source in package.files.items():
                content = json.dumps(pyodide_lock).encode() if name.endswith("pyodide-lock.json") else f"content of {name}\n".encode()
                at = self.root / source if source.startswith("tools/") else self.root / "node_modules" / package.name / source
                self.write(at, content)
                pins[name] = pin(content)
                if name.startswith("pyodide/"):
                    self.write(self.distribution / name.removeprefix("pyodide/"), content)
        for name, file in files.items():
            self.write(self.distribution / file, contents[name])
            pins[f"pyodide/{file}"] = pin(contents[name])
        self.pins = pins
        self.write(self.root / vendor.PINS, json.dumps(pins).encode())
        self.write(self.root / "package-lock.json", json.dumps({"packages": packages}).encode())

    def write(self, path: Path, content: bytes) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)

    def set_up(self, *parts: str, distribution: str | None = None, verify: bool = False) -> str:
        """Run set-up and return what it said."""
        self.said.seek(0)
        self.said.truncate()
        setup = Setup(self.root, Console(self.said), distribution=distribution or str(self.distribution), verify=verify)
        set_up(setup, list(parts or ("runtime",)))
        return self.said.getvalue()

    def placed(self, name: str) -> Path:
        return self.root / "static" / "vendor" / name

    def complete(self) -> bool:
        """Whether every pinned file is in static/vendor, byte for byte."""
        return all(self.placed(name).exists() and pin(self.placed(name).read_bytes()) == expected
                   for name, expected in self.pins.items())


def pin(content: bytes) -> dict:
    return {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}


@pytest.fixture
def project(tmp_path):
    return Project(tmp_path)
