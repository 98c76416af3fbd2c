"""Step 3: reads the notes that were written to teach from, in which names, addresses and places are marked.

Offers ``read()`` -> ``[(language, text, spans)]``, as ``label`` gives them.

The notes are in ``notes/<language>.txt``, one a line, written for Carryon by a language model that was told what is
hard (MIT, like all of this). ``{Ada}`` is a name, ``<12 Mill Lane, Bath>`` an address, ``[Bath]`` a place.
"""

import re
from pathlib import Path

FOLDER = Path(__file__).resolve().parent / "notes"
KINDS = {"{": "name", "<": "address", "[": "place"}
_MARKED = re.compile(r"\{([^{}]+)\}|<([^<>]+)>|\[([^\[\]]+)\]")


def read():
    """Return every note: its language, its text without the marks, and its spans ``[start, end, kind]``."""
    return [(path.stem, *unmarked(line)) for path in sorted(FOLDER.glob("*.txt"))
            for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def unmarked(line):
    """Return ``(text, spans)`` of a marked line. ``[ ]`` and ``[x]``, which begin a task, are no marks."""
    text, spans, last = "", [], 0
    for match in _MARKED.finditer(line):
        value = next(group for group in match.groups() if group is not None)
        if value in (" ", "x"):
            continue
        text += line[last:match.start()]
        spans.append([len(text), len(text) + len(value), KINDS[match.group()[0]]])
        text += value
        last = match.end()
    return text + line[last:], spans
