"""Writing, saving and finding notes again, as a person does it. The engine is not needed."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.app(engine=False, offline_copy=False)


def test_the_shell_is_there_before_any_python(open_app):
    stopped = "globalThis.WebAssembly.instantiateStreaming = globalThis.WebAssembly.instantiate = () => new Promise(() => {})"
    app = open_app(engine=False, offline_copy=False, wait=False, scripts=[stopped])
    expect(app.note).to_be_editable()
    expect(app.note).to_be_focused()
    app.page.keyboard.type("Already writing")
    assert app.text == "Already writing"


def test_a_note_is_saved_and_there_again_after_a_reload(app):
    app.title.fill("Packing")
    app.write("Socks, the red book, and figs.")
    app.wait_saved()
    app.reload()
    expect(app.title).to_have_value("Packing")
    expect(app.note).to_have_value("Socks, the red book, and figs.")
    expect(app.notes).to_have_count(1)


def test_typing_right_after_new_note_goes_into_the_new_note(app):
    app.write("The old one, still unsaved")
    app.button("New note").click()
    app.page.keyboard.type("The new one")
    app.wait_saved()
    expect(app.notes).to_have_count(2)
    assert heads(app) == ["The new one", "The old one, still unsaved"]


def test_enter_in_the_title_goes_on_to_the_text(app):
    app.title.click()
    app.page.keyboard.type("Sunday\nRain")
    expect(app.title).to_have_value("Sunday")
    expect(app.note).to_have_value("Rain")


def test_an_empty_note_is_not_kept(app):
    app.write_note("One")
    app.new_note()
    app.new_note()
    app.reload()
    expect(app.notes).to_have_count(1)


def test_the_newest_note_is_listed_first_and_a_pinned_one_before_it(app):
    for text in ("one", "two", "three"):
        app.write_note(text)
    assert heads(app) == ["three", "two", "one"]
    app.turn_to("one")
    expect(app.note).to_have_value("one")
    app.button("Pin").click()
    expect(app.notes.first).to_contain_text("one")
    app.reload()
    assert [head.removeprefix("●") for head in heads(app)] == ["one", "three", "two"]
    app.button("Pin").click()
    expect(app.notes.first).to_contain_text("three")


def test_a_note_goes_to_the_trash_and_undo_brings_it_back(app):
    app.write_note("Stays")
    app.write_note("Goes")
    app.button("Move to trash").click()
    expect(app.notes).to_have_count(1)
    expect(app.note).to_have_value("Stays")
    app.button("Undo").click()
    expect(app.notes).to_have_count(2)
    expect(app.note).to_have_value("Goes")
    app.reload()
    expect(app.notes).to_have_count(2)


def test_the_trash_can_be_looked_through_restored_from_and_emptied_for_good(app):
    app.write_note("First")
    app.write_note("Second")
    app.button("Move to trash").click()
    expect(app.note).to_have_value("First")
    app.button("Move to trash").click()
    app.button("Trash").click()
    expect(app.trash).to_have_count(2)
    app.trash.filter(has_text="Second").get_by_role("button", name="Erase").click()
    expect(app.trash).to_have_count(1)
    app.trash.first.get_by_role("button", name="Restore").click()
    expect(app.note).to_have_value("First")
    app.reload()
    expect(app.notes).to_have_count(1)


def test_tags_are_added_once_and_removed(app):
    app.write_note("Lisbon")
    field = app.page.get_by_label("Add a tag")
    for tag in ("travel", "#Travel", "family, spring"):
        field.fill(tag)
        field.press("Enter")
        expect(field).to_have_value("")
    expect(app.tags).to_have_count(3)
    app.button("Remove tag family").click()
    expect(app.tags).to_have_count(2)
    app.reload()
    assert [tag.inner_text().split("\n")[0].rstrip("×") for tag in app.tags.all()] == ["travel", "spring"]


def test_tags_of_other_notes_are_offered_while_a_tag_is_typed(app):
    app.write_note("Lisbon")
    field = app.page.get_by_label("Add a tag")
    field.fill("travel")
    field.press("Enter")
    expect(app.tags).to_have_count(1)
    app.new_note()
    field.focus()
    assert app.page.locator("#known-tags option").evaluate_all("options => options.map((option) => option.value)") == ["travel"]


def test_what_was_typed_the_browsers_own_undo_takes_back(app):
    app.write("one two")
    app.page.keyboard.press("Control+z")
    assert app.text != "one two"


def test_alt_n_starts_a_note_from_anywhere(app):
    app.write_note("Before")
    app.open_view("Settings")
    app.page.keyboard.press("Alt+n")
    expect(app.note).to_be_focused()
    expect(app.note).to_have_value("")


def test_a_notebook_of_many_notes_draws_more_as_one_scrolls(app):
    app.write_note("first")
    app.page.evaluate("""async () => {
        const request = indexedDB.open("carryon");
        const db = await new Promise((resolve) => (request.onsuccess = () => resolve(request.result)));
        const store = db.transaction("notes", "readwrite").objectStore("notes");
        const [note] = await new Promise((resolve) => (store.getAll().onsuccess = (event) => resolve(event.target.result)));
        for (let n = 0; n < 300; n++) {
            const id = "01ARZ3NDEKTSV4RRFFQ69" + String(n).padStart(5, "0");
            store.put({ ...note, id, text: "note " + n, updated: "2020-01-01T00:00:00." + String(n).padStart(3, "0") + "Z" });
        }
        await new Promise((resolve) => (store.transaction.oncomplete = resolve));
        db.close();
    }""")
    app.reload()
    expect(app.notes.nth(1)).to_contain_text("note 299")
    drawn = app.notes.count()
    assert drawn < 301
    app.notes.last.scroll_into_view_if_needed()
    app.page.wait_for_function("drawn => document.querySelectorAll('#notes li').length > drawn", arg=drawn)


SLOW_DRAFT = """Object.defineProperty(globalThis, 'carryon', { configurable: true, set(boot) {
    const left = boot.draft.left;
    boot.draft.left = async () => { globalThis.asked = true; await new Promise((done) => setTimeout(done, 1500)); return left(); };
    Object.defineProperty(globalThis, 'carryon', { value: boot, writable: true });
} })"""


def test_what_is_typed_in_the_moment_the_notebook_opens_is_a_note_of_its_own(open_app):
    app = open_app(engine=False, offline_copy=False)
    app.write_note("An older note.")
    app.page.add_init_script(SLOW_DRAFT)
    app.reload(wait=False)
    app.page.wait_for_function("globalThis.asked")
    app.write("Typed in between.")
    app.wait_page()
    expect(app.note).to_have_value("Typed in between.")
    app.wait_saved()
    expect(app.notes).to_have_count(2)


def heads(app):
    return [head.inner_text() for head in app.page.locator("#notes .head").all()]
