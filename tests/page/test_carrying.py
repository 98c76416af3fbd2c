"""What is said of export and import; one trip at a time."""

import asyncio

import pytest

from app.everywhere.errors import BadArchive, Refused
from app.page.carrying import Carrying, exported, imported, kit_made, last_import, looked, progress, question, things, undone

SAID = {"skipped": 0, "changed": 0, "copied": 0, "here": 0}


def answer(notes=0, attachments=0, revisions=0, said=None, **more):
    return {"title": "Joplin", "counts": {"notes": notes, "attachments": attachments, "revisions": revisions}, "said": SAID | (said or {}), "problem": "", "cancelled": False, "rows": []} | more


class Trip:
    def __init__(self):
        self.cancelled = self.closed = False

    async def ready(self):
        pass

    def cancel(self):
        self.cancelled = True

    async def file(self):
        return "the file"

    def close(self):
        self.closed = True


class Desk:
    def __init__(self, fails=None):
        self.trips, self.asked, self.fails = [], [], fails
        self.carrying = Carrying(self._call, lambda: f"secret {len(self.trips)}", self._open, lambda coming: coming())

    def _open(self, *how):
        self.trips.append(Trip())
        self.how = how
        return self.trips[-1]

    async def _call(self, name, payload):
        self.asked.append((name, payload))
        await asyncio.sleep(0)
        if self.fails:
            raise self.fails
        return {"cancelled": self.trips[-1].cancelled}


def test_a_trip_has_a_channel_of_its_own_brings_its_file_and_is_closed():
    async def story():
        desk = Desk()
        assert await desk.carrying.go("export", {"tag": ""}, print, picked="files", secret="s") == ({"cancelled": False}, "the file")
        assert desk.asked == [("export", {"tag": "", "channel": "secret 0"})] and desk.how == ("secret 0", "files", "s", print)
        assert desk.trips[0].closed and not desk.carrying.busy
    asyncio.run(story())


def test_one_thing_at_a_time_and_it_can_be_cancelled():
    async def story():
        desk = Desk()
        under_way = asyncio.ensure_future(desk.carrying.go("export", {}, print, makes=lambda answer: not answer["cancelled"]))
        await asyncio.sleep(0)
        with pytest.raises(Refused, match="One thing at a time"):
            await desk.carrying.go("import", {}, print)
        desk.carrying.cancel()
        assert await under_way == ({"cancelled": True}, None) and not desk.carrying.busy
        desk.carrying.cancel()
    asyncio.run(story())


def test_a_trip_that_fails_is_over():
    async def story():
        desk = Desk(BadArchive("no"))
        with pytest.raises(BadArchive):
            await desk.carrying.go("import_look", {}, print)
        assert desk.trips[0].closed and not desk.carrying.busy
    asyncio.run(story())


def test_counts_are_readable():
    assert [things(count, "note") for count in (0, 1, 999, 1000, 1234567)] == ["0 notes", "1 note", "999 notes", "1,000 notes", "1,234,567 notes"]
    assert progress(1200, 10000, "notes") == "1,200 of 10,000 notes" and progress(1200, 0, "notes") == "1,200 notes" and progress(1, 1, "attachments") == "1 of 1 attachment"


def test_what_left_is_said():
    left = {"cancelled": False, "notes": 312, "attachments": 1, "missing": []}
    assert exported(left, "a.zip") == "312 notes and 1 attachment are in a.zip."
    assert exported(left | {"notes": 1, "attachments": 0}, "a.zip") == "1 note is in a.zip."
    assert exported(left | {"missing": ["cat.png"]}, "a.zip").endswith("The bytes of 1 attachment were not on this device: cat.png.")
    assert exported(left | {"missing": ["1", "2", "3", "4"]}, "a.zip").endswith("not on this device: 1, 2, 3…")
    assert exported({"cancelled": True}, "") == "Cancelled. Nothing was saved." == kit_made({"cancelled": True}, "")
    assert kit_made(left | {"left_out": 2}, "a.html") == "312 notes and 1 attachment are in a.html. Open it in any browser. 2 attachments had no room in it; the export has all."


def test_what_would_come_in_is_said():
    assert looked(answer(25, 3)) == "Joplin: 25 notes and 3 attachments to bring in."
    assert looked(answer(25, said={"here": 1, "copied": 2, "skipped": 3})) == (
        "Joplin: 25 notes to bring in. 1 note is here already. 2 notes are here with another text: both are kept. 3 things are left out.")
    assert looked(answer(said={"here": 9})) == "Joplin: everything in it is here already."
    assert looked(answer(said={"skipped": 1})) == "Joplin: there is no note in it that can be read. 1 thing is left out."
    assert looked(answer(cancelled=True)) == "Cancelled. Nothing came in."


def test_what_an_import_that_was_cut_off_left_out_can_be_brought_in():
    assert looked(answer(0, 2, 300, said={"here": 9})) == "Joplin: the notes are here already, 2 attachments and 300 earlier versions to bring in."
    assert [question(one) for one in (answer(25, 3, 7), answer(1), answer(0, 0, 1), answer(0, 2), answer(said={"here": 9}), answer(5, cancelled=True))] == [
        "Import 25 notes", "Import 1 note", "Import what is missing", "Import what is missing", "", ""]
    assert imported(answer(0, 0, 1)) == "1 earlier version came in."
    assert imported(answer(0, 1, 3, cancelled=True)) == "Cancelled. 1 attachment and 3 earlier versions came in."
    assert last_import({"notes": 0, "title": "Joplin"}, "21 Nov 2026") == "Last import: what was missing, Joplin, 21 Nov 2026."


def test_what_came_in_is_said_and_what_was_taken_back():
    assert imported(answer(1)) == "1 note came in."
    assert imported(answer(100, cancelled=True)) == "Cancelled. 100 notes came in."
    assert imported(answer(0, cancelled=True)) == "Cancelled. Nothing came in."
    assert imported(answer(100, problem="No room.")) == "100 notes came in. It ended early: No room."
    assert undone({"gone": 5, "stay": 0, "cancelled": False}) == "Taken back: 5 notes."
    assert undone({"gone": 5, "stay": 0, "cancelled": True}) == "Cancelled. Taken back: 5 notes."
    assert undone({"gone": 5, "stay": 1, "cancelled": False}) == "Taken back: 5 notes. 1 note that you changed stays."
    assert last_import({"notes": 2, "title": "Joplin"}, "21 Nov 2026") == "Last import: 2 notes, Joplin, 21 Nov 2026."
