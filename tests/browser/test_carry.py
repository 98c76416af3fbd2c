"""Notes go out and come back in, as a person does it: by the page «In and out», with real files."""

import base64
import io
import json
import random
import re
import time
import zipfile

import pytest
from playwright.sync_api import expect

from app.everywhere.clock import timestamp
from tests.browser.driver import NO_ENGINE
from tests.browser.test_pages import POOR_CONTRAST
from tests.browser.vaulting import PASSPHRASE, turn_on
from tests.porter import archives, desk, exports
from tests.porter.archives import as_bytes
from tests.porter.desk import NOW_MS, PNG, Store, a_note, an_attachment, bring, export, notebook, put
from tools.open_copy import opened

# Milliseconds for the start of the porter (Pyodide) and a trip, on a busy machine.
PATIENCE = 120_000

# A picture of one pixel.
PIXEL = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")

# Records of all stores, those of «blobs» with their bytes as lists of numbers.
FILL = """async (stores) => {
    const db = await new Promise((resolve) => { const open = indexedDB.open("carryon"); open.onsuccess = () => resolve(open.result); });
    const tx = db.transaction(Object.keys(stores), "readwrite");
    for (const [name, records] of Object.entries(stores)) for (const record of records) tx.objectStore(name).put(record.data ? { ...record, data: new Uint8Array(record.data) } : record);
    await new Promise((resolve, reject) => { tx.oncomplete = resolve; tx.onabort = () => reject(tx.error); });
    db.close();
}"""
READ = """async () => {
    const db = await new Promise((resolve) => { const open = indexedDB.open("carryon"); open.onsuccess = () => resolve(open.result); });
    const all = {};
    for (const name of ["notes", "revisions", "attachments", "blobs", "settings"]) {
        const records = await new Promise((resolve) => { const get = db.transaction(name).objectStore(name).getAll(); get.onsuccess = () => resolve(get.result); });
        all[name] = records.map((record) => record.data ? { ...record, data: [...record.data] } : record);
    }
    db.close();
    return JSON.stringify(all);
}"""

CLOCK_KEPT = """new Promise((resolve) => {
    const open = indexedDB.open("carryon");
    open.onsuccess = () => {
        const get = open.result.transaction("settings").objectStore("settings").getKey("clock");
        get.onsuccess = () => { open.result.close(); resolve(get.result); };
    };
})"""


def kept(app, settings=("forgotten words", "learned since")):
    """All that is stored, canonical; of the settings only those that travel."""
    stores = json.loads(app.page.evaluate(READ))
    stores["settings"] = [record for record in stores["settings"] if record["id"] in settings]
    return json.dumps(stores, sort_keys=True)


def fill(app, store):
    app.page.evaluate(FILL, {name: [record | ({"data": list(record["data"])} if name == "blobs" else {}) for record in records.values()]
                             for name, records in store.stores.items()})
    return app.reload()


def open_carry(app):
    app.open_view("Settings")
    app.page.get_by_role("link", name="Export and import").click()
    expect(app.page.get_by_role("heading", name="In and out", level=1)).to_be_focused()
    return app


def exported(app, path, button="Export notes"):
    with app.page.expect_download(timeout=PATIENCE) as download:
        app.button(button).click()
    download.value.save_as(path)
    return path


def choose(app, *paths):
    with app.page.expect_file_chooser() as chooser:
        app.button("Import notes…").click()
    chooser.value.set_files([str(path) for path in paths])


@pytest.fixture
def quick(open_app):
    """Opens the app where the clock is believed to show the year of these notes, and was believed as far as it is on this day: else what is old in it
    would go by itself meanwhile."""
    def quick(**more):
        app = open_app(engine=False, offline_copy=False, **more)
        if "scripts" in more:
            return app  # there may be nothing that keeps a clock
        app.until(CLOCK_KEPT)  # the page's own, which it writes as it starts: else it would write over this one
        app.page.evaluate(FILL, {"settings": [{"id": "clock", "moment": timestamp(NOW_MS), "day": timestamp(int(time.time() * 1000))[:10], "thinned": ""}]})
        return app.reload()
    return quick


def test_export_wipe_import_gives_back_every_note_state_attachment_and_date(quick, tmp_path):
    app = open_carry(fill(quick(), notebook(150)))
    before = kept(app)
    path = exported(app, tmp_path / "out.zip")
    expect(app.status("Export")).to_have_text(re.compile(r"^150 notes and 30 attachments are in carryon-\d{4}-\d\d-\d\d\.zip\.$"))
    assert zipfile.ZipFile(path).testzip() is None

    other = open_carry(quick())  # another profile: a notebook that has never seen them
    choose(other, path)
    expect(other.status("Import")).to_have_text("Carryon export: 150 notes and 30 attachments to bring in.", timeout=PATIENCE)
    assert json.loads(other.page.evaluate(READ))["notes"] == [], "a look writes nothing"
    expect(other.button("Import 150 notes")).to_be_focused()
    other.button("Import 150 notes").click()
    expect(other.status("Import")).to_have_text("150 notes and 30 attachments came in.", timeout=PATIENCE)
    assert kept(other) == before
    # The list shows them at once, without a reload.
    other.open_view("Notes")
    expect(other.notes.first).to_be_visible()
    # A second time there is nothing to do.
    open_carry(other)
    choose(other, path)
    expect(other.status("Import")).to_have_text("Carryon export: everything in it is here already.", timeout=PATIENCE)


def test_a_sealed_export_opens_without_a_question_at_home_and_elsewhere_with_the_recovery_code(quick, tmp_path):
    app = fill(quick(), notebook(40))
    code = turn_on(app)
    open_carry(app)
    sealed = app.page.get_by_role("checkbox", name="Encrypted: opens with the passphrase")
    expect(sealed).to_be_checked()
    expect(app.page.get_by_role("checkbox", name="Lock it with a passphrase")).to_be_checked()
    path = exported(app, tmp_path / "out.sealed")
    expect(app.status("Export")).to_have_text(re.compile(r"^40 notes and 8 attachments are in carryon-\d{4}-\d\d-\d\d\.sealed\.$"))
    sealed.uncheck()
    expect(app.page.get_by_text("The zip is not encrypted: whoever has the file can read it.")).to_be_visible()
    with zipfile.ZipFile(exported(app, tmp_path / "out.zip")) as plain, zipfile.ZipFile(io.BytesIO(b"".join(opened(io.BytesIO(path.read_bytes()), PASSPHRASE)))) as inside:
        assert {name: plain.read(name) for name in plain.namelist() if name != "carryon.json"} == {
            name: inside.read(name) for name in inside.namelist() if name != "carryon.json"}
    before = Store()
    bring(before, (tmp_path / "out.zip").read_bytes())
    choose(app, path)
    expect(app.status("Import")).to_have_text("Carryon export: everything in it is here already.", timeout=PATIENCE)
    app.page.get_by_role("checkbox", name="Lock it with a passphrase").uncheck()
    expect(app.page.get_by_text("Without a passphrase whoever has the file can read it")).to_be_visible()

    other = open_carry(quick())
    cut = tmp_path / "cut.sealed"
    cut.write_bytes(path.read_bytes()[:-40])
    choose(other, cut)
    secret = other.page.get_by_label("Passphrase or recovery code of the notebook it was made from")
    expect(secret).to_be_focused(timeout=PATIENCE)
    secret.fill(PASSPHRASE)
    other.button("Open").click()
    expect(other.status("Import")).to_have_text("This sealed copy is not whole: its end is missing, or it was changed or damaged. Use another copy.", timeout=PATIENCE)
    choose(other, path)
    for _ in range(3):
        secret.fill("wrong horse battery staple")
        other.page.keyboard.press("Enter")
        expect(other.button("Open")).to_be_disabled()
        expect(other.status("Import")).to_have_text("This does not open it.", timeout=PATIENCE)
    secret.fill(code.lower())
    other.page.keyboard.press("Enter")
    expect(other.status("Import")).to_have_text("Carryon export: 40 notes and 8 attachments to bring in.", timeout=PATIENCE)
    expect(secret).to_be_hidden()
    other.button("Import 40 notes").click()
    expect(other.status("Import")).to_have_text("40 notes and 8 attachments came in.", timeout=PATIENCE)
    assert kept(other) == json.dumps({name: [record | ({"data": list(record["data"])} if name == "blobs" else {}) for _, record in sorted(records.items())]
                                      for name, records in desk.records(before).items()}, sort_keys=True)
    other.button("Undo this import").click()
    expect(other.status("Import")).to_have_text("Taken back: 40 notes.", timeout=PATIENCE)


# Presses a button as soon as it is there: on a fast machine nobody else could.
PRESS_AT_ONCE = """(id) => {
  const button = document.getElementById(id), way = button.parentElement;
  new MutationObserver((_, observer) => { if (!way.hidden && document.getElementById("import-count").textContent) { observer.disconnect(); button.click(); } })
    .observe(way, { attributes: true, subtree: true, childList: true, characterData: true });
}"""


def looked(app, *paths):
    """Picks the files and waits until it is said what is in them."""
    choose(app, *paths)
    expect(app.page.get_by_role("group", name="Bring notes in")).to_be_visible(timeout=PATIENCE)
    return app.page.get_by_role("group", name="Bring notes in").get_by_role("button").first


def zipped(path, notes, more=b""):
    """A damaged export: records of notes, and nothing else."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        new.writestr("lossless/notes-0001.jsonl", b"\n".join(json.dumps(note).encode() for note in notes) + more)
    return path


def test_what_is_left_out_is_listed_as_text_and_an_import_is_taken_back_here_and_in_other_tabs(quick, tmp_path):
    app = quick()
    app.write_note("My very own note.")
    other = quick(beside=app)
    open_carry(app)
    hostile = a_note(1, "fine") | {"title": "<img src=x onerror=alert(1)>", "text": 7}
    looked(app, zipped(tmp_path / "in.zip", [hostile, a_note(2, "One."), a_note(3, "Two.")], b"\n{half")).click()
    expect(app.status("Import")).to_have_text(re.compile("^2 notes came in. 2 things are left out."), timeout=PATIENCE)
    report = app.page.get_by_role("list", name="Import report").get_by_role("listitem")
    expect(report.first).to_contain_text("<img src=x onerror=alert(1)>")
    expect(report.first).to_contain_text("Left out.")
    with app.page.expect_download() as download:
        app.button("Save the whole report").click()
    assert "Skipped: 2" in download.value.path().read_text()
    expect(other.notes).to_have_count(3)

    other.turn_to("One.")
    other.write(" And more.")
    other.wait_saved()
    app.button("Undo this import").click()
    expect(app.status("Import")).to_have_text("Taken back: 1 note. 1 note that you changed stays.", timeout=PATIENCE)
    expect(app.button("Undo this import")).to_be_hidden()
    expect(other.notes).to_have_count(2)
    expect(other.note).to_have_value("One. And more.")


def test_a_cancelled_import_keeps_what_came_in_and_can_be_taken_back_after_a_restart(quick, tmp_path):
    app = open_carry(quick())
    button = looked(app, zipped(tmp_path / "in.zip", [a_note(number, f"Note {number}. " * 40) for number in range(2500)]))
    expect(button).to_have_text("Import 2,500 notes")
    app.page.evaluate(PRESS_AT_ONCE, "import-cancel")
    button.click()
    expect(app.status("Import")).to_have_text(re.compile("^Cancelled. "), timeout=PATIENCE)
    came = len(json.loads(app.page.evaluate(READ))["notes"])
    assert came < 2500 and came % 100 == 0
    if came:
        app.reload()
        open_carry(app)
        app.button("Undo this import").click()
        expect(app.status("Import")).to_have_text(f"Taken back: {came:,} notes.", timeout=PATIENCE)
        assert json.loads(app.page.evaluate(READ))["notes"] == []


def test_a_full_device_ends_an_import_with_whole_notes_and_a_sentence(open_app, tmp_path):
    app = open_app(engine=False, offline_copy=False, path="static/icons/icon.svg", wait=False)
    app.expects("favicon.ico")
    # Before the app writes anything: Chromium remembers for half a minute how much room there was.
    session = app.page.context.new_cdp_session(app.page)  # the limit goes with it
    session.send("Storage.overrideQuotaForOrigin", {"origin": app.address.rstrip("/"), "quotaSize": 22_000_000})
    open_carry(app.open())
    store = Store()
    for number in range(12):
        data = PNG + random.Random(number).randbytes(3_000_000)
        record = an_attachment(number, data)
        put(store, "attachments", record)
        put(store, "blobs", {"id": record["id"], "data": data})
        put(store, "notes", a_note(number, f"![](attachment:{record['id']})"))
    path = tmp_path / "in.zip"
    path.write_bytes(export(store)[1])
    looked(app, path).click()
    expect(app.status("Import")).to_have_text(re.compile("came in. It ended early: There is no room left on this device."), timeout=PATIENCE)
    kept_here = json.loads(app.page.evaluate(READ))
    assert 0 < len(kept_here["notes"]) < 12 and len(kept_here["blobs"]) == len(kept_here["attachments"]) == len(kept_here["notes"])
    app.button("Undo this import").click()
    expect(app.status("Import")).to_have_text(re.compile("^Taken back"), timeout=PATIENCE)


def test_a_folder_of_another_app_comes_in_with_its_pictures(quick, tmp_path):
    for path, content in exports.OBSIDIAN.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(as_bytes(content))
    app = open_carry(quick())
    with app.page.expect_file_chooser() as chooser:
        app.button("Import a folder…").click()
    chooser.value.set_files(tmp_path / "My vault")
    expect(app.status("Import")).to_contain_text("Obsidian", timeout=PATIENCE)
    app.page.get_by_role("group", name="Bring notes in").get_by_role("button").first.click()
    expect(app.status("Import")).to_contain_text("came in", timeout=PATIENCE)
    stored = json.loads(app.page.evaluate(READ))
    roof = next(note for note in stored["notes"] if note["title"] == "The roof")
    assert roof["created"].startswith("2023-05-06") and "house" in roof["tags"]
    assert [blob["data"] for blob in stored["blobs"] if bytes(blob["data"]) == archives.PNG]


@pytest.mark.parametrize("scheme", ("light", "dark"))
def test_on_a_phone_the_page_fits_can_be_read_and_says_what_a_window_without_storage_cannot_do(quick, scheme):
    app = open_carry(quick(viewport=(390, 844), touch=True, color_scheme=scheme))
    app.page.get_by_role("checkbox", name="Lock it with a passphrase").check()
    assert app.page.evaluate("document.documentElement.scrollWidth") <= 390 and app.page.evaluate(POOR_CONTRAST) == []
    app = quick(viewport=(390, 844), scripts=["Object.defineProperty(globalThis, 'indexedDB', { value: undefined })"])
    app.expects("reading 'open'")
    app.page.evaluate("location.hash = '#/carry'")
    expect(app.page.get_by_text("This window keeps nothing")).to_be_visible()
    for name in ("Export notes", "Make an exit kit", "Import notes…"):
        expect(app.button(name)).to_be_disabled()


def test_what_holds_no_notes_is_said(quick, tmp_path):
    app = open_carry(quick())
    (tmp_path / "in.7z").write_bytes(b"7z\xbc\xaf\x27\x1c" + bytes(600))
    choose(app, tmp_path / "in.7z")
    expect(app.status("Import")).to_have_text(re.compile("7z archive"), timeout=PATIENCE)
    expect(app.button("Import notes…")).to_be_enabled()


def test_some_notes_are_chosen_by_tag_by_search_or_as_the_open_one(quick, tmp_path):
    app = quick()
    app.write_note("Beans and roses.")
    app.page.get_by_role("combobox", name="Add a tag").fill("garden")
    app.page.keyboard.press("Enter")
    app.write_note("The rent went up.")
    app.write_note("The rent again.")
    app.page.get_by_role("searchbox", name="Search notes").fill("rent")
    open_carry(app)
    which = app.page.get_by_role("combobox", name="Which notes")
    for choice, count in (("garden", "1 note is"), ("The note that is open", "1 note is"), ("The notes found for «rent»", "2 notes are")):
        which.select_option(choice)
        exported(app, tmp_path / "out.zip")
        expect(app.status("Export")).to_have_text(re.compile("^" + count))


def test_in_airplane_mode_and_without_an_engine_notes_go_out_and_come_in(cold_browser, own_server, tmp_path):
    with cold_browser(own_server.address, scripts=[NO_ENGINE]) as app:
        app.write_note("Written on the ground.")
        app.wait_ready_to_fly()
    own_server.stop()
    with cold_browser(own_server.address, offline=True, scripts=[NO_ENGINE]) as app:
        open_carry(app)
        path = exported(app, tmp_path / "out.zip")
        assert any(name.endswith("Written on the ground.md") for name in zipfile.ZipFile(path).namelist())
        kit = exported(app, tmp_path / "kit.html", "Make an exit kit")
        assert "Written on the ground." in kit.read_text()
        looked(app, zipped(tmp_path / "in.zip", [a_note(1, "From elsewhere.")])).click()
        expect(app.status("Import")).to_have_text(re.compile("^1 note came in"), timeout=PATIENCE)


# -- the exit kit ----------------------------------------------------------------------------------------------------


HOSTILE = ('<img src=x onerror="document.title=1">\n\n</script><script>document.title = 2</script>\n\n[click](javascript:document.title=3) <!-- [img](data:text/html,x)\n\n'
           "![p](https://example.org/p.png) &lt;b&gt; \u2028 `<b>`")


def kit_of(app, tmp_path, passphrase=""):
    store, picture, file = Store(), an_attachment(1, PIXEL, "dot.png"), an_attachment(2, b"hello", "hello.txt", "text/plain")
    put(store, "attachments", picture, file)
    put(store, "blobs", {"id": picture["id"], "data": PIXEL}, {"id": file["id"], "data": b"hello"})
    put(store, "notes", a_note(1, HOSTILE, title="</script><script>document.title = 4</script>"),
        a_note(2, f"# Été\n\n- **one**\n- [x] two\n\n> said\n\n![dot](attachment:{picture['id']}) [hello](attachment:{file['id']})", tags=["garden"]))
    for number in range(3, 150):
        put(store, "notes", a_note(number, f"Entry {number} about the weather."))
    fill(app, store)
    open_carry(app)
    if passphrase:
        app.page.get_by_role("checkbox", name="Lock it with a passphrase").check()
        app.page.get_by_role("textbox", name="Passphrase", exact=True).fill(passphrase)
        app.page.get_by_label("The same again").fill(passphrase)
    return exported(app, tmp_path / "kit.html", "Make an exit kit")


def reads_as_it_should(page):
    items = page.get_by_role("list", name="Notes").get_by_role("listitem")
    expect(items).to_have_count(100)
    page.get_by_role("button", name="Show more").click()
    expect(items).to_have_count(149)
    page.get_by_role("searchbox", name="Search notes").fill("ete GARDEN")
    expect(items).to_have_count(1)
    items.first.get_by_role("button").click()
    note = page.get_by_role("article", name="Note")
    expect(note.get_by_role("heading", name="Été")).to_be_visible()
    expect(note.get_by_role("listitem").filter(has_text="two").get_by_role("checkbox")).to_be_checked()
    picture = note.get_by_role("img", name="dot")
    expect(picture).to_be_visible()
    page.wait_for_function("() => document.querySelector('#page img').naturalWidth === 1")
    with page.expect_download() as download:
        note.get_by_role("button", name="hello").click()
    assert download.value.path().read_bytes() == b"hello" and download.value.suggested_filename == "hello.txt"
    page.get_by_role("searchbox", name="Search notes").fill("javascript")
    expect(items.first).to_contain_text("</script>")
    items.first.get_by_role("button").click()
    expect(note).to_contain_text("</script><script>document.title = 2</script>")
    expect(note).to_contain_text("[picture: p]")
    expect(note.get_by_text("click")).not_to_have_attribute("href", re.compile(""))
    assert page.title() == "Notes" and note.locator("script, img").count() == 0


def test_an_exit_kit_opens_from_a_disk_without_a_network_and_runs_nothing_of_the_notes(quick, browser, tmp_path):
    path = kit_of(quick(), tmp_path)
    context = browser.new_context(offline=True)
    page, complaints, requests = context.new_page(), [], []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda request: requests.append(request.url))
    page.goto(path.as_uri())
    reads_as_it_should(page)
    assert complaints == [] and [url for url in requests if not url.startswith(("file:", "blob:"))] == []
    # Its policy allows no request, whoever asks for it.
    assert page.evaluate("fetch('https://example.org/').then(() => 'sent', () => 'refused')") == "refused"
    assert page.evaluate("() => new Promise((resolve) => { const script = document.createElement('script'); script.textContent = 'window.ran = 1'; document.body.append(script); resolve(window.ran ?? 0); })") == 0
    context.close()


def test_a_locked_exit_kit_holds_nothing_in_clear_and_opens_with_its_passphrase_only(quick, browser, tmp_path):
    app = quick()
    path = kit_of(app, tmp_path, "correct horse battery")
    expect(app.status("Exit kit")).to_have_text(re.compile("^149 notes and 2 attachments are in carryon-.*html. Open it in any browser.$"))
    expect(app.page.get_by_role("textbox", name="Passphrase", exact=True)).to_have_value("")
    text = path.read_text()
    assert not [canary for canary in ("weather", "garden", "dot.png", "hello", "Entry", "aGVsbG8") if canary in text]
    context = browser.new_context(offline=True)
    page = context.new_page()
    page.goto(path.as_uri())
    page.get_by_label("Passphrase").fill("wrong horse battery")
    page.get_by_role("button", name="Open").click()
    expect(page.get_by_role("status", name="Lock")).to_have_text("That passphrase does not open it.", timeout=PATIENCE)
    page.get_by_label("Passphrase").fill("correct horse battery")
    page.get_by_role("button", name="Open").click()
    expect(page.get_by_role("navigation", name="Notes")).to_be_visible(timeout=PATIENCE)
    reads_as_it_should(page)
    context.close()


def test_a_weak_or_mistyped_passphrase_makes_no_kit(quick):
    app = open_carry(quick())
    app.page.get_by_role("checkbox", name="Lock it with a passphrase").check()
    for first, second, said in (("short", "short", "12 characters"), ("long enough words", "long enough word", "not the same")):
        app.page.get_by_role("textbox", name="Passphrase", exact=True).fill(first)
        app.page.get_by_label("The same again").fill(second)
        app.button("Make an exit kit").click()
        expect(app.status("Exit kit")).to_contain_text(said)
