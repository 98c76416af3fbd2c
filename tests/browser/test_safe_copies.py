"""Copies outside the browser: made, dated, made by themselves, and asked for where the browser throws notes away."""

import io
import json
import re
import zipfile

import pytest
from playwright.sync_api import expect

from tests.browser.vaulting import PASSPHRASE, turn_on, unlock
from tools.open_copy import opened

pytestmark = pytest.mark.app(engine=False, offline_copy=False)

# Milliseconds for the porter to start on a busy machine.
PATIENCE = 90_000
# A folder of the browser's own in place of the one that a person would pick: the same kind of handle, without the system's dialogue.
FOLDER = "window.showDirectoryPicker = async () => (await navigator.storage.getDirectory()).getDirectoryHandle('Backups', { create: true })"
IN_FOLDER = """async () => {
    const found = {};
    for await (const [name, handle] of await (await navigator.storage.getDirectory()).getDirectoryHandle("Backups"))
        found[name] = [...new Uint8Array(await (await handle.getFile()).arrayBuffer())];
    return found;
}"""
REMOVE = "async (name) => (await (await navigator.storage.getDirectory()).getDirectoryHandle('Backups')).removeEntry(name)"
# The last copy is of long ago: the setting, put past the app as it would have written it.
YESTERDAY = """async () => {
    const seal = await import("./static/glue/seal.js");
    const { openDB } = await import("./static/vendor/idb/index.js");
    const db = await openDB((await seal.where()).name);
    const setting = await seal.opened("settings", await db.get("settings", "safe copies"));
    await db.put("settings", await seal.record("settings", { ...setting, value: { ...setting.value, day: "2020-01-01" } }));
    db.close();
}"""
# As long as it was: a pack of modules tells how many bytes each has.
SOON = ("COPY_LOOK_AFTER_MS = 60_000", "COPY_LOOK_AFTER_MS = 500   ")


def look_soon(app):
    """The app does not wait a minute until it looks whether a copy is due."""
    def soon(route):
        modules = route.fetch().text()
        assert SOON[0] in modules
        route.fulfill(content_type="text/plain", body=modules.replace(*SOON))
    app.page.route(app.address + "pyscript.pack", soon)


def settings(app):
    app.open_view("Settings")


def notes_in(data):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return [json.loads(line)["text"] for name in archive.namelist() if re.fullmatch(r"lossless/notes-\d+\.jsonl", name)
                for line in archive.read(name).decode().splitlines()]


def test_a_safe_copy_is_downloaded_and_its_age_is_shown(app):
    app.write_note("Planted beans.")
    settings(app)
    expect(app.status("Last safe copy")).to_have_text("There is no copy of your notes outside this browser yet.")
    with app.page.expect_download(timeout=PATIENCE) as download:
        app.button("Make a safe copy now").click()
    assert notes_in(download.value.path().read_bytes()) == ["Planted beans."]
    expect(app.status("Last safe copy")).to_have_text("Last safe copy: today, as a download.")
    app.page.get_by_role("link", name="Notes", exact=True).click()
    app.write(" And peas.")
    app.wait_saved()
    settings(app)
    expect(app.status("Last safe copy")).to_contain_text("You have written since.")


def test_an_export_of_everything_counts_as_a_copy_and_one_of_a_part_does_not(app):
    app.write_note("Planted beans.")
    app.page.goto(app.address + "#/carry")
    for which, said in (("The note that is open", "There is no copy"), ("All notes", "Last safe copy: today, as a download.")):
        app.page.get_by_label("Which notes").select_option(which)
        with app.page.expect_download(timeout=PATIENCE):
            app.button("Export notes").click()
        settings(app)
        expect(app.status("Last safe copy")).to_contain_text(said)
        app.page.get_by_role("link", name="Export and import").click()


def test_a_copy_goes_into_the_chosen_folder_by_itself_when_it_is_due(app):
    app.page.add_init_script(FOLDER)
    look_soon(app)
    app.reload()
    app.write_note("Planted beans.")
    settings(app)
    app.button("Choose a folder…").click()
    expect(app.page.get_by_text("Copies go into the folder «Backups».")).to_be_visible()
    app.page.get_by_label("Make one by itself").select_option("every day")
    app.reload()
    expect(app.status("Last safe copy")).to_have_text("Last safe copy: today, in the folder «Backups».", timeout=PATIENCE)
    files = app.page.evaluate(IN_FOLDER)
    assert [bool(re.fullmatch(r"carryon-\d{4}-\d\d-\d\d\.zip", name)) for name in files] == [True]
    assert notes_in(bytes(*files.values())) == ["Planted beans."]


def test_without_a_folder_a_due_copy_is_offered_as_a_download(app):
    app.write_note("Planted beans.")
    settings(app)
    app.page.get_by_label("Make one by itself").select_option("every week")
    look_soon(app)
    app.reload()
    expect(app.message).to_contain_text("A safe copy of your notes is due.")
    with app.page.expect_download(timeout=PATIENCE):
        app.button("Download it").click()
    expect(app.status("Last safe copy")).to_contain_text("today, as a download")


def test_where_the_browser_throws_notes_away_the_reader_is_told_until_there_is_a_copy(app):
    app.page.add_init_script("Object.defineProperty(navigator, 'userAgent', { value: "
                             "'Mozilla/5.0 (iPhone; CPU iPhone OS 26_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Mobile/15E148 Safari/604.1' })")
    look_soon(app)
    for text in ("One", "Two", "Three"):
        app.write_note(text)
        app.new_note()
    app.reload()
    expect(app.message).to_contain_text("throws away what a page keeps")
    expect(app.page.get_by_role("link", name="No safe copy yet")).to_be_visible()
    with app.page.expect_download(timeout=PATIENCE):
        app.button("Make a safe copy").click()
    expect(app.page.get_by_role("link", name="No safe copy yet")).to_be_hidden()


def test_the_browser_is_asked_once_to_keep_the_notes(app):
    app.page.add_init_script("StorageManager.prototype.persisted = async () => Boolean(window.kept); StorageManager.prototype.persist = async () => (window.kept = true)")
    look_soon(app)
    for text in ("One", "Two", "Three"):
        app.write_note(text)
        app.new_note()
    app.reload()
    expect(app.message).to_contain_text("Shall this browser keep your notes for good?")
    app.button("Keep them").click()
    expect(app.message).to_contain_text("This browser keeps your notes until you remove them yourself.")
    app.reload()
    app.page.wait_for_timeout(1500)
    expect(app.message).to_be_hidden()


def test_with_the_vault_on_copies_go_into_the_folder_sealed_and_open_with_the_passphrase(app):
    app.page.add_init_script(FOLDER)
    app.reload()
    app.write_note("Planted beans.")
    settings(app)
    app.button("Choose a folder…").click()
    expect(app.page.get_by_text("Copies go into the folder «Backups».")).to_be_visible()
    app.button("Make a safe copy now").click()
    expect(app.status("Safe copy")).to_have_text("The copy is in the folder «Backups».", timeout=PATIENCE)
    app.page.get_by_label("Make one by itself").select_option("every day")
    turn_on(app)
    app.open_view("Notes")
    app.write(" And peas.")
    app.wait_saved()
    settings(app)
    expect(app.page.get_by_text("While the vault is on, copies are encrypted")).to_be_visible()
    expect(app.page.get_by_text("One copy in the folder is from before the vault was on, and not encrypted.")).to_be_visible()
    app.button("Make a safe copy now").click()
    # The first copy's words may stand there still: the folder says when the second one is in it.
    app.until(f"({IN_FOLDER})().then((files) => Object.keys(files).some((name) => name.endsWith('.sealed')))", PATIENCE)
    expect(app.status("Safe copy")).to_have_text("The copy is in the folder «Backups».", timeout=PATIENCE)
    (plain, sealed) = (names(app, ending) for ending in (".zip", ".sealed"))
    assert len(plain) == len(sealed) == 1 and plain[0][:-4] == sealed[0][:-7]
    data = bytes(app.page.evaluate(IN_FOLDER)[sealed[0]])
    assert b"beans" not in data and notes_in(b"".join(opened(io.BytesIO(data), PASSPHRASE))) == ["Planted beans. And peas."]
    # By itself as well, the day after.
    app.page.evaluate(REMOVE, sealed[0])
    app.page.evaluate(YESTERDAY)
    app.open_view("Notes")
    app.write(" And leeks.")
    app.wait_saved()
    settings(app)
    look_soon(app)
    app.page.reload()
    unlock(app)
    expect(app.status("Last safe copy")).to_have_text("Last safe copy: today, in the folder «Backups».", timeout=PATIENCE)
    data = bytes(app.page.evaluate(IN_FOLDER)[sealed[0]])
    assert notes_in(b"".join(opened(io.BytesIO(data), PASSPHRASE))) == ["Planted beans. And peas. And leeks."]


def names(app, ending):
    return [name for name in app.page.evaluate(IN_FOLDER) if name.endswith(ending)]
