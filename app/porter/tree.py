"""What is imported, as a tree of files: a zip, a tar (.tar, .jex, .tar.gz), one file, or a folder that was picked.

    open_tree(file, name) -> Tree           `file` is a binary, seekable file; BadArchive says why nothing of it can be read
    FolderTree([(path, file)])              files of a folder; (path, file, modified) where the moment is known

    Tree
        .names                safe relative POSIX paths in Unicode's composed form (NFC), in the order of the archive, no two alike
        .size(name)           bytes as the archive claims them; -1 where it does not say
        .read(name, at_most)  the bytes; BadArchive if there are more, or they are damaged
        .head(name, count)    its first bytes, `count` at most
        .modified(name)       a moment as `clock.timestamp` writes it, or ""
        .refused              [(path, why)]: what cannot be had, known from the start
        .changed              [(path, what)]: names that had to be guessed

Archives are hostile until proven otherwise. Nothing is ever written to a path of theirs; a name is only a key in a table. Even so a path that
leads out of the archive, and whatever is not a plain file (links, devices), is refused, because the one who sent it meant no good. Of
two files with one name the first is taken.
"""

import io
import re
import unicodedata

from app.everywhere.clock import timestamp
from app.everywhere.errors import BadArchive
from app.everywhere.limits import IMPORT_ENTRIES, IMPORT_PATH_CHARACTERS, IMPORT_UNPACKED_BYTES

# Archives that are not read, by their first bytes.
_OTHER_ARCHIVES = (
    (b"7z\xbc\xaf\x27\x1c", "7z"), (b"Rar!", "RAR"), (b"BZh", "bzip2"), (b"\xfd7zXZ\0", "xz"), (b"\x28\xb5\x2f\xfd", "Zstandard"),
)

# The parts of Notion's export, which are zips within a zip. No other archive within an archive is opened.
_NOTION_PART = re.compile(r"(?:^|/)Export(?:Block)?-[0-9a-f]{8}-[0-9a-f-]{27}(?:-Part-\d+)?\.zip$")

# What systems put beside files and nobody wrote.
_COMPANIONS = re.compile(r"(?:^|/)(?:__MACOSX/|\._[^/]*$|\.DS_Store$|Thumbs\.db$|desktop\.ini$)")


def safe_name(raw):
    """(`raw` as a safe relative path, "") or ("", why it is refused)."""
    if len(raw) > IMPORT_PATH_CHARACTERS:
        return "", f"Its path is longer than {IMPORT_PATH_CHARACTERS} characters."
    if any(unicodedata.category(character) in ("Cc", "Cs") for character in raw):
        return "", "Its path holds characters that no name has."
    path = unicodedata.normalize("NFC", raw.replace("\\", "/"))
    if path.startswith("/") or re.match(r"[A-Za-z]:", path):
        return "", "Its path leads to a fixed place on a computer, not into the archive."
    parts = [part for part in path.split("/") if part not in ("", ".")]
    if ".." in parts:
        return "", "Its path leads out of the archive."
    if not parts:
        return "", "It has no name."
    return "/".join(parts), ""


def moment(seconds):
    """`seconds` since 1970 (UTC) as text, or "" where that is no date people use."""
    return timestamp(int(seconds * 1000)) if 0 < seconds < 253402300800 else ""


class Tree:
    def __init__(self):
        self.names = []
        self.refused = []
        self.changed = []
        self._entries = {}

    def _add(self, raw, entry):
        """Puts `entry` under its safe name; False if it was refused, or there is no room for more."""
        name, why = safe_name(raw)
        if not why and _COMPANIONS.search(name):
            why = "A file of the computer's own, not a note."
        if not why and name in self._entries:
            why = "There is a file of the same name before it in the archive, which was taken."
        if not why and len(self.names) >= IMPORT_ENTRIES:
            why = f"An archive of more than {IMPORT_ENTRIES} files is not read to its end."
        if why:
            self.refused.append((raw, why))
            return False
        self._entries[name] = entry
        self.names.append(name)
        return True


class FolderTree(Tree):
    def __init__(self, files):
        super().__init__()
        for path, file, *modified in files:
            self._add(path, (file, modified[0] if modified else ""))

    def size(self, name):
        return self._entries[name][0].seek(0, io.SEEK_END)

    def read(self, name, at_most):
        file = self._entries[name][0]
        if self.size(name) > at_most:
            raise BadArchive(f"It is larger than {at_most // 1_000_000} MB.")
        file.seek(0)
        return file.read()

    def head(self, name, count):
        file = self._entries[name][0]
        file.seek(0)
        return file.read(count)

    def modified(self, name):
        return self._entries[name][1]


class JoinedTree(Tree):
    """Several trees as one: Notion's outer zip and the parts in it."""

    def __init__(self, trees):
        super().__init__()
        for tree in trees:
            self.refused += tree.refused
            self.changed += tree.changed
            for name in tree.names:
                self._add(name, tree)

    def size(self, name):
        return self._entries[name].size(name)

    def read(self, name, at_most):
        return self._entries[name].read(name, at_most)

    def head(self, name, count):
        return self._entries[name].head(name, count)

    def modified(self, name):
        return self._entries[name].modified(name)


def open_tree(file, name):
    from app.porter.tar_archive import TarTree, is_tar, unpacked_gzip
    from app.porter.zip_archive import ZipTree, is_zip

    file.seek(0)
    start = file.read(512)
    if is_zip(start):
        return _with_notions_parts(ZipTree(file, name))
    for mark, kind in _OTHER_ARCHIVES:
        if start.startswith(mark):
            raise BadArchive(f"«{name}» is a {kind} archive, which this app can't open. Please unpack it and choose the folder.")
    if start.startswith(b"\x1f\x8b"):
        unpacked, why = unpacked_gzip(file)
        if not is_tar(unpacked.read(512)):
            raise BadArchive(f"«{name}» is packed with gzip, but there is no tar archive in it." if not why else why)
        return TarTree(unpacked, name, [(name, why)] if why else [])
    if is_tar(start):
        return TarTree(file, name)
    if name.lower().endswith((".zip", ".tar", ".jex", ".tgz", ".tar.gz")):
        raise BadArchive(f"«{name}» is empty." if not start else f"«{name}» is damaged: it does not begin as such an archive does.")
    tree = FolderTree([(name.replace("\\", "/").rsplit("/", 1)[-1], file)])
    if not tree.names:
        raise BadArchive("This file has a name that can't be read.")
    return tree


def _with_notions_parts(tree):
    from app.porter.zip_archive import ZipTree, is_zip

    parts = []
    for name in tree.names:
        if _NOTION_PART.search(name):
            try:
                inner = tree.window(name) or io.BytesIO(tree.read(name, IMPORT_UNPACKED_BYTES))
                inner.seek(0)
                if not is_zip(inner.read(4)):
                    raise BadArchive("It is damaged: it does not begin as a zip does.")
                parts.append(ZipTree(inner, name))
            except BadArchive as error:
                tree.refused.append((name, str(error)))
    if not parts:
        return tree
    tree.names = [name for name in tree.names if not _NOTION_PART.search(name)]
    return JoinedTree([tree, *parts])
