"""Day One's JSON export (https://dayoneapp.com/guides/tips-and-tutorials/exporting-entries): a zip with one JSON file a journal, and folders photos,
videos, audios and pdfs, whose files are called by their MD5.

An entry's text is Markdown, in which `![](dayone-moment://id)` stands for a picture; older or converted entries have only «richText», which is JSON
again. A heading that begins an entry is its title. Place, weather and time zone stand in a last line: Carryon shows moments in the reader's own
zone. Starred and pinned entries are pinned; with several journals in the archive, each journal's name is a tag.
"""

import re

from app.everywhere.errors import BadArchive
from app.everywhere.limits import IMPORT_JSON_BYTES, IMPORT_NESTING
from app.everywhere.note import headline
from app.porter import links, moments
from app.porter.found import Attachments, found, literal, note_link
from app.porter.markdown_notes import stem_of
from app.porter.media import extension
from app.porter.plain_text import dict_in, json_in, json_of, list_in, text_in
from app.porter.report import Report

name = "day_one"
title = "Day One (JSON)"

_MEDIA = ("photos", "videos", "audios", "pdfAttachments")
_MOMENT = re.compile(r"dayone-moment:/{1,2}(?:(?:photo|video|audio|pdfAttachment)/)?([\w-]+)", re.I)
_ENTRY = re.compile(r"dayone2?://view\?entryId=([\w-]+)", re.I)


def _journals(tree):
    return [path for path in tree.names if extension(path) == "json" and path.count("/") <= 1]


def recognises(tree):
    for path in _journals(tree)[:20]:
        try:
            start = tree.head(path, 64_000)
        except BadArchive:
            continue
        if re.search(rb'"entries"\s*:\s*\[', start) and (b'"metadata"' in start or b'"creationDate"' in start):
            return True
    return False


def read(tree, report):
    files = {stem_of(path).lower(): path for path in reversed(tree.names) if extension(path) != "json"}
    journals, used = _journals(tree), set()
    for path in journals:
        try:
            value, damage = json_of(tree.read(path, IMPORT_JSON_BYTES), "entries")
            if not isinstance(value, dict) or not isinstance(value.get("entries"), list):
                raise BadArchive("It is not a journal of Day One's.")
        except BadArchive as error:
            report.skipped(path, str(error))
            continue
        if damage:
            report.skipped(path, damage)
        yield from _journal(tree, report, path, value["entries"], files, used, [stem_of(path)] if len(journals) > 1 else [])
    for path in tree.names:
        if path not in used and path not in journals:
            report.skipped(path, "No entry refers to this file.")


def _journal(tree, report, path, entries, files, used, tags):
    media, titles = {}, {}
    for entry in entries:
        for kind in _MEDIA:
            for one in list_in(entry, kind):
                # A picture that was copied into another entry is described in the first only.
                if text_in(one, "identifier"):
                    media.setdefault(text_in(one, "identifier").upper(), one)
        if text_in(entry, "uuid"):
            titles.setdefault(text_in(entry, "uuid").upper(), headline({"title": "", "text": _text(Report(), path, entry)[:2000]}, 60))
    for number, entry in enumerate(entries, 1):
        where = f"{path}: entry {number}"
        if not isinstance(entry, dict):
            report.skipped(where, "It is not an entry.")
            continue
        where = f"{path}: {moments.from_iso(entry.get('creationDate'))[:10] or f'entry {number}'}"
        try:
            one = _entry(tree, report, where, entry, media, titles, files, used, tags)
        except BadArchive as error:
            report.skipped(where, str(error))
            continue
        if one:
            yield one


def _text(report, where, entry):
    text = text_in(entry, "text")
    return text if text.strip() or not entry.get("richText") else _from_rich(report, where, entry["richText"])


def _entry(tree, report, where, entry, media, titles, files, used, tags):
    attachments, missing, placed = Attachments(tree), {}, set()

    def file_of(one):
        return files.get(text_in(one, "md5").lower()) or files.get(text_in(one, "identifier").lower())

    def attached(identifier, label=""):
        one = media.get(identifier.upper())
        path = file_of(one) if one else None
        placed.add(identifier.upper())
        if not path:
            missing.setdefault(identifier)
            return None
        used.add(path)
        return attachments.reference(path, label, text_in(one, "filename") or text_in(one, "title"), created=moments.from_iso(one.get("date")))

    def link(picture, label, target):
        match = _MOMENT.fullmatch(target)
        if match:
            return attached(match[1], label)
        match = _ENTRY.fullmatch(target)
        if match and match[1].upper() in titles:
            return note_link(titles[match[1].upper()], label)
        return None

    text = links.rewritten(literal(report, where, _text(report, where, entry)), link)
    loose = []
    for kind in _MEDIA:
        for one in list_in(entry, kind):
            identifier = text_in(one, "identifier")
            if identifier and identifier.upper() not in placed:
                made = attached(identifier)
                loose += [made] if made else []
    title = ""
    first, _, rest = text.lstrip("\n").partition("\n")
    if re.match(r"#{1,6} \S", first):
        title, text = first.lstrip("#").strip(), rest.lstrip("\n")
    about = _about(entry)
    text = "\n\n".join(part for part in (text.rstrip("\n"), *loose, f"*{about}*" if about else "") if part)
    if missing:
        report.changed(where, f"{len(missing)} of its pictures or recordings are not in the export.")
    return found(report, where, title, text, tags + [tag for tag in list_in(entry, "tags") if isinstance(tag, str)],
                 moments.from_iso(entry.get("creationDate")), moments.from_iso(entry.get("modifiedDate")), attachments,
                 pinned=entry.get("starred") is True or entry.get("isPinned") is True or entry.get("pinned") is True)


def _about(entry):
    """«Café Einstein, Berlin, Germany · 21 °C, Clear · Europe/Berlin», or "" where neither place nor weather is known."""
    location, weather = dict_in(entry, "location"), dict_in(entry, "weather")
    place = dict.fromkeys(filter(None, (text_in(location, key).strip() for key in ("userLabel", "placeName", "localityName", "country"))))
    if not place and all(isinstance(location.get(key), (int, float)) for key in ("latitude", "longitude")):
        place = {f"{location['latitude']:.5f}, {location['longitude']:.5f}": None}
    degrees = weather.get("temperatureCelsius")
    sky = [f"{degrees:.0f} °C"] if isinstance(degrees, (int, float)) and -100 < degrees < 100 else []
    sky += filter(None, [text_in(weather, "conditionsDescription").strip()])
    parts = [", ".join(place), ", ".join(sky)]
    if any(parts):
        parts.append(text_in(entry, "timeZone").strip())
    return " ".join(" · ".join(part for part in parts if part).replace("*", "").split())


def _from_rich(report, where, rich):
    """Day One's rich text as Markdown: runs of text whose `attributes.line` says of what kind the line is that they end."""
    if isinstance(rich, str):
        try:
            rich = json_in(rich)
        except ValueError:
            report.changed(where, "Its rich text is damaged; it stays as it is stored.")
            return rich
    lines, line, kind, code = [], "", {}, False

    def end():
        nonlocal line, code
        if bool(kind.get("codeBlock")) != code:
            lines.append("```")
            code = not code
        level = kind.get("indentLevel")
        indent = "    " * max(0, min(level if isinstance(level, int) else 1, IMPORT_NESTING) - 1)
        style, header = kind.get("listStyle"), kind.get("header")
        index = kind.get("listIndex")
        before = ""
        if code:
            pass
        elif isinstance(header, int) and 1 <= header <= 6:
            before = "#" * header + " "
        elif style == "bulleted":
            before = indent + "- "
        elif style == "numbered":
            before = indent + f"{index if isinstance(index, int) else 1}. "
        elif style == "checkbox":
            before = indent + f"- [{'x' if kind.get('checked') is True else ' '}] "
        elif kind.get("quote"):
            before = "> "
        lines.append(before + line)
        line = ""

    for run in list_in(rich, "contents"):
        attributes = dict_in(run, "attributes")
        text = text_in(run, "text")
        if text:
            kind = dict_in(attributes, "line")
            for number, part in enumerate(text.replace("\u2028", "\n").split("\n")):
                if number:
                    end()
                line += _marked(part, attributes)
        for one in list_in(run, "embeddedObjects"):
            if line:
                end()
            kind = {}
            type_, identifier = text_in(one, "type"), text_in(one, "identifier")
            if type_ in ("photo", "video", "audio", "pdfAttachment") and identifier:
                line = f"![](dayone-moment://{identifier})"
                end()
            elif type_.startswith("horizontal"):
                line = "---"
                end()
            elif type_:
                line = text_in(one, "markdown") or text_in(one, "contents")
                if line:
                    end()
                else:
                    report.changed(where, f"Something in its rich text was left out: {type_[:60]}.")
    if line:
        end()
    if code:
        lines.append("```")
    return "\n".join(lines)


def _marked(text, attributes):
    if not text.strip():
        return text
    inner = text.strip()
    before, after = text[:len(text) - len(text.lstrip())], text[len(text.rstrip()):]
    if attributes.get("inlineCode"):
        inner = f"`{inner}`"
    for key, mark in (("strikethrough", "~~"), ("italic", "*"), ("bold", "**")):
        if attributes.get(key):
            inner = mark + inner + mark
    address = text_in(attributes, "linkURL")
    return before + (f"[{inner}]({address})" if address and not re.search(r"[\s()<>]", address) else inner) + after
