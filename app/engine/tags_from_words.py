"""Tags for a note, out of those that its writer has used before.

Offers ``TagsFromWords.load(models)`` with ``answer({"text", "tags"})``, for the feature «tags_from_words».

A tag is offered where the note, or a part of it, lies near to the tag's words, or holds
them. No tag is made up: a notebook's tags are its writer's.
"""

import re

from app.engine.ranking import stem
from app.engine.vectors import Vectors, words_of

# What is read of a note, in characters, and its longest parts that are compared each by itself.
READ = 20_000
PART = re.compile(r"[^.!?\n]{1,400}")
MOST_PARTS = 200
# Tags compared, at most.
MOST_TAGS = 2_000
# Scores below this are kept back. A tag that stands in the text scores SAID at least.
LEAST_SCORE = 0.24
SAID = 0.8
# A note of fewer words («Hm.») lies anywhere: only tags that stand in it count.
LEAST_WORDS = 3

_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])|[-_/#.]+")


class TagsFromWords:
    def __init__(self, vectors):
        self._vectors = vectors

    @classmethod
    async def load(cls, models):
        return cls(await Vectors.load(models))

    def answer(self, payload):
        """{"text", "tags": the user's own} → {"tags": [{"tag", "score"}]}, best first; none where none fits."""
        text, tags = payload["text"][:READ], list(dict.fromkeys(payload["tags"]))[:MOST_TAGS]
        parts = [part for part in PART.findall(text) if part.strip()][:MOST_PARTS]
        if not parts or not tags:
            return {"tags": []}
        named = [_CAMEL.sub(" ", tag) for tag in tags]
        near = self._vectors.encode(named) @ self._vectors.encode([text, *parts]).T
        # A tag is to fit the whole note somewhat, and a part of it well.
        near = (near[:, 0] + near.max(1)) / 2
        words = words_of(text)
        if len(words) < LEAST_WORDS:
            near = near * 0
        said = " ".join(["", *(stem(word) for word in words), ""])
        found = []
        for tag, name, score in zip(tags, named, near.tolist()):
            wanted = " ".join(stem(word) for word in words_of(name))
            if wanted and f" {wanted} " in said:
                score = max(score, SAID)
            if score >= LEAST_SCORE:
                found.append({"tag": tag, "score": round(score, 3)})
        return {"tags": sorted(found, key=lambda row: -row["score"])}
