"""Runs every step, from text to ``models/vectors.en.npz``, ``emoji.en.json`` and their rows in the manifest.

    python -m models.training.vectors [--texts 60000] [--rows 26000] [--epochs 8] [--reader-epochs 0]

The defaults are what ships, made on one CPU thread. Larger numbers make a larger run; what
is measured is printed at the end.
"""

import argparse
import os
import sys
import time

import numpy as np

from app.engine.emoji import Emoji
from app.engine.tags_from_words import LEAST_SCORE as LEAST_TAG_SCORE
from app.engine.tags_from_words import TagsFromWords
from app.engine.vectors import Pieces, Vectors
from models.training.manifest import MODELS, write_reference, write_row
from models.training.vectors import emoji, evaluate, prepare_text, quantise, teach, train, train_reader, vocabulary

CACHE = MODELS.parent / ".cache" / "models"

# Rows of the table, how many of them for pairs of words, and numbers to a row: 3.5 MB in four bits.
ROWS, PAIRS, DIMENSIONS = 26_000, 2_000, 256
# Units of the network over the sums, and the rank of the gate: more takes longer for each passage.
HIDDEN, RANK = 128, 64
# Texts out of which those for the teacher are taken, in this order: a longer run continues a shorter one.
POOL = 150_000
# Texts kept apart to measure agreement with the teacher.
HELD_OUT = 1_500
# Bytes that the file may have; training fails beyond them.
LARGEST_FILE = 4_000_000
# Smooth inverse frequency (S. Arora et al., «A simple but tough-to-beat baseline», 2017): how
# quickly a first guess of a row shrinks as its word gets common.
SIF = 1e-3

LICENCE = ("Apache-2.0 (the teacher) AND CDLA-Sharing-1.0 AND CC-BY-4.0 AND CC-BY-2.0-FR AND BSD-3-Clause AND MIT AND Apache-2.0 "
           "AND WordNet-3.0 (the training text)")

# What the browser's answers are compared on.
TEXTS = ("I could not sleep last night.", "I lay awake until three in the morning.", "The train was late again.",
         "We planted tomatoes in the garden.", "Dinner with Anna, she has a new job in Berlin.",
         "My knee hurts when I climb the stairs.", "Buy milk, eggs and flour.",
         "The children built a den in the woods.", "I feel guilty about what I said to my brother.", "Unbelievably cold today!", "new york",
         "What did the doctor say?", "Fixed the leaking tap in the bathroom.", "We ate pizza on the sofa.", "Rain all day long.",
         "It's my birthday today!", "Headache all day, took two pills.", "Booked the flights to Lisbon.",
         "Fry the onions and add the flour.", "He never calls me back \u2014 it's over.", "caf\u00e9 na\u00efve r\u00e9sum\u00e9")
TAGS = ("garden", "recipes", "health", "family", "travel-plans", "weather")
# The network's weights have eight bits in the file and 32 in torch: scores may differ by this much.
TOLERANCE = 0.02


def main(arguments=None):
    parser = argparse.ArgumentParser(prog="python -m models.training.vectors", description=__doc__.split("\n")[0])
    parser.add_argument("--texts", type=int, default=60_000)
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--epochs", type=int, default=8)
    parser.add_argument("--reader-epochs", type=int, default=0, help="also train a transformer and put it into the file")
    options = parser.parse_args(arguments)
    began = time.monotonic()

    def say(text):
        print(f"{time.monotonic() - began:5.0f} s  {text}", flush=True)

    data = os.environ.get("DATA", "../shared/data")
    npm = os.environ.get("NPM", CACHE / "node_modules")
    say(f"choosing texts from {data}")
    texts = prepare_text.texts(data, npm, max(POOL, options.texts))
    say("choosing the rows of the table")
    pieces = vocabulary.choose(texts, options.rows, PAIRS)
    texts = texts[:options.texts]
    say(f"  {len(pieces):,} rows; asking the teacher about {len(texts):,} texts and each row")
    teacher = teach.cached(texts, CACHE / "vectors", say)
    words = teach.cached([piece.removeprefix("##") for piece in pieces], CACHE / "vectors", say)

    # The last of them are for measuring only.
    held_out, texts = texts[-HELD_OUT:], texts[:-HELD_OUT]
    held_out_vectors, teacher = teacher[-HELD_OUT:], teacher[:-HELD_OUT]
    rows = Pieces(pieces)
    project = train.directions(teacher, DIMENSIONS)
    lists = [rows.rows(text) for text in texts]
    student = train.Student(train.first_guess(lists, words @ project, SIF), HIDDEN, RANK)
    bags, taught = train.with_words(lists, rows, teacher, words)
    target = train.unit(taught @ project)
    group = train.neighbourhoods(target, max(8, len(target) // 1500), np.random.default_rng(0))
    say(f"training the table and its network on {len(bags):,} texts")
    train.train(student, bags, taught, target, epochs=options.epochs, rate=2e-3, group=group, say=say)

    reader = None
    if options.reader_epochs:
        say("training the reader of questions")
        table = train.rounded(student.table).detach()
        reader = train_reader.begin(table, pieces, bags, target)
        train_reader.train(reader, bags, taught, target, epochs=options.reader_epochs, group=group, say=say)

    path = MODELS / "vectors.en.npz"
    packed = quantise.write(pieces, student, reader, path)
    assert len(packed) <= LARGEST_FILE, f"{path.name} has {len(packed):,} bytes, over {LARGEST_FILE:,}"
    write_row("vectors.en", "similar", path.name, LICENCE)
    vectors = Vectors.read_file(packed)
    emoji.write(npm, vectors.encode, MODELS / "emoji.en.npz")
    write_row("emoji.en", "emoji", "emoji.en.npz", f"MIT (emojibase-data) AND {LICENCE}")
    say(f"  {path.name}: {len(packed):,} bytes")

    say("measuring")
    write_references(student, rows, npm)
    evaluate.report(vectors, data, held_out, held_out_vectors, MODELS.parent / "bench" / "data" / "retrieval.jsonl")
    say("done")


class InTorch:
    """The student with the face of ``app.engine.vectors.Vectors``: the reference that the engine's numpy is compared with."""

    def __init__(self, student, rows):
        student.quantised = True
        self._student, self._rows = student, rows

    def encode(self, texts):
        bags = train.Bags.of([self._rows.rows(text) for text in texts])
        vectors = np.zeros((len(texts), self._student.table.shape[1]), np.float32)
        vectors[bags.kept] = self._student.encode(bags)
        return vectors


def write_references(student, rows, npm):
    """Write what torch makes of a few texts, which the engine's numpy is to repeat in a browser."""
    reference = InTorch(student, rows)
    cases = []
    for place, text in enumerate(TEXTS):
        others = [*TEXTS[:place], *TEXTS[place + 1:]]
        found = reference.encode([text, *others])
        cases.append(({"text": text, "texts": others}, {"similarities": [round(float(x), 4) for x in found[1:] @ found[0]]}))
    write_reference("similar", TOLERANCE, cases)

    listed = emoji.rows(npm)
    offered = Emoji(reference, listed, emoji.table(reference.encode, listed))
    tagger = TagsFromWords(reference)
    emoji_cases, tag_cases = [], []
    for text in TEXTS:
        best = offered.answer({"text": text, "limit": 2})["emoji"]
        # Where two are as good, which comes first is up to the rounding.
        if len(best) == 2 and best[0]["score"] - best[1]["score"] > 3 * TOLERANCE:
            emoji_cases.append(({"text": text, "limit": 1}, {"emoji": best[:1]}))
        for tag in TAGS:
            found = tagger.answer({"text": text, "tags": [tag]})
            if found["tags"] and found["tags"][0]["score"] > LEAST_TAG_SCORE + 3 * TOLERANCE:
                tag_cases.append(({"text": text, "tags": [tag]}, found))
    write_reference("emoji", TOLERANCE, emoji_cases)
    write_reference("tags_from_words", TOLERANCE, tag_cases)


if __name__ == "__main__":
    sys.exit(main())
