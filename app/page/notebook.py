"""The open notebook: which note is on the page, and how what is typed becomes durable.

Nothing here knows the browser: storage, clock and view are handed in, so the promise that
no acknowledged word is lost can be tested anywhere.

The promise: `changed` (a keystroke) starts a save within `SAVE_AFTER_MS`; the state reads
`SAVED` only after storage has acknowledged exactly the text that is on the page; a failure
is told at once and tried again while the text stays. Turning to another note never waits
for a save: what was not saved yet is queued, and leaves the queue only when it is durable.

Two windows: the note on the page (`self.note`) is the state that what is on the page was made from, the *base*. A save that
meets a newer one merges three ways; what another window stored is woven into the page around the caret. Where both
changed the same words, ours becomes a note of its own. States that are replaced are kept as revisions, in the same step.

Offers `Notebook`, the port `View` and the states `EMPTY`, `SAVING`, `SAVED`, `FAILED`.
"""

import asyncio

from app.everywhere.errors import BadNote, CarryonError, Conflict, Damaged, StorageError, StorageFull
from app.everywhere.history import Session, revision_of
from app.everywhere.limits import LIST_PAGE, SAVE_AFTER_MS, SAVE_AFTER_MS_AT_MOST, SAVE_AGAIN_AFTER_MS
from app.everywhere.note import checked, new_note
from app.page.heads import Heads
from app.page.merging import merged_note

EMPTY, SAVING, SAVED, FAILED = "empty", "saving", "saved", "failed"

# Characters of each note's text that stay in memory for the list, and heads that are taken in between two keystrokes.
HEAD_CHARACTERS = 300
HEADS_AT_ONCE = 250
# Times that a save is tried again because another window saved the same note in between, before it counts as failed.
MERGES_AT_ONCE = 8
# Notes that are erased in one step.
ERASED_AT_ONCE = 20


class View:
    """What the notebook needs of the page."""

    def read(self):
        """(title, text) as they are on the page now."""

    def show_state(self, state, sentence):
        """The saving state; `sentence` says what went wrong when it is FAILED."""

    def show_note(self, note, keep_text=False):
        """This note is on the page from now on. `keep_text`: its text is there already."""

    def weave(self, was, now):
        """Brings into the page what was changed elsewhere: (title, text) that was `was` and is `now`.

        What was typed since stays, and so does the caret. False, with nothing changed, where that can't be done now: an
        input method is composing, or the same words were typed over.
        """

    def show_turning(self, turning):
        """Another note is being fetched: until it is there, nothing can be typed into the old one."""

    def show_list(self):
        """The list changed."""

    def say(self, sentence):
        """A message that is not about saving."""


class Notebook:
    """`keep(note, revision, also)` saves a note over the stored `revision`, through the router, and makes the changes `also`
    of the storage in the same step.

    `merging` has `async load()` and `merge(base, ours, theirs)`, as TextMerging; `drafts` has `async keep(rows)`, which is
    true when they are durable, and `clear()`: what can't be saved waits there for the next start. `clock` has `now()` (a timestamp), `new_id()`, `ticks_ms()` and `async sleep_ms(n)`;
    `spawn(coroutine)` runs it beside. `saved(note)` is called for each text that became
    durable, here or in another tab, `announce(id)` for each change that other tabs should see.
    """

    def __init__(self, storage, keep, view, clock, spawn, saved, announce, merging, drafts):
        self.storage = storage
        self._keep, self._view, self._clock, self._spawn = keep, view, clock, spawn
        self._saved, self._announce = saved, announce
        self._merging, self._drafts = merging, drafts
        self.note = None
        self.heads = Heads()  # every note, its text cut to HEAD_CHARACTERS
        self._dirty = False  # the page holds what is neither stored nor queued
        self._queue = []  # [(note, fields to change, typed)], oldest first
        self._saving = asyncio.Lock()
        self._scheduled = False
        self._last_save_ms = 0
        self._sessions = {}  # id -> Session
        self._within = {}  # id -> the revision from which on the stored note has all that its base has, where that is not the base's own
        self._tried = None  # (note, ours) of the save that failed last: a browser may have stored it all the same
        self.failed = False
        self.drafted = False  # what can't be saved waits in the drafts

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
        if self.note is not None and not self.unsaved and self.note["revision"]:
            try:
                if await self.storage.get("notes", self.note["id"]) is None:
                    self.fresh()
            except Damaged:
                pass  # what is on the page is all there is of it

    def listing(self, trash=False, count=None):
        """The first `count` heads for the list: pinned first, then newest first. With `trash`, the deleted ones."""
        return self.heads.listing(trash, count)

    def count(self, trash=False):
        return self.heads.count(trash)

    def state(self):
        """Text that is another one as soon as a note was saved or erased, here or in another tab."""
        heads = self.heads.all()
        return str(len(heads)) + " " + str(sum([head["revision"] for head in heads]))

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
                    if not isinstance(error, BadNote):
                        await self._keep_drafts()
                        if self.drafted:
                            self._view.show_state(FAILED, str(error) + " What you typed is kept until then.")
                    return False
                self._queue.pop(0)
                self._last_save_ms = self._clock.ticks_ms() - started
            self.failed = False
            if self.drafted:
                self.drafted = False
                self._drafts.clear()
            if self.note is not None:
                self._view.show_state(SAVED if self.note["revision"] else EMPTY, "")
            return True

    async def _keep_drafts(self):
        """What can't be saved is put where the next start finds it, with what it was made from."""
        rows = [{"base": note, "fields": fields, "typed": typed} for note, fields, typed in self._queue]
        if self._dirty:
            title, text = self._view.read()
            rows.append({"base": self.note, "fields": {"title": title, "text": text}, "typed": True})
        self.drafted = bool(rows) and await self._drafts.keep(rows)

    async def take_over(self, rows):
        """Saves what an earlier page could not, as it kept it in its drafts. Returns the id of the newest note of it, or None."""
        if not rows:
            return None
        for row in rows:
            self._queue.append((row["base"], row["fields"], row["typed"]))
        await self.flush()
        return rows[-1]["base"]["id"]

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
        ours = note | fields
        if note["revision"] == 0 and not (ours["title"].strip() or ours["text"] or ours["tags"]):
            return
        ours["revision"] = note["revision"] + 1
        if typed:
            ours["updated"] = self._clock.now()
            ours["deleted"] = ""  # who writes in a note of the trash wants it
        due = self._session(note["id"]).due(note, ours, self._clock.now()) if note["revision"] else None
        try:
            await self._write(checked(ours), note["revision"], due)
        except Conflict:
            await self._store_both(note, ours)
            return
        note.update(ours)
        if note is self.note:
            self._view.show_note(note, keep_text=True)
        self._remember(ours)

    def _session(self, id):
        if id not in self._sessions:
            self._sessions[id] = Session()
        return self._sessions[id]

    async def _write(self, note, revision, due, ours=None):
        """Saves `note`, which was made from `ours` of this page, and with it the state that is `due` to be kept: (state, why) or None."""
        before, self._tried = self._tried, (note, ours or note)
        also = [("put", "revisions", revision_of(due[0], self._clock.new_id(), due[1]))] if due else []
        try:
            await self._keep(note, revision, also)
        except Conflict:
            self._tried = before  # this one is not stored for sure
            raise
        except StorageFull:
            if not due or due[1] == "restore":
                raise
            await self._keep(note, revision, [])  # the text comes before its history
        else:
            if due:
                self._session(note["id"]).kept(self._clock.now())
        self._tried = None

    async def _store_both(self, base, ours):
        """Another window saved this note after `base`: theirs and ours become one, or two where both changed the same."""
        for _ in range(MERGES_AT_ONCE):
            try:
                theirs = await self.storage.get("notes", base["id"])
            except Damaged:
                await self._store_copy(base, ours, None)
                return
            met, due = False, None
            if theirs is None:  # Erased for good over there: what is written on beats that.
                merged, expected = ours | {"deleted": ""}, 0
            else:
                if self._tried_already(theirs):
                    base.update(self._tried[1] | {"revision": base["revision"]})
                await self._merging.load()
                merged, met = merged_note(base, ours, theirs, self._merging.merge)
                if merged is None:
                    await self._store_copy(base, ours, theirs)
                    return
                expected = theirs["revision"]
                due = self._session(base["id"]).merging(theirs, self._clock.now())
            try:
                await self._write(merged, expected, due, ours)
            except Conflict:
                continue
            self._remember(merged)
            if met:
                self._view.say("This note was also written on in another window, at the same place. Both stand there, one after the other.")
            waiting = any([queued is base for queued, fields, typed in self._queue[1:]])
            if base is not self.note and not waiting:
                base.update(merged)
            elif waiting or not self._bring_in((ours["title"], ours["text"]), merged):
                # What waits, or is on the page, was made from ours: its save merges again.
                base.update(ours | {"revision": base["revision"]})
                self._within[base["id"]] = merged["revision"]
            return
        raise Conflict("This note is being changed in another window all the time. It is tried again.")

    def _tried_already(self, stored):
        """Whether this is what the last save stored, although the browser said that it failed."""
        return self._tried is not None and all([self._tried[0][field] == stored[field] for field in ("id", "revision", "updated", "title", "text", "tags")])

    async def _store_copy(self, base, ours, theirs):
        copy = ours | {"id": self._clock.new_id(), "created": self._clock.now(), "revision": 1, "deleted": ""}
        await self._keep(copy, 0, [])
        self._view.say("The same words were also changed in another window. Both are kept: this one is now a note of its own." if theirs else
                       "What was stored of this note was damaged. What is on the page is kept, as a note of its own.")
        base.update(copy)
        if base is self.note:
            self._view.show_note(base, keep_text=True)
        if theirs:
            self._remember(theirs, announce=False)
        self._remember(copy)

    def _bring_in(self, was, stored):
        """The page, made from (title, text) `was`, goes on from `stored`. False where that can't be done now."""
        if was != (stored["title"], stored["text"]) and not self._view.weave(was, (stored["title"], stored["text"])):
            return False
        self.note.update(stored)
        self._view.show_note(self.note, keep_text=True)
        if self._view.read() != (stored["title"], stored["text"]):
            self._dirty = True
            self._save_within(SAVE_AFTER_MS)
        return True

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
            await self.turn_to_newest()
        return True

    async def turn_to_newest(self):
        """Puts the first note of the list on the page that can be read, or a new one."""
        for head in self.listing():
            if not head.get("damaged"):
                try:
                    if not await self.turn_to(head["id"]):
                        break
                    return
                except Damaged:
                    continue
        self.fresh()

    async def restore(self, id):
        """Takes a note out of the trash and puts it on the page."""
        return await self._change_stored(id, {"deleted": ""}) and await self.turn_to(id)

    async def erase(self, ids, still=lambda note: bool(note["deleted"])):
        """Removes notes for good, with their revisions; not those that somebody took out of the trash meanwhile.

        `still(note)` tells whether a stored note is to go. Returns how many went.
        """
        gone = 0
        for start in range(0, len(ids), ERASED_AT_ONCE):
            changes, going = [], []
            for id in ids[start:start + ERASED_AT_ONCE]:
                try:
                    note = await self.storage.get("notes", id)
                except Damaged:
                    continue  # nobody knows any more that it is to go: app/page/views/damaged.py asks
                if note is None:
                    self._forget_head(id)
                elif still(note):
                    going.append(id)
                    changes.append(("delete", "notes", id, note["revision"]))
                    changes += [("delete", "revisions", revision) for revision in await self.storage.ids("revisions", id + "-")]
            try:
                await self.storage.write(changes)
            except Conflict:
                continue  # One was changed at this moment: they stay, until the trash is gone through again.
            for id in going:
                self.heads.remove(id)
                self._sessions.pop(id, None)
                self._announce(id)
            gone += len(going)
        self._view.show_list()
        return gone

    async def restore_revision(self, id, state):
        """The note's title, text and tags become those of an earlier `state`; what they were is kept. Gives it, or None."""
        if not await self.flush():
            return None
        return await self._change_stored(id, {"title": state["title"], "text": state["text"], "tags": state["tags"]}, "restore")

    async def copy_revision(self, state):
        """A new note with an earlier state's title, text and tags; puts it on the page. False where it can't be kept."""
        if not self._leave():
            return False
        note = new_note(self._clock.new_id(), self._clock.now(), state["title"], state["text"])
        self._put_on_page(note)
        return await self.change(tags=state["tags"])

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
        # Where somebody turned to it at this very moment, the line comes in as another window's would.
        return bool(await self._change_stored(id, lambda note: {"text": note["text"].rstrip("\n") + "\n" + line, "updated": self._clock.now()}))

    def _is_here(self, id):
        return self.note is not None and self.note["id"] == id

    async def _change_stored(self, id, fields, why=""):
        """Sets fields of a stored note, whatever it has become (or what `fields(note)` gives); what it was, or None where there is none.

        With `why`, the state before is kept as a revision, and the note is newer from now on.
        """
        for _ in range(MERGES_AT_ONCE):
            note = await self.storage.get("notes", id)
            if note is None:
                return None
            changed = note | (fields(note) if callable(fields) else fields) | {"revision": note["revision"] + 1}
            if why:
                changed["updated"] = self._clock.now()
            try:
                await self._write(checked(changed), note["revision"], (note, why) if why else None)
            except Conflict:
                continue
            self._remember(changed)
            await self._take_in(changed)
            return note
        raise Conflict("This note is being changed in another window all the time.")

    def _forget_head(self, id):
        self.heads.remove(id)
        self._view.show_list()

    # Other tabs

    async def changed_elsewhere(self, id):
        """Another tab stored or erased this note. What is typed here and not saved stays on the page."""
        try:
            note = await self.storage.get("notes", id)
        except StorageError:
            return  # This tab can't read any more, and has been told so; it merges when it can.
        if note is None:
            self._forget_head(id)
            if self.note is not None and self.note["id"] == id and self.note["revision"] and not self.unsaved:
                self.fresh()
                self._view.say("This note was erased in another window.")
            return
        known = self.heads.get(id)
        if known is None or note["revision"] >= known["revision"]:
            self._remember(note, announce=False)
            self._saved(note)
        await self._take_in(note)

    async def catch_up(self):
        """An input method has finished composing: what could not be brought in meanwhile can be now."""
        if self.note is not None and self.note["revision"]:
            note = await self.storage.get("notes", self.note["id"])
            if note is not None:
                await self._take_in(note)

    async def _take_in(self, stored):
        """A newer state of the note on the page is stored: the page goes on from it, if it can."""
        async with self._saving:
            note = self.note
            if note is None or note["id"] != stored["id"] or stored["revision"] <= note["revision"]:
                return
            if stored["revision"] < self._within.get(note["id"], 0):
                return  # read before this page's own last save
            if any([queued is note for queued, fields, typed in self._queue]):
                return  # its save merges
            await self._merging.load()
            if note is self.note:
                self._bring_in((note["title"], note["text"]), stored)
