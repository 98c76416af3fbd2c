"""Tags for a note, out of the writer's own."""

import asyncio

import pytest

from app.engine.tags_from_words import TagsFromWords
from tests.engine.shipped import Shipped

TAGS = ["garden", "work", "recipes", "health", "family", "money", "travel-plans", "bookClub"]


@pytest.fixture(scope="module")
def shipped():
    return asyncio.run(TagsFromWords.load(Shipped()))


def offered(feature, text, tags=TAGS):
    return [row["tag"] for row in feature.answer({"text": text, "tags": tags})["tags"]]


@pytest.mark.parametrize("text, expected", [
    ("Planted the tomatoes and pulled up weeds all morning.", "garden"),
    ("The doctor says my blood pressure is too high again.", "health"),
    ("Fry the onions, add the flour and let it simmer.", "recipes"),
    ("Booked the flights to Lisbon and a hotel by the sea.", "travel-plans"),
])
def test_a_tag_is_offered_where_the_note_speaks_of_it(shipped, text, expected):
    assert offered(shipped, text)[0] == expected


def test_a_tag_that_stands_in_the_note_comes_first_however_it_is_written(shipped):
    assert offered(shipped, "Dull day, but the book club met at ours.")[0] == "bookClub"


def test_only_own_tags_are_offered(shipped):
    assert set(offered(shipped, "Planted the tomatoes.", ["zebra", "garden"])) <= {"zebra", "garden"}


def test_nothing_is_offered_where_no_tag_fits(shipped):
    assert offered(shipped, "Hm.") == []
    assert offered(shipped, "Planted the tomatoes.", []) == []


@pytest.mark.parametrize("text", ["", "\0", "\ud800", "😀", "a" * 1_000_000, "x. " * 500_000])
def test_any_text_and_any_tag_is_accepted(shipped, text):
    offered(shipped, text, ["", "#", "\ud800", "garden", "garden", "-" * 5000])
