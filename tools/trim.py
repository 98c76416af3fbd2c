"""The standard library and numpy without what the engine never imports: half of what a first visit would carry.

Offers:
    TRIMMED                 {path below static/vendor: what is left out of the whole archive}
    whole(name, vendor)     the path of the archive that a trimmed one is made from, below static/vendor
    trimmed(name, archive)  the bytes of a trimmed archive

The members' compressed bytes are copied as they are, so the result is the same on every machine
and is pinned like any other file. The whole standard library lies beside it for the porter and the learner, numpy's
wheel for the learner, which is kept for offline use later than all else.
"""

import fnmatch
import io
import struct
import zipfile
from pathlib import Path

from tools.errors import DamagedFile
from tools.vendor import wheels

# Top-level modules of the standard library that nothing in the engine imports, at its start or in
# use: servers, clients, parsers of other formats, tools for developers, what a browser has no use for.
STDLIB_WITHOUT = tuple(f"{name}{end}" for end in (".py", "/*") for name in """
    _aix_support _android_support _apple_support _ios_support _osx_support _markupbase _pydatetime _pydecimal _pyio _pyrepl antigravity
    bdb bz2 cProfile calendar cmd code colorsys compileall configparser csv curses dbm difflib doctest ensurepip filecmp fileinput
    fractions ftplib getopt getpass gettext graphlib http idlelib imaplib lzma mailbox mimetypes modulefinder multiprocessing netrc
    nturl2path optparse pdb pickletools plistlib poplib pprint profile profiling pstats pty pyclbr pydoc pydoc_data quopri rlcompleter
    runpy sched secrets shelve smtplib socketserver sqlite3 ssl statistics stringprep symtable tabnanny test this timeit tkinter trace
    tracemalloc tty turtle turtledemo unittest uuid venv wave webbrowser wsgiref xml xmlrpc zipapp zoneinfo""".split())
# Of the text encodings, those that Python itself asks for and those that every file may be in.
ENCODINGS = tuple(f"encodings/{name}.py" for name in """
    __init__ aliases ascii charmap cp1252 cp437 idna iso8859_1 latin_1 punycode raw_unicode_escape undefined unicode_escape utf_16 utf_16_be
    utf_16_le utf_32 utf_32_be utf_32_le utf_7 utf_8 utf_8_sig""".split())
# numpy for reading models and multiplying matrices: no Fourier transforms, random numbers, polynomials,
# Fortran; no tests, type stubs, headers. (Masked arrays stay: `unique` asks for them.)
NUMPY_WITHOUT = ("*/tests/*", "*.pyi", "*.pxd", "*.h", "*.c", "*.a", "*.pyx", "*.in", "*.txt", "*/conftest.py", "numpy/_core/include/*",
                 "numpy/_core/lib/*", "numpy/_pyinstaller/*", "numpy/core/*", "numpy/doc/*", "numpy/f2py/*", "numpy/fft/*",
                 "numpy/polynomial/*", "numpy/random/*", "numpy/testing/*", "numpy/typing/*", "numpy/matlib.py", "numpy/char/*",
                 "numpy/rec/*", "numpy/strings/*", "numpy/ctypeslib/*", "*.dist-info/licenses/numpy/*", "*/RECORD", "*/py.typed")
# Time and date as a zip writes them, one for all, so that the bytes are always the same: midnight, 1 January 1980.
_EPOCH = (0, 33)

TRIMMED = {
    "pyodide/engine-stdlib.zip": lambda path: path not in ENCODINGS if path.startswith("encodings/") else _matches(path, STDLIB_WITHOUT),
    "pyodide/engine-numpy.zip": lambda path: _matches(path, NUMPY_WITHOUT),
}


def whole(name: str, vendor) -> str:
    """The archive that `name` is made from: Pyodide's standard library, or its wheel of numpy."""
    if name == "pyodide/engine-stdlib.zip":
        return "pyodide/python_stdlib.zip"
    return next(path for path, wheel in wheels(vendor.path("pyodide/pyodide-lock.json")).items() if wheel["name"] == "numpy")


def trimmed(name: str, archive: Path) -> bytes:
    """The bytes of the trimmed archive `name`, made from the whole `archive`; DamagedFile where that is no zip."""
    try:
        with zipfile.ZipFile(archive) as members, archive.open("rb") as raw:
            return _copied([(member, _compressed(raw, member)) for member in members.infolist()
                            if not member.is_dir() and not TRIMMED[name](member.filename)])
    except zipfile.BadZipFile as error:
        raise DamagedFile(f"static/vendor/{name} cannot be made: {archive.name} is no whole archive.") from error


def _matches(path: str, patterns: tuple[str, ...]) -> bool:
    return any(fnmatch.fnmatchcase(path, pattern) for pattern in patterns)


def _compressed(raw, member: zipfile.ZipInfo) -> bytes:
    """The member's bytes as they lie in the archive (PKWARE's APPNOTE 6.3, section 4.3.7)."""
    raw.seek(member.header_offset)
    name_length, extra_length = struct.unpack("<26xHH", raw.read(30))
    raw.seek(name_length + extra_length, io.SEEK_CUR)
    return raw.read(member.compress_size)


def _copied(members: list[tuple[zipfile.ZipInfo, bytes]]) -> bytes:
    """A zip archive of these members, in their order (APPNOTE 4.3.7, 4.3.12, 4.3.16)."""
    archive, directory = io.BytesIO(), io.BytesIO()
    for member, data in members:
        name = member.filename.encode()
        # Version needed, flags (UTF-8 names), method, time, date, checksum, sizes, length of the name, no extra field.
        common = struct.pack("<HHHHHIIIHH", 20, 0x800, member.compress_type, *_EPOCH, member.CRC, len(data), member.file_size, len(name), 0)
        directory.write(b"PK\x01\x02" + struct.pack("<H", 20) + common + struct.pack("<HHHII", 0, 0, 0, 0o644 << 16, archive.tell()) + name)
        archive.write(b"PK\x03\x04" + common + name + data)
    start, size = archive.tell(), directory.tell()
    return archive.getvalue() + directory.getvalue() + b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, len(members), len(members), size, start, 0)
