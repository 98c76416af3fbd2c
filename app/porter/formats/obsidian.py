"""Obsidian vaults (https://help.obsidian.md): a folder of Markdown with a hidden folder «.obsidian».

A note's name is its file's name. Tags are those of its properties and the #words of its text, which stay there. Links to notes stay as they are typed,
[[Like this]]; pictures and files that a note embeds become its attachments.
"""

from app.porter import markdown_notes
from app.porter.markdown_notes import Kind

name = "obsidian"
title = "Obsidian vault"


def recognises(tree):
    return any("/.obsidian/" in "/" + path for path in tree.names)


def _hidden(path):
    parts = path.split("/")
    if ".obsidian" in parts:
        return "Settings of Obsidian, not notes."
    if ".trash" in parts:
        return "It is in the vault's trash."
    if any(part.startswith(".") for part in parts):
        return "It is hidden, so it is not a note."
    if path.endswith(".canvas"):
        return "It is a canvas of Obsidian, which has no text to import."
    if path.endswith(".base"):
        return "It is a table that Obsidian computes from notes; the notes themselves are imported."
    if path.endswith((".excalidraw", ".excalidraw.md")):
        return "It is a drawing of Excalidraw, not a text."
    return ""


def read(tree, report):
    settings = min((path for path in tree.names if "/.obsidian/" in "/" + path), key=lambda path: path.index(".obsidian"), default="")
    yield from markdown_notes.read(tree, report, Kind(hidden=_hidden, root=settings.partition(".obsidian")[0].strip("/"), by_name=True))
