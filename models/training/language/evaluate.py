"""Step 6: measures the detector on text that it has not read, of three sources.

Offers

- ``THIRTY``: the languages of the headline figure.
- ``sentences()``, ``notes()``, ``dialogues()`` -> ``[(code, text)]``: Tatoeba's tested sentences, notes written for
  Carryon (``""`` for no language), and the ChatterBot corpus.
- ``short(pairs)``: those of 3 to 12 words.
- ``measure(pairs, answer)`` -> ``Figures``, where ``answer(text)`` gives ``(code or "", first guess)``.
"""

import importlib.util
import lzma
import random
import re
from collections import Counter, namedtuple
from pathlib import Path

THIRTY = "ar bg ca cs da de el en es fa fi fr he hi hu id it ja ko nl no pl pt ro ru sv tr uk vi zh".split()

# Sentences of each language that are written for the bench, at most.
EACH = 150

BENCH_DATA = Path(__file__).resolve().parents[3] / "bench" / "data"
SENTENCES = BENCH_DATA / "sentences.languages.tsv.xz"
NOTES = BENCH_DATA / "notes.languages.tsv"

_CHATTERBOT = {
    "chinese": "zh", "dutch": "nl", "english": "en", "french": "fr", "german": "de", "hebrew": "he", "hindi": "hi", "indonesian": "id",
    "italian": "it", "japanese": "ja", "korean": "ko", "persian": "fa", "portuguese": "pt", "russian": "ru", "spanish": "es",
    "swedish": "sv", "traditionalchinese": "zh", "turkish": "tr", "ukrainian": "uk",
}

# guessed: share of right first guesses; answered: share of texts with an answer; right: share of right answers among those.
Figures = namedtuple("Figures", "count guessed answered right")


def write_sentences(parts, seed=1):
    """Write the tested sentences of every language (at most EACH) for the bench; ``parts``: ``{code: [sentence]}``."""
    chance = random.Random(seed)
    lines = [f"{code}\t{sentence}" for code, found in sorted(parts.items())
             for sentence in chance.sample(sorted(found), min(EACH, len(found)))]
    with lzma.open(SENTENCES, "wt", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")


def _read(lines):
    pairs = [line.rstrip("\n").split("\t") for line in lines]
    return [("" if code == "-" else code, text) for code, text in pairs]


def sentences():
    """Return Tatoeba's tested sentences of all languages."""
    with lzma.open(SENTENCES, "rt", encoding="utf-8") as file:
        return _read(file)


def notes():
    """Return the notes in thirty languages and the texts in none that were written for Carryon.

    Texts in none that were looked at while the detector was made are marked `--` in the file, and left out.
    """
    with NOTES.open(encoding="utf-8") as file:
        return [pair for pair in _read(file) if pair[0] != "--"]


def dialogues():
    """Return what is said in the ChatterBot corpus (PyPI, BSD-3-Clause), without repeats; [] where the package is missing."""
    package = importlib.util.find_spec("chatterbot_corpus")
    if package is None:
        return []
    root = Path(package.submodule_search_locations[0]) / "data"
    found = {}
    for folder, code in _CHATTERBOT.items():
        for path in sorted((root / folder).glob("*.yml")):
            for line in path.read_text(encoding="utf-8").partition("conversations:\n")[2].splitlines():
                said = re.match(r"\s*(?:- )+(.+)", line)
                if said:
                    found[said[1].strip(" '\"")] = code
    return [(code, text) for text, code in found.items()]


def short(pairs):
    """Return the pairs whose text has 3 to 12 words; 4 to 40 characters where words have no spaces."""
    return [(code, text) for code, text in pairs
            if (4 <= len(text) <= 40 if code in ("ja", "zh") else 3 <= len(text.split()) <= 12)]


def measure(pairs, answer):
    """Return the ``Figures`` of ``answer`` on pairs of a language and a text."""
    guessed = answered = right = 0
    for code, text in pairs:
        given, guess = answer(text)
        guessed += guess == code
        answered += bool(given)
        right += bool(given) and given == code
    count = max(1, len(pairs))
    return Figures(len(pairs), guessed / count, answered / count, right / max(1, answered))


def by_language(pairs, answer):
    """Return ``{code: (texts, share of right first guesses, [(wrong guess, times)])}``."""
    found = {}
    for code in sorted({code for code, _ in pairs}):
        guesses = Counter(answer(text)[1] for own, text in pairs if own == code)
        total = guesses.total()
        found[code] = (total, guesses.pop(code, 0) / total, guesses.most_common(3))
    return found
