"""Remembers the notebook: keeps the index in step with the notes, finds notes, and what was written before about the same.

Offers ``Memory.load(models)`` with ``restore(keep)``, where ``keep`` is the place for the index, and the features

- ``index(payload)``: «index», in slices: which notes the index lacks, and takes them.
- ``search(payload)``: «search».
- ``related(payload)``: «related».

The index is made of what the notes say and can be made anew at any time; nothing is lost with it. It is kept in segments
(``index_segment``); while a notebook is read for the first time, each is written as soon as it is full, so that an engine
that is stopped goes on where it was.
"""

import asyncio

import numpy as np

from app.engine.derived import Derived
from app.engine.index_segment import ENGLISH, NONE, OTHER, Draft, Segment, content_hash, day_of, quantised
from app.engine.keeping import Debounced, NoKeep
from app.engine.language import Language, surely_english
from app.engine.notebook_index import SEGMENT_NOTES, NotebookIndex
from app.engine.query import parse
from app.engine.sentences import sentences
from app.engine.terms import matches
from app.engine.vectors import Vectors
from app.engine.vectors_multilingual import MultilingualVectors
from app.everywhere.errors import IndexDamaged, ModelError
from app.everywhere.limits import MOST_SEARCH_HITS, RELATED_NOTES, SEARCH_HITS
from app.everywhere.note import headline, readable

# The part that holds what is in no full segment yet, and the seconds without a change until it is kept.
FRESH = "fresh"
KEEP_AFTER_SECONDS = 4
# Another part of fewer notes is dissolved at the next start: its notes are indexed anew, among others.
LEAST_SEGMENT_NOTES = 64

# Characters that the language of a note is told from; of a question that are read for its meaning.
LANGUAGE_CHARACTERS = 300
QUESTION_CHARACTERS = 400

# Characters of a hit's excerpt, and of those before the first word that is marked.
EXCERPT, BEFORE_MARK = 180, 50
# Characters of a note that are looked through for the first word to mark.
LOOKED_THROUGH = 20_000

# Related notes: cosines from which a note is one, and from which its sentence says the same again.
LEAST_RELATED, SAME = 0.5, {ENGLISH: 0.86, OTHER: 0.92}
# Sentences before the caret that are compared: the last one, the last two, and all of these together.
LAST_SENTENCES = 4


class Memory:
    """``english``: ``Vectors``; ``model``: what its vectors are called in segments; ``language``: the feature."""

    def __init__(self, models, english, model, language):
        self._models, self._language, self.model = models, language, model
        self._encoders = {ENGLISH: english.encode}
        self._unavailable = False
        self.notebook = NotebookIndex(model)
        self._keep, self._names, self._number = NoKeep(), {}, 0
        self.derived = Derived(self._keep)
        self._fresh = None  # the segment that the device has under FRESH, as far as this engine knows
        self._later = Debounced(self.keep_now, KEEP_AFTER_SECONDS)
        self._writing = asyncio.Lock()
        # `await removed(whole)` is told when notes have gone, see `NotebookIndex.removed`; whole: the index is the notebook now.
        self.removed = None
        self._seen = None  # ids that were named while the whole notebook is being read
        self._tidy = False  # whether it has been read since the index was kept: then what changed notes said before goes

    @classmethod
    async def load(cls, models):
        """Return the feature; ``models``: a ``ModelFiles``. Raises ``ModelError``."""
        return cls(models, await Vectors.load(models), await models.fingerprint("vectors.en"), await Language.load(models))

    async def restore(self, keep):
        """Read the index that ``keep`` has. A part that cannot be read is deleted: its notes are indexed anew."""
        self._keep, self.derived = keep, Derived(keep)
        names = sorted((name for name in await keep.names() if name == FRESH or name.isdigit()), key=lambda name: (name == FRESH, name))
        parts = await asyncio.gather(*(keep.read(name) for name in names))  # the device reads several in the time of one
        for name, data in zip(names, parts):
            try:
                segment = Segment.read(data)
                if segment.model != self.model or name != FRESH and len(segment) < LEAST_SEGMENT_NOTES:
                    raise IndexDamaged("This part was made with other vectors, or of few notes are left in it.")
            except IndexDamaged:
                await keep.delete(name)
                continue
            if name == FRESH:
                for note in segment.unbuilt():
                    if self.notebook.revision(note.meta["id"]) < note.meta["revision"]:
                        self.notebook.add(note)
            else:
                self.notebook.take(segment)
                self._names[segment] = name
                self._number = max(self._number, int(name) + 1 if name.isdigit() else 0)

    # -- the index --------------------------------------------------------------------------

    async def index(self, payload):
        """{"revisions": {id: revision}} → {"lacking": [id]}: those of a slice of the notebook that the index lacks.

        {"notes": [note]}: a slice of notes to be indexed; a deleted one is forgotten. {"step": "begin"} before the whole notebook is
        read, {"step": "end"} after it: what was not named between the two is forgotten. All answer {"notes": how many there are} too.
        """
        if payload.get("step") == "begin":
            self._seen = set()
        elif payload.get("step") == "end" and self._seen is not None:
            self.notebook.keep_only(self._seen)
            self._seen, self._tidy = None, True
        answer, ends = {}, payload.get("step") == "end"
        if "revisions" in payload:
            self._see(payload["revisions"])
            answer["lacking"] = self.notebook.lacking(payload["revisions"])
        if "notes" in payload:
            self._see([note["id"] for note in payload["notes"]])
            await self._take(payload["notes"])
        if self.removed is not None and (ends or self.notebook.removed):
            await self.removed(ends)
        if len(self.notebook.fresh) >= SEGMENT_NOTES:
            await self.keep_now()
        elif "notes" in payload or "step" in payload:
            self._later.soon()
        return answer | {"notes": len(self.notebook)}

    def _see(self, ids):
        if self._seen is not None:
            self._seen.update(ids)

    async def _take(self, notes):
        """Index ``notes``."""
        for note in notes:
            if note["deleted"]:
                self.notebook.remove(note["id"])
        for note in await self.analysed([note for note in notes if not note["deleted"]]):
            self.notebook.add(note)

    async def analysed(self, notes):
        """Return the ``Analysed`` notes; the passages of all of them are encoded together, which takes half the time."""
        drafts, missing = [], {}
        for note in notes:
            beginning = (note["title"] + "\n" + readable(note["text"][:LANGUAGE_CHARACTERS], names=False))[:LANGUAGE_CHARACTERS]
            language = "en" if surely_english(beginning) else self._language.likeliest(beginning)
            draft = Draft(note, language, await self._space(language), self.notebook.older(note["id"], content_hash(note)))
            drafts.append(draft)
            missing.setdefault(draft.space, {}).update(dict.fromkeys(draft.missing))
        encoded = {}
        for space, texts in missing.items():
            if texts:
                codes, scales = quantised(self._encoders[space](list(texts)))
                encoded[space] = dict(zip(texts, zip(codes, scales)))
        return [draft.analysed(encoded.get(draft.space, {})) for draft in drafts]

    async def _space(self, language):
        """Return which vectors are for a language: the English ones, or those for others, loaded when they are first needed."""
        if language in ("en", ""):
            return ENGLISH
        if OTHER not in self._encoders and not self._unavailable:
            try:
                self._encoders[OTHER] = (await MultilingualVectors.load(self._models)).encode
            except ModelError:
                self._unavailable = True  # offline and never used before: until the next start such notes are found by words
        return OTHER if OTHER in self._encoders else NONE

    async def keep_now(self):
        """Write what is fresh to the device; a full segment under a name of its own."""
        async with self._writing:
            tidy, self._tidy = self._tidy, False
            segment = self.notebook.seal()
            if segment is None or len(segment) < SEGMENT_NOTES:
                await self._replace(self._fresh, segment, FRESH)
                self._fresh = segment
            else:
                await self._write_new(segment)
                self.notebook.settle(segment)
                await self._replace(self._fresh, None, FRESH)
                self._fresh = None
            for old, new in self.notebook.purge(changed=tidy):
                if old in self._names:
                    await self._replace(old, new, self._names[old])
            small, new = self.notebook.merge(busy=self._seen is not None) or ((), None)
            if new is not None and await self._write_new(new):
                for old in small:
                    if old in self._names:
                        await self._keep.delete(self._names.pop(old))
            if self._seen is None:  # while the notebook is read, what is not known yet is not gone
                await self.derived.keep_only(self.notebook.hashes())

    async def _write_new(self, segment):
        """Write a segment under a name of its own. False where nothing can be written: it is in memory all the same."""
        name = f"{self._number:08}"
        if not await self._keep.write(name, segment.pack()):
            return False
        self._number += 1
        self._names[segment] = name
        return True

    async def _replace(self, old, new, name):
        """Write ``new``, or nothing, where ``old`` is. What cannot be replaced is deleted: it may hold what was to be forgotten."""
        if new is not None and self._names.get(new) == name:
            return
        self._names.pop(old, None)
        if new is not None and await self._keep.write(name, new.pack()):
            self._names[new] = name
        else:
            await self._keep.delete(name)

    # -- finding ----------------------------------------------------------------------------

    def search(self, payload):
        """{"query", "today": "2025-03-09", "limit"?, "meaning"?: false for words alone} → {"hits": […], "problems": [sentence]}.

        A hit: {"id", "title", "created", "why": "words", "meaning" or "filter", "score", "excerpt", "marks": [[start, end]] in the excerpt}.
        """
        query = parse(payload["query"])
        if not query.asks and not query.filters:
            return {"hits": [], "problems": query.problems}
        text = " ".join((*query.words, *query.phrases))[:QUESTION_CHARACTERS]
        language = self._language_of(text)
        vectors = self._vectors(text, language) if payload.get("meaning", True) and query.asks else {}
        hits = self.notebook.search(query, vectors, language, day_of(payload["today"]), min(MOST_SEARCH_HITS, payload.get("limit", SEARCH_HITS)))
        looked_at = {}
        return {"hits": [_shown(hit, query.asks, looked_at) for hit in hits], "problems": query.problems}

    def related(self, payload):
        """{"id", "text", "limit"?} → {"notes": [a hit, with "similarity" and "same"]}: notes about what ``text`` ends with.

        Never the note ``id``, which ``text`` is of. The excerpt is the sentence that is nearest to the last one; ``same``: it says the same.
        """
        text = payload["text"]
        spans = sentences(text)[-LAST_SENTENCES:]
        if not spans:
            return {"notes": []}
        last = text[slice(*spans[-1])]
        vectors, language = {}, self._language_of(text[spans[0][0]:])
        for part in dict.fromkeys((last, text[spans[max(0, len(spans) - 2)][0]:spans[-1][1]], text[spans[0][0]:spans[-1][1]])):
            for space, vector in self._vectors(part, language).items():
                vectors.setdefault(space, []).append(vector)
        hits = self.notebook.related(vectors, language, payload["id"], min(MOST_SEARCH_HITS, payload.get("limit", RELATED_NOTES)), LEAST_RELATED)
        return {"notes": [self._told(hit, {space: found[0] for space, found in vectors.items()}) for hit in hits]}

    def _told(self, hit, last):
        """Return a related note as the page draws it. ``last``: {space: vector} of the sentence just written."""
        start, end = hit.passage
        parts = [hit.text[start + low:start + high] for low, high in sentences(hit.text[start:end])] or [hit.text[start:end]]
        near = self._encoders[hit.space](parts) @ last[hit.space] if hit.space in last else np.zeros(len(parts))
        best = int(near.argmax())
        return _shown(hit, False, {}) | {"excerpt": parts[best][:EXCERPT], "similarity": round(hit.cosine, 3), "same": bool(near[best] >= SAME[hit.space])}

    def _language_of(self, text):
        """Return the language of a question; in a notebook without other languages nobody needs to look."""
        if OTHER not in self._encoders or surely_english(text):
            return "en"
        return self._language.detect(text)[0] or "en"

    def _vectors(self, text, language):
        """Return {space: vector} of a question: the English one, and that for all languages where notes need it."""
        vectors = {}
        if language == "en":
            vectors[ENGLISH] = self._encoders[ENGLISH]([text])[0]
        if OTHER in self._encoders:
            vectors[OTHER] = self._encoders[OTHER]([text])[0]
        return {space: vector for space, vector in vectors.items() if vector.any()}


def _shown(hit, asked, looked_at):
    """Return a hit as the page draws it. ``looked_at``: a dict, the same for all hits of a question."""
    excerpt, marks = _excerpt(hit, looked_at)
    title = headline({"title": hit.text[:hit.title], "text": hit.text[hit.title + 1:]})
    why = "words" if hit.words > 0 else "meaning" if asked else "filter"
    return {"id": hit.id, "title": title, "created": hit.created, "why": why, "score": round(hit.score, 4),
            "excerpt": excerpt, "marks": marks}


def _excerpt(hit, looked_at):
    """Return (a piece of the note that tells why it was found, [[start, end]] of the words that were asked for in it)."""
    text, body = hit.text, hit.title + 1
    if hit.words <= 0:
        start, end = hit.passage or (body, len(text))
        return _cut(text, max(body, start), max(body, end)), []

    def wanted(part):
        return matches(part, looked_at, lambda term: term in hit.wanted or term.startswith(hit.beginnings))

    # The best passage, if it shows a word that was asked for; else the first place in the note that does.
    start = max(body, hit.passage[0]) if hit.passage else body
    excerpt = _cut(text, start, len(text))
    marks = list(wanted(excerpt))
    if not marks:
        first = next(wanted(text[body:body + LOOKED_THROUGH]), None)
        if first is not None:
            excerpt = _cut(text, _begin(text, body, body + first[0]), len(text))
            marks = list(wanted(excerpt))
    return excerpt, [list(span) for span in _joined(marks)]


def _cut(text, start, end):
    """Return the text from ``start`` to ``end`` in one line, at most EXCERPT characters of it."""
    more = "…" if start + EXCERPT < end else ""
    return " ".join(text[start:min(end, start + EXCERPT)].split()) + more


def _begin(text, body, at):
    """Return where an excerpt begins that shows ``at``: at its line or sentence, or a few words before."""
    earliest = max(body, at - BEFORE_MARK)
    near = text[earliest:at]
    begin = max(near.rfind(mark) + len(mark) if mark in near else -1 for mark in (". ", "! ", "? ", "\n"))
    if begin < 0 and earliest > body:
        begin = near.find(" ") + 1
    return earliest + max(0, begin)


def _joined(spans):
    joined = []
    for start, end in spans:
        if joined and start <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(end, joined[-1][1])
        else:
            joined.append((start, end))
    return joined
