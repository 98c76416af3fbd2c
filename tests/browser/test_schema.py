"""Notebooks of an older Carryon, older tabs, and connections that the browser closes: nothing is lost, and it is said."""

import pytest
from playwright.sync_api import expect

from tests.browser.driver import Notebook
from tests.browser.killing import stored_texts

pytestmark = pytest.mark.app(engine=False, offline_copy=False)

# A notebook as the first Carryon made it: schema 1, notes without the fields that came later. The connection stays open,
# and does not care when another tab wants to upgrade.
SCHEMA_1 = """() => new Promise((resolve) => {
    const opening = indexedDB.open("carryon", 1);
    opening.onupgradeneeded = () => {
        const db = opening.result;
        db.createObjectStore("notes", { keyPath: "id" }).createIndex("updated", "updated");
        db.createObjectStore("settings", { keyPath: "id" });
        db.createObjectStore("ledger", { keyPath: "id" });
    };
    opening.onsuccess = () => {
        const tx = opening.result.transaction("notes", "readwrite");
        for (const n of [1, 2, 3])
            tx.objectStore("notes").put({
                id: "01ARZ3NDEKTSV4RRFFQ69G5FA" + n, created: "2025-01-0" + n + "T08:00:00.000Z", updated: "2025-01-0" + n + "T08:00:00.000Z",
                title: "", text: "Note " + n, tags: ["old"], pinned: false, archived: false, deleted: "", never_leaves: false, mood: "", revision: 1,
            });
        tx.oncomplete = () => { globalThis.held = opening.result; resolve(); };
    };
})"""


@pytest.fixture
def older(open_app):
    """A tab that holds a notebook of schema 1."""
    older = open_app(engine=False, offline_copy=False, path="static/icons/icon.svg", wait=False)
    older.expects("favicon")  # a picture as a page asks for one
    older.page.evaluate(SCHEMA_1)
    return older


def test_a_notebook_of_the_first_schema_opens_with_all_its_notes_and_has_a_history_from_then_on(older):
    older.page.evaluate("held.close()")
    app = older.open()
    expect(app.notes).to_have_count(3)
    expect(app.note).to_have_value("Note 3")
    expect(app.tags).to_have_count(1)
    app.write(" goes on")
    app.wait_saved()
    app.button("History").click()
    expect(app.page.get_by_role("list", name="Earlier versions").get_by_role("listitem")).to_have_count(1)


def test_an_older_tab_in_the_way_is_named_and_when_it_closes_the_new_one_goes_on_by_itself(older, open_app):
    app = open_app(beside=older, wait=False)
    expect(app.alarm).to_contain_text("older version", timeout=30_000)
    app.write("Typed while waiting")
    older.page.close()
    app.wait_page()
    expect(app.alarm).to_be_hidden()
    expect(app.note).to_have_value("Typed while waiting")
    expect(app.notes).to_have_count(4)


def newer(page):
    """This page loads the next Carryon from now on: schema 3."""
    def answer(route):
        source = route.fetch().text()
        assert "SCHEMA_VERSION = 2" in source
        route.fulfill(content_type="text/javascript", body=source.replace("SCHEMA_VERSION = 2", "SCHEMA_VERSION = 3"))

    page.route("**/static/glue/database.js", answer)


def test_a_tab_that_is_too_old_says_so_and_what_is_typed_there_is_merged_after_its_reload(app):
    app.write_note("Tea with Noor")
    page = app.page.context.new_page()
    newer(page)
    other = Notebook(page, app.watch, app.address).open()
    expect(other.note).to_have_value("Tea with Noor")
    expect(app.alarm).to_contain_text("updated in another tab")
    app.write(" at four")
    expect(app.saving).to_contain_text("What you typed is kept")
    other.note.press("Control+Home")
    other.page.keyboard.type("Green ")
    other.wait_saved()
    assert app.text == "Tea with Noor at four"
    newer(app.page)
    app.alarm.get_by_role("button", name="Reload").click()
    expect(app.note).to_have_value("Green Tea with Noor at four", timeout=30_000)
    app.wait_saved()
    expect(other.note).to_have_value("Green Tea with Noor at four")
    app.reload()
    expect(app.notes).to_have_count(1)


def test_a_notebook_that_the_browser_closed_and_cleared_is_opened_again_and_the_note_on_the_page_is_saved(app):
    app.write_note("Before")
    session = app.page.context.new_cdp_session(app.page)
    session.send("Storage.clearDataForOrigin", {"origin": app.address.rstrip("/"), "storageTypes": "indexeddb"})
    app.write(" and after")
    app.wait_saved()
    assert stored_texts(app) == ["Before and after"]


def test_a_save_that_the_browser_aborts_is_told_and_tried_again(app):
    app.write_note("Before")
    app.page.evaluate("""() => {
        const real = IDBDatabase.prototype.transaction;
        IDBDatabase.prototype.transaction = function (stores, mode, options) {
            const tx = real.call(this, stores, mode, options);
            if (mode === "readwrite" && this.name === "carryon") setTimeout(() => { try { tx.abort() } catch {} });
            return tx;
        };
        globalThis.heal = () => { IDBDatabase.prototype.transaction = real; };
        const put = IDBObjectStore.prototype.put;
        IDBObjectStore.prototype.put = function (...values) {
            const request = put.apply(this, values);
            if (this.transaction.db.name === "carryon" && IDBDatabase.prototype.transaction !== real) this.transaction.abort();
            return request;
        };
    }""")
    app.write(" and after")
    expect(app.saving).to_contain_text("Not saved")
    assert app.text == "Before and after"
    app.page.evaluate("heal()")
    expect(app.saving).to_have_text("Saved", timeout=15_000)
    assert stored_texts(app) == ["Before and after"]
