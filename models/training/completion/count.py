"""Step 4: counts n-grams of word ids.

Offers ``Counts``, ``encode(sentences, index)`` and ``count(ids, weights)``.

An n-gram is one unsigned 64-bit number, 16 bits a word with the last word lowest, so that
sorting and counting nine million of them is one call of numpy.
"""

import numpy as np

from models.training.completion.weigh import ANSWER

ORDER = 4
BITS = 16
MASK = np.uint64((1 << BITS) - 1)


def suffix(keys, order):
    """Return the n-grams ``keys`` without their first word, as keys of ``order - 1`` words."""
    return keys & np.uint64((1 << (BITS * (order - 1))) - 1)


def prefix(keys):
    """Return the n-grams ``keys`` without their last word."""
    return keys >> np.uint64(BITS)


def last(keys):
    """Return the last word of each n-gram."""
    return (keys & MASK).astype(np.int64)


class Counts:
    """The n-grams of one order: sorted ``keys``, ``count`` (weighted uses) and ``seen`` (plain uses)."""

    def __init__(self, keys, count, seen):
        self.keys, self.count, self.seen = keys, count, seen


def count(ids, weights, start):
    """Return the ``Counts`` of orders 1 to 4 of the stream ``ids``.

    ``ids`` (n,) holds sentences one after another, each opening with the id ``start``;
    ``weights`` (n,) tells how often each token counts. ``start`` itself is never predicted.
    A sentence may open with ``start + weigh.ANSWER`` instead: no n-gram with that is counted.
    """
    found = []
    ids = ids.astype(np.uint64)
    answers = ids == start + ANSWER
    begins = np.flatnonzero((ids == start) | answers)
    sentence = np.searchsorted(begins, np.arange(len(ids)), side="right") - 1
    place = np.arange(len(ids)) - begins[sentence]
    in_answer = answers[begins][sentence]
    for order in range(1, ORDER + 1):
        # The n-gram ending at position i needs n - 1 tokens before it in its sentence.
        ends = np.flatnonzero((place >= max(1, order - 1)) & ~(in_answer & (place == order - 1)))
        keys = np.zeros(len(ends), np.uint64)
        for back in range(order - 1, -1, -1):
            keys = (keys << np.uint64(BITS)) | ids[ends - back]
        order_by = np.argsort(keys, kind="stable")
        keys, weight = keys[order_by], weights[ends][order_by]
        first = np.flatnonzero(np.r_[True, keys[1:] != keys[:-1]])
        found.append(Counts(keys[first], np.add.reduceat(weight, first).astype(np.float64),
                            np.diff(np.r_[first, len(keys)])))
    return found
