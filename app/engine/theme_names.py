"""The feature «name_themes»: names themes by the key phrases of their notes.

Offers ``ThemeNames(key_phrases, content, pause)`` with ``await answer(payload)``.

A theme is named by phrases that many of its notes have and few of the other themes': a phrase weighs the share of the theme's notes that
hold it, times the logarithm of how much larger that share is than among the others (the two sides of the Kullback-Leibler divergence that this theme
adds; D. Carmel, H. Roitman and N. Zwerdling, «Enhancing cluster labeling using Wikipedia», 2009, weigh terms alike). Phrases are those that
``key_phrases`` finds in single notes.
"""

import math
import re
from collections import Counter

# Notes of a theme that are read, the nearest first, characters of each, and phrases of each that may name the theme.
READ_NOTES, READ_CHARACTERS, PHRASES_A_NOTE = 24, 4000, 10
# Phrases that a theme is named by, at most, and notes of it that must hold one.
PHRASES, LEAST_NOTES = 3, 2
# Of the notes of other themes so large a share may hold a phrase: names of people who are everywhere name nothing.
MOST_ELSEWHERE = 0.1
# A phrase of several words says more than one.
SEVERAL_WORDS = 1.3
# Keeps a share of nothing from weighing without bounds.
_LEAST_SHARE = 0.01

_WORD = re.compile(r"\w+(?:['’-]\w+)*")
# Scripts without spaces: there a phrase is looked for as it stands.
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3041-\u30ff\u3400-\u9fff]")


class ThemeNames:
    """``key_phrases``: the feature; ``content(id)``: (meta, title, text) of a note, or None; ``await pause()`` lets questions go first."""

    def __init__(self, key_phrases, content, pause):
        self._key_phrases, self._content, self._pause = key_phrases, content, pause

    async def answer(self, payload):
        """{"themes": [[id of a note]], the nearest first} → {"names": [[phrase]]}: up to PHRASES for each, none where nothing tells it apart."""
        said, phrases = [], []  # of each theme: its notes as they are searched; Counter of phrases by how they are spelt
        for ids in payload["themes"]:
            notes = [note for note in map(self._content, ids[:READ_NOTES]) if note is not None]
            found = Counter()
            for meta, title, text in notes:
                text = (title + "\n" + text)[:READ_CHARACTERS]
                answer = self._key_phrases.answer({"text": text, "limit": PHRASES_A_NOTE, "language": meta["language"]})
                found.update(row["phrase"] for row in answer["phrases"])
                await self._pause()
            phrases.append(found)
            said.append([_searched((title + "\n" + text)[:READ_CHARACTERS]) for _, title, text in notes])
        names = []
        for theme, found in enumerate(phrases):
            names.append(_named(found, said[theme], [note for other, notes in enumerate(said) if other != theme for note in notes]))
            await self._pause()
        return {"names": names}


def _named(found, own, others):
    """Return the phrases that name a theme. ``found``: Counter of phrases; ``own``, ``others``: notes as ``_searched`` gives them."""
    ranked = []
    for phrase in _spelt(found):
        key = _searched(phrase)
        key = key.strip() if _UNSPACED.search(key) else key
        here, elsewhere = sum(key in note for note in own), sum(key in note for note in others)
        share, share_elsewhere = here / len(own), elsewhere / max(1, len(others))
        if here >= LEAST_NOTES and share_elsewhere <= MOST_ELSEWHERE:
            weight = share * math.log((share + _LEAST_SHARE) / (share_elsewhere + _LEAST_SHARE))
            ranked.append((weight * (SEVERAL_WORDS if " " in phrase else 1), phrase))
    chosen, taken = [], set()
    for weight, phrase in sorted(ranked, key=lambda row: (-row[0], row[1])):
        words = set(_searched(phrase).split())
        if weight > 0 and not words & taken:
            chosen.append(phrase)
            taken |= words
            if len(chosen) == PHRASES:
                break
    return chosen


def _spelt(found):
    """Return each phrase once, as it is spelt most often, whatever its case."""
    spelt = {}
    for phrase, times in sorted(found.items()):
        key = phrase.casefold()
        if key not in spelt or times > found[spelt[key]]:
            spelt[key] = phrase
    return spelt.values()


def _searched(text):
    """Return ``text`` as small words with a space on either side of each."""
    return " " + " ".join(_WORD.findall(text.casefold())) + " "
