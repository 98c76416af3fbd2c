"""Step 1: reads the sources into one form, a list of documents.

Offers

- ``SOURCES``: the sources by name, each with its licence and how to read it.
- ``read(data)``: every source's documents, from the folder ``data``.
- ``clean(text)``: an utterance as training sees it.

A document is the smallest thing that must not be torn apart by the split: a conversation
where the source marks conversations, else a block of neighbouring lines. It is a
``Document(source, key, writers, lines)``; ``lines`` are ``(writer, text)`` in order.
"""

import hashlib
import importlib.util
import json
import lzma
import re
from collections import namedtuple
from pathlib import Path

from app.engine import words

Document = namedtuple("Document", "source key writers lines")

# Lines per block where a source does not mark its conversations. About fifty
# conversations: few enough borders that a conversation cut by one does not matter, and the
# split leaves the border lines out as well.
BLOCK_LINES = 1000

_QUOTES = str.maketrans({"\u2018": "'", "\u2019": "'", "\u00b4": "'", "\u201c": '"', "\u201d": '"',
                         "\u00a0": " ", "\u200b": " "})
_CONTRACTION = re.compile(r"(?<![\w'])(" + "|".join(words.CONTRACTIONS) + r")(?![\w'])", re.IGNORECASE)
_LONE_I = re.compile(r"(?<![\w'.])i(?=[\s,!?;]|'[mvdl]|$)")
_DRAWL = re.compile(r"(\w)\1{2,}")  # "soooo" is "soo" to the counts: one rare word, not twenty


def _expand(match):
    typed, full = match.group(), words.CONTRACTIONS[match.group().lower()]
    if typed[0].isupper() or full.startswith("i'"):
        return full[0].upper() + full[1:]
    return full


def clean(text):
    """Return one utterance with straight quotes, spelled contractions and "I" in capitals.

    People write "im" and "dont" in chats; a notebook should suggest "I'm" and "don't".
    """
    text = " ".join(text.translate(_QUOTES).split())
    return _LONE_I.sub("I", _CONTRACTION.sub(_expand, _DRAWL.sub(r"\1\1", text)))


def _lines(path):
    with lzma.open(path, "rt", encoding="utf-8") as file:
        return [line.rstrip("\n") for line in file]


def _blocks(source, path):
    lines = _lines(path)
    for start in range(0, len(lines), BLOCK_LINES):
        block = [("", clean(line)) for line in lines[start:start + BLOCK_LINES]]
        yield Document(source, f"{source}:{start // BLOCK_LINES}", (), block)


def _chitchat(source, _path):
    # PyPI; in requirements-models.txt. Its own reader leaves the file open, so it is not used.
    spec = importlib.util.find_spec("chitchat_dataset")
    if spec is None:
        raise ModuleNotFoundError("training needs the package chitchat-dataset (requirements-models.txt)")
    packed = (Path(spec.submodule_search_locations[0]) / "dataset.json").read_text(encoding="utf-8")
    for key, conversation in json.loads(packed).items():
        said = [(message["sender"], clean(message["text"]))
                for turn in conversation["messages"] for message in turn]
        yield Document(source, f"{source}:{key}", tuple(sorted({who for who, _ in said})), said)


def _tatoeba(source, path):
    """One sentence a document: sentences are unrelated, and the same one repeats in many pairs."""
    english = sorted({clean(line.split("\t")[2]) for line in _lines(path) if line.count("\t") >= 2})
    for sentence in english:
        digest = hashlib.sha256(sentence.lower().encode()).hexdigest()[:12]
        yield Document(source, f"{source}:{digest}", (), [("", sentence)])


# name -> (licence, file in DATA or None for a PyPI package, reader)
SOURCES = {
    "self-dialogue": ("BSD-3-Clause", "self-dialogue.en.txt.xz", _blocks),
    "topical-chat": ("CDLA-Sharing-1.0", "topical-chat.en.txt.xz", _blocks),
    "persona-chat": ("CC-BY-4.0", "persona-chat.en.txt.xz", _blocks),
    "chitchat": ("MIT", None, _chitchat),
    "tatoeba": ("CC-BY-2.0-FR", "tatoeba.tsv.xz", _tatoeba),
}


def read(data):
    """Return every source's documents from the folder ``data``.

    Raises ``FileNotFoundError`` naming the file when a source is absent.
    """
    documents = []
    for source, (_licence, file, reader) in SOURCES.items():
        path = Path(data) / file if file else None
        if path and not path.exists():
            raise FileNotFoundError(f"training data is missing: {path} (set DATA to the folder that holds it)")
        documents += reader(source, path)
    return documents
