"""Notes go out and come back in, as a person does it: by the page «In and out», with real files."""

import json
import re
import zipfile

import pytest
from playwright.sync_api import expect

from tests.porter.desk import PNG, notebook

# Milliseconds for the start of the porter (Pyodide) and a trip, on a busy machine.
PATIENCE = 120_000

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
    return lambda **more: open_app(engine=False, offline_copy=False, **more)


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
