"""The learner itself, without the browser: its handlers, the lesson that they learn from, and what it refuses.

`Learner.handlers` is the one list of what the learner can do, under the names of the placement table; whatever the
table places elsewhere is refused. A handler takes the payload and the `Lesson`; what it learned it hands back as JSON-like
values, and large arrays by `self.results`, from where the engine asks for them on the channel.

The exchange, message by message (dicts of numbers, texts and one-dimensional arrays; app/engine/lesson.py is the other end):

    engine → learner    {"kind": "slice", …}    some notes (app/learner/lesson.py says what is in it); as many as it takes
    engine → learner    {"kind": "end", …}      the lesson is whole
    engine → learner    {"kind": "give", "what": name}
    learner → engine    {"kind": "given", "what": name, …}  the arrays of `results[name]`; without any where it has none
"""

import importlib
import inspect
import json

from app.everywhere.errors import CarryonError, Misplaced, UnknownFeature
from app.everywhere.features import feature
from app.everywhere.places import LEARNER
from app.learner.lesson import Lesson
from app.learner.tags import learn_tags


class Learner:
    def __init__(self):
        self.lesson = Lesson()
        self.results = {}  # what was learned: {name: {name of an array: 1-D array, number or text}}
        self.handlers = {
            "learn_tags": self.learns("learn_tags", learn_tags),
            "themes": later("themes", "themes"),
        }

    def learns(self, name, learn):
        """The handler of a feature whose `learn(payload, lesson)` gives (the answer, the arrays for the engine)."""
        def handler(payload, lesson):
            answer, self.results[name] = learn(payload, lesson)
            return answer
        return handler

    def attend(self):
        """Another lesson begins; nothing of the last one is kept."""
        self.lesson = Lesson()
        self.results = {}

    def hear(self, message):
        """Take a message of the engine (see the module); return the answer to it, or None."""
        if message["kind"] == "slice":
            self.lesson.take(message)
        elif message["kind"] == "end":
            self.lesson.end(message)
        elif message["kind"] == "give":
            return {"kind": "given", "what": message["what"]} | self.results.get(message["what"], {})
        return None

    async def call(self, name, payload):
        """Answers one question. JSON text in; out {"value": …} or {"error": its type, "message": a sentence}."""
        try:
            row = feature(name)
            if row.place != LEARNER:
                raise Misplaced(f"«{name}» runs in the {row.place}, not in the learner.")
            if name not in self.handlers:
                raise UnknownFeature(f"The learner has no handler for «{name}».")
            value = self.handlers[name](json.loads(payload), await self.lesson.whole())
            return json.dumps({"value": await value if inspect.isawaitable(value) else value})
        except CarryonError as error:
            return json.dumps({"error": type(error).__name__, "message": str(error)})


def later(module, name):
    """The handler of a module here, imported with what it needs of scikit-learn at the first question: whoever learns tags needs none of it."""
    return lambda payload, lesson: getattr(importlib.import_module("app.learner." + module), name)(payload, lesson)
