"""What goes into static/vendor: the browser runtime, file by file, each one pinned.

Offers:
    PACKAGES                        the table: which files of which npm package, and where they go
    WHEELS                          the Pyodide packages that are shipped
    Vendor(root)                    path(), source(), damaged(), accepts(), place(), finish()
    PINS                            the committed SHA-256 and size of every file

A file enters static/vendor only when its bytes are the pinned ones, whatever it
was taken from (npm, PyPI, a Pyodide distribution), so a tampered or truncated
file is refused by its name. After a change of versions, a maintainer makes the
pins again: `python3 -m tools.pin` (docs/setup.md).
"""

import hashlib
import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from tools.errors import DamagedFile
from tools.files import blocks_of, sha256_of, write_json, write_whole

# The Pyodide packages that are shipped, by their names in pyodide-lock.json.
# A wheel costs what it weighs on every first visit: add one when a feature needs it.
# The value is the licence; its text lies in tools/licenses.
WHEELS = {"numpy": "BSD-3-Clause", "scipy": "BSD-3-Clause", "scikit-learn": "BSD-3-Clause", "joblib": "BSD-3-Clause",
          "threadpoolctl": "BSD-3-Clause"}
# The committed pins: {path below static/vendor: {"sha256": hexadecimal, "bytes": size}}.
PINS = "tools/vendor.sha256.json"
# Beside the files, for people and programs that want to know what is shipped.
VERIFIED = "verified.json"
# Source maps are not shipped; a line that names one would make a request that fails.
SOURCE_MAP_LINE = re.compile(rb"\n?//[#@] sourceMappingURL=[^\n]*\n?\Z")


class Package(NamedTuple):
    """One npm package: `files` maps the path below static/vendor to the path in the package."""
    name: str
    licence: str
    files: dict[str, str]


def _same(folder: str, source: str, *names: str) -> dict[str, str]:
    return {f"{folder}/{name}": f"{source}{name}" for name in names}


# Licence texts that a package does not carry are kept in tools/licenses: a source
# that starts with «tools/» is taken from the project.
PACKAGES = (
    Package("pyodide", "MPL-2.0", _same(
        "pyodide", "",
        "pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip", "pyodide-lock.json",
    ) | {"pyodide/LICENSE": "tools/licenses/pyodide.txt",
         "pyodide/LICENSE.python": "tools/licenses/python.txt",
         "pyodide/LICENSE.numpy": "tools/licenses/numpy.txt",
         "pyodide/LICENSE.scipy": "tools/licenses/scipy.txt",
         "pyodide/LICENSE.scikit-learn": "tools/licenses/scikit-learn.txt",
         "pyodide/LICENSE.joblib": "tools/licenses/joblib.txt",
         "pyodide/LICENSE.threadpoolctl": "tools/licenses/threadpoolctl.txt"}),
    # The names of PyScript's chunks change with its version. Of its plugins only
    # «error» is here: PyScript imports that one even where it is switched off. The
    # others are imported at start unless the configurations of *both* interpreters
    # switch them off, as index.html does; a missing one would stop PyScript.
    Package("@pyscript/core", "Apache-2.0", _same(
        "pyscript", "dist/",
        "core.js", "core-C9KDLldu.js", "toml-V4Savzlc.js", "zip-T1gzVEcZ.js",
        "error-D2315lOB.js",
    ) | {"pyscript/LICENSE": "LICENSE"}),
    Package("@micropython/micropython-webassembly-pyscript", "MIT", _same(
        "micropython", "",
        "micropython.mjs", "micropython.wasm",
    ) | {"micropython/LICENSE": "tools/licenses/micropython.txt"}),
    Package("onnxruntime-web", "MIT", _same(
        "onnxruntime", "dist/",
        "ort.wasm.min.mjs", "ort-wasm-simd-threaded.mjs", "ort-wasm-simd-threaded.wasm",
    ) | {"onnxruntime/LICENSE": "tools/licenses/onnxruntime.txt"}),
    # Argon2 alone, for static/glue/argon2.js; the WebAssembly is inside it.
    Package("hash-wasm", "MIT", {"hash-wasm/argon2.umd.min.js": "dist/argon2.umd.min.js", "hash-wasm/LICENSE": "LICENSE"}),
    # AES alone, for static/glue/sealed_copy.js, and what it imports.
    Package("@noble/ciphers", "MIT", _same("noble-ciphers", "", "aes.js", "_polyval.js", "utils.js", "LICENSE")),
    Package("idb", "ISC", {"idb/index.js": "build/index.js", "idb/LICENSE": "LICENSE"}),
    Package("marked", "MIT", {"marked/marked.esm.js": "lib/marked.esm.js", "marked/LICENSE": "LICENSE"}),
    Package("dompurify", "MPL-2.0 OR Apache-2.0", {"dompurify/purify.es.mjs": "dist/purify.es.mjs",
                                                   "dompurify/LICENSE": "LICENSE"}),
    # jsdiff is a folder of modules; these are what a comparison of words needs.
    Package("diff", "BSD-3-Clause", _same("diff", "libesm/", "diff/base.js", "diff/array.js") | {"diff/LICENSE": "LICENSE"}),
    Package("node-diff3", "MIT", {"node-diff3/diff3.mjs": "dist/diff3.mjs", "node-diff3/LICENSE": "LICENSE.md"}),
    Package("uplot", "MIT", {"uplot/uPlot.esm.js": "dist/uPlot.esm.js", "uplot/uPlot.min.css": "dist/uPlot.min.css",
                             "uplot/LICENSE": "LICENSE"}),
    Package("@fontsource-variable/literata", "OFL-1.1", {
        "fonts/literata-latin.woff2": "files/literata-latin-wght-normal.woff2",
        "fonts/literata-latin-ext.woff2": "files/literata-latin-ext-wght-normal.woff2",
        "fonts/literata-latin-italic.woff2": "files/literata-latin-wght-italic.woff2",
        "fonts/LICENSE": "LICENSE",
    }),
)


class Vendor:
    """static/vendor of the project in `root`, checked against the pins.

    `stamp` remembers size and modification time of every file that was hashed,
    so that the next check need not read it again. It lies outside static/,
    which is served.
    """

    def __init__(self, root: Path):
        self.root = root
        self.folder = root / "static" / "vendor"
        self.pins = json.loads((root / PINS).read_text(encoding="utf-8"))
        self._stamp = root / ".cache" / "vendor-stamp.json"

    def path(self, name: str) -> Path:
        return self.folder / name

    def source(self, name: str) -> Path | None:
        """Where npm (or the project) has the file, or None for a wheel."""
        for package in PACKAGES:
            if name in package.files:
                source = package.files[name]
                return self.root / source if source.startswith("tools/") else \
                    self.root / "node_modules" / package.name / source
        return None

    def damaged(self, *, thoroughly: bool = False) -> list[str]:
        """The pinned files that are missing or not as pinned, in the pins' order.

        A file whose size and modification time are as they were when it was
        last hashed is believed; `thoroughly` hashes every file again.
        """
        try:
            stamp = {} if thoroughly else json.loads(self._stamp.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            stamp = {}
        seen, wrong = {}, []
        for name, pin in self.pins.items():
            try:
                status = self.path(name).stat()
            except OSError:
                wrong.append(name)
                continue
            mark = [status.st_size, status.st_mtime_ns, pin["sha256"]]
            if stamp.get(name) == mark or (status.st_size == pin["bytes"] and sha256_of(self.path(name)) == pin["sha256"]):
                seen[name] = mark
            else:
                wrong.append(name)
        if seen != stamp:
            write_json(self._stamp, seen)
        return wrong

    def accepts(self, name: str, source: Path) -> bool:
        """Whether what `source` holds, prepared for shipping, is the pinned file."""
        try:
            self.check(name, *measure(prepared(name, blocks_of(source))), origin=str(source))
        except (OSError, DamagedFile):
            return False
        return True

    def check(self, name: str, sha256: str, size: int, *, origin: str) -> None:
        """Raise DamagedFile, naming the file, unless hash and size are the pinned ones."""
        pin = self.pins[name]
        if size != pin["bytes"] or sha256 != pin["sha256"]:
            raise DamagedFile(
                f"static/vendor/{name} is refused: what {origin} holds is not the file that Carryon pins "
                f"({size} bytes, SHA-256 {sha256}; expected {pin['bytes']} bytes, {pin['sha256']}). "
                f"It was changed, cut short, or belongs to another version.")

    def place(self, name: str, blocks: Iterable[bytes], *, origin: str) -> None:
        """Put one file into static/vendor, or refuse it with DamagedFile and leave no trace."""
        write_whole(self.path(name), prepared(name, blocks),
                    lambda sha256, size: self.check(name, sha256, size, origin=origin))

    def finish(self) -> bool:
        """Write verified.json and take away what no pin names; False if neither was needed."""
        listed = self.folder / VERIFIED
        described = self._described()
        try:
            done = json.loads(listed.read_text(encoding="utf-8")) == described
        except (OSError, ValueError):
            done = False
        strays = [path for path in self.folder.rglob("*") if path.is_file() and path != listed
                  and path.relative_to(self.folder).as_posix() not in self.pins]
        for stray in strays:
            stray.unlink()
        if not done:
            write_json(listed, described)
        return bool(strays) or not done

    def _described(self) -> dict[str, dict]:
        """For every file its hash, size, package, version and licence."""
        versions = npm_versions(self.root)
        about = {name: {"package": package.name, "version": versions[package.name], "licence": package.licence}
                 for package in PACKAGES for name in package.files}
        for name, wheel in wheels(self.path("pyodide/pyodide-lock.json")).items():
            about[name] = {"package": wheel["name"], "version": wheel["version"], "licence": WHEELS[wheel["name"]]}
        # What comes with Pyodide under terms of its own.
        about["pyodide/python_stdlib.zip"]["licence"] = "PSF-2.0"
        # What set-up made out of whole archives (tools/trim.py) is of the same package, version and licence.
        about["pyodide/engine-stdlib.zip"] = about["pyodide/python_stdlib.zip"]
        about["pyodide/engine-numpy.zip"] = next(entry for entry in about.values() if entry["package"] == "numpy")
        return {name: pin | about[name] for name, pin in self.pins.items()}


def prepared(name: str, blocks: Iterable[bytes]) -> Iterable[bytes]:
    """A file as it is shipped: scripts lose the line that names a source map."""
    if name.endswith((".js", ".mjs")):
        yield SOURCE_MAP_LINE.sub(b"\n", b"".join(blocks))
    else:
        yield from blocks


def measure(blocks: Iterable[bytes]) -> tuple[str, int]:
    """SHA-256 in hexadecimal and the number of bytes."""
    digest, size = hashlib.sha256(), 0
    for block in blocks:
        digest.update(block)
        size += len(block)
    return digest.hexdigest(), size


def wheels(lock: Path) -> dict[str, dict]:
    """The entries of WHEELS in a pyodide-lock.json, by their path below static/vendor."""
    packages = json.loads(lock.read_text(encoding="utf-8"))["packages"]
    return {f"pyodide/{packages[name]['file_name']}": packages[name] for name in WHEELS}


def npm_versions(root: Path) -> dict[str, str]:
    """The version of every package in package-lock.json."""
    entries = json.loads((root / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    return {path.removeprefix("node_modules/"): entry["version"] for path, entry in entries.items() if path}
