"""Between splitting and counting: turns documents into one stream of ids with weights.

Offers ``weigh(documents, vocabulary)`` -> ``(ids, weights, start)``.
"""

import numpy as np

from app.engine.kneser_ney import MARKS
from app.engine import words
from models.training.completion.split import is_diary_like, sentences

# How often a sentence counts, by source and by style. Chosen on the development part:
# style matters more than volume, so what reads like a notebook counts more.
SOURCE_WEIGHT = {"self-dialogue": 1, "topical-chat": 1, "persona-chat": 1, "chitchat": 2, "tatoeba": 2}
DIARY_WEIGHT = 2


def weigh(documents, vocabulary, source_weight=SOURCE_WEIGHT, diary_weight=DIARY_WEIGHT):
    """Return ids (n,) uint16 and weights (n,) uint8 of all sentences, and the id that opens one."""
    index = {word: i for i, word in enumerate(vocabulary.words)}
    mark = {name: len(index) + i for i, name in enumerate(MARKS)}
    ids, weights = [], []
    for document in documents:
        for _, line in document.lines:
            for sentence in sentences(line):
                weight = source_weight[document.source] * (diary_weight if is_diary_like(sentence) else 1)
                for part in words.sentences(sentence):
                    encoded = [mark["start"]]
                    encoded += [index.get(text.lower(), mark["other"]) if kind == "word" else mark[kind]
                                for kind, text in part]
                    encoded.append(mark["end"])
                    ids += encoded
                    weights += [weight] * len(encoded)
    return np.array(ids, np.uint16), np.array(weights, np.uint8), mark["start"]
