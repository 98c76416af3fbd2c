"""Hands to the learner what the notes say, without the page in between: vectors and words by the thousand, as arrays.

Offers ``Lessons(memory, channels)`` with

- ``lesson({"channel"})`` for the feature «lesson»: posts the live notes in slices (app/learner/lesson.py says what is in them).
- ``told``: {id: (``mark`` of its tags, when it was written)} of the notes of the last lesson that have tags or refusals.
- ``await given(channel, what)``: what the learner made of it; ``Unavailable`` where nothing comes.
- ``word_numbers(terms)``: words as the learner knows them.

The channel is a BroadcastChannel whose name the page makes up for this one lesson: whoever does not know it hears nothing.
Nothing of a lesson is written anywhere.
"""

import asyncio
import json
import zlib

import numpy as np

from app.engine.index_segment import ENGLISH, MOST_TIMES, OTHER
from app.everywhere.errors import Unavailable

# Notes to a slice: about 2 ms of work, between which a question is answered.
SLICE_NOTES = 256
# Seconds until the learner must have handed over what it learned.
PATIENCE_SECONDS = 20


class Lessons:
    """``await memory()`` gives the ``Memory``; ``channels(name)`` opens a channel: ``post(dict)``, ``await hear()``, ``close()``."""

    def __init__(self, memory, channels):
        self._memory, self._channels = memory, channels
        self.told = {}

    async def lesson(self, payload):
        """{"channel": its name} → {"notes": how many were told}."""
        notebook = (await self._memory()).notebook
        channel = self._channels(payload["channel"])
        self.told = {id: (mark(*row[:2]), row[2]) for id, row in tagged(notebook).items()}
        told = 0
        try:
            for part in slices(notebook):
                channel.post({"kind": "slice"} | part)
                told += len(part["spaces"])
                await asyncio.sleep(0)
            channel.post({"kind": "end", "notes": told, "model": notebook.model, "widths": json.dumps(widths(notebook))})
        finally:
            channel.close()
        return {"notes": told}

    async def given(self, name, what):
        """Return the arrays that the learner has under ``what``, as a dict; empty where it has none."""
        channel = self._channels(name)
        try:
            channel.post({"kind": "give", "what": what})
            while True:
                message = await asyncio.wait_for(channel.hear(), PATIENCE_SECONDS)
                if message["kind"] == "given" and message["what"] == what:
                    return {name: value for name, value in message.items() if name not in ("kind", "what")}
        except TimeoutError:
            raise Unavailable("The learner went away before it handed over what it learned.") from None
        finally:
            channel.close()


def slices(notebook):
    """Yield the live notes of a ``NotebookIndex`` as it is now, in dicts of one-dimensional arrays."""
    for segment, alive in [(segment, alive.copy()) for segment, alive in notebook.parts()]:
        numbers = word_numbers([segment.word(at) for at in range(segment.vocabulary_size)])
        # The postings by note instead of by word.
        words = np.repeat(numbers, np.diff(segment.arrays["starts"]).astype(np.intp))
        order = np.argsort(segment.arrays["notes"], kind="stable")
        owners, words, times = segment.arrays["notes"][order], words[order], segment.arrays["times"][order] & MOST_TIMES
        places = np.flatnonzero(alive)
        for first in range(0, len(places), SLICE_NOTES):
            yield _slice(segment, places[first:first + SLICE_NOTES], owners, words, times)


def tagged(notebook):
    """Return {id: (tags, refused tags, when it was written)} of the live notes that have tags or refusals."""
    found = {}
    for segment, alive in notebook.parts():
        for place in sorted({*segment.holding("tags", '"'), *segment.holding("said", '"refused"')}):
            if alive[place]:
                said = segment.said(place)
                found[segment.ids[place]] = segment.of_tags(place), said.get("refused", []), said.get("updated", "")
    return found


def corrected(notebook):
    """Return [(id, revision, mood, text, language, when it was written)] of the live notes whose mood was corrected, by id."""
    found = []
    for segment, alive in notebook.parts():
        for place in segment.holding("said", '"mood"'):
            if alive[place]:
                meta, said = segment.meta(place), segment.said(place)
                found.append((meta["id"], meta["revision"], said["mood"], segment.text(place)[segment.titles[place] + 1:], meta["language"], said.get("updated", "")))
    return sorted(found)


def mark(tags, refused):
    """Return a number that is another one where a note's tags or refusals are others."""
    return zlib.crc32(json.dumps([tags, refused]).encode())


def widths(notebook):
    """Return how many numbers a vector has in the spaces ENGLISH and OTHER; 0 where there is none."""
    found = {space: points.codes.shape[1] for segment, _ in notebook.parts() for space, points in segment.points.items()}
    return [found.get(space, 0) for space in (ENGLISH, OTHER)]


def _slice(segment, places, owners, words, times):
    within = np.full(len(segment), -1, np.int32)
    within[places] = np.arange(len(places), dtype=np.int32)
    metas = [segment.meta(place) for place in places.tolist()]
    part = {"notes": json.dumps([[meta["id"], meta["created"], meta["language"], meta["tags"], meta["said"].get("refused", []),
                                  meta["said"].get("updated", "")] for meta in metas]),
            "spaces": segment.arrays["spaces"][places].astype(np.uint8)}
    for space in (ENGLISH, OTHER):
        part |= {f"codes{space}": np.zeros(0, np.int8), f"scales{space}": np.zeros(0, np.float32), f"owners{space}": np.zeros(0, np.int32)}
        if space in segment.points:
            points = segment.points[space]
            own = within[points.notes]
            rows = np.flatnonzero(own >= 0)
            part |= {f"codes{space}": points.codes[rows].ravel(), f"scales{space}": points.scales[rows].astype(np.float32), f"owners{space}": own[rows]}
    low, high = np.searchsorted(owners, places[0]), np.searchsorted(owners, places[-1], "right")
    own = within[owners[low:high]]
    live = own >= 0
    return part | {"word_owners": own[live], "words": words[low:high][live], "times": times[low:high][live].astype(np.uint8)}


def word_numbers(terms):
    """Return the CRC-32 of each term, uint32 (n,): the learner need not know the words themselves."""
    return np.fromiter((zlib.crc32(term.encode("utf-8", "surrogatepass")) for term in terms), np.uint32, len(terms))
