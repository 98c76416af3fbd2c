"""HTML as Markdown, as far as notes have it: headings, paragraphs, emphasis, links, pictures, lists with boxes, quotes, code, simple tables.

    markdown(html, link=None) -> (text, what was left out or "")
    title_of(html)

`link(picture, label, address)` returns the Markdown for a picture, or for a link that leads not into the web, or None. Nothing is obeyed: scripts,
styles, forms and frames are left out with what is in them, links keep web, mail and telephone addresses only. What is text in HTML is text in
the result; it is escaped when it is shown (docs/adr/0006). The parser is Python's, which goes on where HTML is broken; depth does not matter.
"""

import re
from html import unescape
from html.parser import HTMLParser

from app.everywhere.errors import BadArchive
from app.everywhere.limits import IMPORT_HTML_CHARACTERS, IMPORT_NESTING
from app.porter.found import in_brackets

_LEFT_OUT = ("script", "style", "head", "title", "iframe", "object", "embed", "form", "template", "noscript", "svg", "math", "select", "textarea", "button")
_MARKS = {"b": "**", "strong": "**", "i": "*", "em": "*", "s": "~~", "del": "~~", "strike": "~~", "code": "`"}
_BLOCKS = ("p", "div", "section", "article", "header", "footer", "main", "table", "figure", "dl", "dt", "dd", "address", "details", "summary", "html", "body")
_ADDRESS = re.compile(r"(?:https?://|mailto:|tel:)[^\s<>]+", re.I)


class _Reader(HTMLParser):
    def __init__(self, link):
        super().__init__(convert_charrefs=True)
        self.link = link
        self.out = []
        self.left_out = {}
        self.skipping, self.skipped_depth = "", 0
        self.lists = []
        self.quotes = 0
        self.pre = 0
        self.open_link = None
        self.cells = None

    def block(self, lines=2):
        """Begins a new line, or a new paragraph, unless one has just begun."""
        while self.out and self.out[-1] == " ":
            self.out.pop()
        while self.out and self.out[-1] in ("\n", "\n\n"):
            lines = max(lines, len(self.out.pop()))
        if self.out:
            self.out.append("\n" * min(lines, 2))

    def handle_starttag(self, tag, attributes):
        values = {name: value or "" for name, value in attributes}
        if tag in _LEFT_OUT and tag not in ("head", "title", "style"):
            self.left_out.setdefault(tag)
        if self.skipping:
            self.skipped_depth += tag == self.skipping
        elif tag in _LEFT_OUT:
            self.skipping, self.skipped_depth = tag, 1
        elif tag in ("h1", "h2", "h3", "h4", "h5", "h6"):
            self.block()
            self.out.append("#" * int(tag[1]) + " ")
        elif tag in _BLOCKS:
            self.block(1 if tag in ("div", "summary", "dt", "dd") else 2)
        elif tag == "br":
            self.out.append("\n")
        elif tag == "hr":
            self.block()
            self.out.append("---")
            self.block()
        elif tag == "pre":
            self.block()
            self.out.append("```\n")
            self.pre += 1
        elif tag in _MARKS and not self.pre:
            self.out.append(_MARKS[tag])
        elif tag == "a":
            # There are no links within links: one that was not closed ends here.
            self.open_link = (len(self.out), values.get("href", ""))
        elif tag == "img":
            made = self.link(True, values.get("alt", ""), values.get("src", "")) if self.link else None
            self.out.append(made or (f"[{in_brackets(values.get('alt', '') or 'picture')}]" if values.get("src") else ""))
        elif tag in ("ul", "ol"):
            self.block(1 if self.lists else 2)
            self.lists.append([tag, 0])
        elif tag == "li":
            self.block(1)
            kind = self.lists[-1] if self.lists else ["ul", 0]
            kind[1] += 1
            done = {"checked": "[x] ", "done": "[x] ", "unchecked": "[ ] "}.get(values.get("class", values.get("data-checked", "")), "")
            indent = "    " * min(max(len(self.lists) - 1, 0), IMPORT_NESTING)
            self.out.append(indent + (f"{kind[1]}. " if kind[0] == "ol" else "- ") + done)
        elif tag == "input" and values.get("type", "").lower() == "checkbox":
            self.out.append("[x] " if "checked" in values else "[ ] ")
        elif tag == "blockquote":
            self.block()
            self.quotes = min(self.quotes + 1, IMPORT_NESTING)
            self.out.append("> " * self.quotes)
        elif tag == "tr":
            self.block(1)
            self.cells = 0
        elif tag in ("td", "th"):
            self.out.append(" | " if self.cells else "")
            self.cells = (self.cells or 0) + 1

    def handle_startendtag(self, tag, attributes):
        self.handle_starttag(tag, attributes)
        self._skipped_until(tag)

    def handle_endtag(self, tag):
        if self.skipping:
            self._skipped_until(tag)
        elif tag in _MARKS and not self.pre:
            self.out.append(_MARKS[tag])
        elif tag == "pre" and self.pre:
            self.pre -= 1
            self.block(1)
            self.out.append("```")
            self.block()
        elif tag == "a" and self.open_link:
            (at, address), self.open_link = self.open_link, None
            label = "".join(self.out[at:])
            made = None
            if _ADDRESS.fullmatch(address) and label.strip() and "\n" not in label.strip():
                made = f"<{address}>" if label.strip() == address else f"[{in_brackets(label)}]({address.replace('(', '%28').replace(')', '%29')})"
            elif self.link and address:
                made = self.link(False, label, address)
            if made and len(self.out) >= at:
                self.out[at:] = [made]
        elif tag in ("ul", "ol") and self.lists:
            self.lists.pop()
            self.block(1 if self.lists else 2)
        elif tag == "blockquote" and self.quotes:
            self.quotes -= 1
            self.block()
        elif tag in _BLOCKS or tag[:1] == "h" and tag[1:].isdigit():
            self.block(1 if tag == "div" else 2)

    def _skipped_until(self, tag):
        if tag == self.skipping:
            self.skipped_depth -= 1
            if not self.skipped_depth:
                self.skipping = ""

    def handle_data(self, data):
        if self.skipping:
            return
        if not self.pre:
            data = re.sub(r"\s+", " ", data)
            if not self.out or self.out[-1].endswith(("\n", " ")):
                data = data.lstrip()
            if not data:
                return
        self.out.append(data)


def markdown(html, link=None):
    if len(html) > IMPORT_HTML_CHARACTERS:
        raise BadArchive(f"It is HTML of more than {IMPORT_HTML_CHARACTERS // 1_000_000} million characters, which is not turned into a note.")
    reader = _Reader(link)
    try:
        reader.feed(html)
        reader.close()
    except AssertionError:
        # Python's parser asserts on some broken declarations; what it read up to there is kept.
        reader.left_out["broken HTML"] = 1
    text = "".join(reader.out)
    text = re.sub(r"(?<=[^ \n]) +\n", "\n", text)
    text = re.sub(r"(\*\*|~~)\1", "", re.sub(r"\n{3,}", "\n\n", text)).strip("\n")
    return text, f"Left out of its HTML: {', '.join(sorted(reader.left_out))}." if reader.left_out else ""


def title_of(html):
    """What its title element says, or ""."""
    match = re.search(r"<title[^<>]*>([^<]*)", html[:20_000], re.I)
    return " ".join(unescape(match[1]).split()) if match else ""
