"""Which language's completion is asked: chosen from what was just written, loaded when first needed.

Offers

- ``Choice(detect)`` with ``of(before, setting)``: the code of the language to complete in; pure, no model.
- ``Languages(models, completer, detect)`` with ``completer(before, setting)``: the ``Completer`` to ask now, and ``load(code)``.
- ``CODES``: the languages there are; ``AUTO``: the setting that leaves the choice to the text.

    >>> choice = Choice(language.detect)
    >>> choice.of("Ich war heute mit meiner Schwester lange im Garten und habe ")
    'de'

A language is left only on evidence: a few words in another one are a quotation or a name, so the same other language
must be found twice, with a word written between, or in many words at once (another note was opened). Where the
detector does not know, all stays as it is.
"""

import asyncio

from app.engine.completion import Completer
from app.engine.kneser_ney import KneserNey
from app.everywhere.errors import CarryonError

# The languages that completion has a model of. The first is there from the start.
CODES = ("en", "de", "fr", "es")
AUTO = "auto"

# Characters before the caret that the language is told from. More sees the language of the note rather than that of
# the sentence; less is told wrongly more often.
LOOK_CHARACTERS = 200

# Words that must stand there before a language is left, and the least belief of the detector.
LEAST_WORDS = 3
LEAST_BELIEF = 0.8

# Words from which one look is enough.
SURE_WORDS = 10


class Choice:
    """The language chosen so far. ``detect(text)`` gives ``(code, belief)``, the code "" where it does not know."""

    def __init__(self, detect, language=CODES[0]):
        self._detect = detect
        self.language = language
        self._seen = ""  # the finished words that were looked at last
        self._other = ""  # the other language that they seemed to be in

    def of(self, before, setting=AUTO):
        """Return the code of the language to complete in after ``before``, any str; ``setting`` is AUTO or one of CODES."""
        if setting in CODES:
            self._seen = self._other = ""
            return setting
        finished = before[-LOOK_CHARACTERS:]
        finished = finished[:len(finished) - len(finished.split(" ")[-1])]
        if finished == self._seen:
            return self.language  # the word is still being typed: nothing new to go by
        self._seen = finished
        count = len(finished.split())
        if count < LEAST_WORDS:
            return self.language
        code, belief = self._detect(finished)
        if code == self.language or code not in CODES or belief < LEAST_BELIEF:
            self._other = ""
        elif code == self._other or count >= SURE_WORDS:
            self.language, self._other = code, ""
        else:
            self._other = code
        return self.language


class Languages:
    """The completers by language, one of them active: the user's own words belong to whichever is.

    ``models``: a ``ModelFiles``; ``completer`` is the one of the first language.
    """

    def __init__(self, models, completer, detect):
        self._models = models
        self._choice = Choice(detect)
        self._completers = {CODES[0]: completer}
        self._active = CODES[0]
        self._loading = {}
        self.problems = {}  # language -> why its model could not be had; it is not asked for again

    def completer(self, before, setting=AUTO):
        """Return the ``Completer`` to ask after ``before``.

        While a language's model is on its way the one before answers; a model that cannot be had leaves it so. Must
        be called where an event loop runs.
        """
        code = self._choice.of(before, setting)
        if code not in self._completers:
            self._begin(code)
        elif code != self._active:
            self._active = code
            active = self._completers[code]
            active.own.attach(active.model.index)
        return self._completers[self._active]

    async def load(self, code):
        """Wait until the model of the language ``code`` is there, or can't be had; nothing happens for one that there is none of."""
        if code in CODES and code not in self._completers:
            self._begin(code)
            await self.loaded()

    def _begin(self, code):
        if code not in self._loading and code not in self.problems:
            self._loading[code] = asyncio.ensure_future(self._load(code))

    async def loaded(self):
        """Wait until no model is on its way."""
        while self._loading:
            await asyncio.gather(*self._loading.values())

    async def _load(self, code):
        own = self._completers[CODES[0]].own
        try:
            read = KneserNey.load(await self._models.data(f"completion.{code}"), f"completion.{code}.npz")
            self._completers[code] = Completer(read, own)
            self._active = code  # a new Completer takes the own words
        except CarryonError as error:
            self.problems[code] = str(error)
        finally:
            del self._loading[code]
