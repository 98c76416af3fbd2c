"""Reads the whole notebook after a start: learns its words, and indexes what the index lacks.

It reads in slices and lets every question go first; while somebody types, the slices are small and the pauses long. Learned words are kept
beside the index, so that the next start learns only what is new.

Offers ``Reading(notes, own, memory, keep, clock)`` with ``read(payload)``, ``saved(note)`` and ``keep_soon()``, and ``typing()`` and ``await pause()`` for other
long work.
"""

import asyncio

from app.engine.keeping import Debounced, NoKeep
from app.engine.word_counts import WordCounts
from app.everywhere.errors import CarryonError, IndexDamaged
from app.everywhere.limits import LESSON_CHARACTERS
from app.everywhere.note import readable

# Notes to a slice, and seconds between two: when nobody types, and when a completion was asked for in the last moments.
NOTES, PAUSE = 10, 0
NOTES_WHILE_TYPING, PAUSE_WHILE_TYPING = 1, 0.03
TYPING_SECONDS = 1.5
# Notes to a call: then the page hears how far it is.
NOTES_A_CALL = 100

# The part that holds the learned words. It is written anew when so many notes have changed, or at once, after a pause of so many seconds,
# where it holds what was to be forgotten.
WORDS = "words"
FEW, KEEP_AFTER_SECONDS = 64, 4
# Words are gathered when so many notes wait, or a quarter of those that were gathered: each time takes a tenth of a second at 10,000.
GATHERED_FROM, GATHERED_SHARE = 512, 4


class Reading:
    """``await notes(after, count)`` gives the next notes by id; ``own``: ``OwnWords``; ``await memory()``: the ``Memory``; ``keep``: where words are
    kept, or None; ``clock()``: seconds."""

    def __init__(self, notes, own, memory, keep, clock):
        self._notes, self._own, self._memory, self._keep, self._clock = notes, own, memory, keep or NoKeep(), clock
        self._restored = False
        self._seen = None  # ids that were read, while the whole notebook is
        self._later = Debounced(self._keep_words, KEEP_AFTER_SECONDS)
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
            await self._restore()
            self._saved, self._seen = {}, set()
            await index({"step": "begin"})
        seen = self._seen
        while left > 0:
            notes = await self._notes(after, NOTES_WHILE_TYPING if self.typing() else NOTES)
            if self._seen is not seen:
                break  # another reading has begun: this one would end it
            if not notes:
                if seen is not None:
                    await index({"step": "end"})
                    await self._end()
                return {"after": after, "read": NOTES_A_CALL - left, "indexed": indexed, "done": True}
            after = notes[-1]["id"]
            left -= len(notes)
            if seen is not None:
                seen.update(note["id"] for note in notes)
            notes = [note for note in notes if self._saved.get(note["id"], -1) < note["revision"]]
            for note in notes:
                self._read(note)
            if self._own.ungathered > max(GATHERED_FROM, len(self._own.gathered.ids) // GATHERED_SHARE):
                self._own.gather()
            there = {note["id"]: note for note in notes if not note["deleted"]}
            lacking = (await index({"revisions": {id: note["revision"] for id, note in there.items()}}))["lacking"]
            if lacking:
                await index({"notes": [there[id] for id in lacking]})
                indexed += len(lacking)
            await self.pause()
        return {"after": after, "read": NOTES_A_CALL - left, "indexed": indexed, "done": False}

    def _read(self, note):
        if not self._teaches(note):
            self._own.unlearn(note["id"])
        elif self._own.revision(note["id"]) != note["revision"]:
            self._own.read(note["id"], lesson(note), note["revision"])

    def _teaches(self, note):
        return not note["deleted"] and note.get("updated", "") >= self.since

    async def _end(self):
        """The whole notebook was read."""
        seen, self._seen = self._seen, None
        self._own.keep_only(seen | self._saved.keys())
        if self._own.stale or self._own.ungathered >= FEW:
            await self._keep_words()
        else:
            self._own.catch_up()

    def saved(self, note):
        """A note was saved while the engine runs: its text replaces what was learned of it; nothing is learned of one in the trash."""
        self._saved[note["id"]] = note["revision"]
        if not self._teaches(note):
            self._own.unlearn(note["id"])
        else:
            self._own.learn(note["id"], lesson(note), note["revision"])
        if self._own.stale or self._own.ungathered >= FEW:
            self.keep_soon()

    async def wipe(self, since):
        """All words are forgotten, on the device too; only what is written from ``since`` on teaches."""
        self.since, self._restored = since, True
        self._own.clear()
        await self._keep.delete(WORDS)

    # -- the words that are kept ------------------------------------------------------------

    async def _restore(self):
        """Go on from what an earlier engine learned. What cannot be read is learned anew."""
        if not self._restored:
            self._restored = True
            try:
                self._own.restore(WordCounts.read(await self._keep.read(WORDS)))
            except IndexDamaged:
                await self._keep.delete(WORDS)

    def keep_soon(self):
        """Keep the words after a pause; before those that were kept have been read, there is nothing to keep them with."""
        if self._restored:
            self._later.soon()

    async def _keep_words(self):
        """Write the words. Where that cannot be, what was written goes: it may hold what was to be forgotten."""
        self._own.gather()
        if not await self._keep.write(WORDS, self._own.gathered.pack()):
            await self._keep.delete(WORDS)


def lesson(note):
    """Return what is learned of a note: its title, and the end of a long text, for people write at its end. What a file is called is not theirs."""
    return note["title"] + "\n" + readable(note["text"][-LESSON_CHARACTERS:], names=False)


async def _no_index(payload):
    return {"lacking": []}
