"""Keeps the engine's index of the notebook in step with it.

The index remembers from one start to the next what it has read, so that only new and changed notes are sent. While
somebody writes, a note is indexed when the saves pause.

Offers `Indexing`, which `reading.Reading` reads to.
"""

from app.everywhere.limits import INDEX_AFTER_MS


class Indexing:
    """`call(name, payload)` is the router's; `progress(done)` hears how many notes were indexed anew, None when all are;
    `changed()` is called when the index has taken up a note that was saved.

    `sleep_ms` and `spawn` are the clock's and the page's.
    """

    def __init__(self, call, progress, changed, sleep_ms, spawn):
        self._call, self._progress, self._told_changed, self._sleep_ms, self._spawn = call, progress, changed, sleep_ms, spawn
        self._done = 0
        self._changed = {}  # id -> note, saved and not indexed yet
        self._saves = 0

    async def begin(self):
        self._done = 0
        await self._call("index", {"step": "begin"})

    async def take(self, notes):
        lacking = (await self._call("index", {"revisions": {note["id"]: note["revision"] for note in notes if not note["deleted"]}}))["lacking"]
        if lacking:
            await self._call("index", {"notes": [indexed(note) for note in notes if note["id"] in lacking]})
            self._done += len(lacking)
            self._progress(self._done)

    async def end(self):
        await self._call("index", {"step": "end"})
        self._progress(None)

    async def saved(self, note):
        waiting = bool(self._changed)
        self._changed[note["id"]] = note
        self._saves += 1
        if note["deleted"]:
            await self._index_changed()  # who deletes a note is not to find it a moment later
        elif not waiting:
            self._spawn(self._at_a_pause())

    async def _at_a_pause(self):
        seen = -1
        while seen != self._saves:
            seen = self._saves
            await self._sleep_ms(INDEX_AFTER_MS)
        await self._index_changed()

    async def _index_changed(self):
        notes, self._changed = list(self._changed.values()), {}
        if notes:
            await self._call("index", {"notes": [indexed(note) for note in notes]})
            self._told_changed()


def indexed(note):
    """What the index needs of a note."""
    return {key: note[key] for key in ("id", "revision", "created", "title", "text", "tags", "deleted")}
