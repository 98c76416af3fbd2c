"""Step 2: keeps sentences apart for tuning and for the final figures, with all that is much like them.

Offers ``split(sentences)`` -> ``{"train", "development", "test"}``, each a list of sentences.

The side is decided by a hash of the English translation, so that a sentence, its variants and its translations
into every language are on one side. A sentence for training that shares most of its words with a tested one of
its language is dropped.
"""

import hashlib
import re

# Shares of the sentences, in percent, kept for tuning and for the final figures.
DEVELOPMENT_PERCENT = 10
TEST_PERCENT = 20

# Share of common words (Jaccard index) beyond which two sentences are much alike.
ALIKE = 0.7

_WORD = re.compile(r"\w+")


def side(english):
    """Return "train", "development" or "test" for all sentences with this English translation."""
    words = " ".join(_WORD.findall(english.lower()))
    bucket = int(hashlib.sha256(words.encode()).hexdigest()[:8], 16) % 100
    return "test" if bucket < TEST_PERCENT else "development" if bucket < TEST_PERCENT + DEVELOPMENT_PERCENT else "train"


def split(sentences):
    """Return ``{"train", "development", "test"}`` for the ``(sentence, English)`` pairs of one language."""
    parts = {"train": [], "development": [], "test": []}
    for sentence, english in sentences:
        parts[side(english)].append(sentence)
    apart = {}
    for sentence in parts["development"] + parts["test"]:
        words = frozenset(_units(sentence))
        for word in words:
            apart.setdefault(word, set()).add(words)
    parts["train"] = [sentence for sentence in parts["train"] if not _is_like_one(frozenset(_units(sentence)), apart)]
    return parts


def _units(sentence):
    found = _WORD.findall(sentence.lower())
    # A script without spaces has no words to compare: pairs of characters stand for them.
    return found if len(found) > 2 or len(sentence) < 12 else [sentence[i:i + 2] for i in range(len(sentence) - 1)]


def _is_like_one(words, apart):
    others = set().union(*(apart.get(word, ()) for word in words))
    return any(len(words & other) > ALIKE * len(words | other) for other in others)
