"""Sentence vectors: texts as points, near to each other where they mean the like.

Offers

- ``Vectors.load(models)``: the vectors of the row ``vectors.en``.
- ``vectors.encode(texts)``: float32 (n, d), rows of length one; their products are cosines.
- ``vectors.read(texts)``: the same, read more closely and more slowly.
- ``vectors.answer({"text", "texts"})``: how near each text is, for the feature «similar».
- ``words_of(text)``: the words and marks that the table is asked for; ``Pieces``: their rows (``app/everywhere/pieces.py``).

Method: a table of vectors for words, pieces of words and pairs of words, taught by a larger
model (S. Tulkens and T. van Dongen, «Model2Vec», 2024, with the similarity matrices of a
batch as the target). The rows of a text are added up; the sum then tells how much each row
is to count, and they are added again (attention with one question, the text itself: Z. Yang
et al., «Hierarchical attention networks», 2016). A small network corrects the result for
what words do to each other (M. Iyyer et al., «Deep unordered composition rivals syntactic
methods», 2015). The table is stored in four bits, with a scale for each 32 numbers (T.
Dettmers et al., «QLoRA», 2023, without its code book).
"""

import io
import zipfile
import zlib

import numpy as np

from app.engine.linear import rows_times
from app.engine.transformer import LONGEST, Transformer
from app.everywhere.errors import ModelError
from app.everywhere.pieces import CONTINUES, LONGEST_TEXT, Pieces, words_of  # noqa: F401 (their readers ask here for them)

# What the file calls itself; a file with another number is refused.
FORMAT = 1
# Numbers of the table that share a scale.
BLOCK = 32
# Rows of the table that are gathered at a time: 1,500 of 256 numbers are 1.5 MB, which a processor keeps near.
GATHERED = 1_500
# How much more or less than in the plain sum a row may count, as a power of e.
HEAT = 3.0
NETWORK = ("narrow", "widen", "first", "second")

# Scales are powers of two in steps of a sixteenth: scale = 2 ** (code / 16 - SCALE_SHIFT), off by 2 % at most.
SCALE_STEPS = 16
SCALE_SHIFT = 14
_SCALE = np.exp2(np.arange(256) / SCALE_STEPS - SCALE_SHIFT).astype(np.float32)
# Byte -> the two numbers that it holds.
_PAIR = np.stack([np.arange(256) % 16 - 8.0, np.arange(256) // 16 - 8.0], 1).astype(np.float32)


def quantise(table):
    """Return ``(nibbles, scales)`` of a table (n, d): uint8 (n, d / 2) and uint8 (n, d / BLOCK).

    A number is ``(nibble - 8) * scale``, the even columns in the low nibbles.
    """
    blocks = table.reshape(len(table), -1, BLOCK)
    largest = np.maximum(np.abs(blocks).max(2), 1e-9) / 7
    scales = np.clip(np.ceil((np.log2(largest) + SCALE_SHIFT) * SCALE_STEPS), 0, 255).astype(np.uint8)
    numbers = np.rint(blocks / _SCALE[scales][:, :, None]).astype(np.int8).clip(-8, 7).reshape(len(table), -1) + 8
    numbers = numbers.astype(np.uint8)
    return numbers[:, 0::2] | numbers[:, 1::2] << 4, scales


def dequantise(nibbles, scales):
    """Return the float32 table (n, d) of what ``quantise`` made."""
    table = _PAIR.view(np.uint64)[:, 0].take(nibbles).view(np.float32).reshape(len(nibbles), scales.shape[1], BLOCK)
    table *= _SCALE[scales][:, :, None]
    return table.reshape(len(nibbles), -1)


class Vectors:
    """``pieces``: a ``Pieces``; ``nibbles`` and ``scales``: the table as ``quantise`` gives it.

    ``network``: the matrices ``narrow`` (d, r) and ``widen`` (r, d) of the gate, ``first`` (2d + 1, h) and ``second`` (h + 1, d).
    ``reader``: None, or the arrays of ``app.engine.transformer`` and ``out`` (d + 1, d). The last row of a matrix is its bias.
    """

    def __init__(self, pieces, nibbles, scales, network, reader=None):
        self._pieces, self._nibbles, self._scales = pieces, nibbles, scales
        narrow, widen, first, second = network
        self._narrow, self._widen = _transposed(narrow), _transposed(widen)
        self._first_plain, self._first_weighed = _transposed(first[:len(narrow)]), _transposed(first[len(narrow):-1])
        self._second, self._biases = _transposed(second[:-1]), (first[-1], second[-1])
        self._reader = Transformer(reader) if reader else None
        self._out = reader["out"] if reader else None
        self.dimensions = 2 * nibbles.shape[1]

    # -- the file -----------------------------------------------------------------------

    @staticmethod
    def pack(pieces, table, network, reader=None):
        """Return the arrays of a file, by name. ``reader``: the arrays of ``app.engine.transformer`` and "out", or None."""
        nibbles, scales = quantise(table)
        arrays = {"format": np.array([FORMAT, len(pieces), table.shape[1]], np.int64),
                  "pieces": np.frombuffer("\n".join(pieces).encode(), np.uint8), "nibbles": nibbles, "scales": scales}
        matrices = {f"network.{name}": matrix for name, matrix in zip(NETWORK, network)}
        matrices |= {f"reader.{name}": matrix for name, matrix in (reader or {}).items()}
        for name, matrix in matrices.items():
            scale = np.maximum(np.abs(matrix).max(0), 1e-9) / 127
            arrays[name] = np.rint(matrix / scale).astype(np.int8)
            arrays[name + ".scale"] = scale.astype(np.float32)
        return arrays

    @classmethod
    def read_file(cls, data, name="the sentence vectors"):
        """Return the vectors held by ``data`` (the bytes of an ``.npz`` file).

        Raises ``ModelError``, naming ``name`` and what is wrong, when the bytes are cut
        short, damaged, of another format, or do not fit together.
        """
        try:
            with np.load(io.BytesIO(data), allow_pickle=False) as file:
                arrays = {key: file[key] for key in file.files}
            number, rows, d = (int(x) for x in arrays.pop("format"))
            if number != FORMAT:
                raise ModelError(f"{name} has format {number}; this version reads format {FORMAT}")
            pieces = arrays.pop("pieces").tobytes().decode().split("\n")
            nibbles, scales = arrays.pop("nibbles"), arrays.pop("scales")
            if len(pieces) != rows or nibbles.shape != (rows, d // 2) or scales.shape != (rows, d // BLOCK):
                raise ModelError(f"{name} is damaged: its pieces and its numbers differ in number")
            matrices = {key: arrays[key] * arrays[key + ".scale"] for key in arrays if not key.endswith(".scale")}
            network = [matrices.pop(f"network.{name}") for name in NETWORK]
            reader = {key.removeprefix("reader."): matrix for key, matrix in matrices.items()} or None
            vectors = cls(Pieces(pieces), nibbles, scales, network, reader)
            vectors.encode(["the first text shows whether all parts fit"])
            vectors.read(["so does the first question"])
            return vectors
        except (OSError, EOFError, ValueError, KeyError, IndexError, TypeError, NotImplementedError, zipfile.BadZipFile,
                zlib.error) as error:
            raise ModelError(f"{name} cannot be read: {error}") from None

    @classmethod
    async def load(cls, models):
        """Return the vectors of the row ``vectors.en``, shared by all who load them from the same ``models``."""
        return await models.parsed("vectors.en", cls.read_file)

    # -- asking -------------------------------------------------------------------------

    def encode(self, texts):
        """Return the vectors of ``texts`` (a list of str): float32 (n, d), of length one, or zero where no word is known."""
        return self._encode([self._pieces.rows(text) for text in texts])

    def _encode(self, lists):
        vectors = np.zeros((len(lists), self.dimensions), np.float32)
        first = 0
        while first < len(lists):
            last, size = first, 0
            while last < len(lists) and (size == 0 or size + len(lists[last]) <= GATHERED):
                size += len(lists[last])
                last += 1
            lengths = np.array([len(rows) for rows in lists[first:last]])
            filled = np.flatnonzero(lengths)
            if len(filled):
                rows = np.array([row for rows in lists[first:last] for row in rows])
                vectors[first + filled] = self._add(rows, lengths[filled])
            first = last
        return vectors

    def _add(self, rows, lengths):
        """Return the vectors (n, d) of texts that have ``lengths`` (n,) of the ``rows``, none of them 0."""
        # Unpacked each time: all rows together would take 27 MB, and a gathered row takes a fraction of what is computed with it.
        x, starts = dequantise(self._nibbles[rows], self._scales[rows]), np.cumsum(lengths) - lengths
        plain = _unit(np.add.reduceat(x, starts, axis=0))
        wanted = np.repeat(rows_times(rows_times(plain, self._narrow), self._widen), lengths, axis=0)
        heat = np.einsum("td,td->t", x, wanted) / (np.sqrt(np.einsum("td,td->t", x, x)) + 1e-9)
        x *= np.exp(heat.clip(-HEAT, HEAT))[:, None]
        weighed = _unit(np.add.reduceat(x, starts, axis=0))
        hidden = np.maximum(rows_times(plain, self._first_plain) + rows_times(weighed, self._first_weighed) + self._biases[0], 0)
        return _unit(weighed + rows_times(hidden, self._second) + self._biases[1])

    def read(self, texts):
        """Return vectors of ``texts`` as ``encode`` does, and in the same space, read more closely: in their order and context.

        It takes milliseconds a text, where ``encode`` takes a fraction of one: for a question and
        for the best of what was found, not for a whole notebook at once. The same as
        ``encode`` where the file holds no reader.
        """
        lists = [self._pieces.rows(text) for text in texts]
        vectors = self._encode(lists)
        if self._reader is not None:
            for place, rows in enumerate(lists):
                if rows:
                    vectors[place] = self._reader.read(_unit(dequantise(self._nibbles[rows[:LONGEST]], self._scales[rows[:LONGEST]]))) @ self._out[:-1] + self._out[-1]
            vectors = _unit(vectors)
        return vectors

    def answer(self, payload):
        """{"text", "texts"} → {"similarities"}: the cosine of the text with each of the texts, -1 to 1, 0 where nothing is known."""
        vectors = self.encode([payload["text"], *payload["texts"]])
        return {"similarities": [round(float(x), 4) for x in vectors[1:] @ vectors[0]]}


def _transposed(matrix):
    return np.ascontiguousarray(matrix.T)


def _unit(x):
    return x / np.maximum(np.linalg.norm(x, axis=1, keepdims=True), 1e-9)
