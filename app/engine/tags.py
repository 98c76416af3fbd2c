"""Suggests the reader's own tags for a note: those that were learned, and those that plainly mean what it says.

Offers ``Tags(memory, lessons, words, keep)`` with the features

- ``suggest(payload)``: «tags».
- ``take(payload)``: «tags_taught»: takes what the learner made of the notes (app/learner/tags.py), and keeps it on the device.
- ``known(payload)``: «tags_known»: what is known, and whether it is time to learn anew.
- ``await check()``: puts away what was learned where a note that taught it is gone; ``await wipe()``: in any case.

A tag that was learned is suggested where its model is sure enough, whether it stands in the note or not. Any other is
suggested only where it stands in the note or lies very near (docs/adr/0013-the-learner.md).
"""

import io
import json
import zipfile
import zlib

import numpy as np

from app.engine.index_segment import ENGLISH, MOST_TIMES, NONE, OTHER
from app.engine.keeping import NoKeep
from app.engine.lesson import mark, tagged, word_numbers
from app.everywhere.errors import CarryonError, ModelError
from app.everywhere.limits import TAUGHT_FROM_NOTES

# Under which name the model lies on the device; another form of it gets another name.
NAME = "tags 1"
# Tags suggested at once, at most, of each kind.
MOST_LEARNED, MOST_BY_WORDS = 3, 3
# What ``TagsFromWords`` must say of a tag that was not learned: of what lies nearer than this 7 in 10 were right, of all it offers 6.
LEAST_BY_WORDS = 0.4
# Notes that must have got other tags or refusals until it is time to learn anew: so many, or this share of all that have any.
CHANGED, CHANGED_SHARE = 5, 0.02


class Learned:
    """What the learner handed over. ``arrays``: as app/learner/tags.py makes them, with "told": {id: ``mark`` of its tags} as JSON."""

    def __init__(self, arrays):
        about = json.loads(arrays["about"])
        self.arrays, self.rows, self.vectors, self.taught = arrays, about["tags"], about["vectors"], set(about["taught"])
        self.told = json.loads(arrays["told"])
        count = len(self.rows)
        self._bias, self._least = np.asarray(arrays["bias"]), np.asarray(arrays["least"])
        self._spaces = {ENGLISH: np.asarray(arrays["english"]).reshape(count, -1), OTHER: np.asarray(arrays["other"]).reshape(count, -1)}
        self._words, self._idf = np.asarray(arrays["words"]), np.asarray(arrays["idf"])
        self._word_weights, self._steps = np.asarray(arrays["word_weights"]).reshape(count, -1), np.asarray(arrays["steps"])
        if not (len(self._bias) == len(self._least) == len(self._steps) == count and self._word_weights.shape[1] == len(self._words) == len(self._idf)):
            raise ValueError("its tables do not fit together")

    def pack(self):
        """Return the bytes that ``read`` reads."""
        file = io.BytesIO()
        np.savez_compressed(file, **{name: np.frombuffer(value.encode(), np.uint8) if isinstance(value, str) else np.asarray(value)
                                     for name, value in self.arrays.items()})
        return file.getvalue()

    @classmethod
    def read(cls, data):
        """Return what was packed, or None: then it is learned anew."""
        if not len(data):
            return None
        try:
            with np.load(io.BytesIO(data), allow_pickle=False) as file:
                arrays = {name: file[name] for name in file.files}
            for name in ("about", "told"):
                arrays[name] = arrays[name].tobytes().decode()
            return cls(arrays)
        except (OSError, EOFError, ValueError, KeyError, TypeError, zipfile.BadZipFile, zlib.error):
            return None

    def only(self, stay):
        """Return what is left where ``stay`` (a list of bool, one a tag) is true: nothing of the other tags' weights is."""
        stay, count = np.array(stay, bool), len(self.rows)
        about = json.loads(self.arrays["about"]) | {"tags": [row for row, wanted in zip(self.rows, stay) if wanted]}
        cut = {name: np.asarray(self.arrays[name]).reshape(count, -1)[stay].ravel()
               for name in ("bias", "least", "english", "other", "steps", "word_weights")}
        return Learned(self.arrays | cut | {"about": json.dumps(about)})

    def margins(self, note):
        """Return by how much each tag is above what it needs to be suggested, float32 (tags,); ``note``: an ``Analysed`` one."""
        return self.scores(note) - self._least

    def scores(self, note):
        """Return what the tags' models say of a note, as log odds, float32 (tags,)."""
        found = self._bias.copy()
        if note.space != NONE and len(note.scales):
            mean = (note.codes.astype(np.float32) * note.scales[:, None]).sum(0)
            if self._spaces[note.space].shape[1] == len(mean):
                found += self._spaces[note.space] @ (mean / max(float(np.linalg.norm(mean)), 1e-9))
        if len(self._words) and note.terms:
            numbers = word_numbers(note.terms)
            times = np.array([max(1, times & MOST_TIMES) for times in note.terms.values()], np.float32)
            at = np.minimum(np.searchsorted(self._words, numbers), len(self._words) - 1)
            there = self._words[at] == numbers
            values = (1 + np.log(times[there])) * self._idf[at[there]]
            values /= max(float(np.linalg.norm(values)), 1e-9)
            found += (self._word_weights[:, at[there]].astype(np.float32) @ values) * self._steps
        return found


class Tags:
    """``await memory()`` gives the ``Memory``, ``await words()`` the ``TagsFromWords``; ``lessons``: ``Lessons``; ``keep``: where what was learned is kept."""

    def __init__(self, memory, lessons, words, keep=None):
        self._memory, self._lessons, self._words, self._keep = memory, lessons, words, keep or NoKeep()
        self._learned = None
        self._loaded = False

    async def _model(self):
        if not self._loaded:
            self._learned, self._loaded = Learned.read(await self._keep.read(NAME)), True
        return self._learned

    async def check(self, whole=False):
        """Put away what was learned where a note that taught it is gone. ``whole``: the index has been compared with the notebook."""
        notebook = (await self._memory()).notebook
        gone, notebook.removed = notebook.removed, set()
        learned = await self._model()
        if learned is not None and (learned.vectors != notebook.model or gone & learned.taught
                                    or whole and any(notebook.revision(id) < 0 for id in learned.taught)):
            await self._put_away()

    async def _put_away(self):
        self._learned, self._loaded = None, True
        await self._keep.delete(NAME)

    async def suggest(self, payload):
        """{"id", "title", "text", "tags": the candidates} → {"tags": [{"tag", "why": "learned" or "words", "notes": that taught it}]}, best first."""
        memory = await self._memory()
        learned, candidates, found = await self._model(), payload["tags"], []
        known = {row["tag"] for row in learned.rows} if learned else set()
        if learned and known & set(candidates):
            note = {"id": payload["id"], "revision": 0, "created": "", "tags": [], "title": payload["title"], "text": payload["text"]}
            margins = learned.margins((await memory.analysed([note]))[0])
            fit = [(float(margins[at]), row) for at, row in enumerate(learned.rows) if margins[at] >= 0 and row["tag"] in candidates]
            fit.sort(key=lambda pair: (-pair[0], pair[1]["tag"]))
            found = [{"tag": row["tag"], "why": "learned", "notes": row["notes"]} for _, row in fit[:MOST_LEARNED]]
        others = [tag for tag in candidates if tag not in known]
        if others:
            found += await self._by_words(payload["title"] + "\n" + payload["text"], others)
        return {"tags": found}

    async def _by_words(self, text, tags):
        try:
            near = (await self._words()).answer({"text": text, "tags": tags})["tags"]
        except ModelError:
            return []  # what was learned is suggested all the same
        return [{"tag": row["tag"], "why": "words", "notes": 0} for row in near if row["score"] >= LEAST_BY_WORDS][:MOST_BY_WORDS]

    async def take(self, payload):
        """{"channel", "forgotten", "since"} → what ``known`` says. Fetches what the learner made of the lesson, and keeps it."""
        arrays = await self._lessons.given(payload["channel"], "learn_tags")
        if not arrays:
            await self._put_away()
        else:
            told = {id: mark for id, (mark, updated) in self._lessons.told.items() if updated >= payload.get("since", "")}
            try:
                self._learned = Learned(arrays | {"told": json.dumps(told)})
            except (ValueError, KeyError, TypeError) as error:
                raise CarryonError(f"What was learned of the tags cannot be used: {error}") from None
            self._loaded = True
            await self._keep.write(NAME, self._learned.pack())
            await self.check(whole=True)  # a note may have gone while it was learned from
        return await self.known(payload)

    async def known(self, payload):
        """{"forgotten": [tag], "since": moment} → {"tags": [{"tag", "notes", "sure", "speaks"}], "due": whether to learn anew, "waiting": [{"tag", "notes"}]}.

        Forgotten tags are taken out of what was learned, at once; "waiting": tags that were not learned yet, with the notes that have them.
        """
        notebook = (await self._memory()).notebook
        forgotten, since = set(payload.get("forgotten", ())), payload.get("since", "")
        if await self._model() is None:
            self._loaded = False  # another window may have learned them meanwhile
            await self.check(whole=True)
        learned, waiting = self._learned, {}
        marks = {id: row for id, row in tagged(notebook).items() if row[2] >= since}
        for tags, _, _ in marks.values():
            for tag in tags:
                waiting[tag] = waiting.get(tag, 0) + 1
        if learned and any(row["tag"] in forgotten or row["tag"] not in waiting for row in learned.rows):
            self._learned = learned = learned.only([row["tag"] not in forgotten and row["tag"] in waiting for row in learned.rows])
            await self._keep.write(NAME, learned.pack())
        known = {row["tag"] for row in learned.rows} if learned else set()
        waiting = {tag: count for tag, count in waiting.items() if tag not in known and tag not in forgotten}
        due = any(count >= TAUGHT_FROM_NOTES for count in waiting.values())
        if learned and known:
            changed = sum(learned.told.get(id) != mark(*row[:2]) for id, row in marks.items()) + sum(id not in marks for id in learned.told)
            due = due or changed >= max(CHANGED, CHANGED_SHARE * len(marks))
        rows = [{"tag": tag, "notes": count} for tag, count in sorted(waiting.items(), key=lambda pair: (-pair[1], pair[0]))]
        return {"tags": learned.rows if learned else [], "due": due, "waiting": rows}

    async def wipe(self):
        await self._put_away()

