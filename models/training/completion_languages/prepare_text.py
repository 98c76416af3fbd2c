"""Step 1: reads the text there is, sentence by sentence and source by source.

Offers ``read(language, data)`` -> ``{source: [sentence]}``, ``halve(sentences)`` and, as a command

    python -m models.training.completion_languages.prepare_text LANGUAGE OUT

the text of one language, written to the file OUT: the bench's peer learns from exactly that.
"""

import hashlib
import importlib.util
import lzma
import os
import re
import sys
from pathlib import Path

# Codes of the languages in Tatoeba, and the folders of the chatterbot corpus.
TATOEBA = {"de": "deu", "fr": "fra", "es": "spa", "ja": "jpn"}
CHATTERBOT = {"de": "german", "fr": "french", "es": "spanish", "ja": "japanese"}

# Of Tatoeba's sentences this share (percent, by a hash of the sentence) may be tuned on; the rest is for figures.
DEVELOPMENT_PERCENT = 30

_QUOTES = str.maketrans({"\u2018": "'", "\u2019": "'", "\u00b4": "'", "\u00a0": " ", "\u202f": " ", "\u200b": " "})


def clean(text):
    """Return a sentence with straight apostrophes and single spaces."""
    return " ".join(text.translate(_QUOTES).split())


def tatoeba(language, data):
    """Return Tatoeba's sentences of ``language``, each once."""
    path = Path(data) / "tatoeba.tsv.xz"
    if not path.exists():
        raise FileNotFoundError(f"training data is missing: {path} (set DATA to the folder that holds it)")
    with lzma.open(path, "rt", encoding="utf-8") as file:
        rows = (line.rstrip("\n").split("\t") for line in file)
        return sorted({clean(row[1]) for row in rows if len(row) == 3 and row[0] == TATOEBA[language]})


def halve(sentences):
    """Return ``(development, test)`` of Tatoeba's sentences, by a hash of each."""
    parts = [], []
    for sentence in sentences:
        bucket = int(hashlib.sha256(sentence.lower().encode()).hexdigest()[:8], 16) % 100
        parts[bucket >= DEVELOPMENT_PERCENT].append(sentence)
    return parts


def chatterbot(language):
    """Return what is said in the chatterbot corpus (BSD-3-Clause; PyPI)."""
    spec = importlib.util.find_spec("chatterbot_corpus")
    if spec is None:
        raise ModuleNotFoundError("training needs the package chatterbot-corpus (requirements-models.txt)")
    found = []
    for path in sorted((Path(spec.submodule_search_locations[0]) / "data" / CHATTERBOT[language]).glob("*.yml")):
        told = path.read_text(encoding="utf-8").partition("conversations:")[2]
        found += [clean(line.strip().lstrip("- ").strip("\"'")) for line in told.splitlines() if line.strip().startswith("-")]
    return [line for line in found if line]


def phrases(language):
    """Return the everyday sentences composed for this project (MIT; in the folder ``phrases``)."""
    path = Path(__file__).parent / "phrases" / f"{language}.txt"
    return [clean(sentence) for line in path.read_text(encoding="utf-8").splitlines() if line.strip() for sentence in expand(line)]


def expand(line):
    """Return the sentences of a line such as "I am {tired|happy}.": as many as its longest choice has.

    Every alternative comes up, not every combination: a line must not outweigh what was written out.
    """
    parts = re.split(r"\{([^}]*)\}", line)
    choices = [part.split("|") for part in parts[1::2]]
    return ["".join(part if place % 2 == 0 else choices[place // 2][number % len(choices[place // 2])]
                    for place, part in enumerate(parts))
            for number in range(max((len(choice) for choice in choices), default=1))]


def read(language, data):
    """Return ``{source: [sentence]}``; raises ``FileNotFoundError`` or ``ModuleNotFoundError`` that names what is absent."""
    return {"tatoeba": tatoeba(language, data), "chatterbot": chatterbot(language), "phrases": phrases(language)}


if __name__ == "__main__":
    text = read(sys.argv[1], os.environ.get("DATA", "../shared/data"))
    Path(sys.argv[2]).write_text("".join(f"{line}\n" for lines in text.values() for line in lines), encoding="utf-8")
