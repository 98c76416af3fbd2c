"""The open notebook: which note is on the page, and how what is typed becomes durable.

Nothing here knows the browser: storage, clock and view are handed in, so the promise that
no acknowledged word is lost can be tested anywhere.

The promise: `changed` (a keystroke) starts a save within `SAVE_AFTER_MS`; the state reads
`SAVED` only after storage has acknowledged exactly the text that is on the page; a failure
is told at once and tried again while the text stays. Turning to another note never waits
for a save: what was not saved yet is queued, and leaves the queue only when it is durable.

Offers `Notebook`, the port `View` and the states `EMPTY`, `SAVING`, `SAVED`, `FAILED`.
"""

import asyncio

from app.everywhere.errors import BadNote, CarryonError, Conflict
from app.everywhere.limits import LIST_PAGE, SAVE_AFTER_MS, SAVE_AFTER_MS_AT_MOST, SAVE_AGAIN_AFTER_MS
from app.everywhere.note import checked, new_note
from app.page.heads import Heads

EMPTY, SAVING, SAVED, FAILED = "empty", "saving", "saved", "failed"

# Characters of each note's text that stay in memory for the list, and heads that are taken in between two keystrokes.
HEAD_CHARACTERS = 300
HEADS_AT_ONCE = 250


class View:
    """What the notebook needs of the page."""

    def read(self):
        """(title, text) as they are on the page now."""

    def show_state(self, state, sentence):
        """The saving state; `sentence` says what went wrong when it is FAILED."""

    def show_note(self, note, keep_text=False):
        """This note is on the page from now on. `keep_text`: its text is there already."""

    def show_turning(self, turning):
        """Another note is being fetched: until it is there, nothing can be typed into the old one."""

    def show_list(self):
        """The list changed."""

    def say(self, sentence):
        """A message that is not about saving."""


class Notebook:
    """`keep(note, revision)` saves a note over the stored `revision`, through the router.

    `clock` has `now()` (a timestamp), `new_id()`, `ticks_ms()` and `async sleep_ms(n)`;
    `spawn(coroutine)` runs it beside. `saved(note)` is called for each text that became
    durable, here or in another tab, `announce(id)` for each change that other tabs should see.
    """

    def __init__(self, storage, keep, view, clock, spawn, saved, announce):
        self.storage = storage
        self._keep, self._view, self._clock, self._spawn = keep, view, clock, spawn
        self._saved, self._announce = saved, announce
        self.note = None
        self.heads = Heads()  # every note, its text cut to HEAD_CHARACTERS
        self._dirty = False  # the page holds what is neither stored nor queued
        self._queue = []  # [(note, fields to change, typed)], oldest first
        self._saving = asyncio.Lock()
        self._scheduled = False
        self._last_save_ms = 0
        self.failed = False

    @property
    def unsaved(self):
        """Whether anything on the page or in the queue is not durable yet."""
        return self._dirty or bool(self._queue)

    # Reading

    async def open(self):
        """Loads the newest notes of the list; puts nothing on the page. `open_rest` loads the others."""
        self.heads = Heads()
        self.heads.extend(await self.storage.newest("notes", LIST_PAGE, cut_text=HEAD_CHARACTERS))
        self._view.show_list()

    async def open_rest(self):
        """Loads the whole list; what was saved meanwhile stays as it is."""
        if len(self.heads) < LIST_PAGE:
            return
        stored = await self.storage.all("notes", order_by="updated", cut_text=HEAD_CHARACTERS)
        heads = Heads()
        for end in range(len(stored), 0, -HEADS_AT_ONCE):
            heads.extend(stored[max(0, end - HEADS_AT_ONCE):end][::-1])
            await self._clock.sleep_ms(1)  # a keystroke may come in between
        for head in self.heads.all():
            known = heads.get(head["id"])
            if head["revision"] > (known["revision"] if known else 0):
                heads.put(head)
        self.heads = heads
        self._view.show_list()

    async def read_again(self):
        """Many notes were added or removed behind the notebook's back."""
        await self.open()
        await self.open_rest()
        if self.note is not None and not self.unsaved and self.note["revision"] and await self.storage.get("notes", self.note["id"]) is None:
            self.fresh()

    def listing(self, trash=False, count=None):
        """The first `count` heads for the list: pinned first, then newest first. With `trash`, the deleted ones."""
        return self.heads.listing(trash, count)

    def count(self, trash=False):
        return self.heads.count(trash)

    def tags(self):
        """The tags in use, those of the newest notes first."""
        return self.heads.tags()

    # Turning pages

    def fresh(self, title="", text=""):
        """A new note on the page, at once; it is stored with its first character.

        False where the note on the page can't be kept as it is: then it stays there, and the
        state says why.
        """
        if not self._leave():
            return False
        self._put_on_page(new_note(self._clock.new_id(), self._clock.now(), title, text))
        return True

    def adopt(self, title, text):
        """Takes what was typed before the notebook was open as a new note; it is saved like any other."""
        self.note = new_note(self._clock.new_id(), self._clock.now(), title, text)
        self._view.show_note(self.note, keep_text=True)
        self.changed()

    async def turn_to(self, id):
        """Puts another note on the page. False if there is none, or the one there can't be kept."""
        if self.note is not None and self.note["id"] == id:
            return True
        if not self._leave():
            return False
        self._view.show_turning(True)
        try:
            if any(note["id"] == id for note, fields, typed in self._queue):
                await self.flush()
            note = await self.storage.get("notes", id)
            if note is None:
                self._forget_head(id)
                return False
            self._put_on_page(note)
            return True
        finally:
            self._view.show_turning(False)

    def _leave(self):
        """Queues what is on the page and not stored. False where it could never be stored."""
        if self._dirty:
            title, text = self._view.read()
            try:
                checked(self.note | {"title": title, "text": text})
            except BadNote as error:
                self._view.show_state(FAILED, str(error))
                return False
            self._queue.append((self.note, {"title": title, "text": text}, True))
            self._dirty = False
            self._spawn(self.flush())
        return True

    def _put_on_page(self, note):
        self.note = note
        self._view.show_note(note)
        if not self.failed:
            self._view.show_state(SAVED if note["revision"] else EMPTY, "")

    # Saving

    def changed(self):
        """The page's title or text is no longer what is stored."""
        self._dirty = True
        if not self.failed:
            self._view.show_state(SAVING, "")
        self._save_within(SAVE_AFTER_MS)

    async def change(self, **fields):
        """Sets fields of the note on the page (pinned, tags) and saves; True when durable."""
        self._queue.append((self.note, fields, False))
        return await self.flush()

    def _save_within(self, ms):
        if not self._scheduled:
            self._scheduled = True
            self._spawn(self._save_later(ms))

    async def _save_later(self, ms):
        # A slow device saves less often, so that saving never takes most of its time.
        await self._clock.sleep_ms(max(ms, min(2 * self._last_save_ms, SAVE_AFTER_MS_AT_MOST)))
        self._scheduled = False
        await self.flush()

    async def flush(self):
        """True when everything is durable; False when the reason why not was shown."""
        async with self._saving:
            while self._queue or self._dirty:
                if self._dirty:
                    title, text = self._view.read()
                    self._queue.append((self.note, {"title": title, "text": text}, True))
                    self._dirty = False
                started = self._clock.ticks_ms()
                try:
                    await self._store(*self._queue[0])
                except CarryonError as error:
                    self._tell_failure(error)
                    return False
                self._queue.pop(0)
                self._last_save_ms = self._clock.ticks_ms() - started
            self.failed = False
            if self.note is not None:
                self._view.show_state(SAVED if self.note["revision"] else EMPTY, "")
            return True

    def _tell_failure(self, error):
        self.failed = True
        note, fields, typed = self._queue[0]
        if note is self.note and "text" in fields:
            # Its writer goes on with it: the page is read again when it is tried again.
            self._queue.pop(0)
            self._dirty = True
        elif isinstance(error, BadNote):
            self._queue.pop(0)  # A tag too many, say: the text is not in danger.
        self._view.show_state(FAILED, str(error))
        # A full disk may have room again in a moment; a note that is too long waits for its writer.
        if not isinstance(error, BadNote):
            self._save_within(SAVE_AGAIN_AFTER_MS)

    async def _store(self, note, fields, typed):
        candidate = note | fields
        if note["revision"] == 0 and not (candidate["title"].strip() or candidate["text"] or candidate["tags"]):
            return
        revision = note["revision"]
        candidate["revision"] = revision + 1
        if typed:
            candidate["updated"] = self._clock.now()
        try:
            await self._keep(checked(candidate), revision)
        except Conflict:
            # Another tab saved this note in between. Its text stays; ours becomes a note of its own.
            candidate = candidate | {
                "id": self._clock.new_id(), "created": self._clock.now(), "revision": 1, "deleted": ""}
            await self._keep(candidate, 0)
            self._view.say("This note was also changed in another window. Both are kept: this one is now a note of its own.")
        note.update(candidate)
        if note is self.note:
            self._view.show_note(note, keep_text=True)
        self._remember(candidate)

    def _remember(self, note, announce=True):
        self.heads.put(note | {"text": note["text"][:HEAD_CHARACTERS]})
        self._view.show_list()
        if announce:
            self._announce(note["id"])
            self._saved(note)

    # Trash

    async def trash(self, id):
        """Moves a note to the trash, and turns to the newest left if it was on the page."""
        if not await self.flush() or not await self._change_stored(id, {"deleted": self._clock.now(), "pinned": False}):
            return False
        if self.note is not None and self.note["id"] == id:
            left = self.listing(count=1)
            if not (left and await self.turn_to(left[0]["id"])):
                self.fresh()
        return True

    async def restore(self, id):
        """Takes a note out of the trash and puts it on the page."""
        return await self._change_stored(id, {"deleted": ""}) and await self.turn_to(id)

    async def erase(self, id):
        """Removes a note of the trash for good."""
        await self.storage.delete("notes", id)
        self._forget_head(id)
        self._announce(id)

    async def change_note(self, id, **fields):
        """Sets fields of a kept note, be it on the page or not; False where there is none."""
        if not await self.flush() or not await self._change_stored(id, fields):
            return False
        if self.note is not None and self.note["id"] == id:
            self._view.show_note(self.note, keep_text=True)
        return True

    async def append(self, id, line):
        """Adds a line to the text of a kept note that is not on the page; False where there is none, or it is on the page."""
        if not await self.flush() or self._is_here(id):
            return False
        if not await self._change_stored(id, lambda note: {"text": note["text"].rstrip("\n") + "\n" + line, "updated": self._clock.now()}):
            return False
        if self._is_here(id):  # somebody turned to it at this very moment
            if self._dirty:
                return False
            self._view.show_note(self.note)
        return True

    def _is_here(self, id):
        return self.note is not None and self.note["id"] == id

    async def _change_stored(self, id, fields):
        note = await self.storage.get("notes", id)
        if note is None:
            return False
        changed = note | (fields(note) if callable(fields) else fields) | {"revision": note["revision"] + 1}
        await self._keep(checked(changed), note["revision"])
        if self.note is not None and self.note["id"] == id:
            self.note.update(changed)
        self._remember(changed)
        return True

    def _forget_head(self, id):
        self.heads.remove(id)
        self._view.show_list()

    # Other tabs

    async def changed_elsewhere(self, id):
        """Another tab stored or erased this note. Text on this page that is not saved stays on it."""
        note = await self.storage.get("notes", id)
        if note is None:
            self._forget_head(id)
            return
        self._remember(note, announce=False)
        self._saved(note)
        here = self.note is not None and self.note["id"] == id
        if here and not self._dirty and not self._queue and note["revision"] > self.note["revision"]:
            self._put_on_page(note)
