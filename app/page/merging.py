"""One note out of two that were both made from a third: a note that was edited in two windows at once.

Offers `merged_note`.
"""

from app.everywhere.errors import BadNote
from app.everywhere.limits import TAGS_PER_NOTE
from app.everywhere.note import checked

# What is merged as a whole: whoever changed it since the base is right, and ours where both did.
_WHOLE = ("pinned", "archived", "never_leaves", "mood")


def merged_note(base, ours, theirs, merge_texts):
    """(note, met): a note with the changes of both; `met` says that both wrote at the same place, where theirs stands first.

    (None, False) where both changed the same words, so that no text has both. `merge_texts(base, ours, theirs)` gives
    (text, met) or None.
    """
    title = merge_texts(base["title"], ours["title"], theirs["title"])
    text = merge_texts(base["text"], ours["text"], theirs["text"])
    if title is None or text is None:
        return None, False
    note = theirs | {
        "title": title[0], "text": text[0], "tags": _merged_list(base["tags"], ours["tags"], theirs["tags"])[:TAGS_PER_NOTE],
        "refused": _merged_list(base.get("refused", []), ours.get("refused", []), theirs.get("refused", [])),
        "updated": max(ours["updated"], theirs["updated"]), "revision": theirs["revision"] + 1,
    }
    for field in _WHOLE:
        if ours[field] != base[field]:
            note[field] = ours[field]
    if _written(base, ours):
        note["deleted"] = ours["deleted"]  # what is written on beats the trash
    elif ours["deleted"] != base["deleted"]:
        note["deleted"] = "" if _written(base, theirs) else ours["deleted"]
    try:
        return checked(note), title[1] or text[1]
    except BadNote:  # both together are too long
        return None, False


def _written(base, note):
    return (base["title"], base["text"], base["tags"]) != (note["title"], note["text"], note["tags"])


def _merged_list(base, ours, theirs):
    """Theirs, without what we took away and with what we added; of two that differ in case only, one."""
    merged = [item for item in theirs if item in ours or item not in base]
    known = [item.lower() for item in merged]
    return merged + [item for item in ours if item not in base and item.lower() not in known]
