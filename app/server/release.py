"""What is shipped to the browser, and the release that the service worker keeps.

Offers:
    SHIPPED, NOT_PRECACHED              the allow-list, and what of it is not needed offline
    Release(root)
        .path(url) -> Path | None       the file behind a URL; None unless it is shipped
        .files() -> [Shipped]           every shipped file with hash and size
        .version() -> str               changes when any shipped file changes
        .precache() -> dict             {"version", "files": [{"url", "sha256", "bytes"}]}; "on_demand" where a
                                        file is kept from its first use on; "later" where it is fetched after all others
        .service_worker() -> bytes      sw.js, stamped with the version
        .read(url) -> (bytes, str)      what is sent for a URL, and its SHA-256
    ReleaseError

URLs are relative to index.html, so a release works below any path. `sha256` is
base64 with the prefix "sha256-", as Subresource Integrity writes it (W3C SRI).
"""

import base64
import hashlib
import json
import re
import threading
from functools import cache
from pathlib import Path
from typing import NamedTuple

from app.server.packing import Packs

# Every file that the browser may have. `*` is anything within one name, `**`
# anything below; what no line names (app/server, tests, models/training, all
# hidden files) is served by nobody.
SHIPPED = (
    "index.html",
    "LICENSE",
    "THIRD_PARTY.md",
    "pyscript.toml",
    "manifest.webmanifest",
    "sw.js",
    "app/everywhere/**.py",
    "app/page/**.py",
    "app/engine/**.py",
    "app/engine/**.toml",
    "app/learner/**.py",
    "app/learner/**.toml",
    "app/porter/**.py",
    "app/porter/**.toml",
    "models/*.json",
    "models/*.npz",
    "models/*.onnx",
    "models/*.md",
    "static/**",
)
# Shipped, and not kept for offline use: what no feature needs yet, what is only
# read (licences, model cards), the command `advise`, which no browser runs, and the service worker, which
# browsers keep themselves. Nor are modules that a pack holds (app/server/packing.py).
NOT_PRECACHED = (
    "sw.js",
    "LICENSE",
    "THIRD_PARTY.md",
    "models/*.md",
    "app/everywhere/advise.py",
    "app/everywhere/plain_vectors.py",
    "static/vendor/onnxruntime/**",
    "static/vendor/pyscript/zip-*",
    "static/**LICENSE*",
    "static/**.md",
)
# What the learner needs beyond the engine: kept at its first use, or in the background once the rest is here and
# the reader has had time to write (docs/adr/0013-the-learner.md). The engine has archives of its own (tools/trim.py).
# The whole standard library is not among it: the porter needs it, and whoever is offline may take the notes out.
LATER = ("static/vendor/pyodide/*.whl",)
# The line of sw.js that the version replaces. A changed script is how a browser
# notices a new release.
VERSION_LINE = b'const VERSION = "dev";'
# Hexadecimal digits of the version: 64 bits, no two releases of one site alike.
VERSION_DIGITS = 16
# Made by the release itself, not read from the disk.
PRECACHE_URL = "precache.json"
WORKER_URL = "sw.js"


class ReleaseError(Exception):
    """The release cannot be made as the files are."""


class Shipped(NamedTuple):
    """One shipped file: its URL relative to index.html, SHA-256 (SRI form) and size in bytes."""
    url: str
    sha256: str
    bytes: int


class Release:
    """The release of the project in `root`, always as the files are now.

    A file is hashed once and again only when its size or modification time
    changes. Safe to use from several threads.
    """

    def __init__(self, root: Path):
        self._root = root.resolve()
        self._packs = Packs(self._root)
        self._hashes: dict[Path, tuple[tuple[int, int], str]] = {}
        self._lock = threading.Lock()

    def path(self, url: str) -> Path | None:
        """The file behind a relative URL, or None when nothing is shipped under it.

        A symbolic link counts as what it points at, so none leads out.
        """
        if not is_shipped(url):
            return None
        try:
            path = (self._root / url).resolve(strict=True)
        except (OSError, RuntimeError, ValueError):
            return None
        inside = path.is_relative_to(self._root) and is_shipped(path.relative_to(self._root).as_posix())
        return path if inside and path.is_file() else None

    def files(self) -> list[Shipped]:
        """Every shipped file, sorted by URL."""
        found, packs = [], self._packs.urls()
        for url in sorted({*self._urls(), *packs}):
            if url in packs:
                content = self._packs.read(url)
                found.append(Shipped(url, sri(content), len(content)))
            elif (path := self.path(url)) is not None:
                found.append(Shipped(url, self._sha256(path), path.stat().st_size))
        return found

    def version(self) -> str:
        """A short hash over all shipped files: their URLs and their bytes."""
        return _version(self.files())

    def precache(self) -> dict:
        """What the service worker fetches and keeps, with the version it belongs to."""
        files = self.files()
        on_demand, packed = self._on_demand(), self._packs.packed()
        kept = [file._asdict() | ({"on_demand": True} if file.url in on_demand else {"on_demand": True, "later": True} if _matches(file.url, LATER) else {})
                for file in files if file.url not in packed and not _matches(file.url, NOT_PRECACHED)]
        return {"version": _version(files), "files": kept}

    def service_worker(self) -> bytes:
        """sw.js with the version in place of "dev". Raises ReleaseError if it has no such line."""
        source = (self._root / WORKER_URL).read_bytes()
        if source.count(VERSION_LINE) != 1:
            raise ReleaseError(f"{WORKER_URL} must hold the line {VERSION_LINE.decode()} once; it is where the version goes.")
        return source.replace(VERSION_LINE, VERSION_LINE.replace(b"dev", self.version().encode()))

    def read(self, url: str) -> tuple[bytes, str] | None:
        """The bytes that are sent for a URL and their SHA-256 (SRI form); None if nothing is."""
        if url == PRECACHE_URL:
            content = json.dumps(self.precache(), indent=1).encode()
        elif (packed := self._packs.read(url)) is not None:
            content = packed
        elif self.path(url) is None:
            return None
        elif url == WORKER_URL:
            content = self.service_worker()
        else:
            path = self.path(url)
            return path.read_bytes(), self._sha256(path)
        return content, sri(content)

    def _on_demand(self) -> set[str]:
        """The models that are fetched and kept at their first use (another language), as the manifest marks them."""
        try:
            models = json.loads((self._root / "models/manifest.json").read_text(encoding="utf-8"))["models"]
        except FileNotFoundError:
            return set()
        return {f"models/{model['file']}" for model in models if model.get("on_demand")}

    def _urls(self) -> list[str]:
        urls = []
        for top in sorted({pattern.split("/")[0] for pattern in SHIPPED}):
            start = self._root / top
            paths = start.rglob("*") if start.is_dir() else [start]
            urls += [path.relative_to(self._root).as_posix() for path in paths]
        return sorted(url for url in urls if is_shipped(url))

    def _sha256(self, path: Path) -> str:
        status = path.stat()
        mark = (status.st_size, status.st_mtime_ns)
        with self._lock:
            known = self._hashes.get(path)
        if known is not None and known[0] == mark:
            return known[1]
        digest = sri(path.read_bytes())
        with self._lock:
            self._hashes[path] = (mark, digest)
        return digest


def is_shipped(url: str) -> bool:
    """Whether the allow-list names this URL; hidden files and odd paths never are."""
    parts = url.split("/")
    return all(part and not part.startswith(".") and part != "__pycache__" for part in parts) \
        and "\\" not in url and not url.endswith(".part") and _matches(url, SHIPPED)


def sri(content: bytes) -> str:
    """SHA-256 in the form of Subresource Integrity."""
    return "sha256-" + base64.b64encode(hashlib.sha256(content).digest()).decode()


def _version(files: list[Shipped]) -> str:
    digest = hashlib.sha256()
    for file in files:
        digest.update(f"{file.url} {file.sha256}\n".encode())
    return digest.hexdigest()[:VERSION_DIGITS]


def _matches(url: str, patterns: tuple[str, ...]) -> bool:
    return any(_regular(pattern).fullmatch(url) for pattern in patterns)


@cache
def _regular(pattern: str) -> re.Pattern:
    pieces = re.split(r"(\*\*|\*)", pattern)
    return re.compile("".join({"**": ".*", "*": "[^/]*"}.get(piece, re.escape(piece)) for piece in pieces), re.DOTALL)
