"""Step 1: chooses the sentences that the teacher labels.

Offers

- ``gather(data)``: ``{"train", "held_out"}``, each a list of ``(language, sentence)``.
- ``everything(data)``: every utterance that may be trained on, to count words in.

Names are rare in chats, so a sentence that might hold one (a capital inside it, a word of the
name lists, a number) is taken more often than one that can't. Topical-Chat is held out as a
whole source: no sentence of it is trained on.
"""

import csv
import importlib.util
import json
import lzma
import random
import re
from pathlib import Path

# Sentences by source, at most: what likely holds a name or an address, and what doesn't.
PICKED = {
    "self-dialogue": (10_000, 3_000),
    "chitchat": (8_000, 3_000),
    "persona-chat": (3_000, 1_500),
    "goemotions": (8_000, 3_000),
    "tatoeba-en": (5_000, 2_000),
    "tatoeba-de": (1_000, 1_000),
    "tatoeba-fr": (1_000, 1_000),
    "tatoeba-es": (1_000, 1_000),
}
HELD_OUT = {"topical-chat": (700, 300)}

# Sentences longer than this, in characters, are left out: the teacher's time grows with them.
LONGEST = 220
SHORTEST = 12

_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[\"'“«¿¡A-ZÀ-ÖØ-Þ])")
# A capital inside the sentence that is not the pronoun "I", or a digit.
_LIKELY = re.compile(r"(?<=[a-zà-ÿ,;:] )(?!I\b)[A-ZÀ-ÖØ-Þ]|\d")


def _lines(path):
    with lzma.open(path, "rt", encoding="utf-8", newline="\n") as file:
        return [line.rstrip("\n") for line in file]


def _utterances(data):
    """Yield ``(source, text)`` of every source."""
    for source in ("self-dialogue", "topical-chat", "persona-chat"):
        for line in _lines(data / f"{source}.en.txt.xz"):
            yield source, line
    # Only its training part: the others are nobody's business here.
    for row in csv.reader(_lines(data / "goemotions-train.tsv.xz"), delimiter="\t", quoting=csv.QUOTE_NONE):
        if "[NAME]" not in row[0]:  # its names were masked
            yield "goemotions", row[0]
    spec = importlib.util.find_spec("chitchat_dataset")
    packed = (Path(spec.submodule_search_locations[0]) / "dataset.json").read_text(encoding="utf-8")
    for conversation in json.loads(packed).values():
        for turn in conversation["messages"]:
            for message in turn:
                yield "chitchat", message["text"]
    english = set()
    for line in _lines(data / "tatoeba.tsv.xz"):
        code, sentence, translation = line.split("\t")[:3]
        english.add(translation)
        if code in ("deu", "fra", "spa"):
            yield "tatoeba-" + {"deu": "de", "fra": "fr", "spa": "es"}[code], sentence
    for sentence in sorted(english):
        yield "tatoeba-en", sentence


def everything(data):
    """Yield every utterance of the sources that are trained on."""
    for source, text in _utterances(Path(data)):
        if source not in HELD_OUT:
            yield text


def phrases():
    """Return everyday sentences without names, written for Carryon, as ``(language, sentence)``."""
    folder = Path(__file__).resolve().parents[1] / "completion_languages" / "phrases"
    return [(language, line.strip()) for language in ("de", "fr", "es")
            for line in (folder / f"{language}.txt").read_text(encoding="utf-8").splitlines() if line.strip()]


def gather(data, seed=1):
    """Return the chosen sentences of the folder ``data``; the same seed chooses the same."""
    pools = {source: ([], []) for source in (*PICKED, *HELD_OUT)}
    seen = set()
    for source, text in _utterances(Path(data)):
        for sentence in _SENTENCE_END.split(" ".join(text.split())):
            if SHORTEST <= len(sentence) <= LONGEST and sentence not in seen:
                seen.add(sentence)
                pools[source][0 if _LIKELY.search(sentence) else 1].append(sentence)
    chosen = {"train": [], "held_out": []}
    for part, picked in (("train", PICKED), ("held_out", HELD_OUT)):
        for source, counts in picked.items():
            language = source[-2:] if source.startswith("tatoeba") else "en"
            for pool, count in zip(pools[source], counts):
                for sentence in random.Random(seed).sample(pool, min(count, len(pool))):
                    chosen[part].append((language, sentence))
    return chosen
