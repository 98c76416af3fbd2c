"""Joplin: JEX, which is a tar, and RAW, the same files in a folder (https://joplinapp.org/help/apps/import_export).

Each item (a note, notebook, resource, tag, or «this note has that tag») is a file <id>.md: title, empty line, text, empty line, and lines of
«property: value», of which `type_` comes last. A resource's bytes are in resources/<id>.<extension>. Links are `:/id`.

Notebooks become a tag, «Work/Garden»; a to-do says so in its first line; address, author and place stand in a last line.
"""

import re

from app.everywhere.errors import BadArchive
from app.everywhere.limits import IMPORT_NESTING, IMPORT_NOTE_FILE_BYTES, TAG_CHARACTERS
from app.porter import html_text, links, moments
from app.porter.found import Attachments, found, literal, note_link
from app.porter.plain_text import decoded

name = "joplin"
title = "Joplin (JEX or RAW)"

_ITEM = re.compile(r"(?:^|/)([0-9a-f]{32})\.md$")
_NOTE, _FOLDER, _RESOURCE, _TAG, _NOTE_TAG = 1, 2, 4, 5, 6
_HTML = "2"


def recognises(tree):
    candidates = [path for path in tree.names if _ITEM.search(path)][:3]
    return any(re.search(r"^type_: \d+\s*\Z", _text(tree, path), re.M) for path in candidates)


def _text(tree, path):
    try:
        return decoded(tree.read(path, IMPORT_NOTE_FILE_BYTES))[0]
    except BadArchive:
        return ""


class _Item:
    def __init__(self, text):
        above, _, below = text.rstrip().rpartition("\n\n")
        if "\n" not in above and not below.startswith(("id: ", "type_: ")) and not re.search(r"^type_: ", below, re.M):
            raise BadArchive("It is not an item of Joplin's.")
        self.properties = {}
        for line in below.split("\n"):
            key, colon, value = line.partition(":")
            if colon:
                self.properties[key.strip()] = value.strip()
        if not self["type_"].isdigit() or len(self["type_"]) > 3:
            raise BadArchive("It is not an item of Joplin's: it does not say of which type it is.")
        self.type = int(self["type_"])
        self.title, _, self.body = above.partition("\n")
        self.body = self.body.removeprefix("\n")

    def __getitem__(self, key):
        return self.properties.get(key, "")

    def number(self, key):
        return int(self[key]) if self[key].isascii() and self[key].isdigit() and len(self[key]) < 16 else 0


def read(tree, report):
    notes, titles, notebooks, parents, tags, tagged, resources = [], {}, {}, {}, {}, [], {}
    blobs = [path for path in tree.names if "/resources/" in "/" + path]
    files = {path.rpartition("/")[2].partition(".")[0]: path for path in reversed(blobs)}
    known = set(blobs)
    for path in tree.names:
        if path in known:
            continue
        if not _ITEM.search(path):
            report.skipped(path, "It is not an item of Joplin's.")
            continue
        try:
            text, change = decoded(tree.read(path, IMPORT_NOTE_FILE_BYTES))
            item = _Item(text)
        except BadArchive as error:
            report.skipped(path, str(error))
            continue
        id_ = item["id"] or _ITEM.search(path)[1]
        if item["encryption_applied"] == "1":
            report.skipped(path, "It is encrypted. In Joplin, wait until everything is decrypted, then export again.")
        elif item.type == _NOTE:
            notes.append(path)
            titles.setdefault(id_, item.title.strip() or "Untitled")
            if change:
                report.changed(path, change)
        elif item.type == _FOLDER:
            notebooks.setdefault(id_, item.title.strip())
            parents.setdefault(id_, item["parent_id"])
        elif item.type == _TAG:
            tags.setdefault(id_, item.title.strip())
        elif item.type == _NOTE_TAG:
            tagged.append((item["note_id"], item["tag_id"]))
        elif item.type == _RESOURCE:
            resources.setdefault(id_, (path, item.title.strip() or item["filename"], item["mime"], item["created_time"]))
        else:
            report.skipped(path, "It is of a kind that is not a note, such as an earlier version of one.")
    of_note = {}
    for note, tag in tagged:
        if tag in tags:
            of_note.setdefault(note, []).append(tags[tag])
    notebook_tags = {id_: _notebook_tag(id_, notebooks, parents) for id_ in notebooks}
    used = set()
    for path in notes:
        # Read a second time, so that not all texts are held at once.
        try:
            item = _Item(decoded(tree.read(path, IMPORT_NOTE_FILE_BYTES))[0])
            one = _note(tree, report, path, item, titles, files, resources, of_note, notebook_tags, used)
        except BadArchive as error:
            report.skipped(path, str(error))
            continue
        if one:
            yield one
    for path in blobs:
        if path not in used:
            report.skipped(path, "No note refers to this file.")


def _notebook_tag(id_, notebooks, parents):
    path, seen = [], set()
    while id_ in notebooks and id_ not in seen and len(path) < IMPORT_NESTING:
        seen.add(id_)
        path.insert(0, notebooks[id_].replace("/", "-"))
        id_ = parents[id_]
    whole = "/".join(part for part in path if part)
    return whole if len(whole) <= TAG_CHARACTERS else path[-1]


def _note(tree, report, path, item, titles, files, resources, of_note, notebook_tags, used):
    attachments, missing = Attachments(tree), {}

    def link(picture, label, target):
        match = re.fullmatch(r":/([0-9a-f]{32})(#.*)?", target)
        if not match:
            return None
        id_ = match[1]
        if id_ in files:
            used.add(files[id_])
            _, file_name, type_, created = resources.get(id_, ("", "", "", ""))
            return attachments.reference(files[id_], label, file_name, type_ if "/" in type_ else "", moments.from_iso(created))
        if id_ in titles:
            return note_link(titles[id_], label)
        missing.setdefault(label or id_)
        return None

    text = literal(report, path, item.body)
    if item["markup_language"] == _HTML:
        text, change = html_text.markdown(text, link)
        if change:
            report.changed(path, change)
    else:
        text = links.rewritten(text, link)
    if missing:
        report.changed(path, "It refers to what is not in the export: " + ", ".join(f"«{one[:200]}»" for one in list(missing)[:10]) + ".")
    if item["is_todo"] == "1":
        done, due = item.number("todo_completed"), item.number("todo_due")
        mark = f"- [{'x' if done else ' '}] To-do" + (f", due {_day(due)}" if due else "") + (f", done {_day(done)}" if done else "")
        text = mark + ("\n\n" + text if text.strip() else "\n")
    about = [part for part in (item["source_url"], item["author"], _place(item)) if part]
    if about:
        text = text.rstrip("\n") + "\n\n*" + " · ".join(about) + "*\n"
    if item["is_conflict"] == "1":
        report.changed(path, "It is a copy that Joplin kept of a conflict; here it is a note like others.")
    tag = notebook_tags.get(item["parent_id"], "")
    return found(report, path, item.title, text, ([tag] if tag else []) + of_note.get(item["id"], []),
                 moments.from_iso(item["user_created_time"]) or moments.from_iso(item["created_time"]),
                 moments.from_iso(item["user_updated_time"]) or moments.from_iso(item["updated_time"]),
                 attachments, trashed=item.number("deleted_time") > 0)


def _day(ms):
    return moments.from_ms(ms)[:16].replace("T", " ") + " UTC"


def _place(item):
    try:
        north, east = float(item["latitude"] or 0), float(item["longitude"] or 0)
    except ValueError:
        return ""
    return f"{north:.5f}, {east:.5f}" if -90 <= north <= 90 and -180 <= east <= 180 and (north or east) else ""
