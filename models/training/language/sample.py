"""Between splitting and choosing: draws notes of all lengths from the texts of every language.

Offers ``Texts`` and ``draw(texts, chance, count)`` -> ``[(code, letters)]``.

A note is shorter than a page and often shorter than a sentence, so a model that is to know notes learns from
stretches of 1 to 14 words. Some lose their accents, as hurried writers leave them out.
"""

import unicodedata
from collections import namedtuple

import numpy as np

from app.engine.language import NONE, letters

# sources: {code: [list of letter arrays, one list a source]}; none: letter arrays of no language, by script.
Texts = namedtuple("Texts", "sources none")

# Words of a stretch and how often each length is drawn; characters where there are no spaces.
LENGTHS = np.arange(1, 15)
LENGTH_WEIGHTS = np.array([2, 5, 8, 9, 9, 9, 8, 8, 7, 6, 5, 5, 4, 4], float)
UNSPACED = ("ja", "zh")

# Shares: of stretches from the first source (sentences) where there are two, of stretches that lose their accents,
# and of those that are no language.
FIRST_SOURCE = 0.65
PLAIN_LETTERS = 0.06
NONE_SHARE = 0.06

_BARE = np.arange(0x10000, dtype=np.uint32)
for _code in list(range(0xC0, 0x250)) + list(range(0x1E00, 0x1F00)):
    _base = unicodedata.normalize("NFD", chr(_code))[0]
    _BARE[_code] = ord({"ø": "o", "đ": "d", "ł": "l", "ı": "i"}.get(_base, _base))


def read(parts, interface, none):
    """Return ``Texts`` of ``{code: [sentence]}``, ``{code: [text]}`` and an iterable of texts of no language."""
    sources = {}
    for code in sorted(set(parts) | set(interface)):
        lists = [_arrays(source.get(code, ())) for source in (parts, interface)]
        sources[code] = [found for found in lists if found]
    return Texts(sources, _arrays(none))


def _arrays(texts):
    return [codes for codes, _, count in map(letters, texts) if count > 3]


def draw(texts, chance, count):
    """Return ``count`` pairs ``(code, letters)``, every language equally often; ``chance``: ``numpy.random.Generator``."""
    codes = list(texts.sources)
    weights = LENGTH_WEIGHTS / LENGTH_WEIGHTS.sum()
    lengths = chance.choice(LENGTHS, size=count, p=weights)
    found = []
    for length in lengths:
        if chance.random() < NONE_SHARE:
            found.append((NONE, texts.none[chance.integers(len(texts.none))]))
            continue
        code = codes[chance.integers(len(codes))]
        lists = texts.sources[code]
        source = lists[0 if len(lists) == 1 or chance.random() < FIRST_SOURCE else 1]
        piece = stretch(source[chance.integers(len(source))], int(length), code in UNSPACED, chance)
        if chance.random() < PLAIN_LETTERS:
            piece = _BARE[np.minimum(piece, 0xFFFF)]
        found.append((code, piece))
    return found


def stretch(codes, length, unspaced, chance):
    """Return ``length`` words in a row of a letter array (twice as many characters of an unspaced script), or all of it."""
    if unspaced:
        inner = codes[1:-1]
        start = int(chance.integers(max(1, len(inner) - 2 * length + 1)))
        piece = inner[start:start + 2 * length]
        piece = piece[int(piece[0] == 32):len(piece) - int(piece[-1] == 32)]
        return np.concatenate(([32], piece, [32])).astype(np.uint32)
    spaces = np.flatnonzero(codes == 32)
    if len(spaces) <= length + 1:
        return codes
    start = int(chance.integers(len(spaces) - length))
    return codes[spaces[start]:spaces[start + length] + 1]
