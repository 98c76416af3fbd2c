"""Keeps the engine's memory of the user's words in step with the notebook.

Every saved note replaces what was learned from its older text, and a note in the trash takes its words back.

Offers `Learning`, which `reading.Reading` reads to.
"""


class Learning:
    """`call(name, payload)` is the router's; `read_again()` has the whole notebook read once more."""

    def __init__(self, storage, call, read_again):
        self._storage, self._call, self._read_again = storage, call, read_again

    async def begin(self):
        setting = await self._storage.get("settings", "forgotten words")
        await self._call("forget", {"all": setting["value"] if setting else []})

    async def take(self, notes):
        await self._call("learn", {"notes": [lesson(note) for note in notes]})

    async def end(self):
        pass

    async def saved(self, note):
        await self.take([note])

    async def forget(self, word):
        await self._remember_choice(await self._call("forget", {"word": word}))

    async def remember(self, word):
        """The word may be learned again: the notebook, which still holds it, is read once more."""
        await self._remember_choice(await self._call("forget", {"word": word, "undo": True}))
        await self._read_again()

    async def _remember_choice(self, forgotten):
        await self._storage.put("settings", {"id": "forgotten words", "value": forgotten})


# Characters. The end of a longer note is learned from, its beginning is not.
LESSON_CHARACTERS = 100_000


def lesson(note):
    """What the engine learns from: nothing of a note in the trash."""
    text = "" if note["deleted"] else (note["title"] + "\n" + note["text"][-LESSON_CHARACTERS:])
    return {"id": note["id"], "text": text}
