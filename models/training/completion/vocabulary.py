"""Step 3: chooses the words and how each is usually written.

Offers ``choose(lines, known, size)`` -> ``Vocabulary``.

A word enters by its count. Rare words must also be in the dictionary ``known``, because
below a certain count most are misspellings, and a notebook must not suggest those. Words
of ``never_suggest.txt`` are left out altogether: what is not in the model cannot come out.
"""

from collections import Counter, defaultdict
from pathlib import Path

from app.engine import words

# The least count of a word found in the dictionary, and of one that is not (a name, slang).
LEAST_COUNT_KNOWN = 2
LEAST_COUNT_UNKNOWN = 8

# A word is written with a capital when at least this share of its uses inside sentences
# is. Below one half, because people who chat leave out the capitals of names.
CAPITAL_SHARE = 0.4


class Vocabulary:
    """``words``: lower-cased, sorted. ``surfaces``: word -> usual form, where it differs."""

    def __init__(self, words, surfaces):
        self.words, self.surfaces = words, surfaces


def never_suggest():
    """Return the words that the model must not hold, read from ``never_suggest.txt``."""
    lines = (Path(__file__).parent / "never_suggest.txt").read_text(encoding="utf-8").splitlines()
    return {word for line in lines if not line.startswith("#") for word in line.split()}


def dictionary():
    """Return the words of symspellpy's frequency dictionary (MIT; PyPI), lower-cased."""
    import importlib.util

    root = Path(importlib.util.find_spec("symspellpy").submodule_search_locations[0])
    lines = (root / "frequency_dictionary_en_82_765.txt").read_text(encoding="utf-8-sig").splitlines()
    return {line.split()[0].lower() for line in lines if line.strip()}


def choose(lines, known, size):
    """Return the ``Vocabulary`` of at most ``size`` words of ``lines`` (an iterable of str)."""
    total, inside = Counter(), defaultdict(Counter)
    for line in lines:
        for sentence in words.sentences(line):
            first = True
            for kind, word in sentence:
                if kind == "word":
                    total[word.lower()] += 1
                    if not first:
                        inside[word.lower()][word] += 1
                first = False
    banned = never_suggest()
    fit = [(count, word) for word, count in total.items()
           if count >= (LEAST_COUNT_KNOWN if word.removesuffix("'s") in known else LEAST_COUNT_UNKNOWN)
           and word.isascii() and (len(word) > 1 or word in "ai")
           and word not in banned and word.removesuffix("'s") not in banned]
    kept = sorted(word for _, word in sorted(fit, key=lambda item: (-item[0], item[1]))[:size])
    surfaces = {}
    for word in kept:
        forms = inside[word]
        capital = Counter({form: n for form, n in forms.items()
                           if form[0].isupper() and not (form.isupper() and len(form) > 4)})
        if capital and sum(capital.values()) >= CAPITAL_SHARE * sum(forms.values()):
            surfaces[word] = max(sorted(capital), key=capital.get)
    return Vocabulary(kept, surfaces)
