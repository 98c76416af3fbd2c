"""The notebook is read to the engine in slices; the index is sent only what it lacks."""

import asyncio

from app.everywhere.errors import Unavailable
from app.everywhere.limits import LEARN_SLICE_NOTES
from app.everywhere.note import new_note
from app.page.indexing import Indexing
from app.page.learning import Learning
from app.page.reading import Reading
from app.page.storage import MemoryStorage


class Engine:
    """Answers as the engine would, with an index that knows some revisions."""

    def __init__(self, known=()):
        self.known, self.calls = dict(known), []

    async def call(self, name, payload):
        self.calls.append((name, payload))
        if name == "forget":
            return []
        if "revisions" in payload:
            return {"lacking": [id for id, revision in payload["revisions"].items() if self.known.get(id) != revision]}
        if name == "index":
            self.known |= {note["id"]: note["revision"] for note in payload.get("notes", [])}
        return {}

    def notes(self, name):
        return [note["id"] for called, payload in self.calls if called == name for note in payload.get("notes", [])]


async def notebook(count):
    storage = MemoryStorage()
    for at in range(count):
        await storage.put("notes", new_note(f"{at:026}", "2026-01-01T00:00:00.000Z", text=f"Day {at}.") | {"revision": 1})
    return storage


class Desk:
    """Storage, engine and what reads the one to the other; time passes at once."""

    def __init__(self, storage, engine):
        self.progress, self.ready, self.tasks = [], True, []
        learning = Learning(storage, engine.call, lambda: self.reading.read_all())
        self.indexing = Indexing(engine.call, self.progress.append, lambda: None, self._sleep, lambda task: self.tasks.append(asyncio.ensure_future(task)))
        self.reading = Reading(storage, (learning, self.indexing), lambda: self.ready)
        self.learning = learning

    async def _sleep(self, ms):
        await asyncio.sleep(0)

    async def settle(self):
        await asyncio.gather(*self.tasks)


def told(count, known=()):
    async def tell():
        engine = Engine(known)
        desk = Desk(await notebook(count), engine)
        await desk.reading.read_all()
        return engine, desk
    return asyncio.run(tell())


def test_every_note_is_learned_and_indexed_once_in_order_and_in_slices():
    engine, desk = told(12)
    ids = [f"{at:026}" for at in range(12)]
    assert engine.notes("learn") == engine.notes("index") == ids
    assert max(len(payload["notes"]) for name, payload in engine.calls if "notes" in payload) == LEARN_SLICE_NOTES
    assert [payload["step"] for name, payload in engine.calls if "step" in payload] == ["begin", "end"]
    assert desk.progress == [5, 10, 12, None]


def test_what_the_index_knows_is_not_sent_again():
    engine, desk = told(12, {f"{at:026}": 1 for at in range(12) if at != 7})
    assert engine.notes("index") == [f"{7:026}"] and desk.progress == [1, None]


def test_a_note_of_the_trash_is_neither_learned_nor_indexed():
    async def story():
        storage, engine = await notebook(2), Engine()
        await storage.put("notes", await storage.get("notes", f"{0:026}") | {"deleted": "2026-02-01T00:00:00.000Z"})
        await Desk(storage, engine).reading.read_all()
        return engine
    engine = asyncio.run(story())
    assert engine.notes("index") == [f"{1:026}"]
    assert [note["text"] for name, payload in engine.calls if name == "learn" for note in payload["notes"]] == ["", "\nDay 1."]


def test_a_note_that_is_saved_often_is_indexed_once_when_the_saves_pause():
    async def story():
        engine = Engine()
        desk = Desk(await notebook(0), engine)
        for revision in range(1, 6):
            await desk.reading.saved(new_note("a" * 26, "2026-01-01T00:00:00.000Z", text="x" * revision) | {"revision": revision})
        await desk.settle()
        return engine
    engine = asyncio.run(story())
    assert len(engine.notes("learn")) == 5 and engine.notes("index") == ["a" * 26] and engine.known == {"a" * 26: 5}


def test_a_note_that_is_put_into_the_trash_leaves_the_index_at_once():
    async def story():
        engine = Engine()
        desk = Desk(await notebook(0), engine)
        note = new_note("a" * 26, "2026-01-01T00:00:00.000Z", text="x")
        await desk.reading.saved(note | {"revision": 1})
        await desk.reading.saved(note | {"revision": 2, "deleted": "2026-01-02T00:00:00.000Z"})
        assert engine.known == {"a" * 26: 2}
        await desk.settle()
        return engine
    assert len(asyncio.run(story()).notes("index")) == 1


def test_reading_stops_when_the_engine_does_and_nothing_is_forgotten_then():
    async def story():
        engine = Engine()
        desk = Desk(await notebook(12), engine)
        take = desk.indexing.take

        async def stop(notes):
            await take(notes)
            desk.ready = False
        desk.indexing.take = stop
        await desk.reading.read_all()
        return engine
    engine = asyncio.run(story())
    assert len(engine.notes("index")) == LEARN_SLICE_NOTES
    assert "end" not in [payload.get("step") for _, payload in engine.calls]


def test_a_save_while_the_engine_goes_away_is_no_error():
    async def story():
        class Gone(Engine):
            async def call(self, name, payload):
                raise Unavailable("The engine is not ready.")
        await Desk(await notebook(0), Gone()).reading.saved(new_note("a" * 26, "2026-01-01T00:00:00.000Z"))
    asyncio.run(story())


def test_a_word_that_is_remembered_has_the_notebook_read_again():
    async def story():
        engine = Engine()
        desk = Desk(await notebook(3), engine)
        await desk.learning.remember("tea")
        return engine
    assert len(asyncio.run(story()).notes("learn")) == 3
