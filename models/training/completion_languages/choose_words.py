"""Step 3: chooses the words, how each is written, and how likely each is on its own.

Offers ``choose(language, text, counts, nouns, size)`` -> ``Vocabulary`` and ``banned(language)``.
"""

import re
from collections import Counter, defaultdict
from pathlib import Path

from app.engine import words
from models.training.completion.vocabulary import usual_form

# A German noun is written with a capital unless its lower-case form was counted this often: then it is another word too
# («morgen», «essen»).
ALSO_SMALL_FROM = 1300
# Such a word gets its capital only where at least this share of its uses in the text has one.
ALSO_SMALL_CAPITAL_SHARE = 0.75

# Uses in the text from which a word enters that no list counts (a name, a compound).
UNLISTED_FROM = 2

# What a word may hold: letters, and an apostrophe within or at its end.
_FIT = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*'?")


class Vocabulary:
    """``words``: lower-cased, sorted. ``surfaces``: word -> usual form, where it differs. ``listed``: word -> uses in the lists."""

    def __init__(self, words, surfaces, listed):
        self.words, self.surfaces, self.listed = words, surfaces, listed


def banned(language):
    """Return a regular expression of the words that the model of ``language`` must not hold."""
    text = (Path(__file__).parent / "never_suggest.txt").read_text(encoding="utf-8")
    section = text.split(f"[{language}]\n")[1].split("\n[")[0]
    return re.compile("|".join(re.escape(word).replace(r"\*", r"\w*") for word in section.split()))


def choose(language, text, counts, nouns, size):
    """Return the ``Vocabulary`` of ``size`` words at most: those of the text first, then the most used of the lists."""
    total, inside = Counter(), defaultdict(Counter)
    for line in text:
        for sentence in words.sentences(line):
            for place, word in enumerate(word for kind, word in sentence if kind == "word"):
                total[word.lower()] += 1
                if place:
                    inside[word.lower()][word] += 1
    never = banned(language)

    def fits(word):
        return _FIT.fullmatch(word) and len(word) <= words.LONGEST_WORD and not never.fullmatch(word)

    used = [word for word, uses in total.items() if fits(word) and (word in counts or word in nouns or uses >= UNLISTED_FROM)]
    listed = sorted((word for word in counts if word not in total and fits(word)), key=lambda word: (-counts[word], word))
    chosen = sorted((used + listed)[:size])
    surfaces = {}
    for word in chosen:
        small = counts.get(word, 0) >= ALSO_SMALL_FROM
        forms = inside.get(word)
        form = usual_form(forms) if forms else "" if small else nouns.get(word, "")
        if form and small and nouns and forms and forms[word] > (1 - ALSO_SMALL_CAPITAL_SHARE) * sum(forms.values()):
            form = ""
        if form and form != word:
            surfaces[word] = form
    return Vocabulary(chosen, surfaces, {word: counts[word] for word in chosen if word in counts})
