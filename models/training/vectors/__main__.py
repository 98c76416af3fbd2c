"""Runs every step, from text to ``models/vectors.en.npz``, ``emoji.en.json`` and their rows in the manifest.

    python -m models.training.vectors [--texts 60000] [--epochs 12] [--reader-epochs 6] [--layers 2] [--wide 384]

The defaults are what ships, made on one CPU thread; larger numbers make a larger run.
"""

import argparse
import os
import sys
import time
from pathlib import Path

import numpy as np
import torch

from app.engine.emoji import Emoji
from app.engine.tags_from_words import TagsFromWords
from app.engine.vectors import Pieces, Vectors
from models.training.manifest import MODELS, write_reference, write_row
from models.training.vectors import emoji, evaluate, prepare_text, quantise, teach, train, train_reader, vocabulary

CACHE = MODELS.parent / ".cache" / "models"

# Rows of the table, how many of them for pairs of words, and numbers to a row: 3 MB in four bits.
ROWS, PAIRS, DIMENSIONS = 28_000, 2_000, 192
# Units of the network over the sums.
HIDDEN = 192
# Texts kept apart to measure agreement with the teacher.
HELD_OUT = 1_500
# Bytes that the file may have; training fails beyond them.
LARGEST_FILE = 4_000_000
# Smooth inverse frequency (S. Arora et al., «A simple but tough-to-beat baseline», 2017): how
# quickly a first guess of a row shrinks as its word gets common.
SIF = 1e-3

LICENCE = ("Apache-2.0 (the teacher) AND CDLA-Sharing-1.0 AND CC-BY-4.0 AND CC-BY-2.0-FR AND BSD-3-Clause AND MIT AND Apache-2.0 "
           "AND WordNet-3.0 (the training text)")


def main(arguments=None):
    parser = argparse.ArgumentParser(prog="python -m models.training.vectors", description=__doc__.split("\n")[0])
    parser.add_argument("--texts", type=int, default=60_000)
    parser.add_argument("--epochs", type=int, default=12)
    parser.add_argument("--reader-epochs", type=int, default=6)
    parser.add_argument("--layers", type=int, default=2)
    parser.add_argument("--wide", type=int, default=384)
    options = parser.parse_args(arguments)
    began = time.monotonic()

    def say(text):
        print(f"{time.monotonic() - began:5.0f} s  {text}", flush=True)

    data = os.environ.get("DATA", "../shared/data")
    npm = os.environ.get("NPM", CACHE / "node_modules")
    say(f"choosing texts from {data}")
    texts = prepare_text.texts(data, npm, options.texts + HELD_OUT)
    say("choosing the rows of the table")
    pieces = vocabulary.choose(texts, ROWS, PAIRS)
    say(f"  {len(pieces):,} rows; asking the teacher about {len(texts):,} texts and each row")
    teacher = teach.cached(texts, CACHE / "vectors", say)
    words = teach.cached([piece.removeprefix("##") for piece in pieces], CACHE / "vectors", say)

    held_out, texts = texts[-HELD_OUT:], texts[:-HELD_OUT]
    held_out_vectors, teacher = teacher[-HELD_OUT:], teacher[:-HELD_OUT]
    rows = Pieces(pieces)
    project = train.directions(teacher, DIMENSIONS)
    lists = [rows.rows(text) for text in texts]
    student = train.Student(train.first_guess(lists, words @ project, SIF), HIDDEN)
    bags, taught = train.with_words(lists, rows, teacher, words)
    target = train.unit(taught @ project)
    group = train.neighbourhoods(target, max(8, len(target) // 1500), np.random.default_rng(0))
    say(f"training the table and its network on {len(bags):,} texts")
    train.train(student, bags, taught, target, epochs=options.epochs, rate=3e-3, group=group, say=say)

    reader = None
    if options.layers:
        say("training the reader of questions")
        student.quantised = True
        sums = student.encode(bags)
        reader = train_reader.Reader(train.rounded(student.table).detach(), options.layers, options.wide)
        train_reader.train(reader, bags, sums, taught, epochs=options.reader_epochs, group=group, say=say)

    path = MODELS / "vectors.en.npz"
    packed = quantise.write(pieces, student, reader, path)
    assert len(packed) <= LARGEST_FILE, f"{path.name} has {len(packed):,} bytes, over {LARGEST_FILE:,}"
    write_row("vectors.en", "similar", path.name, LICENCE)
    emoji.write(npm, MODELS / "emoji.en.json")
    write_row("emoji.en", "emoji", "emoji.en.json", "MIT (emojibase-data)")
    say(f"  {path.name}: {len(packed):,} bytes")

    say("measuring")
    vectors = Vectors.read_file(packed)
    evaluate.report(vectors, data, held_out, held_out_vectors, MODELS.parent / "bench" / "data" / "retrieval.jsonl")
    say("done")


if __name__ == "__main__":
    sys.exit(main())
