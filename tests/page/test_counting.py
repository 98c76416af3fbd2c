"""What was written is counted without an engine, a few notes at a time."""

import asyncio

from app.everywhere.note import new_note
from app.page.counting import SLICE, count_writing
from app.page.storage import MemoryStorage


def note(number, text, title="", day="2025-03-09", **more):
    return new_note(f"{number:026}", day + "T10:00:00.000Z", title, text) | more


def counted(*notes):
    async def story():
        storage = MemoryStorage()
        for row in notes:
            await storage.put("notes", row)
        return await count_writing(storage, lambda moment: moment[:10] if moment[4:5] == "-" else "")
    return asyncio.run(story())


def test_notes_words_and_days_are_counted():
    assert counted(note(1, "one two"), note(2, "three", day="2025-03-10"), note(3, "four five six")) == {
        "notes": 3, "words": 6, "days": [["2025-03-09", 2, 5], ["2025-03-10", 1, 1]]}


def test_the_trash_and_empty_notes_are_not_counted_and_a_mere_title_is():
    assert counted(note(1, "gone", deleted="2025-03-10T00:00:00.000Z"), note(2, " \n"), note(3, "", title="A title")) == {
        "notes": 1, "words": 0, "days": [["2025-03-09", 1, 0]]}
    assert counted() == {"notes": 0, "words": 0, "days": []}


def test_no_note_is_lost_between_two_slices():
    assert counted(*[note(at, "word") for at in range(3 * SLICE + 1)])["words"] == 3 * SLICE + 1


def test_a_moment_that_is_none_has_no_day_and_its_note_counts():
    assert counted(note(1, "one") | {"created": "some day"}) == {"notes": 1, "words": 1, "days": []}
