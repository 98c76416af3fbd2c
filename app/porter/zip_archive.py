"""Zip archives, read with suspicion (the format: PKWARE's APPNOTE.TXT 6.3).

Not Python's `zipfile`, because that takes the archive's word for sizes and counts, holds its whole list of files however long, and gives up an
archive whose end is missing. Here

- every limit is measured while a file is unpacked;
- a file whose bytes overlap another's is refused (that is how the densest bombs are built);
- an archive that lost its end is read from its beginning, file by file, as far as it goes, and says so.

Stored and deflated files are read, zip64 too; encrypted files, other methods, links and devices are refused by name.
"""

import datetime
import os
import stat
import struct
import zlib

from app.everywhere.errors import BadArchive
from app.everywhere.limits import (
    IMPORT_DIRECTORY_BYTES, IMPORT_ENTRIES, IMPORT_RATIO, IMPORT_RATIO_FROM_BYTES, IMPORT_TOTAL_FROM_BYTES, IMPORT_TOTAL_RATIO,
)
from app.porter.tree import Tree, moment

_CENTRAL = struct.Struct("<4s6H3L5H2L")
_LOCAL = struct.Struct("<4s5H3L2H")
_END = struct.Struct("<4s4H2LH")
_END64 = struct.Struct("<4sQ2H2L4Q")
_CHUNK = 65536
_BOMB = "It unpacks to far more than its size, as a zip bomb does."
_TRUNCATED = "It is cut off or damaged."


def is_zip(start):
    return start[:4] in (b"PK\x03\x04", b"PK\x05\x06")


class _Entry:
    """Where a file lies: `offset` of its local header, `packed` bytes (None: until the stream ends), `size` as claimed."""

    def __init__(self, flags, method, crc, packed, size, offset, modified, name_bytes):
        self.flags, self.method, self.crc, self.packed, self.size = flags, method, crc, packed, size
        self.offset, self.modified, self.name_bytes = offset, modified, name_bytes


class ZipTree(Tree):
    def __init__(self, file, name):
        super().__init__()
        self._file = file
        self._bytes = file.seek(0, os.SEEK_END)
        self._unpacked, self._unpacked_together = {}, 0
        entries, whole = self._listed()
        if not whole:
            known = {entry.offset for _, entry, _ in entries}
            entries += [found for found in self._scanned() if found[1].offset not in known]
            self.refused.append((name, "The archive is cut off or damaged: its list of files can't be read. It was searched from its beginning, "
                                       "and what was found whole is here; how much is missing can't be told."))
        self._take(entries)

    # What there is

    def _listed(self):
        """([(raw name, entry, mode)], whether the list was whole), from the directory at the archive's end."""
        tail_at = max(0, self._bytes - _END.size - 65535)
        self._file.seek(tail_at)
        tail = self._file.read()
        at = tail.rfind(b"PK\x05\x06")
        if at < 0 or len(tail) - at < _END.size:
            return [], False
        _, disk, _, _, count, length, offset, _ = _END.unpack_from(tail, at)
        end = tail_at + at
        if 0xFFFF in (disk, count) or 0xFFFFFFFF in (length, offset):
            # zip64: its locator stands before the end, and says where the real end is.
            located = struct.unpack("<4sLQL", tail[at - 20:at]) if at >= 20 else (b"",)
            if located[0] == b"PK\x06\x07":
                self._file.seek(min(located[2], self._bytes))
                record = self._file.read(_END64.size)
                if record[:4] == b"PK\x06\x06" and len(record) == _END64.size:
                    _, _, _, _, disk, _, _, count, length, offset = _END64.unpack(record)
                    end = located[2]
        if disk not in (0, 0xFFFF):
            raise BadArchive("This is one part of an archive in several parts. Please put them together, or unpack them and choose the folder.")
        # Something may stand before the archive; offsets count from where it begins.
        begins = end - length - offset
        if begins < 0 or end - length < 0:
            return [], False
        self._begins = begins
        self._file.seek(end - length)
        directory = self._file.read(min(length, IMPORT_DIRECTORY_BYTES))
        entries = []
        at = 0
        while at + _CENTRAL.size <= len(directory) and len(entries) <= IMPORT_ENTRIES:
            (mark, made_by, _, flags, method, time, date, crc, packed, size, name_length, extra_length, comment_length,
             _, _, attributes, offset) = _CENTRAL.unpack_from(directory, at)
            if mark != b"PK\x01\x02":
                return entries, False
            at += _CENTRAL.size
            name = directory[at:at + name_length]
            extra = _extra(directory[at + name_length:at + name_length + extra_length])
            at += name_length + extra_length + comment_length
            packed, size, offset = _zip64(extra, packed, size, offset)
            entry = _Entry(flags, method, crc, packed, size, self._begins + offset, _modified(extra, date, time), name)
            entries.append((_name(name, flags, extra), entry, attributes >> 16 if made_by >> 8 == 3 else 0))
        # An empty list is believed of an archive that is nothing but its end.
        self._file.seek(0)
        return entries, bool(entries) or self._file.read(4) == b"PK\x05\x06"

    def _scanned(self):
        """The same from the files' own headers, for an archive that lost its directory. Linear: each byte is looked at twice at most."""
        found, at = [], 0
        while len(found) <= IMPORT_ENTRIES:
            at = self._next_header(at)
            if at is None:
                return found
            self._file.seek(at)
            head = self._file.read(_LOCAL.size)
            if len(head) < _LOCAL.size:
                return found
            _, _, flags, method, time, date, crc, packed, size, name_length, extra_length = _LOCAL.unpack(head)
            name = self._file.read(name_length)
            extra = _extra(self._file.read(extra_length))
            if len(name) < name_length:
                return found
            packed, size, _ = _zip64(extra, packed, size, 0)
            streamed = bool(flags & 8)
            entry = _Entry(flags, method, None if streamed else crc, None if streamed else packed, -1 if streamed else size, at,
                           _modified(extra, date, time), name)
            found.append((_name(name, flags, extra), entry, 0))
            at += _LOCAL.size + name_length + extra_length + (0 if streamed else packed)
        return found

    def _next_header(self, at):
        while at < self._bytes:
            self._file.seek(at)
            chunk = self._file.read(_CHUNK)
            where = chunk.find(b"PK\x03\x04")
            if where >= 0:
                return at + where
            if len(chunk) < 4:
                return None
            at += len(chunk) - 3
        return None

    def _take(self, entries):
        overlapping, end = set(), 0
        for raw, entry, _ in sorted(entries, key=lambda found: found[1].offset):
            if entry.offset < end:
                overlapping.add(id(entry))
            end = max(end, entry.offset + _LOCAL.size + len(entry.name_bytes) + (entry.packed or 0))
        for (raw, sure), entry, mode in entries:
            if raw.endswith("/") or stat.S_ISDIR(mode):
                continue
            if stat.S_ISLNK(mode):
                why = "It is a link to another file, which is not followed."
            elif stat.S_IFMT(mode) and not stat.S_ISREG(mode):
                why = "It is a device or the like, not a file."
            elif entry.flags & 0x41:
                why = "It is encrypted. Please export without a password, or unpack the archive and choose the folder."
            elif entry.method not in (0, 8):
                why = f"It is packed in a way (method {entry.method}) that this app can't unpack. Please unpack the archive and choose the folder."
            elif entry.method == 0 and entry.packed is None:
                why = _TRUNCATED
            elif id(entry) in overlapping:
                why = "It lies over another file in the archive, as in a zip bomb."
            else:
                if self._add(raw, entry) and not sure:
                    self.changed.append((raw, "Its name is written in an old encoding that the archive does not tell. Please look at the title."))
                continue
            self.refused.append((raw, why))

    # What it holds

    def size(self, name):
        return self._entries[name].size

    def modified(self, name):
        return self._entries[name].modified

    def read(self, name, at_most):
        entry = self._entries[name]
        parts, length, crc = [], 0, 0
        for part in self._parts(entry):
            length += len(part)
            if length > at_most:
                raise BadArchive(f"It is larger than {at_most // 1_000_000} MB.")
            self._measure(name, length)
            crc = zlib.crc32(part, crc)
            parts.append(part)
        if entry.crc is not None and crc != entry.crc:
            raise BadArchive("It is damaged: its checksum is wrong.")
        return b"".join(parts)

    def head(self, name, count):
        start = b""
        for part in self._parts(self._entries[name]):
            start += part
            if len(start) >= count:
                break
        return start[:count]

    def window(self, name):
        """The file as a file within the archive's, where it is stored as it is; else None. Costs no memory."""
        entry = self._entries[name]
        if entry.method or entry.packed is None:
            return None
        self._file.seek(entry.offset)
        head = self._file.read(_LOCAL.size)
        if len(head) < _LOCAL.size or head[:4] != b"PK\x03\x04":
            return None
        return _Window(self._file, entry.offset + _LOCAL.size + sum(struct.unpack_from("<2H", head, 26)), entry.packed)

    def _measure(self, name, length):
        """Counts what was unpacked of the archive, each file once."""
        before = self._unpacked.get(name, 0)
        if length <= before:
            return
        self._unpacked[name] = length
        self._unpacked_together += length - before
        if self._unpacked_together > max(IMPORT_TOTAL_FROM_BYTES, IMPORT_TOTAL_RATIO * self._bytes):
            raise BadArchive("The archive as a whole unpacks to far more than its size, as a zip bomb does.")

    def _parts(self, entry):
        """The bytes of a file in parts of at most `_CHUNK`; BadArchive where they can't be had."""
        self._file.seek(entry.offset)
        head = self._file.read(_LOCAL.size)
        if len(head) < _LOCAL.size or head[:4] != b"PK\x03\x04":
            raise BadArchive(_TRUNCATED)
        name_length, extra_length = struct.unpack_from("<2H", head, 26)
        at = entry.offset + _LOCAL.size + name_length + extra_length
        left = self._bytes - at if entry.packed is None else entry.packed
        stream = zlib.decompressobj(-15) if entry.method == 8 else None
        unpacked = packed = 0
        waiting = b""
        while True:
            if not waiting and left > 0:
                self._file.seek(at + packed)
                waiting = self._file.read(min(_CHUNK, left))
                if not waiting:
                    raise BadArchive(_TRUNCATED)
                packed += len(waiting)
                left -= len(waiting)
            if stream is None:
                if not waiting:
                    return
                part, waiting = waiting, b""
            else:
                try:
                    part = stream.decompress(waiting, _CHUNK)
                except zlib.error:
                    raise BadArchive(_TRUNCATED) from None
                waiting = stream.unconsumed_tail
            unpacked += len(part)
            if unpacked > IMPORT_RATIO_FROM_BYTES and unpacked > IMPORT_RATIO * packed:
                raise BadArchive(_BOMB)
            if part:
                yield part
            if stream is not None:
                if stream.eof:
                    return
                if not part and not waiting and left <= 0:
                    raise BadArchive(_TRUNCATED)


class _Window:
    """A run of bytes of a file, as a file of its own: what `ZipTree` needs of one."""

    def __init__(self, file, begins, length):
        self._file, self._begins, self._length, self._at = file, begins, length, 0

    def seek(self, offset, whence=os.SEEK_SET):
        self._at = self._length + offset if whence == os.SEEK_END else offset
        return self._at

    def read(self, count=-1):
        left = max(0, self._length - self._at)
        self._file.seek(self._begins + self._at)
        data = self._file.read(left if count < 0 else min(count, left))
        self._at += len(data)
        return data


def _extra(data):
    """The extra fields of a header, by their numbers; what is damaged is left out."""
    fields, at = {}, 0
    while at + 4 <= len(data):
        number, length = struct.unpack_from("<2H", data, at)
        fields.setdefault(number, data[at + 4:at + 4 + length])
        at += 4 + length
    return fields


def _zip64(extra, packed, size, offset):
    """The three numbers, with those that did not fit into 32 bits taken from the extra field."""
    data, at, numbers = extra.get(1, b""), 0, []
    for number in (size, packed, offset):
        if number == 0xFFFFFFFF and at + 8 <= len(data):
            number = struct.unpack_from("<Q", data, at)[0]
            at += 8
        numbers.append(number)
    size, packed, offset = numbers
    return packed, size, offset


def _name(raw, flags, extra):
    """(the name, whether it is sure). macOS writes UTF-8 and does not say so; old archivers write cp437."""
    unicode_path = extra.get(0x7075, b"")
    if len(unicode_path) > 5 and unicode_path[0] == 1 and struct.unpack_from("<L", unicode_path, 1)[0] == zlib.crc32(raw):
        raw, flags = unicode_path[5:], 0x800
    try:
        return raw.decode("utf-8"), True
    except UnicodeDecodeError:
        return (raw.decode("utf-8", "replace"), False) if flags & 0x800 else (raw.decode("cp437"), False)


def _modified(extra, date, time):
    """The moment a file was changed: in UTC where the archive has it, else by the clock on the wall, two seconds fine."""
    stamp = extra.get(0x5455, b"")
    if len(stamp) >= 5 and stamp[0] & 1:
        return moment(struct.unpack_from("<l", stamp, 1)[0])
    ntfs = extra.get(0x000A, b"")
    if len(ntfs) >= 16 and ntfs[4:8] == b"\x01\x00\x18\x00":
        return moment(struct.unpack_from("<Q", ntfs, 8)[0] / 10_000_000 - 11_644_473_600)
    try:
        return moment(datetime.datetime(
            1980 + (date >> 9), date >> 5 & 15, date & 31, time >> 11, time >> 5 & 63, min(59, (time & 31) * 2)).timestamp())
    except (ValueError, OverflowError, OSError):
        return ""
