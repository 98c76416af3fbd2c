"""Looking back on the whole notebook: in slices, nothing twice, and nothing of what is gone."""

import asyncio
import json
import time

import pytest

from app.engine import look_back as look_back_module
from app.engine.derived import Derived
from app.engine.details import Details
from app.engine.look_back import LookBack, _named, local_day
from app.engine.mood import Mood
from app.engine.reading import Reading
from app.everywhere.note import new_note
from tests.engine.shipped import Shipped
from tests.engine.test_memory import Encoder, Keep, Language, Memory, Models


@pytest.fixture(autouse=True)
def berlin(monkeypatch):
    """The reader's clock."""
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


class Device(Keep):
    """What was never written has no bytes, as in static/glue/index_keep.js."""

    async def read(self, name):
        return self.parts.get(name, b"")


class Feelings:
    """Tells the valence of a sentence from one word in it; counts what it is asked."""

    asked = 0

    def answer(self, payload):
        self.asked += 1
        text = payload["text"].lower()
        return {"valence": "positive" if "glad" in text else "negative" if "sad" in text else ""}


class Names:
    asked = 0

    def named(self, text):
        self.asked += 1
        words = text.replace(".", " ").split()
        return [word for word in words if word in ("Noor", "Ada", "Lyon")], [word for word in words if word in ("Lyon", "Paris")]


class Desk:
    """Notebook, look back and the device; a clock that says how long everything takes."""

    def __init__(self, keep=None, cost=0.0):
        self.keep = keep or Device()
        self.features = {Mood: Feelings(), Details: Names()}
        self.now, self.cost = 100.0, cost
        self.memory = Memory(Models(), Encoder(), "model 1", Language())
        self.memory._unavailable = True
        self.reading = Reading(None, None, None, None, self.clock)
        self.looks = LookBack(self._memory, self._feature, Shipped(), self.reading, self.clock)

    def clock(self):
        self.now += self.cost
        return self.now

    async def open(self):
        await self.memory.restore(self.keep)
        return self

    async def _memory(self):
        return self.memory

    async def _feature(self, kind):
        return self.features[kind]

    async def take(self, *notes):
        await self.memory.index({"notes": list(notes)})

    async def look(self, part, **more):
        """Everything: as many calls as it takes."""
        for calls in range(1, 1000):
            answer = await self.looks.look({"part": part} | more)
            if "found" in answer:
                return answer | {"calls": calls}


def note(number, text, *, title="", day="2025-03-09", time="10:00", **more):
    return new_note(f"{number:026}", f"{day}T{time}:00.000Z", title, text) | {"revision": 1} | more


def run(story):
    return asyncio.run(story())


def test_words_are_counted_by_the_readers_own_day():
    async def story():
        desk = Desk()
        await desk.take(note(1, "one two three"), note(2, "four five", time="23:30"), note(3, "six", day="2025-07-01"))
        found = (await desk.look("words"))["found"]
        assert found == {"notes": 3, "words": 6, "days": [["2025-03-09", 1, 3], ["2025-03-10", 1, 2], ["2025-07-01", 1, 1]]}
    run(story)


def test_an_empty_note_and_one_in_the_trash_do_not_count():
    async def story():
        desk = Desk()
        await desk.take(note(1, "one two"), note(2, " \n"), note(3, "gone"), note(4, "", title="Only a title"))
        await desk.take(note(3, "gone", deleted="2025-03-10T00:00:00.000Z"))
        assert (await desk.look("words"))["found"] == {"notes": 2, "words": 2, "days": [["2025-03-09", 2, 2]]}
        assert (await desk.look("mood"))["found"]["notes"] == 2
    run(story)


def test_a_moment_that_is_none_has_no_day_and_its_note_counts():
    async def story():
        desk = Desk()
        await desk.take(note(1, "one two") | {"created": "some day"})
        assert (await desk.look("words"))["found"] == {"notes": 1, "words": 2, "days": []}
    run(story)
    assert local_day("2025-03-09T23:30:00.000Z") == "2025-03-10" and local_day("") == "" and local_day("9999-12-31T23:59:59Z") in ("", "9999-12-31")


def test_a_note_has_the_mood_that_more_of_its_sentences_have_and_is_silent_without_any():
    async def story():
        desk = Desk()
        await desk.take(note(1, "I am glad. So glad. It was sad."), note(2, "Sad day."), note(3, "Glad of it. Sad about it."), note(4, "We bought bread."))
        found = (await desk.look("mood"))["found"]
        assert found["weeks"][0] == ["2025-03-03", 1, 1, 1, 1]
        assert {name: found[name] for name in ("notes", "told", "silent", "foreign", "own")} == {"notes": 4, "told": 3, "silent": 1, "foreign": 0, "own": 0}
    run(story)


def test_weeks_have_no_gaps_and_go_on_to_this_one():
    async def story():
        desk = Desk()
        await desk.take(note(1, "Glad."), note(2, "Sad.", day="2025-03-20"))
        weeks = (await desk.look("mood"))["found"]["weeks"]
        assert [row[0] for row in weeks[:3]] == ["2025-03-03", "2025-03-10", "2025-03-17"] and weeks[1][1:] == [0, 0, 0, 0]
        assert weeks[-1][0] > "2025-06-01"
    run(story)


def test_what_the_reader_says_about_a_note_wins_in_any_language():
    async def story():
        desk = Desk()
        await desk.take(note(1, "Glad.", mood="sadness"), note(2, "Ich und der Hund.", mood="joy"), note(3, "Glad again.", mood="none"), note(4, "Glad still."))
        found = (await desk.look("mood"))["found"]
        assert found["weeks"][0][1:] == [2, 1, 0, 1] and found["own"] == 3 and found["foreign"] == 0
        await desk.memory.keep_now()
        assert (await desk.look("mood"))["found"] == found
    run(story)


def test_other_languages_are_counted_and_not_read():
    async def story():
        desk = Desk()
        await desk.take(note(1, "Ich und der Hund."), note(2, "Glad."))
        answer = await desk.look("mood")
        assert answer["of"] == answer["read"] == 1 and answer["found"]["foreign"] == 1 and desk.features[Mood].asked == 1
    run(story)


def test_nothing_is_read_twice_and_a_copied_note_not_at_all():
    async def story():
        desk = Desk()
        await desk.take(*[note(at, f"Glad of number {at}.") for at in range(20)])
        await desk.look("mood")
        await desk.take(note(30, "Glad of number 3."))
        assert (await desk.look("mood"))["found"]["told"] == 21 and desk.features[Mood].asked == 20
    run(story)


def test_what_was_found_is_there_after_the_next_start():
    async def story():
        desk = await Desk().open()
        await desk.take(note(1, "Glad."), note(2, "Noor and Ada in Paris."), note(3, "Noor, again."))
        await desk.look("mood")
        found = (await desk.look("names"))["found"]
        await desk.memory.keep_now()
        again = await Desk(desk.keep).open()
        await again.look("mood")
        assert (await again.look("names"))["found"] == found
        assert again.features[Mood].asked == again.features[Details].asked == 0
    run(story)


def test_a_model_that_changed_has_everything_read_again():
    async def story():
        desk = await Desk().open()
        await desk.take(note(1, "Glad."))
        await desk.look("mood")
        stored = json.loads(desk.keep.parts["derived-mood"])
        desk.keep.parts["derived-mood"] = json.dumps(stored | {"made_by": "another"}).encode()
        await desk.memory.keep_now()
        again = await Desk(desk.keep).open()
        await again.look("mood")
        assert again.features[Mood].asked == 1
    run(story)


def test_it_is_done_in_slices_that_tell_how_far_they_are_and_let_questions_go_first():
    async def story():
        desk = Desk(cost=0.1)
        await desk.take(*[note(at, f"Glad of number {at}.") for at in range(100)])
        pauses = []

        async def pause():
            pauses.append(1)
        desk.reading.pause = pause
        answer = await desk.looks.look({"part": "mood"})
        assert 0 < answer["read"] < answer["of"] == 100 and "found" not in answer
        assert (await desk.look("mood"))["calls"] > 2 and len(pauses) == 100
    run(story)


def test_whoever_stops_it_gets_what_was_found_so_far_and_it_is_kept():
    async def story():
        desk = await Desk(cost=0.1).open()
        await desk.take(*[note(at, f"Glad of number {at}.") for at in range(100)])
        begun = await desk.looks.look({"part": "mood"})
        answer = await desk.looks.look({"part": "mood", "work": False})
        assert answer["read"] == begun["read"] == answer["found"]["told"] < answer["of"]
        assert len(json.loads(desk.keep.parts["derived-mood"])["values"]) == answer["read"]
    run(story)


def test_a_deleted_note_leaves_what_was_derived_from_it_on_the_device_too():
    async def story():
        desk = await Desk().open()
        await desk.take(note(1, "Noor knows."), note(2, "Noor and Ada."))
        await desk.look("names")
        await desk.memory.keep_now()
        assert b"Ada" in desk.keep.parts["derived-names"]
        again = await Desk(desk.keep).open()  # nobody looks back this time
        await again.take(note(2, "", deleted="2025-03-10T00:00:00.000Z"))
        await again.memory.keep_now()
        assert b"Ada" not in again.keep.parts["derived-names"]
        assert (await again.look("names"))["found"]["people"] == []
    run(story)


def test_while_the_notebook_is_read_nothing_counts_as_gone():
    async def story():
        desk = await Desk().open()
        await desk.take(note(1, "Noor knows."), note(2, "Noor and Ada."))
        await desk.look("names")
        kept = {"derived-names": desk.keep.parts["derived-names"]}  # and the index is lost
        again = Desk(Device())
        again.keep.parts = kept
        await again.open()
        await again.memory.index({"step": "begin"})
        await again.take(note(1, "Noor knows."))
        await again.memory.keep_now()
        assert b"Ada" in again.keep.parts["derived-names"]
    run(story)


def test_values_that_cannot_be_read_are_made_anew():
    async def story():
        keep = Device()
        for damage in (b"", b"{", b"[1]", b'{"made_by": "1", "values": 3}', b"\xff\xfe"):
            keep.parts["derived-words"] = damage
            assert await Derived(keep).kind("words", "1") == {}
    run(story)


def test_a_note_that_changes_while_it_is_read_is_read_as_it_is_then():
    async def story():
        desk = Desk(cost=0.1)
        await desk.take(*[note(at, f"Glad of number {at}.") for at in range(100)])
        await desk.looks.look({"part": "mood"})
        await desk.take(note(99, "Sad.", revision=2))
        found = (await desk.look("mood"))["found"]
        assert found["weeks"][0][1:3] == [99, 1]
    run(story)


def test_a_name_is_listed_from_two_notes_on_the_most_frequent_first():
    people, places = _named([("1", ["Noor", "Ada"], ["Paris"]), ("2", ["noor", "Ada"], ["Paris"]), ("3", ["Noor", "Once"], ["Rome"])])
    assert people == [["Noor", 3], ["Ada", 2]] and places == [["Paris", 2]]


def test_a_name_that_is_found_as_both_belongs_where_it_is_found_more_often():
    assert _named([("1", ["Lyon"], []), ("2", [], ["Lyon"]), ("3", [], ["Lyon"])]) == ([], [["Lyon", 3]])
    assert _named([("1", ["Paris"], []), ("2", [], ["Paris"])]) == ([["Paris", 2]], [])


def test_a_given_name_is_its_only_bearers():
    assert _named([("1", ["Ada"], []), ("2", ["Ada"], []), ("3", ["Ada Bell"], [])])[0] == [["Ada", 3]]
    assert _named([("1", ["Ada"], []), ("2", ["Ada"], []), ("3", ["Ada Bell"], []), ("4", ["Ada Cole"], [])])[0] == [["Ada", 2]]


def test_the_shipped_tagger_tells_people_from_towns():
    async def story():
        details = await Details.load(Shipped())
        assert details.named("Harriet's workshop. We took the train to Lyon with Tomás, and wrote to anna@lyon.example.") == (["Harriet", "Tomás"], ["Lyon"])
        assert details.named("") == ([], [])
    run(story)


def test_a_diary_of_many_thousand_sentences_takes_no_longer_than_sixty():
    feelings = Feelings()
    look_back_module.derive("mood", "", "Glad. " * 50_000, feelings)
    assert feelings.asked <= look_back_module.MOST_SENTENCES
