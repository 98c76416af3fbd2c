"""What the engine notices beside the text: found when the writer pauses, gone with the note, off when switched off."""

from playwright.sync_api import expect

# Milliseconds for a pause, six models that are loaded at their first question, and a busy machine.
PATIENCE = 30_000

LETTER = ("A long walk with Anna Kowalska along the river. She gave me her new address, anna.k@example.org. The river was high after the "
          "rain and we talked about the house by the river until it got dark. I am so happy that she came all this way, it was wonderful!")


def found(app, name):
    return app.page.get_by_role("list", name=name)


def test_language_mood_details_and_key_phrases_stand_beside_what_is_written(app):
    app.write_note(LETTER)
    expect(app.page.locator("#language-value")).to_have_text("English", timeout=PATIENCE)
    expect(app.page.locator("#mood-value")).to_have_text("Joy", timeout=PATIENCE)
    expect(found(app, "Personal details")).to_contain_text("anna.k@example.org", timeout=PATIENCE)
    expect(found(app, "Personal details")).to_contain_text("Anna Kowalska", timeout=PATIENCE)
    expect(found(app, "Key phrases").get_by_role("listitem").first).to_be_visible(timeout=PATIENCE)


def test_another_note_takes_what_was_found_in_the_last_one_away_at_once(app):
    app.write_note(LETTER)
    expect(found(app, "Personal details")).to_contain_text("anna.k@example.org", timeout=PATIENCE)
    app.new_note()
    expect(found(app, "Personal details")).to_have_count(0)
    expect(app.page.locator("#language-fact")).to_be_hidden()
    expect(app.page.locator("#mood-fact")).to_be_hidden()


def test_only_ones_own_tags_are_suggested_and_one_click_adds_them(app):
    app.write_note("Bought flour and apples for the pie.")
    app.page.get_by_label("Add a tag").fill("baking")
    app.page.keyboard.press("Enter")
    expect(app.tags).to_contain_text("baking")
    app.new_note()
    app.write("Baked bread again, the dough was too wet and the loaf came out flat.")
    suggested = found(app, "Suggested tags")
    expect(suggested).to_have_text("+ baking", timeout=PATIENCE)
    suggested.get_by_role("button", name="Add tag baking").click()
    expect(app.tags).to_contain_text("baking")
    expect(suggested).to_have_count(0)


def test_an_emoji_goes_in_where_the_caret_is(app):
    app.write_note("The birthday cake was wonderful")
    emoji = app.page.get_by_role("toolbar", name="Emoji").get_by_role("button").first
    expect(emoji).to_be_visible(timeout=PATIENCE)
    sign = emoji.inner_text()
    emoji.click()
    expect(app.note).to_have_value("The birthday cake was wonderful" + sign)
    expect(app.note).to_be_focused()


def test_what_is_switched_off_is_neither_asked_nor_loaded(open_app, host):
    app = open_app(address=host.address, offline_copy=False).wait_engine()
    app.open_view("Settings")
    for name in ("Notice the mood", "Find personal details"):
        app.page.get_by_role("switch", name=name).uncheck()
    app.until("""new Promise((resolve) => (indexedDB.open("carryon").onsuccess = ({ target }) => {
        const asked = target.result.transaction("settings").objectStore("settings").get("alongside off");
        asked.onsuccess = () => { target.result.close(); resolve(asked.result?.value.length === 2); };
    }))""")
    app.reload().wait_engine()
    app.new_note()
    app.write(LETTER)
    expect(app.page.locator("#language-value")).to_have_text("English", timeout=PATIENCE)
    expect(found(app, "Key phrases")).to_be_visible(timeout=PATIENCE)
    expect(found(app, "Personal details")).to_have_count(0)
    assert not host.requested(r"/models/(mood|details)")


def test_hostile_text_is_shown_as_text(app):
    app.write_note("<img src=x onerror=alert(1)>@example.org and <b>eve</b>@example.org wrote. So did anna.k@example.org.")
    expect(found(app, "Personal details")).to_contain_text("anna.k@example.org", timeout=PATIENCE)
    assert app.page.locator("aside img, aside b").count() == 0
