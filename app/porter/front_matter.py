"""The properties at the beginning of a Markdown file («front matter»), between two lines of «---».

    split(text) -> (block lines or None, the rest of the text)
    read(lines) -> [Property]              Unread if it is beyond what is read here
    remaining(properties) -> text          those that nobody took, as they were written

It is YAML, of which this reads the part that apps write: a mapping whose values are plain, quoted or block scalars (over several lines too),
or lists of such in either style. Values stay text: `no` is «no», `2024` is «2024». Whatever else a value may be (mappings, anchors, types) is
not understood and kept as written (`value` is None), so nothing is lost by reading less. That is why there is no YAML library here: it would
be the only package that the porter loads, its loader is known for what aliases and types can do to it, and a note's title would become
a number, a date or `False`. `tests/porter/test_front_matter.py` holds what the exporters write.
"""

import re

from app.everywhere.limits import IMPORT_FRONT_MATTER_CHARACTERS

_KEY = re.compile(r"""(?:"((?:[^"\\]|\\.)*+)"|'((?:[^']|'')*+)'|([^\s#:\[\]{}&*!|>'"%@`,?-](?:[^:#]|:(?=\S)|(?<=\S)\#)*?|-[^\s:]+))\s*:(?:[ \t]+|$)""")
_BLOCK = re.compile(r"([|>])([+-]?[1-9]?|[1-9][+-])[ \t]*(?:#.*)?$")
_ESCAPES = {"0": "\0", "a": "\a", "b": "\b", "t": "\t", "n": "\n", "v": "\v", "f": "\f", "r": "\r", "e": "\x1b", "N": "\x85", "_": "\xa0",
            "L": "\u2028", "P": "\u2029"}


class Unread(Exception):
    """The block is not what is read here; its text stays as it is."""


class Property:
    def __init__(self, key, value, lines):
        self.key, self.value, self.lines = key, value, lines

    @property
    def items(self):
        """The value as a list; None where it was not understood."""
        return [self.value] if isinstance(self.value, str) else self.value


def split(text):
    if not text.startswith("---"):
        return None, text
    lines = text[:IMPORT_FRONT_MATTER_CHARACTERS].split("\n")
    if lines[0].rstrip() != "---":
        return None, text
    taken = len(lines[0]) + 1
    for number, line in enumerate(lines[1:], 1):
        taken += len(line) + 1
        if line.rstrip() in ("---", "..."):
            return lines[1:number], text[taken:].removeprefix("\n")
    return None, text


def remaining(properties):
    return "\n".join(line for one in properties for line in one.lines)


def read(lines):
    properties, at = [], 0
    while at < len(lines):
        line = lines[at]
        if not line.strip() or line.startswith("#"):
            at += 1
            continue
        match = _KEY.match(line)
        if not match:
            raise Unread
        end = at + 1
        # A value goes on over indented lines, empty ones among them, and over «- » at the margin.
        while end < len(lines) and (lines[end].startswith((" ", "\t", "- ")) or lines[end].rstrip() == "-" or not lines[end].strip()):
            end += 1
        while end > at + 1 and not lines[end - 1].strip():
            end -= 1
        rest, more = line[match.end():], lines[at + 1:end]
        double, single, plain = match.groups()
        key = _unescaped(double) if double is not None else single.replace("''", "'") if single is not None else plain.strip()
        # A quoted or listed value may go on at the margin; the lines up to its end are its own.
        if rest[:1] in ("[", '"', "'"):
            whole = "\n".join([rest, *lines[at + 1:]])
            closed = _end_of(whole, 0)
            if closed is None:
                raise Unread
            end = max(end, at + 1 + whole.count("\n", 0, closed))
            more = lines[at + 1:end]
        properties.append(Property(key, _value(rest, more), lines[at:end]))
        at = end
    return properties


def _end_of(text, at):
    """Where the quoted scalar or flow list that begins at `at` ends; None if it does not. Linear."""
    if text[at] == "[":
        depth = 0
        while at < len(text):
            if text[at] in "\"'" and text[at - 1] in "[, \n\t":
                at = _end_of(text, at)
                if at is None:
                    return None
                continue
            depth += {"[": 1, "]": -1}.get(text[at], 0)
            at += 1
            if not depth:
                return at
        return None
    match = (re.compile(r'"(?:[^"\\]|\\.)*+"', re.S) if text[at] == '"' else re.compile(r"'(?:[^']|'')*+'")).match(text, at)
    return match.end() if match else None


def _value(rest, more):
    """A text, a list of texts, or None where it is something else."""
    rest = rest.strip()
    block = _BLOCK.match(rest)
    if block:
        return _block(block[1], block[2], more)
    if rest.startswith("#"):
        rest = ""
    filled = [line for line in more if line.strip() and not line.lstrip().startswith("#")]
    if not rest and filled and (filled[0].lstrip() + " ").startswith("- "):
        return _listed(more)
    if not rest and filled and _KEY.match(filled[0].strip()):
        return None
    return _flow("\n".join([rest, *more]).strip())


def _listed(lines):
    """A list of texts, one a «- », each over as many lines as are indented deeper."""
    first = next(line for line in lines if line.strip())
    margin = len(first) - len(first.lstrip())
    items = []
    for line in lines:
        indent = len(line) - len(line.lstrip())
        if not line.strip() or items and indent > margin:
            if items:
                items[-1][1].append(line)
        elif indent == margin and (line.strip() + " ").startswith("- "):
            items.append((line.strip()[1:].strip(), []))
        elif not line.lstrip().startswith("#"):
            return None
    values = []
    for rest, more in items:
        # An indentation that is told counts from the list, which is more than is followed here.
        if _KEY.match(rest) and rest[:1] not in ("'", '"') or (rest + " ").startswith("- ") or re.match(r"[|>].?[1-9]", rest):
            return None
        value = _value(rest, more)
        if not isinstance(value, str):
            return None
        values.append(value)
    return values


def _flow(text):
    """A scalar or a list in brackets, which may stand over several lines."""
    if not text:
        return ""
    if text[0] in "\"'[":
        end = _end_of(text, 0)
        if end is None or text[end:].strip() and not text[end:].lstrip().startswith("#"):
            return None
        if text[0] == "[":
            return _bracketed(text[1:end - 1])
        inner = text[1:end - 1]
        return _unescaped(inner) if text[0] == '"' else _folded(inner).replace("''", "'")
    if text[0] in "{&*!%@`|>" or text.startswith("? "):
        return None
    # A plain scalar; « #» begins a comment, and «: » would make it a mapping.
    text = _folded(re.sub(r"(?:(?<=\s)|^)#.*", "", text)).strip()
    return None if ": " in text or text.endswith(":") else text


def _bracketed(text):
    items, at = [], 0
    while at < len(text):
        while at < len(text) and text[at] in " \n\t":
            at += 1
        if at >= len(text):
            break
        if text[at] in "\"'":
            end = _end_of(text, at)
            value = _flow(text[at:end]) if end else None
        else:
            end = at
            while end < len(text) and text[end] not in ",[]{}":
                end += 1
            value = _flow(text[at:end].strip())
        while end is not None and end < len(text) and text[end] in " \n\t":
            end += 1
        if value is None or end < len(text) and text[end] != ",":
            return None
        if value:
            items.append(value)
        at = end + 1
    return items


def _folded(text):
    """Line ends as YAML folds them: one is a space, more are as many less one."""
    return re.sub(r"[ \t]*\n\s*", lambda found: "\n" * (found[0].count("\n") - 1) or " ", text)


def _unescaped(text):
    """What stands between double quotes: escapes, and line ends that are folded unless a backslash takes them away."""
    def character(found):
        mark = found[1]
        if mark is None:
            return _folded(found[0])
        if mark[0] == "\n":
            return ""
        if mark[0] in "xuU" and len(mark) > 1:
            number = int(mark[1:], 16)
            return chr(number) if number < 0x110000 else "\ufffd"
        return _ESCAPES.get(mark, mark)

    return re.sub(r"\\(x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|\n[ \t]*|.)|[ \t]*\n\s*", character, text, flags=re.S)


def _block(style, indicators, lines):
    if "+" in indicators:
        # Empty lines at its end would count; a note's property has none to keep.
        return None
    indent = next((int(mark) for mark in indicators if mark.isdigit()), 0)
    if not indent:
        first = next((line for line in lines if line.strip()), "")
        indent = len(first) - len(first.lstrip(" "))
    lines = [line[indent:] if line.strip() else "" for line in lines]
    while lines and not lines[-1]:
        lines.pop()
    text = "\n".join(lines) if style == "|" else _folded_lines(lines)
    return text if "-" in indicators or not text else text + "\n"


def _folded_lines(lines):
    """«>»: a line end is a space, but where a line is indented deeper, on either side; an empty line is a line end."""
    text, empty, before = "", 0, None
    for line in lines:
        if not line:
            empty += 1
            continue
        deeper = line[0] in " \t" or before is not None and before[0] in " \t"
        text += "\n" * empty if before is None else "\n" * (empty + 1) if deeper else "\n" * empty or " "
        text += line
        empty, before = 0, line
    return text
