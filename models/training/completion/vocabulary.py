"""Step 3: chooses the words and how each is usually written.

Offers ``choose(lines, known, size)`` -> ``Vocabulary``, and ``spread(level, vocabulary)``.

A word enters by its count. Words outside the dictionary ``known`` need a higher one,
because most of them are misspellings, and a notebook must not suggest those. Words
of ``never_suggest.txt`` are left out altogether: what is not in the model cannot come out.

Common words that the text happens not to hold enter from lists, so that they can be completed
at least: ``spread`` gives them the probability of unseen words by their frequency elsewhere.
"""

from collections import Counter, defaultdict
from pathlib import Path

import numpy as np

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

# Words that enter unseen: those of the spelling lists that are among the dictionary's most frequent,
# this many, and not shorter than this: nothing much is saved on short ones.
UNSEEN_AMONG = 50_000
UNSEEN_LETTERS = 5
SPELLING_LISTS = ("american-english-small", "british-english-small")


class Vocabulary:
    """``words``: lower-cased, sorted. ``surfaces``: word -> usual form, where it differs.
    ``unseen``: {word: frequency elsewhere} of those words that the text does not hold."""

    def __init__(self, words, surfaces, unseen=None):
        self.words, self.surfaces, self.unseen = words, surfaces, unseen or {}


def never_suggest():
    """Return the words that the model must not hold, read from ``never_suggest.txt``."""
    lines = (Path(__file__).parent / "never_suggest.txt").read_text(encoding="utf-8").splitlines()
    return {word for line in lines if not line.startswith("#") for word in line.split()}


def dictionary():
    """Return {word: frequency} of symspellpy's frequency dictionary (MIT; PyPI), lower-cased."""
    import importlib.util

    root = Path(importlib.util.find_spec("symspellpy").submodule_search_locations[0])
    lines = (root / "frequency_dictionary_en_82_765.txt").read_text(encoding="utf-8-sig").splitlines()
    return {line.split()[0].lower(): int(line.split()[1]) for line in lines if line.strip()}


def spelling(folder):
    """Return the words of SCOWL's small lists, as Debian's wamerican-small and wbritish-small put them into ``folder``.

    Raises ``FileNotFoundError`` naming the package when a list is absent.
    """
    found = set()
    for name in SPELLING_LISTS:
        path = Path(folder) / name
        if not path.exists():
            raise FileNotFoundError(f"{path} is missing: apt-get install wamerican-small wbritish-small, or set WORDS to its folder")
        found.update(path.read_text(encoding="utf-8").splitlines())
    return found


def choose(lines, known, size, spelt=frozenset()):
    """Return the ``Vocabulary`` of at most ``size`` words of ``lines`` (an iterable of str), and the unseen ones.

    ``known``: the dictionary, {word: frequency}; ``spelt``: words that may enter unseen.
    """
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
    kept = {word: capital for _, word, capital in sorted(fit)[:size]}
    return Vocabulary(*_with_unseen(kept, total, known, spelt, banned))


def _with_unseen(kept, total, known, spelt, banned):
    """Return what a ``Vocabulary`` is made of: ``kept`` and the words of both lists that the text does not hold."""
    stems = [word for word in banned if len(word) > 3]
    frequent = sorted(known, key=lambda word: -known[word])[:UNSEEN_AMONG] if spelt else []
    unseen = {word: known[word] for word in frequent
              if word in spelt and word not in total and word.isascii() and word.isalpha() and len(word) >= UNSEEN_LETTERS
              and not any(stem in word for stem in stems)}
    return sorted(kept | unseen), {word: capital for word, capital in sorted(kept.items()) if capital}, unseen


def spread(level, vocabulary):
    """Divide what the ``Level`` of single words gives the unseen words among them, by their frequency elsewhere."""
    place = [place for place, word in enumerate(vocabulary.words) if word in vocabulary.unseen]
    share = np.array([vocabulary.unseen[vocabulary.words[i]] for i in place], float)
    if place:
        level.p[place] = level.p[place].sum() * share / share.sum()


def usual_form(forms):
    """Return how a word is written inside sentences if that has a capital, else "".

    ``forms``: {form: uses}. Long words in capitals are somebody shouting, and not counted.
    """
    capital = {form: uses for form, uses in forms.items()
               if form[0].isupper() and not (form.isupper() and len(form) > 4)}
    if not capital or sum(capital.values()) < CAPITAL_SHARE * sum(forms.values()):
        return ""
    return max(sorted(capital), key=capital.get)
