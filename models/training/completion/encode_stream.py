"""Step 8: turns documents into the stream that the recurrent model learns from.

Offers

- ``shortlist(ids, weights, size, words)``: which of the vocabulary's words the recurrent model knows.
- ``encode(documents, vocabulary, known)`` -> ``Stream``.

Each sentence is opened by a mark that says what came before it, so that chats can teach a
notebook without making it chat (like the control codes of N. S. Keskar et al., «CTRL: a
conditional transformer language model for controllable generation», 2019). Sentences that ask
or address somebody are left out.
"""

import re

import numpy as np

from app.engine import words
from app.engine.recurrent import OPENINGS, OUTPUT_MARKS
from models.training.completion.split import is_diary_like, sentences
from models.training.completion.weigh import DIARY_WEIGHT, SOURCE_WEIGHT

# Longest sentence, in tokens; longer ones are cut, for they are lists and pasted text.
LONGEST_SENTENCE = 80

_ADDRESSES = re.compile(r"\?|(?<![\w'])(you|your|yours|you're|you've|you'll|you'd|u|ur)(?![\w'])", re.IGNORECASE)


class Stream:
    """What is read (``inputs``), what follows it (``targets``), how often that counts
    (``weights``), each (n,), and where documents begin (``begins``)."""

    def __init__(self, inputs, targets, weights, begins):
        self.inputs, self.targets, self.weights, self.begins = inputs, targets, weights, begins


def shortlist(ids, weights, size, words_known):
    """Return the sorted ids of the ``size`` words used most in the weighted stream of ``weigh``."""
    uses = np.bincount(ids, weights, minlength=words_known)[:words_known]
    most = np.argsort(-uses, kind="stable")[:size]
    return np.sort(most)


def speaks_to_nobody(sentence):
    """True for a sentence that neither asks nor addresses anybody: a notebook could hold it."""
    return not _ADDRESSES.search(sentence)


def encode(documents, vocabulary, known):
    """Return the ``Stream`` of ``documents``; ``known``: ids of the words that the model knows."""
    index = {vocabulary.words[word]: place for place, word in enumerate(known.tolist())}
    mark = {name: len(index) + i for i, name in enumerate(OUTPUT_MARKS)}
    opening = {name: len(index) + len(OUTPUT_MARKS) + i for i, name in enumerate(OPENINGS)}
    inputs, targets, weights, begins = [], [], [], []
    for document in documents:
        begins.append(len(inputs))
        came_before, speaker = "first", None
        for who, line in document.lines:
            if came_before != "first" and (not who or who != speaker):
                came_before = "reply"
            speaker = who
            for sentence in sentences(line):
                weight = SOURCE_WEIGHT[document.source] * (DIARY_WEIGHT if is_diary_like(sentence) else 1)
                if not speaks_to_nobody(sentence):
                    continue
                for part in words.sentences(sentence):
                    found = [index.get(text.lower(), mark["other"]) if token == "word" else mark[token]
                             for token, text in part[:LONGEST_SENTENCE]]
                    inputs.append(opening[came_before])
                    inputs += found
                    targets += found
                    targets.append(mark["end"])
                    weights += [weight] * (len(found) + 1)
                    came_before = "same"
    return Stream(np.array(inputs, np.uint16), np.array(targets, np.uint16), np.array(weights, np.uint8), np.array(begins))
