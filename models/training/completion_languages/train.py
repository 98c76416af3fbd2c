"""Step 4: estimates the n-grams of the text above the word counts of the lists, and packs the model.

Offers ``train(language, text, …)`` -> the arrays of the model's file, in the format of ``app.engine.kneser_ney``.

R. Kneser and H. Ney (1995) as in ``models.training.completion``; only the lowest order is another: single words are as
likely as a mixture of the lists' counts and of the text says. What an n-gram leaves over goes to the order below and so, in
the end, to the lists.
"""

import numpy as np

from app.engine import words
from app.engine.kneser_ney import MARKS
from models.training.completion import count, estimate, prune, quantise
from models.training.completion.count import prefix, suffix
from models.training.completion_languages import choose_words, count_words

# Words of a model, at most: what fits into half a megabyte beside the n-grams. On the development sentences 20,000 saved 0.6
# to 1.9 points less.
VOCABULARY_SIZE = 60_000
# N-grams of two to four words, at most; the text has no more than about this many.
NGRAMS = 60_000
# The share of the text, against the lists, in how likely a single word is. From 0.1 to 0.5 it hardly mattered on the
# development sentences, and no more did it how often the sources count.
TEXT_SHARE = 0.3
# What a listed word without any count, or one that only the text has, is taken to have been used.
LEAST_USES = 1


def encode(lines, vocabulary):
    """Return the ids (n,) of the lines' sentences, and the id that opens one."""
    index = {word: i for i, word in enumerate(vocabulary.words)}
    mark = {name: len(index) + i for i, name in enumerate(MARKS)}
    ids = []
    for line in lines:
        for sentence in words.sentences(line):
            ids.append(mark["start"])
            ids += [index.get(word.lower(), mark["other"]) if kind == "word" else mark[kind] for kind, word in sentence]
            ids.append(mark["end"])
    return np.array(ids, np.uint16), mark["start"]


def mixed(p, vocabulary, share):
    """Return the probabilities of single symbols: of words from the lists and the text, of marks and elided words from the text."""
    p, size = p.copy(), len(vocabulary.words)
    ours = np.array([words.gap(word) == "" for word in vocabulary.words])  # the lists count «l» and «école», not "l'"
    uses = np.array([vocabulary.listed.get(word, LEAST_USES) for word in vocabulary.words], float)
    theirs = np.flatnonzero(~ours)
    left = p[theirs].sum()
    p[theirs] = share * p[theirs] + (1 - share) * left * uses[theirs] / uses[theirs].sum()
    assert len(p) == size + len(MARKS)
    return p


def replace_lowest(levels, p):
    """Give single words the probabilities ``p`` and let every longer n-gram follow: each is interpolated with the one below."""
    change = p - levels[0].p
    levels[0].p = p
    for order in range(2, len(levels) + 1):
        level, lower = levels[order - 1], levels[order - 2]
        context = np.searchsorted(lower.keys, prefix(level.keys))
        shorter = np.searchsorted(lower.keys, suffix(level.keys, order))
        change = lower.backoff[context] * change[shorter]
        level.p = level.p + change
    return levels


def train(language, text, size=VOCABULARY_SIZE, ngrams=NGRAMS, share=TEXT_SHARE):
    """Return the arrays of the model of ``text``, ``{source: [sentence]}``."""
    nouns = count_words.nouns() if language == "de" else {}
    lines = [line for lines in text.values() for line in lines]
    vocabulary = choose_words.choose(language, lines, count_words.counts(language), nouns, size)
    ids, start = encode(lines, vocabulary)
    symbols = len(vocabulary.words) + len(MARKS)
    levels = estimate.estimate(count.count(ids, np.ones(len(ids), np.uint8), start), symbols, start)
    levels = replace_lowest(levels, mixed(levels[0].p, vocabulary, share))
    return quantise.quantise(prune.prune(levels, ngrams), vocabulary)
