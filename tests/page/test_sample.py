"""The sample notebook comes and goes as a whole, and takes nothing of the reader's with it."""

import asyncio
import json
from collections import Counter
from pathlib import Path

import pytest

from app.everywhere.errors import StorageFull
from app.everywhere.note import new_note
from app.everywhere.ulid import new_ulid
from app.page.sample import Sample
from app.page.storage import MemoryStorage

FILE = Path(__file__).resolve().parents[2] / "static/sample/notebook.json"
ROWS = [{"title": "One", "text": "Tea.", "tags": ["a"], "ms": 1_700_000_000_000}, {"title": "", "text": "Rain.", "tags": [], "ms": 1_700_000_060_000}]


def sample(storage):
    async def read():
        return [ROWS[:1], ROWS[1:]]
    count = iter(range(100))
    return Sample(storage, read, lambda ms: new_ulid(ms, next(count).to_bytes(10, "big")))


def run(story):
    return asyncio.run(story())


def test_it_is_added_with_its_days_and_tags_and_removed_whole():
    async def story():
        storage = MemoryStorage()
        await storage.put("notes", new_note("0" * 26, "2026-01-01T00:00:00.000Z", text="Mine.") | {"revision": 4})
        notebook = sample(storage)
        assert not await notebook.is_there()
        assert await notebook.add() == 2 and await notebook.is_there()
        notes = await storage.all("notes", order_by="updated")
        assert [note["text"] for note in notes] == ["Tea.", "Rain.", "Mine."]
        assert notes[0]["created"] == "2023-11-14T22:13:20.000Z" and notes[0]["tags"] == ["a"]
        gone, stay = await notebook.remove()
        assert (len(gone), stay) == (2, 0) and not await notebook.is_there()
        assert [note["text"] for note in await storage.all("notes")] == ["Mine."]
    run(story)


def test_a_note_that_was_changed_stays():
    async def story():
        storage = MemoryStorage()
        notebook = sample(storage)
        await notebook.add()
        note = (await storage.all("notes"))[0]
        await storage.put("notes", note | {"text": "My own.", "revision": 2})
        gone, stay = await notebook.remove()
        assert (len(gone), stay) == (1, 1)
        assert [note["text"] for note in await storage.all("notes")] == ["My own."]
    run(story)


def test_an_addition_that_fails_leaves_nothing():
    async def story():
        class Full(MemoryStorage):
            async def put(self, store, record):
                if store == "notes" and self._stores["notes"]:
                    raise StorageFull("There is no room.")
                await super().put(store, record)

        storage = Full()
        notebook = sample(storage)
        with pytest.raises(StorageFull):
            await notebook.add()
        assert await storage.all("notes") == [] and not await notebook.is_there()
    run(story)


def test_a_note_that_is_changed_during_the_removal_stays_and_the_others_go():
    async def story():
        storage = MemoryStorage()
        notebook = sample(storage)
        await notebook.add()
        note, write = (await storage.all("notes"))[0], storage.write

        async def late(changes):
            storage.write = write
            await storage.put("notes", note | {"text": "Changed in another tab.", "revision": 2})
            await write(changes)

        storage.write = late
        gone, stay = await notebook.remove()
        assert (len(gone), stay) == (1, 1)
        assert [note["text"] for note in await storage.all("notes")] == ["Changed in another tab."]
    run(story)


def test_the_shipped_sample_is_a_few_hundred_notes_in_several_languages_over_two_years():
    rows = json.loads(FILE.read_text(encoding="utf-8"))
    languages = Counter(row["language"] for row in rows)
    assert len(rows) >= 300 and len(languages) >= 6 and all(count >= 5 for count in languages.values())
    assert min(row["day"] for row in rows) <= -730 and {-365, -366} & {row["day"] for row in rows}
    assert len({row["text"] for row in rows}) == len(rows)
    assert all(set(row) == {"day", "time", "title", "text", "tags", "language"} and row["text"].strip() for row in rows)
    tags = Counter(tag for row in rows for tag in row["tags"])
    assert sum(count >= 20 for count in tags.values()) >= 5 and sum(not row["tags"] for row in rows) >= 80
