"""A file that is written once and leaves memory part by part, for zipfile.

Offers ``PartsFile(take)``: a binary file that is written and can be sought within what has not left yet. ``take(data)`` gets the parts, in
order; ``leave()`` lets go of what is complete, ``finish()`` of all. zipfile goes back to the header of the member that it
writes, and to none before it: so call ``leave`` between two members. A member's sizes then stand in its header, and a truncated archive
can be read from its beginning.
"""

import io

# Bytes from which on a part leaves.
PART_BYTES = 4_000_000


class PartsFile(io.RawIOBase):
    def __init__(self, take, part_bytes=PART_BYTES):
        self._take, self._part_bytes = take, part_bytes
        self._left = 0  # bytes that have left
        self._here = bytearray()
        self._at = 0

    def writable(self):
        return True

    def seekable(self):
        return True

    def tell(self):
        return self._at

    def seek(self, offset, whence=io.SEEK_SET):
        at = offset + {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._left + len(self._here)}[whence]
        if at < self._left:
            raise OSError("this part of the file has left")
        self._at = at
        return at

    def write(self, data):
        data = memoryview(data).cast("B")
        start = self._at - self._left
        self._here[start:start + len(data)] = data
        self._at += len(data)
        return len(data)

    def leave(self):
        if len(self._here) >= self._part_bytes:
            self._let_go()

    def finish(self):
        if self._here:
            self._let_go()

    def _let_go(self):
        part, self._here = self._here, bytearray()
        self._left += len(part)
        self._take(bytes(part))
