"""The device has no room, or the browser gives up, in the middle of each kind of write: all of it or nothing, and later the same succeeds."""

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.driver import SOON_MS, Watch
from tests.browser.test_carry import READ
from tests.browser.vaulting import VAULT_MS, turn_on

HARNESS = Path(__file__).with_name("full_device.js").read_text(encoding="utf-8")

PAGE = '<!doctype html><html lang="en"><head><meta charset="utf-8"><link rel="icon" href="static/icons/icon.svg"></head></html>'
RUN = """(source) => new Promise((resolve, reject) => {
    const worker = new Worker(URL.createObjectURL(new Blob([source], { type: "text/javascript" })), { type: "module" });
    worker.onerror = (event) => reject(new Error(event.message));
    worker.onmessage = ({ data }) => (data === "ready" ? worker.postMessage(null) : resolve(data));
})"""


def test_at_every_write_of_every_kind_all_or_nothing_is_there_and_it_is_said_and_later_it_succeeds(browser, server):
    context = browser.new_context()
    context.set_default_timeout(300_000)
    watch = Watch(context)
    page = context.new_page()
    page.route(re.compile("faults.html$"), lambda route: route.fulfill(content_type="text/html", body=PAGE))
    page.goto(server.address + "faults.html")
    outcomes = page.evaluate(RUN, f"const ORIGIN = {server.address!r};\n{HARNESS}")
    print("\n".join(f"{name}: {outcome}" for name, outcome in outcomes.items()))
    assert {name: outcome for name, outcome in outcomes.items() if outcome.startswith("FAILED")} == {}
    idle = [name for name, outcome in outcomes.items() if outcome.startswith("0 ")]
    assert idle == [], "nothing was written, so nothing failed"
    assert [said for said in watch.complaints() if "could not be kept" not in said and "was changed or damaged" not in said] == []
    context.close()


# On the page everything that stores fails for want of room, as long as `full` is set; what removes does not.
FULL = """
  for (const name of ["put", "add"]) {
    const real = IDBObjectStore.prototype[name];
    IDBObjectStore.prototype[name] = function (...what) { if (globalThis.full) throw new DOMException("full", "QuotaExceededError"); return real.apply(this, what); };
  }
"""
ROOM = "There is no room left on this device"


def notes(app):
    return json.loads(app.page.evaluate(READ))["notes"]


@pytest.mark.app(engine=False, offline_copy=False, scripts=[FULL])
def test_whatever_a_person_does_on_a_full_device_is_said_nothing_changes_and_removing_works(app):
    full = lambda is_full: app.page.evaluate("(full) => { globalThis.full = full }", is_full)
    app.write_note("First")
    app.write_note("Second")
    app.button("Move to trash").click()
    expect(app.message).to_contain_text("Moved to the trash.")
    app.write_note("Third")
    before = notes(app)
    full(True)
    # Moving to the trash takes room; removing takes none, and can be undone for a moment.
    app.button("Move to trash").click()
    expect(app.message).to_contain_text("There is no room left on this device to move it to the trash.")
    app.message.get_by_role("button", name="Close message").click()
    app.button("Pin").click()
    expect(app.saving).to_contain_text(ROOM)
    full(False)
    pin = app.button("Pin")
    expect(pin).to_have_attribute("aria-pressed", "true", timeout=SOON_MS)
    pin.click()
    expect(pin).to_have_attribute("aria-pressed", "false")
    full(True)
    app.button("Trash").click()
    app.button("Restore").click()
    expect(app.message).to_contain_text(ROOM)
    app.open_view("Settings")
    app.button("Add the sample notebook").click()
    expect(app.message).to_contain_text("The sample notebook could not be added: " + ROOM)
    app.message.get_by_role("button", name="Close message").click()
    app.page.get_by_role("switch", name="Name what a note is about").click()
    expect(app.message).to_contain_text(ROOM)
    app.message.get_by_role("button", name="Close message").click()
    app.page.get_by_label("Make one by itself").select_option("every day")
    expect(app.message).to_contain_text(ROOM)
    turn_on(app, wait=False)
    expect(app.status("Vault form")).to_contain_text(ROOM, timeout=VAULT_MS)
    app.page.locator("#vault-form").get_by_role("button", name="Cancel").click()
    assert [(note["text"], bool(note["deleted"]), note["pinned"]) for note in notes(app)] == [
        (note["text"], bool(note["deleted"]), note["pinned"]) for note in before]
    app.open_view("Notes")
    app.button("Erase").click()
    app.message.get_by_role("button", name="Close message").click()
    expect(app.page.get_by_text("The trash is empty.")).to_be_visible()
    app.button("Trash").click()
    app.button("Move to trash").click()
    app.message.get_by_role("button", name="Erase it for good").click()
    expect(app.message).to_contain_text("1 note is erased for good.")
    app.message.get_by_role("button", name="Close message").click()
    expect(app.note).to_have_value("First")
    expect(app.notes).to_have_count(1)
    assert [note["text"] for note in notes(app)] == ["First"]
    full(False)
    app.open_view("Settings")
    turn_on(app)
