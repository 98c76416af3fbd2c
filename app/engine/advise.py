"""The advisor in the engine: where the features of an app should run, as somebody describes them.

Offers ``Advise.load(models)`` with ``answer({"text"})``, for the feature «advise». What is said of a feature is told by
``app/everywhere/advisor.py``, the same as the command ``python -m app.everywhere.advise`` says.
"""

import json

from app.engine.vectors import Vectors
from app.everywhere.advice_words import features_in, inventory
from app.everywhere.advisor import Advisor
from app.everywhere.errors import ModelError


class Advise:
    def __init__(self, advisor):
        self._advisor = advisor

    @classmethod
    async def load(cls, models):
        """Return the one that reads the rows ``advisor`` and ``vectors.en``; ``ModelError`` says what is wrong with them."""
        vectors = await Vectors.load(models)
        return cls(cls.read(await models.data("advisor"), lambda texts: vectors.encode(texts).tolist()))

    @staticmethod
    def read(data, encode):
        """Return the ``Advisor`` that the bytes of its file hold. Raises ``ModelError``."""
        try:
            advisor = Advisor(json.loads(data), encode)
            advisor.advise([("metronome", "metronome")])  # the first question shows whether all parts fit
            return advisor
        except (ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
            raise ModelError(f"The advisor cannot be read: {error}") from None

    def answer(self, payload):
        """{"text"} → {"features": [one for each feature], "inventory": {"secrets", "shared", "heavy"}}.

        ``text`` is one description, a list (a feature a line: «name: description» or a description; bullets are stripped), or a
        product idea in a sentence («a recipe app with likes and an AI that plans the week»). Of each feature:

        - "name", "description": as they stand in the text;
        - "place": "device" or "server"; "decided_by": "secret", "shared", "heavy" or "none"; "secret", "shared", "heavy": the three answers;
        - "why": one sentence; "reason": its name in ``advice_words.ANSWERS``;
        - "confidence": 0 to 1, how likely place and deciding test are right; "likelihoods": {test: 0 to 1}, of a yes to each;
        - "unsure": True where the confidence is too low to say so; then "ask" is the question to ask oneself, else "".

        Each part of the inventory is a list of {"needs": what a backend has to hold or do, in words, "for": [names of features]}. Both are empty
        where the text names nothing.
        """
        features = features_in(str(payload["text"]))
        advice = self._advisor.advise(features)
        for row, (_, description) in zip(advice, features):
            row["description"] = description
        return {"features": advice, "inventory": inventory(advice)}
