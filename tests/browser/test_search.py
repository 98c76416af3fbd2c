"""Notes are found by words and by meaning, and the index outlives the engine."""

import re

from playwright.sync_api import expect

# Milliseconds for an index, its models and a busy machine.
PATIENCE = 30_000

NOTES = ("Lay awake until three again, counting the cars.", "The roof leaks over the back bedroom.", "Planted beans and courgettes at the allotment.",
         "きのう東京タワーに行った。")


def searchbox(app):
    return app.page.get_by_role("searchbox", name="Search notes")


def results(app):
    return app.page.get_by_role("list", name="Search results").get_by_role("listitem")


def write_all(app, notes=NOTES):
    for text in notes:
        app.write_note(text)
        app.new_note()


def look_for(app, query):
    searchbox(app).fill(query)


def test_notes_are_found_by_words_which_are_marked_and_by_meaning_which_is_said(app):
    write_all(app)
    look_for(app, "leaking roofs ")
    expect(results(app).first).to_contain_text("The roof leaks", timeout=PATIENCE)
    expect(results(app).first.locator("mark")).to_have_text(["roof"])
    expect(app.status("Search")).to_have_text("1 note")
    look_for(app, "could not sleep")
    expect(results(app).first).to_contain_text("Lay awake", timeout=PATIENCE)
    expect(results(app).first).to_contain_text("similar meaning")
    results(app).first.get_by_role("button").click()
    expect(app.note).to_have_value(NOTES[0])


def test_slips_operators_and_scripts_without_spaces(app):
    write_all(app)
    app.page.get_by_role("list", name="Notes", exact=True).get_by_role("button", name=re.compile("Planted beans")).click()
    expect(app.note).to_have_value(NOTES[2])
    app.page.get_by_label("Add a tag").fill("garden")
    app.page.keyboard.press("Enter")
    expect(app.tags).to_contain_text("garden")
    for query, found in (("courgetes ", NOTES[2]), ('"back bedroom"', NOTES[1]), ("tag:garden", NOTES[2]), ("東京", NOTES[3]), ("lang:ja", NOTES[3])):
        look_for(app, query)
        expect(results(app).first).to_contain_text(found[:12], timeout=PATIENCE)
    look_for(app, "roof before:2020")
    expect(app.status("Search")).to_have_text("Nothing found.", timeout=PATIENCE)
    look_for(app, "before:soon")
    expect(app.status("Search")).to_contain_text("«before:» wants a date")


def test_the_keyboard_finds_opens_and_leaves(app):
    write_all(app)
    app.note.focus()
    app.page.keyboard.press("Control+k")
    expect(searchbox(app)).to_be_focused()
    app.page.keyboard.type("roof")
    expect(results(app).first).to_contain_text("The roof", timeout=PATIENCE)
    app.page.keyboard.press("ArrowDown")
    expect(results(app).first.get_by_role("button")).to_be_focused()
    app.page.keyboard.press("ArrowUp")
    expect(searchbox(app)).to_be_focused()
    app.page.keyboard.press("Enter")
    expect(app.note).to_have_value(NOTES[1])
    searchbox(app).focus()
    app.page.keyboard.press("Escape")
    expect(results(app)).to_have_count(0)
    expect(app.notes.first).to_be_visible()


def test_what_a_note_holds_is_text_among_the_results(app):
    app.write_note("A roof <img src=x onerror=alert(1)> and <b>bold</b> words.")
    look_for(app, "roof")
    expect(results(app).first).to_contain_text("<img src=x onerror=alert(1)>", timeout=PATIENCE)
    assert app.page.locator("#results img, #results b").count() == 0


def test_without_an_engine_exact_words_are_found(open_app):
    app = open_app(engine=False, offline_copy=False)
    write_all(app)
    look_for(app, "ROOF back")
    expect(results(app)).to_have_count(1)
    expect(results(app).first).to_contain_text("The roof leaks")


def test_related_notes_stand_beside_what_is_written_and_open_at_a_click(app):
    write_all(app)
    app.write("The rain came through the roof above our bed again last night.")
    related = app.page.get_by_role("list", name="Related notes").get_by_role("listitem")
    expect(related.first).to_contain_text("The roof leaks", timeout=PATIENCE)
    related.filter(has_text="The roof leaks over").get_by_role("button").click()
    expect(app.note).to_have_value(NOTES[1])
    expect(related.filter(has_text="The roof leaks over")).to_have_count(0)


# The bytes of all parts of the index, as text.
KEPT = """async () => {
    let said = "";
    const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle("carryon-index", { create: true });
    for await (const file of folder.values()) said += await (await file.getFile()).text().catch(() => ""); // it is being written
    return said;
}"""


def test_the_index_is_kept_and_a_deleted_note_leaves_it(app):
    write_all(app)
    look_for(app, "allotment")
    expect(results(app)).to_have_count(1, timeout=PATIENCE)
    app.until(f"(await ({KEPT})()).includes('allotment')", PATIENCE)
    app.page.reload()
    app.wait_engine()
    look_for(app, "allotment")
    expect(results(app)).to_have_count(1, timeout=PATIENCE)
    results(app).first.get_by_role("button").click()
    app.page.get_by_role("button", name="Move to trash").click()
    look_for(app, "allotments ")
    expect(app.status("Search")).to_have_text("Nothing found.", timeout=PATIENCE)
    app.until(f"!(await ({KEPT})()).includes('allotment')", PATIENCE)


def test_who_walks_through_the_results_stays_there_when_they_come_again(app):
    write_all(app)
    look_for(app, "the")
    expect(results(app).first).to_be_visible()
    first = results(app).first.get_by_role("button")
    first.focus()
    app.page.evaluate("document.querySelector('#results button').dataset.old = 'yes'")
    # A note that is saved elsewhere makes the search ask again.
    app.page.evaluate("document.getElementById('search').dispatchEvent(new Event('input'))")
    expect(app.page.locator("#results [data-old]")).to_have_count(0)
    expect(first).to_be_focused()


def test_an_index_that_cannot_be_read_is_made_anew(app):
    app.write_note(NOTES[2])
    look_for(app, "allotment")
    expect(results(app)).to_have_count(1, timeout=PATIENCE)
    app.until(f"(await ({KEPT})()).includes('allotment')", PATIENCE)
    app.watch.expects("favicon.ico")
    app.page.goto(app.address + "static/icons/icon.svg")
    assert app.page.evaluate("""async () => {
        const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle("carryon-index");
        let cut = 0;
        for await (const file of folder.values()) {
            const writable = await file.createWritable({ keepExistingData: true });
            await writable.truncate(Math.floor((await file.getFile()).size / 2));
            await writable.close();
            cut++;
        }
        return cut;
    }""")
    app.page.goto(app.address)
    app.wait_engine()
    look_for(app, "allotment")
    expect(results(app)).to_have_count(1, timeout=PATIENCE)
