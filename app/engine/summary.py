"""Shortens a note to its own most telling sentences; nothing is written anew.

Offers ``Summary.load(models)``: the feature; ``answer({"text", "sentences"?, "language"?})`` -> ``{"sentences": [{"start", "end"}]}``.

Method: each sentence is a vector of its content words, weighted as for key phrases. A sentence is as central as it is
near to all others together (D. R. Radev and others, «Centroid-based summarization of multiple documents», 2004), the
first one a little more; sentences are then taken one by one, each time the one that is central and least like those
already taken (maximal marginal relevance: J. Carbonell and J. Goldstein, 1998).
"""

import numpy as np

from app.engine.key_phrases import Reader, weigh

# Characters of a note that are read, and sentences among them that are compared with one another. A longer note is
# summed up from its beginning.
LOOK_CHARACTERS = 60_000
LOOK_SENTENCES = 600

SENTENCES = 3

# What the first sentence has in advance, and how many content words a sentence needs to count in full. Chosen on the
# development part of bench/data/phrases.jsonl.
FIRST = 0.3
FULL_WORDS = 4


class Summary(Reader):
    """The feature «summary»."""

    def answer(self, payload):
        """{"text", "sentences"?: how many, "language"?} -> {"sentences": [{"start", "end"}]}: offsets, in the order of the text.

        A note with no more sentences than asked for is returned whole. Without ``language`` the detector is asked.
        """
        text = payload["text"][:LOOK_CHARACTERS]
        count = max(0, payload.get("sentences", SENTENCES))
        words, spans, language = self.content_words(text, payload.get("language"))
        spans = spans[:LOOK_SENTENCES]
        if len(spans) > count:
            vectors = _vectors([word for word in words if word.sentence < len(spans)], len(spans), language)
            spans = [spans[i] for i in sorted(_choose(vectors, count))]
        return {"sentences": [{"start": start, "end": end} for start, end in spans]}


def _vectors(words, count, language):
    """Return one row a sentence, one column a content word, weighted (float32)."""
    weights = weigh(words, count, language)
    column = {key: i for i, key in enumerate(weights)}
    vectors = np.zeros((count, max(1, len(column))), np.float32)
    for word in words:
        if not word.stop:
            vectors[word.sentence, column[word.key]] = weights[word.key]
    return vectors


def _choose(vectors, count):
    """Return the indices of ``count`` sentences, the most telling first."""
    centre = vectors.sum(0)
    lengths = np.linalg.norm(vectors, axis=1)
    units = vectors / np.maximum(lengths, 1e-9)[:, None]
    central = units @ centre / max(float(np.linalg.norm(centre)), 1e-9)
    # A sentence of two words is near the centre by chance.
    central = central * np.minimum(1, np.count_nonzero(vectors, axis=1) / FULL_WORDS)
    central[0] += FIRST * central.max(initial=0)
    taken, alike = [], np.zeros(len(vectors))
    for _ in range(min(count, len(vectors))):
        worth = central * (1 - alike)
        worth[taken] = -np.inf
        best = int(worth.argmax())
        taken.append(best)
        alike = np.maximum(alike, units @ units[best])
    return taken
