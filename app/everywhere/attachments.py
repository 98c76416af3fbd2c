"""Pictures and files that belong to notes: what they are called, and how a note names them.

A note names an attachment by a link in its Markdown, `![name](attachment:01J…)` for a picture that is shown and
`[name](attachment:01J…)` for a file. What is known of it is a record in the store `attachments`:

    id       ULID
    name     what its file was called, cleaned; to be shown and to be saved under, never a path
    type     its MIME type: what its bytes begin like where that is a picture, else what its file claimed
    bytes    how many
    sha256   of its bytes, in hexadecimal
    created  when it was first attached
    updated  when it was last attached

and its bytes are in the store `blobs`, under the same id; those of its thumbnail under the id with `THUMBNAIL` after it.

Offers `THUMBNAIL`, `SHOWN_TYPES`, `clean_name`, `clean_type`, `reference`, `named_in` and `in_bytes`.
"""

from app.everywhere.limits import ATTACHMENT_NAME_CHARACTERS
from app.everywhere.ulid import ULID_LENGTH, is_ulid

THUMBNAIL = "-thumbnail"

# Pictures that a preview shows. SVG is not among them: it is a document with scripts of its own (docs/adr/0006).
SHOWN_TYPES = ("image/png", "image/jpeg", "image/gif", "image/webp", "image/avif")

# Signs that turn the direction of what follows, or can't be seen: with them «gpj.exe» reads «exe.jpg».
_UNSEEN = ("\u00ad", "\u061c", "\u180e", "\u200b", "\u200e", "\u200f", "\u2028", "\u2029", "\u202a", "\u202b", "\u202c", "\u202d", "\u202e",
           "\u2060", "\u2066", "\u2067", "\u2068", "\u2069", "\ufeff")

# What Markdown could take for its own within the name of a link.
_MARKS = "\\[]`*<>&~|"


def clean_name(name):
    """A file's name without a path, without what can't be seen, and not too long; «file» where nothing is left."""
    name = name.replace("\\", "/").split("/")[-1]
    name = name[:500] + name[500:][-500:]  # each of the characters is looked at, which takes MicroPython microseconds
    name = "".join([character if " " <= character != "\x7f" and not "\x80" <= character <= "\x9f" and character not in _UNSEEN else " " for character in name])
    name = " ".join(name.split()).strip(". ")
    if len(name) > ATTACHMENT_NAME_CHARACTERS:
        # Its end says what kind of file it is.
        stem, dot, ending = name.rpartition(".")
        ending = dot + ending if 0 < len(ending) <= 12 and stem else ""
        name = name[:ATTACHMENT_NAME_CHARACTERS - len(ending) - 1].rstrip() + "…" + ending
    return name or "file"


def clean_type(claimed):
    """A MIME type as it was claimed, in lower case; «application/octet-stream» where it is none, or a picture's, which only bytes can prove."""
    kind = claimed.lower()
    top, slash, sub = kind.partition("/")
    for part in (top, sub):
        if not part or len(part) > 60:
            return "application/octet-stream"
        for character in part:
            if not ("a" <= character <= "z" or "0" <= character <= "9" or character in ".+-_"):
                return "application/octet-stream"
    return "application/octet-stream" if kind in SHOWN_TYPES else kind


def reference(id, name, shown):
    """The Markdown by which a note names an attachment; `shown`: as a picture."""
    escaped, before = "", " "
    for at in range(len(name)):
        character, after = name[at], name[at + 1:at + 2] or " "
        # An underline within a word emphasises nothing, and file names are full of them.
        if character in _MARKS or character == "_" and not (_is_plain(before) and _is_plain(after)):
            escaped += "\\"
        escaped += character
        before = character
    return ("![" if shown else "[") + escaped + "](attachment:" + id + ")"


def _is_plain(character):
    return "a" <= character <= "z" or "A" <= character <= "Z" or "0" <= character <= "9"


def named_in(value):
    """The ids of attachments that a text, or any text in a record, names: in a link or otherwise."""
    ids = set()
    if isinstance(value, str):
        at = value.find("attachment:")
        while at >= 0:
            id = value[at + 11:at + 11 + ULID_LENGTH]
            if is_ulid(id):
                ids.add(id)
            at = value.find("attachment:", at + 11)
    elif isinstance(value, (dict, list)):
        for part in value.values() if isinstance(value, dict) else value:
            ids |= named_in(part)
    return ids


def in_bytes(count):
    """So many bytes as people say it: «830 bytes», «12 kB», «3.4 MB»."""
    if count < 1000:
        return str(count) + (" byte" if count == 1 else " bytes")
    if count < 999_500:
        return str((count + 500) // 1000) + " kB"
    if count < 999_950_000:
        tenths = (count + 50_000) // 100_000
        return str(tenths // 10) + "." + str(tenths % 10) + " MB"
    tenths = (count + 50_000_000) // 100_000_000
    return str(tenths // 10) + "." + str(tenths % 10) + " GB"
