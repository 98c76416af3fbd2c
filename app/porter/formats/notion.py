"""Notion's «Markdown & CSV» export (https://www.notion.com/help/export-your-content), zip in a zip or not.

Each name ends in the page's id, 32 hexadecimal digits, and links use these names. A page begins with its title as a heading. A database is a table
(.csv, and «_all.csv» with the rows that a view hid) beside a folder with one page a row, whose first lines are the row's properties;
its columns say which lines those are. Of them tags and dates are taken, the others stay as they are.
"""

import csv
import io
import re
from urllib.parse import unquote

from app.everywhere.errors import BadArchive
from app.everywhere.limits import IMPORT_NOTE_FILE_BYTES
from app.porter import markdown_notes, moments
from app.porter.found import found, in_brackets, note_link
from app.porter.markdown_notes import Kind, folder_of, stem_of
from app.porter.media import extension
from app.porter.plain_text import decoded

name = "notion"
title = "Notion, exported as Markdown & CSV"

_ID = re.compile(r" ([0-9a-f]{32})(_all)?(?=\.[a-z]+$|$)")
_CREATED = ("created time", "created", "created at", "date created", "creation date")
_UPDATED = ("last edited time", "last edited", "updated", "updated at", "edited", "last updated")
_TAGS = ("tags", "tag", "labels", "keywords")


def recognises(tree):
    return any(_ID.search(path.rpartition("/")[2]) and extension(path) in ("md", "csv") for path in tree.names)


def without_id(text):
    return _ID.sub("", text)


class _Tables:
    """The databases: their tables by the folder that holds their pages."""

    def __init__(self, tree, report):
        self.rows, self.columns = {}, {}
        tables = [path for path in tree.names if extension(path) == "csv" and _ID.search(stem_of(path))]
        whole = {path.replace("_all.csv", ".csv") for path in tables if path.endswith("_all.csv")}
        for path in tables:
            if path in whole:
                report.skipped(path, "A view of a table; the whole table stands in the file with «_all» in its name.")
                continue
            try:
                text, change = decoded(tree.read(path, IMPORT_NOTE_FILE_BYTES))
                rows = list(csv.reader(io.StringIO(text, newline="")))
            except (BadArchive, csv.Error) as error:
                report.skipped(path, str(error) if isinstance(error, BadArchive) else "It is a damaged table.")
                continue
            if change:
                report.changed(path, change)
            folder = path[:-len("_all.csv")] if path.endswith("_all.csv") else path[:-len(".csv")]
            # The folder's name is the table's, with the id or, in exports since 2024, without it.
            for place in (folder, without_id(folder)):
                self.columns.setdefault(place, {cell.strip() for cell in rows[0]} if rows else set())
            self.rows[folder] = (path, rows)

    def read(self, tree, report):
        """Tables without pages become a note each; the others are in the notes already."""
        folders = {folder_of(path) for path in tree.names if extension(path) == "md"}
        for folder, (path, rows) in self.rows.items():
            if folder in folders or without_id(folder) in folders:
                report.skipped(path, "A table whose rows are notes of their own, imported as such.")
            elif len(rows) > 1:
                width = max(map(len, rows))
                lines = ["| " + " | ".join(in_brackets(cell.replace("|", "\\|")) for cell in row + [""] * (width - len(row))) + " |" for row in rows]
                lines.insert(1, "|" + " --- |" * width)
                modified = tree.modified(path)
                one = found(report, path, without_id(stem_of(path)), "\n".join(lines) + "\n", created=modified)
                if one:
                    yield one
            else:
                report.skipped(path, "It is an empty table.")


def read(tree, report):
    tables = _Tables(tree, report)
    root = markdown_notes.root_of(tree.names)

    def hidden(path):
        if any(part.startswith(".") for part in path.split("/")):
            return "It is hidden, so it is not a note."
        if path.rpartition("/")[2] == "index.html":
            return "A table of contents that Notion makes, not a page."
        return None if extension(path) == "csv" and _ID.search(stem_of(path)) else ""

    def opening(page, text):
        first, _, rest = text.lstrip("\n").partition("\n")
        if first.startswith("# "):
            page.title = first[2:].strip() or page.title
            text = rest.lstrip("\n")
        columns = tables.columns.get(folder_of(page.path))
        return _properties(page, text, columns) if columns else text

    def folder(path):
        below = path[len(root):].strip("/") if root else path
        return markdown_notes.folder_tag("/".join(without_id(part) for part in below.split("/")), "")

    def page_link(path, label):
        # A file's name is its title cut short, the label is mostly all of it.
        name_ = without_id(stem_of(path))
        return note_link(label if markdown_notes.same_title(label, name_) else name_, label)

    def other(page, label, target):
        target = unquote(target)
        return note_link(without_id(stem_of(target)), label) if extension(target) == "csv" and _ID.search(stem_of(target)) else None

    kind = Kind(hidden=hidden, title=without_id, opening=opening, page=page_link, other=other, folder=folder, root=root, hashtags=False)
    yield from markdown_notes.read(tree, report, kind)
    yield from tables.read(tree, report)


def _properties(page, text, columns):
    """`text` without those of its first lines that say tags and dates of the row."""
    lines = text.split("\n")
    kept = []
    for number, line in enumerate(lines):
        key, colon, value = line.partition(": ")
        if not colon or key.strip() not in columns:
            return "\n".join(kept + lines[number:]).lstrip("\n")
        key = key.strip().lower()
        if key in _TAGS:
            page.tags += [tag.strip() for tag in value.split(",")]
            continue
        moment = moments.from_words(value) if key in _CREATED + _UPDATED else ""
        if moment and key in _CREATED and not page.created:
            page.created = moment
        elif moment and key in _UPDATED and not page.updated:
            page.updated = moment
        else:
            kept.append(line)
    return "\n".join(kept)
