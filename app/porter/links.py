"""Markdown as far as importing needs it: where its links are, and which words are tags. Code is left alone, as Markdown does.

    rewritten(text, link, wiki)    `text` with each link replaced by what `link(picture, label, target)` or `wiki(embedded, target)` returns;
                                   None leaves it as it is
    tags_in(text) -> [tag]         #words, as Obsidian reads them

Linear in the length of the text, however it is made: no pattern here can be led to try again (they are possessive), and each line is read once.
"""

import html
import re

_FENCE = re.compile(r" {0,3}(?:> ?)*(`{3,}|~{3,})")
_TICKS = re.compile("`+")
_LABEL = r"\[((?:[^\[\]\\]|\\.|\[[^\[\]]*+\])*+)\]"
_TARGET = r"\(\s*+(?:<([^<>]*+)>|((?:[^\s()<]|\([^\s()]*+\))(?:[^\s()]|\([^\s()]*+\))*+))(?:\s++(?:\"[^\"]*+\"|'[^']*+'))?\s*+\)"
_LINK = re.compile(
    r"(?P<wiki>!?\[\[[^\[\]]++\]\])"
    rf"|(?P<link>(!?){_LABEL}{_TARGET})"
    r"|(?P<image><img\b[^<>]*+>)"
    r"|(?P<definition>^ {0,3}\[([^\[\]]++)\]:[ \t]++(\S++))")
_ATTRIBUTE = re.compile(r"""\b(src|alt)\s*+=\s*+(?:"([^"]*+)"|'([^']*+)'|([^\s"'>]++))""", re.I)

# What a tag may hold: no white space, no punctuation of ASCII or of Unicode's general and CJK blocks but - _ and /.
_TAG = re.compile(r"(?:(?<=\s)|^)#([^\s!-,.:-@\[-^`{-~\u2000-\u206f\u2e00-\u2e7f\u3000-\u303f]++)")


def _pieces(text):
    """(a piece of `text`, whether it is code), in order and together the whole of it. A piece is never longer than a line."""
    fence = ""
    for line in text.splitlines(keepends=True):
        match = _FENCE.match(line)
        if fence:
            if match and match[1].startswith(fence) and not line[match.end():].strip("`~ \t\n"):
                fence = ""
            yield line, True
        elif match and not (match[1][0] == "`" and "`" in line[match.end():]):
            fence = match[1]
            yield line, True
        elif "`" in line:
            yield from _spans(line)
        else:
            yield line, False


def _spans(line):
    """The same for one line with code spans: a run of backticks and the next of the same length."""
    runs = [(match.start(), match.end()) for match in _TICKS.finditer(line)]
    closing, partner = {}, [None] * len(runs)
    for number in range(len(runs) - 1, -1, -1):
        length = runs[number][1] - runs[number][0]
        partner[number] = closing.get(length)
        closing[length] = number
    at = number = 0
    while number < len(runs):
        if partner[number] is None:
            number += 1
            continue
        yield line[at:runs[number][0]], False
        yield line[runs[number][0]:runs[partner[number]][1]], True
        at = runs[partner[number]][1]
        number = partner[number] + 1
    yield line[at:], False


def rewritten(text, link, wiki=None):
    def replacement(match):
        if match["wiki"]:
            embedded = match[0][0] == "!"
            new = wiki(embedded, match[0].strip("![]")) if wiki else None
        elif match["link"]:
            target = match[5] if match[5] is not None else match[6]
            new = link(bool(match[3]), match[4], target)
        elif match["image"]:
            attributes = {name.lower(): html.unescape(a or b or c) for name, a, b, c in _ATTRIBUTE.findall(match[0])}
            new = link(True, attributes.get("alt", ""), attributes.get("src", ""))
        else:
            made = link(False, match[9], match[10])
            target = re.search(r"\((attachment:#\d+)\)$", made or "")
            new = f"[{match[9]}]: {target[1]}" if target else None
        return match[0] if new is None else new

    return "".join(piece if code else _LINK.sub(replacement, piece) for piece, code in _pieces(text))


def tags_in(text):
    tags = {}
    for piece, code in _pieces(text):
        if not code and "#" in piece:
            for tag in _TAG.findall(piece):
                tag = tag.strip("/")
                if tag and not tag.replace("/", "").isdigit():
                    tags.setdefault(tag)
    return list(tags)
