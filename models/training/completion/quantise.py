"""Step 7: lays the pruned model out as the arrays of the shipped file.

Offers ``quantise(levels, vocabulary)`` -> arrays by name. The format itself belongs to ``app.engine.kneser_ney``, which reads it.
"""

import numpy as np

from app.engine.kneser_ney import KneserNey, quantise_p
from models.training.completion.count import last, prefix


def quantise(levels, vocabulary):
    """Return the arrays of the file for ``levels`` over the words of ``vocabulary``."""
    laid, place = [], np.arange(len(levels[0].p))  # place: sorted position -> position in the file
    for level, below in zip(levels[1:], levels):
        context = place[np.searchsorted(below.keys, prefix(level.keys))]
        word = last(level.keys)
        # Most probable first; the unpredictable ties of floats must not decide the order.
        order = np.lexsort((word, quantise_p(level.p), context))
        place = np.empty(len(order), np.int64)
        place[order] = np.arange(len(order))
        laid.append((context[order], word[order], level.p[order], level.backoff[order]))
    return KneserNey.pack(vocabulary.words, vocabulary.surfaces, levels[0].p, levels[0].backoff, laid)
