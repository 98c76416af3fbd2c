"""What is exported comes back byte for byte, and what is here already is never touched."""

import io
import json
import zipfile

import pytest

from app.everywhere.clock import timestamp
from app.everywhere.errors import BadArchive, StorageFull
from app.everywhere.ulid import new_ulid
from app.porter import layout, undoing
from tests.porter.desk import NOW_MS, PNG, Store, Trip, a_note, an_attachment, bring, export, notebook, put, records, run


def archive(data):
    return zipfile.ZipFile(io.BytesIO(data))


def damaged(data, change):
    """The archive with ``change(path, bytes)`` in the place of each file's bytes; None leaves a file out."""
    made = io.BytesIO()
    with archive(data) as old, zipfile.ZipFile(made, "w") as new:
        for info in old.infolist():
            content = change(info.filename, old.read(info))
            if content is not None:
                new.writestr(info, content)
    return made.getvalue()


def test_into_an_empty_notebook_everything_comes_back_as_it_was():
    before = notebook(300)
    answer, data = export(before)
    after = Store()
    bringing, account = bring(after, data)
    assert records(after) == records(before)
    assert bringing.counts == {"notes": 300, "attachments": 60, "revisions": answer["revisions"], "settings": 2} and not bringing.problem
    assert account.counts == {"skipped": 0, "changed": 0, "copied": 0, "here": 0}


def test_the_same_notes_are_the_same_bytes_and_the_second_import_of_them_changes_nothing():
    store = notebook(50)
    data = export(store)[1]
    assert export(store)[1] == data
    after = Store()
    bring(after, data)
    before = json.dumps(records(after), default=bytes.hex)
    bringing, account = bring(after, data)
    assert account.counts["here"] == 50 and bringing.counts == {"notes": 0, "attachments": 0, "revisions": 0, "settings": 0}
    assert json.dumps(records(after), default=bytes.hex) == before


def test_the_archive_is_whole_by_its_own_manifest_and_its_names_are_safe_everywhere():
    data = export(notebook(120))[1]
    with archive(data) as whole:
        assert whole.testzip() is None
        manifest = json.loads(whole.read(layout.MANIFEST))
        assert set(manifest["files"]) | {layout.MANIFEST} == set(whole.namelist()) and manifest["notes"] == 120
        for path, known in manifest["files"].items():
            assert known == {"sha256": layout.sha256(whole.read(path)), "bytes": len(whole.read(path))}
            assert not set('<>:"\\|?*') & set(path) and all(part.encode() and len(part.encode()) < 200 and part == part.strip(" .") for part in path.split("/"))
        assert len({path.casefold() for path in whole.namelist()}) == len(whole.namelist())
        assert all(info.flag_bits & 8 == 0 for info in whole.infolist()), "sizes stand before the bytes, so a truncated archive can be read"


def test_markdown_is_what_other_programs_read_and_leads_to_the_attachments():
    store, record = Store(), an_attachment(1, PNG, "My cat (old).png")
    put(store, "notes", a_note(1, f"See ![cat](attachment:{record['id']}).", title="The cat", tags=["pets", "at home"]))
    put(store, "attachments", record)
    put(store, "blobs", {"id": record["id"], "data": PNG})
    with archive(export(store)[1]) as made:
        text = made.read("notes/2025-11-21 The cat.md").decode()
        assert f"![cat](../attachments/{record['id']}-My%20cat%20%28old%29.png)" in text and '\ntags: ["pets", "at home"]\n' in text
        assert made.read(f"attachments/{record['id']}-My cat (old).png") == PNG


def test_some_notes_leave_with_what_belongs_to_them_and_nothing_else():
    store = notebook(60)
    garden = [note for note in store.stores["notes"].values() if "garden" in note["tags"] and not note["deleted"]]
    answer, data = export(store, {"tag": "garden", "ids": None, "trash": False})
    after = Store()
    bring(after, data)
    assert answer["notes"] == len(garden) > 3
    assert after.stores["notes"] == {note["id"]: note for note in garden}
    assert set(after.stores["attachments"]) == {id for note in garden for id in layout.referred(note["text"])}
    assert {id[:26] for id in after.stores["revisions"]} <= set(after.stores["notes"])
    one = garden[0]["id"]
    assert export(store, {"tag": "", "ids": [one, "0" * 26], "trash": False})[0]["notes"] == 1


def test_an_attachment_whose_bytes_are_gone_is_named():
    store, record = Store(), an_attachment(1, PNG)
    put(store, "notes", a_note(1, f"![](attachment:{record['id']})"))
    put(store, "attachments", record)
    answer, data = export(store)
    assert answer["missing"] == ["a picture.png"] and answer["attachments"] == 0
    assert bring(Store(), data)[1].counts["skipped"] == 0


def test_a_note_that_is_another_here_comes_under_a_new_id_once():
    data = export(notebook(3))[1]
    here = Store()
    bring(here, data)
    id = sorted(here.stores["notes"])[1]
    here.stores["notes"][id] |= {"text": "Mine.", "revision": 9}
    for expected in ((1, 0), (0, 1)):
        bringing, account = bring(here, data)
        assert (bringing.counts["notes"], account.counts["here"] - 2) == expected
    assert here.stores["notes"][id]["text"] == "Mine." and len(here.stores["notes"]) == 4
    revisions = [revision for revision in here.stores["revisions"] if revision.startswith(id)]
    copied = next(other for other in here.stores["notes"] if other not in notebook(3).stores["notes"])
    assert len(revisions) == 1 and [other[27:] for other in here.stores["revisions"] if other.startswith(copied)] == [revisions[0][27:]]


def test_an_attachment_that_is_another_here_comes_under_a_new_id_and_the_note_follows():
    before, record = Store(), an_attachment(1, PNG + b"theirs")
    put(before, "notes", a_note(1, f"![](attachment:{record['id']})"), a_note(2, f"Again [it](attachment:{record['id']})"))
    put(before, "attachments", record)
    put(before, "blobs", {"id": record["id"], "data": PNG + b"theirs"})
    here = Store()
    put(here, "attachments", an_attachment(1, PNG + b"mine"))
    put(here, "blobs", {"id": record["id"], "data": PNG + b"mine"})
    bring(here, export(before)[1])
    assert here.stores["blobs"][record["id"]]["data"] == PNG + b"mine"
    referred = {id for note in here.stores["notes"].values() for id in layout.referred(note["text"])}
    assert len(referred) == 1 and record["id"] not in referred
    assert here.stores["blobs"][referred.pop()]["data"] == PNG + b"theirs"


def test_preferences_come_into_an_empty_notebook_only():
    data = export(notebook(2))[1]
    here = Store()
    put(here, "notes", a_note(70))
    bring(here, data)
    assert "forgotten words" not in here.stores["settings"]


def test_a_dry_run_says_the_same_and_writes_nothing():
    data = export(notebook(40))[1]
    here, there = Store(), Store()
    looked = bring(here, data, write=False)
    assert not any(here.stores.values())
    done = bring(there, data)
    assert looked[0].counts == done[0].counts and looked[1].counts == done[1].counts


# -- damaged archives of ours ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("kept", (0.2, 0.5, 0.9, 0.999))
def test_of_a_truncated_archive_what_is_whole_comes_and_the_rest_is_told(kept):
    before = notebook(200)
    data = export(before)[1]
    after = Store()
    bringing, account = bring(after, data[:int(len(data) * kept)])
    assert account.counts["skipped"] or account.counts["changed"]
    assert after.stores["notes"] and all(note["id"] in before.stores["notes"] for note in after.stores["notes"].values())
    assert all(blob == before.stores["blobs"][id] for id, blob in after.stores["blobs"].items())


def test_notes_whose_record_is_damaged_come_from_their_markdown():
    before = notebook(30)
    data = damaged(export(before)[1], lambda path, content: content.replace(b"Note", b"Nope").replace(b"e", b"3") if path.startswith("lossless/notes") else content)
    after = Store()
    _, account = bring(after, data)
    assert account.counts["skipped"] == 1 and account.counts["changed"] == 30
    same = sum(after.stores["notes"][id] == note for id, note in before.stores["notes"].items())
    # Half a character and a bare carriage return are beyond Markdown's power; all else is there.
    assert set(after.stores["notes"]) == set(before.stores["notes"]) and same >= 24


def test_a_bad_manifest_is_told_and_does_without():
    for content in (b"", b"{", b"[]", b'{"files": 3}', b"[" * 100_000):
        after = Store()
        _, account = bring(after, damaged(export(notebook(5))[1], lambda path, old: content if path == layout.MANIFEST else old))
        assert len(after.stores["notes"]) == 5 and account.counts["changed"] >= 1


def test_one_from_a_newer_carryon_is_refused():
    after = Store()
    bringing, _ = bring(after, damaged(export(notebook(5))[1], lambda path, old: old.replace(b'"carryon": 1', b'"carryon": 2') if path == layout.MANIFEST else old))
    assert "newer Carryon" in bringing.problem and not after.stores["notes"]


def test_an_attachment_with_other_bytes_is_left_out_and_its_note_comes():
    before = notebook(6)
    after = Store()
    _, account = bring(after, damaged(export(before)[1], lambda path, old: old + b"!" if path.startswith("attachments/") else old))
    assert account.counts["skipped"] == 2 and not after.stores["blobs"] and len(after.stores["notes"]) == 6


def test_what_no_notebook_holds_is_left_out_by_name():
    rows = [a_note(1), a_note(2) | {"text": 7}, a_note(3) | {"created": "soon", "sealed": "x"}, a_note(4) | {"id": "nope"}, a_note(5) | {"tags": ["ok", 3, "ok", ""]},
            a_note(6) | {"mood": "smug"}, a_note(7) | {"revision": 1 << 40}, [1], a_note(1), a_note(1) | {"text": "Other."}]
    lines = b"\n".join(json.dumps(row).encode() for row in rows) + b"\n{half"
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as new:
        new.writestr("lossless/notes-0001.jsonl", lines)
    after = Store()
    _, account = bring(after, made.getvalue())
    notes = after.stores["notes"]
    assert len(notes) == 5 and all("sealed" not in note and note["revision"] < 1 << 30 for note in notes.values())
    assert notes[a_note(5)["id"]]["tags"] == ["ok"] and notes[a_note(3)["id"]]["created"].startswith("2025-")
    assert account.counts == {"skipped": 5, "changed": 3, "copied": 1, "here": 1}


# -- cut short, and taken back ---------------------------------------------------------------------------------------


def undone(store):
    """Preferences that came in stay: the reader may have said more meanwhile."""
    return run(undoing.undo(store, Trip()))


def test_what_a_cancelled_import_brought_stays_is_listed_and_goes_with_one_click():
    data = export(notebook(350))[1]
    here = Store()
    put(here, "notes", a_note(900, "Mine."))
    before = records(here)
    bringing, _ = bring(here, data, trip=Trip(cancel_at=260))
    came = bringing.counts["notes"]
    assert came == len(here.stores["notes"]) - 1 and 100 <= came < 350
    assert here.stores["settings"]["last import"]["value"]["notes"] == came
    assert undone(here) == {"gone": came, "stay": 0, "cancelled": False}
    assert records(here) == before and not [id for id in here.stores["settings"] if "import" in id]


def test_when_the_device_is_full_what_came_in_stays_whole_and_can_be_taken_back():
    def full(changes):
        if store.writes == 2:
            raise StorageFull("There is no room left on this device.")
    store = Store(full)
    bringing, _ = bring(store, export(notebook(350))[1])
    assert bringing.problem == "There is no room left on this device." and bringing.counts["notes"] == len(store.stores["notes"]) > 0
    assert all(id in store.stores["attachments"] for note in store.stores["notes"].values() for id in layout.referred(note["text"]))
    store.fails = lambda changes: None
    assert undone(store)["gone"] == bringing.counts["notes"] and not any(records(store, without=("settings",)).values())


def test_a_note_that_was_changed_since_stays_with_its_attachments():
    store = Store()
    bring(store, export(notebook(20))[1])
    changed = next(note for note in store.stores["notes"].values() if layout.referred(note["text"]))
    changed["revision"] += 1
    assert undone(store) == {"gone": 19, "stay": 1, "cancelled": False}
    assert set(store.stores["notes"]) == {changed["id"]} and set(store.stores["attachments"]) == layout.referred(changed["text"])
    assert all(id.startswith(changed["id"]) for id in store.stores["revisions"])


def test_taking_back_can_be_cancelled_and_gone_on_with():
    store = Store()
    bring(store, export(notebook(250))[1])
    first = run(undoing.undo(store, Trip(cancel_at=1)))
    assert first["cancelled"] and 0 < first["gone"] < 250 == first["gone"] + len(store.stores["notes"])
    assert undone(store)["gone"] == 250 - first["gone"] and not store.stores["notes"] and not store.stores["blobs"]


def test_the_next_import_is_the_one_that_can_be_taken_back():
    store = Store()
    bring(store, export(notebook(3))[1])
    other = Store()
    put(other, "notes", a_note(500, "Another."))
    bring(store, export(other)[1])
    assert undone(store) == {"gone": 1, "stay": 0, "cancelled": False} and len(store.stores["notes"]) == 3


def test_another_tab_that_adds_the_same_meanwhile_costs_nothing():
    data = export(notebook(5))[1]
    def meanwhile(changes):
        if store.writes == 0 and not store.stores["notes"]:
            store.stores["notes"] |= {id: note for id, note in list(notebook(5).stores["notes"].items())[:2]}
    store = Store(meanwhile)
    bringing, account = bring(store, data)
    assert store.stores["notes"] == notebook(5).stores["notes"] and not bringing.problem
    assert bringing.counts["notes"] == 3 and account.counts["here"] == 2


# -- other formats ---------------------------------------------------------------------------------------------------


class Fake:
    """A format without ids, as others are."""
    name, title = "fake", "Fake"

    def __init__(self, *texts, fails=None):
        self.texts, self.fails = texts, fails

    def read(self, tree, report):
        for at, text in enumerate(self.texts):
            moment = timestamp(NOW_MS - 60_000 * (9 - at))
            note = a_note(at, text) | {"id": "", "revision": 0, "created": moment, "updated": moment}
            yield {"note": note, "path": f"{at}.md", "attachments": [{"name": "p.png", "type": "image/gif", "path": name, "created": ""} for name in ("p.png", "gone.png")]}
        if self.fails:
            raise self.fails


class Files:
    refused, changed = [("../evil", "leads out")], []
    names = ["p.png"]

    def size(self, name):
        return len(PNG)

    def read(self, name, at_most):
        if name != "p.png":
            raise KeyError(name)
        return PNG


def test_an_import_that_was_cut_off_between_the_notes_and_their_earlier_versions_is_known_and_completed():
    def cut_off(changes):
        if any(change["store"] == "revisions" for change in changes):
            raise StorageFull("There is no room left on this device.")

    source = notebook(30)
    archive, store = export(source)[1], Store(fails=cut_off)
    bringing, _ = bring(store, archive)
    assert bringing.problem and len(store.stores["notes"]) == 30 and not store.stores["revisions"]
    store.fails = lambda changes: None
    look, account = bring(store, archive, write=False)
    assert look.counts["notes"] == 0 and account.counts["here"] == 30 and look.counts["revisions"] == len(source.stores["revisions"]) > 0
    bring(store, archive)
    assert store.stores["revisions"] == source.stores["revisions"]


def test_a_note_without_an_id_gets_one_that_is_found_again():
    store, format = Store(), Fake("See ![](attachment:#0) and [gone](attachment:#1).", "Plain.")
    bringing, account = bring(store, b"", format=format, tree=Files())
    note = min(store.stores["notes"].values(), key=lambda note: note["created"])
    [picture] = store.stores["attachments"].values()
    assert note["text"] == f"See ![](attachment:{picture['id']}) and [gone](gone.png)." and note["id"][:10] == new_ulid(NOW_MS - 540_000, bytes(10))[:10] and note["revision"] == 1
    assert picture["type"] == "image/png" and store.stores["blobs"][picture["id"]]["data"] == PNG
    assert account.counts["skipped"] == 3 and bringing.counts["notes"] == 2
    note |= {"text": "Changed here.", "revision": 2}
    bringing, account = bring(store, b"", format=format, tree=Files())
    assert bringing.counts["notes"] == 0 and account.counts["here"] == 2 and note["text"] == "Changed here."


def test_a_reader_that_fails_half_way_leaves_what_it_found():
    store = Store()
    bringing, _ = bring(store, b"", format=Fake("One.", "Two.", fails=BadArchive("It is cut off.")), tree=Files())
    assert bringing.problem == "It is cut off." and len(store.stores["notes"]) == 2


def test_a_date_that_was_made_up_for_a_note_that_has_none_does_not_make_it_another_note():
    store = Store()
    for moment in ("", timestamp(NOW_MS), timestamp(NOW_MS + 5000)):
        format = Fake("Undated.")
        format.read = lambda tree, report, moment=moment: iter([{"note": a_note(0, "Undated.", id="", created=moment, updated=moment), "attachments": []}])
        bring(store, b"", format=format, tree=Files())
    assert len(store.stores["notes"]) == 1
