"""The index of a notebook: finds notes by their words and by their meaning, among ten thousand and more.

Offers ``NotebookIndex(model)`` with

- ``add(note)``, ``remove(id)``, ``lacking(revisions)``, ``keep_only(ids)``: keeping it in step with the notebook.
- ``briefs()``, ``hashes()``, ``content(id)``: what is in it.
- ``search(query, vectors, …)`` and ``related(vectors, …)`` -> ``[Hit]``, best first.
- ``take(segment)``, ``seal()``, ``settle(segment)``, ``purge()``, ``merge()``: its parts, for keeping them on the device.

Words: S. Robertson and H. Zaragoza, «The probabilistic relevance framework: BM25 and beyond» (2009), for how much a word tells;
``ranking.fuse`` says how words and meaning go together. Meaning: the signs of all vectors are compared, then the
whole vectors of the nearest. A word that nobody wrote is taken for a slip of the nearest ones (F. J. Damerau, 1964).
"""

from bisect import bisect_right
from collections import namedtuple
from itertools import accumulate
from math import log

import numpy as np

from app.engine.index_segment import IN_TITLE, OTHER, Segment, signs
from app.engine.ranking import fuse
from app.engine.terms import fold, terms

# Notes to a segment when it is built: more would take longer than a moment. A search pays for each segment, so many are merged into one:
# so many small ones while a notebook is read, and all when it has been. A segment of so many notes stays as it is.
SEGMENT_NOTES = 256
MERGED_FROM = 8
QUIET_SEGMENTS = 1
GREAT_NOTES = 16_384
# The share of a segment's notes that may have changed since it was made before it is made anew without their older selves.
MOST_CHANGED = 1 / 16

# Passages whose vectors are compared number by number (of 46,627 passages these hold 93 % of the ten nearest); of the notes with the question's
# words, so many whose passages all are. With both, 96.5 % of the ten best notes are those that comparing everything would find.
CLOSE = 2048
CLOSE_BY_WORDS = 64

# What a question's word counts where only its beginning, or a word spelt like it, was found.
WORTH_BEGINNING = 0.9
WORTH_SLIP = 0.6
# Letters from which a word is taken for the beginning of longer ones; from which one slip, and two slips, are forgiven.
BEGINNING_FROM, SLIP_FROM, TWO_SLIPS_FROM = 2, 5, 8

# Added to a score (a cosine, and up to 1 for words): for a title that holds every word; for a note of today, half of it for one of
# a year ago. Both decide between what is alike otherwise.
WORTH_TITLE = 0.15
WORTH_TODAY = 0.02
HALF_LIFE_DAYS = 365

# Cosine from which a note is called similar. Chosen on the development half of bench/data/retrieval.jsonl.
LEAST_SIMILAR = 0.33

# In the space of all languages everything lies nearer together, and texts of one language nearer still. So its cosines are moved to
# where as few pairs of unrelated passages reach as reach the like in English: times this, less this, and less this where both are
# of one language. Fitted to the 90th, 99th and 99.9th percentile between the passages of static/sample/notebook.json.
OTHER_SLOPE, OTHER_SHIFT, SAME_LANGUAGE_SHIFT = 1.3, 0.31, 0.14

# A found note. ``passage``: its best one as (start, end) in ``text``, or None; ``cosine`` of that, in ``space``; ``words``: the share of what was
# asked for that its words cover; ``wanted``: {term}, and ``beginnings``: (term,) of words, that are to be marked.
Hit = namedtuple("Hit", "id created text title score words cosine space passage wanted beginnings")


class NotebookIndex:
    """``model`` names the vectors that its segments are made with."""

    def __init__(self, model):
        self.model = model
        self.segments = []
        self.fresh = {}  # id -> Analysed: what is in no segment yet
        self._places = {}  # segment -> {id: place} of the notes that live in it
        self._alive = {}  # segment -> bool (notes,)
        self._twins = {}  # content hash -> the note that had it last
        self.removed = set()  # ids of notes that were taken out, until somebody clears it
        self._sealed = None  # the segment of `fresh`, while that does not change
        self._erased = set()  # segments that hold a note that was removed
        self._letters = {}  # segment -> what `_letters` says of its words

    # -- keeping in step --------------------------------------------------------------------

    def __len__(self):
        return sum(map(len, self._places.values())) + len(self.fresh)

    def revision(self, id):
        """Return the revision of a note that the index knows, or -1."""
        if id in self.fresh:
            return self.fresh[id].meta["revision"]
        segment, place = self._find(id)
        return -1 if segment is None else int(segment.revisions[place])

    def _find(self, id):
        """Return (segment, place) of a note that is in a segment, or (None, -1)."""
        for segment, places in self._places.items():
            if id in places:
                return segment, places[id]
        return None, -1

    def _hash(self, id):
        """Return the content hash of a note, "" where the index does not know it."""
        if id in self.fresh:
            return self.fresh[id].meta["hash"]
        segment, place = self._find(id)
        return "" if segment is None else segment.hashes[place]

    def briefs(self):
        """Return a ``Brief`` of every note."""
        found = []
        for segment, places in self._places.items():
            briefs = segment.briefs()
            found += briefs if len(places) == len(briefs) else [briefs[place] for place in places.values()]
        return found + [note.brief() for note in self.fresh.values()]

    def hashes(self):
        """Return the content hashes of all notes, a set."""
        found = {note.meta["hash"] for note in self.fresh.values()}
        for segment, places in self._places.items():
            found.update(segment.hashes if len(places) == len(segment) else [segment.hashes[place] for place in places.values()])
        return found

    def content(self, id):
        """Return (meta, title, text) of a note, or None."""
        if id in self.fresh:
            note = self.fresh[id]
            return note.meta, note.text[:note.title], note.text[note.title + 1:]
        segment, place = self._find(id)
        if segment is None:
            return None
        text, title = segment.text(place), int(segment.titles[place])
        return segment.meta(place), text[:title], text[title + 1:]

    def older(self, id, content):
        """Return the note as it was indexed last, or one with the same content hash, or None: its vectors can be used again."""
        twin = self._twins.get(content)
        if twin is not None and self._hash(twin) == content:
            id = twin
        if id in self.fresh:
            return self.fresh[id]
        segment, place = self._find(id)
        return None if segment is None else segment.note(place)

    def take(self, segment):
        """Add a segment that was kept. A note that is also elsewhere lives where its revision is the newest."""
        alive, places = np.ones(len(segment), bool), dict(zip(segment.ids, range(len(segment))))
        for id in [id for known in (self.fresh, *self._places.values()) for id in known.keys() & places.keys()]:  # hardly ever any
            if segment.revisions[places[id]] > self.revision(id):
                self._drop(id)
            else:
                alive[places.pop(id)] = False
        self._twins |= dict(zip(segment.hashes, segment.ids)) if alive.all() else {segment.hashes[place]: id for id, place in places.items()}
        self._enter(segment, places, alive)

    def _enter(self, segment, places, alive):
        self.segments.append(segment)
        self._places[segment], self._alive[segment] = places, alive

    def _leave(self, segment):
        self.segments.remove(segment)
        self._erased.discard(segment)
        for known in (self._places, self._alive, self._letters):
            known.pop(segment, None)

    def add(self, note):
        """Add an ``Analysed`` note, or put it in the place of its older self."""
        self._drop(note.meta["id"])
        self.fresh[note.meta["id"]] = note
        self._twins[note.meta["hash"]] = note.meta["id"]
        self._sealed = None

    def remove(self, id):
        self.removed.add(id)
        segment, _ = self._find(id)
        if segment is not None:
            self._erased.add(segment)
        self._drop(id)

    def _drop(self, id):
        content = self._hash(id)
        if self._twins.get(content) == id:
            del self._twins[content]
        if self.fresh.pop(id, None) is not None:
            self._sealed = None
        segment, place = self._find(id)
        if segment is not None:
            del self._places[segment][id]
            self._alive[segment][place] = False

    def lacking(self, revisions):
        """Return the ids among ``revisions`` ({id: revision}) that are to be indexed: they are new or changed."""
        return [id for id, revision in revisions.items() if self.revision(id) != revision]

    def keep_only(self, ids):
        """Forget every note that is not among ``ids`` (a set)."""
        for id in [id for known in (self.fresh, *self._places.values()) for id in known.keys() - ids]:
            self.remove(id)

    def purge(self, changed):
        """Take what is left of removed notes out of the segments. Returns ``[(old segment, the one in its place or None)]``.

        Not ``changed``: a segment of which notes were only changed stays as it is, until they are so many that it is worth a new one.
        """
        purged = []
        for segment in list(self.segments):
            alive = self._alive[segment]
            dead = len(segment) - np.count_nonzero(alive)
            if segment in self._erased or dead > (0 if changed else len(segment) * MOST_CHANGED):
                new = segment.only(alive) if alive.any() else None
                purged.append((segment, new))
                place = self.segments.index(segment)
                self._leave(segment)
                if new is not None:
                    self._enter(new, dict(zip(new.ids, range(len(new)))), np.ones(len(new), bool))
                    self.segments.insert(place, self.segments.pop())
        return purged

    def seal(self):
        """Return a segment of what is fresh, or None; the notes stay fresh until ``settle`` is told that it was kept."""
        if self._sealed is None and self.fresh:
            self._sealed = Segment.build(list(self.fresh.values()), self.model)
        return self._sealed

    def settle(self, segment):
        """A segment that ``seal`` made is one of the kept ones from now on."""
        alive, places = np.zeros(len(segment), bool), {}
        for place, id in enumerate(segment.ids):
            note = self.fresh.get(id)
            if note is not None and (note.meta["revision"], note.meta["hash"]) == (segment.revisions[place], segment.hashes[place]):
                del self.fresh[id]
                places[id], alive[place] = place, True
        self._enter(segment, places, alive)
        self._sealed = None

    def merge(self, busy):
        """Make one segment of small ones where there are many. Returns (the old ones, the new one), or None.

        While ``busy``, only of the smallest, so that none is made anew again and again; else of all that one can hold.
        """
        limit, most = (MERGED_FROM * SEGMENT_NOTES, MERGED_FROM - 1) if busy else (GREAT_NOTES, QUIET_SEGMENTS)
        small = [segment for segment in self.segments if len(segment) < limit]
        if len(small) <= most:
            return None
        new = Segment.merged(small)
        alive = np.concatenate([self._alive[segment] for segment in small])
        erased = any(segment in self._erased for segment in small)
        for segment in small:
            self._leave(segment)
        self._enter(new, {id: place for place, id in enumerate(new.ids) if alive[place]}, alive)
        if erased:
            self._erased.add(new)
        return small, new

    def parts(self):
        """Return ``[(segment, alive)]`` of all notes."""
        parts = [(segment, self._alive[segment]) for segment in self.segments]
        fresh = self.seal()
        return parts + ([(fresh, np.ones(len(fresh), bool))] if fresh else [])

    # -- searching --------------------------------------------------------------------------

    def search(self, query, vectors, language, today, limit):
        """Return the best ``limit`` hits, as ``[Hit]``.

        ``query``: a ``Query``; ``vectors``: {space: float32 (d,)} of what it asks, in ``language``; ``today``: as 20250309. A query that
        only filters gets the newest notes that pass.
        """
        found = _Search(self.parts(), self._letters, query)
        if not found.count:
            return []
        fit = found.fit()
        if not query.asks:
            places = np.flatnonzero(fit)
            places = places[np.argsort(-found.created[places], kind="stable")][:limit]
            return [found.hit(place, 0.0, 0.0, -1.0, -1) for place in places.tolist()]
        complete, titled = found.words()
        near = found.meaning(vectors, language, complete)
        cosines = near.cosines
        age = np.maximum(0, _days(today) - _days(found.created))
        scores = (fuse(np.maximum(cosines, 0), complete) + WORTH_TITLE * titled ** 2 + WORTH_TODAY * 0.5 ** (age / HALF_LIFE_DAYS))
        fit &= (complete > 0) | (cosines >= LEAST_SIMILAR)
        if query.phrases:
            wanted = [fold(phrase) for phrase in query.phrases]
            fit[[place for place in np.flatnonzero(fit).tolist() if complete[place] == 0 or not found.holds(place, wanted)]] = False
        return [found.hit(place, scores[place], complete[place], cosines[place], near.passage(place)) for place in _best(scores, fit, limit)]

    def related(self, vectors, language, own, limit, least):
        """Return the notes nearest to any of ``vectors`` ({space: float32 (n, d)}), but not the note ``own``; cosine ``least`` at least."""
        parts = self.parts()
        found = _Search(parts, self._letters, None)
        if not found.count:
            return []
        near, nothing = [], np.zeros(found.count, np.float32)
        for space, rows in vectors.items():
            near += [found.meaning({space: vector}, language, nothing) for vector in rows]
        if not near:
            return []
        every = np.stack([one.cosines for one in near])
        nearest, cosines = every.argmax(0), every.max(0)
        fit = found.alive & (cosines >= least)
        hits = []
        for place in _best(cosines, fit, limit + 1):
            hit = found.hit(place, cosines[place], 0.0, cosines[place], near[nearest[place]].passage(place))
            if hit.id != own:
                hits.append(hit)
        return hits[:limit]


class _Search:
    """One question to all parts. Notes are numbered through: those of the first part, then those of the next."""

    def __init__(self, parts, letters, query):
        self.parts, self.query, self._letters = parts, query, letters
        self.bases = [0, *accumulate(len(segment) for segment, _ in parts)]
        self.count = self.bases[-1]
        self.alive = np.concatenate([alive for _, alive in parts]) if parts else np.zeros(0, bool)
        self.wanted, self.beginnings = set(), ()
        if query is not None:
            self.created = np.concatenate([segment.days() for segment, _ in parts]) if parts else np.zeros(0, np.int32)

    # Filters

    def fit(self):
        """Return which notes (count,) live and pass the query's filters."""
        query, fit = self.query, self.alive.copy()
        if query.before:
            fit &= self.created < query.before
        if query.after:
            fit &= self.created >= query.after
        if query.language:
            fit &= np.concatenate([segment.languages() for segment, _ in self.parts]) == query.language
        for tag in query.tags:
            fit &= self._tagged(tag)
        for tag in query.without_tags:
            fit &= ~self._tagged(tag)
        for text in query.without:
            for term in asked_terms(text):
                for number, (segment, _) in enumerate(self.parts):
                    notes, _ = segment.postings(*segment.span(term))
                    fit[self.bases[number] + notes.astype(np.intp)] = False
        return fit

    def _tagged(self, tag):
        tagged = np.zeros(self.count, bool)
        for number, (segment, _) in enumerate(self.parts):
            tagged[self.bases[number] + np.array(segment.tagged(tag), np.intp)] = True
        return tagged

    def _part(self, place):
        """Return (segment, place in it) of a note."""
        number = bisect_right(self.bases, place) - 1
        return self.parts[number][0], int(place) - self.bases[number]

    # Words

    def words(self):
        """Return (completeness of the match, the same within the title), float32 (count,) each, 0 to 1."""
        query = self.query
        typed = terms(query.words[-1])[-1:] if query.typing and query.words else []
        last = typed[0][2] if typed else ""
        asked = dict.fromkeys(term for text in (*query.words, *query.phrases) for term in asked_terms(text))
        covered, titled, total = np.zeros(self.count, np.float32), np.zeros(self.count, np.float32), 0.0
        alive = int(self.alive.sum())
        for term in asked:
            places, worth, in_title = self._known(term, term == last)
            share = len(places) if alive == self.count else int(self.alive[places].sum())
            information = np.float32(log(1 + (alive - share + 0.5) / (share + 0.5)))
            total += information
            covered[places] += worth * information
            if in_title.any():
                titled[places[in_title]] += (worth if np.isscalar(worth) else worth[in_title]) * information
        return (covered / total, titled / total) if total else (covered, titled)

    def _known(self, term, typing):
        """Return (the notes that hold the word itself, what begins with it, or what is spelt like it; what each one's match is worth; whether
        it is in the title). The notes: intp (n,), no two alike; the worth: float32 (n,), or one number for all."""
        found, in_title = self._holding([[segment.span(term)] for segment, _ in self.parts])
        if len(found):
            self.wanted.add(term)
        if len(term) >= BEGINNING_FROM and (typing or not len(found)):
            longer, long_in_title = self._holding([[segment.span(term, prefix=True)] for segment, _ in self.parts])
            if len(longer) > len(found):
                self.beginnings += (term,)
                worth = np.zeros(self.count, np.float32)
                worth[longer], worth[found] = WORTH_BEGINNING, 1
                return longer, worth[longer], long_in_title
        if len(term) >= SLIP_FROM and not len(found):
            slips = 2 if len(term) >= TWO_SLIPS_FROM else 1
            found, in_title = self._holding([self._spelt_like(segment, term, slips) for segment, _ in self.parts])
            return found, WORTH_SLIP, in_title
        return found, 1, in_title

    def _holding(self, spans):
        """Return (the notes that hold a word of the ``spans`` of their part, whether the title does): intp (n,), no two alike, and bool (n,)."""
        found, times = [], []
        for base, (segment, _), own in zip(self.bases, self.parts, spans):
            for low, high in own:
                if high > low:
                    notes, counts = segment.postings(low, high)
                    found.append(notes.astype(np.intp) + base)
                    times.append(counts)
        if not found:
            return np.zeros(0, np.intp), np.zeros(0, bool)
        places, in_title = np.concatenate(found), np.concatenate(times) >= IN_TITLE
        if all(high - low <= 1 for own in spans for low, high in own) and max(map(len, spans)) <= 1:
            return places, in_title  # one word to a part, and a word names a note once
        there, titled = np.zeros(self.count, bool), np.zeros(self.count, bool)
        there[places], titled[places[in_title]] = True, True
        places = np.flatnonzero(there)
        return places, titled[places]

    def _spelt_like(self, segment, term, slips):
        """Return the spans of a segment's words that are ``term`` but for some slips. Only those with nearly the same letters are looked at."""
        if segment not in self._letters:
            self._letters[segment] = _letters(segment)
        letters, lengths = self._letters[segment]
        wanted = term.encode("utf-8", "surrogatepass")
        mask = np.bitwise_or.reduce(np.uint32(1) << (np.frombuffer(wanted, np.uint8) & 31).astype(np.uint32))
        low, high = segment.span(term[0], prefix=True)
        near = (np.bitwise_count(letters[low:high] ^ mask) <= 2 * slips) & (np.abs(lengths[low:high] - len(wanted)) <= 2 * slips)
        places = (low + np.flatnonzero(near)).tolist()
        words = [segment.word(at) for at in places]
        found = [(at, word) for at, word, slipped in zip(places, words, distances(words, term).tolist()) if slipped <= slips]
        self.wanted.update(word for _, word in found)
        return [(at, at + 1) for at, _ in found]

    def holds(self, place, phrases):
        """Whether a note has each of the folded ``phrases``, at the beginning of a word."""
        segment, at = self._part(place)
        text = " ".join(fold(segment.text(at)).split())
        return all(_stands_in(" ".join(phrase.split()), text) for phrase in phrases)

    # Meaning

    def meaning(self, vectors, language, complete):
        """Return how near each note's best passage is: a ``_Near``.

        ``vectors``: {space: (d,)} of a question in ``language``; ``complete`` (count,): notes with the question's words are compared closely
        in any case.
        """
        near = _Near(self.count)
        by_words = np.zeros(self.count, bool)
        by_words[_best(complete, complete > 0, CLOSE_BY_WORDS)] = True
        for space, vector in vectors.items():
            wanted = signs(vector[None])[:, 0]
            far = [(number, segment.points[space], segment.points[space].distances(wanted)) for number, (segment, _) in enumerate(self.parts)
                   if space in segment.points]
            if not far:
                continue
            most = _distance_of(sum(np.bincount(values, minlength=256) for _, _, values in far), CLOSE)
            for number, points, values in far:
                base = self.bases[number]
                close = values <= most
                close[points.of_notes(by_words[base:self.bases[number + 1]])] = True
                rows = np.flatnonzero(close)
                if not len(rows):
                    continue
                exact, notes = points.cosines(rows, vector), points.notes[rows]
                if space == OTHER:
                    alike = self.parts[number][0].languages()[notes] == language
                    exact = OTHER_SLOPE * exact - OTHER_SHIFT - SAME_LANGUAGE_SHIFT * alike
                near.take(base + notes, exact, points.passages[rows])
        return near

    # Results

    def hit(self, place, score, words, cosine, passage):
        segment, at = self._part(place)
        span = None
        if passage >= 0:
            start, end = segment.spans[passage]
            span = int(start), int(end)
        return Hit(segment.ids[at], segment.created(at), segment.text(at), int(segment.titles[at]), float(score), float(words), float(cosine),
                   int(segment.arrays["spaces"][at]), span, self.wanted, self.beginnings)


class _Near:
    """How near the passages of notes are to a question. ``cosines`` (count,): of each note's best, -1 where none was compared."""

    def __init__(self, count):
        self.cosines = np.full(count, -1, np.float32)
        self._compared = []

    def take(self, notes, cosines, passages):
        """``notes`` (n,), ascending, have ``passages`` (n,), numbers in their segment, with these ``cosines`` (n,)."""
        first = np.flatnonzero(np.diff(notes, prepend=-1))
        own = notes[first]
        self.cosines[own] = np.maximum(self.cosines[own], np.maximum.reduceat(cosines, first))
        self._compared.append((notes, cosines, passages))

    def passage(self, place):
        """Return the number of a note's best passage in its segment, the first of equal ones; -1 where there is none."""
        for notes, cosines, passages in self._compared:
            low, high = np.searchsorted(notes, (place, place + 1))
            if high > low:
                best = low + int(cosines[low:high].argmax())
                if cosines[best] == self.cosines[place]:
                    return int(passages[best])
        return -1


def asked_terms(text):
    """Return the terms of a question's words; ideographs by themselves only where they stand alone."""
    found = terms(text)
    pairs = {(start, start + 1) for start, end, _ in found if end - start == 2} | {(end - 1, end) for start, end, _ in found if end - start == 2}
    return [term for start, end, term in found if (start, end) not in pairs]


def distances(words, term):
    """Return how many letters each of ``words`` misses, has too many, wrong or swapped beside ``term`` (optimal string alignment): int (n,)."""
    if not words:
        return np.zeros(0, np.int64)
    letters = np.array(words).view(np.uint32).reshape(len(words), -1)
    columns = np.arange(letters.shape[1] + 1)
    before = last = np.tile(columns, (len(words), 1))
    for row, letter in enumerate(map(ord, term), 1):
        now = np.full_like(last, row)
        now[:, 1:] = np.minimum(last[:, 1:] + 1, last[:, :-1] + (letters != letter))
        if row > 1:
            swapped = (letters[:, 1:] == ord(term[row - 2])) & (letters[:, :-1] == letter)
            now[:, 2:] = np.minimum(now[:, 2:], np.where(swapped, before[:, :-2] + 1, now[:, 2:]))
        # A letter too many in the word: one more than its neighbour on the left, and so on along the row.
        now = np.minimum.accumulate(now - columns, axis=1) + columns
        before, last = last, now
    return last[np.arange(len(words)), (letters > 0).sum(1)]


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


def _distance_of(counts, count):
    """Return the distance up to which there are ``count`` values, or more: ``counts`` (256,) says how many there are of each."""
    return int(np.searchsorted(np.cumsum(counts), count))


def _best(scores, fit, count):
    """Return the places of the ``count`` highest scores among those that ``fit``, the highest first: of equal ones, the first."""
    places = np.flatnonzero(fit)
    places = places[scores[places] >= _largest(scores[places], count)]
    return places[np.argsort(-scores[places], kind="stable")][:count].tolist()


def _largest(values, count):
    """Return the ``count``-th largest of ``values``, or the smallest where they are fewer."""
    if len(values) <= count:
        return values.min(initial=np.inf)
    return np.partition(values, len(values) - count)[len(values) - count]


def _days(day):
    """Return about how many days lie between year 0 and ``day`` (20250309): months are taken for 30.44 days."""
    return day // 10000 * 365.25 + day // 100 % 100 * 30.44 + day % 100
