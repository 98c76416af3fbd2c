"""Each format's export, whole, and what becomes of it: texts, dates, tags, attachments, and what is said of the rest."""

import json

import pytest

from app.porter.formats import FORMATS, detect
from tests.porter import exports
from tests.porter.archives import PNG, WHEN_TEXT, Import, folder_of, imported, tar_of, tree_of, zip_of


@pytest.mark.parametrize("name, files", [
    ("obsidian", exports.OBSIDIAN), ("joplin", exports.JOPLIN), ("day_one", exports.DAY_ONE), ("keep", exports.KEEP), ("notion", exports.NOTION),
    ("standard_notes", exports.STANDARD_NOTES), ("standard_notes", exports.STANDARD_NOTES_ENCRYPTED), ("apple_notes", exports.APPLE_NOTES),
    ("plain", exports.PLAIN)])
def test_each_export_is_recognised_however_it_is_packed(name, files):
    for tree in (tree_of(zip_of(files)), tree_of(tar_of(files), "x.tar"), tree_of(tar_of(files, "w:gz"), "x.tgz"), folder_of(files)):
        assert detect(tree).name == name
        one = Import(tree)
        assert sorted(one.notes) == sorted(imported(files).notes)


def test_formats_have_names_of_their_own_and_nothing_is_recognised_in_other_files():
    assert len({format.name for format in FORMATS}) == len(FORMATS) and all(format.title for format in FORMATS)
    assert detect(tree_of(zip_of({"a.exe": b"MZ", "b.json": "{}"}))) is None


def test_every_file_is_imported_or_accounted_for():
    for files in (exports.OBSIDIAN, exports.JOPLIN, exports.DAY_ONE, exports.KEEP, exports.NOTION, exports.STANDARD_NOTES, exports.APPLE_NOTES, exports.PLAIN):
        one = imported(files)
        taken = {found["path"].partition(": ")[0] for found in one.found} | {file["path"] for found in one.found for file in found["attachments"]}
        skipped = [path for path, _ in one.report.skips]
        for name in files:
            of_joplin = len(name) == 35 and any(sign in files[name] for sign in ("type_: 2", "type_: 4", "type_: 5", "type_: 6"))
            assert name in taken or of_joplin or any(name == path or name.startswith(path + "/") for path in skipped), name


# Obsidian


def test_an_obsidian_vault_comes_with_dates_tags_and_attachments():
    one = imported(exports.OBSIDIAN)
    note = one.notes["The roof"]
    assert (note["created"], note["updated"]) == ("2023-05-06T07:08:00.000Z", "2023-05-07T06:09:10.000Z")
    assert note["tags"] == ["house", "work/repairs", "urgent", "house/north"]
    assert note["text"] == """# Why it leaks

See [[Garden/Beans|the beans]] and [[Nowhere]]. #urgent and #house/north, not `#code`.

![leak.png](attachment:#0) and [a plan](attachment:#1) and ![[missing.jpg]].

![[Beans#Sowing]]

```yaml
aliases:
  - Roof, north
cssclasses: []
rating: 4
```
"""
    assert one.attachments("The roof") == [
        {"name": "leak.png", "type": "image/png", "path": "My vault/files/leak.png", "created": WHEN_TEXT},
        {"name": "plan A.pdf", "type": "application/pdf", "path": "My vault/files/plan A.pdf", "created": WHEN_TEXT}]
    assert one.tree.read("My vault/files/leak.png", 100) == PNG
    assert "missing.jpg" in one.what("The roof") and "aliases, cssclasses, rating" in one.what("The roof")


def test_a_note_without_properties_has_the_date_of_its_file_and_its_folder_as_tag():
    note = imported(exports.OBSIDIAN).notes["Beans"]
    assert (note["created"], note["updated"], note["tags"], note["text"]) == (WHEN_TEXT, WHEN_TEXT, ["Garden"], "Sow in May.\n")


def test_what_is_no_note_in_a_vault_is_left_out_with_its_reason():
    one = imported(exports.OBSIDIAN)
    assert sorted(one.notes) == ["Beans", "The roof"]
    assert "Settings" in one.why(".obsidian") and "(2 files)" in one.why(".obsidian") and "trash" in one.why(".trash")
    assert "canvas" in one.why("Ideas.canvas") and "drawing" in one.why("Sketch.excalidraw") and "drawing" in one.why("Sketch two")
    assert "computes" in one.why("Tasks.base") and "No note refers" in one.why("unused.pdf")


def test_times_without_a_zone_are_the_readers_own(in_new_york):
    note = imported(exports.OBSIDIAN).notes["The roof"]
    assert (note["created"], note["updated"]) == ("2023-05-06T11:08:00.000Z", "2023-05-07T06:09:10.000Z")


def test_of_two_files_of_one_name_the_one_nearest_to_the_top_is_meant():
    one = imported({".obsidian/app.json": "{}", "z/a.png": b"far", "a.png": b"near", "n.md": "![[a.png]]", "z/m.md": "![[a.png]]"})
    assert one.attachments("n")[0]["path"] == "a.png" and one.attachments("m")[0]["path"] == "z/a.png"


# Joplin


def test_a_joplin_export_comes_with_dates_tags_and_attachments():
    for tree in (tree_of(tar_of(exports.JOPLIN), "notes.jex"), folder_of({f"RAW/{name}": content for name, content in exports.JOPLIN.items()})):
        one = Import(tree)
        note = one.notes["The roof"]
        assert (note["created"], note["updated"]) == ("2025-06-06T01:32:02.583Z", "2025-06-10T01:32:59.934Z")
        assert note["tags"] == ["Home/Repairs", "house"]
        assert note["text"] == ("It leaks: ![leak.png](attachment:#0)\n\nSee [[Buy beans|beans]], ![leak.png](attachment:#0) and\n"
                                f"[the bill](attachment:#1), not `[code](:/{'2' * 32})`.\n\n*https://example.org/roof · Ada · 52.51860, 13.37620*\n")
        assert [(file["name"], file["type"], file["created"]) for file in one.attachments("The roof")] == [
            ("leak.png", "image/png", "2025-06-06T01:32:00.000Z"), ("bill March.pdf", "application/pdf", "2025-06-06T01:33:00.000Z")]


def test_joplins_to_dos_web_pages_and_trash():
    one = imported(exports.JOPLIN)
    assert one.notes["Buy beans"]["text"] == "- [x] To-do, due 2025-05-01 09:00 UTC, done 2025-04-30 09:00 UTC\n"
    assert one.notes["Buy beans"]["tags"] == ["Home"]
    assert one.notes["From the web"]["text"] == "# News\n\nIt is **good**, says [the bill](attachment:#0)." and one.notes["From the web"]["deleted"]
    assert "decrypted" in one.why("8" * 32) and "earlier version" in one.why("c" * 32) and "No note" in one.why("9" * 32)


def test_notebooks_within_each_other_in_a_circle_come_to_an_end():
    files = {"a" * 32 + ".md": exports.joplin_item("A", None, id="a" * 32, parent_id="b" * 32, type_=2),
             "b" * 32 + ".md": exports.joplin_item("B", None, id="b" * 32, parent_id="a" * 32, type_=2),
             "1" * 32 + ".md": exports.joplin_note("Note", f"[me](:/{'1' * 32})", parent_id="a" * 32)}
    note = imported(files).notes["Note"]
    assert (note["tags"], note["text"]) == (["B/A"], "[[Note|me]]")


# Day One


def test_a_day_one_journal_comes_with_dates_tags_and_attachments():
    one = imported(exports.DAY_ONE)
    note = one.notes["Tsukiji"]
    assert (note["created"], note["updated"]) == ("2023-07-01T05:30:00.000Z", "2023-07-02T06:00:01.000Z")
    assert (note["tags"], note["pinned"]) == (["travel", "food"], True)
    assert note["text"] == ("Fish at dawn\\.\n\n![IMG_0042.PNG](attachment:#0)\n\n[aa000000000000000000000000000000.m4a](attachment:#1)\n\nAs [[The Eagle|then]].\n\n"
                            "[cc000000000000000000000000000000.pdf](attachment:#2)\n\n*Tsukiji, Tokyo, Japan · 24 °C, Partly Cloudy · Asia/Tokyo*")
    assert one.attachments("Tsukiji")[0] == {"name": "IMG_0042.PNG", "type": "image/png", "created": "2023-07-01T05:31:00.000Z",
                                             "path": "photos/0e2d16db35b89f9880ee5b3441659d54.png"}
    assert "1 of its pictures" in one.what("2023-07-01") and "No entry refers" in one.why("dd0000")


def test_an_entry_with_rich_text_alone_becomes_markdown():
    one = imported(exports.DAY_ONE)
    note = one.notes["The Eagle"]
    assert note["created"] == "1969-07-20T20:17:40.000Z"
    assert note["text"] == ("It has **landed**. See [there](https://example.org/moon).\n- [x] flag\n    - rocks\n> One small step\n```\n1202\n```\n"
                            "![IMG_0042.PNG](attachment:#0)\n---\n*~~end~~*")
    assert "motionActivity" in one.what("1969-07-20")


def test_with_two_journals_each_is_a_tag():
    journal = json.dumps({"metadata": {"version": "1.0"}, "entries": [{"text": "Hello", "creationDate": "2020-01-01T00:00:00Z"}]})
    one = imported({"Work.json": journal, "Home.json": journal})
    assert [found["note"]["tags"] for found in one.found] == [["Work"], ["Home"]]


def test_a_journal_that_is_cut_off_gives_the_entries_before_the_cut():
    whole = exports.DAY_ONE["Journal.json"]
    one = imported({"Journal.json": whole[:whole.index("00FF\",\n") + 40]})
    assert list(one.notes) == ["Tsukiji"] and "what comes before was read (1)" in one.why("Journal.json")


# Google Keep


def test_a_keep_note_comes_with_dates_tags_and_attachments():
    one = imported(exports.KEEP)
    note = one.notes["The roof"]
    assert (note["created"], note["updated"]) == ("2023-07-28T03:27:38.197Z", "2023-08-01T05:05:17.287Z")
    assert (note["tags"], note["pinned"], note["archived"], note["deleted"]) == (["house", "label with !'@:$\" Symbols"], True, False, "")
    assert note["text"] == ("It leaks <b>a lot</b>.\nhttps://example.org/a\n\n[The (news)](https://example.org/news)\n\n![1690.png](attachment:#0)\n\n"
                            "![1691.jpg](attachment:#1)")
    assert [file["type"] for file in one.attachments("The roof")] == ["image/png", "image/jpeg"]
    assert "gone.3gp" in one.what("The roof") and "web page" in one.why("The roof.html") and "No note" in one.why("Labels.txt")


def test_keeps_lists_archive_and_trash():
    one = imported(exports.KEEP)
    assert (one.notes[""]["text"], one.notes[""]["archived"]) == ("- [x] Milk\n- [ ] Two lines", True)
    assert one.notes["Deleted note"]["text"] == "Gone **soon**" and one.notes["Deleted note"]["deleted"] > "2026"


# Notion


def in_parts(files):
    """As Notion packs a large workspace: parts in a zip, which may be stored or packed again."""
    names = list(files)
    parts = [{name: files[name] for name in names[:4]}, {name: files[name] for name in names[4:]}]
    return {f"ExportBlock-12345678-1234-4123-8123-1234567890ab-Part-{number}.zip": zip_of(part) for number, part in enumerate(parts, 1)}


@pytest.mark.parametrize("stored", [True, False])
def test_a_notion_export_comes_with_titles_links_and_attachments_also_in_parts(stored):
    import zipfile

    data = zip_of(in_parts(exports.NOTION), zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED)
    for one in (imported(exports.NOTION), Import(tree_of(data))):
        assert sorted(one.notes) == ["Call the roofer", "Home: and hearth", "Prices", "The roof"]
        home, roof = one.notes["Home: and hearth"], one.notes["The roof"]
        assert home["text"] == ("Hello. [[The roof]], [[Tasks]] and #no-tag.\n\nNote: this is no property.\n\n![Untitled](attachment:#0)\n")
        assert (home["tags"], roof["tags"]) == ([], ["Home"])
        assert roof["text"] == "![Untitled](attachment:#0)\n\n[[Home]]\n"
        assert one.tree.read(one.attachments("The roof")[0]["path"], 100) == PNG + b"another"


def test_a_row_of_a_notion_database_has_its_tags_and_dates():
    one = imported(exports.NOTION)
    note = one.notes["Call the roofer"]
    assert (note["created"], note["updated"]) == ("2024-03-03T22:05:00.000Z", "2024-03-04T08:00:00.000Z")
    assert (note["tags"], note["text"]) == (["Home/Tasks", "house", "urgent"], "Status: Doing\n\nAsk: how much?\n")
    assert "rows are notes" in one.why("_all.csv") and "A view" in one.why("Tasks " + "2" * 32 + ".csv")


def test_a_notion_table_without_pages_is_a_note():
    assert imported(exports.NOTION).notes["Prices"]["text"] == "| Name | Price |\n| --- | --- |\n| Tiles | 1,200 |\n| a \\| b | two lines |\n"


# Standard Notes


def test_a_standard_notes_backup_comes_with_dates_and_tags():
    one = imported(exports.STANDARD_NOTES)
    note = one.notes["The roof"]
    assert (note["created"], note["updated"]) == ("2022-03-04T05:06:07.891Z", "2022-05-06T07:08:09.100Z")
    assert (note["tags"], note["pinned"], note["archived"], note["text"]) == (["house/repairs", "starred"], True, True, "It leaks.\n")
    assert "leak.png" in one.what("The roof") and "password" in one.what("The roof")
    assert one.notes["Gone"]["deleted"] and one.notes["Gone"]["created"] == "2023-01-01T00:00:00.000Z"
    assert one.notes["Rich"]["text"] == "Some *thing*"


def test_a_super_note_becomes_markdown():
    one = imported(exports.STANDARD_NOTES)
    assert one.notes["Super"]["text"] == ("## Plan\n\n**Bold** *and slanted*\n[there](https://example.org)[[The roof]]\n\n- [x] tiles\n    1. nails\n\n> said\n\n"
                                          "```python\nx = 1\ny\n```\n\n---\n\n| a\\|b |\n| --- |\n")
    assert "a file or picture" in one.what("Super") and one.notes["Super"]["tags"] == ["house"]


def test_an_authenticators_secrets_never_leave_the_device():
    one = imported(exports.STANDARD_NOTES)
    assert one.notes["Codes"]["never_leaves"] and one.notes["Codes"]["text"] == '```json\n[{"secret":"JBSW"}]\n```\n'


def test_an_encrypted_backup_is_refused_with_the_way_to_a_decrypted_one():
    one = imported(exports.STANDARD_NOTES_ENCRYPTED)
    assert one.found == [] and "choose «Decrypted»" in one.why("Encrypted Backup")


def test_tags_within_each_other_in_a_circle_come_to_an_end():
    tags = [exports.standard_notes_item(one, "Tag", {"title": one, "references": [
        {"uuid": other, "content_type": "Tag", "reference_type": "TagToParentTag"}, {"uuid": "n1", "content_type": "Note"}]}) for one, other in ("ab", "ba")]
    backup = json.dumps({"version": "004", "items": exports.STANDARD_NOTES_ITEMS[:1] + tags})
    assert imported({"backup.txt": backup}).notes["The roof"]["tags"] == ["b/a", "a/b", "starred"]


# Apple Notes


def test_apple_notes_come_with_tags_links_and_attachments():
    one = imported(exports.APPLE_NOTES)
    note = one.notes["The roof"]
    assert (note["created"], note["tags"]) == (WHEN_TEXT, ["house"])
    assert note["text"] == ("It leaks. #house\n\n![IMG_0042.png](attachment:#0)\n\n- [ ] tiles\n- [x] nails\n\n[[Beans]] and [scan](attachment:#1)\n")
    assert [file["name"] for file in one.attachments("The roof")] == ["IMG_0042.png", "Scan 1.pdf"]
    assert one.notes["Beans"]["text"] == "Sow in May.\n"


# Folders of one's own


def test_a_folder_of_markdown_text_and_html():
    one = imported(exports.PLAIN)
    note = one.notes["A day"]
    assert (note["created"], note["updated"], note["tags"]) == ("2021-02-03T03:05:06.000Z", "2021-02-04T00:00:00.000Z", ["diary", "more"])
    assert note["text"] == "Text with #more.\n\n![x](attachment:#0)\n\n```yaml\ndraft: true\n```\n"
    assert (one.notes["Snow"]["text"], one.notes["Snow"]["tags"]) == ("# not a heading\n![x](../../pics/a.jpg)", ["2020/Winter"])
    assert one.notes["A & B"]["text"] == "# Hi\n\nOne\ntwo [x](https://example.org/x)![snow](attachment:#0)\n\n- a\n    - b"
    assert "script" in one.what("page.html")


def test_one_file_alone_is_a_note():
    one = Import(tree_of(b"Hello.", "C:\\Users\\ada\\A day.md"))
    assert (list(one.notes), one.notes["A day"]["text"]) == (["A day"], "Hello.")


def test_ten_thousand_notes_that_link_to_each_other_are_read_in_one_go(no_hang):
    files = {".obsidian/app.json": "{}"} | {f"n{number}.md": f"![[same.png]] [[n{(number * 7) % 10_000}]] #tag{number % 9}" for number in range(10_000)}
    files |= {f"{number}/same.png": PNG for number in range(3000)}
    one = Import(folder_of(files))
    assert len(one.found) == 10_000 and one.attachments("n77")[0]["path"] == "0/same.png"
