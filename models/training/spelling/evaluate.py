"""Step 4: measures spelling: what was meant, how often it is found, how often it is wrong to speak.

Offers

- ``typo_lists(paths)``: pairs (typed, meant) from lists of real misspellings.
- ``slip(word, chance)``: a word with one slip, for made-up ones.
- ``first(pairs, suggest)``: how often what was meant comes first, and among three.
- ``with_slips(sentences, seed)``: sentences with one slip each, and where.
- ``in_text(changed, answer)``: what a speller finds of those, and what it says beside.
- ``false_alarms(sentences, answer)``: how often it speaks in text that is right.
- ``SlowNear``: the search for near words by the textbook, word by word: the reference for the browser's test.

The real lists (codespell's dictionary, CC-BY-SA-3.0; PyPI) are read for the figures only.
Nothing was learned from them, and nothing chosen by the half that the figures are from.
"""

import hashlib
import importlib.util
import random
from pathlib import Path

import numpy as np

from app.engine.spelling import codes

_LETTERS = "abcdefghijklmnopqrstuvwxyz"


def codespell():
    """Return ``{typed: meant}`` of codespell's dictionary: plain words with one correction only."""
    spec = importlib.util.find_spec("codespell_lib")
    if spec is None:
        raise ModuleNotFoundError("the list of real misspellings needs the package codespell (requirements-test.txt)")
    path = Path(spec.submodule_search_locations[0]) / "data" / "dictionary.txt"
    pairs = (line.strip().split("->") for line in path.read_text(encoding="utf-8").splitlines() if "->" in line)
    return {typed: meant for typed, meant in pairs
            if typed.isalpha() and typed.isascii() and typed.islower() and meant.isalpha() and meant.isascii() and meant.islower()}


def halves(pairs):
    """Return ``pairs`` (a dict) as two lists, development and test, by a hash of the word that was meant."""
    parts = [], []
    for typed, meant in sorted(pairs.items()):
        parts[hashlib.sha256(meant.encode()).digest()[0] & 1].append((typed, meant))
    return parts


def distance(a, b):
    """Return the slips between two words (Damerau; no letter touched twice)."""
    rows = [list(range(len(b) + 1))]
    for i, x in enumerate(a, 1):
        row = [i]
        for j, y in enumerate(b, 1):
            row.append(min(rows[-1][j] + 1, row[-1] + 1, rows[-1][j - 1] + (x != y)))
            if i > 1 and j > 1 and x == b[j - 2] and a[i - 2] == y:
                row[-1] = min(row[-1], rows[-2][j - 2] + 1)
        rows.append(row)
    return rows[-1][-1]


def slip(word, chance):
    """Return ``word`` with one slip of a kind and at a place drawn by ``chance`` (a ``random.Random``)."""
    while True:
        kind, at = chance.randrange(4), chance.randrange(len(word))
        if kind == 0:
            typed = word[:at] + word[at + 1:]
        elif kind == 1:
            typed = word[:at] + chance.choice(_LETTERS) + word[at:]
        elif kind == 2:
            typed = word[:at] + chance.choice(_LETTERS) + word[at + 1:]
        else:
            typed = word[:at] + word[at + 1:at + 2] + word[at] + word[at + 2:]
        if typed != word:
            return typed


def first(pairs, suggest):
    """Return percent of ``(typed, meant)`` whose ``suggest(typed)`` (a list) has ``meant`` first, and among three."""
    places = [suggestions[:3].index(meant) if meant in suggestions[:3] else 3
              for suggestions, meant in ((suggest(typed), meant) for typed, meant in pairs)]
    return 100 * places.count(0) / len(places), 100 * (len(places) - places.count(3)) / len(places)


def with_slips(sentences, wrong, seed=1):
    """Return ``[(text, start, end, meant)]``: each sentence with one slip in a word of four letters or more.

    ``wrong(word)`` is true for what no dictionary holds: a slip that makes another word is drawn again.
    """
    chance, changed = random.Random(seed), []
    for sentence in sentences:
        places, at = [], 0
        for word in sentence.split(" "):
            core = word.strip(".,!?;:\"()")
            if len(core) >= 4 and core.isalpha() and core.islower() and core.isascii():
                places.append((at + word.index(core), core))
            at += len(word) + 1
        if places:
            start, meant = chance.choice(places)
            typed = slip(meant, chance)
            while not wrong(typed):
                typed = slip(meant, chance)
            changed.append((sentence[:start] + typed + sentence[start + len(meant):], start, start + len(typed), meant))
    return changed


def in_text(changed, answer):
    """Return percent: slips found, slips found whose first suggestion is right, and remarks that are no slip."""
    found = right = beside = 0
    for text, start, end, meant in changed:
        for remark in answer(text):
            if (remark["start"], remark["end"]) == (start, end):
                found += 1
                right += remark["suggestions"][0] == meant
            else:
                beside += 1
    return 100 * found / len(changed), 100 * right / max(1, found), 100 * beside / max(1, found + beside)


def false_alarms(sentences, answer):
    """Return ``(remarks for 1,000 words, the remarks)`` on sentences that are spelt right."""
    remarks = [(remark["word"], remark["suggestions"]) for sentence in sentences for remark in answer(sentence)]
    count = sum(len(sentence.split()) for sentence in sentences)
    return 1000 * len(remarks) / count, remarks


class SlowNear:
    """What ``app.engine.spelling.Near`` does in numpy, without any of its shortcuts."""

    def __init__(self, listed, left_out):
        self._listed = [(place, word) for place, word in enumerate(listed) if place not in left_out and codes(word)]

    def find(self, typed, reach):
        near = [(place, distance(typed, codes(word))) for place, word in self._listed if abs(len(word) - len(typed)) <= reach]
        near = [(place, slips) for place, slips in near if slips <= reach]
        return np.array([place for place, _ in near], np.int64), np.array([slips for _, slips in near], np.int64)
