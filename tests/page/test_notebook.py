"""The promise of saving, on a storage that can be slow and can fail."""

import asyncio
import json

from app.everywhere.clock import timestamp
from app.everywhere.errors import StorageError, StorageFull
from app.everywhere.limits import LIST_PAGE, NOTE_TEXT_BYTES
from app.everywhere.ulid import new_ulid
from app.page.notebook import EMPTY, FAILED, SAVED, SAVING, Notebook, View
from app.page.storage import MemoryStorage
from tests.page.merging_process import MERGING


class Clock:
    """Stands still but for the milliseconds that are slept."""

    def __init__(self):
        self.ms = 1_795_242_975_000
        self.ids = 0

    def now(self):
        self.ms += 1
        return timestamp(self.ms)

    def new_id(self):
        self.ids += 1
        return new_ulid(self.ms, self.ids.to_bytes(10, "big"))

    def ticks_ms(self):
        return self.ms

    async def sleep_ms(self, ms):
        self.ms += ms
        await asyncio.sleep(0)


class Paper(View):
    """A page without a browser: what is on it, and everything that was shown."""

    def __init__(self):
        self.title = self.text = ""
        self.states = []
        self.sentences = []
        self.turning = False
        self.composing = False

    @property
    def state(self):
        return self.states[-1][0]

    def read(self):
        return self.title, self.text

    def show_state(self, state, sentence):
        self.states.append((state, sentence))

    def show_note(self, note, keep_text=False):
        if not keep_text:
            self.title, self.text = note["title"], note["text"]

    def weave(self, was, now):
        there = (self.title, self.text)
        woven = [MERGING.merge(*texts) for texts in zip(was, there, now, strict=True)]
        if self.composing or None in woven:
            return False
        self.title, self.text = [text for text, met in woven]
        return True

    def show_turning(self, turning):
        self.turning = turning

    def say(self, sentence):
        self.sentences.append(sentence)


class Drafts:
    """What waits for the next start."""

    def __init__(self):
        self.rows = []

    async def keep(self, rows):
        self.rows = json.loads(json.dumps(rows))
        return True

    def clear(self):
        self.rows = []


class Desk:
    """A notebook with its storage, its page and a person who types. `number` makes its ids its own."""

    def __init__(self, storage=None, number=0):
        self.storage = storage or MemoryStorage()
        self.paper = Paper()
        self.tasks = []
        self.announced = []
        self.full = False
        self.before_keep = None
        self.drafts = Drafts()
        self.clock = Clock()
        self.clock.ids = number * 1_000_000
        self.notebook = Notebook(
            self.storage, self.keep, self.paper, self.clock, spawn=lambda work: self.tasks.append(asyncio.ensure_future(work)),
            saved=lambda note: None, announce=self.announced.append, merging=MERGING, drafts=self.drafts)

    async def keep(self, note, revision, also):
        if self.before_keep:
            await self.before_keep()
        if self.full:
            raise StorageFull("There is no room left.")
        await self.storage.write([("replace", "notes", note, revision)] + also)

    def type(self, text, title=None):
        self.paper.text = text
        if title is not None:
            self.paper.title = title
        self.notebook.changed()

    async def settle(self):
        while self.tasks:
            await self.tasks.pop(0)

    async def stored(self):
        return [note["text"] for note in await self.storage.all("notes")]


def story(work):
    """Runs an async story to its end."""
    def test():
        asyncio.run(work())
    test.__name__ = work.__name__
    return test


@story
async def test_what_is_typed_is_stored_and_only_then_called_saved():
    desk = Desk()
    seen = []

    async def look():
        seen.append(desk.paper.state)

    desk.before_keep = look
    desk.notebook.fresh()
    assert desk.paper.state == EMPTY
    desk.type("Rain.")
    assert desk.paper.state == SAVING
    await desk.settle()
    assert seen == [SAVING]
    assert desk.paper.state == SAVED
    assert await desk.stored() == ["Rain."]


@story
async def test_an_empty_note_is_not_stored():
    desk = Desk()
    desk.notebook.fresh()
    desk.type("")
    await desk.settle()
    assert desk.paper.state == EMPTY
    assert await desk.stored() == []


@story
async def test_what_is_typed_during_a_save_is_saved_after_it_and_not_called_saved_before():
    desk = Desk()
    desk.notebook.fresh()

    async def type_more():
        desk.before_keep = None
        desk.type("Rain. Then sun.")

    desk.before_keep = type_more
    desk.type("Rain.")
    await desk.settle()
    states = [state for state, sentence in desk.paper.states]
    assert states.index(SAVED) > len(states) - 3
    assert await desk.stored() == ["Rain. Then sun."]


@story
async def test_a_full_disk_is_told_and_the_text_is_saved_as_soon_as_there_is_room():
    desk = Desk()
    desk.notebook.fresh()
    desk.full = True
    desk.type("Rain.")
    await desk.tasks.pop(0)
    assert desk.paper.states[-1] == (FAILED, "There is no room left. What you typed is kept until then.")
    assert desk.notebook.failed
    desk.full = False
    await desk.settle()
    assert desk.paper.state == SAVED
    assert await desk.stored() == ["Rain."]


@story
async def test_a_new_note_is_there_at_once_while_the_old_one_is_still_being_saved():
    desk = Desk()
    desk.notebook.fresh()
    desk.type("First.")
    desk.notebook.fresh()
    assert desk.paper.text == ""
    desk.type("Second.")
    await desk.settle()
    assert await desk.stored() == ["First.", "Second."]


@story
async def test_a_note_that_could_not_be_saved_is_not_lost_by_turning_the_page():
    desk = Desk()
    desk.notebook.fresh()
    desk.full = True
    desk.type("Precious.")
    desk.notebook.fresh()
    desk.type("Next.")
    for _ in range(4):
        await desk.tasks.pop(0)
    assert desk.paper.state == FAILED
    desk.full = False
    await desk.settle()
    assert sorted(await desk.stored()) == ["Next.", "Precious."]
    assert desk.paper.state == SAVED


@story
async def test_a_note_that_is_too_long_stays_on_the_page_and_says_why():
    desk = Desk()
    desk.notebook.fresh()
    desk.type("x" * (NOTE_TEXT_BYTES + 1))
    await desk.settle()
    assert desk.paper.state == FAILED and "split" in desk.paper.states[-1][1]
    assert not desk.notebook.fresh()
    assert len(desk.paper.text) == NOTE_TEXT_BYTES + 1
    desk.type("short again")
    await desk.settle()
    assert await desk.stored() == ["short again"]


@story
async def test_turning_to_another_note_saves_the_one_on_the_page():
    desk = Desk()
    desk.notebook.fresh()
    desk.type("First.")
    await desk.settle()
    first = desk.notebook.note["id"]
    desk.notebook.fresh()
    desk.type("Second.")
    assert await desk.notebook.turn_to(first)
    await desk.settle()
    assert desk.paper.text == "First."
    assert not desk.paper.turning
    assert await desk.stored() == ["First.", "Second."]


@story
async def test_the_list_has_the_newest_first_and_pinned_ones_on_top():
    desk = Desk()
    for text in ("one", "two", "three"):
        desk.notebook.fresh()
        desk.type(text)
        await desk.settle()
    assert [head["text"] for head in desk.notebook.listing()] == ["three", "two", "one"]
    oldest = desk.notebook.listing()[2]["id"]
    await desk.notebook.turn_to(oldest)
    await desk.notebook.change(pinned=True)
    assert [head["text"] for head in desk.notebook.listing()] == ["one", "three", "two"]
    again = Desk(desk.storage)
    await again.notebook.open()
    assert [head["text"] for head in again.notebook.listing()] == ["one", "three", "two"]


@story
async def test_pinning_does_not_make_a_note_newer_but_typing_does():
    desk = Desk()
    desk.notebook.fresh()
    desk.type("one")
    await desk.settle()
    before = desk.notebook.note["updated"]
    await desk.notebook.change(pinned=True)
    assert desk.notebook.note["updated"] == before
    desk.type("one more")
    await desk.settle()
    assert desk.notebook.note["updated"] > before


@story
async def test_a_note_goes_to_the_trash_and_comes_back_as_it_was():
    desk = Desk()
    desk.notebook.fresh()
    desk.type("Keep me.", "Title")
    await desk.settle()
    await desk.notebook.change(tags=["home"])
    id = desk.notebook.note["id"]
    await desk.notebook.trash(id)
    assert desk.notebook.listing() == [] and desk.paper.text == ""
    assert [head["id"] for head in desk.notebook.listing(trash=True)] == [id]
    await desk.notebook.restore(id)
    assert (desk.paper.title, desk.paper.text, desk.notebook.note["tags"]) == ("Title", "Keep me.", ["home"])
    desk.type("Keep me. Thanks.")
    await desk.settle()
    assert await desk.stored() == ["Keep me. Thanks."]


@story
async def test_a_note_erased_from_the_trash_is_gone_for_good():
    desk = Desk()
    desk.notebook.fresh()
    desk.type("Secret.")
    await desk.settle()
    id = desk.notebook.note["id"]
    await desk.notebook.trash(id)
    await desk.notebook.erase([id])
    assert await desk.stored() == []
    assert desk.notebook.listing(trash=True) == []


async def two_desks(text):
    """Two windows on a note with this text, and its id."""
    here = Desk()
    here.notebook.fresh()
    here.type(text)
    await here.settle()
    there = Desk(here.storage, number=1)
    await there.notebook.open()
    await there.notebook.turn_to(here.notebook.note["id"])
    return here, there, here.notebook.note["id"]


@story
async def test_edits_of_two_windows_apart_from_each_other_become_one_note_on_both_pages():
    here, there, id = await two_desks("tea with Noor at four")
    here.type("green tea with Noor at four")
    there.type("tea with Noor at five")
    await here.settle()
    await there.settle()
    assert await here.stored() == ["green tea with Noor at five"]
    assert there.paper.text == "green tea with Noor at five" and there.paper.state == SAVED
    await here.notebook.changed_elsewhere(id)
    assert here.paper.text == "green tea with Noor at five"
    assert there.paper.sentences == []


@story
async def test_what_two_windows_wrote_at_the_same_place_stands_one_after_the_other_and_it_is_told():
    here, there, id = await two_desks("Together.")
    here.type("Together. Here.")
    there.type("Together. There.")
    await here.settle()
    await there.settle()
    assert await here.stored() == ["Together. Here. There."]
    assert "at the same place" in there.paper.sentences[0]


@story
async def test_words_that_two_windows_changed_differently_are_kept_in_two_notes_and_it_is_told():
    here, there, id = await two_desks("The red door.")
    here.type("The blue door.")
    there.type("The green door.")
    await here.settle()
    await there.settle()
    assert sorted(await here.stored()) == ["The blue door.", "The green door."]
    assert there.paper.text == "The green door." and there.notebook.note["id"] != id
    assert "Both are kept" in there.paper.sentences[0]
    there.type("The green door. On.")
    await there.settle()
    assert sorted(await here.stored()) == ["The blue door.", "The green door. On."]


@story
async def test_what_is_typed_while_two_windows_are_merged_stays_on_the_page_and_is_saved():
    here, there, id = await two_desks("one two three")
    here.type("ONE two three")
    await here.settle()
    there.type("one two three four")
    saves = []

    async def type_on():
        saves.append(1)
        if len(saves) == 2:  # the merge
            there.type(there.paper.text + " five")

    there.before_keep = type_on
    await there.settle()
    assert there.paper.text == "ONE two three four five"
    assert await there.stored() == ["ONE two three four five"]


@story
async def test_nothing_is_brought_in_while_an_input_method_composes_and_all_is_saved_meanwhile():
    here, there, id = await two_desks("one two three")
    here.type("ONE two three")
    await here.settle()
    there.paper.composing = True
    there.type("one two three か")
    await there.settle()
    assert there.paper.text == "one two three か"
    assert await there.stored() == ["ONE two three か"] and there.paper.state == SAVED
    there.type("one two three かん")
    await there.settle()
    assert await there.stored() == ["ONE two three かん"]
    await there.notebook.changed_elsewhere(id)
    assert there.paper.text == "one two three かん"
    there.paper.composing = False
    await there.notebook.catch_up()
    assert there.paper.text == "ONE two three かん"
    there.type("ONE two three 漢")
    await there.settle()
    assert await there.stored() == ["ONE two three 漢"]


@story
async def test_a_change_in_another_window_comes_in_beside_what_is_not_saved_yet():
    here, there, id = await two_desks("One.")
    here.type("One. Two.")
    await here.settle()
    await there.notebook.changed_elsewhere(id)
    assert there.paper.text == "One. Two."
    there.type("Zero. One. Two.")
    here.type("One. Two. Three.")
    await here.notebook.flush()
    await there.notebook.changed_elsewhere(id)
    assert there.paper.text == "Zero. One. Two. Three."
    await there.settle()
    assert await there.stored() == ["Zero. One. Two. Three."]


@story
async def test_a_page_that_was_left_during_a_merge_does_not_take_the_other_windows_words_back():
    here, there, id = await two_desks("one two three")
    here.type("ONE two three")
    await here.settle()
    there.type("one two three four")
    saves = []

    async def leave():
        saves.append(1)
        if len(saves) == 2:
            there.type(there.paper.text + " five")
            there.notebook.fresh()

    there.before_keep = leave
    await there.settle()
    assert await there.stored() == ["ONE two three four five"]


@story
async def test_writing_on_beats_the_trash_and_erasing():
    here, there, id = await two_desks("Keep")
    await here.notebook.trash(id)
    there.type("Keep me")
    await there.settle()
    assert (await here.storage.get("notes", id))["deleted"] == ""
    await here.notebook.trash(id)
    await here.notebook.erase([id])
    there.type("Keep me, please")
    await there.settle()
    assert await there.stored() == ["Keep me, please"] and there.notebook.note["id"] == id


@story
async def test_a_note_that_was_erased_in_another_window_leaves_the_page():
    here, there, id = await two_desks("Gone")
    await here.notebook.trash(id)
    await here.notebook.erase([id])
    await there.notebook.changed_elsewhere(id)
    assert there.paper.text == "" and "erased" in there.paper.sentences[0]


@story
async def test_what_a_browser_stored_and_said_it_did_not_is_not_taken_for_another_windows_words():
    desk = Desk()
    desk.notebook.fresh()
    desk.type("Rain.")
    await desk.settle()
    keep = desk.keep

    async def store_and_deny(note, revision, also):
        await keep(note, revision, also)
        desk.notebook._keep = keep
        raise StorageError("aborted")

    desk.notebook._keep = store_and_deny
    desk.type("Rain. Sun.")
    await desk.tasks.pop(0)
    assert desk.paper.state == FAILED
    desk.type("Rain. Sun. Wind.")
    await desk.settle()
    assert await desk.stored() == ["Rain. Sun. Wind."] and desk.paper.state == SAVED


async def revisions(desk):
    return [(row["text"], row["why"]) for row in await desk.storage.all("revisions")]


@story
async def test_a_state_is_kept_in_the_same_step_in_which_it_is_replaced_and_not_at_every_save():
    desk = Desk()
    desk.notebook.fresh()
    for text in ("Rain.", "Rain. Sun.", "Rain. Sun. Wind."):
        desk.type(text)
        await desk.settle()
    assert await revisions(desk) == []
    desk.clock.ms += 10 * 60_000
    written = []
    write = desk.storage.write

    async def watch(changes):
        written.append([change[:2] for change in changes])
        await write(changes)

    desk.storage.write = watch
    desk.type("Snow.")
    await desk.settle()
    assert written == [[("replace", "notes"), ("put", "revisions")]]
    assert await revisions(desk) == [("Rain. Sun. Wind.", "pause")]


@story
async def test_what_is_deleted_little_by_little_can_be_had_back_whole():
    desk = Desk()
    desk.notebook.fresh()
    for length in (100, 400, 350, 300, 250):
        desk.type("x" * length)
        await desk.settle()
    assert await revisions(desk) == [("x" * 400, "deletion")]


@story
async def test_a_disk_without_room_for_the_history_still_takes_the_text():
    desk = Desk()
    desk.notebook.fresh()
    desk.type("x" * 500)
    await desk.settle()
    keep = desk.keep

    async def no_room_for_two(note, revision, also):
        if also:
            raise StorageFull("full")
        await keep(note, revision, also)

    desk.notebook._keep = no_room_for_two
    desk.type("y")
    await desk.settle()
    assert await desk.stored() == ["y"] and desk.paper.state == SAVED and await revisions(desk) == []


@story
async def test_an_earlier_version_is_restored_the_one_before_is_kept_and_it_can_be_undone():
    desk = Desk()
    desk.notebook.fresh()
    desk.type("New.", "Title")
    await desk.settle()
    await desk.notebook.change(tags=["home"])
    id = desk.notebook.note["id"]
    before = await desk.notebook.restore_revision(id, {"title": "", "text": "Old.", "tags": []})
    assert (desk.paper.title, desk.paper.text, desk.notebook.note["tags"]) == ("", "Old.", [])
    assert await revisions(desk) == [("New.", "restore")]
    await desk.notebook.restore_revision(id, before)
    assert (desk.paper.title, desk.paper.text, desk.notebook.note["tags"]) == ("Title", "New.", ["home"])
    desk.type("New. On.")
    await desk.settle()
    assert await desk.stored() == ["New. On."]


@story
async def test_a_copy_of_an_earlier_version_is_a_new_note_and_the_old_one_stays():
    desk = Desk()
    desk.notebook.fresh()
    desk.type("New.")
    await desk.settle()
    assert await desk.notebook.copy_revision({"title": "", "text": "Old.", "tags": ["home"]})
    assert desk.paper.text == "Old." and desk.notebook.note["tags"] == ["home"]
    assert sorted(await desk.stored()) == ["New.", "Old."]


@story
async def test_revisions_go_with_their_note_and_only_with_theirs():
    desk = Desk()
    for text in ("x" * 300, "y" * 300):
        desk.notebook.fresh()
        desk.type(text)
        await desk.settle()
        desk.type("short")
        await desk.settle()
    first, second = [note["id"] for note in await desk.storage.all("notes")]
    await desk.notebook.trash(first)
    assert await desk.notebook.erase([first, second]) == 1
    assert [row["note"] for row in await desk.storage.all("revisions")] == [second]
    assert len(await desk.stored()) == 1


@story
async def test_what_cannot_be_saved_waits_in_the_drafts_and_is_merged_at_the_next_start():
    here, there, id = await two_desks("one two three")
    here.full = True
    here.type("one two three four")
    await here.tasks.pop(0)
    assert here.notebook.drafted and here.drafts.rows
    there.type("ONE two three")
    await there.settle()
    start = Desk(here.storage, number=2)
    assert await start.notebook.take_over(here.drafts.rows) == id
    assert await start.stored() == ["ONE two three four"]


@story
async def test_drafts_are_cleared_when_what_waited_there_is_saved():
    desk = Desk()
    desk.notebook.fresh()
    desk.full = True
    desk.type("Rain.")
    await desk.tasks.pop(0)
    assert len(desk.drafts.rows) == 1
    desk.full = False
    await desk.settle()
    assert desk.drafts.rows == [] and not desk.notebook.drafted


@story
async def test_a_long_list_opens_with_its_newest_notes_and_is_whole_a_moment_later():
    desk = Desk()
    for number in range(LIST_PAGE + 20):
        desk.notebook.fresh()
        desk.type("note %d" % number)
        await desk.settle()
    start = Desk(desk.storage)
    start.notebook._clock.ids, start.notebook._clock.ms = 5000, desk.notebook._clock.ms
    await start.notebook.open()
    assert len(start.notebook.heads) == LIST_PAGE
    oldest = desk.notebook.listing()[-1]["id"]
    rest = asyncio.ensure_future(start.notebook.open_rest())
    await start.notebook.turn_to(oldest)
    start.type("note 0, gone on with while the list was loading")
    await start.settle()
    await rest
    assert len(start.notebook.listing()) == LIST_PAGE + 20
    assert start.notebook.listing()[0]["text"].startswith("note 0, gone on")
    updated = [head["updated"] for head in start.notebook.listing()]
    assert updated == sorted(updated, reverse=True)


@story
async def test_what_was_typed_before_the_notebook_was_open_becomes_a_note_of_its_own():
    desk = Desk()
    desk.notebook.fresh()
    desk.type("Older.")
    await desk.settle()
    start = Desk(desk.storage)
    start.notebook._clock.ids = 500
    await start.notebook.open()
    start.paper.text = "Typed early"
    start.notebook.adopt("", "Typed early")
    await start.settle()
    assert start.paper.text == "Typed early"
    assert sorted(await start.stored()) == ["Older.", "Typed early"]


@story
async def test_a_line_is_added_to_a_note_that_is_not_on_the_page():
    desk = Desk()
    desk.notebook.fresh()
    desk.type("One\n")
    await desk.settle()
    id = desk.notebook.note["id"]
    assert not await desk.notebook.append(id, "two"), "whoever writes it goes on with it"
    desk.notebook.fresh()
    desk.type("Other")
    before = (await desk.storage.get("notes", id))["updated"]
    assert await desk.notebook.append(id, "two")
    stored = await desk.storage.get("notes", id)
    assert (stored["text"], stored["revision"], stored["updated"] > before) == ("One\ntwo", 2, True)
    assert sorted(await desk.stored()) == ["One\ntwo", "Other"]
    assert desk.announced[-1] == id
    assert not await desk.notebook.append("gone", "two")


@story
async def test_whoever_turns_to_a_note_while_a_line_is_added_sees_the_line():
    desk = Desk()
    desk.notebook.fresh()
    desk.type("One")
    await desk.settle()
    id = desk.notebook.note["id"]
    desk.notebook.fresh()

    async def turn():
        desk.before_keep = None
        await desk.notebook.turn_to(id)

    desk.before_keep = turn
    assert await desk.notebook.append(id, "two")
    assert desk.paper.text == "One\ntwo"
    desk.type("One\ntwo three")
    await desk.settle()
    assert await desk.stored() == ["One\ntwo three"]
