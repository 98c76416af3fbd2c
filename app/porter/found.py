"""A note that was found, made so that it can be kept: every reader ends here.

    Attachments(tree)            those of one note; `.reference(path, label)` gives the Markdown that stands for one
    found(report, path, …)       {"note", "attachments", "path"}, or None where there is nothing that can be kept

A note's text refers to its n-th attachment by `attachment:#n`; whoever imports it puts the real id in the place of `#n`. The note has no id yet, and
no date where the export tells none.
What must be cut or left out so that the note passes `app.everywhere.note.checked` is reported, never silent.
"""

import re

from app.everywhere.errors import BadNote
from app.everywhere.limits import NOTE_TEXT_BYTES, TAG_CHARACTERS, TAGS_PER_NOTE, TITLE_CHARACTERS
from app.everywhere.note import clean_tag, new_note, with_tag
from app.porter import moments
from app.porter.media import is_picture, type_of
from app.porter.plain_text import cleaned

# Bytes that an attachment's id takes in the place of its number, at most.
_ID_BYTES = 30


class Attachments:
    def __init__(self, tree):
        self._tree = tree
        self._numbers = {}
        self.found = []

    def reference(self, path, label="", name="", type_="", created=""):
        """Markdown for the file at `path` of the tree: a picture shows, others are links. The same file twice is one attachment."""
        type_ = type_ or type_of(path)
        name, _ = cleaned(name or path.rsplit("/", 1)[-1])
        name = " ".join(name.replace("/", " ").replace("\\", " ").split())[:TITLE_CHARACTERS] or "file"
        if path not in self._numbers:
            self._numbers[path] = len(self.found)
            self.found.append({"name": name, "type": type_, "path": path, "created": created or self._tree.modified(path)})
        return f"{'!' if is_picture(type_) else ''}[{in_brackets(label or name)}](attachment:#{self._numbers[path]})"

    def __contains__(self, path):
        return path in self._numbers


def in_brackets(text):
    """`text` so that it can stand between the square brackets of a link."""
    return " ".join(text.replace("[", "(").replace("]", ")").split())


def note_link(title, label=""):
    """A link to another note, by its title: «[[Title]]» or «[[Title|as it was called]]»."""
    title = " ".join(re.sub(r"[\[\]|\n]", " ", title).split())
    label = " ".join(re.sub(r"[\[\]|\n]", " ", label).split())
    return f"[[{title}]]" if not label or label == title else f"[[{title}|{label}]]"


def literal(report, path, text):
    """`text` as it came, with whatever looks like our own references to attachments made harmless."""
    if "attachment:#" not in text:
        return text
    report.changed(path, "It holds «attachment:#», which means something here; a backslash was put before the «#».")
    return text.replace("attachment:#", "attachment:\\#")


def found(report, path, title="", text="", tags=(), created="", updated="", attachments=None, pinned=False, archived=False, trashed=False,
          never_leaves=False):
    """`trashed` puts it into the trash as of now: the thirty days there begin with the import.

    A date that nothing tells stays "": whoever imports it puts one in and says so, and can tell that it is not the note's own.
    """
    text, change = cleaned(text)
    if change:
        report.changed(path, change)
    full_title = " ".join(cleaned(title)[0].split())
    if len(full_title) > TITLE_CHARACTERS:
        report.changed(path, f"Its title was longer than {TITLE_CHARACTERS} characters; the whole of it stands at the beginning of the text.")
        text = full_title + "\n\n" + text
        full_title = full_title[:TITLE_CHARACTERS - 1].rstrip() + "…"
    files = attachments.found if attachments else []
    if not full_title and not text.strip() and not files:
        report.skipped(path, "It is empty.")
        return None
    if len(text.encode()) + len(files) * _ID_BYTES > NOTE_TEXT_BYTES:
        report.skipped(path, f"It is longer than {NOTE_TEXT_BYTES // 1_000_000} MB, which is more than a note can hold. Please split it and import it again.")
        return None
    created = created or updated
    note = new_note("", created, full_title, text)
    note["updated"] = updated or created
    note["tags"] = _tags(report, path, tags)
    note["pinned"], note["archived"], note["never_leaves"] = pinned, archived, never_leaves
    note["deleted"] = moments.now() if trashed else ""
    return {"note": note, "attachments": files, "path": path}


def _tags(report, path, tags):
    kept, missed = [], []
    for tag in tags:
        tag = cleaned(tag)[0]
        try:
            kept = with_tag(kept, tag)
        except BadNote:
            if not tag.replace("#", "").replace(",", "").strip():
                continue
            short = clean_tag(tag[:TAG_CHARACTERS].rsplit(" ", 1)[0] if " " in tag[:TAG_CHARACTERS] else tag[:TAG_CHARACTERS])
            if len(kept) < TAGS_PER_NOTE:
                kept = with_tag(kept, short)
                report.changed(path, f"Its tag «{tag[:200]}» is longer than {TAG_CHARACTERS} characters and was cut.")
            else:
                missed.append(short)
    if missed:
        report.changed(path, f"It had more than {TAGS_PER_NOTE} tags; without: {', '.join(missed[:20])}{' …' if len(missed) > 20 else ''}.")
    return kept
