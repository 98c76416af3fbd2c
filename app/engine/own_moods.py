"""The mood of a text, leaning the way its reader has corrected it.

Offers ``OwnMoods(memory, mood)`` with ``answer(payload)`` for the feature «mood», and ``weights(pairs)``.

A correction is kept with its note. Each belief of the model is multiplied by how much more often its emotion was named in
corrections than the model believed in it there: (named + CAUTION) / (believed + CAUTION). That is one step of M. Saerens, P. Latinne and C.
Decaestecker, «Adjusting the outputs of a classifier to new a priori probabilities» (2002), with prior counts. Sums of what
the corrected notes say and nothing else: a note that is deleted, or whose correction is taken back, leaves nothing.
"""

import numpy as np

from app.engine.lesson import corrected
from app.engine.mood import EMOTIONS
from app.everywhere.errors import CarryonError
from app.everywhere.note import last_lines

# Corrections that weigh as much as what the model learned from. With 10, sixty corrections of comments of GoEmotions' development part cost
# somebody who sees moods as its labels do 0.8 points of what is named rightly in the test part, and bring 15 to somebody whose joy is neutral.
CAUTION = 10.0


def weights(pairs):
    """Return what each belief is multiplied by, float64 (7,). ``pairs``: [(beliefs (7,), emotion that was meant)]; «none» is neutral."""
    named, believed = np.zeros(len(EMOTIONS)), np.zeros(len(EMOTIONS))
    for beliefs, meant in pairs:
        named[EMOTIONS.index("neutral" if meant == "none" else meant)] += 1
        believed += beliefs
    return (named + CAUTION) / (believed + CAUTION)


class OwnMoods:
    """``await memory()`` gives the ``Memory``, ``await mood()`` the ``Mood``."""

    def __init__(self, memory, mood):
        self._memory, self._mood = memory, mood
        self._beliefs = {}  # (id, revision) -> the beliefs (7,) about a corrected note, or None where there are none

    async def answer(self, payload):
        """{"text", "language", "since"?: only notes written from then on teach} → what ``Mood.answer`` says, "learned": from how many corrections."""
        mood = await self._mood()
        pairs = await self._pairs(mood, payload.get("since", ""))
        return mood.answer(payload, weights(pairs) if pairs else None) | {"learned": len(pairs)}

    async def _pairs(self, mood, since):
        try:
            notes = corrected((await self._memory()).notebook)
        except CarryonError:
            return []  # without an index no correction is known
        known, pairs = {}, []
        for id, revision, meant, text, language, updated in notes:
            if updated < since:
                continue
            key = id, revision
            if key not in self._beliefs:
                found = mood.answer({"text": last_lines(text), "language": language})["probabilities"]
                self._beliefs[key] = np.array([found[name] for name in EMOTIONS]) if found else None
            known[key] = self._beliefs[key]
            if known[key] is not None:
                pairs.append((known[key], meant))
        self._beliefs = known
        return pairs
