"""Answers requests for the app's files.

Offers:
    Files(release).answer(target, headers, …) -> Answer
    Answer                              status, headers, body
    problem(status, title, detail)      an error as application/problem+json (RFC 9457)

Only what app/server/release.py ships is found; all else is 404, whatever the
path tries. Every answer can be kept and is asked for again (Cache-Control:
no-cache with an ETag made of the content's hash): never stale, and cheap.
"""

import gzip
import json
import threading
import urllib.parse
from collections.abc import Mapping
from concurrent.futures import Future
from typing import NamedTuple

from app.server.release import Release

# What browsers need to be told; a script with another type is not run.
TYPES = {
    "css": "text/css; charset=utf-8",
    "html": "text/html; charset=utf-8",
    "ico": "image/x-icon",
    "js": "text/javascript; charset=utf-8",
    "json": "application/json; charset=utf-8",
    "md": "text/markdown; charset=utf-8",
    "mjs": "text/javascript; charset=utf-8",
    "pack": "text/plain; charset=utf-8",
    "png": "image/png",
    "py": "text/x-python; charset=utf-8",
    "svg": "image/svg+xml; charset=utf-8",
    "toml": "application/toml; charset=utf-8",
    "txt": "text/plain; charset=utf-8",
    "wasm": "application/wasm",
    "webmanifest": "application/manifest+json; charset=utf-8",
    "webp": "image/webp",
    "woff2": "font/woff2",
}
OTHER_TYPE = "application/octet-stream"
# Types that gain from compression; wheels, zips, images and weights are compressed already.
COMPRESSED = {"css", "html", "js", "json", "md", "mjs", "pack", "py", "svg", "toml", "txt", "wasm", "webmanifest"}
# Smaller bodies (bytes) gain less than the header costs.
COMPRESS_FROM = 512
# zlib's level: 6 is within 2 % of 9 on our files, in a third of its time.
GZIP_LEVEL = 6
# Compressed bodies kept in memory, in bytes altogether; the oldest goes first.
GZIP_MEMORY = 64_000_000


class Answer(NamedTuple):
    """One answer; `body` is empty for 304 and is left unsent for HEAD."""
    status: int
    headers: dict[str, str]
    body: bytes


class Files:
    """The app's files as answers. Safe to use from several threads."""

    def __init__(self, release: Release):
        self._release = release
        self._compressed: dict[str, Future] = {}
        self._lock = threading.Lock()

    def answer(self, target: str, headers: Mapping[str, str]) -> Answer:
        """The answer to GET `target` (a path, perhaps with a query) with these request headers."""
        url = url_of(target)
        found = self._release.read(url) if url is not None else None
        if found is None:
            return Answer(404, {"Content-Type": TYPES["txt"], "Cache-Control": "no-cache"}, b"Not found\n")
        content, digest = found
        suffix = url.rpartition(".")[2]
        packed = suffix in COMPRESSED and len(content) >= COMPRESS_FROM
        sent = {"Content-Type": TYPES.get(suffix, OTHER_TYPE), "Cache-Control": "no-cache"}
        if packed:
            sent["Vary"] = "Accept-Encoding"
        zipped = packed and accepts_gzip(headers.get("Accept-Encoding", ""))
        # RFC 9110: a strong tag differs between the encodings of one content.
        sent["ETag"] = f'"{digest}{"-gzip" if zipped else ""}"'
        if sent["ETag"] in _tags(headers.get("If-None-Match", "")):
            return Answer(304, sent, b"")
        if zipped:
            sent["Content-Encoding"] = "gzip"
            content = self.compressed(content, digest)
        return Answer(200, sent, content)

    def compressed(self, content: bytes, digest: str) -> bytes:
        """The content under gzip; made once for each hash, while requests for others go on."""
        with self._lock:
            made = self._compressed.get(digest)
            mine = made is None
            if mine:
                made = self._compressed[digest] = Future()
        if mine:
            made.set_result(gzip.compress(content, GZIP_LEVEL, mtime=0))
            self._forget_oldest()
        return made.result()

    def _forget_oldest(self) -> None:
        with self._lock:
            sizes = {digest: len(made.result()) for digest, made in self._compressed.items() if made.done()}
            for digest in list(sizes)[:-1]:
                if sum(sizes.values()) <= GZIP_MEMORY:
                    break
                del self._compressed[digest], sizes[digest]

    def warm(self) -> None:
        """Compress what the first visit fetches, largest first, before anybody asks for it."""
        for file in sorted(self._release.precache()["files"], key=lambda file: -file["bytes"]):
            self.answer("/" + file["url"], {"Accept-Encoding": "gzip"})


def url_of(target: str) -> str | None:
    """The relative URL that a request's target names; None for one that no file has.

    Slashes and backslashes that hide behind a percent sign are refused, not decoded.
    """
    path = target.partition("?")[0].partition("#")[0]
    if not path.startswith("/") or any(hidden in path.lower() for hidden in ("%2f", "%5c", "%00", "\\")):
        return None
    try:
        path = urllib.parse.unquote(path, errors="strict")
    except UnicodeDecodeError:
        return None
    return path[1:] or "index.html"


def accepts_gzip(accepted: str) -> bool:
    """Whether an Accept-Encoding header allows gzip (RFC 9110, quality 0 forbids)."""
    for coding in accepted.lower().split(","):
        name, _, quality = coding.partition(";")
        if name.strip() in ("gzip", "*"):
            return quality.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False


def problem(status: int, title: str, detail: str) -> Answer:
    """An error that a program can read (RFC 9457)."""
    body = json.dumps({"type": "about:blank", "title": title, "status": status, "detail": detail}).encode()
    return Answer(status, {"Content-Type": "application/problem+json", "Cache-Control": "no-store"}, body)


def _tags(header: str) -> set[str]:
    return {tag.strip().removeprefix("W/") for tag in header.split(",")}
