"""Tar archives (POSIX.1-1988 and pax, GNU's long names), also packed with gzip; Joplin's JEX is one.

Not Python's `tarfile`, because that reads what a header claims into memory (a pax header of a gigabyte is one) and gives up at the first
damaged header. Only the names and places of files are held; an archive that is cut off gives what is before the cut.
"""

import io
import os
import zlib

from app.everywhere.errors import BadArchive
from app.everywhere.limits import IMPORT_ENTRIES, IMPORT_TOTAL_FROM_BYTES, IMPORT_TOTAL_RATIO, IMPORT_UNPACKED_BYTES
from app.porter.tree import Tree, moment

_BLOCK = 512
# Bytes of a pax header or long name; a real one is below a thousand.
_HEADER_BYTES = 65536
_KINDS = {b"1": "It is a link to another file, which is not followed.", b"2": "It is a link to another file, which is not followed.",
          b"3": "It is a device, not a file.", b"4": "It is a device, not a file.", b"6": "It is a pipe, not a file.",
          b"S": "It is a file with holes, which this app can't unpack."}


def is_tar(start):
    return len(start) == _BLOCK and (start[257:262] == b"ustar" or start[0] != 0 and _checksum_fits(start))


def _checksum_fits(block):
    return _number(block[148:156]) == sum(block) - sum(block[148:156]) + 8 * 32


def _number(field):
    """A number in octal, or in base 256 where its first bit says so; -1 where it is neither."""
    if field[0] & 0x80:
        return int.from_bytes(bytes((field[0] & 0x7F,)) + field[1:], "big")
    try:
        return int(field.strip(b" \0") or b"0", 8)
    except ValueError:
        return -1


def _text(field):
    return field.split(b"\0", 1)[0].decode("utf-8", "surrogateescape")


class TarTree(Tree):
    def __init__(self, file, name, refused=()):
        super().__init__()
        self._file = file
        self.refused += refused
        bytes_ = file.seek(0, os.SEEK_END)
        at, pax, long_name = 0, {}, None
        while len(self.names) + len(self.refused) <= IMPORT_ENTRIES:
            file.seek(at)
            block = file.read(_BLOCK)
            if len(block) == _BLOCK and not block.strip(b"\0"):
                return
            if not block:
                self.refused.append((name, "The archive does not say where it ends, so it may be cut off."))
                return
            size = _number(block[124:136]) if len(block) == _BLOCK else -1
            if not 0 <= size <= bytes_ + IMPORT_UNPACKED_BYTES or not _checksum_fits(block):
                self.refused.append((name, "The archive is cut off or damaged from here on. What comes before was read."))
                return
            kind = block[156:157]
            raw = long_name or pax.get("path") or "/".join(filter(None, (
                _text(block[345:500]) if block[257:263] == b"ustar\0" else "", _text(block[:100]))))
            size_here = size
            if kind in (b"x", b"L"):
                data = file.read(min(size, _HEADER_BYTES))
                if kind == b"L":
                    long_name = _text(data)
                else:
                    pax = _pax(data)
            elif kind not in (b"g", b"K", b"5"):
                if "size" in pax and pax["size"].isdigit() and len(pax["size"]) < 16:
                    size_here = int(pax["size"])
                why = _KINDS.get(kind, "" if kind in (b"0", b"\0", b"7") else "It is of a kind that this app does not know.")
                if at + _BLOCK + size_here > bytes_:
                    why = "It is cut off: the archive ends before it does."
                if why:
                    self.refused.append((raw, why))
                elif not raw.endswith("/"):
                    self._add(_decoded(raw), (at + _BLOCK, size_here, _mtime(block, pax)))
            if kind not in (b"x", b"L", b"g", b"K"):
                pax, long_name = {}, None
            at += _BLOCK + (size_here + _BLOCK - 1) // _BLOCK * _BLOCK
        self.refused.append((name, f"An archive of more than {IMPORT_ENTRIES} files is not read to its end."))

    def size(self, name):
        return self._entries[name][1]

    def read(self, name, at_most):
        at, size, _ = self._entries[name]
        if size > at_most:
            raise BadArchive(f"It is larger than {at_most // 1_000_000} MB.")
        self._file.seek(at)
        data = self._file.read(size)
        if len(data) < size:
            raise BadArchive("It is cut off or damaged.")
        return data

    def head(self, name, count):
        at, size, _ = self._entries[name]
        self._file.seek(at)
        return self._file.read(min(size, count))

    def modified(self, name):
        return self._entries[name][2]


def _decoded(raw):
    """Names that are not UTF-8 are taken for Latin-1: nothing is lost, and the person can tell."""
    try:
        raw.encode("utf-8")
        return raw
    except UnicodeEncodeError:
        return raw.encode("utf-8", "surrogateescape").decode("latin-1")


def _pax(data):
    """The records of a pax header («27 path=folder/name.md\\n»); what is damaged ends it."""
    records = {}
    while b" " in data[:8]:
        length, _, _ = data.partition(b" ")
        if not length.isdigit() or not len(length) < int(length) <= len(data):
            break
        key, _, value = data[len(length) + 1:int(length) - 1].partition(b"=")
        records[key.decode("utf-8", "replace")] = value.decode("utf-8", "surrogateescape")
        data = data[int(length):]
    return records


def _mtime(block, pax):
    try:
        return moment(float(pax.get("mtime", "")))
    except (ValueError, OverflowError):
        return moment(_number(block[136:148]))


def unpacked_gzip(file):
    """(a file of what the gzip stream holds, from its beginning; "" or why it is not all). BadArchive where it is too large."""
    packed_bytes = file.seek(0, os.SEEK_END)
    file.seek(0)
    target = io.BytesIO()
    stream, why, unpacked, ended = zlib.decompressobj(31), "", 0, False
    waiting = file.read(_HEADER_BYTES)
    while waiting:
        before = stream.copy()
        try:
            part = stream.decompress(waiting, _HEADER_BYTES)
        except zlib.error:
            why = "The archive is damaged. What comes before the damage was read."
            target.write(_up_to_the_damage(before, waiting))
            break
        unpacked += len(part)
        if unpacked > IMPORT_UNPACKED_BYTES or unpacked > max(IMPORT_TOTAL_FROM_BYTES, IMPORT_TOTAL_RATIO * packed_bytes):
            raise BadArchive(f"This archive unpacks to more than {unpacked // 1_000_000} MB. If you trust it, please unpack it and choose the folder.")
        target.write(part)
        waiting = stream.unconsumed_tail
        ended = stream.eof
        if ended:
            # Another gzip stream may follow, or padding.
            waiting = stream.unused_data.lstrip(b"\0")
            stream = zlib.decompressobj(31)
        waiting = waiting or file.read(_HEADER_BYTES)
    if not why and not ended:
        why = "The archive is cut off. What comes before the cut was read."
    target.seek(0)
    return target, why


def _up_to_the_damage(stream, packed):
    """What `packed` gives, byte by byte: an error takes with it what came before it in the same call."""
    parts = []
    try:
        for byte in packed:
            parts.append(stream.decompress(bytes((byte,))))
    except zlib.error:
        pass
    return b"".join(parts)
