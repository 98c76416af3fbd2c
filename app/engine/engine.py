"""The engine itself, without the browser: its handlers, its models, and what it refuses.

`Engine.handlers` is the one list of what the engine can do, under the names of the
placement table; whatever the table places elsewhere is refused.
"""

import importlib
import inspect
import json
import time

from app.engine.completion import Completer
from app.engine.completion_languages import AUTO, Languages
from app.engine.kneser_ney import KneserNey
from app.engine.lesson import Lessons
from app.engine.model_files import ModelFiles, once
from app.engine.own_moods import OwnMoods
from app.engine.own_words import OwnWords
from app.engine.reading import Reading
from app.engine.recurrent import Recurrent
from app.engine.tags import Tags
from app.everywhere.errors import CarryonError, Misplaced, UnknownFeature
from app.everywhere.features import feature
from app.everywhere.note import readable
from app.everywhere.places import ENGINE


class Engine:
    """`await read(path)` gives the bytes of a file of the app; it raises ModelError if it can't. `keep`: where the index is kept;
    `await notes(after, count)`: the next stored notes by id; `channels(name)`: a channel to the learner; `learned_keep`: where
    what was learned is kept."""

    def __init__(self, read, keep=None, notes=None, channels=None, learned_keep=None):
        self.models = ModelFiles(read)
        self._keep = keep
        self._loading = {}  # class of a feature -> the task that loads it
        self.own = OwnWords()
        self.lessons = Lessons(self._memory, channels)
        self.moods = OwnMoods(self._memory, lambda: self._feature("mood", "Mood"))
        self.tags = Tags(self._memory, self.lessons, lambda: self._feature("tags_from_words", "TagsFromWords"), learned_keep)
        self.reading = Reading(notes, self.own, self._memory, keep, time.monotonic)
        self.completer = None
        self.languages = None  # which completer to ask: English, or the language that is written
        self._detector = None
        self.problem = "The models are not loaded yet."
        self.handlers = {
            "complete": self.complete,
            "read": self.reading.read,
            "learn": self.learn,
            "learned": self.learned,
            "forget": self.forget,
            "wipe": self.wipe,
            "language": self._answers("language", "Language"),
            "mood": self.moods.answer,
            "details": self._answers("details", "Details"),
            "spelling": self._answers("spelling", "Spelling"),
            "segment": self._answers("segment", "Segment"),
            "key_phrases": self._answers("key_phrases", "KeyPhrases"),
            "summary": self._answers("summary", "Summary"),
            "similar": self._answers("vectors", "Vectors"),
            "similar_across": self._answers("vectors_multilingual", "MultilingualVectors"),
            "emoji": self._answers("emoji", "Emoji"),
            "tags_from_words": self._answers("tags_from_words", "TagsFromWords"),
            "index": self._remembers("index"),
            "search": self._remembers("search"),
            "related": self._remembers("related"),
            "look_back": self.look_back,
            "name_themes": self.name_themes,
            "lesson": self.lessons.lesson,
            "tags": self.tags.suggest,
            "tags_taught": self.tags.take,
            "tags_known": self.tags.known,
            "advise": self._answers("advise", "Advise"),
        }

    async def load(self):
        """Loads what the first suggestion needs. What went wrong is said in `problem`, which is "" when all is well."""
        try:
            self.completer = Completer(await self.models.parsed("completion.en", KneserNey.load), self.own)
            self.completer.complete("I ")  # the first call pays for what later ones find ready
            self.languages = Languages(self.models, self.completer, self._detect)
            self.problem = ""
        except CarryonError as error:
            self.problem = str(error)

    async def load_rest(self):
        """Loads what makes suggestions better, once they are possible: the recurrent network, and which language is written.

        Each is done without where it can't be had; returns what is lacking, in words.
        """
        if self.problem:
            return []
        lacking = []
        for load in (self._load_recurrent, self._load_detector):
            try:
                await load()
            except CarryonError as error:
                lacking.append(str(error))
        return lacking

    async def _load_recurrent(self):
        self.completer.neural = Recurrent.load(await self.models.data("completion.en.neural"), self.completer.model)

    async def _load_detector(self):
        self._detector = await self._feature("language", "Language")

    def _detect(self, text):
        return self._detector.detect(text) if self._detector else ("", 0.0)

    async def loaded(self, kind):
        """The one object of this class, its models loaded at first use: `await kind.load(models)`."""
        return await once(self._loading, kind, lambda: kind.load(self.models))

    def _answers(self, module, name):
        """The handler of a feature that is a class of a module here: imported and loaded at the first question."""
        async def handler(payload):
            return (await self._feature(module, name)).answer(payload)
        return handler

    def _remembers(self, method):
        """The handler of a feature of the one memory of the notebook, which is read from where it is kept at the first question."""
        async def handler(payload):
            value = getattr(await self._memory(), method)(payload)
            return await value if inspect.isawaitable(value) else value
        return handler

    async def _memory(self):
        return await once(self._loading, "memory", self._load_memory)

    async def _load_memory(self):
        memory = await self._feature("memory", "Memory")
        if self._keep is not None:
            await memory.restore(self._keep)
        memory.removed = self.tags.check
        return memory

    async def _feature(self, module, name):
        return await self.loaded(getattr(importlib.import_module("app.engine." + module), name))

    async def look_back(self, payload):
        """See ``LookBack.look``; it is imported, and its models are loaded, at the first question."""
        return await (await once(self._loading, "look_back", self._load_look_back)).look(payload)

    async def _load_look_back(self):
        kind = importlib.import_module("app.engine.look_back").LookBack
        return kind(self._memory, self.loaded, self.models, self.reading, time.monotonic)

    async def name_themes(self, payload):
        """See ``ThemeNames.answer``."""
        key_phrases, memory = await self._feature("key_phrases", "KeyPhrases"), await self._memory()
        kind = importlib.import_module("app.engine.theme_names").ThemeNames
        return await kind(key_phrases, memory.notebook.content, self.reading.pause).answer(payload)

    async def call(self, name, payload):
        """Answers one question. JSON text in; out {"value": …} or {"error": its type, "message": a sentence}."""
        try:
            row = feature(name)
            if row.place != ENGINE:
                raise Misplaced(f"«{name}» runs in the {row.place}, not in the engine.")
            if name not in self.handlers:
                raise UnknownFeature(f"The engine has no handler for «{name}».")
            value = self.handlers[name](json.loads(payload))
            return json.dumps({"value": await value if inspect.isawaitable(value) else value})
        except CarryonError as error:
            return json.dumps({"error": type(error).__name__, "message": str(error)})

    # The handlers

    async def complete(self, payload):
        """{"before", "after"} → {"text": what accepting inserts, "words": insertions for chips}.

        "language" may name the language to complete in: the answer waits for its model. Else the language is told
        from the text, and another answers while its model is on its way.
        """
        self.reading.asked()
        setting = payload.get("language", AUTO)
        if setting != AUTO:
            await self.languages.load(setting)
        before = as_read(payload["before"])
        return self.languages.completer(before, setting).complete(before, payload["after"])

    def learn(self, payload):
        """{"note": {"id", "revision", "title", "text", "deleted"}}: a saved note; its text replaces what was learned of it."""
        self.reading.saved(payload["note"])

    async def wipe(self, payload):
        """{"since": now} → nothing: all that was learned is forgotten, here and on the device; only what is written from then on teaches."""
        await self.reading.wipe(payload["since"])
        await self.tags.wipe()

    def learned(self, payload):
        """{"query", "limit"} → {"words": [{"word", "count"}], "forgotten": [word]}."""
        return {"words": self.own.learned(payload["query"], payload["limit"]), "forgotten": self.own.forgotten()}

    def forget(self, payload):
        """{"word"}, with "undo" to remember it, or {"all": [word], "since": moment} → the list of forgotten words.

        Only notes that were written since the moment teach words.
        """
        self.reading.keep_soon()
        if "all" in payload:
            self.reading.since = payload.get("since", "")
            for word in payload["all"]:
                self.own.forget(word)
        elif payload.get("undo"):
            self.own.remember(payload["word"])
        else:
            self.own.forget(payload["word"])
        return self.own.forgotten()


def as_read(before):
    """Return what stands before the caret without the attachments that it names. Right after one the caret does not follow the word before it."""
    read = readable(before, names=False)
    return read + ")" if before.endswith(")") and not read.endswith(")") else read
