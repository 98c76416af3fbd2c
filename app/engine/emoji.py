"""Emoji for what is written: those whose names lie near to it, in words or in meaning.

Offers ``Emoji.load(models)`` with ``answer({"text", "limit"})``, for the feature «emoji».

The file, an ``.npz``, holds the list as JSON, ``[[character, label, [tag, …]], …]`` without variants of gender and
skin, and the emoji's vectors in four bits: made on the device they would keep the engine busy for a second.
"""

import io
import json
import re
import zipfile
import zlib

import numpy as np

from app.engine.ranking import stem
from app.engine.vectors import Vectors, dequantise, words_of
from app.everywhere.errors import ModelError

FORMAT = 2
# What is read of a note, in characters from its end: an emoji goes with what was just said.
READ = 600
# Scores below this are kept back: silence is better than a wrong emoji. Chosen by eye on the
# development entries of bench/data.
LEAST_SCORE = 0.5
# The last sentences of it are looked at one by one, and all of it together.
SENTENCE = re.compile(r"[^.!?\n]{1,300}[.!?]*")
SENTENCES = 6
# What a word of the text adds where it is a word of an emoji's label, or only of its tags, at most, in cosines.
LABEL_WORTH = 0.22
TAG_WORTH = 0.12
FLAG_WORTH = 0.6
MOST = 50


class Emoji:
    def __init__(self, vectors, rows, table):
        """``rows``: (character, label, tags); ``table`` (rows, d): their vectors, as ``vectors`` encodes texts."""
        self._vectors, self._rows, self._table = vectors, rows, table
        self._flags = np.array(["\U0001f1e6" <= character[0] <= "\U0001f1ff" for character, _, _ in rows], bool)
        self._words = {}  # word -> {row: worth}
        for row, (_, label, tags) in enumerate(rows):
            for worth, texts in ((TAG_WORTH, tags), (LABEL_WORTH, [label])):
                for text in texts:
                    words = words_of(text)
                    for word in words:
                        if len(word) > 1:  # «i» is a tag of ℹ️ and the commonest word of a diary
                            shared = self._words.setdefault(stem(word), {})
                            shared[row] = max(shared.get(row, 0), worth / len(words))

    @classmethod
    async def load(cls, models):
        """Return the one that reads the rows ``vectors.en`` and ``emoji.en``; ``ModelError`` says what is wrong with them."""
        vectors = await Vectors.load(models)
        return cls(vectors, *cls.read(await models.data("emoji.en"), vectors.dimensions))

    @staticmethod
    def pack(rows, quantised):
        """Return the arrays of a file. ``quantised``: the rows' vectors as ``vectors.quantise`` gives them."""
        text = json.dumps(rows, ensure_ascii=False, separators=(",", ":"))
        return {"format": np.array([FORMAT]), "emoji": np.frombuffer(text.encode(), np.uint8), "nibbles": quantised[0], "scales": quantised[1]}

    @staticmethod
    def read(data, dimensions):
        """Return ``(rows, table)`` from the bytes of the file. Raises ``ModelError``."""
        try:
            with np.load(io.BytesIO(data), allow_pickle=False) as file:
                arrays = {key: file[key] for key in file.files}
            if int(arrays["format"][0]) != FORMAT:
                raise ModelError(f"The list of emoji has format {int(arrays['format'][0])}; this version reads format {FORMAT}.")
            rows = [(str(character), str(label), [str(tag) for tag in tags])
                    for character, label, tags in json.loads(arrays["emoji"].tobytes())]
            table = dequantise(arrays["nibbles"], arrays["scales"])
        except (OSError, EOFError, ValueError, KeyError, IndexError, TypeError, NotImplementedError, zipfile.BadZipFile,
                zlib.error) as error:
            raise ModelError(f"The list of emoji cannot be read: {error}") from None
        if table.shape != (len(rows), dimensions):
            raise ModelError("The list of emoji is damaged: its vectors are not as many as its emoji, or of another length than the texts'.")
        return rows, table / np.maximum(np.linalg.norm(table, axis=1, keepdims=True), 1e-9)

    def answer(self, payload):
        """{"text", "limit": 5} → {"emoji": [{"emoji", "label", "score"}]}, best first; none where nothing fits."""
        text = payload["text"][-READ:]
        limit = max(0, min(MOST, int(payload.get("limit", 5))))
        sentences = [part for part in SENTENCE.findall(text) if part.strip()][-SENTENCES:]
        scores = (self._table @ self._vectors.encode([text, *sentences]).T).max(1)
        # «Hm» is no thought of Heard Island: a country's flag needs its name.
        scores[self._flags] = 0
        words = [stem(word) for word in words_of(text)]
        for word in set(words):
            shared = self._words.get(word, {})
            # A word that many emoji share tells little.
            for row, worth in shared.items():
                scores[row] += FLAG_WORTH * worth / LABEL_WORTH if self._flags[row] else worth * min(1.0, 4 / len(shared), 12 / len(words))
        best = np.argsort(-scores, kind="stable")[:limit]
        return {"emoji": [{"emoji": self._rows[row][0], "label": self._rows[row][1], "score": round(float(scores[row]), 3)}
                          for row in best.tolist() if scores[row] >= LEAST_SCORE]}
