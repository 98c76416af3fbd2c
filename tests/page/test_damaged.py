"""What is said of records that cannot be read, and that they are in nobody's way; the way out is tested in a browser (tests/browser/test_damaged.py)."""

import asyncio

import pytest

from app.everywhere.errors import Damaged
from app.page.attachments import Attachments
from app.page.damaged import in_words, refusal
from app.page.notebook import SAVED
from app.page.storage import MemoryStorage
from tests.page.test_notebook import Desk


class PartlyDamaged(MemoryStorage):
    """Memory in which the records `bad` cannot be read."""

    def __init__(self):
        super().__init__()
        self.bad = set()

    async def get(self, store, id):
        if id in self.bad:
            raise Damaged("It does not open.")
        return await super().get(store, id)

    async def newest(self, store, count, cut_text=0):
        return [note | ({"damaged": True, "text": ""} if note["id"] in self.bad else {}) for note in await super().newest(store, count, cut_text)]


def story(work):
    async def run():
        desk = Desk(PartlyDamaged())
        await desk.notebook.open()
        ids = []
        for text in ("first", "second", "third"):
            desk.notebook.fresh()
            desk.paper.text = text
            desk.notebook.changed()
            await desk.notebook.flush()
            ids.append(desk.notebook.note["id"])
        await work(desk, *ids)
    asyncio.run(run())


@pytest.mark.parametrize("counts, said", [
    ({}, ""), ({"notes": 1}, "1 note"), ({"notes": 2, "blobs": 2}, "2 notes and 2 files or thumbnails"),
    ({"ledger": 2, "settings": 1, "revisions": 1}, "1 earlier version, 1 setting and 2 entries of the ledger")])
def test_what_is_damaged_is_counted_by_its_kind(counts, said):
    assert in_words(counts) == said


def test_why_the_vault_was_not_turned_is_said_with_a_way_out():
    assert refusal({"notes": 1}, True) == "1 note is damaged and cannot be opened, so the vault stays on. Settings, «Damaged records», has a way out."
    assert "are damaged and cannot be sealed, so the vault stays off." in refusal({"notes": 2}, False)


def test_the_newest_note_that_can_be_read_is_turned_to_and_a_new_one_where_there_is_none():
    async def work(desk, first, second, third):
        desk.storage.bad = {third}
        await desk.notebook.open()
        await desk.notebook.turn_to_newest()
        assert desk.paper.text == "second"
        desk.storage.bad = {first, second, third}  # damaged since the list was read
        desk.notebook.fresh()
        await desk.notebook.turn_to_newest()
        assert desk.paper.text == "" and desk.notebook.note["revision"] == 0
    story(work)


def test_a_damaged_note_keeps_the_others_neither_from_the_trash_nor_from_being_erased():
    async def work(desk, first, second, third):
        desk.storage.bad = {second}
        assert await desk.notebook.trash(third) and desk.paper.text == "first"
        await desk.notebook.trash(first)
        assert await desk.notebook.erase([first, second, third]) == 2
        assert await desk.storage.ids("notes") == [second]
    story(work)


def test_what_is_on_the_page_becomes_a_note_of_its_own_where_what_was_stored_of_it_is_damaged():
    async def work(desk, first, second, third):
        stored = await desk.storage.get("notes", third)
        await desk.storage.put("notes", stored | {"revision": 9})
        desk.storage.bad = {third}
        desk.paper.text = "third, written on"
        desk.notebook.changed()
        assert await desk.notebook.flush() and desk.paper.state == SAVED
        assert desk.notebook.note["id"] not in (first, second, third) and "was damaged" in desk.paper.sentences[-1]
        desk.storage.bad = set()
        assert (await desk.storage.get("notes", third))["text"] == "third", "nothing overwrites what is damaged"
        assert (await desk.storage.get("notes", desk.notebook.note["id"]))["text"] == "third, written on"
    story(work)


def test_bytes_that_cannot_be_read_are_as_if_they_were_not_on_this_device():
    storage = PartlyDamaged()
    storage.bad = {"a"}
    attachments = Attachments(storage, None, None, None)
    assert asyncio.run(attachments.data("a")) is None and asyncio.run(attachments.record("a")) is None
