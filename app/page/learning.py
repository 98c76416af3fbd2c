"""Keeps the engine's memory of the user's words in step with the notebook.

When the engine starts it knows nothing of the notes: they are read to it in slices, so that
between two of them a completion can be answered. From then on every saved note replaces
what was learned from its older text, and a note in the trash takes its words back.

Offers `Learning`.
"""

from app.everywhere.errors import CarryonError
from app.everywhere.limits import LEARN_SLICE_NOTES


class Learning:
    """`call(name, payload)` is the router's. `ready()` tells whether the engine is there."""

    def __init__(self, storage, call, ready):
        self._storage, self._call, self._ready = storage, call, ready
        self._reading = 0

    async def read_all(self):
        """Reads the whole notebook to an engine that has just started."""
        self._reading += 1
        reading = self._reading
        setting = await self._storage.get("settings", "forgotten words")
        await self._call("forget", {"all": setting["value"] if setting else []})
        after = ""
        while self._ready() and reading == self._reading:
            notes = await self._storage.slice("notes", after, LEARN_SLICE_NOTES)
            if not notes:
                return
            after = notes[-1]["id"]
            await self._call("learn", {"notes": [lesson(note) for note in notes]})

    async def saved(self, note):
        """A note became durable: learn its text instead of the older one."""
        if self._ready():
            try:
                await self._call("learn", {"notes": [lesson(note)]})
            except CarryonError:
                pass  # The engine went away; the next one reads everything.

    async def forget(self, word):
        await self._remember_choice(await self._call("forget", {"word": word}))

    async def remember(self, word):
        """The word may be learned again: the notebook, which still holds it, is read once more."""
        await self._remember_choice(await self._call("forget", {"word": word, "undo": True}))
        await self.read_all()

    async def _remember_choice(self, forgotten):
        await self._storage.put("settings", {"id": "forgotten words", "value": forgotten})


# Characters. The end of a longer note is learned from, its beginning is not.
LESSON_CHARACTERS = 100_000


def lesson(note):
    """What the engine learns from: nothing of a note in the trash."""
    text = "" if note["deleted"] else (note["title"] + "\n" + note["text"][-LESSON_CHARACTERS:])
    return {"id": note["id"], "text": text}
