"""Named arrays in one run of bytes, used as they lie: nothing is parsed or copied when they are read.

Offers ``pack(header, arrays)`` -> bytes and ``unpack(data, format)`` -> (header, arrays). The bytes: the length of a JSON header, the header,
and the arrays one after another, each at a multiple of eight bytes. Also ``as_lines`` and ``lines``: texts, one to a line, as an array.
"""

import json

import numpy as np

from app.everywhere.errors import IndexDamaged

_ALIGNED = 8


def pack(header, arrays):
    """Return the bytes. ``header``: a dict of JSON-like values, among them "format"; ``arrays``: {name: array}."""
    places, at = [], 0
    for name, array in arrays.items():
        places.append([name, array.dtype.str, array.shape, at])
        at += -(-array.nbytes // _ALIGNED) * _ALIGNED
    text = json.dumps(header | {"arrays": places, "bytes": at}).encode()
    text += b" " * (-(len(text) + 4) % _ALIGNED)
    parts = [np.array([len(text)], "<u4").tobytes(), text]
    for array in arrays.values():
        parts += [np.ascontiguousarray(array).tobytes(), b"\0" * (-array.nbytes % _ALIGNED)]
    return b"".join(parts)


def unpack(data, format):
    """Return ``(header, {name: array})``. Raises ``IndexDamaged`` where the bytes are cut short, no such file, or of another ``format``."""
    try:
        length = int(np.frombuffer(data, "<u4", 1)[0])
        header = json.loads(bytes(data[4:4 + length]))
        if header["format"] != format or len(data) != 4 + length + header["bytes"]:
            raise IndexDamaged("A part of the index is of another version, or cut short.")
        arrays = {}
        for name, kind, shape, at in header["arrays"]:
            count = int(np.prod(shape, dtype=np.int64))
            arrays[name] = np.frombuffer(data, kind, count, 4 + length + at).reshape(shape)
        return header, arrays
    except (ValueError, KeyError, IndexError, TypeError) as error:
        raise IndexDamaged(f"A part of the index cannot be read: {error}") from None


def as_lines(values):
    """Return texts as one array of bytes; what ends a line within one becomes a space."""
    return np.frombuffer("\n".join([value.replace("\n", " ") for value in values]).encode("utf-8", "surrogatepass"), np.uint8)


def lines(array):
    """Return the list of texts (str) in an array that ``as_lines`` made of one or more."""
    return array.tobytes().decode("utf-8", "surrogatepass").split("\n")
