"""Two texts made from one become one text, or are told apart; by the page's own JavaScript, and by field in Python."""

import pytest

from app.everywhere.note import new_note
from app.page.merging import merged_note
from tests.page.merging_process import MERGING

ID = "01ARZ3NDEKTSV4RRFFQ69G5FAV"
NOW = "2026-11-21T06:35:44.123Z"

MERGED = (
    ("the same on both sides", "tea", "tea with Noor", "tea with Noor", "tea with Noor"),
    ("one side alone", "tea", "tea", "tea with Noor", "tea with Noor"),
    ("different words of a sentence", "tea with Noor at four", "green tea with Noor at four", "tea with Noor at five", "green tea with Noor at five"),
    ("different lines", "one\ntwo\nthree\n", "ONE\ntwo\nthree\n", "one\ntwo\nTHREE\n", "ONE\ntwo\nTHREE\n"),
    ("several places on both sides", "a b c\nd e f\ng h i\n", "a B c\nd e f\ng h I\n", "A b c\nd E f\ng h i\n", "A B c\nd E f\ng h I\n"),
    ("a line that went, and one that came", "one\ntwo\nthree\nfour\n", "one\nthree\nfour\n", "one\ntwo\nthree\nfour\nfive\n", "one\nthree\nfour\nfive\n"),
    ("a word without spaces around", "今日は雨です。", "今日は大雨です。", "今日は雨でした。", "今日は大雨でした。"),
    ("signs beyond 16 bits", "🌙 and 📓", "🌙🌟 and 📓", "🌙 and 📕", "🌙🌟 and 📕"),
)


@pytest.mark.parametrize(("base", "ours", "theirs", "both"), [row[1:] for row in MERGED], ids=[row[0] for row in MERGED])
def test_edits_apart_from_each_other_make_one_text(base, ours, theirs, both):
    assert MERGING.merge(base, ours, theirs) == (both, False)
    assert MERGING.merge(base, theirs, ours) == (both, False)


def test_what_both_wrote_at_the_same_place_stands_one_after_the_other():
    assert MERGING.merge("Milk", "Milk by the door", "Milk on the left") == ("Milk on the left by the door", True)
    assert MERGING.merge("", "sun", "rain") == ("rain sun", True)
    assert MERGING.merge("", "- sun\n- wind", "- rain") == ("- rain\n- sun\n- wind", True)
    assert MERGING.merge("dai", "daily", "dai and night") == ("daily and night", True)
    assert MERGING.merge("rise", "sunrise", "at the rise") == ("at the sunrise", True)
    assert MERGING.merge("a\n", "a\nsun\n", "a\nrain\n") == ("a\nrain\nsun\n", True)


@pytest.mark.parametrize(("base", "ours", "theirs"), [
    ("red", "blue", "green"), ("one two three", "one three", "one 2 three")])
def test_words_that_both_changed_are_not_merged(base, ours, theirs):
    assert MERGING.merge(base, ours, theirs) is None


def test_a_book_with_an_edit_at_each_end_is_merged_at_once():
    book = "All work and no play makes a long note.\n" * 100_000
    assert MERGING.merge(book, "Once. " + book, book + "The end.") == ("Once. " + book + "The end.", False)


def test_a_book_that_both_wrote_anew_is_told_apart_and_nobody_waits_for_it():
    lines = [f"line {n}\n" for n in range(9000)]
    assert MERGING.merge("".join(lines), "".join(lines[::2]), "".join(lines[::3])) is None


def note(**fields):
    return new_note(ID, NOW, "Tea", "With Noor.") | {"revision": 4, "tags": ["home", "tea"]} | fields


def both(ours, theirs, base=None):
    merged, met = merged_note(base or note(), note(**ours), note(**{"revision": 5} | theirs), MERGING.merge)
    return merged


def test_each_field_takes_the_change_of_whoever_made_it():
    merged = both({"title": "Tea time", "pinned": True}, {"text": "With Noor and Ada.", "mood": "joy"})
    assert (merged["title"], merged["text"], merged["pinned"], merged["mood"], merged["revision"]) == ("Tea time", "With Noor and Ada.", True, "joy", 6)


def test_tags_that_came_and_went_on_both_sides_do_so_in_one():
    assert both({"tags": ["tea", "friends"]}, {"tags": ["home", "tea", "Friends", "city"]})["tags"] == ["tea", "Friends", "city"]


def test_what_is_written_on_comes_out_of_the_trash_and_what_is_pinned_does_not():
    assert both({"text": "With Noor, twice."}, {"deleted": NOW})["deleted"] == ""
    assert both({"deleted": NOW}, {"text": "With Noor, twice."})["deleted"] == ""
    assert both({"pinned": True}, {"deleted": NOW})["deleted"] == NOW
    assert both({"deleted": NOW}, {"pinned": True})["deleted"] == NOW


def test_a_note_without_the_newest_fields_is_merged_too():
    older = note()
    del older["refused"]
    assert merged_note(older, older | {"text": "With Noor!"}, older | {"title": "Green tea"}, MERGING.merge)[0]["title"] == "Green tea"


def test_where_both_changed_the_same_words_there_is_no_merged_note():
    assert both({"text": "With Ada."}, {"text": "With Sam."}) is None
