"""The lesson: what the notes say, as arrays, in the order of their ids. It comes from the engine in slices and is written nowhere.

Offers `Lesson` with

- `await whole()`: the lesson itself, once all of it is there. Raises `Unavailable` after a while without.
- `ids`, `days`, `languages`, `tags`, `refused`, `updated`: lists, a row a note: str, int (20250309: the day on which it was begun),
  str (a code, or "" where it can't be told), list of str, list of str (tags that its writer does not want on it), str (the moment
  of the last change of its text, or "" where the index does not know it).
- `model`: names the vectors; others can't be compared with them. `widths`: {space: d}.
- `spaces` (n,) uint8: which vectors a note has: NONE, ENGLISH (English notes) or OTHER (all other languages, in a space that
  they share). Vectors of two spaces can't be compared.
- `passages(space)` -> (owners, vectors): (p,) int32, the row of the note that each passage is of, ascending; (p, d) float32,
  length about one (eight bits a number), cosines are their products. A passage is two sentences; d is the width of the space (now 256 and 128).
- `means(space)` -> (rows, vectors): (m,) int32, the rows of the notes that have any; (m, d) float32, the mean of each note's
  passages, of length one.
- `words` -> (owners, words, times): (w,) int32, uint32 and uint8: how often a note holds a word, known by its CRC-32 only.

Only live notes are in it (none of the trash). The order is by id, whatever parts the engine keeps its index in: what is learned
is then the same for the same notes, to the last bit.
"""

import asyncio
import json

import numpy as np

from app.everywhere.errors import Unavailable

NONE, ENGLISH, OTHER = 0, 1, 2

# Seconds without another slice after which a lesson counts as cut off.
PATIENCE_SECONDS = 30


class Lesson:
    def __init__(self):
        self._slices = []
        self._more = asyncio.Event()
        self._end = None
        self._sorted = False

    def take(self, message):
        """Take a slice: {"notes": JSON of [[id, created, language, [tag], [refused tag], updated]], "spaces" uint8 (n,), and for each space s "codes<s>" int8
        (p * d,), "scales<s>" float32 (p,), "owners<s>" int32 (p,): places within the slice; "word_owners" int32, "words" uint32, "times" uint8 (w,)}."""
        self._slices.append({name: value if isinstance(value, (str, int, float)) else np.asarray(value) for name, value in message.items()})
        self._more.set()

    def end(self, message):
        """{"notes": how many there are in all slices together, "model": what the vectors are called, "widths": JSON of theirs}."""
        self._end, self.model = message["notes"], message["model"]
        self.widths = dict(zip((ENGLISH, OTHER), json.loads(message["widths"])))
        self._more.set()

    async def whole(self):
        while self._end is None or sum(len(part["spaces"]) for part in self._slices) < self._end:
            self._more.clear()
            try:
                await asyncio.wait_for(self._more.wait(), PATIENCE_SECONDS)
            except TimeoutError:
                raise Unavailable("The learner waited in vain for what the notes say.") from None
        if not self._sorted:
            self._sort()
        return self

    def _sort(self):
        """Put the slices together, in the order of the ids."""
        rows = [row for part in self._slices for row in json.loads(part["notes"])]
        order = sorted(range(len(rows)), key=lambda at: rows[at][0])
        place = np.zeros(len(rows), np.int32)
        place[order] = np.arange(len(rows), dtype=np.int32)
        rows = [rows[at] for at in order]
        self.ids, self.languages, self.tags = [row[0] for row in rows], [row[2] for row in rows], [row[3] for row in rows]
        self.days = [_day(row[1]) for row in rows]
        self.refused, self.updated = [row[4] for row in rows], [row[5] for row in rows]
        self.spaces = self._joined("spaces", np.uint8)[order] if rows else np.zeros(0, np.uint8)
        bases = np.cumsum([0] + [len(part["spaces"]) for part in self._slices])
        self._vectors = {}
        for space in (ENGLISH, OTHER):
            owners, at = self._owners(f"owners{space}", bases, place)
            scales = self._joined(f"scales{space}", np.float32)[at]
            codes = self._joined(f"codes{space}", np.int8).reshape(len(at), self.widths[space])[at]
            self._vectors[space] = owners, codes, scales
        owners, at = self._owners("word_owners", bases, place)
        words, times = self._joined("words", np.uint32)[at], self._joined("times", np.uint8)[at]
        within = np.lexsort((words, owners))  # the order of a vocabulary is that of the part that it was in
        self.words = owners[within], words[within], times[within]
        self._slices, self._end, self._sorted = [], 0, True

    def _joined(self, name, kind):
        return np.concatenate([np.zeros(0, kind)] + [part[name] for part in self._slices])

    def _owners(self, name, bases, place):
        """Return (the rows that own something, ascending; the order in which it is to be taken)."""
        owners = np.concatenate([np.zeros(0, np.int32)] + [place[part[name] + base] for part, base in zip(self._slices, bases)])
        at = np.argsort(owners, kind="stable")
        return owners[at], at

    def __len__(self):
        return len(self.ids)

    def passages(self, space):
        owners, codes, scales = self._vectors[space]
        return owners, codes.astype(np.float32) * scales[:, None]

    def means(self, space):
        owners, vectors = self.passages(space)
        if not len(owners):
            return np.zeros(0, np.int32), np.zeros((0, self.widths[space]), np.float32)
        rows, starts = np.unique(owners, return_index=True)
        means = np.add.reduceat(vectors, starts, axis=0)
        return rows.astype(np.int32), means / np.maximum(np.linalg.norm(means, axis=1, keepdims=True), 1e-9)


def _day(moment):
    """Return the day of a moment («2025-03-09T…») as 20250309; 0 where it is none."""
    digits = moment[:10].replace("-", "")
    return int(digits) if digits.isascii() and digits.isdigit() else 0
