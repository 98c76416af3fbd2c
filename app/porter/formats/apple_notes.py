"""Apple Notes' «Export to Markdown» (macOS and iOS 26): Markdown files with a folder «Attachments» beside them.

Apple has not described the format; this follows what people who exported report (the issues of Notesnook's and Obsidian's importers): the first
line of the text is the note's title again, #words are tags, links to other notes are `applenotes:note/…` with the title as their label.
The export tells no dates, so those of the files are taken.
"""

import re

from app.porter import markdown_notes
from app.porter.found import note_link
from app.porter.markdown_notes import Kind, folder_of, stem_of
from app.porter.media import extension

name = "apple_notes"
title = "Apple Notes, exported to Markdown"


def recognises(tree):
    """Every Markdown file has its attachments beside it, or none; a folder with subjects of its own is a plain one."""
    with_files = {folder_of(folder_of(path)) for path in tree.names if folder_of(path).rpartition("/")[2] == "Attachments"}
    notes = [path for path in tree.names if extension(path) == "md"]
    return bool(with_files) and any(folder_of(path) in with_files for path in notes) and all(
        folder_of(path) in with_files or folder_of(path).rpartition("/")[2] == stem_of(path) for path in notes)


def _opening(page, text):
    first, _, rest = text.lstrip("\n").partition("\n")
    heading = re.sub(r"^#{1,6} +|^\*\*(?=.*\*\*$)|\*\*$", "", first.strip()).strip()
    if heading and markdown_notes.same_title(heading, page.title):
        page.title = heading
        return rest.lstrip("\n")
    return text


def _other(page, label, target):
    return note_link(label) if target.startswith(("applenotes:", "notes://showNote")) and label else None


def _hidden(path):
    return "It is hidden, so it is not a note." if any(part.startswith(".") for part in path.split("/")) else ""


def read(tree, report):
    root = markdown_notes.root_of(tree.names)

    def folder(path):
        # A note with attachments may lie in a folder of its own name, which says nothing more than its title.
        return "" if (path, path.rpartition("/")[2]) in own else markdown_notes.folder_tag(path, root)

    own = {(folder_of(path), stem_of(path)) for path in tree.names if extension(path) == "md"}
    yield from markdown_notes.read(tree, report, Kind(hidden=_hidden, opening=_opening, other=_other, folder=folder, root=root, by_name=True))
