"""The language model that ships: an interpolated Kneser-Ney 4-gram read by numpy.

Offers

- ``KneserNey.load(data)``: the model from the bytes of its file.
- ``KneserNey.pack(...)``: the arrays of such a file (training uses it; the format is here, once).
- ``model.encode(tokens)``: ids of the tokens that ``words`` reads; ``model.index``: {word: id}.
- ``model.span(prefix)``: the ids of the words that start with a prefix.
- ``model.probabilities(context, low, high)``: their probabilities after a context;
  ``model.matched(context)``: how many of its words were of use for that.

Method: R. Kneser and H. Ney (1995) with the three discounts of S. F. Chen and J. Goodman
(1999), pruned, stored as a back-off model:

    p(w | abc) = stored                     where abcw was kept,
                 backoff(abc) * p(w | bc)   elsewhere.

The file is an ``.npz``. Words are sorted, so a prefix is one range of ids; five marks
follow the words. N-grams of two to four words lie in a tree of arrays: the children of a
node lie side by side, most probable first. A child's word is stored as its *rank* in the
list of the context one word shorter (G. E. Pibiri and R. Venturini, «Efficient data
structures for massive n-gram datasets», 2017), mostly a small number, which deflates well
and is turned back into an id when the file is read. Probabilities are eight-bit logarithms.
"""

import io
import zipfile
import zlib
from bisect import bisect_left

import numpy as np

from app.everywhere.errors import ModelError

# What the file calls itself; a file with another number is refused.
FORMAT = 1
ORDER = 4

# Size of one step of the eight-bit logarithms, in nats. A stored probability is off by at
# most half a step (4 %), a back-off weight by 1.5 %.
P_STEP = 0.08
BACKOFF_STEP = 0.03
# Back-off weights may exceed 1 a little once n-grams were pruned: this code stands for 1.
BACKOFF_ONE = 40

# Marks, in the order of their ids after the last word. END ends a sentence and is
# predicted like a word; START opens one and is not.
MARKS = ("end", "start", "other", "number", "pause")


def quantise_p(p):
    """Return probabilities (n,) as uint8 codes; what is rarer than the last code takes the last."""
    with np.errstate(divide="ignore"):
        return np.clip(np.rint(-np.log(p) / P_STEP), 0, 255).astype(np.uint8)


def quantise_backoff(weight):
    """Return back-off weights (n,) as uint8 codes."""
    return np.clip(np.rint(-np.log(weight) / BACKOFF_STEP) + BACKOFF_ONE, 0, 255).astype(np.uint8)


_P = np.exp(-P_STEP * np.arange(256)).astype(np.float32)
_BACKOFF = np.exp(-BACKOFF_STEP * (np.arange(256) - BACKOFF_ONE)).astype(np.float32)


def _planes(values):
    """Return uint16 values as their low bytes, then their high bytes: zlib likes them apart."""
    return np.r_[(values & 255).astype(np.uint8), (values >> 8).astype(np.uint8)]


def _unplanes(data):
    half = len(data) // 2
    return data[:half].astype(np.uint16) | (data[half:].astype(np.uint16) << 8)


def _starts(fan):
    return np.concatenate(([0], np.cumsum(fan, dtype=np.int32)))


class KneserNey:
    """The model. ``words`` are sorted and lower-cased, ``index`` gives their ids, ``marks`` those of
    the marks; ``size`` counts all; ``surface(id)`` is how a word is written."""

    def __init__(self, words, surfaces, p, backoff, start, ids):
        """Take the tree: lists by order, so that ``p[0]`` and ``ids[1]`` are those of
        single words and of pairs. ``start[k][i]:start[k][i + 1]`` are the children of node i."""
        self.words = words
        self._surfaces = surfaces
        self._p, self._backoff, self._start, self._ids = p, backoff, start, ids
        self.index = dict(zip(words, range(len(words))))
        self.marks = {mark: len(words) + i for i, mark in enumerate(MARKS)}
        self.size = len(words) + len(MARKS)

    # -- the file -----------------------------------------------------------------------

    @staticmethod
    def pack(words, surfaces, unigrams, unigram_backoff, levels):
        """Return the arrays of a model file, by name.

        ``words``: sorted list of str. ``surfaces``: {word: form}. ``unigrams`` and
        ``unigram_backoff``: floats (len(words) + len(MARKS),). ``levels``: for orders 2 to
        4 ``(context, word, p, backoff)``, where ``context`` (n,) indexes the entry of the
        order below and n-grams are sorted by context, most probable first; ``rank`` of
        each word is found here. Every n-gram's ending must be in the order below.
        """
        written = sorted(surfaces)
        index = {word: i for i, word in enumerate(words)}
        arrays = {
            "format": np.array([FORMAT, ORDER, len(words)], np.int32),
            "words": np.frombuffer("\n".join(words).encode(), np.uint8),
            "surface_ids": _planes(np.array([index[word] for word in written], np.uint16)),
            "surface_forms": np.frombuffer("\n".join(surfaces[word] for word in written).encode(), np.uint8),
            "p1": quantise_p(unigrams),
        }
        backoff, below = unigram_backoff, None
        by_p = np.argsort(arrays["p1"], kind="stable")
        rank_of_word = np.empty(len(by_p), np.int64)
        rank_of_word[by_p] = np.arange(len(by_p))
        for order, (context, word, p, next_backoff) in enumerate(levels, 2):
            size = len(backoff)
            fan = np.bincount(context, minlength=size)
            arrays[f"fan{order - 1}"] = _planes(fan.astype(np.uint16))
            arrays[f"backoff{order - 1}"] = quantise_backoff(backoff[fan > 0])
            if order == 2:
                rank, ending = rank_of_word[word], word
            else:
                # Entry of the ending: a child, with this word, of the shorter context.
                shorter = below["ending"][context]
                key = shorter.astype(np.int64) * len(by_p) + word
                sorted_keys = below["keys"]
                ending = below["by_key"][np.searchsorted(sorted_keys, key)]
                rank = ending - below["start"][shorter]
            codes = quantise_p(p)
            arrays[f"rank{order}"] = _planes(rank.astype(np.uint16))
            arrays[f"p{order}"] = np.diff(codes, prepend=np.uint8(0))  # wraps around, as cumsum will
            key = context.astype(np.int64) * len(by_p) + word
            by_key = np.argsort(key)
            below = {"keys": key[by_key], "by_key": by_key, "start": _starts(fan), "ending": ending}
            backoff = next_backoff
        return arrays

    @classmethod
    def load(cls, data, name="the completion model"):
        """Return the model held by ``data`` (the bytes of an ``.npz`` file).

        Raises ``ModelError``, naming ``name`` and what is wrong, when the bytes are cut
        short, damaged, of another format, or do not fit together.
        """
        try:
            with np.load(io.BytesIO(data), allow_pickle=False) as file:
                arrays = {key: file[key] for key in file.files}
        except (OSError, EOFError, ValueError, KeyError, NotImplementedError, zipfile.BadZipFile, zlib.error) as error:
            raise ModelError(f"{name} cannot be read: {error}") from None
        try:
            return cls._assemble(arrays, name)
        except (KeyError, ValueError, IndexError, TypeError) as error:
            raise ModelError(f"{name} does not hold what a completion model holds: {error}") from None

    @classmethod
    def _assemble(cls, arrays, name):
        number, order, count = (int(x) for x in arrays["format"])
        if (number, order) != (FORMAT, ORDER):
            raise ModelError(f"{name} has format {number} of order {order}; this version reads format {FORMAT} of order {ORDER}")

        def check(fits, what):
            if not fits:
                raise ModelError(f"{name} is damaged: {what}")

        words = arrays["words"].tobytes().decode().split("\n")
        forms = arrays["surface_forms"].tobytes().decode().split("\n")
        check(len(words) == count and words == sorted(words), "its words are not the sorted list that it announces")
        surface_ids = _unplanes(arrays["surface_ids"])
        surfaces = dict(zip(surface_ids.tolist(), forms))
        check(len(arrays["p1"]) == count + len(MARKS), "words and probabilities differ in number")
        p, backoff, start, ids = [_P[arrays["p1"]]], [], [], [None]
        ending = rank_ids = None
        for below in range(1, ORDER):
            fan = _unplanes(arrays[f"fan{below}"])
            rank = _unplanes(arrays[f"rank{below + 1}"])
            starts = _starts(fan)
            check(len(fan) == len(p[-1]) and starts[-1] == len(rank) == len(arrays[f"p{below + 1}"]),
                  f"the n-grams of {below + 1} words do not fit those of {below}")
            weights = np.ones(len(fan), np.float32)
            parents = fan > 0
            check(np.count_nonzero(parents) == len(arrays[f"backoff{below}"]), f"back-off weights of order {below} are missing")
            weights[parents] = _BACKOFF[arrays[f"backoff{below}"]]
            if below == 1:
                by_p = np.argsort(arrays["p1"], kind="stable").astype(np.uint16)
                check(len(rank) == 0 or rank.max() < len(by_p), "a pair names a word that does not exist")
                found = by_p[rank]
                ending = found
            else:
                ending = start[-1][np.repeat(ending, fan)] + rank
                check(len(ending) == 0 or ending.max() < len(rank_ids), f"an n-gram of {below + 1} words has no ending")
                found = rank_ids[ending]
            rank_ids = found
            p.append(_P[np.cumsum(arrays[f"p{below + 1}"], dtype=np.uint8)])
            backoff.append(weights)
            start.append(starts)
            ids.append(found)
        return cls(words, surfaces, p, backoff, start, ids)

    # -- asking -------------------------------------------------------------------------

    def encode(self, tokens):
        """Return ids of ``tokens`` as ``words.tokens`` gives them; unknown words are «other»."""
        other = self.marks["other"]
        return [self.index.get(text.lower(), other) if kind == "word" else self.marks[kind] for kind, text in tokens]

    def surface(self, word_id):
        """Return the word of an id as it is usually written: "I", "Monday", "house"."""
        return self._surfaces.get(word_id) or self.words[word_id]

    def span(self, prefix):
        """Return ``(low, high)``: the ids of the words that start with ``prefix`` (lower case)."""
        return bisect_left(self.words, prefix), bisect_left(self.words, prefix + "\U0010ffff")

    def probabilities(self, context, low, high):
        """Return p(word | context) for the ids ``low`` to ``high``, a float32 array of that length.

        ``context`` is a list of ids, the nearest last; begin a sentence with START. Only
        its last three count. Over all ids the probabilities sum to one, to within the
        quantisation (some percent).
        """
        p = self._p[0][low:high].copy()
        context = context[-(ORDER - 1):]
        for length in range(1, len(context) + 1):
            node = self._node(context[-length:])
            if node is None:
                continue
            level = length - 1
            begin, end = self._start[level][node], self._start[level][node + 1]
            p *= self._backoff[level][node]
            ids = self._ids[length][begin:end]
            if low == 0 and high == self.size:
                p[ids] = self._p[length][begin:end]
            else:
                inside = (ids >= low) & (ids < high)
                p[ids[inside].astype(np.intp) - low] = self._p[length][begin:end][inside]
        return p

    def matched(self, context):
        """Return how many of the last ids of ``context`` the model knows followers of, 0 to ORDER - 1."""
        context = context[-(ORDER - 1):]
        return max((n for n in range(1, len(context) + 1) if self._node(context[-n:]) is not None), default=0)

    def _node(self, context):
        """Return the index of an n-gram that is the context of others, or None."""
        node = context[0]
        for level, word in enumerate(context[1:]):
            begin, end = self._start[level][node], self._start[level][node + 1]
            place = np.flatnonzero(self._ids[level + 1][begin:end] == word)
            if not len(place):
                return None
            node = begin + int(place[0])
        level = len(context) - 1
        return node if self._start[level][node + 1] > self._start[level][node] else None
