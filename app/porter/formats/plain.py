"""Plain folders and files: Markdown, text, and simple HTML, one note a file.

The title is the «title» of the properties, else the file's name. A text file (.txt) is taken as it is, without links and tags looked for.
"""

from app.porter import markdown_notes
from app.porter.markdown_notes import HTML, NOTES, Kind
from app.porter.media import extension

name = "plain"
title = "Folder of Markdown, text or HTML"


def recognises(tree):
    return any(extension(path) in NOTES + HTML for path in tree.names)


def _hidden(path):
    return "It is hidden, so it is not a note." if any(part.startswith(".") for part in path.split("/")) else ""


def read(tree, report):
    yield from markdown_notes.read(tree, report, Kind(hidden=_hidden, titled=True))
