"""Between splitting and counting: turns documents into one stream of ids with weights.

Offers ``weigh(documents, vocabulary)`` -> ``(ids, weights, start)``.

A sentence that answers somebody opens with another id than one that follows the speaker's
own («Yeah», «Oh» and «Haha» open answers): a notebook answers nobody, so what opens answers
must not be counted as what opens sentences.
"""

import numpy as np

from app.engine.kneser_ney import MARKS
from app.engine import words
from models.training.completion.split import is_diary_like, sentences

# How often a sentence counts, by source and by style. Chosen on the development part:
# style matters more than volume, so what reads like a notebook counts more.
SOURCE_WEIGHT = {"self-dialogue": 1, "topical-chat": 1, "persona-chat": 1, "chitchat": 2, "tatoeba": 2}
DIARY_WEIGHT = 2

# The id that opens a sentence which answers somebody: the first after those of the marks, from START on.
ANSWER = len(MARKS) - MARKS.index("start")


def weigh(documents, vocabulary, source_weight=SOURCE_WEIGHT, diary_weight=DIARY_WEIGHT):
    """Return ids (n,) uint16 and weights (n,) uint8 of all sentences, and the id that opens one."""
    index = {word: i for i, word in enumerate(vocabulary.words)}
    mark = {name: len(index) + i for i, name in enumerate(MARKS)}
    ids, weights = [], []
    for document in documents:
        speaker, opening = None, mark["start"]
        for place, (who, line) in enumerate(document.lines):
            if place and (not who or who != speaker):
                opening = mark["start"] + ANSWER
            speaker = who
            for sentence in sentences(line):
                weight = source_weight[document.source] * (diary_weight if is_diary_like(sentence) else 1)
                for part in words.sentences(sentence):
                    encoded = [opening]
                    opening = mark["start"]
                    encoded += [index.get(text.lower(), mark["other"]) if kind == "word" else mark[kind]
                                for kind, text in part]
                    encoded.append(mark["end"])
                    ids += encoded
                    weights += [weight] * len(encoded)
    return np.array(ids, np.uint16), np.array(weights, np.uint8), mark["start"]
