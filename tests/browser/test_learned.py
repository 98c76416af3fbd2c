"""Tags that are learned, moods that are corrected, and the page that shows and forgets it all.

One engine and one learner serve the whole story of tags: each costs a test run many seconds.
"""

import random

import pytest
from playwright.sync_api import expect

# Milliseconds for a pause, a model that is loaded at its first question, and a busy machine; for the learner's start and its lesson.
PATIENCE = 30_000
LEARNED = 180_000

ABOUT = {"garden": ("planted beans in the wet soil", "the hedge needs cutting", "compost on the beds", "seeds came in the post", "slugs ate the lettuce",
                    "pruned the roses", "tomatoes are ripening in the greenhouse"),
         "money": ("the rent went up again", "paid the electricity bill", "the bank wants another form", "wages arrived late", "saved a little this month",
                   "the tax letter came", "an overdraft fee")}
DAYS = ("Slept badly.", "Anna called in the evening.", "It rained all day.", "Met the neighbours on the stairs.", "Long walk along the river.",
        "Nothing much happened.", "Soup for dinner.")

FILL = """async (notes) => {
    const db = await new Promise((resolve) => { const open = indexedDB.open("carryon"); open.onsuccess = () => resolve(open.result); });
    const tx = db.transaction("notes", "readwrite");
    for (const note of notes) tx.objectStore("notes").put(note);
    await new Promise((resolve) => (tx.oncomplete = resolve));
    db.close();
}"""


def notebook():
    """Twenty notes of each tag, and thirty without any."""
    lot, notes = random.Random(4), []
    for tag in ("garden", "money", ""):
        for _ in range(20 if tag else 30):
            said = [f"{one[0].upper()}{one[1:]}." for one in lot.sample(ABOUT[tag], 2)] if tag else []
            said += lot.sample(DAYS, 2)
            notes.append({"title": "", "text": " ".join(said), "tags": [tag] if tag else []})
    lot.shuffle(notes)
    return [note | {"id": f"01H{number:023}", "created": "2026-01-01T10:00:00.000Z", "updated": f"2026-01-01T10:00:{number % 60:02}.000Z",
                    "pinned": False, "archived": False, "deleted": "", "never_leaves": False, "mood": "", "revision": 1}
            for number, note in enumerate(notes)]


def items(app, name):
    return app.page.get_by_role("list", name=name, exact=True).get_by_role("listitem")


@pytest.fixture
def tagged(open_app):
    """A notebook with two tags of twenty notes each, read by the engine."""
    app = open_app()
    app.page.evaluate(FILL, notebook())
    app.reload().wait_engine()
    expect(app.page.locator("#index-state")).to_have_attribute("data-read", "all", timeout=PATIENCE)
    return app


def test_tags_are_learned_suggested_refused_and_forgotten(tagged, open_app):
    app = tagged
    suggested = app.page.get_by_role("list", name="Suggested tags")
    assert app.page.locator("html").get_attribute("data-learner") is None, "no learner is started before there is something to learn"

    # Learning, on the page that shows it.
    app.open_learned()
    expect(items(app, "Learned tags")).to_have_count(2, timeout=LEARNED)
    expect(items(app, "Learned tags").filter(has_text="garden")).to_contain_text("20 notes · right about")

    # A note about the same is offered the tag, although it does not stand in it; one about nothing is offered none.
    app.open_view("Notes")
    app.write_note("Dug compost into the soil and planted the beans before the rain.")
    expect(suggested.get_by_role("button", name="Add tag garden")).to_be_visible(timeout=PATIENCE)
    app.write_note("Slept badly, soup for dinner.")
    expect(suggested).to_have_count(0)

    # A refusal holds for the note, in another tab and after a restart, and no other note.
    app.turn_to("Dug compost")
    refuse = suggested.get_by_role("button", name="Refuse tag garden")
    expect(refuse).to_be_visible(timeout=PATIENCE)
    refuse.focus()
    app.page.keyboard.press("Enter")
    expect(suggested).to_have_count(0)
    expect(app.page.get_by_label("Add a tag")).to_be_focused()
    app.wait_saved()
    other = open_app(beside=app)
    other.open_learned()
    expect(items(other, "Refused tags")).to_contain_text("garden")
    other.page.close()
    app.reload().wait_engine()
    app.turn_to("Dug compost")
    expect(app.page.locator("#language-value")).to_have_text("English", timeout=PATIENCE)
    app.page.wait_for_timeout(1500)
    expect(suggested).to_have_count(0)
    assert app.page.locator("html").get_attribute("data-learner") is None, "a restart needs no learner"
    app.write_note("Cut the hedge, sowed seeds, and slugs got the lettuce in the greenhouse.")
    add = suggested.get_by_role("button", name="Add tag garden")
    add.click(timeout=PATIENCE)
    expect(app.tags).to_contain_text("garden")

    # Forgetting the refusal lets the tag be suggested again; forgetting the tag never more.
    app.open_learned()
    expect(items(app, "Refused tags")).to_contain_text("garden")
    app.button("Allow tag garden for Dug compost into the soil and planted the beans before the rain.").click()
    expect(items(app, "Refused tags")).to_contain_text("None")
    app.button("Forget tag money").click()
    expect(items(app, "Learned tags")).to_have_count(1)
    expect(items(app, "Forgotten tags")).to_contain_text("money")
    app.open_view("Notes")
    app.turn_to("Dug compost")
    expect(suggested.get_by_role("button", name="Add tag garden")).to_be_visible(timeout=PATIENCE)

    # A wipe asks in place, keeps the notes, and what was learned is gone from the device.
    app.open_learned()
    app.button("Forget everything…").click()
    expect(app.button("Keep it")).to_be_focused()
    expect(app.page.locator("#wipe-what")).to_contain_text("1 tag")
    app.button("Forget everything").click()
    expect(app.message).to_contain_text("All that was learned is forgotten", timeout=PATIENCE)
    expect(items(app, "Learned tags")).to_contain_text("None yet", timeout=PATIENCE)
    expect(items(app, "Learned words")).to_contain_text("Nothing yet")
    expect(items(app, "Forgotten tags")).to_have_count(0)
    left = app.page.evaluate("""async () => {
        const db = await new Promise((resolve) => { const open = indexedDB.open("carryon-learned"); open.onsuccess = () => resolve(open.result); });
        const stores = [...db.objectStoreNames];
        return stores.length ? new Promise((resolve) => { const all = db.transaction(stores[0]).objectStore(stores[0]).getAllKeys(); all.onsuccess = () => resolve(all.result); }) : [];
    }""")
    assert left == []
    app.open_view("Notes")
    assert app.page.evaluate("document.querySelectorAll('#notes li').length") >= 60
    app.turn_to("Cut the hedge")
    expect(app.tags).to_contain_text("garden")


def test_a_page_that_was_opened_before_the_engine_shows_the_words_once_they_are_read(app):
    app.write_note("Tea with Noor. More tea with Noor.")
    app.reload()
    app.open_learned()
    expect(app.button("Forget Noor")).to_be_visible(timeout=PATIENCE)


def test_a_mood_is_corrected_by_its_writer_shown_from_then_on_and_can_be_taken_back(app):
    app.write_note("I am so happy that she came, it was wonderful!")
    value, choice = app.page.locator("#mood-value"), app.page.get_by_role("combobox", name="Correct the mood")
    expect(value).to_have_text("Joy", timeout=PATIENCE)
    choice.select_option(label="No mood")
    expect(value).to_have_text("No mood")
    app.wait_saved()
    app.write_note("The bus was late.")
    expect(value).not_to_have_text("No mood")
    app.reload()
    app.turn_to("so happy")
    expect(value).to_have_text("No mood")  # known without an engine
    expect(choice).to_have_value("none")
    app.open_learned()
    app.button("Take back the mood of I am so happy that she came, it was wonderful!").click()
    expect(items(app, "Corrected moods")).to_contain_text("None")
    app.open_view("Notes")
    app.wait_engine()
    expect(value).to_have_text("Joy", timeout=PATIENCE)


def test_the_page_needs_no_mouse_and_no_engine(open_app):
    app = open_app(engine=False, offline_copy=False, path="#/learned")
    expect(app.page.get_by_role("heading", name="What I have learned")).to_be_visible()
    expect(app.page.get_by_role("link", name="Settings", exact=True).first).to_have_attribute("aria-current", "true")
    app.page.get_by_role("searchbox", name="Find a learned word").focus()
    app.page.keyboard.press("Tab")
    expect(app.button("Forget everything…")).to_be_focused()
    app.page.keyboard.press("Enter")
    expect(app.button("Keep it")).to_be_focused()
    app.page.keyboard.press("Enter")
    expect(app.button("Forget everything…")).to_be_focused()
    expect(app.page.locator("#wipe-sure")).to_be_hidden()
