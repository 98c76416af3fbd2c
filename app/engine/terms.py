"""Reads texts as what a search compares: words without case, accents and inflection.

Offers

- ``terms(text)``: ``[(start, end, term)]``, in order.
- ``matches(text, known, wanted)``: ``(start, end)`` of those terms that are wanted.
- ``counted(text)``: ``{term: times}``, the same for many words at once, quicker.
- ``fold(text)``: letters without case, accents and width: what is compared letter by letter.

A run of letters of a script without spaces (Japanese, Chinese, Thai …) becomes its pairs of neighbours,
and its ideographs one by one: no dictionary's idea of a word has to agree between note and
question (J.-Y. Nie and others, «On the use of words and n-grams for Chinese information retrieval», 2000).
"""

import re
import unicodedata
from collections import Counter

from app.engine.ranking import stem
from app.engine.words import MARKS, UNSPACED

# Characters. A longer run of letters is a key or a picture, and found by its beginning.
LONGEST_TERM = 40
# Words whose terms are remembered, at most; then the memory starts anew.
REMEMBERED = 60_000

_LETTER = rf"(?:[^\W_{UNSPACED}]|[{MARKS}])"
_RUN = re.compile(rf"[{UNSPACED}]+|{_LETTER}+(?:['\u2019]{_LETTER}+)*")
_UNSPACED_RUN = re.compile(rf"[{UNSPACED}]")
_IDEOGRAPH = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
# Accents of Latin, Greek and Cyrillic, points of Hebrew, vowel signs of Arabic. Those of Indic scripts are vowels and stay.
_ACCENTS = re.compile("[\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0670\u0640]")
# Letters that Unicode does not take apart into a plain one and an accent.
_PLAIN = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d", "\u2019": "'"})

_known = {}


def fold(text):
    """Return ``text`` without case, accents and width. Any string; offsets are not kept."""
    text = text.casefold()
    if text.isascii():
        return text
    plain = _ACCENTS.sub("", unicodedata.normalize("NFKD", text).translate(_PLAIN))
    return unicodedata.normalize("NFC", plain)


def _of_run(run):
    """Return the terms of one run of letters: ``((start, end, term), …)``, offsets within it."""
    if _UNSPACED_RUN.match(run):
        found = [(at, at + 2, fold(run[at:at + 2])) for at in range(len(run) - 1)]
        found += [(at, at + 1, fold(run[at])) for at in range(len(run)) if len(run) == 1 or _IDEOGRAPH.match(run, at)]
        return tuple(sorted(found))
    head, apostrophe, tail = run.replace("\u2019", "'").partition("'")
    start = 0
    if apostrophe and (len(head) <= 2 and head.lower() not in ("i", "he", "we") or head.lower() == "qu"):
        start, head = len(head) + 1, tail  # «l'école» is found by «école»
    elif apostrophe and tail.lower() != "s":
        head += tail  # «don't» by «dont»
    return ((start, len(run), stem(fold(head[:LONGEST_TERM]))),)


def _of(run):
    found = _known.get(run)
    if found is None:
        if len(_known) >= REMEMBERED:
            _known.clear()
        found = _of_run(run)
        if len(run) <= LONGEST_TERM:
            _known[run] = found
    return found


def terms(text):
    """Return ``[(start, end, term)]`` of ``text``, in order. Any string; the time is linear in its length."""
    return [(match.start() + start, match.start() + end, term) for match in _RUN.finditer(text) for start, end, term in _of(match.group())]


def matches(text, known, wanted):
    """Yield ``(start, end)`` of the terms of ``text`` for which ``wanted(term)`` is true. ``known``: a dict, the same for all texts of a
    question: a word is looked at once."""
    for match in _RUN.finditer(text):
        run = match[0]
        spans = known.get(run)
        if spans is None:
            spans = known[run] = [(start, end) for start, end, term in _of(run) if wanted(term)]
        if spans:
            at = match.start()
            for start, end in spans:
                yield at + start, at + end


def counted(text):
    """Return ``{term: times}`` of ``text``."""
    found = Counter()
    for run, times in Counter(_RUN.findall(text)).items():
        for _, _, term in _of(run):
            found[term] += times
    return found
