"""Mood beside VADER and a plain regression: emotions, valences, calibration, silence, time and size.

Offers ``run(quick=False)`` -> rows (see ``bench.rows``); also ``python -m bench.mood``.

The comments are the test part of GoEmotions, which its authors set apart and nothing was chosen by;
they are read from ``DATA``. The diary entries were written for the project (bench/data/diary.en.jsonl) and
their writers say the mood; thresholds were chosen by one writer's, the figures are from the six
others'. The peer for valences is VADER; that for emotions a logistic regression on words and pairs of
words, trained here on the same comments.
"""

import importlib.util
import lzma
import os
import sys
import time
from collections import Counter
from pathlib import Path

import numpy as np

from app.engine.mood import EMOTIONS, VALENCES, Mood
from bench.rows import percentile, row
from models.training.mood import evaluate, prepare_text

ROOT = Path(__file__).resolve().parent.parent
MODEL = ROOT / "models" / "mood.en.npz"
VADER = "VADER 3.3.2"
REGRESSION = "logistic regression, words and pairs"

# Comments of a quick run.
QUICK = 300
# Tatoeba sentences of each language.
PER_LANGUAGE = 100


def run(quick=False):
    """Return the rows of this part; what cannot be asked is None and the note says why."""
    packed = MODEL.read_bytes()
    began = time.perf_counter()
    mood = Mood.read(packed)
    load_ms = 1000 * (time.perf_counter() - began)
    rows = []
    data = Path(os.environ.get("DATA", "../shared/data"))
    if (data / "goemotions-ekman-test.tsv.xz").exists():
        rows += _comments(mood, data, quick)
    else:
        rows.append(row("mood, seven emotions", None, "macro-F1", note=f"there is no GoEmotions in {data} (set DATA)"))
    if (data / "tatoeba.tsv.xz").exists():
        rows += _languages(mood, data / "tatoeba.tsv.xz")
    rows += _diary(mood)
    rows.append(row("mood, file", round(len(packed) / 1000), "kB", goal="at most 350 kB"))
    rows.append(row("mood, load", round(load_ms, 1), "ms", note="CPython"))
    return rows


def _comments(mood, data, quick):
    test = prepare_text.labelled(data, "test")
    if quick:
        test = prepare_text.Comments(test.texts[:QUICK], test.emotions[:QUICK], test.fine[:QUICK])
    times = []
    said = {"mood": np.zeros(len(test.texts), bool), "valence": np.zeros(len(test.texts), bool)}
    for i, text in enumerate(test.texts):
        began = time.perf_counter()
        answer = mood.answer({"text": text})
        times.append(1000 * (time.perf_counter() - began))
        for kind in said:
            said[kind][i] = bool(answer[kind])
    found = evaluate.probabilities(mood, test.texts)
    emotions, valences = found[:, :len(EMOTIONS)], found[:, len(EMOTIONS):]
    leaning = emotions * mood.lean
    which = prepare_text.valences(test.emotions)
    one = which >= 0
    labels = test.emotions
    right = labels[np.arange(len(labels)), emotions.argmax(1)] > 0
    named_right = labels[np.arange(len(labels)), leaning.argmax(1)] > 0
    regression, note = _regression(data, test, quick)
    vader, vader_note = _vader(test.texts)
    several = labels.sum(1) == 1
    rows = [
        row("mood, seven emotions", round(evaluate.emotions(leaning, labels)[0], 3), "macro-F1", peer=REGRESSION,
            peer_value=regression, goal="above .56", note=f"{several.sum()} comments of GoEmotions' test part with one label{note}"),
        row("mood, three valences", round(evaluate.three_way(valences, labels)[0], 3), "macro-F1", peer=VADER,
            peer_value=None if vader is None else round(evaluate.macro_f1(which[one], vader[one], 3)[0], 3), goal="above .678",
            note=f"{one.sum()} comments of one valence, none with surprise{vader_note}"),
    ]
    dev = prepare_text.labelled(data, "dev")
    least = evaluate.thresholds(evaluate.probabilities(mood, dev.texts)[:, :len(EMOTIONS)], dev.emotions)
    rows.append(row("mood, seven emotions, several to a comment", round(evaluate.several(emotions, labels, least), 3), "macro-F1",
                    peer="BERT, as published", peer_value=0.64,
                    note=f"{len(labels)} comments; thresholds from the development part; the peer (D. Demszky et al., 2020) was not run"))
    polar = one & (which != VALENCES.index("neutral"))
    rows.append(row("mood, valence of clearly polar comments", round(float(np.mean(valences[polar].argmax(1) == which[polar])), 3),
                    "accuracy", peer=VADER, peer_value=None if vader is None else round(float(np.mean(vader[polar] == which[polar])), 3),
                    note=f"{polar.sum()} comments; neutral counts as wrong"))
    rows.append(row("mood, calibration error of emotions", round(evaluate.calibration_error(emotions.max(1), right), 3), "ECE",
                    note="15 bins; right is one of the comment's labels"))
    rows.append(row("mood, calibration error of valences",
                    round(evaluate.calibration_error(valences[one].max(1), valences[one].argmax(1) == which[one]), 3), "ECE"))
    for kind, mask, correct in (("mood", np.ones(len(labels), bool), named_right), ("valence", one, valences.argmax(1) == which)):
        share, accuracy = evaluate.named(said[kind][mask], correct[mask])
        rows.append(row(f"mood, {kind} named", round(share, 1), "% of comments", note=f"right {accuracy:.1f} % of the time"))
    rows.append(row("mood, p95 of a comment", round(percentile(times, 95), 2), "ms", note="CPython"))
    return rows


def _regression(data, test, quick):
    if importlib.util.find_spec("sklearn") is None:
        return None, "; the regression needs scikit-learn, which is not installed"
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression

    train = prepare_text.labelled(data, "train")
    count = 3000 if quick else len(train.texts)
    words = TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True, max_features=30_000)
    x = words.fit_transform(train.texts[:count])
    rows, labels = np.nonzero(train.emotions[:count])
    fitted = LogisticRegression(C=2, max_iter=60, class_weight="balanced").fit(x[rows], labels)
    return round(evaluate.emotions(fitted.predict_proba(words.transform(test.texts)), test.emotions)[0], 3), ""


def _vader(texts):
    if importlib.util.find_spec("vaderSentiment") is None:
        return None, "; VADER is not installed"
    return evaluate.vader(texts), ""


def _languages(mood, path):
    """How often the model speaks of a sentence in another language, and of its English side, without being told the language."""
    sides, english, languages = [], [], Counter()
    with lzma.open(path, "rt", encoding="utf-8") as file:
        for line in file:
            language, sentence, meaning = line.rstrip("\n").split("\t")[:3]
            languages[language] += 1
            if languages[language] <= PER_LANGUAGE:
                sides.append(sentence)
                english.append(meaning)
    spoken, answered = (100 * float(np.mean([bool(mood.answer({"text": text})["probabilities"]) for text in texts]))
                        for texts in (sides, english))
    return [row("mood, other languages spoken of", round(spoken, 1), "% of sentences",
                note=f"{len(sides)} Tatoeba sentences in {len(languages)} languages; of their English sides {answered:.1f} %")]


def _diary(mood):
    _, entries = evaluate.diary()
    answers = [mood.answer({"text": entry["text"]}) for entry in entries]
    vader, note = _vader([entry["text"] for entry in entries])
    truth = np.array([VALENCES.index(entry["valence"]) for entry in entries])
    valence = [max(answer["valences"], key=answer["valences"].get, default="neutral") for answer in answers]
    likeliest = np.array([VALENCES.index(one) for one in valence])
    lean = dict(zip(EMOTIONS, mood.lean.tolist()))
    emotion = [max(EMOTIONS, key=lambda name: answer["probabilities"].get(name, name == "neutral") * lean[name]) for answer in answers]
    feels = np.array([EMOTIONS.index(entry["mood"]) for entry in entries])
    guessed = np.array([EMOTIONS.index(one) for one in emotion])
    rows = [
        row("mood, diary entries, three valences", round(evaluate.macro_f1(truth, likeliest, 3)[0], 3), "macro-F1", peer=VADER,
            peer_value=None if vader is None else round(evaluate.macro_f1(truth, vader, 3)[0], 3),
            note=f"{len(entries)} entries of six writers{note}"),
        row("mood, diary entries, seven emotions", round(evaluate.macro_f1(feels, guessed, len(EMOTIONS))[0], 3), "macro-F1",
            note=f"right {100 * np.mean(feels == guessed):.0f} %"),
    ]
    for kind in ("mood", "valence"):
        right = np.array([answer[kind] == entry[kind] for answer, entry in zip(answers, entries)])
        share, accuracy = evaluate.named(np.array([bool(answer[kind]) for answer in answers]), right)
        rows.append(row(f"mood, diary entries, {kind} named", round(share, 1), "% of entries", note=f"right {accuracy:.1f} % of the time"))
    return rows


if __name__ == "__main__":
    for found in run(quick="--quick" in sys.argv):
        print(f"{found['name']}: {found['value']} {found['unit']}"
              + (f"; {found['peer']}: {found['peer_value']}" if found["peer"] else "")
              + (f" ({found['note']})" if found["note"] else ""))
