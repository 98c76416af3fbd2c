"""A model of a few sentences, trained by the real steps; for tests."""

import io

import numpy as np

from app.engine.kneser_ney import MARKS, KneserNey
from models.training.completion import count, estimate, prepare_text, prune, quantise, vocabulary, weigh

TEXT = """I want to go home. I want to go out. I want to sleep.
I am looking forward to the weekend. We are looking forward to it, and so is Noor.
On Monday I went to the market. On Monday I met Noor. The market was closed.
You want to go home. You want tea. The house is old.""".split("\n")


def levels(keep=10_000, text=TEXT):
    """Return ``(levels, vocabulary)`` of the tiny text, with at most ``keep`` n-grams."""
    words = sorted({w.lower() for line in text for w in line.replace(".", "").replace(",", "").split()})
    chosen = vocabulary.Vocabulary(words, {"i": "I", "monday": "Monday", "noor": "Noor"})
    documents = [prepare_text.Document("tatoeba", f"{i}", (), [("", line)]) for i, line in enumerate(text)]
    ids, weights, start = weigh.weigh(documents, chosen, {"tatoeba": 1}, diary_weight=1)
    made = estimate.estimate(count.count(ids, weights, start), len(words) + len(MARKS), start)
    return prune.prune(made, keep), chosen


def arrays(keep=10_000):
    """Return the arrays of the tiny model's file."""
    return quantise.quantise(*levels(keep))


def packed(content=None):
    """Return the bytes of the tiny model's file, or of one that holds ``content``."""
    file = io.BytesIO()
    np.savez_compressed(file, **(content or arrays()))
    return file.getvalue()


def model():
    """Return the tiny model."""
    return KneserNey.load(packed())
