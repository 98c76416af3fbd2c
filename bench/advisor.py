"""The advisor beside a majority guess, its rules alone and sentence vectors alone: place, deciding test, calibration, time and size.

Offers ``run(quick=False)`` -> rows (see ``bench.rows``); also ``python -m bench.advisor``.

The examples held out (bench/data/advisor_held_out.toml) were written by somebody who knew nothing of the advisor's; nothing was chosen by them. Rules alone
count the cues of the advisor's list for each test, device cues against them; vectors alone are a ridge regression from the sentence vectors to
the deciding test, on the same examples as the advisor learned from.
"""

import json
import sys
import time
import tomllib
from collections import Counter
from pathlib import Path

import numpy as np

from app.engine.advise import Advise
from app.engine.vectors import Vectors
from app.everywhere.advice_words import ANSWERS, NONE
from app.everywhere.advisor import Cues, text_of, words_of
from app.everywhere.places import TESTS
from app.everywhere.plain_vectors import PlainVectors
from bench.rows import percentile, row

ROOT = Path(__file__).resolve().parent.parent
HELD_OUT = ROOT / "bench/data/advisor_held_out.toml"
MODEL, VECTORS, EXAMPLES = ROOT / "models/advisor.json", ROOT / "models/vectors.en.npz", ROOT / "models/training/advisor/examples.txt"
# Held-out features of a quick run.
QUICK = 40
# What holds the ridge regression back.
RIDGE = 0.3


def run(quick=False):
    """Return the rows of this part; where there are no held-out examples the note says so."""
    packed, vectors = MODEL.read_bytes(), Vectors.read_file(VECTORS.read_bytes())
    began = time.perf_counter()
    advisor = Advise.read(packed, lambda texts: vectors.encode(texts).tolist())
    load_ms = 1000 * (time.perf_counter() - began)
    rows = [row("advisor, file", round(len(packed) / 1000), "kB", goal="at most 300 kB"), row("advisor, load", round(load_ms, 1), "ms", note="CPython, beside the vectors")]
    if not HELD_OUT.exists():
        return [row("advisor, place", None, "accuracy", note=f"there is no {HELD_OUT.relative_to(ROOT)}"), *rows]
    held_out = tomllib.loads(HELD_OUT.read_text(encoding="utf-8"))["feature"][:QUICK if quick else None]
    features, truth = [(one["name"], one["description"]) for one in held_out], [one["decided_by"] for one in held_out]
    times, advice = [], []
    for feature in features:
        began = time.perf_counter()
        advice += advisor.advise([feature])
        times.append(1000 * (time.perf_counter() - began))
    said, confidence = [one["decided_by"] for one in advice], np.array([one["confidence"] for one in advice])
    right = np.array([a == b for a, b in zip(said, truth)])
    sure = np.array([not one["unsure"] for one in advice])
    majority = Counter(decided for _, decided in _examples()).most_common(1)[0][0]
    peers = {"majority guess": [majority] * len(truth), "rules alone": _rules(json.loads(packed)["cues"], features),
             "vectors alone": _nearest(vectors, features)}
    note = f"{len(truth)} features held out, {sum(one == NONE for one in truth)} of the device"
    found = []
    for peer, guessed in peers.items():
        found.append(row("advisor, place", _accuracy(said, truth, _place), "accuracy", peer=peer, peer_value=_accuracy(guessed, truth, _place), goal="at least .90", note=note))
        found.append(row("advisor, deciding test", _accuracy(said, truth), "accuracy", peer=peer, peer_value=_accuracy(guessed, truth), goal="at least .85"))
    for test in TESTS:
        found.append(row(f"advisor, {test}", round(float(np.mean([one[test] == bool(wanted[test]) for one, wanted in zip(advice, held_out)])), 3), "accuracy",
                         note=f"{sum(bool(wanted[test]) for wanted in held_out)} of {len(truth)} are yes"))
    found.append(row("advisor, answered without «unsure»", round(100 * float(sure.mean()), 1), "% of features",
                     note=f"deciding test right {100 * right[sure].mean():.1f} % of the time" + (f", else {100 * right[~sure].mean():.1f} %" if (~sure).any() else "")))
    bins = np.minimum((confidence * 10).astype(int), 9)
    error = sum(abs(right[bins == b].mean() - confidence[bins == b].mean()) * np.mean(bins == b) for b in set(bins.tolist()))
    found.append(row("advisor, calibration error", round(float(error), 3), "ECE", note="10 bins of confidence"))
    found.append(row("advisor, p95 of a feature", round(percentile(times, 95), 2), "ms", note="CPython with numpy"))
    began = time.perf_counter()
    plain = Advise.read(packed, PlainVectors(VECTORS.read_bytes()).encode)
    plain.advise(features)
    found.append(row("advisor, the command without numpy", round(time.perf_counter() - began, 2), "s", note=f"{len(features)} features, with loading"))
    return found + rows


def _examples():
    """Return [(text, deciding test)] that the advisor learned from."""
    found = []
    for line in EXAMPLES.read_text(encoding="utf-8").splitlines():
        if " | " in line and not line.startswith("#"):
            reason, name, description = (part.strip() for part in line.split(" | "))
            found.append((text_of(name, description), NONE if reason == "-" else ANSWERS[reason.partition("+")[0]][0]))
    return found


def _rules(cue_rows, features):
    cues, found = Cues(cue_rows), []
    for name, description in features:
        kinds = Counter(cues.names[place].split(".")[0] for place in cues.found(words_of(text_of(name, description))))
        found.append(next((test for test in TESTS if kinds[test] and kinds[test] >= kinds["device"]), NONE))
    return found


def _nearest(vectors, features):
    examples, kinds = _examples(), [*TESTS, NONE]
    x = np.c_[vectors.encode([text for text, _ in examples]), np.ones(len(examples))].astype(float)
    y = np.array([[decided == kind for kind in kinds] for _, decided in examples], float)
    weights = np.linalg.solve(x.T @ x + RIDGE * np.eye(x.shape[1]), x.T @ y)
    asked = np.c_[vectors.encode([text_of(*feature) for feature in features]), np.ones(len(features))]
    return [kinds[best] for best in (asked @ weights).argmax(1)]


def _place(decided):
    return decided == NONE


def _accuracy(said, truth, of=str):
    return round(sum(of(a) == of(b) for a, b in zip(said, truth)) / len(truth), 3)


if __name__ == "__main__":
    for found in run(quick="--quick" in sys.argv):
        print(f"{found['name']}: {found['value']} {found['unit']}"
              + (f"; {found['peer']}: {found['peer_value']}" if found["peer"] else "")
              + (f" ({found['note']})" if found["note"] else ""))
