"""Step 6: the measures of sentence vectors.

Offers

- ``similarity(encode, data, part)``: Spearman's correlation with people's judgement (STS benchmark).
- ``agreement(encode, texts, teacher)``: with the teacher, on texts that training has not seen.
- ``Retrieval(path)``: the entries and questions of bench/data/retrieval.jsonl, passages, nDCG@10.

``encode`` is a function: list of str -> float (n, d) with rows of length one.
"""

import csv
import json
import lzma
import math
import re
from pathlib import Path

import numpy as np

# Sentences to a passage; each passage begins with the second sentence of the one before.
PASSAGE_SENTENCES = 2
RANKS = 10

_SENTENCE = re.compile(r"(?<=[.!?\u2026])[\"')\u2019\u201d]*\s+|\n+")


def ranks(values):
    """Return the ranks of ``values``; equal ones share the mean of theirs."""
    values = np.asarray(values)
    _, place, count = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(count)
    return (last - (count - 1) / 2)[place]


def spearman(one, two):
    return float(np.corrcoef(ranks(one), ranks(two))[0, 1])


def similarity(encode, data, part="test"):
    """Return Spearman's correlation of cosines and people's scores on one part of the STS benchmark."""
    with lzma.open(Path(data) / "stsb-en.tsv.xz", "rt", encoding="utf-8") as file:
        lines = [line.rstrip("\n").split("\t", 1)[1] for line in file if line.startswith(part + "\t")]
    pairs = [(row[0], row[1], float(row[2])) for row in csv.reader(lines)]
    one, two = encode([pair[0] for pair in pairs]), encode([pair[1] for pair in pairs])
    return spearman((one * two).sum(1), [pair[2] for pair in pairs])


def agreement(encode, texts, teacher):
    """Return (correlation of all cosines with the teacher's, share of texts whose teacher's nearest is in our top ten)."""
    ours = encode(texts)
    ours, theirs = ours @ ours.T, teacher @ teacher.T
    upper = np.triu_indices(len(texts), 1)
    correlation = float(np.corrcoef(ours[upper], theirs[upper])[0, 1])
    np.fill_diagonal(ours, -2)
    np.fill_diagonal(theirs, -2)
    top = np.argpartition(-ours, RANKS, axis=1)[:, :RANKS]
    return correlation, float((top == theirs.argmax(1)[:, None]).any(1).mean())


def passages(text):
    """Return ``text`` as overlapping passages of two sentences."""
    sentences = [part.strip() for part in _SENTENCE.split(text) if part.strip()] or [text]
    return [" ".join(sentences[first:first + PASSAGE_SENTENCES]) for first in range(max(1, len(sentences) - PASSAGE_SENTENCES + 1))]


def ndcg(order, relevant):
    """Return nDCG@10 of the ids ``order``, best first, where ``relevant`` is {id: grade}."""
    gain = sum((2 ** relevant.get(name, 0) - 1) / math.log2(place + 2) for place, name in enumerate(order[:RANKS]))
    best = sorted(relevant.values(), reverse=True)[:RANKS]
    return gain / sum((2 ** grade - 1) / math.log2(place + 2) for place, grade in enumerate(best))


class Retrieval:
    """The gold of ``path``: ``ids`` and ``entries`` (texts), ``passages`` with ``owner`` (entry of each), ``queries``."""

    def __init__(self, path, lang="en"):
        rows = [json.loads(line) for line in Path(path).read_text(encoding="utf-8").splitlines() if line.strip()]
        entries = [row for row in rows if row["kind"] == "entry" and row.get("lang", "en") == lang]
        self.ids, self.entries = [row["id"] for row in entries], [row["text"] for row in entries]
        self.queries = [row for row in rows if row["kind"] == "query"]
        self.passages, self.owner = [], []
        for place, text in enumerate(self.entries):
            for passage in passages(text):
                self.passages.append(passage)
                self.owner.append(place)
        self.owner = np.array(self.owner)

    def best(self, scores):
        """Return the best passage's score for each entry, given those of all passages."""
        found = np.full(len(self.entries), -np.inf)
        np.maximum.at(found, self.owner, scores)
        return found

    def cosines(self, encode, encode_query=None):
        """Return the scores (queries, entries) of vectors."""
        index = np.asarray(encode(self.passages))
        asked = np.asarray((encode_query or encode)([query["text"] for query in self.queries]))
        return np.stack([self.best(index @ vector) for vector in asked])

    def measure(self, scores, split="test"):
        """Return {type: mean nDCG@10} with "all", for the scores (queries, entries) of one split ("all": both)."""
        found = {}
        for query, row in zip(self.queries, scores):
            if split in ("all", query["split"]):
                order = [self.ids[place] for place in np.argsort(-row, kind="stable")]
                value = ndcg(order, query["relevant"])
                found.setdefault(query["type"], []).append(value)
                found.setdefault("all", []).append(value)
        return {kind: float(np.mean(values)) for kind, values in found.items()}


def report(vectors, data, held_out, held_out_vectors, gold):
    """Print the figures that the card quotes."""
    from app.engine.ranking import WordIndex, fuse

    correlation, found = agreement(vectors.encode, held_out, held_out_vectors)
    print(f"held-out texts: correlation of cosines with the teacher's {correlation:.3f}, teacher's nearest in our top ten {found:.3f}")
    for part in ("dev", "test"):
        print(f"STSb-en {part}: sums {similarity(vectors.encode, data, part):.4f}, read {similarity(vectors.read, data, part):.4f}")
    retrieval = Retrieval(gold)
    cosines = retrieval.cosines(vectors.read)
    words = WordIndex(retrieval.entries)
    matches = [words.match(query["text"]) for query in retrieval.queries]
    scores = {"BM25": np.stack([score for score, _ in matches]), "sums alone": retrieval.cosines(vectors.encode), "vectors": cosines,
              "vectors and words": np.stack([fuse(row, complete) for row, (_, complete) in zip(cosines, matches)])}
    for name, found in scores.items():
        for split in ("dev", "test"):
            measured = retrieval.measure(found, split)
            print(f"{name} ({split}): " + ", ".join(f"{kind} {value:.3f}" for kind, value in measured.items()))
