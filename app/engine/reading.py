"""Reads the whole notebook after a start: learns its words, and indexes what the index lacks.

It reads in slices and lets every question go first; while somebody types, the slices are small and the pauses long.

Offers ``Reading(notes, own, memory, clock)`` with ``read(payload)`` and ``saved(note)``, and ``typing()`` and ``await pause()`` for other long work.
"""

import asyncio

from app.everywhere.errors import CarryonError
from app.everywhere.limits import LESSON_CHARACTERS

# Notes to a slice, and seconds between two: when nobody types, and when a completion was asked for in the last moments.
NOTES, PAUSE = 5, 0
NOTES_WHILE_TYPING, PAUSE_WHILE_TYPING = 1, 0.03
TYPING_SECONDS = 1.5
# Notes to a call: then the page hears how far it is.
NOTES_A_CALL = 100


class Reading:
    """``await notes(after, count)`` gives the next notes by id; ``own``: ``OwnWords``; ``await memory()``: the ``Memory``, ``clock()``: seconds."""

    def __init__(self, notes, own, memory, clock):
        self._notes, self._own, self._memory, self._clock = notes, own, memory, clock
        self.since = ""  # only notes that were written from then on teach words
        self._saved = {}  # id -> revision of what was saved meanwhile: what was read before that is older
        self._asked = -TYPING_SECONDS

    def asked(self):
        """Somebody types."""
        self._asked = self._clock()

    def typing(self):
        """Whether somebody typed a moment ago."""
        return self._clock() - self._asked < TYPING_SECONDS

    async def pause(self):
        """Let every question go first; while somebody types, for longer."""
        await asyncio.sleep(PAUSE_WHILE_TYPING if self.typing() else PAUSE)

    async def read(self, payload):
        """{"after": "" or the id that the last answer gave} → {"after", "read": notes, "indexed": those that the index lacked, "done"}.

        Without an index (its models cannot be had, perhaps) the words are learned all the same.
        """
        try:
            index = (await self._memory()).index
        except CarryonError:
            index = _no_index
        after, indexed, left = payload["after"], 0, NOTES_A_CALL
        if not after:
            self._saved = {}
            await index({"step": "begin"})
        while left > 0:
            notes = await self._notes(after, NOTES_WHILE_TYPING if self.typing() else NOTES)
            if not notes:
                await index({"step": "end"})
                return {"after": after, "read": NOTES_A_CALL - left, "indexed": indexed, "done": True}
            after = notes[-1]["id"]
            left -= len(notes)
            notes = [note for note in notes if self._saved.get(note["id"], -1) < note["revision"]]
            for note in notes:
                self.learn(note)
            there = {note["id"]: note for note in notes if not note["deleted"]}
            lacking = (await index({"revisions": {id: note["revision"] for id, note in there.items()}}))["lacking"]
            if lacking:
                await index({"notes": [there[id] for id in lacking]})
                indexed += len(lacking)
            await self.pause()
        return {"after": after, "read": NOTES_A_CALL - left, "indexed": indexed, "done": False}

    def saved(self, note):
        """A note was saved while the engine runs: its text replaces what was learned of it."""
        self._saved[note["id"]] = note["revision"]
        self.learn(note)

    def learn(self, note):
        """Learn the words of a note; nothing of one in the trash."""
        text = "" if note["deleted"] or note.get("updated", "") < self.since else note["title"] + "\n" + note["text"][-LESSON_CHARACTERS:]
        if text.strip():
            self._own.learn(note["id"], text)
        else:
            self._own.unlearn(note["id"])


async def _no_index(payload):
    return {"lacking": []}
