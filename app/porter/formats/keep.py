"""Google Keep by Google Takeout (https://takeout.google.com): one JSON and one HTML file a note, with its pictures and recordings beside them.

Moments are microseconds. A list becomes a list of boxes, labels become tags; archived notes stay archived, trashed ones go to the trash. Colours,
reminders and the people a note is shared with are not taken.
"""

import re

from app.everywhere.errors import BadArchive
from app.everywhere.limits import IMPORT_NOTE_FILE_BYTES
from app.porter import html_text, moments
from app.porter.found import Attachments, found, in_brackets, literal
from app.porter.markdown_notes import folder_of, stem_of
from app.porter.media import extension
from app.porter.plain_text import dict_in, json_of, list_in, text_in

name = "keep"
title = "Google Keep (Takeout)"

# Any of these in the first bytes of a JSON file, which begins with a note's short fields.
_SIGNS = (b'"isTrashed"', b'"isPinned"', b'"isArchived"')
_LOOKED_AT_FILES = 20


def recognises(tree):
    # Takeout can hold much else; its folder is called Keep in most languages.
    candidates = sorted((path for path in tree.names if extension(path) == "json"), key=lambda path: "/Keep/" not in "/" + path)
    for path in candidates[:_LOOKED_AT_FILES]:
        try:
            start = tree.head(path, 16_000)
        except BadArchive:
            continue
        if sum(sign in start for sign in _SIGNS) >= 2 or b'"userEditedTimestampUsec"' in start:
            return True
    return False


def read(tree, report):
    beside, used, notes = {}, set(), []
    for path in tree.names:
        if extension(path) == "json":
            notes.append(path)
        beside.setdefault((folder_of(path), stem_of(path).lower()), []).append(path)
    copies = {(folder_of(path), stem_of(path)) for path in notes}
    for path in notes:
        used.add(path)
        try:
            value, _ = json_of(tree.read(path, IMPORT_NOTE_FILE_BYTES))
            if not isinstance(value, dict) or not any(key in value for key in ("textContent", "listContent", "userEditedTimestampUsec", "isTrashed")):
                raise BadArchive("It is not a note of Google Keep.")
            one = _note(tree, report, path, value, beside, used)
        except BadArchive as error:
            report.skipped(path, str(error))
            continue
        if one:
            yield one
    for path in tree.names:
        if path in used:
            continue
        if extension(path) == "html":
            report.skipped(path, "The same note again, as a web page." if (folder_of(path), stem_of(path)) in copies else "A page of Takeout's, not a note.")
        else:
            report.skipped(path, "No note refers to this file.")


def _note(tree, report, path, note, beside, used):
    attachments, missing = Attachments(tree), []
    text = text_in(note, "textContent")
    if not text and text_in(note, "textContentHtml"):
        text, change = html_text.markdown(text_in(note, "textContentHtml"))
        if change:
            report.changed(path, change)
    parts = [literal(report, path, text.strip("\n"))] if text.strip() else []
    items = [f"- [{'x' if item.get('isChecked') is True else ' '}] " + " ".join(text_in(item, "text").split())
             for item in list_in(note, "listContent") if isinstance(item, dict) and text_in(item, "text").strip()]
    if items:
        parts.append(literal(report, path, "\n".join(items)))
    for annotation in list_in(note, "annotations"):
        address = text_in(annotation, "url")
        if re.fullmatch(r"https?://[^\s()<>]+", address) and address not in text:
            parts.append(f"[{in_brackets(text_in(annotation, 'title')) or address}]({address})")
    for attachment in list_in(note, "attachments"):
        file_name = text_in(attachment, "filePath")
        candidates = beside.get((folder_of(path), stem_of(file_name).lower()), []) if file_name and "/" not in file_name else []
        # Takeout writes .jpeg where the file is .jpg; notes are never attachments.
        candidates = [candidate for candidate in candidates if extension(candidate) not in ("json", "html")]
        there = [candidate for candidate in candidates if candidate.rpartition("/")[2] == file_name] or candidates
        if there:
            used.add(there[0])
            type_ = text_in(attachment, "mimetype")
            parts.append(attachments.reference(there[0], type_=type_ if re.fullmatch(r"[a-z]+/[\w.+-]+", type_) else ""))
        else:
            missing.append(file_name)
    if missing:
        report.changed(path, "Files of it are not in the export: " + ", ".join(f"«{one[:200]}»" for one in missing[:10]) + ".")
    if dict_in(note, "reminders") or list_in(note, "reminders"):
        report.changed(path, "It had a reminder, which was not taken.")
    return found(report, path, text_in(note, "title"), "\n\n".join(parts), [text_in(label, "name") for label in list_in(note, "labels")],
                 moments.from_microseconds(note.get("createdTimestampUsec")), moments.from_microseconds(note.get("userEditedTimestampUsec")),
                 attachments, pinned=note.get("isPinned") is True, archived=note.get("isArchived") is True, trashed=note.get("isTrashed") is True)
