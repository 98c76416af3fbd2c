"""The sample notebook, as a first visitor meets it."""

import re

from playwright.sync_api import expect

PATIENCE = 60_000


# Presses «Stop» as soon as it is there: on a fast machine nobody else could.
STOP_AT_ONCE = """() => {
  const stop = document.getElementById("index-stop");
  new MutationObserver((_, observer) => { if (!stop.hidden) { observer.disconnect(); stop.click(); } }).observe(stop, { attributes: true });
}"""


def test_it_is_offered_once_added_with_a_click_searched_and_removed_with_another(app):
    app.wait_engine()
    expect(app.page.locator("#index-state[data-read=all]")).to_be_attached(timeout=PATIENCE)  # of nothing yet
    app.page.evaluate(STOP_AT_ONCE)
    app.page.get_by_role("button", name="Try a sample notebook").click()
    expect(app.message).to_contain_text("sample notes are here", timeout=PATIENCE)
    expect(app.status("Index")).to_have_text(re.compile(r"Reading your notes: \d+ of 37\d\. Stopped"), timeout=PATIENCE)
    app.page.get_by_role("button", name="Go on").click()
    expect(app.status("Index")).to_be_hidden(timeout=PATIENCE)
    expect(app.page.get_by_role("button", name="Stop", exact=True)).to_be_hidden()
    expect(app.notes.first).to_be_visible()
    expect(app.page.get_by_role("button", name="Try a sample notebook")).to_be_hidden()
    app.page.get_by_role("searchbox", name="Search notes").fill("tag:workshop")
    results = app.page.get_by_role("list", name="Search results").get_by_role("listitem")
    expect(results).to_have_count(25, timeout=PATIENCE)
    expect(app.status("Search")).to_have_text("25 or more notes")
    app.page.get_by_role("button", name="Show more").click()
    expect(results).to_have_count(50, timeout=PATIENCE)
    app.page.get_by_role("searchbox", name="Search notes").press("Escape")
    app.open_view("Settings")
    app.page.get_by_role("button", name="Remove the sample notebook").click()
    expect(app.message).to_contain_text("sample notes were removed", timeout=PATIENCE)
    app.open_view("Notes")
    expect(app.notes).to_have_count(0)
    expect(app.page.get_by_role("button", name="Try a sample notebook")).to_be_visible()


def test_removing_it_leaves_ones_own_notes(open_app):
    app = open_app(engine=False, offline_copy=False)
    app.write_note("My very own note.")
    app.open_view("Settings")
    app.page.get_by_role("button", name="Add the sample notebook").click()
    expect(app.message).to_contain_text("sample notes are here", timeout=PATIENCE)
    app.page.get_by_role("button", name="Remove them").click()
    expect(app.message).to_contain_text("were removed", timeout=PATIENCE)
    app.open_view("Notes")
    expect(app.notes).to_have_count(1)
    expect(app.note).to_have_value("My very own note.")
