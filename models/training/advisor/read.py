"""Reads what the advisor learns from: examples, cues, and what it sees of a text.

Offers ``examples()``, ``cues()``, ``Read(texts, encode, cues)`` and ``judged(beliefs, reasons)``.
"""

from pathlib import Path
from typing import NamedTuple

import numpy as np
from scipy.sparse import csr_matrix, hstack

from app.everywhere.advice_words import ANSWERS, NONE
from app.everywhere.advisor import Cues, terms_of, words_of
from app.everywhere.places import TESTS

HERE = Path(__file__).parent
# Sections that are a style and no domain are cut into runs of so many: they are long, and their lines have little in common.
STYLES = ("user stories", "app store bullets", "tickets", "terse", "cues that point the wrong way", "plain product speech one", "plain product speech two")
RUN = 12
# What a sentence vector, a cue and the words count beside each other; chosen by cross-validation.
VECTOR, CUE, WORDS = 2.0, 1.0, 2.0


class Example(NamedTuple):
    """``group``: what is left out together. ``yes``: the tests it fails, the deciding one first."""
    reason: str
    yes: tuple
    name: str
    description: str
    group: str

    @property
    def decided_by(self):
        return self.yes[0] if self.yes else NONE


def examples(path=HERE / "examples.txt"):
    """Return the list of ``Example``; raises ValueError at a line that is none."""
    found, domain, number = [], "", 0
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            domain, number = line[3:], 0
        elif line and not line.startswith("#"):
            reason, name, description = (part.strip() for part in line.split(" | "))
            reason, _, more = reason.partition("+")
            reason = NONE if reason == "-" else reason
            yes = {*ANSWERS[reason], *({"s": "secret", "c": "shared", "h": "heavy"}[letter] for letter in more)}
            group = f"{domain} {number // RUN}" if domain in STYLES else domain
            found.append(Example(reason, tuple(test for test in TESTS if test in yes), name, description, group))
            number += 1
    return found


def cues(path=HERE / "cues.txt"):
    """Return [[name, [phrase, …]], …]."""
    rows = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            name, _, phrases = line.partition(": ")
            rows.append([name, sorted({" ".join(phrase.split()) for phrase in phrases.split(",") if phrase.strip()})])
    return rows


class Read:
    """What is read of ``texts``: ``vectors`` (n, d), ``cues`` (n, c) and the sets of ``terms``."""

    def __init__(self, texts, encode, cue_rows):
        found = Cues(cue_rows)
        words = [words_of(text) for text in texts]
        self.vectors = encode(texts)
        self.cues = np.zeros((len(texts), len(found.names)), np.float32)
        for row, each in zip(self.cues, words):
            row[list(found.found(each))] = 1
        self.terms = [terms_of(each) for each in words]
        self.names = found.names

    def vocabulary(self, rows, groups):
        """Return the terms that stand in at least two groups of these rows, sorted."""
        where = {}
        for row in rows:
            for term in self.terms[row]:
                where.setdefault(term, set()).add(groups[row])
        return sorted(term for term, found in where.items() if len(found) >= 2)

    def matrix(self, vocabulary):
        """Return the features (n, d + c + terms): each text's terms share a weight of one, as a vector of length one does."""
        index = {term: column for column, term in enumerate(vocabulary)}
        known = [sorted(index[term] for term in terms if term in index) for terms in self.terms]
        values = [WORDS / len(columns) ** 0.5 for columns in known for _ in columns]
        rows = [row for row, columns in enumerate(known) for _ in columns]
        terms = csr_matrix((values, (rows, [column for columns in known for column in columns])), (len(known), len(vocabulary)))
        return hstack([csr_matrix(self.vectors * VECTOR), csr_matrix(self.cues * CUE), terms]).tocsr()


def judged(beliefs, reasons):
    """Return ``(deciding, confidence)`` of (n, reasons) probabilities: the number of the deciding test (3: none), and how likely it is."""
    deciding = np.array([[ANSWERS[reason][:1] == (test,) for test in TESTS] + [reason == NONE] for reason in reasons], float)
    mass = beliefs @ deciding
    best = np.where(mass[:, 3] >= 0.5, 3, mass[:, :3].argmax(1))
    return best, mass[np.arange(len(mass)), best]
