"""Emoji for what is written, and when none is offered."""

import asyncio
import io

import numpy as np
import pytest

from app.engine.emoji import Emoji
from app.engine.vectors import quantise
from app.everywhere.errors import ModelError
from tests.engine.shipped import Shipped


def load(emoji=None):
    return asyncio.run(Emoji.load(Shipped({} if emoji is None else {"emoji.en": emoji})))


@pytest.fixture(scope="module")
def shipped():
    return load()


def offered(emoji, text, limit=5):
    return [row["emoji"].rstrip("\ufe0f") for row in emoji.answer({"text": text, "limit": limit})["emoji"]]


@pytest.mark.parametrize("text, expected", [
    ("It's my birthday today and Anna baked a cake!", "🎂"),
    ("We ate pizza on the sofa.", "🍕"),
    ("The cat slept on my keyboard again.", "🐈"),
    ("Took the train to the coast.", "🚆"),
    ("Rain all day long.", "🌧"),
])
def test_what_is_named_is_offered(shipped, text, expected):
    assert expected in offered(shipped, text)


@pytest.mark.parametrize("text", ["", " ", "the of and", "\ud800", "\0", "0x7f3a", "漢字"])
def test_nothing_is_offered_where_nothing_is_said(shipped, text):
    assert offered(shipped, text) == []


def test_a_letter_that_is_a_word_is_no_tag(shipped):
    assert "ℹ" not in offered(shipped, "I told him what I think and I meant it.", 50)


def test_there_are_at_most_as_many_as_asked_for(shipped):
    assert len(offered(shipped, "We ate pizza on the sofa.", 1)) == 1
    assert offered(shipped, "We ate pizza on the sofa.", 0) == []


def test_variants_of_gender_and_skin_are_one_emoji(shipped):
    text = "I saw a health worker, a doctor"
    assert not {"👨‍⚕️", "👩‍⚕️"} & set(offered(shipped, text, 50))


def test_a_very_long_note_is_answered_by_its_end(shipped):
    assert "🍕" in offered(shipped, "blah. " * 500_000 + "Then we ate pizza.")


def packed(rows=(("🍕", "pizza", ["food"]),), **changed):
    file = io.BytesIO()
    np.savez(file, **Emoji.pack(rows, quantise(np.ones((len(rows), 256), np.float32))) | changed)
    return file.getvalue()


def test_what_was_packed_is_read():
    rows, table = Emoji.read(packed(), 256)
    assert rows == [("🍕", "pizza", ["food"])] and np.allclose(table, 1 / 16)


@pytest.mark.parametrize("damage", [b"", b"[]", packed()[:200], packed(format=np.array([9])), packed([["x"]]), packed(nibbles=np.ones((2, 128), np.uint8)),
                                    packed(scales=np.ones((1, 3), np.uint8)), packed(emoji=np.frombuffer(b"{", np.uint8))])
def test_a_damaged_list_is_refused(damage):
    with pytest.raises(ModelError, match="list of emoji"):
        load(damage)
