"""The index of a notebook: finds notes by their words and by their meaning, among ten thousand within a frame.

Offers ``NotebookIndex()`` with

- ``add(note)``, ``remove(id)``, ``lacking(revisions)``, ``keep_only(ids)``: keeping it in step with the notebook.
- ``search(query, vectors, limit)`` and ``related(vectors, own, limit)`` -> ``[Hit]``, best first.
- ``take(segment)``, ``seal(model)``, ``settle(segment)``, ``dead()``: its parts, for keeping them on the device.

Words: S. Robertson and H. Zaragoza, «The probabilistic relevance framework: BM25 and beyond» (2009), for how much a word tells;
``ranking.fuse`` says how words and meaning go together. Meaning: the beginnings of all vectors are compared, then the
whole vectors of the best. A word that nobody wrote is taken for a slip of the nearest ones (F. J. Damerau, 1964).
"""

from collections import namedtuple
from math import log

import numpy as np

from app.engine.index_segment import ENGLISH, OTHER, Segment
from app.engine.ranking import fuse
from app.engine.terms import fold, terms

# Notes to a segment. More are searched a little faster, fewer are built in a shorter moment.
SEGMENT_NOTES = 256
# A segment with a smaller share of living notes is made anew, note by note.
LEAST_ALIVE = 0.5

# Passages whose whole vectors are compared, and notes with the question's words among whose passages are such.
CLOSE = 1024
CLOSE_BY_WORDS = 256

# What a question's word counts where only its beginning, or a word spelt like it, was found.
WORTH_BEGINNING = 0.9
WORTH_SLIP = 0.6
# Letters from which a word is taken for the beginning of longer ones; from which one slip, and two slips, are forgiven.
BEGINNING_FROM, SLIP_FROM, TWO_SLIPS_FROM = 2, 5, 8

# Added to a score (a cosine, and up to 1 for words): for a title that holds all words; for a note of today, half of it for one of
# a year ago. Both decide between what is alike otherwise.
WORTH_TITLE = 0.15
WORTH_TODAY = 0.02
HALF_LIFE_DAYS = 365

# Cosines from which a note is called similar, by the vectors' space. Chosen on the development half of bench/data/retrieval.jsonl.
LEAST_SIMILAR = {ENGLISH: 0.33, OTHER: 0.5}

# A found note. ``passage``: its best one as (start, end) in ``text``, or None; ``cosine`` of that; ``words``: the share of what was
# asked for that its words cover; ``wanted``: {term} of them that are to be marked.
Hit = namedtuple("Hit", "meta text title score words cosine passage wanted")


class NotebookIndex:
    def __init__(self):
        self.segments = []
        self.fresh = {}  # id -> Analysed: what is in no segment yet
        self._where = {}  # id -> (segment, place)
        self._alive = {}  # segment -> bool (notes,)
        self._sealed = None  # the segment of `fresh`, while that does not change
        self._letters = {}  # segment -> uint32 (words,): which letters a word has

    # -- keeping in step --------------------------------------------------------------------

    def __len__(self):
        return len(self._where) + len(self.fresh)

    def revision(self, id):
        """Return the revision of a note that the index knows, or -1."""
        meta = self._meta(id)
        return meta["revision"] if meta else -1

    def _meta(self, id):
        if id in self.fresh:
            return self.fresh[id].meta
        if id in self._where:
            segment, place = self._where[id]
            return segment.metas[place]
        return None

    def older(self, id):
        """Return the note as it was indexed last, or None: its vectors can be used again."""
        if id in self.fresh:
            return self.fresh[id]
        if id in self._where:
            segment, place = self._where[id]
            return segment.note(place)
        return None

    def take(self, segment):
        """Add a segment that was kept. A note that is also elsewhere lives where its revision is the newest."""
        alive = np.zeros(len(segment), bool)
        for place, meta in enumerate(segment.metas):
            if meta["revision"] > self.revision(meta["id"]):
                self._drop(meta["id"])
                alive[place] = True
                self._where[meta["id"]] = segment, place
        self.segments.append(segment)
        self._alive[segment] = alive

    def add(self, note):
        """Add an ``Analysed`` note, or put it in the place of its older self."""
        self._drop(note.meta["id"])
        self.fresh[note.meta["id"]] = note
        self._sealed = None

    def remove(self, id):
        self._drop(id)

    def _drop(self, id):
        if self.fresh.pop(id, None) is not None:
            self._sealed = None
        if id in self._where:
            segment, place = self._where.pop(id)
            self._alive[segment][place] = False

    def lacking(self, revisions):
        """Return the ids among ``revisions`` ({id: revision}) that are to be indexed: new, changed, or in a part that is mostly dead."""
        return [id for id, revision in revisions.items() if self.revision(id) != revision or self._is_worn(id)]

    def _is_worn(self, id):
        return id in self._where and self._alive[self._where[id][0]].mean() < LEAST_ALIVE

    def keep_only(self, ids):
        """Forget every note that is not among ``ids`` (a set)."""
        for id in [id for id in (*self._where, *self.fresh) if id not in ids]:
            self._drop(id)

    def dead(self):
        """Return the segments in which no note lives, and forget them."""
        dead = [segment for segment in self.segments if not self._alive[segment].any()]
        self.segments = [segment for segment in self.segments if segment not in dead]
        for segment in dead:
            self._alive.pop(segment)
            self._letters.pop(segment, None)
        return dead

    def seal(self, model):
        """Return a segment of what is fresh, or None; the notes stay fresh until ``settle`` is told that it was kept."""
        if self._sealed is None and self.fresh:
            self._sealed = Segment.build(list(self.fresh.values()), model)
        return self._sealed

    def settle(self, segment):
        """A segment that ``seal`` made is one of the kept ones from now on."""
        alive = np.zeros(len(segment), bool)
        for place, meta in enumerate(segment.metas):
            note = self.fresh.get(meta["id"])
            if note is not None and note.meta is meta:
                del self.fresh[meta["id"]]
                self._where[meta["id"]] = segment, place
                alive[place] = True
        self.segments.append(segment)
        self._alive[segment] = alive
        self._sealed = None

    def _parts(self):
        """Return ``[(segment, alive)]`` of all notes."""
        parts = [(segment, self._alive[segment]) for segment in self.segments]
        fresh = self.seal("")
        return parts + ([(fresh, np.ones(len(fresh), bool))] if fresh else [])

    # -- searching --------------------------------------------------------------------------

    def search(self, query, vectors, today, limit):
        """Return the best ``limit`` hits, as ``[Hit]``.

        ``query``: a ``Query``; ``vectors``: {space: float32 (d,)} of what it asks; ``today``: as 20250309. A query that only filters
        gets the newest notes that pass.
        """
        found = _Search(self._parts(), self._letters, query)
        if not found.count:
            return []
        fit = found.fit()
        if not query.asks:
            places = np.flatnonzero(fit)
            places = places[np.argsort(-found.created[places], kind="stable")][:limit]
            return [found.hit(place, 0.0, 0.0, -1.0, -1) for place in places.tolist()]
        complete, in_title = found.words()
        cosines, passages = found.meaning(vectors, complete)
        near = cosines >= found.least_similar
        age = np.maximum(0, _days(today) - _days(found.created))
        scores = (fuse(np.maximum(cosines, 0), complete) + WORTH_TITLE * complete ** 2 * in_title + WORTH_TODAY * 0.5 ** (age / HALF_LIFE_DAYS))
        fit &= (complete > 0) | near
        places = np.flatnonzero(fit)
        best = places[np.argsort(-scores[places], kind="stable")]
        if query.phrases:
            wanted = [fold(phrase) for phrase in query.phrases]
            best = np.array([place for place in best.tolist() if complete[place] > 0 and found.holds(place, wanted)], np.intp)
        return [found.hit(place, scores[place], complete[place], cosines[place], passages[place]) for place in best[:limit].tolist()]

    def related(self, vectors, own, limit, least):
        """Return the notes nearest to any of ``vectors`` ({space: float32 (n, d)}), but not the note ``own``; cosine ``least`` at least."""
        parts = self._parts()
        found = _Search(parts, self._letters, None)
        if not found.count:
            return []
        cosines, passages = np.full(found.count, -1, np.float32), np.full(found.count, -1, np.intp)
        nothing = np.zeros(found.count, np.float32)
        for space, rows in vectors.items():
            for vector in rows:
                near, passage = found.meaning({space: vector}, nothing)
                better = near > cosines
                cosines[better], passages[better] = near[better], passage[better]
        fit = found.alive & (cosines >= least)
        places = np.flatnonzero(fit)
        hits = []
        for place in places[np.argsort(-cosines[places], kind="stable")][:limit + 1].tolist():
            hit = found.hit(place, cosines[place], 0.0, cosines[place], passages[place])
            if hit.meta["id"] != own:
                hits.append(hit)
        return hits[:limit]


class _Search:
    """One question to all parts. Notes are numbered through: those of the first part, then those of the next."""

    def __init__(self, parts, letters, query):
        self.parts, self.query, self._letters = parts, query, letters
        self.bases = np.r_[0, np.cumsum([len(segment) for segment, _ in parts])].astype(np.intp)
        self.count = int(self.bases[-1])
        self.alive = np.concatenate([alive for _, alive in parts]) if parts else np.zeros(0, bool)
        self.wanted = set()
        self.least_similar = np.full(self.count, LEAST_SIMILAR[ENGLISH], np.float32)
        if query is not None:
            self.created = np.concatenate([_created(segment) for segment, _ in parts]) if parts else np.zeros(0, np.int64)

    # Filters

    def fit(self):
        """Return which notes (count,) live and pass the query's filters."""
        query, fit = self.query, self.alive.copy()
        if query.before:
            fit &= self.created < query.before
        if query.after:
            fit &= self.created >= query.after
        if query.language or query.tags or query.without_tags:
            for number in np.flatnonzero(fit).tolist():
                fit[number] = self._passes(self._meta(number))
        for text in query.without:
            for term in asked_terms(text):
                for number, (segment, _) in enumerate(self.parts):
                    notes, _ = segment.postings(*segment.span(term))
                    fit[self.bases[number] + notes.astype(np.intp)] = False
        return fit

    def _passes(self, meta):
        query = self.query
        if query.language and meta["language"] != query.language:
            return False
        tags = [fold(tag) for tag in meta["tags"]]
        return all(tag in tags for tag in query.tags) and not any(tag in tags for tag in query.without_tags)

    def _meta(self, place):
        number = int(np.searchsorted(self.bases, place, side="right")) - 1
        return self.parts[number][0].metas[place - self.bases[number]]

    # Words

    def words(self):
        """Return (completeness, whether the title holds every word found), float32 (count,) each."""
        query = self.query
        typed = terms(query.words[-1])[-1:] if query.typing and query.words else []
        last = typed[0][2] if typed else ""
        asked = dict.fromkeys(term for text in (*query.words, *query.phrases) for term in asked_terms(text))
        covered, total = np.zeros(self.count, np.float32), 0.0
        alive = int(self.alive.sum())
        for term in asked:
            worth = self._known(term, term == last)
            share = int(((worth > 0) & self.alive).sum())
            information = log(1 + (alive - share + 0.5) / (share + 0.5))
            total += information
            covered += worth * np.float32(information)
        complete = covered / np.float32(total) if total else covered
        return complete, self._in_title(complete)

    def _known(self, term, typing):
        """Return what each note's (count,) match is worth: of the word itself, of what begins with it, or of what is spelt like it."""
        worth = self._holding(term, False).astype(np.float32)
        if worth.any():
            self.wanted.add(term)
        if len(term) >= BEGINNING_FROM and (typing or not worth.any()):
            beginning = self._holding(term, True)
            if beginning.any():
                self.wanted.add(term + "*")
                worth[beginning & (worth == 0)] = WORTH_BEGINNING
        if len(term) >= SLIP_FROM and not worth.any():
            slips = 2 if len(term) >= TWO_SLIPS_FROM else 1
            for number, (segment, _) in enumerate(self.parts):
                for at in self._spelt_like(segment, term, slips):
                    notes, _ = segment.postings(at, at + 1)
                    worth[self.bases[number] + notes.astype(np.intp)] = WORTH_SLIP
                    self.wanted.add(segment.word(at))
        return worth

    def _holding(self, term, prefix):
        holds = np.zeros(self.count, bool)
        for number, (segment, _) in enumerate(self.parts):
            low, high = segment.span(term, prefix)
            if high > low:
                notes, _ = segment.postings(low, high)
                holds[self.bases[number] + notes.astype(np.intp)] = True
        return holds

    def _spelt_like(self, segment, term, slips):
        """Return the words of a segment that are ``term`` but for some slips. Only those with nearly the same letters are looked at."""
        if segment not in self._letters:
            self._letters[segment] = _letters(segment)
        letters, lengths = self._letters[segment]
        wanted = term.encode("utf-8", "surrogatepass")
        mask = np.bitwise_or.reduce(np.uint32(1) << (np.frombuffer(wanted, np.uint8) & 31).astype(np.uint32))
        near = (np.bitwise_count(letters ^ mask) <= 2 * slips) & (np.abs(lengths - len(wanted)) <= 2 * slips)
        words = [(at, segment.word(at)) for at in np.flatnonzero(near).tolist()]
        return [at for at, word in words if word[:1] == term[:1] and distance(word, term, slips) <= slips]

    def _in_title(self, complete):
        """Return 1 for notes whose title holds every wanted word, else 0; only notes that hold all words are looked at."""
        found = np.zeros(self.count, np.float32)
        full = np.flatnonzero((complete >= complete.max(initial=0) - 1e-6) & (complete > 0) & self.alive)[:CLOSE]
        for place in full.tolist():
            number = int(np.searchsorted(self.bases, place, side="right")) - 1
            segment, at = self.parts[number][0], place - self.bases[number]
            if segment.titles[at]:
                held = {term for _, _, term in terms(segment.text(at)[:segment.titles[at]])}
                found[place] = all(any(term.startswith(want[:-1]) for term in held) if want.endswith("*") else want in held for want in self.wanted)
        return found

    def holds(self, place, phrases):
        """Whether a note has each of the folded ``phrases``, at the beginning of a word."""
        number = int(np.searchsorted(self.bases, place, side="right")) - 1
        text = " ".join(fold(self.parts[number][0].text(place - self.bases[number])).split())
        return all(_stands_in(" ".join(phrase.split()), text) for phrase in phrases)

    # Meaning

    def meaning(self, vectors, complete):
        """Return (cosine of the best passage, that passage's number in its segment), (count,) each; -1 where there is none.

        ``vectors``: {space: (d,)}; ``complete`` (count,): notes with the question's words are compared closely in any case.
        """
        cosines, passages = np.full(self.count, -1, np.float32), np.full(self.count, -1, np.intp)
        by_words = complete >= _largest(complete, CLOSE_BY_WORDS) if complete.any() else complete > 0
        by_words &= complete > 0
        for space, vector in vectors.items():
            near = [(number, segment.points[space], segment.points[space].near(vector)) for number, (segment, _) in enumerate(self.parts)
                    if space in segment.points]
            if not near:
                continue
            least = _largest(np.concatenate([values for _, _, values in near]), CLOSE)
            for number, points, values in near:
                base = self.bases[number]
                rows = np.flatnonzero((values >= least) | by_words[base + points.notes])
                if not len(rows):
                    continue
                exact, notes = points.cosines(rows, vector), base + points.notes[rows]
                order = np.argsort(exact, kind="stable")  # of several assignments to one place the last holds
                exact, notes = exact[order], notes[order]
                better = exact > cosines[notes]
                cosines[notes[better]] = exact[better]
                passages[notes[better]] = points.passages[rows[order][better]]
                if space != ENGLISH:
                    self.least_similar[notes[better]] = LEAST_SIMILAR[space]
        return cosines, passages

    # Results

    def hit(self, place, score, words, cosine, passage):
        number = int(np.searchsorted(self.bases, place, side="right")) - 1
        segment, at = self.parts[number][0], int(place - self.bases[number])
        span = None
        if passage >= 0:
            start, end = segment.spans[passage]
            span = int(start), int(end)
        return Hit(segment.metas[at], segment.text(at), int(segment.titles[at]), float(score), float(words), float(cosine), span, self.wanted)


def asked_terms(text):
    """Return the terms of a question's words; ideographs by themselves only where they stand alone."""
    found = terms(text)
    pairs = {(start, start + 1) for start, end, _ in found if end - start == 2} | {(end - 1, end) for start, end, _ in found if end - start == 2}
    return [term for start, end, term in found if (start, end) not in pairs]


def distance(one, other, most):
    """Return the number of letters missing, too many, wrong or swapped between two words (optimal string alignment); above ``most``, any number."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    before, row = None, list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        last, row, before = row, [i], row if i == 1 else last
        for j, b in enumerate(other, 1):
            cost = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
    return row[-1]


def _letters(segment):
    """Return (which letters each word has, as bits by byte modulo 32; its bytes)."""
    starts = segment.arrays["word_starts"].astype(np.intp)
    bits = np.uint32(1) << (segment.arrays["words"] & 31).astype(np.uint32)
    letters = np.bitwise_or.reduceat(bits, starts[:-1]) if len(starts) > 1 else np.zeros(0, np.uint32)
    return letters, np.diff(starts)


def _stands_in(phrase, text):
    at = text.find(phrase)
    while at >= 0:
        if at == 0 or not (text[at - 1].isalnum() and phrase[:1].isascii()):
            return True
        at = text.find(phrase, at + 1)
    return not phrase


def _largest(values, count):
    """Return the ``count``-th largest of ``values``, or the smallest where they are fewer."""
    if len(values) <= count:
        return values.min(initial=np.inf)
    return np.partition(values, len(values) - count)[len(values) - count]


def _created(segment):
    """Return the day of each note, as 20250309."""
    if not hasattr(segment, "days"):
        segment.days = np.array([day_of(meta["created"]) for meta in segment.metas], np.int64)
    return segment.days


def day_of(moment):
    """Return the day of a moment («2025-03-09T…») as 20250309; 0 where it is none."""
    digits = moment[:10].replace("-", "")
    return int(digits) if digits.isascii() and digits.isdigit() else 0


def _days(day):
    """Return about how many days lie between year 0 and ``day`` (20250309): months are taken for 30.44 days."""
    return day // 10000 * 365.25 + day // 100 % 100 * 30.44 + day % 100
