"""The notebook remembered: found by words and by meaning, in step with the notes, kept from one start to the next."""

import asyncio
import zlib

import numpy as np
import pytest

from app.engine import memory as memory_module
from app.engine import notebook_index
from app.engine.index_segment import NONE, Draft, Segment
from app.engine.keeping import NoKeep
from app.engine.memory import Memory
from app.engine.notebook_index import distances
from app.everywhere.limits import MOST_SEARCH_HITS, SEARCH_HITS
from tests.engine.shipped import Shipped

# Words that mean the same, for vectors that know nothing else.
MEANINGS = {"puppy": "dog", "hound": "dog", "rent": "money", "wages": "money", "storm": "weather"}
GERMAN = set("ich du und der die das ist nicht mit wir haben Dach Hund".split())


class Encoder:
    """Vectors out of what words mean; counts the texts that it is asked about."""

    def __init__(self):
        self.texts = 0

    def encode(self, texts):
        self.texts += len(texts)
        vectors = np.zeros((len(texts), 128), np.float32)
        for row, text in enumerate(texts):
            for word in text.lower().replace(".", " ").replace("?", " ").split():
                word = MEANINGS.get(word, word)
                vectors[row] += np.random.default_rng(zlib.crc32(word.encode("utf-8", "surrogatepass"))).normal(size=128)
        return vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)


class Language:
    def likeliest(self, text):
        return "de" if GERMAN & set(text.replace(".", " ").split()) else "en"

    def detect(self, text):
        return self.likeliest(text), 1.0


class Keep(NoKeep):
    """The device's memory."""

    def __init__(self):
        self.parts = {}

    async def names(self):
        return list(self.parts)

    async def read(self, name):
        return self.parts[name]

    async def write(self, name, data):
        self.parts[name] = data
        return True

    async def delete(self, name):
        self.parts.pop(name, None)


class Models:
    """No other language's vectors are to be had."""

    parsed = Shipped().parsed

    async def data(self, name):
        raise AssertionError("nothing is loaded here")


def memory(encoder=None):
    made = Memory(Models(), encoder or Encoder(), "model 1", Language())
    made._unavailable = True
    return made


def note(id, text, title="", tags=(), created="2026-03-09", revision=1, deleted=""):
    return {"id": id, "revision": revision, "created": created + "T10:00:00.000Z", "title": title, "text": text, "tags": list(tags), "deleted": deleted}


def run(coroutine):
    return asyncio.run(coroutine)


async def remembering(*notes, into=None):
    remembers = into or memory()
    await remembers.index({"notes": notes})
    return remembers


def found(remembers, query, **options):
    return [hit["id"] for hit in remembers.search({"query": query, "today": "2026-11-21"} | options)["hits"]]


NOTES = (
    note("roof", "The roof leaks again over the back bedroom. Called the roofer.", tags=["house"], created="2025-02-01"),
    note("cat", "A cat slept on the boiler. Nobody knows whose it is.", tags=["Pets", "house"], created="2026-01-15"),
    note("puppy", "The puppy chewed my left shoe.", title="A bad morning", tags=["pets"], created="2026-05-02"),
    note("rent", "The rent goes up in May.", created="2026-06-30"),
    note("dach", "Das Dach ist nicht dicht.", created="2024-12-31"),
    note("walk", "Rained on the north wall walk, all of us soaked.", created="2026-07-01"),
)


@pytest.fixture(scope="module")
def remembers():
    return run(remembering(*NOTES))


@pytest.mark.parametrize("query, ids", [
    ("boiler ", ["cat"]), ("BOILER ", ["cat"]), ("boil", ["cat"]), ("boyler ", ["cat"]), ("bedrom ", ["roof"]), ("shoes ", ["puppy"]),
    ('"north wall" ', ["walk"]), ('"wall north" ', []), ('"all of us" ', ["walk"]), ("tag:pets ", ["puppy", "cat"]), ("tag:pets -cat ", ["puppy"]),
    ("tag:house -tag:pets ", ["roof"]), ("before:2025 ", ["dach"]), ("after:2026-06 ", ["walk", "rent"]), ("lang:de ", ["dach"]),
    ("morning ", ["puppy"]), ("tag:nothing ", []), ("zzzzzz ", []), ("tag:house before:2025-06 ", ["roof"]),
])
def test_notes_are_found_by_what_was_asked(remembers, query, ids):
    assert found(remembers, query, meaning=False) == ids


def test_a_note_is_found_by_what_it_means_and_says_so(remembers):
    hits = remembers.search({"query": "hound", "today": "2026-11-21"})["hits"]
    assert hits[0]["id"] == "puppy" and hits[0]["why"] == "meaning"
    assert hits[0]["excerpt"] == "The puppy chewed my left shoe." and hits[0]["marks"] == []


def test_what_was_asked_for_is_marked(remembers):
    hit = remembers.search({"query": "leaking roofs bedroom ", "today": "2026-11-21"})["hits"][0]
    assert (hit["id"], hit["why"]) == ("roof", "words")
    assert [hit["excerpt"][start:end] for start, end in hit["marks"]] == ["roof", "bedroom"]


def test_exact_words_come_before_beginnings_and_meaning():
    remembers = run(remembering(note("a", "Hounds everywhere."), note("b", "The hound slept."), note("c", "The puppy slept."), note("d", "Tea.")))
    hits = remembers.search({"query": "hound", "today": "2026-11-21"})["hits"]
    assert {hit["id"] for hit in hits[:2]} == {"a", "b"} and hits[2]["id"] == "c"  # «hounds» is «hound» in the plural


def test_a_word_in_the_title_counts_more():
    remembers = run(remembering(note("text", "About the roof and the rain."), note("title", "About the wall and the rain.", title="Roof")))
    assert found(remembers, "roof ", meaning=False) == ["title", "text"]


def test_the_newer_of_two_that_are_alike_comes_first():
    remembers = run(remembering(note("old", "Tea with Ada.", created="2019-01-01"), note("new", "Tea with Ada.", created="2026-11-01")))
    assert found(remembers, "tea") == ["new", "old"]


def test_a_changed_note_is_found_by_its_new_words_only(remembers):
    async def change():
        changing = await remembering(note("one", "Swimming at dawn."))
        await changing.index({"notes": [note("one", "Running at noon.", revision=2)]})
        return changing
    changing = run(change())
    assert found(changing, "running ") == ["one"] and found(changing, "swimming ", meaning=False) == []


def test_a_note_in_the_trash_is_not_found():
    async def trash():
        remembers = await remembering(note("one", "Swimming at dawn."), note("two", "Swimming at noon."))
        await remembers.index({"notes": [note("one", "Swimming at dawn.", revision=2, deleted="2026-11-21")]})
        return remembers
    assert found(run(trash()), "swimming") == ["two"]


def test_japanese_is_found_without_spaces():
    remembers = run(remembering(note("tokyo", "きのう東京タワーに行った。"), note("kyoto", "京都の庭は静かだった。")))
    assert found(remembers, "東京 ", meaning=False) == ["tokyo"] and found(remembers, "庭 ", meaning=False) == ["kyoto"]
    assert found(remembers, "京 ", meaning=False) in (["tokyo", "kyoto"], ["kyoto", "tokyo"])


@pytest.mark.parametrize("query", ["", "   ", ".*[(", "\\", "tag:", '"', "-", "before:soon", "\0", "\ud800", "?" * 10_000, "word " * 10_000, "東" * 5000,
                                   "tag:a tag:b -c lang:xx", "-tea"])
def test_any_query_is_answered(remembers, query):
    answer = remembers.search({"query": query, "today": "2026-11-21"})
    assert answer.keys() == {"hits", "problems"}


def test_a_date_that_is_none_is_said(remembers):
    assert "soon" in remembers.search({"query": "before:soon", "today": "2026-11-21"})["problems"][0]


def test_an_empty_notebook_has_nothing():
    empty = memory()
    assert found(empty, "tea") == [] and found(empty, "tag:x") == []
    assert empty.related({"id": "x", "text": "Tea."}) == {"notes": []}


# -- related notes --------------------------------------------------------------------------


def test_related_notes_mean_the_same_and_are_never_the_note_itself(remembers):
    def related(id, text):
        return remembers.related({"id": id, "text": text})["notes"]

    assert related("puppy", "The hound chewed my left shoe.") == []
    hit, = related("other", "Rain. Rain again. The hound chewed my left shoe.")
    assert hit["id"] == "puppy" and hit["same"] and hit["excerpt"] == "The puppy chewed my left shoe."
    hit, = related("other", "Then a hound chewed my left boot.")
    assert hit["id"] == "puppy" and not hit["same"]


def test_related_notes_are_about_the_last_sentences(remembers):
    last = "The rent goes up in May."
    assert [hit["id"] for hit in remembers.related({"id": "x", "text": "The puppy chewed my left shoe. Tea. Tea. Tea. Tea. " + last})["notes"]] == ["rent"]
    assert {hit["id"] for hit in remembers.related({"id": "x", "text": "The puppy chewed my left shoe. " + last})["notes"]} == {"rent", "puppy"}


# -- kept -------------------------------------------------------------------------------------


@pytest.fixture
def small(monkeypatch):
    """Segments of four notes, kept at once."""
    monkeypatch.setattr(memory_module, "SEGMENT_NOTES", 4)
    monkeypatch.setattr(memory_module, "LEAST_SEGMENT_NOTES", 2)
    monkeypatch.setattr(memory_module, "KEEP_AFTER_SECONDS", 0)


def many(count, revision=1):
    return [note(f"{at:04}", f"Day {at}: word{at} and tea with Ada.", revision=revision) for at in range(count)]


async def read_all(remembers, notes):
    """As the page reads a notebook; returns the ids that were lacking."""
    sent = []
    await remembers.index({"step": "begin"})
    for first in range(0, len(notes), 3):
        part = notes[first:first + 3]
        lacking = (await remembers.index({"revisions": {one["id"]: one["revision"] for one in part}}))["lacking"]
        await remembers.index({"notes": [one for one in part if one["id"] in lacking]})
        sent += lacking
    await remembers.index({"step": "end"})
    await remembers.keep_now()
    return sent


async def started(keep, encoder=None):
    remembers = memory(encoder)
    await remembers.restore(keep)
    return remembers


def test_what_was_kept_is_found_by_the_next_engine_and_nothing_is_read_or_embedded_again(small):
    async def story():
        keep, encoder = Keep(), Encoder()
        assert len(await read_all(await started(keep), many(11))) == 11
        after = await started(keep, encoder)
        assert found(after, '"word7" ', meaning=False) == ["0007"] and len(after.notebook) == 11
        encoder.texts = 0
        assert await read_all(after, many(11)) == [] and encoder.texts == 0
    run(story())


def test_an_engine_that_was_killed_goes_on_where_it_was(small):
    async def story():
        keep = Keep()
        first = await started(keep)
        await first.index({"step": "begin"})
        await first.index({"notes": many(9)[:5]})
        assert await read_all(await started(keep), many(9)) == ["0005", "0006", "0007", "0008"]
    run(story())


def test_only_what_changed_is_read_again_and_the_rest_of_a_note_is_not_embedded_again(small):
    async def story():
        keep, encoder = Keep(), Encoder()
        notes = [note("long", "One thing. Two things. Three things. Four things."), *many(3)]
        await read_all(await started(keep), notes)
        after = await started(keep, encoder)
        notes[0] = note("long", "One thing. Two things. Three things. Four things. Five things.", revision=2)
        assert await read_all(after, notes) == ["long"]
        assert encoder.texts == 1  # the last two sentences
    run(story())


def test_a_part_that_is_damaged_is_made_anew_from_its_notes(small):
    async def story():
        keep = Keep()
        await read_all(await started(keep), many(8))
        name = sorted(keep.parts)[0]
        keep.parts[name] = keep.parts[name][:-8]
        after = await started(keep)
        assert await read_all(after, many(8)) == ["0000", "0001", "0002", "0003", "0004", "0005"]
        assert len((await started(keep)).notebook) == 8
    run(story())


@pytest.mark.parametrize("damage", [b"", b"\0" * 3, b"\xff" * 100, b"\x08\0\0\0nonsense", b"\x02\0\0\0{}"])
def test_bytes_that_are_no_part_are_deleted(small, damage):
    async def story():
        keep = Keep()
        keep.parts["00000000"] = damage
        assert len((await started(keep)).notebook) == 0 and keep.parts == {}
    run(story())


def test_an_index_of_other_vectors_is_made_anew(small):
    async def story():
        keep = Keep()
        await read_all(await started(keep), many(4))
        other = Memory(Models(), Encoder(), "model 2", Language())
        await other.restore(keep)
        assert len(other.notebook) == 0
    run(story())


def test_nothing_of_a_note_that_is_gone_is_left(small):
    """The index without it is, byte for byte, the index of a notebook that never had it."""
    async def story():
        keep, never = Keep(), Keep()
        await read_all(await started(keep), many(6))
        await read_all(await started(never), many(6)[:2] + many(6)[3:])
        after = await started(keep)
        await read_all(after, many(6)[:2] + many(6)[3:])
        assert len(after.notebook) == 5 and found(after, '"word2" ', meaning=False) == []
        assert list(keep.parts.values()) == list(never.parts.values()) and b"word2" not in b"".join(keep.parts.values())
        assert found(await started(keep), '"word5" ') == ["0005"]
        await read_all(after, [])
        assert keep.parts == {}
    run(story())


def test_many_parts_become_one_that_says_the_same(small, monkeypatch):
    """Byte for byte, but for the order of the notes' vectors in it, what one great part would have been."""
    monkeypatch.setattr(notebook_index, "SEGMENT_NOTES", 4)

    async def story():
        keep = Keep()
        remembers = await started(keep)
        notes = many(48)
        await read_all(remembers, notes)
        assert len(keep.parts) == 1 and len(remembers.notebook.segments) == 1
        assert Segment.build([Draft(one, "en", NONE).analysed({}) for one in notes], "model 1").pack() == Segment.merged(
            [Segment.build([Draft(one, "en", NONE).analysed({}) for one in notes[at:at + 6]], "model 1") for at in range(0, 48, 6)]).pack()
        for looks in (remembers, await started(keep)):
            assert [found(looks, f'"word{at}" ') for at in (0, 17, 47)] == [["0000"], ["0017"], ["0047"]]
            assert looks.related({"id": "x", "text": "Day 17: word17 and tea with Ada."})["notes"][0]["id"] == "0017"
    run(story())


@pytest.mark.parametrize("count", (1, 3))
def test_the_last_notes_that_are_deleted_leave_nothing_on_the_device(small, count):
    """They were in no full part yet; with them goes the part."""
    async def story():
        keep = Keep()
        remembers = await started(keep)
        await read_all(remembers, many(count))
        assert b"word0" in b"".join(keep.parts.values())
        for again in (remembers, await started(keep)):
            await again.index({"notes": many(count)})
            await again.keep_now()
            await again.index({"notes": [one | {"deleted": "2026-11-21"} for one in many(count, revision=2)]})
            await again.keep_now()
            assert keep.parts == {}
        await read_all(remembers, many(count))
        await read_all(await started(keep), [])
        assert keep.parts == {}
    run(story())


def test_a_part_that_cannot_be_written_without_a_deleted_note_is_deleted(small):
    async def story():
        class Filling(Keep):
            full = False

            async def write(self, name, data):
                return not self.full and await super().write(name, data)

        keep = Filling()
        remembers = await started(keep)
        await read_all(remembers, many(8))
        keep.full = True
        await remembers.index({"notes": [one | {"deleted": "2026-11-21"} for one in (many(8, revision=2)[2], many(8, revision=2)[7])]})
        await remembers.keep_now()
        assert b"word2" not in b"".join(keep.parts.values()) and b"word7" not in b"".join(keep.parts.values())
        assert found(remembers, '"word3" ', meaning=False) == ["0003"]
    run(story())


def test_a_part_of_which_little_is_left_is_dissolved(small):
    async def story():
        keep = Keep()
        await read_all(await started(keep), many(6))
        await read_all(await started(keep), many(1))
        assert await read_all(await started(keep), many(1)) == ["0000"]
    run(story())


def test_a_note_that_changes_while_the_index_is_written_is_not_lost(small):
    async def story():
        class Slow(Keep):
            async def write(self, name, data):
                await remembers.index({"notes": [note("0000", "Changed meanwhile.", revision=2)]}) if not self.parts else None
                return await super().write(name, data)

        keep = Slow()
        remembers = await started(keep)
        for one in many(3):
            await remembers.index({"notes": [one]})
        await remembers.keep_now()
        assert found(remembers, "meanwhile ") == ["0000"] and found(remembers, '"word0" ', meaning=False) == []
        await remembers.keep_now()
        assert found(await started(keep), "meanwhile ") == ["0000"]
    run(story())


def test_a_device_without_room_has_its_index_in_memory(small):
    async def story():
        class Full(Keep):
            async def write(self, name, data):
                return False

        remembers = await started(Full())
        await read_all(remembers, many(9))
        assert found(remembers, '"word8" ', meaning=False) == ["0008"]
    run(story())


def test_ten_thousand_notes_that_are_alike_are_embedded_once():
    async def story():
        encoder = Encoder()
        remembers = memory(encoder)
        for first in range(0, 10_000, 500):
            await remembers.index({"notes": [note(f"{at:05}", "Nothing happened. Nothing at all.") for at in range(first, first + 500)]})
        assert encoder.texts == 1 and len(remembers.notebook) == 10_000
        assert len(found(remembers, "nothing")) == SEARCH_HITS and len(found(remembers, "nothing", limit=10**9)) == MOST_SEARCH_HITS
    run(story())


def test_a_note_in_many_scripts_and_an_endless_one_are_found():
    endless = "On and on. " * 30_000
    remembers = run(remembering(note("mixed", "Tea 茶 чай ชา شاي עם חלב. 🙂\n\n```code```"), note("endless", endless + "The end."), note("empty", "")))
    for word in ("tea", "茶", "чай", "ชา", "شاي", "חלב"):
        assert found(remembers, word + " ", meaning=False) == ["mixed"], word
    assert found(remembers, "on ", meaning=False) == ["endless"]


@pytest.mark.parametrize("one, other, slips", [("boiler", "boyler", 1), ("recieve", "receive", 1), ("cat", "cat", 0), ("kitten", "sitting", 3),
                                               ("", "ab", 2), ("abcd", "badc", 2)])
def test_slips_are_counted(one, other, slips):
    assert distances([other, "another"], one)[0] == distances([one, "another"], other)[0] == slips


def test_the_shipped_models_find_a_note_by_its_meaning():
    async def story():
        remembers = await Memory.load(Shipped())
        await remembers.index({"notes": [note("bed", "I lay awake until three in the morning."), note("train", "The train was late again.")]})
        return remembers.search({"query": "could not sleep", "today": "2026-11-21"})["hits"]
    hits = run(story())
    assert hits[0]["id"] == "bed" and hits[0]["why"] == "meaning"


def test_an_attachment_is_found_by_its_name_and_not_by_its_id():
    remembers = run(remembering(note("a", "We saw ![heron_by_the_lake.png](attachment:01ARZ3NDEKTSV4RRFFQ69G5FAV) at noon.")))
    for query in ("heron", "lake", "noon"):
        [hit] = remembers.search({"query": query, "today": "2026-03-09", "meaning": False})["hits"]
        assert hit["excerpt"] == "We saw heron_by_the_lake.png at noon."
    for query in ("attachment", "01ARZ3NDEKTSV4RRFFQ69G5FAV"):
        assert remembers.search({"query": query, "today": "2026-03-09", "meaning": False})["hits"] == []
