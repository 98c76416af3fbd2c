"""Standard Notes' decrypted backup (https://standardnotes.com/help/14): a JSON file of «items», alone or in a zip beside readable copies of each.

Tags name their notes, and their parent tag: «parent/child». A «Super» note holds the state of its editor (Lexical) as JSON, which becomes Markdown; a
rich text is HTML; code, a spreadsheet or an authenticator stays as it is, in a block of code, and the last never leaves the device.
Files are not in the backup. An encrypted backup is refused, and it is said how to make one that can be read.
"""

import re

from app.everywhere.errors import BadArchive
from app.everywhere.limits import IMPORT_JSON_BYTES, IMPORT_NESTING
from app.porter import html_text, moments
from app.porter.found import found, in_brackets, literal, note_link
from app.porter.media import extension
from app.porter.plain_text import dict_in, json_in, json_of, list_in, text_in

name = "standard_notes"
title = "Standard Notes (decrypted backup)"

_ENCRYPTED = ("This backup is encrypted, and nobody but Standard Notes can read it. There, open Preferences, Backups, choose «Decrypted», download the "
              "backup, and import that file.")
_OURS = "org.standardnotes.sn"


def _backups(tree):
    """The files that hold items: never the readable copies beside them."""
    return [path for path in tree.names if extension(path) in ("txt", "json") and "/Items/" not in "/" + path]


def recognises(tree):
    for path in _backups(tree)[:20]:
        try:
            start = tree.head(path, 64_000)
        except BadArchive:
            continue
        if re.search(rb'"items"\s*:\s*\[', start) and (b'"content_type"' in start or re.search(rb'"version"\s*:\s*"00\d"', start)):
            return True
    return False


def read(tree, report):
    copies = 0
    for path in tree.names:
        if "/Items/" in "/" + path:
            copies += 1
        elif path not in _backups(tree):
            report.skipped(path, "It is not a backup of Standard Notes.")
    if copies:
        report.skipped("Items", f"The same items again, as single files ({copies} files).")
    for path in _backups(tree):
        try:
            value, damage = json_of(tree.read(path, IMPORT_JSON_BYTES), "items")
            if not isinstance(value, dict) or not isinstance(value.get("items"), list):
                raise BadArchive("It is not a backup of Standard Notes.")
        except BadArchive as error:
            report.skipped(path, str(error))
            continue
        if damage:
            report.skipped(path, damage)
        yield from _items(report, path, value["items"])


def _references(item, kind):
    return [text_in(one, "uuid") for one in list_in(dict_in(item, "content"), "references")
            if kind in (text_in(one, "content_type"), text_in(one, "reference_type"))]


def _items(report, path, items):
    encrypted = [item for item in items if text_in(item, "content").startswith(("00", "{"))
                 and text_in(item, "content_type") in ("Note", "Tag")]
    if encrypted:
        report.skipped(path, _ENCRYPTED)
        if len(encrypted) == len([item for item in items if text_in(item, "content_type") in ("Note", "Tag")]):
            return
    notes, tags, files = [], {}, []
    for number, item in enumerate(items, 1):
        type_ = text_in(item, "content_type")
        if not isinstance(item, dict) or not type_:
            report.skipped(f"{path}: item {number}", "It is not an item.")
        elif item.get("deleted") is True or type_ not in ("Note", "Tag", "File", "SN|File"):
            # Settings, keys and extensions: none of them is anybody's text.
            continue
        elif not isinstance(item.get("content"), dict):
            if item not in encrypted[:1]:
                report.skipped(f"{path}: item {number}", "It is encrypted." if isinstance(item.get("content"), str) else "It has no content.")
        elif type_ == "Note":
            notes.append((f"{path}: {text_in(item['content'], 'title')[:80] or f'item {number}'}", item))
        elif type_ == "Tag":
            tags.setdefault(text_in(item, "uuid"), item)
        else:
            files.append(item)
    of_note, files_of_note = {}, {}
    for uuid, tag in tags.items():
        path_of_tag = _tag_path(uuid, tags)
        for note in _references(tag, "Note"):
            of_note.setdefault(note, []).append(path_of_tag)
    for file in files:
        for note in _references(file, "Note") + _references(file, "FileToNote"):
            files_of_note.setdefault(note, {}).setdefault(text_in(dict_in(file, "content"), "name") or "file")
    titles = {text_in(item, "uuid"): text_in(item["content"], "title") or "Untitled" for _, item in notes}
    for where, item in notes:
        try:
            one = _note(report, where, item, of_note, files_of_note, titles)
        except BadArchive as error:
            report.skipped(where, str(error))
            continue
        if one:
            yield one


def _tag_path(uuid, tags):
    names, seen = [], set()
    while uuid in tags and uuid not in seen and len(names) < IMPORT_NESTING:
        seen.add(uuid)
        names.insert(0, text_in(tags[uuid]["content"], "title").strip())
        uuid = next(iter(_references(tags[uuid], "TagToParentTag")), "")
    return "/".join(filter(None, names))


def _kind(content):
    """Of what kind the text is: by its type, or in older backups by the editor it was written with."""
    known = {"super": "super", "rich-text": "html", "code": "code", "spreadsheet": "json", "authentication": "secret"}
    if text_in(content, "noteType") in known:
        return known[text_in(content, "noteType")]
    editor = text_in(content, "editorIdentifier")
    for sign, kind in (("super", "super"), ("token-vault", "secret"), ("sheets", "json"), ("code-editor", "code"), ("plus-editor", "html"),
                       ("bold-editor", "html")):
        if sign in editor:
            return kind
    return "super" if text_in(content, "text").startswith('{"root":{') else "text"


def _note(report, where, item, of_note, files_of_note, titles):
    content = item["content"]
    ours = dict_in(dict_in(content, "appData"), _OURS)
    kind, text = _kind(content), text_in(content, "text")
    if kind == "super" and text.strip():
        text = _from_lexical(report, where, text, titles)
    elif kind == "html":
        text, change = html_text.markdown(text)
        if change:
            report.changed(where, change)
    elif kind in ("code", "json", "secret") and text.strip():
        fence = "`" * max([3] + [len(run) + 1 for run in re.findall("`{3,}", text)])
        text = f"{fence}{'' if kind == 'code' else 'json'}\n{text.rstrip()}\n{fence}\n"
        if kind != "code":
            report.changed(where, "It is a spreadsheet, kept as the text it is stored as." if kind == "json"
                           else "It is an authenticator with secrets, kept as the text it is stored as. It is marked to never leave this device.")
    text = literal(report, where, text)
    uuid = text_in(item, "uuid")
    if uuid in files_of_note:
        names = ", ".join(f"«{one[:200]}»" for one in list(files_of_note[uuid])[:10])
        report.changed(where, f"Its files are not in the backup, so they were not imported: {names}.")
    if content.get("protected") is True:
        report.changed(where, "It was protected by a password in Standard Notes; here it is a note like others.")
    tags = of_note.get(uuid, []) + (["starred"] if content.get("starred") is True or ours.get("starred") is True else [])
    created = _moment(item.get("created_at"))
    updated = _moment(ours.get("client_updated_at")) or _moment(item.get("updated_at"))
    return found(report, where, text_in(content, "title"), text, tags, created, updated,
                 pinned=content.get("pinned") is True or ours.get("pinned") is True,
                 archived=content.get("archived") is True or ours.get("archived") is True,
                 trashed=content.get("trashed") is True or ours.get("trashed") is True, never_leaves=kind == "secret")


def _moment(text):
    moment = moments.from_iso(text)
    # What Standard Notes writes for «not known».
    return "" if moment.startswith("1970-01-01T00:00:00") else moment


# Lexical's formats of text are bits.
_MARKS = ((16, "`"), (4, "~~"), (2, "*"), (1, "**"))


def _from_lexical(report, where, text, titles):
    try:
        root = dict_in(json_in(text), "root")
    except ValueError:
        root = {}
    if not root:
        report.changed(where, "Its formatted text is damaged; it stays as it is stored.")
        return text
    left_out = {}

    def inline(nodes, depth=0):
        out = ""
        for node in nodes if depth < IMPORT_NESTING else []:
            kind = text_in(node, "type")
            if kind in ("text", "code-highlight"):
                out += _formatted(text_in(node, "text"), node.get("format") if kind == "text" else 0)
            elif kind == "linebreak":
                out += "\n"
            elif kind in ("link", "autolink"):
                address, label = text_in(node, "url"), inline(list_in(node, "children"), depth + 1)
                plain = re.fullmatch(r"(https?://|mailto:|tel:)[^\s()<>]+", address)
                out += label if not plain else f"<{address}>" if label == address else f"[{in_brackets(label)}]({address})"
            elif kind == "snbubble":
                out += note_link(titles.get(text_in(node, "itemUuid"), "a note that is not in the backup"))
            elif list_in(node, "children"):
                out += inline(list_in(node, "children"), depth + 1)
            else:
                out += text_in(node, "text")
                if kind and kind not in ("tab", "hashtag"):
                    left_out.setdefault(kind[:40])
        return out

    def blocks(nodes, depth=0):
        parts = []
        for node in nodes if depth < IMPORT_NESTING else []:
            kind, children = text_in(node, "type"), list_in(node, "children")
            if kind == "heading":
                level = text_in(node, "tag")[1:]
                parts.append("#" * (int(level) if level in tuple("123456") else 1) + " " + inline(children))
            elif kind == "list":
                parts.append("\n".join(listed(node, 0)))
            elif kind == "quote":
                parts.append("\n".join("> " + line for line in inline(children).split("\n")))
            elif kind == "code":
                parts.append(f"```{re.sub(r'[^a-z0-9+-]', '', text_in(node, 'language'))}\n{inline(children)}\n```")
            elif kind == "horizontalrule":
                parts.append("---")
            elif kind == "table":
                rows = ["| " + " | ".join(inline(list_in(cell, "children")).replace("\n", " ").replace("|", "\\|") for cell in list_in(row, "children"))
                        + " |" for row in children]
                if rows:
                    rows.insert(1, "|" + " --- |" * len(list_in(children[0], "children")))
                parts.append("\n".join(rows))
            elif kind == "collapsible-title":
                parts.append(f"**{inline(children).strip()}**" if children else "")
            elif kind in ("collapsible-container", "collapsible-content", "layout-container", "layout-item", "root"):
                parts.append(blocks(children, depth + 1))
            elif kind in ("snfile", "snremotefile", "unencrypted-image"):
                left_out.setdefault("a file or picture")
            else:
                parts.append(inline([node]) if kind in ("text", "link", "autolink", "snbubble") else inline(children, depth))
                if kind not in ("paragraph", "text", "link", "autolink", "snbubble"):
                    left_out.setdefault(kind[:40] or "something without a type")
        return "\n\n".join(part for part in parts if part.strip())

    def listed(node, depth):
        lines, style = [], text_in(node, "listType")
        for number, item in enumerate(list_in(node, "children") if depth < IMPORT_NESTING else [], 1):
            own = [child for child in list_in(item, "children") if text_in(child, "type") != "list"]
            if own or not list_in(item, "children"):
                mark = f"{number}. " if style == "number" else f"- [{'x' if item.get('checked') is True else ' '}] " if style == "check" else "- "
                lines.append("    " * depth + mark + inline(own).replace("\n", " "))
            for child in list_in(item, "children"):
                if text_in(child, "type") == "list":
                    lines += listed(child, depth + 1)
        return lines

    made = blocks(list_in(root, "children"))
    if left_out:
        report.changed(where, "Left out of its formatted text: " + ", ".join(list(left_out)[:10]) + ".")
    return made + "\n" if made else ""


def _formatted(text, bits):
    inner = text.strip()
    if not inner or not isinstance(bits, int):
        return text
    before, after = text[:len(text) - len(text.lstrip())], text[len(text.rstrip()):]
    for bit, mark in _MARKS:
        if bits & bit:
            inner = mark + inner + mark
    return before + inner + after
