"""Step 3: chooses the words and how each is usually written.

Offers ``choose(lines, known, size)`` -> ``Vocabulary``.

A word enters by its count. Words outside the dictionary ``known`` need a higher one,
because most of them are misspellings, and a notebook must not suggest those. Words
of ``never_suggest.txt`` are left out altogether: what is not in the model cannot come out.
"""

from collections import Counter, defaultdict
from pathlib import Path

from app.engine import words

# The least count of a word found in the dictionary; of one that is not but is written with
# a capital (a name); and of one that is not and is written small: misspellings are that,
# slang is used more ("gonna", "lol").
LEAST_COUNT_KNOWN = 1
LEAST_COUNT_NAME = 5
LEAST_COUNT_SLANG = 60

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
    fit = []
    for word, count in total.items():
        capital = usual_form(inside[word])
        stem = word.removesuffix("'s")
        least = LEAST_COUNT_KNOWN if stem in known else LEAST_COUNT_NAME if capital else LEAST_COUNT_SLANG
        if count >= least and word.isascii() and (len(word) > 1 or word in "ai") and not banned.intersection((word, stem)):
            fit.append((-count, word, capital))
    kept = sorted((word, capital) for _, word, capital in sorted(fit)[:size])
    return Vocabulary([word for word, _ in kept], {word: capital for word, capital in kept if capital})


def usual_form(forms):
    """Return how a word is written inside sentences if that has a capital, else "".

    ``forms``: {form: uses}. Long words in capitals are somebody shouting, and not counted.
    """
    capital = {form: uses for form, uses in forms.items()
               if form[0].isupper() and not (form.isupper() and len(form) > 4)}
    if not capital or sum(capital.values()) < CAPITAL_SHARE * sum(forms.values()):
        return ""
    return max(sorted(capital), key=capital.get)
