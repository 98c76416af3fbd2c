"""Records that the disk, a bug or somebody else changed: the notebook opens, says which, leaves them as they are, and has a way out."""

import base64
import json

import pytest
from playwright.sync_api import expect

from tests.browser.test_carry import FILL, READ
from tests.browser.vaulting import PASSPHRASE, VAULT_MS, is_locked, settings, stored, turn_on, unlock, vault_state
from tests.porter.desk import a_note

pytestmark = pytest.mark.app(engine=False, offline_copy=False)

# Flips a bit of the sealed part of these records: [[store, id]].
FLIP = """async (records) => {
    const db = await new Promise((resolve) => { const opening = indexedDB.open("carryon-sealed"); opening.onsuccess = () => resolve(opening.result); });
    for (const [store, id] of records) {
        const tx = db.transaction(store, "readwrite"), reading = tx.objectStore(store).get(id);
        reading.onsuccess = () => { reading.result.sealed[40] ^= 1; tx.objectStore(store).put(reading.result); };
        await new Promise((resolve) => (tx.oncomplete = resolve));
    }
    db.close();
}"""


def state(note, number, text):
    return {name: note[name] for name in ("created", "updated", "title", "tags")} | {
        "id": f"{note['id']}-01ARZ3NDEKTSV4RRFFQ69G5F{number:02}", "note": note["id"], "revision": number, "text": text, "why": "pause"}


def saved(app, button):
    with app.page.expect_download() as download:
        app.button(button).click()
    return json.loads(download.value.path().read_text())


def test_of_a_sealed_note_that_does_not_open_an_earlier_state_comes_back_what_is_left_is_saved_and_the_rest_goes(app):
    app.expects("was changed or damaged")
    first, second, third = (a_note(number, text) for number, text in ((1, "First"), (2, "Second"), (3, "Third")))
    revisions = [state(third, 1, "Third as it began"), state(third, 2, "Third, grown"), state(second, 1, "Second as it began")]
    file = {"id": "01ARZ3NDEKTSV4RRFFQ69G5FAV", "name": "cat.png", "bytes": 3, "created": "2020-01-01T00:00:00.000Z", "type": "image/png", "sha256": ""}
    app.page.evaluate(FILL, {"notes": [first, second, third], "revisions": revisions, "attachments": [file], "blobs": [{"id": file["id"], "data": [1, 2, 3]}]})
    app.reload()
    turn_on(app)
    app.page.evaluate(FLIP, [["notes", third["id"]], ["notes", second["id"]], ["revisions", revisions[1]["id"]], ["blobs", file["id"]]])
    app.button("Lock now").click()
    is_locked(app)
    unlock(app)
    # The newest note that can be read is on the page.
    app.open_view("Notes")
    expect(app.note).to_have_value("First")
    damaged = app.notes.filter(has_text="A note that cannot be read")
    expect(damaged).to_have_count(2)
    damaged.first.get_by_role("button").click()
    expect(app.page.get_by_role("heading", name="This note cannot be read")).to_be_focused()
    expect(app.note).to_be_hidden()
    states = app.page.get_by_role("list", name="Earlier states").get_by_role("listitem")
    expect(states).to_have_count(1)  # the other one is damaged as well
    left = saved(app, "Save what is left")
    assert {row["store"] for row in left["records"]} == {"notes", "revisions"} and left["vault"]["ways"]
    assert len(base64.b64decode(left["records"][0]["record"]["sealed"]["base64"])) > 40
    states.first.get_by_role("button").click()
    expect(app.note).to_have_value("Third as it began")
    app.wait_saved()
    # Two steps, and it is gone with its history.
    damaged.first.get_by_role("button").click()
    app.button("Delete it for good…").click()
    expect(app.button("Keep it")).to_be_focused()
    app.page.get_by_role("group", name="Delete it for good").get_by_role("button", name="Delete it for good").click()
    expect(app.message).to_contain_text("was deleted")
    expect(damaged).to_have_count(1)
    assert third["id"] not in [row["id"] for row in stored(app)] and [row["id"] for row in stored(app, "revisions")] == [revisions[2]["id"]]
    # The vault stays on, says why, and can be turned off without what cannot be opened once that is saved.
    settings(app)
    app.button("Turn off the vault").click()
    app.page.get_by_role("textbox", name="Passphrase or recovery code").fill(PASSPHRASE)
    app.button("Turn off").click()
    expect(app.message).to_contain_text("1 note and 1 file or thumbnail are damaged and cannot be opened, so the vault stays on.", timeout=VAULT_MS)
    expect(app.button("Turn off the vault without them…")).to_be_disabled()
    assert len(saved(app, "Save them as one file")["records"]) == 2
    app.button("Turn off the vault without them…").click()
    app.page.get_by_role("textbox", name="Passphrase or recovery code").fill(PASSPHRASE)
    app.button("Turn off").click()
    expect(app.message).to_contain_text("The vault is off.", timeout=VAULT_MS)
    assert vault_state(app) == "off" and stored(app, "blobs") == []
    # The note that had an earlier state is what it was then.
    assert sorted(note["text"] for note in stored(app)) == ["First", "Second as it began", "Third as it began"]
    expect(app.page.get_by_role("heading", name="Damaged records")).to_be_hidden()


# What is no note, no setting, no revision, no vault. (JSON cannot say a moment, a hole or a circle: the page adds these.)
WEIRD = """async () => {
    const db = await new Promise((resolve) => { const opening = indexedDB.open("carryon"); opening.onsuccess = () => resolve(opening.result); });
    const tx = db.transaction(["notes", "revisions", "settings", "ledger", "attachments"], "readwrite"), notes = tx.objectStore("notes");
    const circle = { id: "01HZZZZZZZZZZZZZZZZZZZZZZ6", updated: "2030-01-01T00:00:00.000Z" };
    circle.circle = circle;
    const whole = { created: "2030-01-01T00:00:00.000Z", updated: "2030-01-01T00:00:00.000Z", title: "", text: "", tags: [], pinned: false, archived: false,
        deleted: "", never_leaves: false, mood: "", revision: 1 };
    for (const note of [{ id: "01HZZZZZZZZZZZZZZZZZZZZZZ1" }, { id: "01HZZZZZZZZZZZZZZZZZZZZZZ2", updated: 5 }, { ...whole, id: "01HZZZZZZZZZZZZZZZZZZZZZZ3", text: null },
        { ...whole, id: "01HZZZZZZZZZZZZZZZZZZZZZZ4", tags: [1] }, { ...whole, id: "01HZZZZZZZZZZZZZZZZZZZZZZ5", deleted: new Date(0) }, circle,
        { ...whole, id: "01HZZZZZZZZZZZZZZZZZZZZZZ7", updated: "zzz" }, { ...whole, id: 7 }, { ...whole, id: "01HZZZZZZZZZZZZZZZZZZZZZZ8", revision: "1" }]) notes.put(note);
    tx.objectStore("revisions").put({ id: "01HZZZZZZZZZZZZZZZZZZZZZZ3-1", text: 5 });
    tx.objectStore("attachments").put({ id: "no attachment" });
    tx.objectStore("ledger").put({ id: 3, what: new Map() });
    for (const id of ["forgotten words", "forgotten tags", "learned since", "alongside off", "lock after", "safe copies", "clock", "last import", "unused attachments",
        "sample notebook", "vault"]) tx.objectStore("settings").put({ id, value: { nonsense: id }, moment: 1 });
    await new Promise((resolve, reject) => { tx.oncomplete = resolve; tx.onabort = () => reject(tx.error); });
    db.close();
}"""


def test_records_of_the_wrong_shape_keep_nothing_from_opening_are_listed_and_left_as_they_are(app):
    app.expects("was changed or damaged")
    app.write_note("The roof leaks")
    app.page.evaluate(WEIRD)
    before = [repr(note) for note in stored(app) if note.get("text") != "The roof leaks"]  # one of them goes in circles
    app.reload()
    expect(app.note).to_have_value("The roof leaks")
    expect(app.notes.filter(has_text="A note that cannot be read")).to_have_count(8)  # one has no name that a list could say
    app.write(" again")
    app.wait_saved()
    app.write_note("Tea with Noor")
    app.notes.filter(has_text="cannot be read").first.get_by_role("button").click()
    expect(app.page.get_by_text("No earlier state of it can be read.")).to_be_visible()
    app.button("New note").click()
    expect(app.note).to_be_focused()
    for view in ("Insights", "What runs where", "Settings"):
        app.open_view(view)
    left = saved(app, "Save them as one file")
    assert len([row for row in left["records"] if row["store"] == "notes"]) == 9
    expect(app.page.get_by_text("9 notes, 1 earlier version, 1 attachment")).to_be_visible()
    mine = ("The roof leaks again", "Tea with Noor")
    # What is nothing of ours cannot be sealed faithfully: the vault stays off, and the notebook goes on in clear.
    turn_on(app, wait=False)
    expect(app.message).to_contain_text("damaged and cannot be sealed, so the vault stays off.", timeout=VAULT_MS)
    assert vault_state(app) == "off" and [repr(note) for note in stored(app) if note.get("text") not in mine] == before
    app.button("Delete them for good…").click()
    app.page.get_by_role("group", name="Delete them for good").get_by_role("button", name="Delete them for good").click()
    expect(app.message).to_contain_text("damaged records are gone")
    assert sorted(note["text"] for note in json.loads(app.page.evaluate(READ))["notes"]) == sorted(mine)
    app.reload()
    app.open_view("Notes")
    expect(app.notes).to_have_count(2)
