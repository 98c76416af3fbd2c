"""The promise of saving, on a storage that can be slow and can fail."""

import asyncio

from app.everywhere.clock import timestamp
from app.everywhere.errors import StorageFull
from app.everywhere.limits import LIST_PAGE, NOTE_TEXT_BYTES
from app.everywhere.ulid import new_ulid
from app.page.notebook import EMPTY, FAILED, SAVED, SAVING, Notebook, View
from app.page.storage import MemoryStorage


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

    def show_turning(self, turning):
        self.turning = turning

    def say(self, sentence):
        self.sentences.append(sentence)


class Desk:
    """A notebook with its storage, its page and a person who types."""

    def __init__(self, storage=None):
        self.storage = storage or MemoryStorage()
        self.paper = Paper()
        self.tasks = []
        self.announced = []
        self.full = False
        self.before_keep = None
        self.notebook = Notebook(
            self.storage, self.keep, self.paper, Clock(), spawn=lambda work: self.tasks.append(asyncio.ensure_future(work)),
            saved=lambda note: None, announce=self.announced.append)

    async def keep(self, note, revision):
        if self.before_keep:
            await self.before_keep()
        if self.full:
            raise StorageFull("There is no room left.")
        await self.storage.replace("notes", note, revision)

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
    assert desk.paper.states[-1] == (FAILED, "There is no room left.")
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
    await desk.notebook.erase(id)
    assert await desk.stored() == []
    assert desk.notebook.listing(trash=True) == []


@story
async def test_two_windows_on_one_note_lose_nothing():
    here = Desk()
    here.notebook.fresh()
    here.type("Together.")
    await here.settle()
    id = here.notebook.note["id"]
    there = Desk(here.storage)
    there.notebook._clock.ids = 500
    await there.notebook.open()
    await there.notebook.turn_to(id)
    here.type("Together. Here.")
    there.type("Together. There.")
    await here.settle()
    await there.settle()
    assert sorted(await here.stored()) == ["Together. Here.", "Together. There."]
    assert there.paper.text == "Together. There."
    assert "Both are kept" in there.paper.sentences[0]
    there.type("Together. There. On.")
    await there.settle()
    assert sorted(await here.stored()) == ["Together. Here.", "Together. There. On."]


@story
async def test_a_change_in_another_window_is_shown_unless_something_unsaved_is_on_the_page():
    here = Desk()
    here.notebook.fresh()
    here.type("One.")
    await here.settle()
    id = here.notebook.note["id"]
    there = Desk(here.storage)
    await there.notebook.open()
    await there.notebook.turn_to(id)
    here.type("One. Two.")
    await here.settle()
    await there.notebook.changed_elsewhere(id)
    assert there.paper.text == "One. Two."
    there.paper.text = "One. Two. Mine"
    there.notebook._dirty = True
    here.type("One. Two. Three.")
    await here.settle()
    await there.notebook.changed_elsewhere(id)
    assert there.paper.text == "One. Two. Mine"


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
