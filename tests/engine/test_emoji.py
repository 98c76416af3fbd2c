"""Emoji for what is written, and when none is offered."""

import asyncio
import json

import pytest

from app.engine.emoji import Emoji
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


@pytest.mark.parametrize("damage", [b"", b"[]", b"{", b'{"format": 9, "emoji": []}', json.dumps({"format": 1, "emoji": [["x"]]}).encode()])
def test_a_damaged_list_is_refused(damage):
    with pytest.raises(ModelError, match="list of emoji"):
        load(damage)
