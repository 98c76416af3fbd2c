"""Reads the notebook to the engine, which knows nothing when it starts, and every note that is saved after that.

It is read in slices, so that between two of them a completion can be answered. Offers `Reading`; what it reads to has
`async begin()`, `async take(notes)`, `async end()` and `async saved(note)`.
"""

from app.everywhere.errors import CarryonError
from app.everywhere.limits import LEARN_SLICE_NOTES


class Reading:
    """`readers`: see above, in this order. `ready()` tells whether the engine is there."""

    def __init__(self, storage, readers, ready):
        self._storage, self._readers, self._ready = storage, readers, ready
        self._reading = 0

    async def read_all(self):
        """Reads the whole notebook; a later call takes the place of one that is under way."""
        self._reading += 1
        reading = self._reading
        for reader in self._readers:
            await reader.begin()
        after = ""
        while self._ready() and reading == self._reading:
            notes = await self._storage.slice("notes", after, LEARN_SLICE_NOTES)
            if not notes:
                for reader in self._readers:
                    await reader.end()
                return
            after = notes[-1]["id"]
            for reader in self._readers:
                await reader.take(notes)

    async def saved(self, note):
        """A note became durable."""
        if self._ready():
            try:
                for reader in self._readers:
                    await reader.saved(note)
            except CarryonError:
                pass  # The engine went away; the next one reads everything.
