"""A mood that its reader corrects: the next ones lean that way, and what is taken back leaves nothing."""

import asyncio

import numpy as np
import pytest

from app.engine.mood import EMOTIONS, Mood
from app.engine.own_moods import OwnMoods, weights
from tests.engine.shipped import Shipped
from tests.learner.classroom import a_note, memory_of

GLAD = ("What a lovely day, I am so happy.", "I enjoyed the concert, it was great fun.", "So glad that she came.", "We had a good time, I was pleased.")


@pytest.fixture(scope="module")
def mood():
    return asyncio.run(Mood.load(Shipped()))


def asked(mood, memory, text, **payload):
    async def the_memory():
        return memory

    async def the_mood():
        return mood

    return asyncio.run(OwnMoods(the_memory, the_mood).answer({"text": text, "language": "en"} | payload))


def corrected(count, meant="neutral", **more):
    return [a_note(at, GLAD[at % len(GLAD)], mood=meant, **more) for at in range(count)]


def test_without_corrections_the_model_speaks_as_it_is(mood):
    assert asked(mood, memory_of([]), GLAD[0]) == mood.answer({"text": GLAD[0]}) | {"learned": 0}


@pytest.mark.parametrize("meant", ("neutral", "none", "sadness"))
def test_corrections_teach(mood, meant):
    before, after = asked(mood, memory_of([]), "It was fun."), asked(mood, memory_of(corrected(12, meant)), "It was fun.")
    assert after["learned"] == 12
    assert after["probabilities"]["joy"] < before["probabilities"]["joy"]
    wanted = "neutral" if meant == "none" else meant
    assert after["probabilities"][wanted] > before["probabilities"][wanted]
    assert sum(after["probabilities"].values()) == pytest.approx(1, abs=1e-3)


def test_a_deleted_note_takes_its_correction_with_it_exactly(mood):
    notes = corrected(5)
    memory = memory_of(notes)
    asyncio.run(memory.index({"notes": [notes[2] | {"deleted": "2026-01-01T00:00:00.000Z", "revision": 2}]}))
    assert asked(mood, memory, "It was fun.") == asked(mood, memory_of(notes[:2] + notes[3:]), "It was fun.")


def test_a_correction_that_is_taken_back_leaves_nothing(mood):
    memory = memory_of(corrected(1))
    asyncio.run(memory.index({"notes": [corrected(1)[0] | {"mood": "", "revision": 2}]}))
    assert asked(mood, memory, "It was fun.") == asked(mood, memory_of([]), "It was fun.")


def test_what_was_written_before_a_wipe_teaches_nothing(mood):
    notes = corrected(3, updated="2026-01-01T00:00:00.000Z")
    assert asked(mood, memory_of(notes), "It was fun.", since="2026-01-02T00:00:00.000Z")["learned"] == 0
    assert asked(mood, memory_of(notes), "It was fun.", since="2026-01-01T00:00:00.000Z")["learned"] == 3


def test_a_correction_of_a_text_that_the_model_says_nothing_about_is_no_lesson(mood):
    assert asked(mood, memory_of([a_note(1, "今日は雨でした。", mood="joy")]), "It was fun.")["learned"] == 0


def test_weights_are_counts_of_what_was_meant_against_what_was_believed():
    beliefs = np.full(len(EMOTIONS), 1 / len(EMOTIONS))
    assert np.allclose(weights([]), 1)
    found = weights([(beliefs, "joy")] * 7)
    assert np.allclose(found[EMOTIONS.index("joy")], 17 / 11) and np.allclose(np.delete(found, EMOTIONS.index("joy")), 10 / 11)
