"""Two tabs on one notebook: both live, and nothing is overwritten."""

import pytest
from playwright.sync_api import expect

from tests.browser.killing import stored_texts

pytestmark = pytest.mark.app(engine=False, offline_copy=False)


@pytest.fixture
def other(app, open_app):
    """A second tab on a notebook of one note."""
    app.write_note("Milk")
    other = open_app(beside=app)
    expect(other.note).to_have_value("Milk")
    return other


def test_a_new_note_appears_in_the_list_of_the_other_tab(app, other):
    app.write_note("Bread")
    expect(other.notes.first).to_contain_text("Bread")
    expect(other.note).to_have_value("Milk")


def test_a_note_edited_in_one_tab_changes_on_the_page_of_the_other(app, other):
    app.write(" and honey")
    app.wait_saved()
    expect(other.note).to_have_value("Milk and honey")


def test_a_note_that_goes_to_the_trash_leaves_the_list_of_the_other_tab(app, other):
    app.write_note("Old list")
    expect(other.notes).to_have_count(2)
    app.button("Move to trash").click()
    expect(other.notes).to_have_count(1)


def test_turns_taken_in_both_tabs_end_in_one_note(app, other):
    app.write(" bread")
    app.wait_saved()
    expect(other.note).to_have_value("Milk bread")
    other.write(" butter")
    other.wait_saved()
    expect(app.note).to_have_value("Milk bread butter")
    assert stored_texts(app) == ["Milk bread butter"]


def test_both_tabs_typing_into_one_note_at_once_lose_nothing(app, other):
    app.note.press("Control+End")
    other.note.press("Control+End")
    for one, two in zip(" on the left", " by the door", strict=True):
        app.page.keyboard.type(one)
        other.page.keyboard.type(two)
    app.wait_saved()
    other.wait_saved()
    written = stored_texts(app)
    assert any("on the left" in text for text in written), written
    assert any("by the door" in text for text in written), written


