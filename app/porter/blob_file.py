"""A picked file as a binary file that can be read anywhere, without ever being in memory as a whole.

Offers ``blob_file(size, read)``: ``read(start, end)`` gives the bytes of a slice (in the browser FileReaderSync, app/porter/main.py); it raises
OSError where the file was changed or taken away since it was picked.
"""

import io

# Bytes that are read ahead.
BUFFER_BYTES = 256_000


class BlobFile(io.RawIOBase):
    def __init__(self, size, read):
        self._size, self._read, self._at = size, read, 0

    def readable(self):
        return True

    def seekable(self):
        return True

    def tell(self):
        return self._at

    def seek(self, offset, whence=io.SEEK_SET):
        at = offset + {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        if at < 0:
            raise ValueError("before the beginning of the file")
        self._at = at
        return at

    def readinto(self, buffer):
        end = min(self._at + len(buffer), self._size)
        if end <= self._at:
            return 0
        data = self._read(self._at, end)
        buffer[:len(data)] = data
        self._at += len(data)
        return len(data)


def blob_file(size, read):
    return io.BufferedReader(BlobFile(size, read), BUFFER_BYTES)
