"""Reads what is typed into the search box: words, «"phrases"», and operators.

Offers ``parse(text)`` -> ``Query``.

    >>> query = parse('roof "north wall" tag:house before:2025-03 -lease')
    >>> query.words, query.phrases, query.tags, query.before, query.without
    (['roof'], ['north wall'], ['house'], 20250301, ['lease'])

Operators: ``tag:``, ``before:``, ``after:``, ``lang:``, and ``-`` before a word, a phrase or an operator. What is no
operator is a word, so that every text is a search. A date is a year, a month or a day, as in 2025, 2025-03 or 2025-03-09;
«before» is before its beginning, «after» from its beginning on.
"""

import re

from app.engine.terms import fold

# Characters of a query that are read, and its words: nobody types more, a pasted page is cut.
LONGEST_QUERY = 1000
MOST_WORDS = 32

_PART = re.compile(r'(?P<minus>-(?=[^\s-]))?(?:(?P<name>tag|before|after|lang|language):)?(?:"(?P<phrase>[^"]*)(?:"|\Z)|(?P<word>[^\s"]+))?',
                   re.IGNORECASE)
_DATE = re.compile(r"(\d{4})(?:[-/.](\d{1,2})(?:[-/.](\d{1,2}))?)?\Z")


class Query:
    """``words``, ``phrases``: what is looked for; ``tags``, ``before``, ``after`` (days as numbers, 20250309, or 0) and ``language``:
    what a note must have; ``without``, ``without_tags``: what it must not. ``problems``: sentences about what was not understood.
    ``typing``: the last word may go on."""

    def __init__(self):
        self.words, self.phrases, self.tags, self.without, self.without_tags = [], [], [], [], []
        self.before = self.after = 0
        self.language, self.typing, self.problems = "", False, []

    @property
    def asks(self):
        """Whether there is anything to look for by words or meaning."""
        return bool(self.words or self.phrases)

    @property
    def filters(self):
        return bool(self.tags or self.before or self.after or self.language or self.without or self.without_tags)


def parse(text):
    """Return the ``Query`` that ``text`` says. Any string."""
    text = text[:LONGEST_QUERY]
    query, count = Query(), 0
    for match in _PART.finditer(text):
        value = match["phrase"] if match["phrase"] is not None else match["word"] or ""
        name, minus = (match["name"] or "").lower(), bool(match["minus"])
        if not value.strip() or count == MOST_WORDS:
            continue
        count += 1
        if name:
            _operator(query, name, minus, value)
        elif minus:
            query.without.append(value)
        elif match["phrase"] is not None:
            query.phrases.append(value)
        else:
            query.words.append(value)
            query.typing = match.end() == len(text)
    return query


def _operator(query, name, minus, value):
    if name == "tag":
        (query.without_tags if minus else query.tags).append(fold(value.lstrip("#")))
    elif name in ("lang", "language"):
        query.language = fold(value)
    else:
        day = _day(value)
        if not day:
            query.problems.append(f"«{name}:» wants a date such as 2025, 2025-03 or 2025-03-09, not «{value}».")
        elif (name == "before") != minus:
            query.before = min(query.before or day, day)
        else:
            query.after = max(query.after, day)


def _day(text):
    """Return the first day of a year, month or day as a number (20250309), 0 where it is none."""
    match = _DATE.match(text)
    if not match:
        return 0
    year, month, day = int(match[1]), int(match[2] or 1), int(match[3] or 1)
    return year * 10000 + month * 100 + day if 1 <= month <= 12 and 1 <= day <= 31 else 0
