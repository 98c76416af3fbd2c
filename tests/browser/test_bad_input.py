"""What users, disks and browsers can do to a notebook, and that it says so and loses nothing."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.app(engine=False, offline_copy=False)


def test_a_note_of_five_megabytes_is_saved_and_comes_back_whole(app):
    text = "All work and no play makes a long note, é.\n" * 115_000
    app.page.evaluate("""text => {
        const area = document.querySelector('textarea');
        area.value = text;
        area.dispatchEvent(new InputEvent('input', { bubbles: true }));
    }""", text)
    expect(app.saving).to_have_text("Saved", timeout=30_000)
    app.reload()
    assert app.page.evaluate("text => document.querySelector('textarea').value === text", text)


def test_a_note_beyond_the_limit_is_told_and_stays_on_the_screen(app):
    app.page.evaluate("""() => {
        const area = document.querySelector('textarea');
        area.value = 'x'.repeat(8_000_001);
        area.dispatchEvent(new InputEvent('input', { bubbles: true }));
    }""")
    expect(app.saving).to_contain_text("Not saved", timeout=30_000)
    expect(app.saving).to_contain_text("split it")
    app.button("New note").click()
    assert app.page.evaluate("document.querySelector('textarea').value.length") == 8_000_001


def test_a_title_of_emoji_and_right_to_left_text_is_kept_and_listed(app):
    title = "🌙📓 يوم طويل שלום 👩‍👩‍👧"
    app.title.fill(title)
    app.write("כתיבה")
    app.wait_saved()
    expect(app.notes.first).to_contain_text(title)
    app.reload()
    expect(app.title).to_have_value(title)
    assert app.note.evaluate("area => getComputedStyle(area).direction") == "rtl"


def test_half_a_surrogate_pair_harms_nothing(app):
    app.page.evaluate("""() => {
        const area = document.querySelector('textarea');
        area.value = 'before \\ud83d after';
        area.dispatchEvent(new InputEvent('input', { bubbles: true }));
    }""")
    app.wait_saved()
    app.reload()
    assert app.text.startswith("before ") and app.text.endswith(" after")


def test_a_browser_without_indexeddb_says_so_and_keeps_the_text_on_screen(open_app):
    app = open_app(engine=False, offline_copy=False, scripts=["Object.defineProperty(globalThis, 'indexedDB', { value: undefined })"])
    app.expects("reading 'open'")  # PyScript's own cache asks for it, and does without
    expect(app.alarm).to_contain_text("IndexedDB")
    app.write("Still here")
    expect(app.saving).to_contain_text("Not saved")
    assert app.text == "Still here"


def test_a_browser_that_refuses_indexeddb_as_private_windows_do_says_so(open_app):
    refuse = "IDBFactory.prototype.open = () => { throw new DOMException('denied', 'SecurityError') }"
    app = open_app(engine=False, offline_copy=False, scripts=[refuse])
    app.expects("denied|SecurityError")
    expect(app.alarm).to_contain_text("private window")
    app.write("Still here")
    expect(app.saving).to_contain_text("Not saved")
    assert app.text == "Still here"


def test_a_browser_without_webassembly_says_what_is_missing_and_keeps_the_text(open_app):
    app = open_app(engine=False, offline_copy=False, wait=False, scripts=["delete globalThis.WebAssembly"])
    app.expects("WebAssembly|native wasm|ArrayBuffer")
    expect(app.alarm).to_contain_text("WebAssembly")
    app.write("Still here")
    assert app.text == "Still here"


def test_a_full_disk_is_said_at_once_and_the_note_is_saved_when_there_is_room(app):
    app.write_note("Before")
    app.page.evaluate("""() => {
        globalThis.realPut = IDBObjectStore.prototype.put;
        IDBObjectStore.prototype.put = function () { throw new DOMException('full', 'QuotaExceededError') };
    }""")
    app.write(" and after")
    expect(app.saving).to_contain_text("Not saved")
    expect(app.saving).to_contain_text("no room")
    app.new_note()
    app.write("Another one")
    app.page.evaluate("() => { IDBObjectStore.prototype.put = globalThis.realPut }")
    expect(app.saving).to_have_text("Saved", timeout=15_000)
    app.reload()
    assert sorted(item.locator(".head").inner_text() for item in app.notes.all()) == ["Another one", "Before and after"]


def test_a_database_closed_from_under_us_is_said_and_nothing_is_called_saved(app):
    app.write_note("Before")
    app.page.evaluate("""() => {
        const real = IDBDatabase.prototype.transaction;
        IDBDatabase.prototype.transaction = function () { throw new DOMException('closed', 'InvalidStateError') };
    }""")
    app.write(" and after")
    expect(app.saving).to_contain_text("Not saved")
    assert app.text == "Before and after"


def test_a_newer_schema_in_another_tab_does_not_strand_this_one_silently(app):
    app.write_note("Before")
    app.page.evaluate("""() => new Promise((resolve) => {
        const request = indexedDB.open('carryon', 99);
        request.onsuccess = () => { request.result.close(); resolve(); };
    })""")
    expect(app.alarm).to_contain_text("updated in another tab")
    app.write(" and after")
    expect(app.saving).to_contain_text("Not saved")
    app.page.on("dialog", lambda dialog: dialog.accept())
