"""Archives from readable parts, and what becomes of them: the tests' short way from a dictionary of files to notes."""

import io
import tarfile
import time
import zipfile

from app.everywhere.note import checked
from app.porter.formats import detect
from app.porter.report import Report
from app.porter.tree import FolderTree, open_tree

A_ULID = "01ARZ3NDEKTSV4RRFFQ69G5FAV"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 16
# 2024-02-03 04:05:06, as a computer in UTC has it.
WHEN = (2024, 2, 3, 4, 5, 6)
WHEN_TEXT = "2024-02-03T04:05:06.000Z"


def as_bytes(content):
    return content if isinstance(content, bytes) else content.encode()


def zip_of(files, compression=zipfile.ZIP_DEFLATED):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, WHEN), as_bytes(content), compression)
    return out.getvalue()


def tar_of(files, mode="w"):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=mode) as archive:
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size, info.mtime = len(as_bytes(content)), time.mktime((*WHEN, 0, 0, -1))
            archive.addfile(info, io.BytesIO(as_bytes(content)))
    return out.getvalue()


def folder_of(files):
    return FolderTree([(name, io.BytesIO(as_bytes(content)), WHEN_TEXT) for name, content in files.items()])


def tree_of(data, name="export.zip"):
    return open_tree(io.BytesIO(data), name)


class Import:
    """What a tree gives: `.format`, `.found` in order, `.notes` by title, `.report`; every note is one that can be kept."""

    def __init__(self, tree):
        self.tree, self.report = tree, Report()
        self.report.archive(tree)
        self.format = detect(tree)
        self.found = list(self.format.read(tree, self.report)) if self.format else []
        for one in self.found:
            checked(one["note"] | {"id": A_ULID})
            one["note"]["text"].encode()
            assert bool(one["note"]["created"]) == bool(one["note"]["updated"])
            for attachment in one["attachments"]:
                assert attachment["path"] in tree.names and attachment["type"].count("/") == 1 and "/" not in attachment["name"]
        self.notes = {one["note"]["title"]: one["note"] for one in self.found}

    def attachments(self, title):
        return next(one["attachments"] for one in self.found if one["note"]["title"] == title)

    def why(self, path):
        return " ".join(why for skipped, why in self.report.skips if path in skipped)

    def what(self, path):
        return " ".join(what for changed, what in self.report.changes if path in changed)


def imported(files):
    """`files` as a zip, imported."""
    return Import(tree_of(zip_of(files)))
