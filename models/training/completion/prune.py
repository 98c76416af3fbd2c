"""Step 6: drops the n-grams that change predictions least, until the model fits.

Offers ``prune(levels, keep)``.

An n-gram is worth its uses times how far its own probability lies above what the shorter
context gives it: the weighted difference of K. Seymore and R. Rosenfeld, «Scalable
backoff language models» (1996). Kneser-Ney's lower orders are not frequencies, so the
uses are the real ones (C. Chelba et al., «Study on interaction between entropy pruning
and Kneser-Ney smoothing», 2010).
"""

import numpy as np

from models.training.completion.count import ORDER, prefix, suffix
from models.training.completion.estimate import Level


def worth(levels):
    """Return for orders 2 to 4 how much log-likelihood each n-gram brings on the training text."""
    found = []
    for order in range(2, ORDER + 1):
        level, lower = levels[order - 1], levels[order - 2]
        context = np.searchsorted(lower.keys, prefix(level.keys))
        shorter = np.searchsorted(lower.keys, suffix(level.keys, order))
        found.append(level.uses * np.log(level.p / (lower.backoff[context] * lower.p[shorter])))
    return found


def _choose(levels, value, threshold):
    """Return a mask for each of orders 2 to 4: worth more than the threshold, or needed by one that is.

    A kept n-gram needs its context (to be found in the tree) and its own ending (whose
    place in the shorter list is how it is stored).
    """
    masks = [v > threshold for v in value]
    for order in range(ORDER, 2, -1):
        kept = levels[order - 1].keys[masks[order - 2]]
        lower = levels[order - 2].keys
        for needed in (prefix(kept), suffix(kept, order)):
            masks[order - 3][np.searchsorted(lower, needed)] = True
    return masks


def renormalise(levels):
    """Set every context's back-off weight so that its probabilities sum to one again."""
    for order in range(2, ORDER + 1):
        level, lower = levels[order - 1], levels[order - 2]
        contexts, group = np.unique(prefix(level.keys), return_inverse=True)
        shorter = lower.p[np.searchsorted(lower.keys, suffix(level.keys, order))]
        left = np.maximum(1 - np.bincount(group, level.p), 1e-6)
        lower_left = np.maximum(1 - np.bincount(group, shorter), 1e-6)
        lower.backoff[:] = 1
        lower.backoff[np.searchsorted(lower.keys, contexts)] = left / lower_left
    return levels


def prune(levels, keep):
    """Return ``levels`` with about ``keep`` n-grams of two to four words left."""
    value = worth(levels)
    low, high = 0.0, max(float(v.max()) for v in value)
    for _ in range(40):  # bisection on the threshold
        middle = (low + high) / 2
        if sum(int(mask.sum()) for mask in _choose(levels, value, middle)) > keep:
            low = middle
        else:
            high = middle
    pruned = [levels[0]]
    for level, mask in zip(levels[1:], _choose(levels, value, high)):
        pruned.append(Level(level.keys[mask], level.p[mask], level.backoff[mask], level.uses[mask]))
    return renormalise(pruned)
