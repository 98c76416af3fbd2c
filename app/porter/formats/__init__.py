"""The formats that can be imported, in the order in which they are tried: the ones with the surest signs first.

    FORMATS                   modules, each with `name`, `title`, `recognises(tree)` and `read(tree, report)`
    detect(tree)              the first that recognises the tree, or None

`read` yields one dictionary a note, as `app/porter/found.py` makes it (`carryon` has more: app/porter/importing.py), and tells the report what it
leaves out or changes. One bad note never stops the others.
"""

from app.porter.formats import apple_notes, carryon, day_one, joplin, keep, notion, obsidian, plain, standard_notes

FORMATS = (carryon, joplin, obsidian, day_one, standard_notes, keep, notion, apple_notes, plain)


def detect(tree):
    for format in FORMATS:
        if format.recognises(tree):
            return format
    return None
