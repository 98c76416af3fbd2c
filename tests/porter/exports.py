"""Exports of other apps, small and whole: composed from each format's documentation and from what its exporter writes, every optional field once.

Each is a dictionary of files. They are text, so that a reader can see what a format is; the tests pack them as the app would.
"""

import json

from tests.porter.archives import PNG

# Obsidian: https://help.obsidian.md (Properties, Tags, Internal links, Embed files, Attachments, Canvas).
OBSIDIAN = {
    "My vault/.obsidian/app.json": "{}",
    "My vault/.obsidian/plugins/dataview/main.js": "alert(1)",
    "My vault/.trash/old.md": "gone",
    "My vault/The roof.md": """---
aliases:
  - Roof, north
tags:
  - house
  - work/repairs
created: 2023-05-06T07:08
modified: 2023-05-07T08:09:10+02:00
cssclasses: []
rating: 4
---

# Why it leaks

See [[Garden/Beans|the beans]] and [[Nowhere]]. #urgent and #house/north, not `#code`.

![[leak.png|300]] and ![a plan](../My%20vault/files/plan%20A.pdf) and ![[missing.jpg]].

![[Beans#Sowing]]
""",
    "My vault/Garden/Beans.md": "Sow in May.\n",
    "My vault/files/leak.png": PNG,
    "My vault/files/plan A.pdf": b"%PDF-1.4 plan",
    "My vault/files/unused.pdf": b"%PDF-1.4 unused",
    "My vault/Ideas.canvas": '{"nodes":[],"edges":[]}',
    "My vault/Sketch.excalidraw.md": "---\nexcalidraw-plugin: parsed\n---\n",
    "My vault/Sketch two.md": "---\nexcalidraw-plugin: parsed\ntags: [excalidraw]\n---\n",
    "My vault/Tasks.base": "views: []\n",
}


# Joplin: serialize() in packages/lib/models/BaseItem.ts, the lines of a desktop export of 2025.
def joplin_item(title, body, **properties):
    above = "\n\n".join(part for part in (title, body or None) if part is not None)
    below = "\n".join(f"{key}: {value}" for key, value in properties.items())
    return f"{above}\n\n{below}" if above else below


def joplin_note(title, body, **properties):
    return joplin_item(title, body, **{
        "id": "1" * 32, "parent_id": "", "created_time": "2025-06-06T01:32:02.583Z", "updated_time": "2025-06-10T01:32:59.934Z", "is_conflict": 0,
        "latitude": "0.00000000", "longitude": "0.00000000", "altitude": "0.0000", "author": "", "source_url": "", "is_todo": 0, "todo_due": 0,
        "todo_completed": 0, "source": "joplin-desktop", "source_application": "net.cozic.joplin-desktop", "application_data": "", "order": 0,
        "user_created_time": "2025-06-06T01:32:02.583Z", "user_updated_time": "2025-06-10T01:32:59.934Z", "encryption_cipher_text": "",
        "encryption_applied": 0, "markup_language": 1, "is_shared": 0, "share_id": "", "conflict_original_id": "", "master_key_id": "",
        "user_data": "", "deleted_time": 0, "type_": 1} | properties)


JOPLIN = {
    "1" * 32 + ".md": joplin_note(
        "The roof", f"It leaks: ![leak.png](:/{'4' * 32})\n\nSee [beans](:/{'2' * 32}#sowing), <img src=\":/{'4' * 32}\" width=\"300\"/> and\n"
        f"[the bill](:/{'5' * 32}), not `[code](:/{'2' * 32})`.", parent_id="b" * 32, latitude="52.51860000", longitude="13.37620000",
        author="Ada", source_url="https://example.org/roof", created_time="2025-01-01T00:00:00.000Z"),
    "2" * 32 + ".md": joplin_note("Buy beans", "", id="2" * 32, parent_id="a" * 32, is_todo=1, todo_due=1746090000000, todo_completed=1746003600000),
    "3" * 32 + ".md": joplin_note("From the web", f"<h1>News</h1><p>It is <b>good</b>, says <a href=':/{'5' * 32}'>the bill</a>.</p>", id="3" * 32, markup_language=2, deleted_time=1749519179934),
    "4" * 32 + ".md": joplin_item("leak.png", None, id="4" * 32, mime="image/png", filename="", created_time="2025-06-06T01:32:00.000Z",
                                  updated_time="2025-06-06T01:32:00.000Z", file_extension="png", size=24, type_=4),
    "5" * 32 + ".md": joplin_item("bill March.pdf", None, id="5" * 32, mime="application/pdf", filename="", created_time="2025-06-06T01:33:00.000Z",
                                  file_extension="pdf", type_=4),
    "6" * 32 + ".md": joplin_item("house", None, id="6" * 32, created_time="2025-06-06T01:32:02.583Z", parent_id="", type_=5),
    "7" * 32 + ".md": joplin_item(None, None, id="7" * 32, note_id="1" * 32, tag_id="6" * 32, created_time="2025-06-06T01:32:02.583Z", is_shared=0, type_=6),
    "8" * 32 + ".md": joplin_note("Secret", None, id="8" * 32, encryption_applied=1, encryption_cipher_text="JED01000"),
    "a" * 32 + ".md": joplin_item("Home", None, id="a" * 32, created_time="2025-06-06T01:30:00.000Z", parent_id="", icon="", type_=2),
    "b" * 32 + ".md": joplin_item("Repairs", None, id="b" * 32, created_time="2025-06-06T01:30:00.000Z", parent_id="a" * 32, icon="", type_=2),
    "c" * 32 + ".md": joplin_item(None, None, id="c" * 32, parent_id="1" * 32, item_type=1, item_id="1" * 32, title_diff="[]", body_diff="[]", type_=13),
    f"resources/{'4' * 32}.png": PNG,
    f"resources/{'5' * 32}.pdf": b"%PDF-1.4 bill",
    f"resources/{'9' * 32}.bin": b"nobody's",
}

# Day One: the sample of its guide for importing, and exports of version 2024 for iOS.
DAY_ONE_PHOTO = {
    "identifier": "76F9B0AC37954B51BF8B9146498B29C2", "md5": "0e2d16db35b89f9880ee5b3441659d54", "type": "png", "orderInEntry": 0, "width": 4, "height": 4,
    "date": "2023-07-01T05:31:00Z", "filename": "IMG_0042.PNG", "creationDevice": "iPhone", "duration": 0, "favorite": False, "isSketch": False,
    "location": {"latitude": 35.6, "longitude": 139.7}}
DAY_ONE_ENTRY = {
    "uuid": "932EECCC8B5944C39882-6C83ACA73323", "creationDate": "2023-07-01T05:30:00Z", "modifiedDate": "2023-07-02T06:00:01Z", "timeZone": "Asia/Tokyo",
    "isAllDay": False, "isPinned": False, "starred": True, "duration": 0, "editingTime": 12.5, "creationDevice": "iPhone", "creationOSName": "iOS",
    "creationDeviceType": "iPhone", "creationDeviceModel": "iPhone15,2", "creationOSVersion": "17.0", "sourceString": "",
    "text": "# Tsukiji\n\nFish at dawn\\.\n\n![](dayone-moment://76F9B0AC37954B51BF8B9146498B29C2)\n\n![](dayone-moment:/audio/AA00)\n\n"
            "As [then](dayone://view?entryId=00FF).",
    "tags": ["travel", "food"], "photos": [DAY_ONE_PHOTO],
    "audios": [{"identifier": "AA00", "md5": "aa000000000000000000000000000000", "format": "aac", "audioChannels": "Mono", "duration": 3.5}],
    "videos": [{"identifier": "BB00", "md5": "bb000000000000000000000000000000", "type": "mov"}],
    "pdfAttachments": [{"identifier": "CC00", "md5": "cc000000000000000000000000000000", "type": "pdf", "pdfName": "menu"}],
    "location": {"placeName": "Tsukiji", "localityName": "Tokyo", "administrativeArea": "Tokyo", "country": "Japan", "latitude": 35.66, "longitude": 139.77,
                 "timeZoneName": "Asia/Tokyo", "region": {"center": {"latitude": 35.66, "longitude": 139.77}, "radius": 75}},
    "weather": {"temperatureCelsius": 24.4, "conditionsDescription": "Partly Cloudy", "weatherCode": "partly-cloudy", "windSpeedKPH": 7,
                "relativeHumidity": 54, "sunriseDate": "2023-06-30T19:28:00Z", "moonPhase": 0.4},
    "userActivity": {"activityName": "Walking", "stepCount": 90},
}
DAY_ONE_RICH = {
    "uuid": "00FF", "creationDate": "1969-07-20T20:17:40Z", "timeZone": "America\\/New_York", "starred": False,
    "richText": json.dumps({"meta": {"version": 1, "small-lines-removed": True}, "contents": [
        {"attributes": {"line": {"header": 1, "identifier": "X"}}, "text": "The Eagle\n"},
        {"text": "It has "}, {"attributes": {"bold": True}, "text": "landed"}, {"text": ". See "},
        {"attributes": {"linkURL": "https://example.org/moon"}, "text": "there"}, {"text": ".\n"},
        {"attributes": {"line": {"listStyle": "checkbox", "indentLevel": 1, "checked": True}}, "text": "flag\n"},
        {"attributes": {"line": {"listStyle": "bulleted", "indentLevel": 2}}, "text": "rocks\n"},
        {"attributes": {"line": {"quote": True}}, "text": "One small step\n"},
        {"attributes": {"line": {"codeBlock": True}}, "text": "1202\n"},
        {"embeddedObjects": [{"type": "photo", "identifier": "76F9B0AC37954B51BF8B9146498B29C2"}]},
        {"embeddedObjects": [{"type": "horizontalRuleLine"}, {"type": "motionActivity"}]},
        {"attributes": {"italic": True, "strikethrough": True}, "text": "end"}]}),
}
DAY_ONE = {
    "Journal.json": json.dumps({"metadata": {"version": "1.0"}, "entries": [DAY_ONE_ENTRY, DAY_ONE_RICH]}, indent=2),
    "photos/0e2d16db35b89f9880ee5b3441659d54.png": PNG,
    "audios/aa000000000000000000000000000000.m4a": b"sound",
    "pdfs/cc000000000000000000000000000000.pdf": b"%PDF-1.4 menu",
    "photos/dd000000000000000000000000000000.png": PNG,
}

# Google Keep: Takeout of 2023 to 2025.
KEEP = {
    "Takeout/archive_browser.html": "<html></html>",
    "Takeout/Keep/Labels.txt": "house\n",
    "Takeout/Keep/The roof.json": json.dumps({
        "color": "RED", "isTrashed": False, "isPinned": True, "isArchived": False, "textContent": "It leaks <b>a lot</b>.\nhttps://example.org/a",
        "textContentHtml": "<p>It leaks &lt;b&gt;a lot&lt;/b&gt;.</p>", "title": "The roof", "userEditedTimestampUsec": 1690866317287000,
        "createdTimestampUsec": 1690514858197123, "labels": [{"name": "house"}, {"name": "label with !'@:$\" Symbols"}],
        "attachments": [{"filePath": "1690.png", "mimetype": "image/png"}, {"filePath": "1691.jpeg", "mimetype": "image/jpeg"},
                        {"filePath": "gone.3gp", "mimetype": "audio/3gp"}],
        "annotations": [{"description": "News", "source": "WEBLINK", "title": "The [news]", "url": "https://example.org/news"},
                        {"source": "WEBLINK", "title": "There already", "url": "https://example.org/a"}],
        "sharees": [{"isOwner": True, "type": "WRITER", "email": "ada@example.org"}]}),
    "Takeout/Keep/The roof.html": "<html></html>",
    "Takeout/Keep/1690.png": PNG,
    "Takeout/Keep/1691.jpg": b"\xff\xd8\xff jpeg",
    "Takeout/Keep/2023-08-01T14_29_43.842+10_00.json": json.dumps({
        "color": "DEFAULT", "isTrashed": False, "isPinned": False, "isArchived": True, "title": "", "userEditedTimestampUsec": 1690597779005000,
        "createdTimestampUsec": 1690426307496000,
        "listContent": [{"textHtml": "<p>Milk</p>", "text": "Milk", "isChecked": True}, {"text": "Two\nlines", "isChecked": False}, {"text": "", "isChecked": False}]}),
    "Takeout/Keep/Deleted note.json": json.dumps({
        "color": "DEFAULT", "isTrashed": True, "isPinned": False, "isArchived": False, "textContentHtml": "<p>Gone <b>soon</b></p>", "title": "Deleted note",
        "userEditedTimestampUsec": 1691718454836000, "createdTimestampUsec": 1691718439970000}),
}

# Notion: exports of 2022 to 2025, «Markdown & CSV», everything, with subpages in folders.
_HOME, _ROOF, _TASKS, _ROW, _FAR = ("0123456789abcdef" * 2, "1" * 32, "2" * 32, "3" * 32, "4" * 32)
NOTION = {
    f"Home {_HOME}.md": f"""# Home: and hearth

Hello. [The roof](Home%20{_HOME}/The%20roof%20{_ROOF}.md), [Tasks](Home%20{_HOME}/Tasks%20{_TASKS}.csv) and #no-tag.

Note: this is no property.

![Untitled](Home%20{_HOME}/Untitled.png)
""",
    f"Home {_HOME}/Untitled.png": PNG,
    f"Home {_HOME}/The roof {_ROOF}.md": f"# The roof\n\n![Untitled](The%20roof%20{_ROOF}/Untitled.png)\n\n[Home](../Home%20{_HOME}.md)\n",
    f"Home {_HOME}/The roof {_ROOF}/Untitled.png": PNG + b"another",
    f"Home {_HOME}/Tasks {_TASKS}.csv": "\ufeffName,Status,Tags,Created time,Last edited time\nCall the roofer,Doing,\"house, urgent\","
                                        "\"March 3, 2024 10:05 PM\",\"March 4, 2024 8:00 AM\"\n",
    f"Home {_HOME}/Tasks {_TASKS}_all.csv": "\ufeffName,Status,Tags,Created time,Last edited time\nCall the roofer,Doing,\"house, urgent\","
                                            "\"March 3, 2024 10:05 PM\",\"March 4, 2024 8:00 AM\"\nHidden,Done,,,\n",
    f"Home {_HOME}/Tasks {_TASKS}/Call the roofer {_ROW}.md": """# Call the roofer

Status: Doing
Tags: house, urgent
Created time: March 3, 2024 10:05 PM
Last edited time: March 4, 2024 8:00 AM

Ask: how much?
""",
    f"Prices {_FAR}.csv": "\ufeffName,Price\nTiles,\"1,200\"\na | b,\"two\nlines\"\n",
}

# Standard Notes: a decrypted backup of version 004.
_SUPER = {"root": {"type": "root", "version": 1, "format": "", "indent": 0, "direction": "ltr", "children": [
    {"type": "heading", "tag": "h2", "children": [{"type": "text", "format": 0, "text": "Plan", "version": 1}]},
    {"type": "paragraph", "children": [
        {"type": "text", "format": 1, "text": "Bold", "version": 1}, {"type": "text", "format": 2, "text": " and slanted", "version": 1},
        {"type": "linebreak", "version": 1}, {"type": "link", "url": "https://example.org", "children": [{"type": "text", "format": 0, "text": "there"}]},
        {"type": "snbubble", "itemUuid": "n1", "version": 1}]},
    {"type": "list", "listType": "check", "tag": "ul", "children": [
        {"type": "listitem", "checked": True, "value": 1, "children": [{"type": "text", "format": 0, "text": "tiles"}]},
        {"type": "listitem", "value": 2, "children": [{"type": "list", "listType": "number", "children": [
            {"type": "listitem", "value": 1, "children": [{"type": "text", "format": 0, "text": "nails"}]}]}]}]},
    {"type": "quote", "children": [{"type": "text", "format": 0, "text": "said"}]},
    {"type": "code", "language": "python", "children": [{"type": "code-highlight", "text": "x = 1"}, {"type": "linebreak"}, {"type": "code-highlight", "text": "y"}]},
    {"type": "horizontalrule"},
    {"type": "table", "children": [{"type": "tablerow", "children": [
        {"type": "tablecell", "headerState": 1, "children": [{"type": "paragraph", "children": [{"type": "text", "format": 0, "text": "a|b"}]}]}]}]},
    {"type": "snfile", "fileUuid": "f1", "version": 1}]}}


def standard_notes_item(uuid, type_, content, **more):
    return {"uuid": uuid, "content_type": type_, "content": content, "created_at": "2022-03-04T05:06:07.891Z", "created_at_timestamp": 1646370367891000,
            "updated_at": "2023-01-01T00:00:00.000Z", "updated_at_timestamp": 1672531200000000, "duplicate_of": None} | more


STANDARD_NOTES_ITEMS = [
    standard_notes_item("n1", "Note", {
        "title": "The roof", "text": "It leaks.\n", "noteType": "plain-text", "references": [], "preview_plain": "It leaks.", "hidePreview": False,
        "spellcheck": True, "starred": True, "protected": True, "trashed": False, "editorIdentifier": "com.standardnotes.plain-text",
        "appData": {"org.standardnotes.sn": {"client_updated_at": "2022-05-06T07:08:09.100Z", "pinned": True, "archived": True}}}),
    standard_notes_item("n2", "Note", {"title": "Super", "text": json.dumps(_SUPER, separators=(",", ":")), "noteType": "super", "references": [],
                                       "appData": {"org.standardnotes.sn": {}}}),
    standard_notes_item("n3", "Note", {"title": "Gone", "text": "x", "references": [], "trashed": True, "appData": {}}, created_at="1970-01-01T00:00:00.000Z"),
    standard_notes_item("n4", "Note", {"title": "Codes", "text": '[{"secret":"JBSW"}]', "noteType": "authentication", "references": [], "appData": {}}),
    standard_notes_item("n5", "Note", {"title": "Rich", "text": "<p>Some <i>thing</i></p>", "noteType": "rich-text", "references": [], "appData": {}}),
    standard_notes_item("t1", "Tag", {"title": "house", "references": [{"uuid": "n2", "content_type": "Note"}], "appData": {}, "expanded": True}),
    standard_notes_item("t2", "Tag", {"title": "repairs", "appData": {}, "references": [
        {"uuid": "n1", "content_type": "Note"}, {"uuid": "t1", "content_type": "Tag", "reference_type": "TagToParentTag"}]}),
    standard_notes_item("f1", "File", {"name": "leak.png", "mimeType": "image/png", "references": [
        {"uuid": "n1", "content_type": "Note", "reference_type": "FileToNote"}]}),
    standard_notes_item("p1", "SN|UserPreferences", {"appData": {}}),
    standard_notes_item("n9", "Note", {}, deleted=True),
]
STANDARD_NOTES = {
    "Standard Notes Backup and Import File.txt": json.dumps({"version": "004", "items": STANDARD_NOTES_ITEMS}, indent=2),
    "Items/Note/The roof-n1.txt": "It leaks.\n",
    "Items/Tag/house-t1.txt": "{}",
}
STANDARD_NOTES_ENCRYPTED = {
    "Standard Notes Encrypted Backup and Import File.txt": json.dumps({
        "version": "004", "keyParams": {"identifier": "ada@example.org", "version": "004", "pw_nonce": "00"},
        "items": [{"uuid": "n1", "content_type": "Note", "content": "004:abc:def:ghi", "items_key_id": "k", "enc_item_key": "004:x:y:z"}]}),
}

# Apple Notes on macOS 26, as people who exported describe it.
APPLE_NOTES = {
    "Notes/The roof.md": "# The roof\n\nIt leaks. #house\n\n![](Attachments/IMG_0042.png)\n\n- [ ] tiles\n- [x] nails\n\n"
                         "[Beans](applenotes:note/2B0D5F5E-0000-4000-8000-000000000000?ownerIdentifier=x) and [scan](<Attachments/Scan 1.pdf>)\n",
    "Notes/Beans.md": "# Beans\n\nSow in May.\n",
    "Notes/Attachments/IMG_0042.png": PNG,
    "Notes/Attachments/Scan 1.pdf": b"%PDF-1.4 scan",
}

# A folder of one's own, of whatever wrote it.
PLAIN = {
    "Writing/Day.md": "---\ntitle: A day\ndate: 2021-02-03 04:05:06 +0100\nlastmod: 2021-02-04\ntags: [diary]\ndraft: true\n---\nText with #more.\n\n![x](pics/a.jpg)\n",
    "Writing/pics/a.jpg": b"\xff\xd8\xff jpeg",
    "Writing/2020/Winter/Snow.txt": "# not a heading\n![x](../../pics/a.jpg)",
    "Writing/page.html": "<html><head><title>A &amp; B</title><script>alert(1)</script></head><body><h1>Hi</h1><p>One<br>two <a href='https://example.org/x'>x</a>"
                         "<img src='pics/a.jpg' alt='snow'></p><ul><li>a<ul><li>b</li></ul></li></ul><script>alert(2)</script></body></html>",
}
