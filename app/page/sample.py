"""The sample notebook: some hundred notes to try everything with, added and taken away in one step.

Offers `Sample`. It comes and goes in one step: all its notes with the list of them, or nothing. A note of it that somebody
has changed is theirs, and stays.
"""

from app.everywhere.clock import timestamp
from app.everywhere.errors import Conflict
from app.everywhere.note import checked, new_note

SETTING = "sample notebook"


class Sample:
    """`await read()` gives the notes in parts, lists of {"title", "text", "tags", "ms"}; `new_id(ms)` makes an id of that moment."""

    def __init__(self, storage, read, new_id):
        self._storage, self._read, self._new_id = storage, read, new_id

    async def is_there(self):
        return await self._storage.get("settings", SETTING) is not None

    async def add(self):
        """Adds the notes, each on its day. Returns how many."""
        notes = []
        for part in await self._read():
            for row in part:
                note = new_note(self._new_id(row["ms"]), timestamp(row["ms"]), row["title"], row["text"])
                notes.append(checked(note | {"tags": row["tags"], "revision": 1}))
        added = ("put", "settings", {"id": SETTING, "value": [note["id"] for note in notes]})
        await self._storage.write([added] + [("put", "notes", note) for note in notes])
        return len(notes)

    async def remove(self):
        """Takes the notes away for good, but not those that were changed. Returns (the ids of what went, how many stay)."""
        while True:
            gone, stay = await self._unchanged()
            try:
                await self._storage.write([("delete", "notes", id, 1) for id in gone] + [("delete", "settings", SETTING)])
                return gone, stay
            except Conflict:
                pass  # somebody changed one of them in this moment: it stays

    async def _unchanged(self):
        setting = await self._storage.get("settings", SETTING)
        unchanged, changed = [], 0
        for id in setting["value"] if setting else []:
            note = await self._storage.get("notes", id)
            if note is not None and note["revision"] == 1:
                unchanged.append(id)
            elif note is not None:
                changed += 1
        return unchanged, changed
