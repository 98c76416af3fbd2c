"""Tags that are learned: which are, when they speak, and that a deleted note leaves nothing behind."""

import asyncio
import json
import random

import numpy as np
import pytest

from app.engine.lesson import Lessons
from app.engine.keeping import NoKeep
from app.engine.tags import NAME, Learned, Tags
from app.everywhere.limits import TAUGHT_FROM_NOTES
from app.learner.learner import Learner
from app.learner.tags import learn_tags
from tests.learner.classroom import Wire, a_note, memory_of, taught

# What notes of a tag speak of; words of no tag; days that say nothing.
ABOUT = {"garden": "beans soil hedge rain seeds compost".split(), "money": "rent bank bill wages cheque loan".split(),
         "music": "cello chord rehearsal concert tune bow".split()}
ANY = "today then again maybe later nothing much people went came little while".split()


def text_about(tag, lot):
    words = lot.sample(ABOUT[tag], 3) if tag else []
    return " ".join(lot.sample(ANY, 4) + words) + ". " + " ".join(lot.sample(ANY, 3) + words[:2]) + "."


def notebook(each=TAUGHT_FROM_NOTES, untagged=60, tags=tuple(ABOUT), seed=1):
    lot = random.Random(seed)
    rows = [(text_about(tag, lot), [tag]) for tag in tags for _ in range(each)] + [(text_about("", lot), []) for _ in range(untagged)]
    lot.shuffle(rows)
    return [a_note(number, text, tags=own, updated=f"2026-01-{1 + number % 28:02}T00:00:00.000Z") for number, (text, own) in enumerate(rows)]


class Keep(NoKeep):
    def __init__(self):
        self.models = {}

    async def read(self, name):
        return self.models.get(name, b"")

    async def write(self, name, data):
        self.models[name] = data
        return True

    async def delete(self, name):
        self.models.pop(name, None)


class Words:
    """Offers tags that stand in the text, and nothing that is only near enough for others."""

    def answer(self, payload):
        return {"tags": [{"tag": tag, "score": 0.8 if tag in payload["text"] else 0.3} for tag in payload["tags"]]}


class School:
    """A notebook's engine and learner, without the page: ``teach()`` does what app/page/teaching.py has done."""

    def __init__(self, notes, keep=None):
        self.memory, self.learner, self.keep = memory_of(notes), Learner(), keep or Keep()
        self.start()

    def start(self):
        """The engine starts: what it learned is on the device."""
        async def memory():
            return self.memory

        self.lessons = Lessons(memory, lambda name: Wire(self.learner.hear))
        async def words():
            return Words()

        self.tags = Tags(memory, self.lessons, words, self.keep)
        self.memory.removed = self.tags.check

    def teach(self, **payload):
        async def lesson():
            self.learner.attend()
            await self.lessons.lesson({"channel": "secret"})
            answer = json.loads(await self.learner.call("learn_tags", json.dumps(payload)))
            assert "value" in answer, answer
            return await self.tags.take(payload | {"channel": "secret"})
        return asyncio.run(lesson())

    def suggested(self, text, tags=tuple(ABOUT), id="none"):
        return asyncio.run(self.tags.suggest({"id": id, "title": "", "text": text, "tags": list(tags)}))["tags"]

    def known(self, **payload):
        return asyncio.run(self.tags.known(payload))

    def index(self, *notes):
        asyncio.run(self.memory.index({"notes": list(notes)}))


@pytest.fixture(scope="module")
def school():
    made = School(notebook())
    made.teach()
    return made


def test_a_tag_is_suggested_for_a_note_about_the_same_although_it_does_not_stand_in_it(school):
    assert [row["tag"] for row in school.suggested("later today beans soil seeds. again beans hedge.")] == ["garden"]
    assert school.suggested("maybe the bank wants rent. again a bill.")[0] == {"tag": "money", "why": "learned", "notes": 20}


def test_it_is_silent_about_what_no_tag_is_about(school):
    lot = random.Random(5)
    assert [school.suggested(text_about("", lot)) for _ in range(20)].count([]) >= 19


def test_only_candidates_are_suggested(school):
    assert school.suggested("later today beans soil seeds. again beans hedge.", ["money", "music"]) == []


def test_below_twenty_notes_nothing_is_learned_and_a_tag_that_stands_in_the_note_is_offered():
    school = School(notebook(each=TAUGHT_FROM_NOTES - 1))
    known = school.known()
    assert not known["due"] and known["waiting"][0] == {"tag": "garden", "notes": 19}
    assert school.teach() | {"waiting": None} == {"tags": [], "due": False, "waiting": None}
    assert school.suggested("later today beans soil seeds.") == []
    assert school.suggested("Work in the garden.") == [{"tag": "garden", "why": "words", "notes": 0}]


def test_the_engine_computes_what_the_learner_learned():
    """The margins of the engine are those of scikit-learn's model, but for words in eight bits."""
    notes = notebook()
    memory = memory_of(notes)
    lesson = taught(memory)
    _, arrays = learn_tags({}, lesson)
    learned = Learned(arrays | {"told": "{}"})
    from app.learner.tags import _chosen, _features
    rows = list(range(len(lesson)))
    used = _chosen(lesson, rows, {tag: [row for row in rows if tag in lesson.tags[row]] for tag in ABOUT}, set(ABOUT))
    x, _, _ = _features(lesson, used)
    words = arrays["word_weights"].reshape(3, -1) * arrays["steps"][:, None]
    weights = np.hstack([arrays["english"].reshape(3, -1), arrays["other"].reshape(3, -1), words])
    expected = x @ weights.T + arrays["bias"] - arrays["least"]
    by_id = {note["id"]: note for note in notes}
    for at, row in list(enumerate(used))[:20]:
        found = learned.margins(asyncio.run(memory.analysed([by_id[lesson.ids[row]]]))[0])
        assert np.abs(found - expected[at]).max() < 1e-3


# Deleting


def arrays_of(notes, deleted=()):
    memory = memory_of(notes)
    for note in deleted:
        asyncio.run(memory.index({"notes": [note | {"deleted": "2026-02-01T00:00:00.000Z", "revision": 2}]}))
    return learn_tags({}, taught(memory))[1]


@pytest.mark.parametrize("which", ("tagged", "untagged", "refused"))
def test_a_model_without_a_deleted_note_is_the_model_that_never_saw_it(which):
    notes = notebook(each=22)
    notes[5] = notes[5] | {"refused": [tag for tag in ABOUT if tag not in notes[5]["tags"]][:1]}
    gone = {"tagged": next(note for note in notes if note["tags"] and not note["refused"]),
            "untagged": next(note for note in notes if not note["tags"]), "refused": notes[5]}[which]
    never, deleted = arrays_of([note for note in notes if note is not gone]), arrays_of(notes, [gone])
    assert never.keys() == deleted.keys()
    for name in never:
        assert np.array_equal(never[name], deleted[name]), name
    assert gone["id"] not in never["about"] and gone["id"] in arrays_of(notes)["about"]


def test_what_was_learned_of_a_note_goes_with_it_at_once_and_from_the_device_too():
    notes = notebook()
    school = School(notes)
    school.teach()
    assert NAME in school.keep.models
    gone = next(note for note in notes if note["tags"])
    school.index(gone | {"deleted": "2026-02-01T00:00:00.000Z", "revision": 2})
    assert school.keep.models == {} and school.suggested("later today beans soil seeds. again beans hedge.") == []
    assert [row["tag"] for row in school.known()["tags"]] == [] and school.known()["due"]  # two tags still have their twenty


def test_a_note_that_was_deleted_while_no_engine_ran_is_noticed_when_the_notebook_has_been_read():
    notes = notebook()
    school = School(notes)
    school.teach()
    school.memory = memory_of([note for note in notes if note is not notes[0]])
    school.start()
    asyncio.run(school.memory.index({"step": "begin"}))
    asyncio.run(school.memory.index({"revisions": {note["id"]: 1 for note in notes[1:]}}))
    asyncio.run(school.memory.index({"step": "end"}))
    assert school.keep.models == {}


# Keeping


def test_a_restart_needs_no_learner(school):
    school.start()
    assert school.suggested("later today beans soil seeds. again beans hedge.")[0]["tag"] == "garden"
    assert not school.known()["due"]


@pytest.mark.parametrize("damage", (b"", b"no archive", bytes(1000)))
def test_a_damaged_model_is_learned_anew(damage):
    keep = Keep()
    keep.models[NAME] = damage
    school = School(notebook(), keep)
    assert school.suggested("later today beans soil seeds.") == [] and school.known()["due"]


def test_it_is_time_to_learn_anew_when_some_notes_got_other_tags():
    notes = notebook()
    school = School(notes)
    school.teach()
    untagged = [note for note in notes if not note["tags"]]
    for note in untagged[:4]:
        school.index(note | {"tags": ["garden"], "revision": 2})
    assert not school.known()["due"]
    school.index(untagged[4] | {"tags": ["garden"], "revision": 2})
    assert school.known()["due"]


# Refusing and forgetting


def test_a_refusal_teaches_what_a_tag_is_not_for():
    notes = notebook()
    lot = random.Random(9)
    doubtful = "later beans maybe. again seeds came."
    plain = learn_tags({}, taught(memory_of(notes)))[1]
    refusing = notes + [a_note(1000 + at, text_about("garden", lot), refused=["garden"]) for at in range(8)]
    warned = learn_tags({}, taught(memory_of(refusing)))[1]
    note = asyncio.run(memory_of([]).analysed([a_note(5000, doubtful)]))[0]
    at = [row["tag"] for row in json.loads(plain["about"])["tags"]].index("garden")
    assert Learned(warned | {"told": "{}"}).scores(note)[at] < Learned(plain | {"told": "{}"}).scores(note)[at]


def test_a_forgotten_tag_is_taken_out_of_what_was_learned_at_once_and_is_not_learned_again():
    school = School(notebook())
    school.teach()
    known = school.known(forgotten=["garden"])
    assert sorted(row["tag"] for row in known["tags"]) == ["money", "music"] and not known["due"]
    assert b"garden" not in Learned.read(school.keep.models[NAME]).arrays["about"].encode()
    assert [row["tag"] for row in school.suggested("maybe the bank wants rent. again a bill.")] == ["money"]
    assert sorted(row["tag"] for row in school.teach(forgotten=["garden"])["tags"]) == ["money", "music"]
    assert school.known()["due"]  # remembered: it may be learned again


def test_after_a_wipe_only_what_is_written_from_then_on_teaches():
    notes = notebook()
    school = School(notes)
    assert school.teach(since="2027-01-01T00:00:00.000Z")["tags"] == []
    assert school.known(since="2027-01-01T00:00:00.000Z") == {"tags": [], "due": False, "waiting": []}
    later = [note | {"updated": "2027-02-01T00:00:00.000Z", "revision": 2} for note in notes]
    school.index(*later)
    assert len(school.teach(since="2027-01-01T00:00:00.000Z")["tags"]) == 3


def test_a_tag_of_which_its_own_notes_say_nothing_never_speaks():
    lot = random.Random(2)
    notes = notebook(tags=("garden",)) + [a_note(2000 + at, text_about("", lot), tags=["monday"]) for at in range(25)]
    told = {row["tag"]: row for row in learn_tags({}, taught(memory_of(notes)))[0]["tags"]}
    assert told["garden"]["speaks"] and not told["monday"]["speaks"] and told["monday"]["sure"] < 0.88


def test_a_tag_that_every_note_has_is_not_learned():
    told = learn_tags({}, taught(memory_of([note | {"tags": ["all"]} for note in notebook()])))[0]["tags"]
    assert [(row["tag"], row["speaks"]) for row in told] == [("all", False)]


def test_odd_tags_and_empty_notes_do_no_harm():
    notes = [a_note(at, "", tags=["\ud800", "<b>", "x" * 60]) for at in range(25)]
    school = School(notes)
    school.teach()
    assert school.suggested("anything", ["\ud800", "<b>"]) == []
