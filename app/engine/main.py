"""The engine, wired: Pyodide in a worker. It never touches `window` or `document`.

`HANDLERS` is the one list of what the engine can do, under the names of the placement
table; whatever the table places elsewhere is refused. Calls come one at a time as JSON text.
"""

import json

from pyodide.http import pyfetch

import js
from app.everywhere.errors import CarryonError, Misplaced, ModelError, UnknownFeature
from app.everywhere.features import feature
from app.everywhere.places import ENGINE
from app.engine.completion import Completer
from app.engine.kneser_ney import KneserNey
from app.engine.own_words import OwnWords


class Engine:
    def __init__(self):
        self.own = OwnWords()
        self.completer = None
        self.problem = ""

    async def load(self, base):
        """Loads the models. What can't be loaded is said in `problem`, and the rest works."""
        try:
            self.completer = Completer(KneserNey.load(await fetch_model(base, "completion.en")), self.own)
            self.completer.complete("I ")  # the first call pays for what later ones find ready
        except CarryonError as error:
            self.problem = str(error)

    def complete(self, payload):
        return self.completer.complete(payload["before"], payload["after"])

    def learn(self, payload):
        for note in payload["notes"]:
            if note["text"].strip():
                self.own.learn(note["id"], note["text"])
            else:
                self.own.unlearn(note["id"])

    def learned(self, payload):
        words = self.own.learned(payload["query"], payload["limit"])
        return {"words": words, "forgotten": self.own.forgotten()}

    def forget(self, payload):
        """Forgets (or with `undo` remembers) a word, or takes the whole list of forgotten ones."""
        if "all" in payload:
            for word in payload["all"]:
                self.own.forget(word)
        elif payload.get("undo"):
            self.own.remember(payload["word"])
        else:
            self.own.forget(payload["word"])
        return self.own.forgotten()


async def fetch_model(base, name):
    """The bytes of the model `name`, checked against the manifest's SHA-256; ModelError where they differ."""
    import hashlib

    rows = json.loads(await (await pyfetch(base + "models/manifest.json")).string())["models"]
    row = next((row for row in rows if row["name"] == name), None)
    if row is None:
        raise ModelError(f"The model «{name}» is not in the manifest.")
    response = await pyfetch(base + "models/" + row["file"])
    if not response.ok:
        raise ModelError(f"The model file {row['file']} could not be loaded ({response.status}).")
    data = await response.bytes()
    if hashlib.sha256(data).hexdigest() != row["sha256"]:
        raise ModelError(f"The model file {row['file']} is damaged: reload the page to fetch it again.")
    return data


engine = Engine()
HANDLERS = {
    "complete": engine.complete,
    "learn": engine.learn,
    "learned": engine.learned,
    "forget": engine.forget,
}


def call(name, payload):
    """Answers one question. JSON text in; out {"value": …} or {"error": its type, "message": a sentence}."""
    try:
        row = feature(name)
        if row.place != ENGINE:
            raise Misplaced(f"«{name}» runs in the {row.place}, not in the engine.")
        if name not in HANDLERS:
            raise UnknownFeature(f"The engine has no handler for «{name}».")
        return json.dumps({"value": HANDLERS[name](json.loads(payload))})
    except CarryonError as error:
        return json.dumps({"error": type(error).__name__, "message": str(error)})


def problem():
    """Why the engine can't do its work, or "" when it can."""
    return engine.problem


await engine.load(js.carryonBase)  # set by static/glue/pyodide.mjs

__export__ = ["call", "problem"]
