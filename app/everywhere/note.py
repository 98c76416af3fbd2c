"""A note, and what can be said about its text without any model.

A note is a plain dict, because it crosses IndexedDB, JSON and two interpreters unchanged:

    id            ULID
    created       a moment as `clock.timestamp` writes it
    updated       likewise; the list is sorted by it, newest first
    title         may be empty: `headline` then takes the first line of the text
    text          Markdown, exactly as typed
    tags          list of strings, no two alike
    pinned, archived
    deleted       the moment it was put into the trash, or ""
    never_leaves  the gate refuses to send anything of this note
    mood          the user's own correction (one of MOODS), or ""
    refused       tags that the user does not want suggested for this note; older notes may lack it
    revision      counts the saves; storage uses it to notice a newer one

Offers `MOODS`, `new_note`, `checked`, `with_tag`, `without_tag`, `refusing`, `readable`, `last_lines`, `whole_sentences`, `headline`, `excerpt`,
`count_words`, `direction` and `list_order`.
"""

from app.everywhere.errors import BadNote
from app.everywhere.limits import MOOD_CHARACTERS, NOTE_TEXT_BYTES, TAG_CHARACTERS, TAGS_PER_NOTE, TITLE_CHARACTERS
from app.everywhere.ulid import ULID_LENGTH, is_ulid

# What a note's mood may be corrected to: what the mood model can say, and none.
MOODS = ("anger", "disgust", "fear", "joy", "neutral", "sadness", "surprise", "none")

_TYPES = (
    ("id", str), ("created", str), ("updated", str), ("title", str), ("text", str), ("tags", list),
    ("pinned", bool), ("archived", bool), ("deleted", str), ("never_leaves", bool), ("mood", str), ("revision", int),
)


def new_note(id, now, title="", text=""):
    return {
        "id": id, "created": now, "updated": now, "title": title, "text": text, "tags": [],
        "pinned": False, "archived": False, "deleted": "", "never_leaves": False, "mood": "", "refused": [], "revision": 0,
    }


def checked(note):
    """`note` itself if it can be kept; else BadNote says what is wrong and how to mend it."""
    for field, kind in _TYPES:
        if field not in note:
            raise BadNote("This note has no «" + field + "».")
        if not isinstance(note[field], kind):
            raise BadNote("The «" + field + "» of this note is not of the right kind.")
    if note["mood"] and note["mood"] not in MOODS:
        raise BadNote("The mood of a note is one of " + ", ".join(MOODS) + ".")
    if not isinstance(note.get("refused", []), list):
        raise BadNote("The «refused» of this note is not of the right kind.")
    if not is_ulid(note["id"]):
        raise BadNote("«" + note["id"] + "» is not a note's id.")
    if len(note["title"]) > TITLE_CHARACTERS:
        raise BadNote("The title is longer than " + str(TITLE_CHARACTERS) + " characters. Please shorten it.")
    text = note["text"]
    # Counting bytes copies the text, so only a text that could be too long is counted.
    if len(text) * 4 > NOTE_TEXT_BYTES and len(text.encode()) > NOTE_TEXT_BYTES:
        raise BadNote(
            "This note is longer than " + str(NOTE_TEXT_BYTES // 1_000_000)
            + " MB and can't be kept as one. Please split it; nothing on the screen is lost."
        )
    if len(note["tags"]) > TAGS_PER_NOTE:
        raise BadNote("A note takes at most " + str(TAGS_PER_NOTE) + " tags.")
    return note


def clean_tag(tag):
    """`tag` without #, commas and doubled spaces; BadNote when nothing or too much is left."""
    tag = " ".join(tag.replace("#", " ").replace(",", " ").split())
    if not tag:
        raise BadNote("A tag needs at least one letter.")
    if len(tag) > TAG_CHARACTERS:
        raise BadNote("A tag is at most " + str(TAG_CHARACTERS) + " characters long.")
    return tag


def with_tag(tags, tag):
    """`tags` with `tag` at its end; unchanged where it is there already, whatever its case."""
    tag = clean_tag(tag)
    for known in tags:
        if known.lower() == tag.lower():
            return tags
    if len(tags) >= TAGS_PER_NOTE:
        raise BadNote("A note takes at most " + str(TAGS_PER_NOTE) + " tags.")
    return tags + [tag]


def without_tag(tags, tag):
    return [known for known in tags if known != tag]


# Between the name and the id of an attachment: `![name](attachment:01J…)`, where a backslash makes a mark of Markdown a character of the name.
_ATTACHED = "](attachment:"
# Characters of a name, and of its backslashes, that are looked through for its beginning.
_NAME_REACH = 400


def readable(text, names=True):
    """`text` as it is read: of a link to an attachment its name, or with `names=False` nothing.

    Whatever makes words of a text asks for this first, so that no id is counted, found, learned or suggested.
    """
    at = text.find(_ATTACHED)
    if at < 0:
        return text
    parts, done = [], 0
    while at >= 0:
        end = at + len(_ATTACHED) + ULID_LENGTH
        start = _name_start(text, done, at)
        if start >= 0 and text[end:end + 1] == ")" and is_ulid(text[end - ULID_LENGTH:end]):
            parts.append(text[done:start - 1 if start > done and text[start - 1] == "!" else start])
            if names:
                parts.append(_unescaped(text[start + 1:at]))
            done = end + 1
        at = text.find(_ATTACHED, at + 1)
    parts.append(text[done:])
    return "".join(parts)


def _name_start(text, low, at):
    """Where the bracket stands that opens the name that ends at `at`; -1 where there is none in its line."""
    low = max(low, at - _NAME_REACH)
    part = text[low:at]
    for place in range(len(part) - 1, -1, -1):
        if part[place] == "\n":
            return -1
        if part[place] in "[]":
            before = part[:place]
            if (len(before) - len(before.rstrip("\\"))) % 2 == 0:
                return low + place if part[place] == "[" else -1
    return -1


def _unescaped(name):
    pieces = name.split("\\\\")  # two backslashes are one of the name
    return "\\".join([piece.replace("\\", "") for piece in pieces])


# What Markdown puts before a line, and within one; the list shows neither.
_LINE_MARKS = ("#", ">", "- ", "* ", "+ ", "[ ] ", "[x] ", "```", "---", "***")
_INLINE_MARKS = ("**", "__", "~~", "`", "*")


def _whole_links(text):
    """`text` with the link to an attachment whole that its cut end took the rest of."""
    last = text[-len(_ATTACHED) - ULID_LENGTH:]
    at = last.rfind("](")
    if at < 0 or not (last[at:].startswith(_ATTACHED) and ")" not in last[at:] or _ATTACHED.startswith(last[at:])):
        return text
    return text[:len(text) - len(last) + at] + _ATTACHED + "0" * ULID_LENGTH + ")"


def _first_lines(text, count):
    lines = []
    # A long note is not split as a whole for the sake of its first lines.
    for line in readable(_whole_links(text[:2000])).split("\n"):
        line = _plain(line.strip())
        if line:
            lines.append(line)
            if len(lines) == count:
                break
    return lines


def _plain(line):
    stripped = True
    while stripped:
        stripped = False
        for mark in _LINE_MARKS:
            if line.startswith(mark):
                line = line[len(mark):].strip()
                stripped = True
    for mark in _INLINE_MARKS:
        line = line.replace(mark, "")
    return line


def whole_sentences(last):
    """The end of a text from its first sentence on that is whole; all of it where no sentence ends."""
    starts = [last.find(mark) for mark in (". ", "! ", "? ", "\n") if last.find(mark) >= 0]
    return last[min(starts) + 1:].strip() if starts else last


def last_lines(text, count=MOOD_CHARACTERS):
    """What a note's mood is told from: its last whole sentences. A whole diary entry has more than one mood."""
    return whole_sentences(text[-count:]) if len(text) > count else text


def refusing(note, tag):
    """The fields of `note` once `tag` is refused for it."""
    refused = note.get("refused", [])
    return {"refused": refused if tag in refused else refused + [tag], "tags": without_tag(note["tags"], tag)}


def headline(note, length=90):
    """What the list shows as the note's name: its title, or the first line that says something."""
    title = note["title"].strip()
    if not title:
        lines = _first_lines(note["text"], 1)
        title = lines[0] if lines else ""
    return _cut(title, length) or "Untitled"


def excerpt(note, length=140):
    """A line of the text that the headline does not already show."""
    lines = _first_lines(note["text"], 4)
    if not note["title"].strip():
        lines = lines[1:]
    return _cut(" ".join(lines), length)


def _cut(text, length):
    return text if len(text) <= length else text[:length - 1].rstrip() + "…"


# Marks beyond ASCII that make no word by themselves. (MicroPython's isalpha knows ASCII only.)
_SIGNS = "\u00a1\u00ab\u00b7\u00bb\u00bf–—‘’“”„•…‹›"


# White space beyond ASCII: CPython splits at it, MicroPython does not. French writes some of it before its marks.
_SPACES = "\x1c\x1d\x1e\x1f\x85\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"


def count_words(text):
    """Runs of text between white space that hold a letter or digit, as a reader would count them.

    Scripts that write without spaces count a run as one. What a picture or file is called was not written.
    """
    text = readable(text, names=False)
    for space in _SPACES:
        text = text.replace(space, " ")
    return sum(1 for word in text.split() if _says_something(word))


def _says_something(word):
    for character in word:
        if character.isalpha() or character.isdigit() or (character > "\x7f" and character not in _SIGNS):
            return True
    return False


# Hebrew, Arabic, Syriac, Thaana, N'Ko and their presentation forms.
_RIGHT_TO_LEFT = (("\u0590", "\u08ff"), ("\ufb1d", "\ufdff"), ("\ufe70", "\ufeff"))


def direction(text):
    """«rtl» or «ltr»: by the first letter of the text, as Unicode's rule P2 (UAX #9) has it."""
    for character in text[:1000]:
        if character.isalpha() or character > "\x7f" and character not in _SIGNS:
            for first, last in _RIGHT_TO_LEFT:
                if first <= character <= last:
                    return "rtl"
            # Emoji and other signs say nothing about direction; letters do.
            if character < "\u2000" or "\u2c00" <= character < "\U0001f000":
                return "ltr"
    return "ltr"


def list_order(note):
    """Sort key, to be used with reverse=True: pinned notes first, then the newest.

    The id is part of it because MicroPython's sort is not stable.
    """
    return (note["pinned"], note["updated"], note["id"])
