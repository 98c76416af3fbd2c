"""A note's earlier states: when one is worth keeping, which of them stay, and which clock is believed about it.

A *revision* is a state of a note that was replaced since:

    id        the note's id, «-», and the ULID of the moment at which it was kept
    note      the note's id
    revision  the note's count of saves in that state: revisions sort by it, whatever the clock did
    created, updated, title, text, tags    as the note had them
    why       one of WHY

Offers `WHY`, `revision_of`, `note_of`, `kept_ms`, `Session`, `lost`, `thinned` and `believed`.
"""

from app.everywhere.clock import milliseconds, timestamp
from app.everywhere.limits import (
    CLOCK_DAYS_BELIEVED, REVISION_AGES, REVISION_EVERY_MINUTES, REVISION_LONG_CHARACTERS, REVISION_LOST_CHARACTERS, REVISION_MERGE_MINUTES,
    REVISION_OLDEST_HOURS, REVISION_PAUSE_MINUTES)
from app.everywhere.ulid import ULID_LENGTH, ulid_ms

# Why a state was kept, and what the reader is told.
WHY = {
    "pause": "before you wrote on",
    "writing": "while you wrote",
    "deletion": "before much was deleted",
    "merge": "before another window's changes came in",
    "restore": "before an earlier version was restored",
}

# Characters of a text beyond which two of its states are compared by their lengths alone: a save must not wait.
COMPARED_CHARACTERS = 1_000_000

MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000


def revision_of(note, ulid, why):
    """The record that keeps this state."""
    assert why in WHY, "a revision is kept for one of " + ", ".join(WHY)
    return {"id": note["id"] + "-" + ulid, "note": note["id"], "revision": note["revision"], "created": note["created"],
            "updated": note["updated"], "title": note["title"], "text": note["text"], "tags": note["tags"], "why": why}


def note_of(id):
    """The note's id in a revision's."""
    return id[:ULID_LENGTH]


def kept_ms(id):
    """When a revision was kept, by its id: milliseconds since 1970."""
    return ulid_ms(id[ULID_LENGTH + 1:])


def lost(old, new):
    """How many characters of `old` are gone in `new`, which is `old` with one stretch of it replaced; of a book, by its length."""
    if new.startswith(old):
        return 0
    if len(old) > COMPARED_CHARACTERS:
        return max(0, len(old) - len(new))
    start = _alike(old, new, False)
    return len(old) - start - _alike(old[start:], new[start:], True)


def _alike(one, two, at_end):
    """How many characters two texts share at their beginning or end: by halves, because a comparison of slices is one step."""
    low, high = 0, min(len(one), len(two))
    while low < high:
        middle = (low + high + 1) // 2
        same = one[len(one) - middle:] == two[len(two) - middle:] if at_end else one[:middle] == two[:middle]
        if same:
            low = middle
        else:
            high = middle - 1
    return low


class Session:
    """One note while it is written: decides, save by save, which state is worth keeping.

    `due(old, new, now)` is asked before each save and answers None or (state, why): the state that was stored and is about
    to be replaced, or the one at which the text was longest before it shrank. `kept(now)` is told when it is durable.
    """

    def __init__(self):
        self._last = None  # when a state was kept, or the first save was seen; milliseconds
        self._longest = None  # the stored state with the longest text since

    def due(self, old, new, now):
        """`old` as it is stored, `new` as it will be; `now` a timestamp."""
        if (old["title"], old["text"], old["tags"]) == (new["title"], new["text"], new["tags"]) or not (old["title"] or old["text"]):
            return None
        ms = milliseconds(now)
        longest = self._longest
        if longest is None or len(old["text"]) >= len(longest["text"]):
            longest = self._longest = old.copy()  # whoever has it goes on with it
        first = self._last is None
        if first:
            self._last = ms
        patience = max(1, len(old["text"]) / REVISION_LONG_CHARACTERS)
        if lost(old["text"], new["text"]) >= REVISION_LOST_CHARACTERS:
            return old, "deletion"
        if len(longest["text"]) - len(new["text"]) >= REVISION_LOST_CHARACTERS:
            return longest, "deletion"
        pause = REVISION_PAUSE_MINUTES * MINUTE * patience
        if ms - milliseconds(old["updated"]) >= pause and (first or ms - self._last >= pause):
            return old, "pause"
        if ms - self._last >= REVISION_EVERY_MINUTES * MINUTE * patience:
            return old, "writing"
        return None

    def merging(self, theirs, now):
        """The state that another window stored, where a merge that replaces it should keep it; else None."""
        ms = milliseconds(now)
        if self._last is not None and 0 <= ms - self._last < REVISION_MERGE_MINUTES * MINUTE:
            return None
        return theirs, "merge"

    def kept(self, now):
        self._last = milliseconds(now)
        self._longest = None


def thinned(ids, now):
    """Which of one note's revisions, given oldest first, may go at this moment, in milliseconds since 1970.

    Of each stretch of time the newest stays, and the newest of all always does. What was kept in what the clock
    now takes for the future stays as well.
    """
    go, seen = [], set()
    for id in ids[::-1]:
        ms = kept_ms(id)
        hours = _every(now - ms)
        if hours:
            stretch = (hours, ms // (hours * HOUR))
            if stretch in seen:
                go.append(id)
            seen.add(stretch)
    return go


def _every(age):
    """Of how many hours one is kept at this age; 0 for all."""
    for days, hours in REVISION_AGES:
        if age < days * DAY:
            return hours
    return REVISION_OLDEST_HOURS


def believed(now, known):
    """The moment by which trash and revisions age, and what is to be known at the next look. All moments are timestamps.

    `known` is {"moment", "day"}: what was believed last, and the day that the clock showed when it jumped last. A clock that
    jumps forward is believed by CLOCK_DAYS_BELIEVED, once on each day that it shows: a mistake of some days costs nothing,
    and a long holiday is caught up with. A clock that goes back is believed at once, since everything is younger then.
    """
    moment = known["moment"]
    if now > moment:
        if now[:10] == moment[:10]:
            known = {"moment": now, "day": now[:10]}
        elif now[:10] != known["day"]:
            known = {"moment": min(now, timestamp(milliseconds(moment) + CLOCK_DAYS_BELIEVED * DAY)), "day": now[:10]}
    return min(now, known["moment"]), known
