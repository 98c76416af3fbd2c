"""Pictures and files in notes: by paste, drop and picker, in the preview, beside the text, and out again."""

import base64
import struct
import time
import zlib

import pytest
from playwright.sync_api import expect

from app.everywhere.limits import ATTACHMENTS_PER_NOTE, PREVIEW_WAITS_MS

ID = "01ARZ3NDEKTSV4RRFFQ69G5FAV"
pytestmark = pytest.mark.app(engine=False, offline_copy=False)


def png(width=4, height=3, claimed=None) -> bytes:
    """A red picture; `claimed`: what its header says instead of its size."""
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    head = struct.pack(">IIBBBBB", *(claimed or (width, height)), 8, 2, 0, 0, 0)
    rows = (b"\0" + b"\xc0\x30\x20" * width) * height
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


GIF_FRAME = b"\x21\xf9\x04\x04\x0a\0\0\0\x2c\0\0\0\0\x01\0\x01\0\0\x02\x02\x44\x01\0"
# A picture of two frames, behind which a page with a script lies.
GIF = b"GIF89a\x01\0\x01\0\x80\0\0\xff\0\0\0\0\xff\x21\xff\x0bNETSCAPE2.0\x03\x01\0\0\0" + GIF_FRAME * 2 + b";"
SVG = b"<svg xmlns='http://www.w3.org/2000/svg' onload=\"document.title='owned'\"><script>document.title='owned'</script><rect width='9' height='9'/></svg>"
HTML = b"<!doctype html><script>document.title='owned';opener&&(opener.document.title='owned')</script>"

# Files as the browser hands them over, from [[name, type, base64]].
GIVE = """(files) => {
    const transfer = new DataTransfer();
    for (const [name, type, data] of files)
        transfer.items.add(new File([Uint8Array.from(atob(data), (c) => c.charCodeAt(0))], name, { type }));
    return transfer;
}"""


def given(*files):
    return [[name, kind, base64.b64encode(data).decode()] for name, kind, data in files]


# No file can be read before `letGo()`.
HELD = """() => {
    const slice = File.prototype.slice;
    const goOn = new Promise((resolve) => (globalThis.letGo = resolve));
    File.prototype.slice = function (...at) { const part = slice.apply(this, at); return { arrayBuffer: async () => { await goOn; return part.arrayBuffer(); } }; };
}"""


def paste(app, *files, text=None):
    """Pastes into the note; returns whether the browser would paste text itself."""
    return app.note.evaluate(f"""(area, [files, text]) => {{
        const clipboardData = ({GIVE})(files);
        if (text !== null) clipboardData.setData("text/plain", text);
        return area.dispatchEvent(new ClipboardEvent("paste", {{ clipboardData, bubbles: true, cancelable: true }}));
    }}""", [given(*files), text])


def drop(app, *files, on="#note"):
    return app.page.locator(on).evaluate(f"""(element, files) => {{
        const dataTransfer = ({GIVE})(files);
        element.dispatchEvent(new DragEvent("dragover", {{ dataTransfer, bubbles: true, cancelable: true }}));
        return element.dispatchEvent(new DragEvent("drop", {{ dataTransfer, bubbles: true, cancelable: true }}));
    }}""", given(*files))


def choose(app, *files):
    with app.page.expect_file_chooser() as chooser:
        app.button("Attach").click()
    chooser.value.set_files([{"name": name, "mimeType": kind, "buffer": data} for name, kind, data in files])


def rows(app):
    """The list «Attachments» beside the text."""
    return app.page.get_by_role("list", name="Attachments", exact=True).get_by_role("listitem")


def stored(app):
    """{"attachments": [record], "blobs": {id: bytes}} as they are on the device."""
    return app.page.evaluate("""async () => {
        const db = await new Promise((resolve) => (indexedDB.open("carryon").onsuccess = (event) => resolve(event.target.result)));
        const all = (store) => new Promise((resolve) => (db.transaction(store).objectStore(store).getAll().onsuccess = (event) => resolve(event.target.result)));
        const [attachments, blobs] = [await all("attachments"), await all("blobs")];
        db.close();
        return { attachments, blobs: Object.fromEntries(blobs.map(({ id, data }) => [id, data.length])) };
    }""")


def make_old(app, days=30):
    """Everything attached so far was attached so long ago."""
    app.page.evaluate("""async (days) => {
        const db = await new Promise((resolve) => (indexedDB.open("carryon").onsuccess = (event) => resolve(event.target.result)));
        const store = db.transaction("attachments", "readwrite").objectStore("attachments");
        store.getAll().onsuccess = ({ target }) => {
            const then = new Date(Date.now() - days * 864e5).toISOString();
            for (const record of target.result) store.put({ ...record, created: then, updated: then });
        };
        await new Promise((resolve) => (store.transaction.oncomplete = resolve));
        db.close();
    }""", days)


def attached(app, count=1):
    expect(rows(app)).to_have_count(count)
    app.wait_saved()


def erase(app):
    """Moves the open note to the trash, and deletes what is there for good."""
    app.button("Move to trash").click()
    app.button("Trash").click()
    app.trash.first.get_by_role("button", name="Erase").click()
    app.button("Close message").click()
    expect(app.trash).to_have_count(0)
    app.button("Trash").click()


def test_a_pasted_picture_is_named_in_the_text_shown_in_the_preview_and_there_after_a_reload(app):
    app.write("Look: ")
    assert paste(app, ("cat_1.png", "image/png", png())) is False
    attached(app)
    [record] = stored(app)["attachments"]
    assert app.text == f"Look: ![cat_1.png](attachment:{record['id']})"
    assert (record["name"], record["type"], record["bytes"]) == ("cat_1.png", "image/png", len(png()))
    app.reload()
    attached(app)
    expect(rows(app)).to_contain_text("cat_1.png")
    app.button("Preview").click()
    picture = app.preview.get_by_role("img", name="cat_1.png")
    expect(picture).to_be_visible()
    assert picture.evaluate("img => [img.naturalWidth, img.naturalHeight]") == [4, 3]


def test_a_dropped_file_is_saved_again_byte_for_byte(app):
    data = bytes(range(256)) * 40
    assert drop(app, ("report [1].pdf", "application/pdf", data)) is False
    attached(app)
    assert app.text.startswith("[report \\[1\\].pdf](attachment:")
    with app.page.expect_download() as download:
        app.button("Save report [1].pdf as…").click()
    assert download.value.suggested_filename == "report [1].pdf"
    assert download.value.path().read_bytes() == data


def test_a_file_that_misses_the_paper_neither_replaces_the_page_nor_is_attached(app):
    app.write_note("Rain")
    for place in ("#shelf", ".alongside", ".bar"):
        assert drop(app, ("report.pdf", "application/pdf", b"x"), on=place) is False
    assert app.text == "Rain" and stored(app)["attachments"] == []


def test_while_a_file_is_over_the_paper_the_paper_says_so(app):
    over = """(area, kind) => {
        const dataTransfer = new DataTransfer();
        kind === "file" ? dataTransfer.items.add(new File(["x"], "x.txt")) : dataTransfer.setData("text/plain", "x");
        return area.dispatchEvent(new DragEvent("dragover", { dataTransfer, bubbles: true, cancelable: true }));
    }"""
    paper = app.page.locator("#sheet")
    assert app.note.evaluate(over, "text") is True
    expect(paper).not_to_have_class("page dropping")
    assert app.note.evaluate(over, "file") is False
    expect(paper).to_have_class("page dropping")
    app.note.evaluate("area => area.dispatchEvent(new DragEvent('dragleave', { bubbles: true, relatedTarget: document.body }))")
    expect(paper).not_to_have_class("page dropping")


def test_several_files_are_chosen_at_once_and_stand_on_a_line_each(app):
    choose(app, ("a.png", "image/png", png()), ("b.txt", "text/plain", b"b"))
    attached(app, 2)
    assert [line.split("(")[0] for line in app.text.split("\n")] == ["![a.png]", "[b.txt]"]
    expect(app.note).to_be_focused()
    app.page.keyboard.type(" and on")
    assert app.text.endswith(") and on")


def test_pasted_text_stays_text_even_where_a_picture_of_it_comes_along(app):
    assert paste(app, text="one\ttwo") is True
    assert paste(app, ("image.png", "image/png", png()), text="one\ttwo") is True
    assert stored(app)["attachments"] == []


def test_a_copied_file_that_comes_with_its_name_as_text_is_attached(app):
    assert paste(app, ("cat.png", "image/png", png()), text="cat.png") is False
    attached(app)


def test_the_browsers_own_undo_takes_the_name_back_and_redo_finds_the_picture(app):
    app.write("Rain ")
    paste(app, ("cat.png", "image/png", png()))
    attached(app)
    app.page.keyboard.press("Control+z")
    expect(app.note).to_have_value("Rain ")
    expect(rows(app)).to_have_count(0)
    app.page.keyboard.press("Control+Shift+z")
    attached(app)


def test_what_is_selected_and_the_field_that_has_the_focus_stay(app):
    app.write("keep this")
    app.note.press("Control+a")
    paste(app, ("cat.png", "image/png", png()))
    attached(app)
    assert app.text.startswith("keep this![cat.png]")
    app.title.focus()
    drop(app, ("dog.txt", "text/plain", b"d"))
    attached(app, 2)
    expect(app.title).to_be_focused()


def test_nothing_is_there_for_those_who_attach_nothing(app):
    app.write_note("Only words.")
    expect(app.page.get_by_role("heading", name="Attachments")).to_be_hidden()
    app.open_view("Settings")
    expect(app.page.get_by_role("heading", name="Settings")).to_be_visible()
    assert "Attachments" not in app.page.locator("#device-facts").inner_text()


def test_it_works_without_a_network(app):
    app.page.context.set_offline(True)
    paste(app, ("cat.png", "image/png", png()))
    attached(app)
    expect(app.status("Attaching")).to_have_text("Attached «cat.png»")
    app.button("Preview").click()
    expect(app.preview.get_by_role("img", name="cat.png")).to_be_visible()


def test_what_comes_while_the_preview_is_shown_is_put_into_the_text(app):
    app.write("Rain ")
    app.button("Preview").click()
    drop(app, ("cat.png", "image/png", png()), on="#preview")
    attached(app)
    expect(app.note).to_be_visible()
    assert app.text.startswith("Rain ![cat.png]")


def test_the_caret_and_what_is_typed_meanwhile_come_before_the_name(app):
    app.page.evaluate(HELD)
    app.write("One")
    paste(app, ("cat.png", "image/png", png()))
    app.write(" two ")
    app.page.evaluate("letGo()")
    attached(app)
    assert app.text.startswith("One two ![cat.png]")


def test_the_same_file_is_kept_once(app):
    paste(app, ("cat.png", "image/png", png()))
    attached(app)
    app.new_note()
    paste(app, ("copy.png", "image/png", png()))
    attached(app)
    kept = stored(app)
    [record] = kept["attachments"]
    assert sorted(kept["blobs"]) == [record["id"], record["id"] + "-thumbnail"]
    assert app.text == f"![copy.png](attachment:{record['id']})"
    app.open_view("Settings")
    expect(app.page.locator("#device-facts")).to_contain_text(f"1, {len(png())} bytes")


def test_who_turns_the_page_while_a_preview_is_made_sees_the_note_that_was_turned_to(app):
    app.page.evaluate("() => { HTMLImageElement.prototype.decode = () => { globalThis.unpacking = true; return new Promise(() => {}); }; }")
    paste(app, ("cat.png", "image/png", png()))
    attached(app)
    app.button("Preview").click()
    app.page.wait_for_function("globalThis.unpacking")
    app.button("New note").click()
    app.write("Other")
    app.page.wait_for_timeout(PREVIEW_WAITS_MS + 200)
    expect(app.preview).to_be_hidden()
    expect(app.note).to_have_value("Other")
    expect(app.button("Preview")).to_have_attribute("aria-pressed", "false")


def test_removed_from_the_note_and_put_back_by_undo(app):
    app.write("Before\n")
    paste(app, ("cat.png", "image/png", png()))
    attached(app)
    app.write("\nafter")
    app.wait_saved()
    text = app.text
    app.button("Remove cat.png").click()
    expect(app.note).to_have_value("Before\nafter")
    expect(rows(app)).to_have_count(0)
    app.button("Undo").click()
    expect(app.note).to_have_value(text)
    attached(app)


def test_removed_and_put_back_into_the_note_it_was_of_though_another_is_open(app):
    app.write_note("Other")
    app.new_note()
    app.write("Cat ")
    paste(app, ("cat.png", "image/png", png()))
    attached(app)
    app.button("Remove cat.png").click()
    expect(app.note).to_have_value("Cat ")
    app.turn_to("Other")
    expect(app.note).to_have_value("Other")
    app.button("Undo").click()
    app.turn_to("Cat")
    attached(app)
    assert "![cat.png](attachment:" in app.text


def test_who_turns_the_page_meanwhile_finds_it_in_the_note_it_was_given_to(app):
    app.write_note("First")
    app.page.evaluate(HELD)
    paste(app, ("cat.png", "image/png", png()))
    app.new_note()
    app.write("Second")
    app.page.evaluate("letGo()")
    expect(app.notes.filter(has_text="First")).to_contain_text("cat.png")
    expect(app.note).to_have_value("Second")
    app.turn_to("First")
    attached(app)
    assert app.text.startswith("First\n![cat.png]")


def test_a_missing_attachment_is_said_to_be_missing(app):
    app.note.fill("![cat](attachment:01ARZ3NDEKTSV4RRFFQ69G5FAV) [the plan](attachment:01ARZ3NDEKTSV4RRFFQ69G5FAW)")
    attached(app, 2)
    expect(rows(app).first).to_contain_text("This attachment is not on this device")
    app.button("Preview").click()
    expect(app.preview).to_contain_text("This attachment is not on this device: cat")
    expect(app.preview).to_contain_text("This attachment is not on this device: the plan")


# What is refused, and what goes wrong

def test_a_large_file_shows_how_far_it_is_and_can_be_cancelled(app):
    app.page.evaluate("""() => {
        const slice = File.prototype.slice;
        File.prototype.slice = function (...at) { const part = slice.apply(this, at); return { arrayBuffer: async () => {
            if (at[0]) await new Promise((resolve) => setTimeout(resolve, 500)); return part.arrayBuffer(); } }; };
    }""")
    drop(app, ("film.mp4", "video/mp4", bytes(4_000_000)))
    expect(app.status("Attaching")).to_have_text("Storing «film.mp4», 4.0 MB")
    expect(app.page.get_by_role("progressbar", name="Stored so far")).to_have_attribute("value", "1048576")
    app.button("Cancel").click()
    expect(app.message).to_contain_text("«film.mp4» was not attached.")
    expect(app.button("Cancel")).to_be_hidden()
    expect(app.page.get_by_role("progressbar", name="Stored so far")).to_be_hidden()
    assert app.text == "" and stored(app)["attachments"] == []


def test_too_large_empty_and_unreadable_files_are_refused_in_words_and_the_others_are_attached(app):
    app.page.evaluate("""() => {
        const slice = File.prototype.slice;
        File.prototype.slice = function (...at) { if (this.name === "gone.txt") throw new DOMException("gone", "NotFoundError"); return slice.apply(this, at); };
        Object.defineProperty(File.prototype, "size", { get() { return this.name === "film.mp4" ? 5e9 : Object.getOwnPropertyDescriptor(Blob.prototype, "size").get.call(this); } });
    }""")
    drop(app, ("film.mp4", "video/mp4", b"x"), ("empty.png", "image/png", b""), ("gone.txt", "text/plain", b"x"), ("cat.png", "image/png", png()))
    attached(app)
    expect(app.message).to_contain_text("«film.mp4» has 5.0 GB. A note takes files of up to 25.0 MB.")
    expect(app.message).to_contain_text("«empty.png» is empty")
    expect(app.message).to_contain_text("«gone.txt» could not be read.")
    assert app.text.startswith("![cat.png]")


def test_where_the_device_has_no_room_it_is_said_before_anything_is_stored(app):
    app.page.evaluate("navigator.storage.estimate = async () => ({ quota: 6e9, usage: 6e9 - 11e6 })")
    drop(app, ("film.mp4", "video/mp4", bytes(2_000_000)))
    expect(app.message).to_contain_text("«film.mp4» needs 2.0 MB, and this device has 11.0 MB left for the notebook.")
    assert stored(app)["attachments"] == []
    drop(app, ("cat.png", "image/png", png()))
    attached(app)


def test_a_full_disk_leaves_neither_a_record_nor_a_name_and_the_note_goes_on(app):
    app.write("Rain ")
    app.wait_saved()
    app.page.evaluate("""() => {
        const put = IDBObjectStore.prototype.put;
        IDBObjectStore.prototype.put = function (...what) {
            if (this.name === "blobs" && !globalThis.roomAgain) throw new DOMException("full", "QuotaExceededError");
            return put.apply(this, what);
        };
    }""")
    paste(app, ("cat.png", "image/png", png()))
    expect(app.message).to_contain_text("There is no room left on this device for «cat.png»")
    assert app.text == "Rain " and stored(app) == {"attachments": [], "blobs": {}}
    app.write("again")
    app.wait_saved()
    app.page.evaluate("globalThis.roomAgain = true")
    paste(app, ("cat.png", "image/png", png()))
    attached(app)


def test_a_note_takes_so_many_and_no_more(app):
    app.note.fill("\n".join(f"[x](attachment:{ID[:-3]}{number:03})" for number in range(ATTACHMENTS_PER_NOTE - 1)))
    drop(app, ("a.png", "image/png", png()), ("b.txt", "text/plain", b"b"))
    expect(app.message).to_contain_text("«b.txt» was not attached: a note takes up to 200 attachments.")
    attached(app, ATTACHMENTS_PER_NOTE)
    assert [record["name"] for record in stored(app)["attachments"]] == ["a.png"]


# What is hostile

def test_names_are_shown_as_text_and_never_as_a_path(app):
    names = ["../../etc/passwd", "photo\u202egpj.exe", "<img src=x onerror=document.title='owned'>.txt", "](javascript:1).txt", "a\nb `c` *d* [e].txt", "x" * 10_000 + ".txt"]
    drop(app, *[(name, "text/html", f"{number}".encode()) for number, name in enumerate(names)])
    attached(app, len(names))
    assert [record["name"] for record in sorted(stored(app)["attachments"], key=lambda record: record["id"])][:2] == ["passwd", "photo gpj.exe"]
    assert app.text.count("\n") == len(names) - 1
    app.button("Preview").click()
    expect(app.preview.get_by_role("button")).to_have_count(len(names))
    assert app.preview.locator("a, img").count() == 0
    shown = [name.split(" (")[0] for name in app.preview.get_by_role("button").all_inner_texts()]
    assert "a b `c` *d* [e].txt" in " ".join(app.preview.get_by_role("button").all_inner_texts()), shown
    assert app.page.title() == "Carryon"


@pytest.mark.parametrize(("name", "kind", "data"), [
    ("drawing.svg", "image/svg+xml", SVG), ("drawing.png", "image/png", SVG), ("page.png", "image/png", HTML), ("page.html", "text/html", HTML),
    ("half.png", "image/png", png()[:30]), ("bomb.png", "image/png", png(claimed=(60_000, 60_000))), ("broken.png", "image/png", png()[:40] + b"\0" * 20),
])
def test_what_is_no_picture_is_a_file_without_a_thumbnail_and_never_opens_here(app, name, kind, data):
    drop(app, (name, kind, data))
    attached(app)
    assert app.text.startswith(f"[{name}]")
    assert len(stored(app)["blobs"]) == 1
    # Not even where the note calls it a picture.
    app.note.fill("!" + app.text)
    app.button("Preview").click()
    asked = len(app.watch.requests)
    with app.page.expect_download() as download:
        app.preview.get_by_role("button").click()
    assert download.value.path().read_bytes() == data
    assert app.preview.locator("img").count() == 0
    assert all(request.startswith("blob:") for request in app.watch.requests[asked:])
    assert app.page.title() == "Carryon" and len(app.page.context.pages) == 1


def test_an_animation_that_is_a_page_as_well_is_shown_as_the_picture_that_it_is(app):
    drop(app, ("both.html", "text/html", GIF + HTML))
    attached(app)
    assert stored(app)["attachments"][0]["type"] == "image/gif"
    app.button("Preview").click()
    expect(app.preview.get_by_role("img", name="both.html")).to_be_visible()
    kind = app.preview.get_by_role("img").evaluate("async (img) => (await (await fetch(img.src)).blob()).type")
    assert kind == "image/gif"


def test_an_imported_record_that_lies_about_its_bytes_is_not_believed(app):
    drop(app, ("cat.png", "image/png", png()))
    attached(app)
    [record] = stored(app)["attachments"]
    app.page.evaluate("""async ([id, data]) => {
        const db = await new Promise((resolve) => (indexedDB.open("carryon").onsuccess = (event) => resolve(event.target.result)));
        const tx = db.transaction("blobs", "readwrite");
        tx.objectStore("blobs").put({ id, data: new TextEncoder().encode(data) });
        await new Promise((resolve) => (tx.oncomplete = resolve));
        db.close();
    }""", [record["id"], SVG.decode()])
    app.button("Preview").click()
    expect(app.preview.get_by_role("button", name="cat.png")).to_be_visible()
    assert app.preview.locator("img").count() == 0


@pytest.mark.parametrize("link", [
    "![x](attachment:../../index.html)", "[x](attachment:javascript:1)", "![x](attachment://evil.example/x.png)", "![x](ATTACHMENT:01ARZ3NDEKTSV4RRFFQ69G5FAV)",
    "![x](attachment:01ARZ3NDEKTSV4RRFFQ69G5FAV?x)", "[x](blob:null/1)", "![x](blob:http://127.0.0.1/1)", "![x](filesystem:http://127.0.0.1/x)",
])
def test_no_other_address_is_loaded(next_note, link):
    app = next_note
    asked = len(app.watch.requests)
    app.note.fill(link)
    app.wait_saved()
    app.button("Preview").click()
    expect(app.preview).to_be_visible()
    assert app.preview.locator("img, a[href], button").count() == 0
    assert app.watch.requests[asked:] == []


def test_a_photo_is_small_and_upright_as_its_camera_was_held_and_stored_byte_for_byte(app):
    photo = bytes(app.page.evaluate("""async () => {
        const canvas = new OffscreenCanvas(800, 400);
        const drawing = canvas.getContext("2d");
        drawing.fillStyle = "#00f"; drawing.fillRect(0, 0, 800, 400);
        drawing.fillStyle = "#f00"; drawing.fillRect(0, 0, 400, 400);
        const jpeg = new Uint8Array(await (await canvas.convertToBlob({ type: "image/jpeg" })).arrayBuffer());
        // Orientation 6: the camera was held upright, the first column is on top.
        const exif = [0xff, 0xe1, 0, 34, ...new TextEncoder().encode("Exif\\0\\0MM\\0*"), 0, 0, 0, 8, 0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0, 0, 0, 0, 0];
        return [...jpeg.subarray(0, 2), ...exif, ...jpeg.subarray(2)];
    }"""))
    drop(app, ("IMG_2034.JPG", "image/jpeg", photo))
    attached(app)
    thumbnail = rows(app).locator("img")
    expect(thumbnail).to_be_visible()
    assert thumbnail.evaluate("img => [img.naturalWidth, img.naturalHeight]") == [160, 320]
    top = thumbnail.evaluate("""(img) => {
        const drawing = Object.assign(document.createElement("canvas"), { width: 160, height: 320 }).getContext("2d");
        drawing.drawImage(img, 0, 0);
        return [...drawing.getImageData(80, 40, 1, 1).data.slice(0, 3)].map((value) => Math.round(value / 128) * 128);
    }""")
    assert top == [256, 0, 0]
    with app.page.expect_download() as download:
        app.button("Save IMG_2034.JPG as…").click()
    assert download.value.path().read_bytes() == photo


# Removing what no note names

def test_deleting_the_last_note_for_good_removes_what_it_named_once_it_is_a_day_old(app):
    paste(app, ("cat.png", "image/png", png()))
    attached(app)
    app.new_note()
    paste(app, ("dog.txt", "text/plain", b"dog"))
    attached(app)
    make_old(app)
    erase(app)
    until = time.monotonic() + 20
    while len(stored(app)["attachments"]) > 1:
        assert time.monotonic() < until, stored(app)
        app.page.wait_for_timeout(100)
    kept = stored(app)
    [cat] = kept["attachments"]
    assert cat["name"] == "cat.png" and sorted(kept["blobs"]) == [cat["id"], cat["id"] + "-thumbnail"]


# Opens the database as the page's glue does, and looks for what is unused while notes are saved.
SWEEP = """async ([id, text]) => {
    const glue = await import("./static/glue/database.js");
    const { value: db } = await glue.open("carryon", () => {}, () => {}, () => {});
    const note = (await glue.starting(db, "notes", "")).value;
    const [first] = JSON.parse(note);
    // Once the notes have been read, one is saved that names it.
    const getAll = IDBObjectStore.prototype.getAll;
    let saved = null;
    IDBObjectStore.prototype.getAll = function (...what) {
        if (this.name === "revisions" && !saved) saved = glue.write(db, [{ kind: "put", store: "notes", record: { ...first, text, revision: first.revision + 1 } }]);
        return getAll.apply(this, what);
    };
    const now = new Date().toISOString();
    const found = await glue.removeUnused(db, now, now, JSON.stringify({ [id]: "" }), []);
    IDBObjectStore.prototype.getAll = getAll;
    await saved;
    db.close();
    return JSON.parse(found.value);
}"""


@pytest.mark.parametrize(("names_it", "gone"), [(True, 0), (False, 1)])
def test_a_note_that_is_saved_while_the_unused_are_looked_for_keeps_what_it_names(app, names_it, gone):
    paste(app, ("cat.png", "image/png", png()))
    attached(app)
    [record] = stored(app)["attachments"]
    make_old(app)
    app.note.fill("Rain")
    app.wait_saved()
    found = app.page.evaluate(SWEEP, [record["id"], f"![cat](attachment:{record['id']})" if names_it else "Snow"])
    assert found == {"gone": gone, "unused": {}}
    assert len(stored(app)["blobs"]) == (2 if names_it else 0)


def test_another_tab_finds_what_was_attached_in_the_first(app, open_app):
    app.write_note("Cat ")
    other = open_app(beside=app)
    expect(other.note).to_have_value("Cat ")
    paste(app, ("cat.png", "image/png", png()))
    attached(app)
    expect(rows(other)).to_contain_text("cat.png")
    other.button("Preview").click()
    expect(other.preview.get_by_role("img", name="cat.png")).to_be_visible()
