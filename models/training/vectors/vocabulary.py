"""Step 3: chooses the rows of the table: words, pieces of words, and pairs of words.

Offers ``choose(texts, rows, pairs)`` -> the sorted pieces.

The teacher's WordPiece vocabulary is the stock: of it we keep what English text uses, and
all its letters, so that any word can be spelled. Words that the texts or English at large
use often and it lacks are added (symspellpy's word list, MIT, has their frequencies), and
the pairs of words that stand together more often than chance has it («new york», «fed up»),
which no sum of two words means.
"""

import importlib.util
import re
from collections import Counter
from math import log
from pathlib import Path

from app.engine.vectors import CONTINUES, words_of
from models.training.vectors import teach

# Least uses of a word that the teacher does not have as a whole, and of a pair.
LEAST_WORD = 4
LEAST_PAIR = 15
# Least pointwise mutual information of a pair, in nats.
LEAST_INFORMATION = 2.5

_LATIN = re.compile(r"[a-z0-9']+\Z")


def choose(texts, rows, pairs):
    """Return at most ``rows`` pieces, at most ``pairs`` of them pairs of words, sorted.

    A piece is a word ("house"), a continuation ("##ing"), a pair ("new york") or a mark.
    """
    lines = [words_of(text) for text in texts]
    count = Counter(word for line in lines for word in line)
    total, english = sum(count.values()), _frequencies()
    # What is expected of a word in as much text as ours, were it English at large.
    expected = {word: share * total for word, share in english.items()}
    stock = teach.tokenizer_files()[1].read_text(encoding="utf-8").split("\n")
    letters, pieces = set(), {}
    for piece in stock:
        if piece.startswith("["):
            continue
        bare = piece.removeprefix(CONTINUES)
        if len(bare) == 1 and not bare.isascii() and not bare.isalpha():
            continue
        if not _LATIN.match(bare) and not (len(bare) == 1 and count[bare] > 2):
            continue
        if len(bare) == 1:
            letters |= {bare, CONTINUES + bare} if _LATIN.match(bare) else {bare}
        elif piece.startswith(CONTINUES):
            pieces[piece] = 3 if len(bare) <= 4 else 0
        else:
            pieces[piece] = count[piece]
    split_up = Counter()
    for word in sorted(count.keys() | expected.keys()):
        times = count[word] + expected.get(word, 0)
        if word in pieces:
            pieces[word] += expected.get(word, 0)
        elif times >= LEAST_WORD and len(word) > 1 and _LATIN.match(word):
            pieces[word] = times
        elif word not in letters:
            split_up[word] += times
    # Continuations earn their place by the words that need them.
    for word, times in split_up.items():
        for piece in _continuations(word, pieces):
            pieces[piece] += times
    chosen = sorted(pieces, key=lambda piece: (-pieces[piece], piece))[:rows - len(letters) - pairs]
    return sorted(set(chosen) | letters | set(_pairs(lines, count, pairs)))


def _frequencies():
    """Return {word: share of all words} of symspellpy's English word list."""
    spec = importlib.util.find_spec("symspellpy")
    if spec is None:
        raise ModuleNotFoundError("training the vectors needs the package symspellpy (requirements-models.txt)")
    lines = (Path(spec.submodule_search_locations[0]) / "frequency_dictionary_en_82_765.txt").read_text(encoding="utf-8-sig").splitlines()
    counts = {word: int(times) for word, times in (line.split() for line in lines if line)}
    total = sum(counts.values())
    return {word: times / total for word, times in counts.items()}


def _continuations(word, pieces):
    """Yield the continuations that greedy longest-match spells ``word`` with, as far as it gets."""
    first = 0
    while first < len(word):
        for end in range(len(word), first, -1):
            piece = (CONTINUES if first else "") + word[first:end]
            if piece in pieces or end == first + 1:
                break
        if piece in pieces and first:
            yield piece
        first = end


def _pairs(lines, count, wanted):
    pairs = Counter()
    for line in lines:
        pairs.update(zip(line, line[1:]))
    total = sum(count.values())
    scored = []
    for (one, two), times in pairs.items():
        if times < LEAST_PAIR or not (_LATIN.match(one) and _LATIN.match(two)):
            continue
        information = log(times * total / (count[one] * count[two]))
        if information >= LEAST_INFORMATION:
            scored.append((-times * information, f"{one} {two}"))
    return [pair for _, pair in sorted(scored)[:wanted]]
