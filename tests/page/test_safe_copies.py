import asyncio

import pytest

from app.everywhere.errors import Refused
from app.page.safe_copies import DAILY, NEVER, WEEKLY, SafeCopies, age, in_clear, is_due, is_late, superseded
from app.page.storage import MemoryStorage

TODAY = "2026-11-21"


def test_an_age_is_said_as_people_say_it():
    assert [age(day, TODAY) for day in (TODAY, "2026-11-20", "2026-11-09", "2025-11-21")] == ["today", "yesterday", "12 days ago", "365 days ago"]
    assert age("2027-01-01", TODAY) == "on 2027-01-01"


def test_a_copy_is_due_when_the_last_is_old_enough_and_something_was_written_since():
    assert is_due(DAILY, "", TODAY, True)
    assert is_due(DAILY, "2026-11-20", TODAY, True)
    assert not is_due(DAILY, TODAY, TODAY, True)
    assert not is_due(DAILY, "2026-11-01", TODAY, False)
    assert not is_due(WEEKLY, "2026-11-15", TODAY, True)
    assert is_due(WEEKLY, "2026-11-14", TODAY, True)
    assert not is_due(NEVER, "", TODAY, True)


def test_a_clock_that_was_set_back_a_year_makes_a_copy_due_and_late():
    assert is_due(WEEKLY, "2027-11-21", TODAY, True)
    assert is_late("2027-11-21", TODAY, 100, True, False)


def test_a_few_notes_without_a_copy_are_no_cause_to_nag_but_where_the_browser_throws_them_away():
    assert not is_late("", TODAY, 3, True, False)
    assert is_late("", TODAY, 3, True, True)
    assert is_late("", TODAY, 10, True, False)
    assert is_late("2026-10-22", TODAY, 10, True, False) and not is_late("2026-10-23", TODAY, 10, True, False)
    assert is_late("2026-11-16", TODAY, 1, True, True) and not is_late("2026-11-17", TODAY, 1, True, True)
    assert not is_late("2020-01-01", TODAY, 10, False, True)


def test_only_the_oldest_of_our_own_copies_go_from_a_folder():
    ours = [f"carryon-2026-11-{day:02}.zip" for day in range(1, 13)]
    theirs = ["carryon-2020-01-01.zip.txt", "carryon-holiday.zip", "Carryon-2020-01-01.zip", "carryon-2020x01-01.zip", "letter.txt", "carryon-.zip"]
    assert superseded(theirs + ours, keep=10) == ours[:2]
    assert superseded(ours[:10], keep=10) == []


def test_sealed_and_plain_copies_are_counted_together_by_their_days():
    mixed = ["carryon-2026-11-01.sealed", "carryon-2026-11-02.zip", "carryon-2026-11-02.sealed", "carryon-2026-11-03.sealed"]
    assert superseded(mixed + ["carryon-2026-11-01.sealed.part", "letter.sealed"], keep=2) == ["carryon-2026-11-01.sealed", "carryon-2026-11-02.sealed"]
    assert in_clear(mixed + ["theirs.zip"]) == ["carryon-2026-11-02.zip"]


class Folder:
    def __init__(self, names=(), full=False):
        self.files, self.full = dict.fromkeys(names, "old"), full

    async def write(self, file):
        if self.full:
            raise Refused("There is no room for the copy where the folder lies.")
        self.files[file["name"]] = file["blob"]
        return "Backups"

    async def names(self):
        return list(self.files)

    async def is_empty(self, name):
        return self.files[name] == ""

    async def remove(self, name):
        del self.files[name]


class Desk:
    """A notebook whose state is a number, a folder and a list of downloads."""

    def __init__(self, folder=None, made=True):
        self.storage, self.folder, self.saved, self.number, self.day = MemoryStorage(), folder or Folder(), [], 1, TODAY
        self._made = made

    def copies(self):
        return SafeCopies(self.storage, self._make, self.folder, self.saved.append, lambda: self.day, lambda: str(self.number))

    async def _make(self, heard):
        content = self.number
        self.number += 1  # somebody writes while the copy is made
        return {"name": "carryon-" + self.day + ".zip", "blob": content} if self._made else None


def test_a_copy_lies_in_the_folder_before_it_is_said_to_and_knows_what_it_lacks():
    async def scene():
        desk = Desk()
        assert await desk.copies().copy(None, True)
        assert desk.folder.files == {"carryon-2026-11-21.zip": 1}
        copies = desk.copies()
        await copies.open()
        assert (copies.day, copies.where) == (TODAY, "Backups")
        assert copies.changed  # what was written meanwhile may be missing
        desk.number = 1
        assert not copies.changed
    asyncio.run(scene())


def test_a_copy_that_failed_or_was_cancelled_is_none():
    async def scene():
        desk = Desk(Folder([f"carryon-2026-10-{day:02}.zip" for day in range(1, 15)], full=True))
        with pytest.raises(Refused):
            await desk.copies().copy(None, True)
        assert len(desk.folder.files) == 14  # no old one went for one that never came
        cancelled = Desk(made=False)
        assert not await cancelled.copies().copy(None, False)
        for one in (desk, cancelled):
            copies = one.copies()
            await copies.open()
            assert copies.day == ""
    asyncio.run(scene())


def test_a_copy_that_was_cut_off_goes_and_pushes_no_whole_one_out():
    async def scene():
        whole = [f"carryon-2026-10-{day:02}.zip" for day in range(1, 10)]
        desk = Desk(Folder(whole))
        desk.folder.files |= {"carryon-2026-11-20.zip": "", "empty.txt": ""}
        assert await desk.copies().copy(None, True)
        assert sorted(desk.folder.files) == [*whole, "carryon-2026-11-21.zip", "empty.txt"]
    asyncio.run(scene())


def test_a_downloaded_copy_counts_and_the_interval_stays():
    async def scene():
        desk = Desk()
        copies = desk.copies()
        await copies.set_every(WEEKLY)
        await desk.copies().copy(None, False)
        assert [file["name"] for file in desk.saved] == ["carryon-2026-11-21.zip"]
        await copies.open()
        assert (copies.every, copies.day, copies.where) == (WEEKLY, TODAY, "")
        desk.day, desk.number = "2026-11-28", 9
        assert copies.due
    asyncio.run(scene())
