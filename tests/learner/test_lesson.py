"""What the engine tells the learner: all live notes, in the order of their ids, however they are kept."""

import asyncio

import numpy as np
import pytest

from app.engine import lesson as engine_lesson
from app.engine.lesson import Lessons, word_numbers
from app.engine.terms import counted
from app.everywhere.errors import Unavailable
from app.learner import lesson as learner_lesson
from app.learner.learner import Learner
from app.learner.lesson import ENGLISH, OTHER, Lesson
from tests.learner.classroom import Wire, a_note, memory_of, taught

NOTES = [a_note(3, "The dog barks. It rains. We go out.", tags=["dog"], day="2025-03-11"),
         a_note(1, "Rent is due.", title="Money", tags=["money", "home"]),
         a_note(2, "")]


def test_a_lesson_holds_each_note_with_day_language_and_tags_in_the_order_of_the_ids():
    lesson = taught(memory_of(NOTES))
    assert lesson.ids == sorted(note["id"] for note in NOTES)
    assert lesson.days == [20250309, 20250309, 20250311]
    assert lesson.tags == [["money", "home"], [], ["dog"]]
    assert lesson.languages == ["en", "en", "en"] and len(lesson) == 3


def test_the_vectors_of_a_note_are_those_that_the_index_has():
    memory = memory_of(NOTES)
    lesson = taught(memory)
    owners, vectors = lesson.passages(ENGLISH)
    assert owners.tolist() == [0, 2, 2]  # «The dog barks. It rains.», «It rains. We go out.»
    expected = memory._encoders[ENGLISH](["Money\nRent is due.", "The dog barks. It rains.", "It rains. We go out."])
    assert np.abs(vectors - expected).max() < 0.01
    rows, means = lesson.means(ENGLISH)
    assert rows.tolist() == [0, 2]
    assert np.allclose(np.linalg.norm(means, axis=1), 1, atol=1e-6) and means[1] @ (expected[1] + expected[2]) > 1
    assert lesson.passages(OTHER)[0].size == 0 and lesson.means(OTHER)[0].size == 0


def test_words_are_counted_and_known_by_number_only():
    lesson = taught(memory_of(NOTES))
    owners, words, times = lesson.words
    terms = counted("Money\nRent is due.")
    assert dict(zip(words[owners == 0].tolist(), times[owners == 0].tolist())) == dict(zip(word_numbers(terms).tolist(), terms.values()))


def test_it_is_the_same_whatever_parts_the_index_is_kept_in():
    many = [a_note(number, f"Day {number}. The dog barks {number % 7} times. It rains.", tags=["odd"] if number % 2 else []) for number in range(40)]
    whole, parts = memory_of(many), memory_of([])
    for first in range(30, -1, -10):
        asyncio.run(parts.index({"notes": many[first:first + 10]}))
        segment = parts.notebook.seal()
        parts.notebook.settle(segment)
    assert len(parts.notebook.parts()) == 4
    one, other = taught(whole), taught(parts)
    assert (one.ids, one.days, one.tags) == (other.ids, other.days, other.tags)
    for a, b in zip((*one.passages(ENGLISH), *one.words, *one.means(ENGLISH)), (*other.passages(ENGLISH), *other.words, *other.means(ENGLISH))):
        assert np.array_equal(a, b)


def test_a_deleted_note_is_not_in_it():
    memory = memory_of(NOTES)
    asyncio.run(memory.index({"notes": [NOTES[0] | {"deleted": "2025-03-12T00:00:00.000Z", "revision": 2}]}))
    lesson, never = taught(memory), taught(memory_of(NOTES[1:]))
    assert lesson.ids == never.ids
    assert all(np.array_equal(a, b) for a, b in zip((*lesson.words, *lesson.means(ENGLISH)), (*never.words, *never.means(ENGLISH))))


def test_an_empty_notebook_is_a_lesson_too():
    lesson = taught(memory_of([]))
    assert len(lesson) == 0 and lesson.means(ENGLISH)[0].size == 0 and lesson.words[0].size == 0


def test_the_engine_posts_slices_and_closes_its_end(monkeypatch):
    monkeypatch.setattr(engine_lesson, "SLICE_NOTES", 2)
    wires = []

    async def memory():
        return there

    there = memory_of(NOTES)
    lessons = Lessons(memory, lambda name: wires.append(Wire()) or wires[-1])
    assert asyncio.run(lessons.lesson({"channel": "secret"})) == {"notes": 3}
    assert [message["kind"] for message in wires[0].posted] == ["slice", "slice", "end"] and wires[0].closed
    # What crosses is numbers, texts and arrays of one dimension: that is what a browser can clone.
    for message in wires[0].posted:
        assert all(isinstance(value, (str, int)) or value.ndim == 1 for value in message.values())


def test_what_was_learned_is_asked_for_on_the_channel():
    learner = Learner()
    learner.results["tags"] = {"weights": np.arange(3, dtype=np.float32)}
    lessons = Lessons(None, lambda name: Wire(learner.hear))
    assert asyncio.run(lessons.given("secret", "tags"))["weights"].tolist() == [0, 1, 2]
    assert asyncio.run(lessons.given("secret", "themes")) == {}
    learner.attend()
    assert asyncio.run(lessons.given("secret", "tags")) == {}


def test_a_learner_that_went_away_is_not_waited_for_in_vain(monkeypatch):
    monkeypatch.setattr(engine_lesson, "PATIENCE_SECONDS", 0.01)
    with pytest.raises(Unavailable, match="went away"):
        asyncio.run(Lessons(None, lambda name: Wire()).given("secret", "tags"))


def test_a_lesson_that_was_cut_off_is_said(monkeypatch):
    monkeypatch.setattr(learner_lesson, "PATIENCE_SECONDS", 0.01)
    with pytest.raises(Unavailable, match="in vain"):
        asyncio.run(Lesson().whole())
