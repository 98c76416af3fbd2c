"""Step 3: chooses the n-grams that tell most.

Offers ``choose(drawn, count)`` -> sorted ``keys`` (uint32).

An n-gram's worth is its mutual information with the language: how much more often it occurs in some languages
than in all of them, weighted by how often (see C. D. Manning, P. Raghavan and H. Schütze, «Introduction to
Information Retrieval», 2008, section 13.5.1).
"""

import numpy as np

from app.engine.language import ngrams

# Stretches that must hold an n-gram; rarer ones are somebody's name.
LEAST_COUNT = 4


def choose(drawn, count):
    """Return the ``count`` most telling n-grams of ``drawn`` (pairs of code and letters), sorted."""
    codes = sorted({code for code, _ in drawn})
    index = {code: i for i, code in enumerate(codes)}
    pairs = np.concatenate([np.unique(ngrams(letters)).astype(np.uint64) << np.uint64(8) | np.uint64(index[code])
                            for code, letters in drawn])
    pairs, times = np.unique(pairs, return_counts=True)
    keys, row = np.unique(pairs >> np.uint64(8), return_inverse=True)
    column = (pairs & np.uint64(255)).astype(int)
    size = np.bincount([index[code] for code, _ in drawn], minlength=len(codes))
    total = np.bincount(row, times)
    share = times / size[column]
    mean = np.bincount(row, share) / len(codes)
    worth = np.bincount(row, share * np.log(share / mean[row]))
    worth[total < LEAST_COUNT] = 0
    best = np.argsort(-worth, kind="stable")[:count]
    return np.sort(keys[best].astype(np.uint32))
