"""Has the engine read the notebook when it starts, and every note that is saved after that.

The engine reads what is stored by itself, in its worker, so that nobody's typing waits for it. A saved note is learned at
once and indexed when the saves pause. Offers `Reading`.
"""

from app.everywhere.errors import CarryonError, Unavailable
from app.everywhere.limits import INDEX_AFTER_MS, LEARN_SLICE_NOTES, LESSON_CHARACTERS


class Reading:
    """`call(name, payload)` is the router's; `ready()` tells whether the engine is there; `progress(read)` hears how many notes
    were read where some were new to the index, None when all are; `changed()` is called when the index has taken up a saved note.

    `sleep_ms` and `spawn` are the clock's and the page's.
    """

    def __init__(self, storage, call, ready, progress, changed, sleep_ms, spawn):
        self._storage, self._call, self._ready, self._progress = storage, call, ready, progress
        self._told_changed, self._sleep_ms, self._spawn = changed, sleep_ms, spawn
        self._reading = 0
        self.under_way = False  # the whole notebook is being read
        self.stopped = False
        self._changed = {}  # id -> note, saved and not indexed yet
        self._saves = 0

    def stop(self):
        """No more is read until `read_all` is called. What was read stays known."""
        self._reading += 1
        self.stopped, self.under_way = True, False

    async def read_all(self):
        """Has the whole notebook read; a later call takes the place of one that is under way. Ends where the engine does: the next one reads everything."""
        self._reading += 1
        self.stopped = False
        try:
            await self._read_all(self._reading)
        except Unavailable:
            if self._ready():
                raise

    async def _read_all(self, reading):
        setting = await self._storage.get("settings", "forgotten words")
        since = await self._storage.get("settings", "learned since")
        await self._call("forget", {"all": setting["value"] if setting else [], "since": since["value"] if since else ""})
        self.under_way = True
        try:
            await (self._read_stored(reading) if self._storage.durable else self._read_out())
        finally:
            if reading == self._reading:
                self.under_way = False
        if reading == self._reading and self._ready():
            self._progress(None)

    async def _read_stored(self, reading):
        answer, read, indexed = {"after": "", "done": False}, 0, 0
        while not answer["done"]:
            answer = await self._call("read", {"after": answer["after"]})
            if reading != self._reading or not self._ready():
                return
            read, indexed = read + answer["read"], indexed + answer["indexed"]
            if indexed:
                self._progress(read)

    async def _read_out(self):
        """Notes that are in the page's memory alone: there are as many as one visit writes."""
        after = ""
        while self._ready():
            notes = await self._storage.slice("notes", after, LEARN_SLICE_NOTES)
            if not notes:
                break
            after = notes[-1]["id"]
            for note in notes:
                await self._call("learn", {"note": lesson(note)})
            await self._call("index", {"notes": [indexed(note) for note in notes]})

    async def now(self):
        """Has the index take up what was saved and waits for a pause, so that what is asked next is asked of every note."""
        if self._changed and self._ready():
            await self._index_changed()

    async def saved(self, note):
        """A note became durable. Where the engine goes away meanwhile, the next one reads everything."""
        if not self._ready():
            return
        try:
            await self._call("learn", {"note": lesson(note)})
            waiting = bool(self._changed)
            self._changed[note["id"]] = note
            self._saves += 1
            if note["deleted"]:
                await self._index_changed()  # who deletes a note is not to find it a moment later
            elif not waiting:
                self._spawn(self._at_a_pause())
        except CarryonError:
            pass

    async def _at_a_pause(self):
        seen = -1
        while seen != self._saves:
            seen = self._saves
            await self._sleep_ms(INDEX_AFTER_MS)
        if self._ready():
            await self._index_changed()
        else:
            self._changed = {}  # the next engine reads everything

    async def _index_changed(self):
        notes, self._changed = list(self._changed.values()), {}
        if notes:
            try:
                await self._call("index", {"notes": [indexed(note) for note in notes]})
            except Unavailable:
                if self._ready():
                    raise
                return  # the engine ended meanwhile
            self._told_changed()


def indexed(note):
    """What the index needs of a note."""
    return {key: note[key] for key in ("id", "revision", "created", "updated", "title", "text", "tags", "deleted", "mood")} | {"refused": note.get("refused", [])}


def lesson(note):
    """What is learned from a note: the end of a long one, for people write at its end."""
    return {"id": note["id"], "revision": note["revision"], "title": note["title"], "text": note["text"][-LESSON_CHARACTERS:], "deleted": note["deleted"],
            "updated": note["updated"]}
