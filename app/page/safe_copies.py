"""When the notes were last copied out of this browser, and when a copy is due again. Days are the reader's own (app/everywhere/days.py).

Offers `SafeCopies`, and `age`, `is_due`, `is_late`, `superseded`, `in_clear` and `is_copy`, which decide from plain values.
"""

from app.everywhere.days import number_of
from app.everywhere.limits import COPIES_KEPT, COPY_LATE_DAYS, COPY_LATE_DAYS_WHERE_EVICTED, COPY_LATE_NOTES

# The setting, and how often a copy is made: days between two, 0 for never by itself.
SETTING = "safe copies"
NEVER, DAILY, WEEKLY = 0, 1, 7
INTERVALS = (NEVER, DAILY, WEEKLY)

# What a copy is called before its day, and after it: a plain zip, or a sealed one. Only files that are called so are ever removed from the reader's folder.
NAME, ENDINGS = "carryon-", (".zip", ".sealed")


def age(day, today):
    """«today», «yesterday», «12 days ago», «on 2025-03-09» where the clock says that it is yet to come."""
    days = number_of(today) - number_of(day)
    if days < 0:
        return "on " + day
    return "today" if days == 0 else "yesterday" if days == 1 else str(days) + " days ago"


def is_due(every, last_day, today, changed):
    """Whether a copy is to be made by itself: something `changed` since the last one, which is old enough, or dated later than today
    (the clock was set back: nobody knows how old it is)."""
    if not every or not changed:
        return False
    return not last_day or not 0 <= number_of(today) - number_of(last_day) < every


def is_late(last_day, today, notes, changed, evicted):
    """Whether the reader is to be told that the last copy is old. `evicted`: this browser throws away what a page keeps."""
    if not changed or notes < (1 if evicted else COPY_LATE_NOTES):
        return False
    if not last_day:
        return True
    days = number_of(today) - number_of(last_day)
    return days < 0 or days >= (COPY_LATE_DAYS_WHERE_EVICTED if evicted else COPY_LATE_DAYS)


def superseded(names, keep=COPIES_KEPT):
    """Which of a folder's files are older copies than the last `keep`. Whatever else lies there is none of ours."""
    ours = sorted([name for name in names if is_copy(name)])  # by their days: two of one day differ in their ending only
    return ours[:-keep] if len(ours) > keep else []


def in_clear(names):
    """Which of a folder's files are copies that anybody can read."""
    return [name for name in names if is_copy(name) and name.endswith(ENDINGS[0])]


def is_copy(name):
    """Whether a file of the reader's folder is called as a copy is."""
    day = name[len(NAME):len(NAME) + 10]
    return (len(day) == 10 and name.startswith(NAME) and name[len(NAME) + 10:] in ENDINGS
            and day[4] == day[7] == "-" and (day[:4] + day[5:7] + day[8:]).isdigit())


class SafeCopies:
    """`storage`; `await make(heard)` → the file, {name, blob}, or None where it was cancelled; `folder`: `await write(file)` → its name, `names()`,
    `await is_empty(name)`, `remove(name)`; `save(file)` downloads one; `today()`: the reader's day; `state()`: text that is another one when a note is."""

    def __init__(self, storage, make, folder, save, today, state):
        self._storage, self._make, self._folder, self._save = storage, make, folder, save
        self._today, self._state = today, state
        self.every, self.day, self.where, self._copied = NEVER, "", "", ""

    async def open(self):
        """Reads what is set, here or in another tab."""
        setting = await self._storage.get("settings", SETTING)
        value = setting["value"] if setting else {}
        self.every, self.day = value.get("every", NEVER), value.get("day", "")
        self.where, self._copied = value.get("where", ""), value.get("state", "")

    async def _write(self):
        await self._storage.put("settings", {"id": SETTING, "value": {"every": self.every, "day": self.day, "where": self.where, "state": self._copied}})

    async def set_every(self, days):
        await self.open()
        self.every = days
        await self._write()

    @property
    def changed(self):
        """Whether the notebook is another than the last copy."""
        return self._state() != self._copied

    @property
    def due(self):
        return is_due(self.every, self.day, self._today(), self.changed)

    def late(self, notes, evicted):
        return is_late(self.day, self._today(), notes, self.changed, evicted)

    def state(self):
        """What to give `made` afterwards: what is written while a copy is made may be missing in it."""
        return self._state()

    async def made(self, state, where):
        """A copy of all notes, as they were when `state` was asked for, lies in the folder `where`, or "" among the reader's downloads."""
        await self.open()
        self.day, self.where, self._copied = self._today(), where, state
        await self._write()

    async def copy(self, heard, to_folder):
        """Makes a copy, into the reader's folder or as a download; True once it is there. Raises what the porter and the folder raise."""
        state = self.state()
        file = await self._make(heard)
        if file is None:
            return False
        if to_folder:
            where = await self._folder.write(file)
            names = await self._folder.names()
            # The browser makes the name before the bytes are there: one that was cut off then is no copy, and must not push out one that is.
            cut_off = []
            for name in names:
                if is_copy(name) and await self._folder.is_empty(name):
                    cut_off.append(name)
            for name in cut_off + superseded([name for name in names if name not in cut_off]):
                await self._folder.remove(name)
        else:
            self._save(file)
            where = ""
        await self.made(state, where)
        return True
