"""Learns which of the reader's own tags fit a note: a linear model a tag, and from where on it may speak.

Offers `learn_tags(payload, lesson)` for the feature «learn_tags»; its arrays are what app/engine/tags.py applies.

A note is the mean of its passages' vectors in both spaces beside its words by TF-IDF (K. Spärck Jones, «A statistical
interpretation of term specificity», 1972), each of length one. A tag is learned from TAUGHT_FROM_NOTES notes on, by logistic
regression (scikit-learn's liblinear: R.-E. Fan and others, 2008) against notes with other tags, refusals, and untagged
notes, of which nobody knows whether they deserve it.

From where on a tag speaks is decided by notes that its model did not see (cross-validation in FOLDS parts): at the lowest of
the SHARES of its own notes above which as many suggestions as TARGET were right, smoothed by RIGHT and ASKED; nowhere if there is no such
place. Of the untagged notes above it, as many as there are tagged ones are taken to deserve it, the others to be
false alarms: so it assumes that at least half of what deserves a tag has it (compare C. Elkan and K. Noto, «Learning classifiers from
only positive and unlabeled data», 2008).

The same notes, tags and refusals give the same arrays, to the last bit, whatever was there before: nothing is drawn by lot,
and notes are taken in the order of their ids or of their ids' CRC-32.
"""

import json
import zlib

import numpy as np

from app.everywhere.limits import TAUGHT_FROM_NOTES
from app.learner.lesson import ENGLISH, OTHER

# Tags that are learned, at most: those with the most notes.
MOST_TAGS = 200
# Notes learned from, at most, and of each tag at least so many of them; untagged ones: as many as tagged ones, but at least so many.
MOST_NOTES = 3_000
OF_EACH_TAG = 100
LEAST_UNTAGGED = 400
# Words that stand in at least so many notes and in at most this share of them; so many at most, the most frequent.
WORD_NOTES, WORD_SHARE, MOST_WORDS = 2, 0.5, 8_000
# What liblinear calls C: less smooths more. What a refusal counts, as notes.
COST = 3.0
REFUSED = 2.0

FOLDS = 5
SHARES = (0.2, 0.3, 0.4, 0.5, 0.6)
TARGET = 0.88
RIGHT, ASKED = 1, 3


def learn_tags(payload, lesson):
    """{"forgotten": [tag], "since": moment} → ({"tags": [{"tag", "notes", "sure", "speaks"}], "notes"}, the arrays).

    Notes not written since the moment («» for ever) teach nothing, nor do forgotten tags. ``sure``: the share of suggestions that were
    right, as estimated; ``notes``: of how many it was learned, or how many were learned from in all.
    """
    rows = [row for row in range(len(lesson)) if lesson.updated[row] >= payload.get("since", "")]
    forgotten = set(payload.get("forgotten", ()))
    tagged = {}
    for row in rows:
        for tag in lesson.tags[row]:
            if tag not in forgotten:
                tagged.setdefault(tag, []).append(row)
    tags = sorted((tag for tag, own in tagged.items() if len(own) >= TAUGHT_FROM_NOTES), key=lambda tag: (-len(tagged[tag]), tag))[:MOST_TAGS]
    if not tags:
        return {"tags": [], "notes": 0}, {}
    known = set(tags)
    used = _chosen(lesson, rows, {tag: tagged[tag] for tag in tags}, known)
    place = {row: at for at, row in enumerate(used)}
    x, words, idf = _features(lesson, used)
    says = np.array([bool(lesson.tags[row]) or bool(known & set(lesson.refused[row])) for row in used])
    learned = []
    for tag in tags:
        y = np.zeros(len(used), bool)
        y[[place[row] for row in tagged[tag] if row in place]] = True
        weights = np.ones(len(used))
        refused = np.array([tag in lesson.refused[row] for row in used])
        weights[refused & ~y] = REFUSED
        learned.append(_learn_one(x, y, weights, says) | {"tag": tag, "notes": len(tagged[tag])})
    told = [{"tag": one["tag"], "notes": one["notes"], "sure": round(one["sure"], 3), "speaks": bool(np.isfinite(one["least"]))} for one in learned]
    return {"tags": told, "notes": len(used)}, _arrays(lesson, used, learned, told, words, idf)


def _chosen(lesson, rows, tagged, known):
    """Return the rows that are learned from, ascending."""
    def mixed(some):
        return sorted(some, key=lambda row: (zlib.crc32(lesson.ids[row].encode()), row))

    chosen = {row for own in tagged.values() for row in mixed(own)[:OF_EACH_TAG]}
    chosen |= {row for row in rows if known & set(lesson.refused[row])}
    for row in mixed(row for row in rows if lesson.tags[row]):
        if len(chosen) >= MOST_NOTES:
            break
        chosen.add(row)
    untagged = mixed(row for row in rows if not lesson.tags[row] and row not in chosen)
    chosen.update(untagged[:max(LEAST_UNTAGGED, len(chosen))])
    return sorted(chosen)


def _features(lesson, used):
    """Return (CSR matrix (n, d) of the notes ``used``, the words of its last columns as uint32 (v,) ascending, their IDF float32 (v,))."""
    from scipy.sparse import csr_matrix, hstack

    place = np.full(len(lesson), -1, np.intp)
    place[used] = np.arange(len(used))
    parts = []
    for space in (ENGLISH, OTHER):
        rows, means = lesson.means(space)
        vectors = np.zeros((len(used), lesson.widths[space]), np.float64)
        own = place[rows] >= 0
        vectors[place[rows[own]]] = means[own]
        parts.append(csr_matrix(vectors))
    owners, numbers, times = lesson.words
    own = place[owners] >= 0
    owners, numbers, times = place[owners[own]], numbers[own], times[own]
    words, notes = np.unique(numbers, return_counts=True)
    fit = (notes >= WORD_NOTES) & (notes <= max(WORD_NOTES, WORD_SHARE * len(used)))
    if fit.sum() > MOST_WORDS:
        fit &= notes > np.sort(notes[fit])[-MOST_WORDS - 1]
    words, notes = words[fit], notes[fit]
    idf = np.log(1 + len(used) / notes).astype(np.float32)
    if not len(words):
        return parts[0] if parts[1].shape[1] == 0 else hstack(parts).tocsr(), words, idf
    at = np.minimum(np.searchsorted(words, numbers), len(words) - 1)
    there = words[at] == numbers
    values = (1 + np.log(times[there].astype(np.float64))) * idf[at[there]]
    counts = csr_matrix((values, (owners[there], at[there])), shape=(len(used), len(words)))
    lengths = np.sqrt(np.asarray(counts.multiply(counts).sum(1)).ravel())
    counts = csr_matrix((counts.data / np.repeat(np.maximum(lengths, 1e-9), np.diff(counts.indptr)), counts.indices, counts.indptr), counts.shape)
    return hstack([*parts, counts]).tocsr(), words, idf


def _learn_one(x, y, weights, says):
    """Return {"weights" (d,), "bias", "least": the margin from which on it speaks, or inf, "sure"} of one tag."""
    from sklearn.linear_model import LogisticRegression

    def fitted(some):
        return LogisticRegression(C=COST, solver="liblinear").fit(x[some], y[some], weights[some])

    if y.all() or not x.shape[1]:  # a tag that every note has, or notes that say nothing: there is nothing to tell apart
        return {"weights": np.zeros(x.shape[1]), "bias": 0.0, "least": np.inf, "sure": 0.0}
    margins = np.zeros(len(y))
    fold = np.arange(len(y)) % FOLDS
    for number in range(FOLDS):
        others = fold != number
        if y[others].any() and not y[others].all():
            margins[~others] = fitted(others).decision_function(x[~others])
    model = fitted(np.ones(len(y), bool))
    least, sure = _least(margins, y, says)
    return {"weights": model.coef_[0], "bias": float(model.intercept_[0]), "least": least, "sure": sure}


def _least(margins, y, says):
    """Return (the margin from which on a tag speaks or inf, its share of right suggestions there or at the strictest place)."""
    sure = 0.0
    for share in SHARES:
        least = np.quantile(margins[y], share)
        above = margins >= least
        right, wrong, unknown = (above & y).sum(), (above & ~y & says).sum(), (above & ~y & ~says).sum()
        sure = float((right + min(unknown, right) + RIGHT) / (right + wrong + unknown + ASKED))
        if sure >= TARGET:
            return float(least), sure
    return np.inf, sure


def _arrays(lesson, used, learned, told, words, idf):
    """Return what the engine takes: {name: 1-D array, number or text}. Matrices lie row by row, a row a tag; words in eight bits."""
    weights = np.array([one["weights"] for one in learned], np.float32)
    english, other = lesson.widths[ENGLISH], lesson.widths[OTHER]
    of_words = weights[:, english + other:]
    steps = np.maximum(np.abs(of_words).max(1, initial=0), 1e-9).astype(np.float32) / 127
    return {
        "about": json.dumps({"tags": told, "vectors": lesson.model, "taught": [lesson.ids[row] for row in used]}),
        "bias": np.array([one["bias"] for one in learned], np.float32),
        "least": np.array([one["least"] for one in learned], np.float32),
        "english": np.ascontiguousarray(weights[:, :english]).ravel(),
        "other": np.ascontiguousarray(weights[:, english:english + other]).ravel(),
        "words": words, "idf": idf, "steps": steps,
        "word_weights": np.rint(of_words / steps[:, None]).astype(np.int8).ravel(),
    }
