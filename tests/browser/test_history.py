"""Earlier versions of a note: kept, compared, restored, and undone. And what stays in the trash, and for how long."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.app(engine=False, offline_copy=False)

LONG = "The kettle sang and the cat slept by the window while the rain went on and on over the roofs of the town, and nobody minded at all. Later there was tea, with honey, and a long talk about nothing that mattered."

# MicroPython asks Date.now; what is waited for goes by another clock.
CLOCK = """globalThis.ahead = 0;
const realNow = Date.now.bind(Date);
Date.now = () => realNow() + globalThis.ahead;"""


@pytest.fixture
def written(app):
    """A note with an earlier version: a long text that was deleted, and what came instead."""
    app.title.fill("Evening")
    app.write(LONG)
    app.wait_saved()
    app.note.press("Control+a")
    app.page.keyboard.press("Delete")
    app.write("The kettle sang, then nothing.")
    app.wait_saved()
    return app


def versions(app):
    return app.page.get_by_role("list", name="Earlier versions").get_by_role("listitem")


def open_version(app):
    app.button("History").click()
    versions(app).first.get_by_role("button").click()
    return app.page.get_by_role("region", name="Differences")


def test_a_new_note_has_no_history_and_its_first_words_no_earlier_version(app):
    expect(app.button("History")).to_be_disabled()
    app.write_note("Rain.")
    app.button("History").click()
    expect(app.status("History")).to_contain_text("No earlier versions yet")
    app.button("Back to the text").click()
    expect(app.note).to_be_visible()
    expect(app.button("History")).to_be_focused()


def test_a_version_says_what_came_and_went_since_and_shows_it(written):
    differences = open_version(written)
    expect(versions(written)).to_have_count(1)
    expect(versions(written).first).to_contain_text(re.compile(r"1 word added, \d+ removed since · kept before much was deleted"))
    expect(differences.get_by_role("insertion").first).to_contain_text("then")
    expect(differences.get_by_role("deletion").first).to_contain_text("cat slept")
    marks = differences.evaluate("""place => ["ins", "del"].map((name) => getComputedStyle(place.querySelector(name)).textDecorationLine)""")
    assert marks == ["underline", "line-through"]
    assert differences.evaluate("place => [...place.querySelectorAll('del')].length") >= 1


def test_an_earlier_version_is_restored_the_toast_undoes_it_and_both_states_are_in_the_history(written):
    open_version(written)
    written.button("Restore").click()
    expect(written.note).to_have_value(LONG)
    expect(written.message).to_contain_text("The earlier version is back")
    written.button("Undo").click()
    expect(written.note).to_have_value("The kettle sang, then nothing.")
    written.button("History").click()
    expect(versions(written)).to_have_count(3)
    written.reload()
    expect(written.note).to_have_value("The kettle sang, then nothing.")


def test_an_earlier_version_is_restored_as_a_copy_and_the_note_stays(written):
    open_version(written)
    written.button("Restore as a copy").click()
    expect(written.note).to_have_value(LONG)
    expect(written.title).to_have_value("Evening")
    expect(written.notes).to_have_count(2)
    written.wait_saved()
    written.turn_to("nothing")
    expect(written.note).to_have_value("The kettle sang, then nothing.")


def test_the_history_is_worked_with_keys_alone_and_escape_leads_back(written):
    written.button("History").focus()
    written.page.keyboard.press("Enter")
    expect(written.page.get_by_role("heading", name="Earlier versions")).to_be_focused()
    expect(versions(written)).to_have_count(1)
    written.page.keyboard.press("Tab")
    written.page.keyboard.press("Tab")
    expect(versions(written).first.get_by_role("button")).to_be_focused()
    written.page.keyboard.press("Enter")
    expect(written.page.get_by_role("heading", name="Since")).to_be_focused()
    written.page.keyboard.press("Escape")
    expect(written.note).to_be_visible()


def test_writing_on_after_a_pause_keeps_what_was_there(open_app):
    app = open_app(engine=False, offline_copy=False, scripts=[CLOCK])
    app.write_note("Monday.")
    app.page.evaluate("ahead = 6 * 60_000")
    app.write(" Tuesday.")
    app.wait_saved()
    app.button("History").click()
    expect(versions(app)).to_have_count(1)
    expect(versions(app).first).to_contain_text("1 word added since · kept before you wrote on")


def test_hostile_text_in_a_history_is_only_shown(app):
    app.write_note("<img src=x onerror=alert(1)> " * 8)
    app.note.press("Control+a")
    app.page.keyboard.press("Delete")
    app.write("<script>alert(2)</script>")
    app.wait_saved()
    differences = open_version(app)
    expect(differences).to_contain_text("<img src=x onerror=alert(1)>")
    assert differences.locator("img, script").count() == 0


def test_on_a_phone_the_history_fits(open_app):
    app = open_app(engine=False, offline_copy=False, viewport=(390, 844), touch=True)
    app.write_note(LONG)
    app.note.press("Control+a")
    app.page.keyboard.press("Delete")
    app.write("Short.")
    app.wait_saved()
    differences = open_version(app)
    expect(differences).to_be_visible()
    assert app.page.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_removed_tag_comes_back_to_its_place(app):
    app.write_note("Lisbon")
    for tag in ("travel", "spring"):
        app.page.get_by_label("Add a tag").fill(tag)
        app.page.get_by_label("Add a tag").press("Enter")
        expect(app.tags.filter(has_text=tag)).to_have_count(1)
    app.button("Remove tag travel").click()
    expect(app.tags).to_have_count(1)
    app.button("Undo").click()
    expect(app.tags).to_have_count(2)
    expect(app.tags.first).to_contain_text("travel")


# The trash

def in_trash(app, *texts):
    for text in texts:
        app.write_note(text)
        app.button("Move to trash").click()
        expect(app.notes.filter(has_text=text)).to_have_count(0)


def test_the_trash_says_how_long_a_note_stays_and_is_emptied_with_undo(app):
    in_trash(app, "First", "Second")
    app.button("Trash").click()
    expect(app.trash.first).to_contain_text("30 more days")
    app.button("Empty trash").click()
    expect(app.trash).to_have_count(0)
    app.button("Undo").click()
    expect(app.trash).to_have_count(2)
    app.button("Empty trash").click()
    app.button("Close message").click()
    expect(app.page.get_by_text("The trash is empty.")).to_be_visible()
    wait_notes(app, 0)
    app.reload()
    app.button("Trash").click()
    expect(app.page.get_by_text("The trash is empty.")).to_be_visible()


def test_one_note_is_erased_and_undo_keeps_it(app):
    in_trash(app, "First", "Second")
    app.button("Trash").click()
    app.trash.filter(has_text="First").get_by_role("button", name="Erase").click()
    expect(app.trash).to_have_count(1)
    app.button("Undo").click()
    expect(app.trash).to_have_count(2)
    wait_notes(app, 2)


def test_what_is_being_erased_goes_when_the_page_is_hidden(app):
    in_trash(app, "First")
    app.button("Trash").click()
    app.button("Empty trash").click()
    app.page.evaluate("""() => {
        Object.defineProperty(document, "hidden", { value: true });
        document.dispatchEvent(new Event("visibilitychange"));
    }""")
    wait_notes(app, 0)


def wait_notes(app, count):
    app.until("""new Promise((resolve) => {
        const opening = indexedDB.open("carryon");
        opening.onsuccess = () => {
            const asking = opening.result.transaction("notes").objectStore("notes").count();
            asking.onsuccess = () => { opening.result.close(); resolve(asking.result === COUNT); };
        };
    })""".replace("COUNT", str(count)))
