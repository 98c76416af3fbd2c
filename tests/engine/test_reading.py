"""The engine reads the notebook by itself, gives way to typing, and never takes an older text for a newer one."""

import asyncio

import pytest

from app.engine import reading as reading_module
from app.engine.own_words import OwnWords
from app.engine.reading import NOTES, NOTES_A_CALL, NOTES_WHILE_TYPING, Reading
from app.everywhere.errors import ModelError


def note(number, text=None, revision=1, deleted=""):
    return {"id": f"{number:04}", "revision": revision, "title": "", "text": f"Tea with friend{'abcdefghij'[number % 10]}." if text is None else text,
            "deleted": deleted, "created": "2026-01-01", "tags": []}


class Index:
    def __init__(self):
        self.known, self.steps = {}, []

    async def index(self, payload):
        self.steps += [payload["step"]] if "step" in payload else []
        self.known |= {one["id"]: one["revision"] for one in payload.get("notes", [])}
        return {"lacking": [id for id, revision in payload.get("revisions", {}).items() if self.known.get(id) != revision]}


class Keep:
    """The device's memory."""

    def __init__(self):
        self.parts = {}

    async def read(self, name):
        return self.parts.get(name, b"")

    async def write(self, name, data):
        self.parts[name] = data
        return True

    async def delete(self, name):
        self.parts.pop(name, None)


class Desk:
    """A stored notebook, and what reads it."""

    def __init__(self, notes, memory=None, keep=None):
        self.notes, self.index, self.own, self.slices, self.now = {one["id"]: one for one in notes}, Index(), OwnWords(), [], 100.0
        self.own.attach({})
        self.reading = Reading(self._next, self.own, memory or self._memory, keep, lambda: self.now)

    async def _next(self, after, count):
        found = [self.notes[id] for id in sorted(self.notes) if id > after][:count]
        self.slices.append(len(found))
        return found

    async def _memory(self):
        return self.index

    async def read_all(self):
        answers = [{"after": "", "done": False}]
        while not answers[-1]["done"]:
            answers.append(await self.reading.read({"after": answers[-1]["after"]}))
        return answers[1:]

    def learned(self):
        return {row["word"]: row["count"] for row in self.own.learned("", 1000)}


def run(coroutine):
    return asyncio.run(coroutine)


def test_every_note_is_learned_and_indexed_and_progress_is_told():
    desk = Desk([note(number) for number in range(230)])
    answers = run(desk.read_all())
    assert [answer["indexed"] for answer in answers] == [NOTES_A_CALL, NOTES_A_CALL, 30] and [answer["done"] for answer in answers] == [False, False, True]
    assert len(desk.index.known) == 230 and desk.index.steps == ["begin", "end"] and max(desk.slices) == NOTES
    assert desk.learned()["friendc"] == 23


def test_what_the_index_knows_is_learned_and_not_indexed_again():
    desk = Desk([note(number) for number in range(12)])
    desk.index.known = {f"{number:04}": 1 for number in range(12) if number != 7}
    assert run(desk.read_all())[0]["indexed"] == 1 and len(desk.learned()) > 3


def test_nothing_is_learned_from_the_trash():
    desk = Desk([note(0, "Tea with Ada."), note(1, "Tea with Noor.", deleted="2026-02-01")])
    run(desk.read_all())
    assert "Noor" not in desk.learned() and list(desk.index.known) == ["0000"]


def test_while_somebody_types_slices_are_small_and_pauses_long(monkeypatch):
    pauses = []
    sleep = asyncio.sleep

    async def noted(seconds):
        pauses.append(seconds)
        await sleep(0)
    monkeypatch.setattr(reading_module.asyncio, "sleep", noted)
    desk = Desk([note(number) for number in range(NOTES + 1)])
    desk.reading.asked()
    run(desk.read_all())
    assert set(desk.slices) <= {NOTES_WHILE_TYPING, 0} and min(pauses) >= 0.01
    pauses.clear(), desk.slices.clear()
    desk.now += 10
    run(desk.read_all())
    assert desk.slices[0] == NOTES and max(pauses) == 0


def test_a_note_that_is_saved_while_the_notebook_is_read_keeps_its_newer_text():
    async def story():
        desk = Desk([note(number) for number in range(8)])
        old = desk._next

        async def late(after, count):
            notes = await old(after, count)
            if not after:  # read before, handed over after the save
                desk.reading.saved(note(2, "Coffee with Zoe.", revision=2))
            return notes
        desk.reading._notes = late
        await desk.read_all()
        return desk
    desk = run(story())
    assert "Zoe" in desk.learned() and "0002" not in desk.index.known


def test_without_an_index_words_are_learned_all_the_same():
    async def lacking():
        raise ModelError("models/vectors.en.npz could not be loaded.")
    desk = Desk([note(number) for number in range(3)], memory=lacking)
    answer, = run(desk.read_all())
    assert answer["done"] and answer["indexed"] == 0 and desk.learned()


@pytest.mark.parametrize("text", ["", "   ", "\n"])
def test_an_emptied_note_takes_its_words_back(text):
    desk = Desk([])
    desk.reading.saved(note(1, "Tea with Zoe."))
    desk.reading.saved(note(1, text, revision=2))
    assert desk.learned() == {}


def test_an_empty_notebook_is_read_at_once():
    assert run(Desk([]).read_all()) == [{"after": "", "read": 0, "indexed": 0, "done": True}]


def test_a_reading_that_begins_takes_the_place_of_the_one_under_way():
    async def story():
        desk = Desk([note(number) for number in range(230)])
        first = asyncio.ensure_future(desk.reading.read({"after": ""}))
        await asyncio.sleep(0)
        answers = await desk.read_all()
        stale = await first
        assert answers[-1]["done"] and not stale["done"] and desk.index.steps.count("end") == 1
        assert sum(desk.learned()[f"friend{letter}"] for letter in "abcdefghij") == 230
        assert (await desk.reading.read({"after": "9999"}))["done"]  # nobody began: nothing ends
    run(story())


# -- words that are kept ----------------------------------------------------------------------


@pytest.fixture
def at_once(monkeypatch):
    """Words are kept whatever few they are, without a pause."""
    monkeypatch.setattr(reading_module, "FEW", 1)
    monkeypatch.setattr(reading_module, "KEEP_AFTER_SECONDS", 0)


async def settled(desk):
    while desk.reading._later.waits:
        await asyncio.sleep(0)


def test_the_next_start_learns_only_what_is_new(at_once, monkeypatch):
    keep, notes = Keep(), [note(number) for number in range(30)]
    run(Desk(notes, keep=keep).read_all())
    notes[3] = note(3, "Coffee with Zuleika.", revision=2)
    read = []
    monkeypatch.setattr(OwnWords, "read", lambda own, id, text, revision, read_=OwnWords.read: read.append(id) or read_(own, id, text, revision))
    after, fresh = Desk(notes, keep=keep), Desk(notes)
    run(after.read_all())
    assert read == ["0003"]
    run(fresh.read_all())
    assert after.own.counts() == fresh.own.counts() and after.learned()["Zuleika"] == 1


def test_what_was_deleted_while_the_engine_was_off_is_unlearned(at_once):
    keep = Keep()
    run(Desk([note(number) for number in range(9)], keep=keep).read_all())
    after = Desk([note(number) for number in range(9) if number != 4], keep=keep)
    run(after.read_all())
    assert "friende" not in after.learned() and b"friende" not in keep.parts["words"]


def test_a_note_that_goes_into_the_trash_leaves_the_device_after_a_pause(at_once):
    async def story():
        keep, never = Keep(), Keep()
        desk = Desk([note(number) for number in range(5)], keep=keep)
        await desk.read_all()
        desk.reading.saved(note(2, revision=2, deleted="2026-11-21"))
        await settled(desk)
        await Desk([note(number) for number in range(5) if number != 2], keep=never).read_all()
        assert keep.parts == never.parts
    run(story())


def test_a_word_that_is_forgotten_leaves_the_device_after_a_pause(at_once):
    async def story():
        keep = Keep()
        desk = Desk([note(number) for number in range(5)], keep=keep)
        await desk.read_all()
        desk.own.forget("friendb")
        desk.reading.keep_soon()
        await settled(desk)
        assert b"friendb" not in keep.parts["words"].replace(b'"forgotten": ["friendb"]', b"")
        after = Desk([note(number) for number in range(5)], keep=keep)
        after.own.forget("friendb")  # as the page says first
        await after.read_all()
        assert "friendb" not in after.learned() and after.own.forgotten() == ["friendb"]
        after.own.remember("friendb")
        await after.read_all()
        assert after.learned()["friendb"] == 1
    run(story())


@pytest.mark.parametrize("damage", [b"", b"\0" * 9, b"\xff" * 64])
def test_words_that_cannot_be_read_are_learned_anew(at_once, damage):
    keep = Keep()
    keep.parts["words"] = damage
    desk = Desk([note(1)], keep=keep)
    run(desk.read_all())
    assert desk.learned()["friendb"] == 1


def test_where_nothing_can_be_written_nothing_old_is_left(at_once):
    class Full(Keep):
        async def write(self, name, data):
            return False

    keep = Full()
    keep.parts["words"] = b"old"
    run(Desk([note(1)], keep=keep).read_all())
    assert keep.parts == {}


def test_a_word_that_is_remembered_is_not_forgotten_again_by_what_was_kept(monkeypatch):
    monkeypatch.setattr(reading_module, "KEEP_AFTER_SECONDS", 0)

    async def story():
        keep, notes = Keep(), [note(number) for number in range(80)]
        desk = Desk(notes, keep=keep)
        desk.own.forget("friendb")
        await desk.read_all()
        desk.own.remember("friendb")
        await desk.read_all()
        for _ in range(2):
            after = Desk(notes, keep=keep)
            await after.read_all()
            assert after.own.forgotten() == [] and after.learned()["friendb"] == 8
        assert b'"forgotten": []' in keep.parts["words"]
    run(story())


def test_a_note_that_goes_into_the_trash_before_the_kept_words_are_read_is_unlearned(at_once):
    keep, notes = Keep(), [note(number) for number in range(5)]
    run(Desk(notes, keep=keep).read_all())
    gone = note(2, revision=2, deleted="2026-11-21")
    after = Desk([gone if one["id"] == gone["id"] else one for one in notes], keep=keep)
    after.reading.saved(gone)
    run(after.read_all())
    assert "friendc" not in after.learned() and b"friendc" not in keep.parts["words"]


def test_neither_the_id_nor_the_name_of_an_attachment_is_learned():
    desk = Desk([note(1, "Tea ![holiday.png](attachment:01ARZ3NDEKTSV4RRFFQ69G5FAV) again. Tea again.")])
    run(desk.reading.read({"after": ""}))
    assert {row["word"].lower() for row in desk.own.learned("", 50)} == {"tea", "again"}
