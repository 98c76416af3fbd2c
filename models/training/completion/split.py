"""Step 2: splits documents into training, development and test, never by line.

Offers ``split(documents)``, ``sentences(line)`` and ``is_diary_like(sentence)``, and as a command

    python -m models.training.completion.split OUT

the training text, written to the file OUT: the bench's peer learns from exactly that.

- Blocks, conversations and single sentences go whole to one side, by a hash of their key:
  the same document is always on the same side, whatever else is read.
- Some chat writers are held out entirely, with every conversation they took part in: they
  stand for the app's user, whom no model has read.
"""

import hashlib
import os
import re
import sys
from collections import Counter
from pathlib import Path

# Shares of the documents, in percent, kept for tuning and for the final figures.
DEVELOPMENT_PERCENT = 2
TEST_PERCENT = 2

# Lines left out at both ends of a test block: a conversation cut by the block's border has
# its other half in training.
GUARD_LINES = 40

# Writers held out: as many as this, among those who wrote this many messages, this many of
# them diary-like. Each must leave 1,300 sentences to learn from and some to be tested on,
# yet not be in so many conversations that training loses much.
HELD_OUT_WRITERS = 5
WRITER_MESSAGES = (1400, 3800)
WRITER_DIARY_LIKE = 300

_FIRST_PERSON = re.compile(r"(?<![\w'])(I|I'm|I've|I'd|I'll|me|my|myself|mine)(?![\w'])")
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z])")
_ASCII_PROSE = re.compile(r"^[A-Z][A-Za-z ,.'!?-]{24,178}[.!?]$")


def _bucket(key):
    return int(hashlib.sha256(key.encode()).hexdigest()[:8], 16) % 1000 / 10


def sentences(line):
    """Return an utterance as its sentences, cut where a full stop meets a capital."""
    return [part.strip() for part in _SENTENCE.split(line) if part.strip()]


def is_diary_like(sentence):
    """True for a sentence as a notebook might hold it: a statement in the first person.

    Plain ASCII prose of 6 to 32 words that starts with a capital, ends with a mark other
    than a question mark, speaks of I, me or my, and does not address anybody as "you".
    """
    return bool(_ASCII_PROSE.match(sentence) and not sentence.endswith("?")
                and 6 <= len(sentence.split()) <= 32 and _FIRST_PERSON.search(sentence)
                and not re.search(r"\b(you|your|you're|u)\b", sentence, re.IGNORECASE))


def held_out_writers(documents):
    """Return the writers to hold out, by a hash of their name so that nobody chooses."""
    written = Counter(who for document in documents for who, _ in document.lines if who)
    diary = Counter(who for document in documents for who, line in document.lines
                    if who for sentence in sentences(line) if is_diary_like(sentence))
    fit = [who for who, count in written.items()
           if WRITER_MESSAGES[0] <= count <= WRITER_MESSAGES[1] and diary[who] >= WRITER_DIARY_LIKE]
    return sorted(fit, key=_bucket)[:HELD_OUT_WRITERS]


def split(documents):
    """Return ``{"train", "development", "test", "writers"}``, each a list of documents.

    ``writers`` holds every conversation with a held-out writer; it serves the measure of
    what learning from one's own notes brings, and is in none of the others.
    """
    apart = set(held_out_writers(documents))
    parts = {"train": [], "development": [], "test": [], "writers": []}
    for document in documents:
        if apart.intersection(document.writers):
            parts["writers"].append(document)
            continue
        bucket = _bucket(document.key)
        if bucket < TEST_PERCENT:
            part = "test"
        elif bucket < TEST_PERCENT + DEVELOPMENT_PERCENT:
            part = "development"
        else:
            parts["train"].append(document)
            continue
        if len(document.lines) > 2 * GUARD_LINES:
            document = document._replace(lines=document.lines[GUARD_LINES:-GUARD_LINES])
        parts[part].append(document)
    return parts


def write_training_text(path):
    """Write the training part as a text, one utterance a line."""
    from models.training.completion import prepare_text

    parts = split(prepare_text.read(os.environ.get("DATA", "../shared/data")))
    with open(path, "w", encoding="utf-8") as file:
        for document in parts["train"]:
            for _, line in document.lines:
                file.write(line + "\n")


if __name__ == "__main__":
    write_training_text(Path(sys.argv[1]))
