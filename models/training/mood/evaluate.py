"""Step 6: measures the mood model, on comments of GoEmotions' test part and on diary entries.

Offers ``emotions(probabilities, labels)``, ``three_way(probabilities, labels)``, ``calibration_error``,
``named``, ``several`` and ``diary()``. Percentages are from 0 to 100, F1 from 0 to 1.
"""

import json
from pathlib import Path

import numpy as np

from app.engine.mood import EMOTIONS, VALENCES
from models.training.mood.prepare_text import valences

DIARY = Path(__file__).resolve().parents[3] / "bench" / "data" / "diary.en.jsonl"
DEVELOPMENT_WRITER = "tess"
BINS = 15


def macro_f1(truth, said, count):
    """Return the mean F1 of the classes 0 to ``count`` - 1, and each; -1 in ``said`` is no answer."""
    each = []
    for label in range(count):
        right = np.sum((truth == label) & (said == label))
        each.append(2 * right / max(1, np.sum(truth == label) + np.sum(said == label)))
    return float(np.mean(each)), [float(one) for one in each]


def emotions(probabilities, labels):
    """Return ``(macro-F1, each)`` of the likeliest emotion on the rows of ``labels`` (n, 7) that have exactly one."""
    one = labels.sum(1) == 1
    return macro_f1(labels[one].argmax(1), probabilities[one].argmax(1), len(EMOTIONS))


def three_way(probabilities, labels):
    """Return ``(macro-F1, each)`` of the likeliest valence on the rows that have exactly one."""
    which = valences(labels)
    return macro_f1(which[which >= 0], probabilities[which >= 0].argmax(1), len(VALENCES))


def thresholds(probabilities, labels):
    """Return the belief (7,) from which on each emotion is best said to be there, for rows with several."""
    tried = np.arange(0.05, 0.9, 0.01)
    return np.array([tried[np.argmax([macro_f1(labels[:, k], (probabilities[:, k] >= one).astype(int), 2)[1][1] for one in tried])]
                     for k in range(labels.shape[1])])


def several(probabilities, labels, least):
    """Return macro-F1 over all rows when each emotion is said where its belief is at least ``least`` (7,)."""
    return float(np.mean([macro_f1(labels[:, k], (probabilities[:, k] >= least[k]).astype(int), 2)[1][1] for k in range(labels.shape[1])]))


def calibration_error(belief, right):
    """Return the expected calibration error over BINS bins of equal width (M. P. Naeini et al., 2015), from 0 to 1."""
    place = np.minimum((belief * BINS).astype(int), BINS - 1)
    return float(sum(abs(np.sum(right[place == one]) - np.sum(belief[place == one])) for one in range(BINS)) / len(belief))


def named(said, right):
    """Return percent of texts that get an answer, and percent of those answers that are right."""
    return 100 * float(np.mean(said)), 100 * float(np.mean(right[said])) if said.any() else 0.0


def diary():
    """Return ``(development, test)``, entries written for the project: dictionaries with "text", "mood" and "valence".

    Split by writer: one diarist's entries, by whom thresholds are chosen, and those of all others.
    """
    entries = [json.loads(line) for line in DIARY.read_text(encoding="utf-8").splitlines() if line.strip()]
    return [one for one in entries if one["writer"] == DEVELOPMENT_WRITER], [one for one in entries if one["writer"] != DEVELOPMENT_WRITER]


def probabilities(mood, texts):
    """Return (n, 10): what the shipped model believes of each text, whatever it knows of its words."""
    from app.engine.mood import pieces

    found = np.zeros((len(texts), len(EMOTIONS) + len(VALENCES)), np.float32)
    for i, text in enumerate(texts):
        read = pieces(text)
        if read:
            found[i] = np.concatenate(mood.vote([mood.scores(piece, mood.reader.ids(piece)) for piece in read]))
        else:
            found[i, EMOTIONS.index("neutral")] = found[i, len(EMOTIONS) + VALENCES.index("neutral")] = 1
    return found


def vader(texts):
    """Return VADER's valence of each text, (n,) of 0, 1, 2: its compound score cut at -0.05 and 0.05, as its authors do."""
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

    analyser = SentimentIntensityAnalyzer()
    compound = np.array([analyser.polarity_scores(text)["compound"] for text in texts])
    return np.where(compound <= -0.05, 0, np.where(compound >= 0.05, 2, 1))


def answer(network, reader, votes, lean, text):
    """Return what «mood» should answer to a ``text``, computed by torch from the ``Network`` as it was trained."""
    from app.engine.mood import pieces
    from models.training.mood import train
    from models.training.mood.calibrate import softmax

    read = pieces(text)
    scores = train.outputs(network, train.Examples(read, reader))
    emotion = softmax(scores[:, :len(EMOTIONS)] / votes["emotion_temperature"])
    valence = softmax(scores[:, len(EMOTIONS):] / votes["valence_temperature"])
    weights = 1 - (1 - votes["neutral_counts"]) * emotion[:, EMOTIONS.index("neutral")]
    emotion, valence = weights @ emotion / weights.sum(), weights @ valence / weights.sum()
    long, named = "_long" if len(read) > 1 else "", (emotion * lean).argmax()
    return {
        "mood": EMOTIONS[named] if emotion[named] >= votes["emotion_least" + long] else "",
        "valence": VALENCES[valence.argmax()] if valence.max() >= votes["valence_least" + long] else "",
        "probabilities": {name: round(float(one), 4) for name, one in zip(EMOTIONS, emotion)},
        "valences": {name: round(float(one), 4) for name, one in zip(VALENCES, valence)},
    }
