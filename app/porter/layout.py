"""What a Carryon export looks like inside: names, Markdown with front matter, and back.

    READ ME.txt                              says so; it comes first, so that even the beginning of an archive tells what it is
    notes/2025-03-09 The first frost.md      for people and other programs: front matter, then the text
    trash/…                                  likewise, of notes in the trash
    attachments/<id>-<name>                  files that notes refer to
    lossless/notes-0001.jsonl …              for Carryon: the records, a line of JSON each; also revisions-, attachments- and settings-
    lossless/thumbnails/<id>                 small pictures of attachments
    carryon.json                             the manifest: version, counts, and the SHA-256 and size of every file

Offers the names above, ``markdown(note, paths)``, ``note_of(markdown)``, ``Names``, ``safe_name``, ``referred``, ``line``, ``sha256`` and ``as_bytes``.

Values in front matter are JSON, which is YAML as well (YAML 1.2, §1.3); moments stand bare, as other programs write them.
"""

import hashlib
import json
import re
import unicodedata
import urllib.parse

from app.everywhere.note import headline, new_note
from app.porter.plain_text import json_in

VERSION = 1
MANIFEST = "carryon.json"
NOTES, TRASH, ATTACHMENTS, LOSSLESS = "notes/", "trash/", "attachments/", "lossless/"
THUMBNAILS = LOSSLESS + "thumbnails/"
READ_ME = "READ ME.txt"
# Names of the records' files are these and a number: <kind>-0001.jsonl. Several files, so that a damaged one costs few.
NOTE_LINES, REVISION_LINES, ATTACHMENT_LINES, SETTING_LINES = "notes", "revisions", "attachments", "settings"

# The fields of a note that leave and come in. Others, which a hostile file may hold, do not.
NOTE_FIELDS = tuple(new_note("", ""))
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
ID = "[0-7][0-9A-HJKMNP-TV-Z]{25}"
REFERENCE = re.compile(f"attachment:({ID})")
# Only where nothing follows that could be taken for a part of a path, so that the way back is plain.
_OUT = re.compile(f"attachment:({ID})(?![\\w%.~-])")
_BACK = re.compile(rf"\.\./attachments/({ID})-[\w%.~-]*", re.ASCII)

# Bytes of UTF-8 of a file's name without its ending: what all file systems take, with room for folders.
NAME_BYTES = 120
# What Windows, macOS or Linux refuses in a name.
_REFUSED = re.compile(r'[<>:"/\\|?*]')
_DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)

READ_ME_TEXT = """These are notes from Carryon.

notes/         the notes as Markdown, with their dates and tags on top
trash/         notes that were in the trash
attachments/   pictures and files that the notes refer to
lossless/      the same once more, exactly as Carryon keeps it, and earlier states of the notes
carryon.json   a list of all files with their SHA-256

Any program that reads Markdown can open the first three. Carryon takes in the whole file:
Settings, In and out, Import notes.
"""


def referred(text):
    """The ids of the attachments that a text refers to."""
    return set(REFERENCE.findall(text))


def safe_name(name, most=NAME_BYTES):
    """``name`` as every file system takes it; may be empty."""
    name = unicodedata.normalize("NFC", name.encode("utf-8", "replace").decode())
    name = "".join(" " if unicodedata.category(character)[0] in "CZ" else character for character in name)
    name = " ".join(_REFUSED.sub(" ", name).split())
    name = name.encode()[:most].decode("utf-8", "ignore").strip(" .")
    return "_" + name if _DEVICES.match(name) else name


class Names:
    """Gives names of which no two are one and the same on any file system."""

    def __init__(self):
        self._given = {}  # a name as a file system may compare it -> how often it was given

    def give(self, folder, name, ending):
        """A path that was not given before: ``folder`` + ``name`` + ``ending``, with a number where need be."""
        path, first = folder + name + ending, self._key(folder + name + ending)
        while self._key(path) in self._given:
            self._given[first] += 1
            path = f"{folder}{name} ({self._given[first]}){ending}"
        self._given[self._key(path)] = 1
        return path

    @staticmethod
    def _key(path):
        return unicodedata.normalize("NFKD", path).casefold()


def note_path(note, names):
    """Where the note stands as Markdown."""
    day = note["created"][:10] if MOMENT.fullmatch(note["created"]) else ""
    name = " ".join(part for part in (day, safe_name(headline(note), NAME_BYTES - 16)) if part)
    return names.give(TRASH if note["deleted"] else NOTES, name or "Untitled", ".md")


def attachment_path(attachment):
    """Where its bytes lie. The id makes the path unique; the ending of the name survives a cut."""
    name = attachment.get("name") or ""
    stem, _, ending = name.rpartition(".")
    if not stem or len(ending) > 10:
        stem, ending = name, ""
    ending = safe_name(ending)
    return ATTACHMENTS + attachment["id"] + "-" + (safe_name(stem, 80) or "file") + ("." + ending if ending else "")


def markdown(note, paths):
    """The note as the bytes of a Markdown file; ``paths``: {id of an attachment: its path in the archive}."""
    def out(found):
        path = paths.get(found[1])
        return "../" + ATTACHMENTS + urllib.parse.quote(path.removeprefix(ATTACHMENTS), safe="") if path else found[0]

    head = []
    for field in NOTE_FIELDS:
        if field != "text" and field in note:
            value = note[field]
            head.append(f"{field}: {value if isinstance(value, str) and MOMENT.fullmatch(value) else json.dumps(value, ensure_ascii=False)}")
    return as_bytes("---\n" + "\n".join(head) + "\n---\n\n" + _OUT.sub(out, note["text"]))


def note_of(data):
    """The note of a Markdown file that ``markdown`` wrote; None where it is none."""
    try:
        head, end, text = data.decode("utf-8").removeprefix("---\n").partition("\n---\n\n")
        note = {"text": _BACK.sub(r"attachment:\1", text)}
        for row in head.split("\n"):
            field, _, value = row.partition(": ")
            if field in NOTE_FIELDS:
                note[field] = value if MOMENT.fullmatch(value) else json_in(value)
    except ValueError:
        return None
    return note if end and isinstance(note.get("id"), str) else None


def line(record):
    """A record as a line of JSON: its keys in order, so that the same record is the same bytes."""
    try:
        return json.dumps(record, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode() + b"\n"
    except UnicodeEncodeError:  # half a character, which JavaScript allows and UTF-8 does not: an escape can say it
        return json.dumps(record, sort_keys=True, separators=(",", ":")).encode() + b"\n"


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def as_bytes(text):
    return text.encode("utf-8", "replace")
