"""The porter's parts: what it refuses, the trip, names, files that leave as they grow, the exit kit's text."""

import asyncio
import base64
import io
import json
import re
import zipfile

import pytest

from app.everywhere.clock import timestamp
from app.everywhere.errors import BadArchive
from app.porter import layout
from app.porter.account import Account
from app.porter.blob_file import blob_file
from app.porter.exit_kit import ExitKit
from app.porter.exporting import Archive
from app.porter.parts_file import PartsFile
from app.porter.porter import Porter
from app.porter.trip import Trip
from tests.porter import desk
from tests.porter.desk import ALL, NOW_MS, PNG, Store, a_note, an_attachment, export, notebook, put, run

PARTS = {"style": "p { color: red }", "script": "start()"}


class Channel:
    """The page's end: answers «here» with what it packs, and keeps what it is told. ``cancels``: it does so at the first word about progress."""

    def __init__(self, files=(), cancels=False):
        self.said, self.closed, self._files, self._cancels = [], False, list(files), cancels
        self._to_hear = asyncio.Queue()

    def post(self, message):
        self.said.append(message)
        if message["kind"] == "here":
            self._to_hear.put_nowait({"kind": "pack", "files": self._files, "secret": "", "root": None})
        if message["kind"] == "progress" and self._cancels:
            self._to_hear.put_nowait({"kind": "cancel"})

    async def hear(self):
        return await self._to_hear.get()

    def close(self):
        self.closed = True

    @property
    def files(self):
        return {message["name"]: message["blob"] for message in self.said if message["kind"] == "file"}


class Sealer:
    """In the place of static/glue/sealed_copy.js: each byte is turned round, in chunks of 1,000. ``most``: bytes that waited at one time."""
    header = b"SEALED"

    def __init__(self):
        self.most, self._waiting = 0, b""

    def take(self, data):
        self._waiting += data
        self.most = max(self.most, len(self._waiting))

    async def drain(self):
        whole = len(self._waiting) // 1000 * 1000
        parts, self._waiting = [turned(self._waiting[at:at + 1000]) for at in range(0, whole, 1000)], self._waiting[whole:]
        return parts

    async def end(self):
        return await self.drain() + [turned(self._waiting)]


def turned(data):
    return bytes(byte ^ 255 for byte in data)


class Copy:
    chunks = 5

    def __init__(self, data, damaged):
        self.file, self.tried, self._damaged = io.BytesIO(turned(data[len(Sealer.header):])), [], damaged

    async def check(self, number):
        self.tried.append(number)
        if number == self._damaged:
            raise BadArchive("This sealed copy is not whole.")


def asked(store, name, payload=None, files=(), cancels=False, sealer=None, damaged=None):
    """(what the porter answers, the channel). ``damaged``: a chunk of a sealed copy."""
    async def reader(file, root):
        data = file.read()
        return Copy(data, damaged) if data.startswith(Sealer.header) else None

    async def seals():
        return sealer

    async def story():
        channel = Channel(files, cancels)
        clock = iter(range(10 ** 9))
        new_trip = lambda name: Trip(channel, bytes, lambda parts, type: b"".join(parts), lambda: next(clock))

        async def kit_parts():
            return PARTS
        porter = Porter(store, new_trip, kit_parts, None, seals, reader, lambda: NOW_MS)
        return json.loads(await porter.call(name, json.dumps({"channel": "secret", "day": "2025-11-21", "sealed": sealer is not None} | (payload or ALL)))), channel
    return asyncio.run(story())


def picked(path, data, modified=""):
    return {"path": path, "file": io.BytesIO(data), "modified": modified, "blob": io.BytesIO(data)}


def test_export_look_import_and_undo_answer_with_counts_and_hand_their_files_over():
    answer, channel = asked(notebook(20), "export")
    assert answer["value"]["notes"] == 20 and channel.closed
    data = channel.files["carryon-2025-11-21.zip"]
    assert answer["value"]["bytes"] == len(data)
    store = Store()
    answer, channel = asked(store, "import_look", files=[picked("my notes.zip", data)])
    assert answer["value"]["counts"]["notes"] == 20 and not store.stores["notes"]
    answer, channel = asked(store, "import", files=[picked("my notes.zip", data)])
    assert answer["value"]["counts"]["notes"] == 20 == len(store.stores["notes"]) and answer["value"]["title"] == "Carryon export"
    assert b"Notes: 20\n" in channel.files["Carryon import report.txt"]
    assert asked(store, "import_undo")[0]["value"] == {"gone": 20, "stay": 0, "cancelled": False}


def test_a_sealed_export_is_the_plain_one_sealed_and_comes_in_like_it():
    sealer = Sealer()
    answer, channel = asked(notebook(20), "export", sealer=sealer)
    data = channel.files["carryon-2025-11-21.sealed"]
    assert answer["value"]["bytes"] == len(data) and data.startswith(Sealer.header) and list(channel.files) == ["carryon-2025-11-21.sealed"]
    assert turned(data[len(Sealer.header):]) == asked(notebook(20), "export")[1].files["carryon-2025-11-21.zip"]
    store = Store()
    assert asked(store, "import_look", files=[picked("a copy", data)])[0]["value"]["counts"]["notes"] == 20 and not store.stores["notes"]
    assert asked(store, "import", files=[picked("a copy", data)])[0]["value"]["title"] == "Carryon export"
    assert desk.records(store) == desk.records(notebook(20))


def test_no_more_waits_to_be_sealed_than_an_attachment_and_a_part():
    store, sealer = Store(), Sealer()
    for number in range(30):
        record = an_attachment(number, number.to_bytes(4, "big") * 250_000)
        put(store, "attachments", record)
        put(store, "blobs", {"id": record["id"], "data": number.to_bytes(4, "big") * 250_000})
        put(store, "notes", a_note(number, f"![](attachment:{record['id']})"))
    asked(store, "export", sealer=sealer)
    assert 1_000_000 < sealer.most < 6_000_000


def test_a_sealed_copy_is_tried_whole_before_anything_of_it_is_taken_and_that_can_be_cancelled():
    data = asked(notebook(3), "export", sealer=Sealer())[1].files["carryon-2025-11-21.sealed"]
    for damaged in (0, 3, 4):
        store = Store()
        assert asked(store, "import", files=[picked("a copy", data)], damaged=damaged)[0] == {"error": "BadArchive", "message": "This sealed copy is not whole."}
        assert not store.stores["notes"]
    answer, channel = asked(Store(), "import", files=[picked("a copy", data)], cancels=True)
    assert answer["value"]["cancelled"] and answer["value"]["counts"]["notes"] == 0 and "Carryon import report.txt" in channel.files


def test_several_sealed_copies_at_once_are_refused_in_words():
    files = [picked(f"Backups/carryon-2025-11-{day}.sealed", b"SEALED") for day in (20, 21)]
    assert "one at a time" in asked(Store(), "import_look", files=files)[0]["message"]


def test_an_unpacked_export_comes_in_as_a_folder():
    store, files = Store(), []
    with zipfile.ZipFile(io.BytesIO(export(notebook(10))[1])) as whole:
        files = [picked("carryon-2025/" + path, whole.read(path)) for path in whole.namelist()]
    assert asked(store, "import", files=files)[0]["value"]["counts"]["notes"] == 10
    assert desk.records(store) == desk.records(notebook(10))


def test_cancel_is_heard_between_slices_and_nothing_is_handed_over():
    answer, channel = asked(notebook(450), "export", cancels=True)
    assert answer["value"]["cancelled"] and not channel.files and channel.closed
    answer, channel = asked(notebook(450), "exit_kit", cancels=True)
    assert answer["value"]["cancelled"] and not channel.files


def test_what_is_not_its_own_or_cannot_be_read_is_refused_in_words():
    assert asked(Store(), "keep")[0]["error"] == "Misplaced"
    assert asked(Store(), "nothing")[0]["error"] == "UnknownFeature"
    assert asked(Store(), "import_look")[0] == {"error": "BadArchive", "message": "Nothing was chosen."}
    assert asked(Store(), "import_look", files=[picked("a.zip", b"PK\x05\x06" + bytes(18))])[0]["error"] == "BadArchive"


def test_two_imports_at_once_are_refused():
    store = Store()
    store.held = True
    assert asked(store, "import", files=[picked("a.zip", export(notebook(1))[1])])[0]["error"] == "Refused"


# -- files ------------------------------------------------------------------------------------------------------------


def test_a_file_leaves_part_by_part_and_its_headers_are_still_mended():
    parts = []
    file = PartsFile(parts.append, part_bytes=1000)
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(50):
            archive.writestr(f"{number}", bytes([number]) * 5000)
            file.leave()
    file.finish()
    assert len(parts) > 2
    with zipfile.ZipFile(io.BytesIO(b"".join(parts))) as whole:
        assert whole.testzip() is None and whole.read("49") == bytes([49]) * 5000
    with pytest.raises(OSError):
        file.seek(0)


def test_a_picked_file_is_read_by_slices_and_says_when_it_is_gone():
    data, asked_for = bytes(range(256)) * 4000, []

    def read(start, end):
        asked_for.append(end - start)
        return data[start:end]
    file = blob_file(len(data), read)
    file.seek(-3, io.SEEK_END)
    assert file.read() == data[-3:] and file.seek(0) == 0 and file.read(5) == data[:5] and max(asked_for) <= 256_000
    assert zipfile.is_zipfile(file) is False

    def gone(start, end):
        raise OSError("notes.zip: NotReadableError")
    with pytest.raises(OSError, match="NotReadableError"):
        blob_file(10, gone).read(1)


def test_a_text_that_packs_like_a_bomb_is_stored_as_it_is():
    parts = []
    archive = Archive(parts.append)
    archive.add("long.md", b"a" * 3_000_000)
    archive.finish()
    assert sum(map(len, parts)) > 3_000_000


@pytest.mark.parametrize("name, safe", (("a/b\\c:d", "a b c d"), ("..", ""), (" . x . ", "x"), ("CON", "_CON"), ("nul.txt", "_nul.txt"), ("e\u0301", "\u00e9"),
                                        ("a\u202eb\0c\nd", "a b c d"), ("日" * 100, "日" * 40), ("half \ud83d", "half")))
def test_names_are_made_safe_for_every_file_system(name, safe):
    assert layout.safe_name(name).rstrip("?") .strip() == safe


def test_no_two_names_are_one_on_any_file_system():
    names = layout.Names()
    given = [names.give("notes/", name, ".md") for name in ("Été", "été", "E\u0301TE\u0301", "Été", "Été (2)", "Ete")]
    assert len({path.casefold() for path in given}) == 6 and given[0] == "notes/Été.md" and given[1] == "notes/été (2).md"


def test_a_note_comes_back_from_its_markdown():
    record = an_attachment(1, PNG, "ä (1).png")
    paths = {record["id"]: layout.attachment_path(record)}
    for text in ("", "\n---\n\nx", f"![a](attachment:{record['id']}) and attachment:{record['id']}. and [b](attachment:{'7' * 26})", "é\r\n", "---"):
        note = a_note(1, text, title='Quotes " and: colons\n', tags=["#x", "[y]"], pinned=True)
        assert layout.note_of(layout.markdown(note | {"text": text}, paths)) == note | {"text": text}
    for data in (b"", b"---\n", b"# Title", b"---\ntitle: {\n---\n\n", b"\xff", b"---\ntags: [" + b"[" * 99_999 + b"\n---\n\n"):
        assert layout.note_of(data) is None


def test_a_report_is_text_on_one_line_each():
    account = Account()
    account.skipped("a\nb\x1b[31m" + "x" * 500, "no")
    account.here("there")
    assert "\n  a b [31mxxx" in account.text(["Opening"]) and account.counts["here"] == 1
    assert all(len(row[1]) <= 300 for row in account.rows(10)) and len(account.rows(10)) == 1


# -- the exit kit ------------------------------------------------------------------------------------------------------


class Cipher:
    """Shows which blocks were sealed under which names."""
    header = {"salt": "c2FsdA==", "rounds": 1}

    def __init__(self):
        self.sealed = []

    async def seal(self, data, name):
        self.sealed.append(name)
        return bytes(byte ^ 255 for byte in data)


def kit(store, cipher=None):
    trip = desk.Trip()
    answer = run(ExitKit(store, trip, PARTS, cipher).run(ALL))
    return answer, b"".join(trip.parts).decode()


def blocks(text):
    return dict(re.findall(r'<script type="text/plain" data-block="([^"]+)">(.*?)</script>', text, re.DOTALL))


def test_notes_in_a_kit_end_no_element_and_its_policy_names_its_own_script_alone():
    store = Store()
    put(store, "notes", a_note(1, "</script><script>alert(1)</script><!-- é", title="<b>"))
    answer, text = kit(store)
    assert answer["notes"] == 1 and text.count("<script>") == 1 and "<!--" not in text and "<b>" not in text
    assert json.loads(blocks(text)["notes 0"])[0]["text"] == "</script><script>alert(1)</script><!-- é"
    assert re.search(r"default-src 'none'; script-src 'sha256-[\w+/=]{44}'; style-src 'sha256-[\w+/=]{44}'; img-src data: blob:;", text)


def test_attachments_that_are_too_large_for_a_kit_are_named_and_left_out(monkeypatch):
    monkeypatch.setattr("app.porter.exit_kit.KIT_ATTACHMENT_BYTES", 1000)
    store = Store()
    for number, size in ((1, 900), (2, 90), (3, 50)):
        record = an_attachment(number, bytes(size), f"{number}.bin")
        put(store, "attachments", record)
        put(store, "blobs", {"id": record["id"], "data": bytes(size)})
        put(store, "notes", a_note(number, f"[x](attachment:{record['id']})"))
    answer, text = kit(store)
    assert (answer["attachments"], answer["left_out"]) == (2, 1)
    assert [(one["name"], one["here"]) for one in json.loads(blocks(text)["attachments"])] == [("3.bin", True), ("2.bin", True), ("1.bin", False)]


def test_every_block_of_a_locked_kit_is_sealed_under_its_name():
    cipher = Cipher()
    store = notebook(12)
    _, text = kit(store, cipher)
    found = blocks(text)
    assert set(found) - {"kit"} == set(cipher.sealed) == {"notes 0", "attachments", "attachment 0", "attachment 1", "attachment 2"}
    opened = json.loads(bytes(byte ^ 255 for byte in base64.b64decode(found["notes 0"])))
    assert len(opened) == 12 and timestamp(NOW_MS)[:10] in opened[0]["created"] and json.loads(found["kit"]) == {"lock": cipher.header}
