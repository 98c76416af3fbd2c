"""Step 1: reads the labelled comments, and sentences without labels.

Offers

- ``labelled(data, part)`` -> ``Comments``: GoEmotions, as its authors split it.
- ``unlabelled(data, count)``: sentences of the chats, from the completion model's training part.
- ``valences(labels)``: which of three valences a row of emotions has.

How rows with several labels count: in training each label gets an equal share of the row. In
the figures «one label» means that only rows with exactly one are asked.
"""

import lzma
import random
import re
from collections import namedtuple
from pathlib import Path

import numpy as np

from app.engine.mood import EMOTIONS

# texts: list of str. emotions: (n, 7) of 0 and 1, in the order of EMOTIONS. fine: (n, 28), the
# labels of the original data, which training learns beside them.
Comments = namedtuple("Comments", "texts emotions fine")

FINE = 28
# Sources of sentences without labels.
CHATS = ("chitchat", "self-dialogue")
_MASK = re.compile(r"\[[A-Z]+\]")


def _rows(path):
    if not path.exists():
        raise FileNotFoundError(f"training data is missing: {path} (set DATA to the folder that holds it)")
    with lzma.open(path, "rt", encoding="utf-8", newline="\n") as file:
        return [line.rstrip("\n").split("\t") for line in file]


def _marks(rows, count):
    marks = np.zeros((len(rows), count), np.float32)
    for i, row in enumerate(rows):
        marks[i, [int(label) for label in row[1].split(",")]] = 1
    return marks


def labelled(data, part):
    """Return the comments of a part: "train", "dev" or "test".

    Raises ``FileNotFoundError`` naming the file when it is absent.
    """
    coarse = _rows(Path(data) / f"goemotions-ekman-{part}.tsv.xz")
    fine = _rows(Path(data) / f"goemotions-{part}.tsv.xz")
    assert [row[2] for row in coarse] == [row[2] for row in fine], "both files list the same comments"
    return Comments([row[0] for row in coarse], _marks(coarse, len(EMOTIONS)), _marks(fine, FINE))


def valences(emotions):
    """Return (n,) of 0 negative, 1 neutral, 2 positive, and -1 where a row shows several or surprise.

    Surprise can be either, and the data's authors call its parts ambiguous.
    """
    negative = emotions[:, [EMOTIONS.index(name) for name in ("anger", "disgust", "fear", "sadness")]].any(1)
    neutral, positive = emotions[:, EMOTIONS.index("neutral")] > 0, emotions[:, EMOTIONS.index("joy")] > 0
    one = (negative.astype(int) + neutral + positive == 1) & (emotions[:, EMOTIONS.index("surprise")] == 0)
    return np.where(one, np.where(negative, 0, np.where(neutral, 1, 2)), -1)


def unlabelled(data, count, seed=1):
    """Return ``count`` different sentences of 4 to 30 words from the chats, by chance."""
    from models.training.completion import prepare_text, split

    documents = []
    for source in CHATS:
        _, file, reader = prepare_text.SOURCES[source]
        documents += reader(source, Path(data) / file if file else None)
    found = set()
    for document in split.split(documents)["train"]:
        for _, line in document.lines:
            found.update(sentence for sentence in split.sentences(line) if 4 <= sentence.count(" ") + 1 <= 30)
    return random.Random(seed).sample(sorted(found), min(count, len(found)))
