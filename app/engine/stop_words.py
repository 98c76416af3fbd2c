"""Words that say nothing of what a note is about, by language: for key phrases and summaries.

Offers

- ``StopWords.load(data)``: the lists from the bytes of their file; ``StopWords.pack(lists)`` makes that file.
- ``stop_words.of(language)`` -> a frozenset of lower-case words, empty where no list is known.
"""

import io
import zipfile
import zlib

import numpy as np

from app.everywhere.errors import ModelError


class StopWords:
    """Lists by ISO 639-1 code."""

    def __init__(self, lists):
        self._lists = {language: frozenset(words) for language, words in lists.items()}

    def of(self, language):
        return self._lists.get(language, frozenset())

    @staticmethod
    def pack(lists):
        """Return the arrays of the file for ``{language: [word]}``."""
        text = "\n".join(f"{language} {' '.join(words)}" for language, words in sorted(lists.items()))
        return {"lists": np.frombuffer(text.encode(), np.uint8)}

    @classmethod
    def load(cls, data, name="the list of stop words"):
        """Return the lists held by ``data`` (the bytes of an ``.npz``); ``ModelError`` where they are damaged."""
        try:
            with np.load(io.BytesIO(data), allow_pickle=False) as file:
                text = file["lists"].tobytes().decode()
            return cls({line.split(" ")[0]: line.split()[1:] for line in text.split("\n")})
        except (OSError, EOFError, ValueError, KeyError, NotImplementedError, zipfile.BadZipFile, zlib.error) as error:
            raise ModelError(f"{name} cannot be read: {error}") from None
