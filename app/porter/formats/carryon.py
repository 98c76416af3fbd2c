"""Carryon's own export (app/porter/layout.py says what is in it), read back byte for byte; and what is left of a damaged one.

Every file is compared with its SHA-256 in the manifest. Notes whose lines are damaged or missing are taken from their Markdown, where
that is whole. A format as app/porter/formats/__init__.py has them.
"""

import mimetypes
import re

from app.everywhere.errors import BadArchive
from app.everywhere.limits import NOTE_TEXT_BYTES
from app.porter import layout
from app.porter.exporting import LINES_BYTES, SETTINGS
from app.porter.layout import referred
from app.porter.plain_text import json_in

name = "carryon"
title = "Carryon export"

# Bytes of a file of lines at most: what was written until then, and one record more, whose text may need escapes.
MOST_LINES_BYTES = LINES_BYTES + 6 * NOTE_TEXT_BYTES
MANIFEST_BYTES = 200_000_000
# Revisions that are handed on together.
REVISIONS = 100

_PART = re.compile(rf"{layout.LOSSLESS}([a-z]+)-\d{{4}}\.jsonl")
_ATTACHMENT = re.compile(rf"{layout.ATTACHMENTS}({layout.ID})-(.*)", re.DOTALL)


class Reading:
    """One archive while it is read."""

    def __init__(self, tree, report):
        self._tree, self._report = tree, report
        self._root = _root(tree)
        self._names = {name.removeprefix(self._root) for name in tree.names if name.startswith(self._root)}
        self._damaged = False  # something that held notes is missing or not what it was
        self._manifest = self._read_manifest()
        self._files = self._manifest.get("files", {})

    def _read_manifest(self):
        try:
            manifest = json_in(self._tree.read(self._root + layout.MANIFEST, MANIFEST_BYTES).decode())
            if not isinstance(manifest, dict) or not isinstance(manifest.get("files"), dict):
                raise ValueError
        except (KeyError, ValueError, BadArchive, OSError):
            self._damaged = True
            self._report.changed(layout.MANIFEST, "The list of files is missing or damaged, so nothing can be compared with it. What can be read is taken.")
            return {}
        if not isinstance(manifest.get("carryon"), int) or manifest["carryon"] > layout.VERSION:
            raise BadArchive("This export was made by a newer Carryon. Reload this page to update, and try again.")
        return manifest

    def found(self):
        for path in self._files:
            if path not in self._names:
                self._damaged = True
                self._report.skipped(path, "It is missing.")
        settings = [record for record in self._records(layout.SETTING_LINES) if record["id"] in SETTINGS]
        if settings:
            yield {"note": None, "settings": settings}
        self._attachments = self._read_attachments()
        left, seen = dict.fromkeys(self._attachments), set()
        for note in self._notes(seen):
            ids = sorted(referred(note["text"]) & left.keys()) if isinstance(note.get("text"), str) else []
            for id in ids:
                del left[id]
            yield {"note": note, "attachments": [self._attachments[id] for id in ids]}
        for id in left:
            yield {"note": None, "attachments": [self._attachments[id]]}
        some = []
        for revision in self._records(layout.REVISION_LINES):
            some.append(revision)
            if len(some) == REVISIONS:
                yield {"note": None, "revisions": some}
                some = []
        if some:
            yield {"note": None, "revisions": some}

    def _whole(self, path, at_most):
        """The bytes of a file, if they are those that were written; else None, and the report says so."""
        try:
            data = self._tree.read(self._root + path, at_most)
        except (BadArchive, OSError) as error:
            self._report.skipped(path, str(error))
            return None
        known = self._files.get(path)
        if isinstance(known, dict) and known.get("sha256") != layout.sha256(data):
            self._report.skipped(path, "It is damaged: these are not the bytes that were written.")
            return None
        return data

    def _records(self, kind):
        """The records of all whole files of one kind."""
        for path in sorted(name for name in self._names if (part := _PART.fullmatch(name)) and part[1] == kind):
            data = self._whole(path, MOST_LINES_BYTES)
            if data is None:
                self._damaged = True
                continue
            for number, row in enumerate(data.split(b"\n"), 1):
                if row:
                    try:
                        record = json_in(row.decode())
                    except ValueError:
                        record = None
                    if isinstance(record, dict) and isinstance(record.get("id"), str):
                        yield record
                    else:
                        self._damaged = True
                        self._report.skipped(f"{path}, line {number}", "It is not a record.")

    def _notes(self, seen):
        count = 0
        for note in self._records(layout.NOTE_LINES):
            count += 1
            seen.add(note["id"])
            yield note
        if not self._damaged and self._manifest.get("notes") == count:
            return
        for path in sorted(name for name in self._names if name.startswith((layout.NOTES, layout.TRASH)) and name.endswith(".md")):
            data = self._whole(path, 2 * NOTE_TEXT_BYTES)
            note = layout.note_of(data) if data is not None else None
            if note is None:
                if data is not None:
                    self._report.skipped(path, "It is not a note that Carryon wrote.")
            elif note["id"] not in seen:
                seen.add(note["id"])
                self._report.changed(path, "It was taken from its Markdown, since its record is damaged or missing.")
                yield note

    def _read_attachments(self):
        """What is known of the attachments whose bytes are here, by id, each with its path; where their records are damaged, what their names tell."""
        there, found = {}, {}
        for name in sorted(self._names):
            if match := _ATTACHMENT.fullmatch(name):
                there.setdefault(match[1], (name, match[2]))
        for record in self._records(layout.ATTACHMENT_LINES):
            path = there.get(record["id"], ("",))[0]
            if path:
                found[record["id"]] = record | {"path": self._root + path, "thumbnail": self._root + layout.THUMBNAILS + record["id"]}
            elif not self._files:  # else the manifest has told that it is missing
                self._report.skipped(f"attachment «{record.get('name', '')}»", "Its bytes are not in the archive.")
        for id, (path, name) in there.items():
            if id not in found:
                self._report.changed(path, "What was known of it is damaged or missing; its name and bytes are here.")
                found[id] = {"id": id, "name": name, "type": mimetypes.guess_type(name)[0] or "", "created": self._tree.modified(self._root + path),
                             "path": self._root + path, "thumbnail": self._root + layout.THUMBNAILS + id}
        return found


def recognises(tree):
    return _root(tree) is not None


def read(tree, report):
    return Reading(tree, report).found()


def _root(tree):
    """The folder within the tree that holds an export («» for the tree itself), or None."""
    for name in tree.names:
        for mark in (layout.LOSSLESS + layout.NOTE_LINES + "-0001.jsonl", layout.MANIFEST):
            if name == mark or name.endswith("/" + mark):
                return name.removesuffix(mark)
    # An archive that lost its end may have come no further than the Markdown.
    for name in tree.names:
        if name == layout.READ_ME or name.endswith("/" + layout.READ_ME):
            if tree.head(name, len(layout.READ_ME_TEXT)) == layout.READ_ME_TEXT.encode():
                return name.removesuffix(layout.READ_ME)
    return None
