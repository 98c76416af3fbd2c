"""Goes through the trash and the revisions in idle time: what is older than it should be goes for good.

Offers `Tidying`. By which clock things age, and why a clock that was set forward by mistake empties nothing, says
`believed` in app/everywhere/history.py.
"""

from app.everywhere.clock import milliseconds, timestamp
from app.everywhere.errors import StorageError
from app.everywhere.history import DAY, believed, thinned
from app.everywhere.limits import TIDY_AFTER_MS, TIDY_AGAIN_MS, TIDY_PAUSE_MS, TRASH_DAYS

# The setting that holds what `believed` is to know, and the day on which the revisions were thinned last; and the one of the porter that says
# when notes were brought in last.
SETTING, BROUGHT_IN = "clock", "last import"


class Tidying:
    """`notebook` has the heads and erases; `clock` has `now()` and `async sleep_ms(n)`; `told()` when it is known how old things are."""

    def __init__(self, storage, notebook, clock, told=lambda: None):
        self._storage, self._notebook, self._clock, self._told = storage, notebook, clock, told
        self._moment = ""
        self._brought_in = ""  # what came with an import has its days in the trash from then on: somebody may have brought it back for that

    def days_left(self, head):
        """The days that a note of the trash has still to stay there: 1 to TRASH_DAYS."""
        age = milliseconds(self._moment or self._clock.now()) - milliseconds(max(head["deleted"], self._brought_in))
        return max(1, min(TRASH_DAYS, TRASH_DAYS - age // DAY))

    async def go_on(self):
        """For as long as the page lives, beside everything else."""
        try:
            await self.look()
            await self._clock.sleep_ms(TIDY_AFTER_MS)
            while True:
                await self.run()
                await self._clock.sleep_ms(TIDY_AGAIN_MS)
        except StorageError:
            pass  # No room, or a newer Carryon in another tab: what is old goes at a later start.

    async def look(self):
        """Looks at the clock, and remembers how far it is believed. Gives what is remembered."""
        now = self._clock.now()
        known = await self._storage.get("settings", SETTING)
        if known is None:
            # The first time: no later than the newest note, which the clock has dated.
            newest = [head["updated"] for head in self._notebook.listing(count=1) if head["updated"] < now]
            known = {"id": SETTING, "moment": newest[0] if newest else now, "day": "", "thinned": ""}
        self._moment, seen = believed(now, known)
        brought_in = await self._storage.get("settings", BROUGHT_IN)
        self._brought_in = brought_in["value"]["moment"] if brought_in else ""
        known = known | seen
        await self._storage.put("settings", known)
        self._told()
        return known

    async def run(self):
        """Once through: erases what was in the trash for too long, and once a day thins the revisions of every note."""
        known = await self.look()
        before = timestamp(milliseconds(self._moment) - TRASH_DAYS * DAY)
        is_old = lambda note: bool(note["deleted"]) and max(note["deleted"], self._brought_in) < before
        old = [head["id"] for head in self._notebook.heads.all() if is_old(head)]
        if old:
            await self._notebook.erase(old, is_old)
        if known["thinned"] != self._moment[:10]:
            for head in self._notebook.heads.all():
                await self._thin(head["id"], milliseconds(self._moment))
                await self._clock.sleep_ms(TIDY_PAUSE_MS)
            await self._storage.put("settings", known | {"thinned": self._moment[:10]})

    async def _thin(self, id, now):
        go = thinned(await self._storage.ids("revisions", id + "-"), now)
        if go:
            await self._storage.write([("delete", "revisions", revision) for revision in go])
