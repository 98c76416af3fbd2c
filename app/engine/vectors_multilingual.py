"""Vectors of sentences in many languages, in one space: what means the same lies near, whatever its language.

Offers

- ``MultilingualVectors.load(models)``: the vectors of the row ``vectors.multilingual``.
- ``vectors.encode(texts)``: float32 (n, d), rows of length one.
- ``vectors.answer({"text", "texts"})``: as «similar» answers, across languages.
- ``buckets(texts, count)``: the rows of the table that each text adds up.

No vocabulary: words and runs of two to five letters are hashed into the rows of one table
(P. Bojanowski et al., «Enriching word vectors with subword information», 2017), single
letters and pairs too where a script has no spaces. Hashes are differences of one running
sum (R. Karp and M. Rabin, 1987), so that numpy finds all of a text at once.
"""

import io
import unicodedata
import zipfile
import zlib

import numpy as np

from app.engine.vectors import BLOCK, LONGEST_TEXT, dequantise, quantise
from app.everywhere.errors import ModelError

FORMAT = 1
# Lengths of the runs of letters, with the spaces around a word counted as letters.
RUNS = (3, 4, 5)
# In scripts written without spaces a letter says as much as half a word elsewhere.
UNSPACED_RUNS = (1, 2, 3)
# Sets whole words apart from runs of letters that spell the same.
WHOLE_WORD = 99
# Texts hashed at a time: more saves little and takes memory.
TOGETHER = 16

_BASE = 0x9E3779B97F4A7C15 | 1
_INVERSE = pow(_BASE, -1, 1 << 64)
_MIX = np.uint64(0xD6E8FEB86659FD93)


def _powers(base, count):
    powers = np.full(count, base, np.uint64)
    powers[0] = 1
    return np.multiply.accumulate(powers)


class _Letters(dict):
    """For ``str.translate``: letters, digits and combining marks stay, all else becomes a space. Filled as characters come."""

    def __missing__(self, code):
        c = chr(code)
        self[code] = kept = code if c.isalnum() or unicodedata.category(c)[0] == "M" else 32
        return kept


_LETTERS = _Letters()


def buckets(texts, count):
    """Return ``(rows, lengths)``: the rows (of ``count``) of all ``texts`` one after another, and how many each has."""
    prepared = [" " + " ".join(unicodedata.normalize("NFKC", text[:LONGEST_TEXT]).lower().translate(_LETTERS).split()) + " "
                for text in texts]
    codes = np.frombuffer("".join(prepared).encode("utf-32-le", "surrogatepass"), np.uint32).astype(np.uint64)
    ends = np.cumsum([len(text) for text in prepared])
    sums = np.r_[np.zeros(1, np.uint64), np.cumsum(codes * _powers(_BASE, len(codes)))]
    inverse = _powers(_INVERSE, len(codes))
    space = codes == 32
    spaces = np.r_[0, np.cumsum(space)]
    dense = np.r_[0, np.cumsum(_unspaced(codes))]
    rows, owners = [], []

    def add(first, last, salt):
        mixed = ((sums[last] - sums[first]) * inverse[first] + np.uint64(salt)) * _MIX
        mixed ^= mixed >> np.uint64(32)
        rows.append(((mixed * _MIX) >> np.uint64(33)) % np.uint64(count))
        owners.append(np.searchsorted(ends, first, side="right"))

    for length in RUNS:
        first = np.arange(max(0, len(codes) - length + 1))
        # No space inside, no letter of a script without spaces; two spaces in a row part two texts.
        inside = (spaces[first + length - 1] == spaces[first + 1]) & (dense[first + length] == dense[first])
        add(first[inside], first[inside] + length, length)
    for length in UNSPACED_RUNS:
        first = np.arange(max(0, len(codes) - length + 1))
        inside = dense[first + length] - dense[first] == length
        add(first[inside], first[inside] + length, length)
    edges = np.flatnonzero(space)
    words = np.flatnonzero((dense[edges[1:]] == dense[edges[:-1]]) & (edges[1:] - edges[:-1] > 1))
    add(edges[words], edges[words + 1] + 1, WHOLE_WORD)
    owner = np.concatenate(owners)
    order = np.argsort(owner, kind="stable")
    return np.concatenate(rows)[order].astype(np.int64), np.bincount(owner, minlength=len(texts))


def _unspaced(codes):
    """Return which code points belong to scripts written without spaces (Thai to Khmer, kana, ideographs)."""
    return (((codes >= 0x0E00) & (codes < 0x0F00)) | ((codes >= 0x1000) & (codes < 0x10A0)) | ((codes >= 0x1780) & (codes < 0x1800))
            | ((codes >= 0x3040) & (codes < 0x3100)) | ((codes >= 0x3400) & (codes < 0xA000))
            | ((codes >= 0xF900) & (codes < 0xFB00)) | (codes >= 0x20000))


class MultilingualVectors:
    """``nibbles`` and ``scales``: the table (rows, d) as ``quantise`` gives it. Its rows are unpacked as they are needed: all take 28 MB."""

    def __init__(self, nibbles, scales):
        self._nibbles, self._scales = nibbles, scales
        self.dimensions = 2 * nibbles.shape[1]

    @staticmethod
    def pack(table):
        nibbles, scales = quantise(table)
        return {"format": np.array([FORMAT, *table.shape], np.int64), "nibbles": nibbles, "scales": scales}

    @classmethod
    def read(cls, data, name="the multilingual vectors"):
        """Return the vectors held by ``data`` (the bytes of an ``.npz`` file); ``ModelError`` says what is wrong with it."""
        try:
            with np.load(io.BytesIO(data), allow_pickle=False) as file:
                (number, rows, d), nibbles, scales = file["format"], file["nibbles"], file["scales"]
            if number != FORMAT:
                raise ModelError(f"{name} has format {number}; this version reads format {FORMAT}")
            if nibbles.shape != (rows, d // 2) or scales.shape != (rows, d // BLOCK) or rows == 0:
                raise ModelError(f"{name} is damaged: its numbers are not as many as it announces")
            return cls(nibbles, scales)
        except (OSError, EOFError, ValueError, KeyError, IndexError, TypeError, NotImplementedError, zipfile.BadZipFile,
                zlib.error) as error:
            raise ModelError(f"{name} cannot be read: {error}") from None

    @classmethod
    async def load(cls, models):
        return await models.parsed("vectors.multilingual", cls.read)

    def encode(self, texts):
        """Return the vectors of ``texts`` (a list of str): float32 (n, d), of length one, or zero where there is no letter."""
        vectors = np.zeros((len(texts), self.dimensions), np.float32)
        for first in range(0, len(texts), TOGETHER):
            rows, lengths = buckets(texts[first:first + TOGETHER], len(self._nibbles))
            filled = np.flatnonzero(lengths)
            if len(filled):
                starts = (np.cumsum(lengths) - lengths)[filled]
                vectors[first + filled] = np.add.reduceat(dequantise(self._nibbles[rows], self._scales[rows]), starts, axis=0)
        return vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)

    def answer(self, payload):
        """{"text", "texts"} → {"similarities"}: the cosine of the text with each of the texts."""
        vectors = self.encode([payload["text"], *payload["texts"]])
        return {"similarities": [round(float(x), 4) for x in vectors[1:] @ vectors[0]]}
