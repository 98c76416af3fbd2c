"""Puts texts in order for a question, by its words and by its meaning.

Offers

- ``WordIndex(texts)``: ``match(question)`` -> (BM25 scores, completeness of the match), one of each a text.
- ``fuse(cosines, completeness)``: one score a text.

Words: S. Robertson and H. Zaragoza, «The probabilistic relevance framework: BM25 and
beyond» (2009), k1 = 1.2, b = 0.75.

Adding the scores of words and of meaning drowns meaning wherever words mislead. So a match
of words counts by its evidence: the share of the question's information (the inverse
document frequencies of its words, those that no text holds included) that a text covers,
raised to a power. A rare and complete match is worth more than any difference in meaning,
one stray common word nothing.
"""

from math import log

import numpy as np

from app.engine.vectors import words_of

K1, B = 1.2, 0.75

# What a complete match of words is worth, in cosines, and how much less an incomplete one
# is. Both were chosen on the development half of bench/data/retrieval.jsonl.
WORTH = 1.0
POWER = 2.0


def stem(word):
    """Return an English word without the endings that inflection adds: a light stemmer (D. Harman, «How effective is suffixing?», 1991)."""
    if len(word) > 2 and word.endswith("'s"):
        word = word[:-2]
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


class WordIndex:
    """The words of ``texts`` (a list of str), ready to be asked."""

    def __init__(self, texts):
        self._postings, lengths = {}, []
        for place, text in enumerate(texts):
            words = [stem(word) for word in words_of(text)]
            lengths.append(len(words))
            for word in words:
                counts = self._postings.setdefault(word, {})
                counts[place] = counts.get(place, 0) + 1
        self._lengths = np.array(lengths, np.float32)
        self._mean = max(1.0, float(self._lengths.mean())) if lengths else 1.0

    def match(self, question):
        """Return ``(scores, completeness)``, float32 (texts,): BM25, and the share of the question's information, 0 to 1."""
        count = len(self._lengths)
        scores, covered, total = np.zeros(count, np.float32), np.zeros(count, np.float32), 0.0
        for word in dict.fromkeys(stem(word) for word in words_of(question)):
            counts = self._postings.get(word, {})
            information = log(1 + (count - len(counts) + 0.5) / (len(counts) + 0.5))
            total += information
            if counts:
                places = np.fromiter(counts, np.int64, len(counts))
                times = np.fromiter(counts.values(), np.float32, len(counts))
                length = self._lengths[places] / self._mean
                scores[places] += information * times * (K1 + 1) / (times + K1 * (1 - B + B * length))
                covered[places] += information
        return scores, covered / total if total else covered


def fuse(cosines, completeness):
    """Return the scores (texts,) of a question, from the cosines of meaning and the completeness of the words' match."""
    return cosines + WORTH * completeness ** POWER
