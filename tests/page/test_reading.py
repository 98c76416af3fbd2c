"""The engine is asked to read the notebook, and told of every note that is saved."""

import asyncio

from app.everywhere.errors import Unavailable
from app.everywhere.note import new_note
from app.page.learning import Learning
from app.page.reading import Reading
from app.page.storage import MemoryStorage


class Engine:
    """Answers as the engine would: it reads a notebook in so many calls."""

    def __init__(self, calls=1, indexed=0):
        self.left, self.indexed, self.calls = calls, indexed, []

    async def call(self, name, payload):
        self.calls.append((name, payload))
        await asyncio.sleep(0)
        if name == "forget":
            return ["tea"]
        if name == "read":
            self.left -= 1
            return {"after": str(self.left), "read": 100, "indexed": self.indexed, "done": self.left <= 0}
        return {}

    def payloads(self, name):
        return [payload for called, payload in self.calls if called == name]

    def notes(self, name):
        return [note["id"] for payload in self.payloads(name) for note in payload.get("notes", [payload.get("note")])]


class Disk(MemoryStorage):
    durable = True


async def filled(storage, count):
    for at in range(count):
        await storage.put("notes", new_note(f"{at:026}", "2026-01-01T00:00:00.000Z", text=f"Day {at}.") | {"revision": 1})
    return storage


class Desk:
    """Storage, engine and what has the one read by the other; time passes at once."""

    def __init__(self, storage, engine):
        self.progress, self.changes, self.ready, self.tasks = [], [], True, []
        self.reading = Reading(storage, engine.call, lambda: self.ready, self.progress.append, lambda: self.changes.append(1), self._sleep,
                               lambda task: self.tasks.append(asyncio.ensure_future(task)))
        self.learning = Learning(storage, engine.call, self.reading.read_all)

    async def _sleep(self, ms):
        await asyncio.sleep(0)

    async def settle(self):
        await asyncio.gather(*self.tasks)


def note(text="x", revision=1, **more):
    return new_note("a" * 26, "2026-01-01T00:00:00.000Z", text=text) | {"revision": revision} | more


def run(story):
    return asyncio.run(story())


def test_the_engine_reads_on_where_it_stopped_until_it_is_done():
    async def story():
        engine = Engine(calls=3, indexed=10)
        desk = Desk(Disk(), engine)
        await desk.reading.read_all()
        assert [payload["after"] for payload in engine.payloads("read")] == ["", "2", "1"]
        assert engine.calls[0] == ("forget", {"all": [], "since": ""}) and desk.progress == [100, 200, 300, None]
    run(story)


def test_words_that_are_to_be_forgotten_are_told_first():
    async def story():
        engine, disk = Engine(), Disk()
        await disk.put("settings", {"id": "forgotten words", "value": ["tea"]})
        await Desk(disk, engine).reading.read_all()
        assert engine.calls[0] == ("forget", {"all": ["tea"], "since": ""})
    run(story)


def test_reading_stops_with_the_engine_and_when_it_begins_anew():
    async def story():
        engine = Engine(calls=5)
        desk = Desk(Disk(), engine)
        both = asyncio.ensure_future(desk.reading.read_all()), asyncio.ensure_future(desk.reading.read_all())
        await asyncio.gather(*both)
        assert desk.progress.count(None) == 1
        engine, desk = Engine(calls=5, indexed=1), None
        desk = Desk(Disk(), engine)
        desk.reading._progress = lambda done: setattr(desk, "ready", False)
        await desk.reading.read_all()
        assert len(engine.payloads("read")) == 2
    run(story)


def test_nobody_is_told_of_a_reading_that_finds_nothing_new():
    async def story():
        desk = Desk(Disk(), Engine(calls=3))
        await desk.reading.read_all()
        assert desk.progress == [None]
    run(story)


def test_reading_can_be_stopped_and_goes_on():
    async def story():
        engine = Engine(calls=5, indexed=1)
        desk = Desk(Disk(), engine)
        desk.reading._progress = lambda read: desk.progress.append(read) or desk.reading.stop()
        await desk.reading.read_all()
        assert desk.progress == [100] and desk.reading.stopped
        desk.reading._progress = desk.progress.append
        await desk.reading.read_all()
        assert desk.progress[-1] is None and not desk.reading.stopped
    run(story)


def test_notes_that_only_the_page_has_are_sent():
    async def story():
        engine = Engine()
        desk = Desk(await filled(MemoryStorage(), 12), engine)
        await desk.reading.read_all()
        ids = [f"{at:026}" for at in range(12)]
        assert engine.notes("learn") == engine.notes("index") == ids and engine.payloads("read") == [] and desk.progress == [None]
    run(story)


def test_a_note_that_is_saved_often_is_learned_each_time_and_indexed_when_the_saves_pause():
    async def story():
        engine = Engine()
        desk = Desk(Disk(), engine)
        for revision in range(1, 6):
            await desk.reading.saved(note("x" * revision, revision))
        await desk.settle()
        assert [payload["note"]["revision"] for payload in engine.payloads("learn")] == [1, 2, 3, 4, 5]
        assert [payload["notes"][0]["revision"] for payload in engine.payloads("index")] == [5] and desk.changes == [1]
    run(story)


def test_whoever_looks_back_need_not_wait_for_a_pause():
    async def story():
        engine = Engine()
        desk = Desk(Disk(), engine)
        await desk.reading.now()
        assert engine.payloads("index") == []
        await desk.reading.saved(note())
        await desk.reading.now()
        assert [payload["notes"][0]["revision"] for payload in engine.payloads("index")] == [1]
        await desk.settle()
        assert len(engine.payloads("index")) == 1
    run(story)


def test_it_is_known_whether_the_whole_notebook_is_being_read():
    async def story():
        desk = Desk(Disk(), Engine(calls=2, indexed=10))
        seen = []
        desk.reading._progress = lambda done: seen.append(desk.reading.under_way)
        await desk.reading.read_all()
        assert seen == [True, True, False] and not desk.reading.under_way
        desk = Desk(Disk(), Engine(calls=5, indexed=10))
        desk.reading._progress = lambda done: desk.reading.stop()
        await desk.reading.read_all()
        assert desk.reading.stopped and not desk.reading.under_way
    run(story)


def test_a_note_that_is_saved_while_the_index_takes_up_the_last_save_is_indexed_too():
    async def story():
        class Slow(Engine):
            async def call(self, name, payload):
                answer = await super().call(name, payload)
                if name == "index" and payload["notes"][0]["revision"] == 1:
                    await desk.reading.saved(note("later", 2))
                return answer

        engine = Slow()
        desk = Desk(Disk(), engine)
        await desk.reading.saved(note())
        while not all(task.done() for task in desk.tasks):
            await desk.settle()
        assert [payload["notes"][0]["revision"] for payload in engine.payloads("index")] == [1, 2]
    run(story)


def test_a_note_that_is_put_into_the_trash_leaves_the_index_at_once():
    async def story():
        engine = Engine()
        desk = Desk(Disk(), engine)
        await desk.reading.saved(note())
        await desk.reading.saved(note(revision=2, deleted="2026-01-02T00:00:00.000Z"))
        assert engine.payloads("index")[0]["notes"][0]["deleted"]
        await desk.settle()
        assert len(engine.payloads("index")) == 1
    run(story)


def test_a_save_while_the_engine_goes_away_is_no_error():
    async def story():
        class Gone(Engine):
            async def call(self, name, payload):
                raise Unavailable("The engine is not ready.")
        await Desk(Disk(), Gone()).reading.saved(note())
    run(story)


def test_of_a_long_note_the_end_is_learned():
    async def story():
        engine = Engine()
        await Desk(Disk(), engine).reading.saved(note("begin " + "x " * 100_000 + "end"))
        assert engine.payloads("learn")[0]["note"]["text"].endswith("end") and len(engine.payloads("learn")[0]["note"]["text"]) == 100_000
    run(story)


def test_a_word_that_is_remembered_has_the_notebook_read_again():
    async def story():
        engine, disk = Engine(), Disk()
        await Desk(disk, engine).learning.remember("tea")
        assert engine.calls[0] == ("forget", {"word": "tea", "undo": True}) and len(engine.payloads("read")) == 1
        assert (await disk.get("settings", "forgotten words"))["value"] == ["tea"]
    run(story)
