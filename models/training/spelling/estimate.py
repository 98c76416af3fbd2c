"""Step 3: estimates what a slip costs from the findings, in turns (EM).

Offers ``estimate(findings, spelling)`` -> costs (4, LETTERS, LETTERS) in nats.

A pair of letters has seen too few slips to be believed alone. So its rate is drawn towards
that of its class: neighbours on the keyboard, vowels taken for vowels, doubled letters, the rest.
"""

import math

import numpy as np

from app.engine.spelling import EXTRA, LETTERS, MISSING, NEW_LETTER, NEW_WORD, OTHER, SWAPPED, codes, slips

TURNS = 3
# Slips of its class that a pair's own are mixed with.
DRAWN = 8.0
# What a slip costs on average, in nats. Text alone says how much dearer one slip is than another; how many there
# are at all depends on the writer, so the level is set here, and NEW_WORD was chosen to go with it.
MEAN_COST = 6.0
# No slip is cheaper or dearer than these, however often it was seen.
CHEAPEST, DEAREST = 3.0, 10.0
# A count is at most this much for one word: somebody's habit should not be everybody's.
MOST_USES = 5

_ROWS = ("qwertyuiop", "asdfghjkl'", "zxcvbnm")
_VOWELS = codes("aeiouy")


def neighbours():
    """Return (LETTERS, LETTERS) of bool: keys that touch on an English keyboard."""
    place = {}
    for row, letters in enumerate(_ROWS):
        for column, letter in enumerate(letters):
            place[codes(letter)[0]] = (row, column + 0.5 * row)
    touch = np.zeros((LETTERS, LETTERS), bool)
    for a, (row, column) in place.items():
        for b, (other_row, other_column) in place.items():
            touch[a, b] = a != b and abs(row - other_row) <= 1 and abs(column - other_column) <= 1
    return touch


def classes():
    """Return the class of each slip, (4, LETTERS, LETTERS) of int."""
    touch = neighbours()
    kinds = np.zeros((4, LETTERS, LETTERS), np.int64)
    vowel = np.zeros(LETTERS, bool)
    vowel[_VOWELS] = True
    kinds[OTHER] = np.where(touch, 1, np.where(vowel[:, None] & vowel, 2, 0))
    same = np.eye(LETTERS, dtype=bool)
    kinds[EXTRA] = np.where(same, 4, np.where(touch, 5, 3))
    kinds[MISSING] = np.where(same, 7, np.where(vowel[None, :], 8, 6))
    kinds[SWAPPED] = np.where(vowel[:, None] & vowel, 10, 9)
    return kinds


def chances(spelling):
    """Return how often each slip could have happened in a word of the model, (4, LETTERS, LETTERS)."""
    model = spelling.model
    p = model.probabilities([], 0, len(model.words))
    single, pair = np.zeros(LETTERS), np.zeros((LETTERS, LETTERS))
    for word, weight in zip(model.words, p.tolist()):
        letters = codes(word)
        for a, b in zip([0] + letters, letters):
            single[b] += weight
            pair[a, b] += weight
    found = np.empty((4, LETTERS, LETTERS))
    found[OTHER] = single[None, :]
    found[EXTRA] = (single + pair[0].sum() * (np.arange(LETTERS) == 0))[:, None]
    found[MISSING] = found[SWAPPED] = pair
    return np.maximum(found, 1e-9)


def estimate(findings, spelling):
    """Return the costs that the ``findings`` speak for."""
    kinds, chance = classes(), chances(spelling)
    cost = np.full((4, LETTERS, LETTERS), MEAN_COST)
    for _ in range(TURNS):
        counts, table = np.zeros_like(cost), cost.tolist()
        for finding in findings:
            ways = [(p - nats, path) for p, (nats, path) in
                    ((p, slips(finding.typed, codes(word), table)) for word, p in finding.candidates)]
            new = NEW_WORD + NEW_LETTER * len(finding.typed)
            most = max(new, max(score for score, _ in ways))
            total = math.exp(new - most) + sum(math.exp(score - most) for score, _ in ways)
            for score, path in ways:
                share = math.exp(score - most) / total * min(finding.count, MOST_USES)
                for slip in path:
                    counts[slip] += share
        rates = (np.bincount(kinds.ravel(), counts.ravel()) + 0.5) / np.bincount(kinds.ravel(), chance.ravel())
        cost = -np.log((counts + DRAWN) / (chance + DRAWN / rates[kinds]))
        cost = np.clip(cost + MEAN_COST - (counts * cost).sum() / counts.sum(), CHEAPEST, DEAREST)
    return cost

