"""What the formats made of Markdown files share: one file is one note, with properties, links to its files, and the folder it lies in.

    Kind(…)                                what one format does otherwise than another
    read(tree, report, kind) -> Found…     linear: links are looked up in dictionaries

Titles are the files' names. A folder becomes one tag, its path below the folder that holds everything («Work/Garden»): people order by
folders, and a tag is what there is for it here; the outermost folder, which only says that it is a vault, does not.
Files that no note refers to are not imported, and each is reported.
"""

import re
from urllib.parse import unquote

from app.everywhere.errors import BadArchive
from app.everywhere.limits import IMPORT_NOTE_FILE_BYTES, TAG_CHARACTERS
from app.porter import front_matter, html_text, links, moments
from app.porter.found import Attachments, found, literal
from app.porter.media import extension
from app.porter.plain_text import decoded

NOTES = ("md", "markdown", "mdown", "txt", "text")
HTML = ("html", "htm")

# Properties that have a place in a note, in lower case, by what apps and their plug-ins call them.
_CREATED = ("created", "date created", "created_at", "created at", "createdat", "created_time", "created time", "creation date", "date")
_UPDATED = ("updated", "modified", "date modified", "updated_at", "updated at", "updatedat", "last_modified", "last modified", "lastmod",
            "last edited time", "last_edited_time", "date updated")
_TAGS = ("tags", "tag", "keywords")
_TRUE, _FALSE = ("true", "yes", "on"), ("false", "no", "off", "")


def folder_of(name):
    return name.rpartition("/")[0]


def stem_of(name):
    last = name.rpartition("/")[2]
    return last.rpartition(".")[0] or last


def same_title(title, stem):
    """Whether `stem` may be the name of the file of a note called `title`: file systems don't take all signs, and long names are cut."""
    title, stem = [re.sub(r"[\W_]+", "", text.lower()) for text in (title, stem)]
    return bool(stem) and (title == stem or len(stem) >= 20 and title.startswith(stem))


def grouped(report, names, why):
    """One line for a folder of files that are all left out for one reason."""
    count = {}
    for name in names:
        top = name.split("/")
        hidden = next((number for number, part in enumerate(top) if part.startswith(".")), len(top) - 1)
        folder = "/".join(top[:hidden + 1])
        count[folder] = count.get(folder, 0) + 1
    for folder, number in count.items():
        report.skipped(folder, why + (f" ({number} files)" if number > 1 else ""))


def root_of(names):
    """The one folder in which everything lies, or ""."""
    tops = {name.partition("/")[0] if "/" in name else "" for name in names}
    return tops.pop() if len(tops) == 1 else ""


class Files:
    """Finds the file that a link means: beside the note, from the root, or by its name anywhere."""

    def __init__(self, names, root):
        self._root = root
        self._exact = {name.lower(): name for name in reversed(names)}
        self._by_name = {}
        for name in sorted(names, key=lambda name: (name.count("/"), name), reverse=True):
            self._by_name[name.rpartition("/")[2].lower()] = name

    def find(self, target, folder, by_name=True):
        for wanted in dict.fromkeys((target, unquote(target))):
            wanted = wanted.replace("\\", "/").strip()
            if not wanted or re.match(r"[A-Za-z][A-Za-z0-9+.-]*:|//|#", wanted):
                continue
            for begin in (folder, self._root):
                path = _joined(begin, wanted)
                if path and path.lower() in self._exact:
                    return self._exact[path.lower()]
            name = wanted.rpartition("/")[2].lower()
            if by_name and name in self._by_name:
                return self._by_name[name]
        return None


def _joined(folder, target):
    parts = [] if target.startswith("/") else [part for part in folder.split("/") if part]
    for part in target.split("/"):
        if part == "..":
            if not parts:
                return ""
            parts.pop()
        elif part not in ("", "."):
            parts.append(part)
    return "/".join(parts)


class Kind:
    """What a format of Markdown files does its own way; each may be None.

    hidden(name) -> why or ""             files that are left out from the start; None for one that the format tells of itself
    title(stem) -> title                  of a file's name
    opening(note, text) -> text           takes what the format writes at the beginning of a text; `note` is a `Page`
    page(path, label) -> Markdown         for a link to another note of the tree
    other(page, label, target) -> Markdown   for a link with an address of the format's own
    folder(path) -> tag                   of the folder a note lies in
    root                                  the folder that holds everything
    hashtags, by_name, titled             whether #words are tags, a file may be meant by its bare name, a «title» property is the title
    """

    def __init__(self, hidden=None, title=None, opening=None, page=None, other=None, folder=None, root=None,
                 hashtags=True, by_name=False, titled=False):
        self.hidden, self.title, self.opening, self.page, self.other, self.folder = hidden, title, opening, page, other, folder
        self.root, self.hashtags, self.by_name, self.titled = root, hashtags, by_name, titled


class Page:
    """A note while it is being read."""

    def __init__(self, path, title):
        self.path, self.title = path, title
        self.tags, self.created, self.updated = [], "", ""
        self.pinned = self.archived = False


def read(tree, report, kind):
    hidden, names = {}, []
    for name in tree.names:
        why = kind.hidden(name) if kind.hidden else ""
        if why:
            hidden.setdefault(why, []).append(name)
        elif why is not None:
            names.append(name)
    for why, left_out in hidden.items():
        grouped(report, left_out, why)
    root = root_of(names) if kind.root is None else kind.root
    files, used = Files(names, root), set()
    for name in names:
        if extension(name) in NOTES + HTML:
            # A text that a note links to as a file is a note all the same.
            used.add(name)
            one = _note(tree, report, kind, files, root, name, used)
            if one:
                yield one
    for name in names:
        if name not in used:
            report.skipped(name, "No note refers to this file." if extension(name) else "It is not a kind of file that holds a note.")


def _note(tree, report, kind, files, root, name, used):
    try:
        text, change = decoded(tree.read(name, IMPORT_NOTE_FILE_BYTES))
    except BadArchive as error:
        report.skipped(name, str(error))
        return None
    if change:
        report.changed(name, change)
    page = Page(name, kind.title(stem_of(name)) if kind.title else stem_of(name))
    attachments = Attachments(tree)
    missing = {}

    def file_link(picture, label, target):
        path = files.find(target, folder_of(name), kind.by_name) or files.find(target.partition("#")[0], folder_of(name), kind.by_name)
        if path and extension(path) not in NOTES:
            used.add(path)
            return attachments.reference(path, label)
        if path and kind.page:
            return kind.page(path, label)
        if not path and kind.other:
            made = kind.other(page, label, target)
            if made is not None:
                return made
        if not path and target and not re.match(r"[A-Za-z][A-Za-z0-9+.-]*:|//|#", target):
            missing.setdefault(target)
        return None

    def wiki_link(embedded, inside):
        target, _, label = inside.replace("\\|", "|").partition("|")
        target = target.partition("#")[0].strip()
        path = files.find(target, folder_of(name))
        if path and extension(path) not in NOTES:
            used.add(path)
            # «300» and «300x200» are sizes, not names.
            return attachments.reference(path, "" if re.fullmatch(r"\d+(x\d+)?", label.strip()) else label)
        if embedded and not path and extension(target) not in NOTES + ("",):
            missing.setdefault(target)
        return None

    try:
        text = literal(report, name, text)
        if extension(name) in HTML:
            page.title = html_text.title_of(text) or page.title
            text, change = html_text.markdown(text, file_link)
            if change:
                report.changed(name, change)
        else:
            if extension(name) not in ("txt", "text"):
                text, after = _properties(report, page, text, kind.titled)
                if kind.opening:
                    text = kind.opening(page, text)
                text = links.rewritten(text, file_link, wiki_link)
                if kind.hashtags:
                    page.tags += links.tags_in(text)
                text = (text.rstrip("\n") + "\n\n" + after) if after and text.strip() else after or text
    except BadArchive as error:
        report.skipped(name, str(error))
        return None
    if missing:
        some = list(missing)
        report.changed(name, "It refers to files that are not there: " + ", ".join(f"«{target[:200]}»" for target in some[:10])
                       + (f" and {len(some) - 10} more." if len(some) > 10 else "."))
    modified = tree.modified(name)
    tag = kind.folder(folder_of(name)) if kind.folder else folder_tag(folder_of(name), root)
    return found(report, name, page.title, text, ([tag] if tag else []) + page.tags, page.created or modified, page.updated or modified, attachments,
                 page.pinned, page.archived)


def folder_tag(folder, root):
    """«Work/Garden» for a note in that folder; the innermost name alone where that would be too long."""
    below = folder[len(root):].strip("/") if root and (folder + "/").startswith(root + "/") else folder
    return below if len(below) <= TAG_CHARACTERS else below.rpartition("/")[2]


def _properties(report, page, text, titled):
    """(the text without its front matter, what of that has no place in a note, as a block for its end)."""
    lines, body = front_matter.split(text)
    if lines is None:
        return text, ""
    try:
        properties = front_matter.read(lines)
    except front_matter.Unread:
        report.changed(page.path, "Its properties could not be read; they stay at its beginning as they are.")
        return text, ""
    if any(one.key == "excalidraw-plugin" for one in properties):
        raise BadArchive("It is a drawing of Excalidraw, not a text.")
    left = [one for one in properties if not _taken(page, one, titled)]
    if not left:
        return body, ""
    written = front_matter.remaining(left)
    fence = "`" * max([3] + [len(run) + 1 for run in re.findall("`{3,}", written)])
    keys = ", ".join(one.key for one in left)
    report.changed(page.path, f"Properties that a note here has no place for stand at its end: {keys[:300]}.")
    return body, f"{fence}yaml\n{written}\n{fence}\n"


def _taken(page, one, titled):
    """Whether the property is now the note's own; one that can't be read stays in the text."""
    key, value = one.key.lower(), one.value
    if value is None:
        return False
    if key in _TAGS:
        page.tags += [tag.strip().lstrip("#") for item in one.items for tag in
                      (item.split(",") if "," in item else item.split() if isinstance(value, str) else [item]) if tag.strip() not in ("", "null", "~")]
        return True
    if not isinstance(value, str):
        return False
    if value in ("", "null", "~"):
        return key in _CREATED + _UPDATED
    if key in _CREATED + _UPDATED:
        moment = moments.from_iso(value)
        if value.isdigit() and len(value) in (10, 13):
            moment = moments.from_ms(int(value) * (1000 if len(value) == 10 else 1))
        created = key in _CREATED
        if not moment or (page.created if created else page.updated):
            return False
        if created:
            page.created = moment
        else:
            page.updated = moment
        return True
    if key in ("pinned", "archived") and value.lower() in _TRUE + _FALSE:
        if key == "pinned":
            page.pinned = value.lower() in _TRUE
        else:
            page.archived = value.lower() in _TRUE
        return True
    if key == "title" and titled:
        page.title = value
    return key == "title" and value == page.title
