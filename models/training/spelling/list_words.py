"""Step 1: reads the words that are spelt right.

Offers ``read(folder)`` -> set of lower-case words, and ``doubtful()``, the misspellings in ``doubtful.txt``.

The list is K. Atkinson's SCOWL up to size 70, American and British, as Debian's packages
``wamerican-large`` and ``wbritish-large`` hold it, with the words of symspellpy's dictionary.
Generous on purpose: a rare word called a mistake annoys more than a mistake missed.
"""

from pathlib import Path

from models.training.completion.vocabulary import dictionary

FILES = ("american-english-large", "british-english-large")


def read(folder):
    """Return the words of the lists in ``folder``, without possessives.

    Raises ``FileNotFoundError`` naming the package when a list is absent.
    """
    found = set()
    for name in FILES:
        path = Path(folder) / name
        if not path.exists():
            raise FileNotFoundError(f"{path} is missing: apt-get install wamerican-large wbritish-large, or set WORDS to its folder")
        lines = path.read_text(encoding="utf-8").splitlines()
        found.update(line.strip().lower().removesuffix("'s") for line in lines)
    return found.union(dictionary()).difference(doubtful(), [""])


def doubtful():
    """Return the words of ``doubtful.txt``: misspellings that the completion model may hold."""
    lines = (Path(__file__).parent / "doubtful.txt").read_text(encoding="utf-8").splitlines()
    return [word for line in lines if not line.startswith("#") for word in line.split()]
