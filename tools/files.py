"""Files that are whole or absent, never half: hashing, writing, space, locking.

Offers:
    sha256_of(path) -> str                  hexadecimal
    write_whole(path, blocks) -> str        write, then move into place; returns the SHA-256
    write_json(path, value)                 the same for a JSON value
    require_space(folder, bytes, what)      NoSpace unless the disk has room
    no_space(what, folder) -> NoSpace       the same message, for a write that failed
    Lock(path, console)                     one set-up at a time
    folder_size(folder), largest_file(folder) -> int    bytes, while others write there
"""

import errno
import fcntl
import hashlib
import json
import os
import shutil
import time
from collections.abc import Iterable
from pathlib import Path

from tools.console import Console, megabytes
from tools.errors import NoSpace

# Bytes read and written at a time: large enough to be quick, small enough for progress.
BLOCK = 1 << 20
# A finished file is written under this suffix first, so that a half-written one
# is recognised by its name and never taken for whole.
PART = ".part"
# The errors of a write that mean «no room»: a full disk and a used-up quota.
FULL = (errno.ENOSPC, errno.EDQUOT)


def blocks_of(path: Path) -> Iterable[bytes]:
    """The file's bytes in blocks."""
    with open(path, "rb") as file:
        while block := file.read(BLOCK):
            yield block


def sha256_of(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal (FIPS 180-4)."""
    digest = hashlib.sha256()
    for block in blocks_of(path):
        digest.update(block)
    return digest.hexdigest()


def write_whole(path: Path, blocks: Iterable[bytes], accept=None) -> str:
    """Write `blocks` to `path` so that the path never holds half of them.

    The bytes go to a file beside it, are flushed to the disk, and are moved
    into place in one step. `accept(sha256, bytes)` may raise to refuse what was
    written before it takes the place of anything. Returns the SHA-256.
    Raises NoSpace when the disk is full.
    """
    part = path.with_name(path.name + PART)
    digest = hashlib.sha256()
    size = 0
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with open(part, "wb") as file:
            for block in blocks:
                file.write(block)
                digest.update(block)
                size += len(block)
            file.flush()
            os.fsync(file.fileno())
        if accept is not None:
            accept(digest.hexdigest(), size)
        os.replace(part, path)
    except OSError as error:
        part.unlink(missing_ok=True)
        if error.errno in FULL:
            raise no_space(path.name, path.parent) from error
        raise
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    return digest.hexdigest()


def write_json(path: Path, value) -> None:
    """Write a JSON value, indented, keys sorted, as `write_whole` does."""
    text = json.dumps(value, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
    write_whole(path, [text.encode("utf-8")])


def require_space(folder: Path, needed: int, what: str) -> None:
    """Raise NoSpace unless the disk that holds `folder` has `needed` bytes free."""
    free = shutil.disk_usage(_existing(folder)).free
    if free < needed:
        raise NoSpace(f"The disk is too full: {megabytes(needed)} are needed in {_existing(folder)} for {what}, "
                      f"and {megabytes(free)} are free. {_GO_ON}")


def no_space(what: str, folder: Path) -> NoSpace:
    """The error for a write of `what` that found the disk full."""
    return NoSpace(f"The disk ran full while writing {what} in {folder}. {_GO_ON}")


_GO_ON = "Free some space and run the same command again: what is finished is kept."


def folder_size(folder: Path) -> int:
    """Bytes of all files below `folder`; files that vanish meanwhile count as nothing."""
    return sum(_sizes(folder))


def largest_file(folder: Path) -> int:
    """Bytes of the largest file below `folder`; 0 if there is none."""
    return max(_sizes(folder), default=0)


def _sizes(folder: Path) -> Iterable[int]:
    for parent, _, names in os.walk(folder):
        for name in names:
            try:
                yield os.lstat(os.path.join(parent, name)).st_size
            except OSError:
                pass


def _existing(folder: Path) -> Path:
    folder = folder.absolute()
    while not folder.exists():
        folder = folder.parent
    return folder


class Lock:
    """Lets one set-up work in a folder at a time; a second one waits and says so.

    The lock is held by an open file, not by a file's existence, so a killed
    set-up leaves nothing behind. Programs that set-up starts inherit the file
    (`fileno`), so a program that outlives a killed set-up keeps the lock until
    it has ended too.
    """

    def __init__(self, path: Path, console: Console):
        self._path = path
        self._console = console
        self._file = None

    def fileno(self) -> int:
        return self._file.fileno()

    def __enter__(self):
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._file = open(self._path, "a+", encoding="utf-8")
        if not self._try():
            self._file.seek(0)
            holder = self._file.read().strip() or "unknown"
            self._console.say(f"Another set-up (process {holder}) is at work in this folder; waiting for it to end.")
            while not self._try():
                time.sleep(0.2)
        self._file.truncate(0)
        self._file.write(str(os.getpid()))
        self._file.flush()
        return self

    def __exit__(self, *_):
        self._file.close()

    def _try(self) -> bool:
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
