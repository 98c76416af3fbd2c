"""Step 4: chooses, on the development part, the numbers that turn outputs into answers.

Offers ``choose(scores, emotions, known)`` -> ``(votes, lean)``, votes by name (see ``app.engine.mood.VOTES``), and
``choose_long(...)`` -> the votes for long texts.

- Temperatures: those that make the labels likeliest (C. Guo et al., «On calibration of modern
  neural networks», 2017).
- The lean: an emotion is chosen by its belief over a power of how common it is, the power with the best macro-F1.
- How much a neutral piece counts: on made-up notes, since no labelled text is long: comments of one
  emotion among neutral ones, and neutral ones alone.
- The least belief: the smallest with which what is named is right as often as is asked; for texts of
  several pieces, on the entries of one diarist (the figures are from the others).
- The share of known words: the greatest that refuses hardly any English comment.
"""

import numpy as np

from app.engine.mood import EMOTIONS, VALENCES
from models.training.mood.evaluate import macro_f1
from models.training.mood.prepare_text import valences

# What is named shall be right this often, on comments.
RIGHT_EMOTION = 0.70
RIGHT_VALENCE = 0.75
# And on diary entries of several pieces, whose words say little of what their writers felt. Where nothing reaches it, the
# model is silent.
RIGHT_LONG = 0.70
# No threshold rests on fewer answers than these.
FEWEST = 8
# Share of English comments that may be refused as no English.
REFUSED = 0.015

NOTES = 2000
NEUTRAL = EMOTIONS.index("neutral")


def softmax(scores):
    found = np.exp(scores - scores.max(1, keepdims=True))
    return found / found.sum(1, keepdims=True)


def temperature(scores, targets):
    """Return the temperature that makes ``targets`` (rows that sum to one) likeliest."""
    tried = np.arange(0.5, 2.5, 0.02)
    lost = [-(targets * np.log(softmax(scores / one) + 1e-9)).sum(1).mean() for one in tried]
    return float(tried[int(np.argmin(lost))])


def least(belief, right, asked):
    """Return the smallest belief from which on the share of ``right`` is at least ``asked``."""
    order = np.argsort(-belief, kind="stable")
    share = np.cumsum(right[order]) / np.arange(1, len(order) + 1)
    enough = np.flatnonzero(share >= asked)
    return float(belief[order[enough[-1]]]) if len(enough) and enough[-1] + 1 >= FEWEST else 1.01


def notes(emotions, seed=1):
    """Return made-up notes as ``[(rows of comments, emotion)]``: two to six comments, some of one emotion, the rest neutral."""
    chance = np.random.default_rng(seed)
    one = emotions.sum(1) == 1
    of = [np.flatnonzero(one & (emotions[:, label] > 0)) for label in range(len(EMOTIONS))]
    found = []
    for i in range(NOTES):
        label = i % len(EMOTIONS)
        count = int(chance.integers(2, 7))
        own = count if label == NEUTRAL else int(chance.integers(1, count + 1))
        rows = np.concatenate((chance.choice(of[label], own), chance.choice(of[NEUTRAL], count - own)))
        found.append((rows, label))
    return found


def neutral_counts(probabilities, emotions):
    """Return how much a neutral piece shall count, and the balanced accuracy on made-up notes for each value tried."""
    tried, made = (0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.6, 0.8, 1.0), notes(emotions)
    accuracy = {}
    for one in tried:
        hits = [[] for _ in EMOTIONS]
        for rows, label in made:
            weights = 1 - (1 - one) * probabilities[rows, NEUTRAL]
            hits[label].append((weights @ probabilities[rows]).argmax() == label)
        accuracy[one] = float(np.mean([np.mean(hit) for hit in hits]))
    return max(accuracy, key=accuracy.get), accuracy


def lean_of(beliefs, emotions):
    """Return (7,): what beliefs (n, 7) are multiplied by when one emotion is chosen."""
    one = emotions.sum(1) == 1
    labels = emotions[one].argmax(1)
    common = np.bincount(labels, minlength=len(EMOTIONS)) / len(labels)
    tried = [common ** -power for power in np.arange(0, 0.65, 0.05)]
    return max(tried, key=lambda lean: macro_f1(labels, (beliefs[one] * lean).argmax(1), len(EMOTIONS))[0])


def choose(scores, emotions, known):
    """Return the votes and the lean, given the outputs (n, 10) for development comments, their labels (n, 7) and their shares of known words (n,)."""
    targets, which = emotions / emotions.sum(1, keepdims=True), valences(emotions)
    votes = {"emotion_temperature": temperature(scores[:, :7], targets),
             "valence_temperature": temperature(scores[which >= 0, 7:], np.eye(len(VALENCES))[which[which >= 0]])}
    emotion, valence = softmax(scores[:, :7] / votes["emotion_temperature"]), softmax(scores[:, 7:] / votes["valence_temperature"])
    lean, rows = lean_of(emotion, emotions), np.arange(len(emotions))
    named = (emotion * lean).argmax(1)
    votes["emotion_least"] = least(emotion[rows, named], emotions[rows, named] > 0, RIGHT_EMOTION)
    votes["valence_least"] = least(valence.max(1)[which >= 0], (valence.argmax(1) == which)[which >= 0], RIGHT_VALENCE)
    votes["neutral_counts"], _ = neutral_counts(emotion, emotions)
    votes["known_least"] = float(np.quantile(known, REFUSED))
    return votes, lean


def choose_long(emotion, valence, lean, feels, which):
    """Return the votes for long texts: beliefs (n, 7) and (n, 3) of diary entries, and what their writer says (n,) and (n,)."""
    named = (emotion * lean).argmax(1)
    return {"emotion_least_long": least(emotion[np.arange(len(named)), named], named == feels, RIGHT_LONG),
            "valence_least_long": least(valence.max(1), valence.argmax(1) == which, RIGHT_LONG)}
