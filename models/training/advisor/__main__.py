"""Trains the advisor: ``models/advisor.json``, its row in the manifest and its reference cases.

    python -m models.training.advisor [--fit-only]

Prints what cross-validation over domains says first: what it is right about in domains that it has never read of. ``--fit-only`` leaves that out.
"""

import argparse
import json
import sys

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

from app.engine.vectors import Vectors
from app.everywhere.advice_words import ANSWERS
from app.everywhere.advisor import FORMAT, ZERO, text_of
from app.everywhere.places import TESTS
from models.training.advisor.read import CUE, VECTOR, WORDS, Read, cues, examples, judged
from models.training.manifest import MODELS, write_reference, write_row

# How little the weights are held back, and how many times the examples are divided; chosen by the same cross-validation.
C, FOLDS = 3.0, 8
# Bytes that the file may have; training fails beyond them.
LARGEST_FILE = 300_000
# The most characters can say on either side of nought: printable ASCII.
STEPS = 46
# Every so many examples is a reference case; and how far the file's rounded weights may lead from scikit-learn's.
EVERY, TOLERANCE = 60, 0.05
LICENCE = "MIT (examples and cues, written for Carryon)"


def main(arguments=None):
    parser = argparse.ArgumentParser(prog="python -m models.training.advisor", description=__doc__.split("\n")[0])
    parser.add_argument("--fit-only", action="store_true")
    options = parser.parse_args(arguments)
    given, cue_rows = examples(), cues()
    vectors = Vectors.read_file((MODELS / "vectors.en.npz").read_bytes())
    read = Read([text_of(example.name, example.description) for example in given], vectors.encode, cue_rows)
    reasons = sorted(ANSWERS)
    truth, groups = np.array([reasons.index(example.reason) for example in given]), [example.group for example in given]
    print(f"{len(given)} examples in {len(set(groups))} groups", flush=True)
    if not options.fit_only:
        validate(read, truth, groups, reasons, given)
    vocabulary = read.vocabulary(range(len(given)), groups)
    fitted = fit(read.matrix(vocabulary), truth)
    write(fitted, vocabulary, cue_rows, reasons, read)
    write_row("advisor", "advise", "advisor.json", LICENCE)
    beliefs = fitted.predict_proba(read.matrix(vocabulary))
    write_reference("advise", TOLERANCE, [case(example, row, reasons) for example, row in list(zip(given, beliefs))[::EVERY]
                                          if abs(row.max() - 0.5) > 0.1])
    return 0


def fit(x, y):
    return LogisticRegression(C=C, max_iter=300).fit(x, y)


def validate(read, truth, groups, reasons, given):
    """Print place and deciding-test accuracy on domains left out, how they grow with confidence, and the calibration error."""
    beliefs = np.zeros((len(truth), len(reasons)))
    for train, test in GroupKFold(FOLDS).split(truth, groups=groups):
        x = read.matrix(read.vocabulary(train, groups))
        fitted = fit(x[train], truth[train])
        beliefs[np.ix_(test, fitted.classes_)] = fitted.predict_proba(x[test])
    best, confidence = judged(beliefs, reasons)
    wanted = np.array([TESTS.index(example.yes[0]) if example.yes else 3 for example in given])
    right = best == wanted
    print(f"domains left out: place {np.mean((best == 3) == (wanted == 3)):.3f}, deciding test {right.mean():.3f}")
    for i, test in enumerate(TESTS):
        likelihood = beliefs[:, [test in ANSWERS[reason] for reason in reasons]].sum(1)
        yes = np.array([test in example.yes for example in given])
        print(f"  {test}: right {np.mean((likelihood >= 0.5) == yes):.3f}, Brier {np.mean((likelihood - yes) ** 2):.3f}, "
              f"where it decides: {np.mean(best[wanted == i] == i):.3f} found")
    for least in (0.5, 0.6, 0.7, 0.8):
        sure = confidence >= least
        print(f"  at confidence {least}: {np.mean(sure):.2f} answered, deciding test {right[sure].mean():.3f}; of the others {right[~sure].mean():.3f}")
    bins = np.minimum((confidence * 10).astype(int), 9)
    error = sum(abs(right[bins == b].mean() - confidence[bins == b].mean()) * np.mean(bins == b) for b in range(10) if np.any(bins == b))
    print(f"  calibration error (10 bins) {error:.3f}", flush=True)


def write(fitted, vocabulary, cue_rows, reasons, read):
    """Write the weights as text: a character for each reason, one row a feature."""
    dimensions, known = read.vectors.shape[1], read.cues.shape[1]
    weights = fitted.coef_.T
    parts = {"vector": weights[:dimensions] * VECTOR, "cue": weights[dimensions:dimensions + known] * CUE, "term": weights[dimensions + known:] * WORDS}
    scales = {name: float(np.abs(part).max() / STEPS) for name, part in parts.items()}
    rows = {name: ["".join(chr(ZERO + step) for step in row) for row in np.rint(part / scales[name]).astype(int).tolist()] for name, part in parts.items()}
    model = {"format": FORMAT, "reasons": reasons, "biases": [round(float(x), 4) for x in fitted.intercept_],
             "scales": {name: round(scale, 7) for name, scale in scales.items()}, "cues": cue_rows,
             "cue_weights": rows["cue"], "vector_weights": rows["vector"], "terms": dict(zip(vocabulary, rows["term"]))}
    packed = json.dumps(model, ensure_ascii=False, separators=(",", ":")).encode()
    assert len(packed) <= LARGEST_FILE, f"advisor.json has {len(packed):,} bytes, over {LARGEST_FILE:,}"
    (MODELS / "advisor.json").write_bytes(packed)
    print(f"advisor.json: {len(packed):,} bytes, {len(vocabulary)} terms, {len(cue_rows)} cues")


def case(example, row, reasons):
    """Return ``(payload, value)``: what scikit-learn believes of one example."""
    best, _ = judged(row[None], reasons)
    likelihoods = {test: round(float(sum(p for p, reason in zip(row, reasons) if test in ANSWERS[reason])), 3) for test in TESTS}
    decided = [*TESTS, "none"][int(best[0])]
    return ({"text": f"{example.name}: {example.description}\n- metronome"},
            {"features": [{"decided_by": decided, "likelihoods": likelihoods}, {"place": "device"}]})


if __name__ == "__main__":
    sys.exit(main())
