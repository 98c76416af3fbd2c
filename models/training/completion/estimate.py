"""Step 5: estimates an interpolated, modified Kneser-Ney model from counts.

Offers ``estimate(counts, symbols, start)`` -> a list of ``Level``, one for each order.

R. Kneser and H. Ney, «Improved backing-off for m-gram language modeling» (1995);
S. F. Chen and J. Goodman, «An empirical study of smoothing techniques for language
modeling» (1999), section 3: three discounts for each order, from counts of counts.
"""

import numpy as np

from models.training.completion.count import ORDER, last, prefix, suffix


class Level:
    """The n-grams of one order.

    ``keys`` sorted; ``p`` their probability after their context; ``backoff`` the weight of
    the next lower order after *this* n-gram (1 where it is the context of nothing);
    ``uses`` how often the n-gram was seen, weighted.
    """

    def __init__(self, keys, p, backoff, uses):
        self.keys, self.p, self.backoff, self.uses = keys, p, backoff, uses


def discounts(seen):
    """Return D1, D2, D3+ from counts (n,), after Chen & Goodman (1999), equation 26."""
    n1, n2, n3, n4 = (float(np.count_nonzero(seen == c)) for c in (1, 2, 3, 4))
    if not all((n1, n2, n3, n4)):
        return np.array([0.5, 0.5, 0.5])  # too little text for counts of counts (small tests)
    y = n1 / (n1 + 2 * n2)
    return np.clip(np.array([1 - 2 * y * n2 / n1, 2 - 3 * y * n3 / n2, 3 - 4 * y * n4 / n3]), 0.05, 2.95)


def _kneser_ney_counts(counts, order, start):
    """Return (count, seen) of one order: how many words precede each n-gram.

    The highest order, and n-grams that open a sentence, which nothing precedes, keep
    their plain counts.
    """
    level = counts[order - 1]
    if order == ORDER:
        return level.count, level.seen
    shorter = suffix(counts[order].keys, order + 1)
    distinct = np.zeros(len(level.keys), np.int64)
    np.add.at(distinct, np.searchsorted(level.keys, shorter), 1)
    opens = distinct == 0
    return np.where(opens, level.count, distinct), np.where(opens, level.seen, distinct)


def estimate(counts, symbols, start):
    """Return the levels of orders 1 to 4 for ``counts`` over ``symbols`` many ids."""
    levels = []
    for order in range(1, ORDER + 1):
        level = counts[order - 1]
        number, seen = _kneser_ney_counts(counts, order, start)
        lost = np.minimum(discounts(seen)[np.minimum(seen, 3) - 1], number)
        contexts, group = np.unique(prefix(level.keys), return_inverse=True)
        total = np.bincount(group, number)
        weight = np.bincount(group, lost) / total
        if order == 1:
            # Every word that can be predicted gets a share, seen or not; the start cannot.
            p = np.full(symbols, weight[0] / (symbols - 1))
            p[last(level.keys)] += (number - lost) / total[0]
            p[start] = 0
            uses = np.zeros(symbols)
            uses[last(level.keys)] = level.count
            levels.append(Level(np.arange(symbols, dtype=np.uint64), p, np.ones(symbols), uses))
            continue
        lower = levels[-1]
        p = (number - lost) / total[group] \
            + weight[group] * lower.p[np.searchsorted(lower.keys, suffix(level.keys, order))]
        lower.backoff[np.searchsorted(lower.keys, contexts)] = weight
        levels.append(Level(level.keys, p, np.ones(len(level.keys)), level.count))
    return levels
