"""Sentence vectors without numpy: for the command ``advise``, which runs on a Python that has nothing installed.

Offers ``PlainVectors(data)`` with ``encode(texts)``: for each text a list of float, what ``app.engine.vectors`` computes (a test compares them).
About 10 ms a text, a hundred times what numpy takes: enough for a manifest, too slow for a notebook.
"""

import array
import ast
import io
import math
import sys
import zipfile
import zlib
from operator import mul

from app.everywhere.errors import ModelError
from app.everywhere.pieces import Pieces

# As in app/engine/vectors.py.
FORMAT = 1
BLOCK = 32
HEAT = 3.0
SCALE_STEPS, SCALE_SHIFT = 16, 14
_SCALE = [2.0 ** (code / SCALE_STEPS - SCALE_SHIFT) for code in range(256)]
_TYPES = {"|u1": "B", "|i1": "b", "<f4": "f", "<i8": "q"}


class PlainVectors:
    """``data``: the bytes of ``models/vectors.en.npz``. Raises ``ModelError`` where they are none."""

    def __init__(self, data):
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as file:
                arrays = {name.removesuffix(".npy"): _array(file.read(name)) for name in file.namelist()}
            number, _, self._d = arrays["format"][1]
            if number != FORMAT:
                raise ModelError(f"The sentence vectors have format {number}; this version reads format {FORMAT}.")
            self._pieces = Pieces(bytes(arrays["pieces"][1]).decode().split("\n"))
            self._nibbles, self._scales = bytes(arrays["nibbles"][1]), bytes(arrays["scales"][1])
            self._narrow, self._widen, first, second = (_columns(arrays, f"network.{name}") for name in ("narrow", "widen", "first", "second"))
            self._first, self._second = [(column[:-1], column[-1]) for column in first], [(column[:-1], column[-1]) for column in second]
        except (OSError, EOFError, ValueError, KeyError, IndexError, TypeError, SyntaxError, NotImplementedError, zipfile.BadZipFile, zlib.error) as error:
            raise ModelError(f"The sentence vectors cannot be read: {error}") from None

    def encode(self, texts):
        """Return the vectors of ``texts``, of length one, or zero where no word is known."""
        return [self._encode(self._pieces.rows(text)) for text in texts]

    def _encode(self, rows):
        if not rows:
            return [0.0] * self._d
        table = [self._row(row) for row in rows]
        plain = _unit([sum(column) for column in zip(*table)])
        narrowed = [sum(map(mul, column, plain)) for column in self._narrow]
        wanted = [sum(map(mul, column, narrowed)) for column in self._widen]
        weights = []
        for x in table:
            heat = sum(map(mul, x, wanted)) / (math.sqrt(sum(map(mul, x, x))) + 1e-9)
            weights.append(math.exp(max(-HEAT, min(HEAT, heat))))
        weighed = _unit([sum(map(mul, column, weights)) for column in zip(*table)])
        both = plain + weighed
        hidden = [max(0.0, sum(map(mul, column, both)) + bias) for column, bias in self._first]
        return _unit([x + sum(map(mul, column, hidden)) + bias for x, (column, bias) in zip(weighed, self._second)])

    def _row(self, row):
        width, found = self._d // 2, []
        scales = self._scales[row * self._d // BLOCK:(row + 1) * self._d // BLOCK]
        for place, byte in enumerate(self._nibbles[row * width:(row + 1) * width]):
            scale = _SCALE[scales[2 * place // BLOCK]]
            found += ((byte % 16 - 8) * scale, (byte // 16 - 8) * scale)
        return found


def _array(data):
    """Return ``(shape, numbers)`` of a ``.npy`` file, in rows."""
    if data[:6] != b"\x93NUMPY":
        raise ValueError("a part is no array")
    size = 2 if data[6] == 1 else 4
    start = 8 + size + int.from_bytes(data[8:8 + size], "little")
    header = ast.literal_eval(data[8 + size:start].decode("latin-1"))
    if header["fortran_order"] or header["descr"] not in _TYPES:
        raise ValueError("a part is an array of another kind")
    numbers = array.array(_TYPES[header["descr"]], data[start:])
    if sys.byteorder == "big":
        numbers.byteswap()
    return header["shape"], numbers


def _columns(arrays, name):
    """Return the columns of a matrix of bytes with a scale for each column, as lists of float."""
    (height, width), numbers = arrays[name]
    if len(numbers) != height * width:
        raise ValueError(f"{name} is cut short")
    return [[number * scale for number in numbers[column::width]] for column, scale in enumerate(arrays[name + ".scale"][1])]


def _unit(x):
    length = max(math.sqrt(sum(map(mul, x, x))), 1e-9)
    return [number / length for number in x]
