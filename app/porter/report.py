"""What became of everything that was to be imported: what was left out, and what is other than it was, each with its reason.

    Report()
        .skipped(path, why)     not imported
        .changed(path, what)    imported, but not as it was
        .archive(tree)          both, for what the tree itself found
        .skips, .changes        [(path, sentence)], in order

Paths and sentences hold what strangers wrote: they are text to be shown, never markup. Control characters in a path are replaced, so that it
can be shown in one line.
"""

from app.everywhere.limits import IMPORT_PATH_CHARACTERS


def shown(path):
    """`path` as one line that can be shown and stored."""
    path = "".join(character if character.isprintable() else "\ufffd" for character in path[:IMPORT_PATH_CHARACTERS])
    return path.encode("utf-8", "replace").decode()


class Report:
    def __init__(self):
        self.skips = []
        self.changes = []

    def skipped(self, path, why):
        self.skips.append((shown(path), why))

    def changed(self, path, what):
        self.changes.append((shown(path), what))

    def archive(self, tree):
        for path, why in tree.refused:
            self.skipped(path, why)
        for path, what in tree.changed:
            self.changed(path, what)
