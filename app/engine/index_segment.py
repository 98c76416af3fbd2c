"""A part of the index: some hundred notes, their words and the vectors of their passages, as arrays.

Offers

- ``Analysed(...)``: what is known of one note; ``Draft(note, …)`` makes it.
- ``Segment.build(notes)``: a segment of ``Analysed`` notes; ``segment.only(stay)``: one of fewer notes; ``Segment.merged(segments)``: one of many; ``segment.unbuilt()``: its notes again;
  ``segment.pack()`` and ``Segment.read(data)``: its bytes.
- ``segment.postings(low, high)``, ``segment.span(term)``, ``segment.tagged(tag)``, ``segment.points`` …: what a search asks.
- ``day_of(moment)``: days are numbers here.

A segment never changes (P. O'Neil and others, «The log-structured merge-tree», 1996): a note that is written anew goes
into another, and its older self here is dead. So what was read from the device can be used as it lies, without
being taken apart: words are a sorted run of bytes, postings and vectors are views of the file.

A passage is two sentences; each begins with the second one of the passage before. Vectors have eight bits a number and a scale
a passage; their signs alone are kept beside them, to be compared first (M. Charikar, «Similarity estimation techniques from
rounding algorithms», 2002).
"""

import hashlib
import json
from bisect import bisect_left
from collections import namedtuple
from itertools import chain

import numpy as np

from app.engine.packed_arrays import as_lines, lines, pack, unpack
from app.engine.sentences import sentences
from app.engine.terms import counted, fold
from app.everywhere.errors import IndexDamaged
from app.everywhere.note import readable

# What the file calls itself; a file with another number is made anew from the notes.
FORMAT = 3

# Sentences to a passage, and passages that are read of a note, at most: the vectors of a diary kept in one note
# would take seconds at every save. Words are read of so many characters.
PASSAGE_SENTENCES = 2
MOST_PASSAGES = 600
READ_CHARACTERS = 200_000

# What a posting's byte holds: how often the word stands in the note, and whether it does in the title.
MOST_TIMES, IN_TITLE = 127, 128

# Which vectors a note's passages have.
NONE, ENGLISH, OTHER = 0, 1, 2

# The arrays that are lines of text, one a note.
LINES = ("ids", "hashes", "created", "languages", "tags", "said")

# What is asked of many notes at once, texts all of them. ``mood``: the writer's word, or "".
Brief = namedtuple("Brief", "id hash created language mood")


class Analysed:
    """A note as the index knows it.

    ``meta``: {"id", "revision", "created", "language", "tags", "hash", "said"}, where ``said`` is {"updated": when its text last changed,
    "refused": tags, "mood": the writer's}, the latter two where there are any; ``text``: title, line feed, text; ``title``: characters of the title; ``terms``: {term: times, at most MOST_TIMES, and IN_TITLE where it stands in the title}; ``spans``: passages as (start, end) in ``text``; ``space``: which vectors; ``codes`` (n, d) int8 and
    ``scales`` (n,) float32.
    """

    def __init__(self, meta, text, title, terms, spans, space, codes, scales):
        self.meta, self.text, self.title, self.terms, self.spans = meta, text, title, terms, spans
        self.space, self.codes, self.scales = space, codes, scales

    def brief(self):
        return Brief(*(self.meta[name] for name in ("id", "hash", "created", "language")), self.meta["said"].get("mood", ""))


def content_hash(note):
    """Return what tells two contents apart: 16 hexadecimal digits of the title's and text's BLAKE2b."""
    return hashlib.blake2b(f"{note['title']}\n{note['text']}".encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def passages(text):
    """Return the passages of ``text`` as ``[(start, end)]``; a text without a sentence is one passage, an empty one none."""
    spans = sentences(text[:READ_CHARACTERS])[:MOST_PASSAGES + 1]
    if not spans:
        return []
    count = max(1, len(spans) - PASSAGE_SENTENCES + 1)
    return [(spans[at][0], spans[min(at + PASSAGE_SENTENCES, len(spans)) - 1][1]) for at in range(min(count, MOST_PASSAGES))]


class Draft:
    """A note on its way into the index: what of it is to be encoded, and the ``Analysed`` note once that is done.

    ``older``: an ``Analysed`` note whose vectors can be used again where passages did not change, or None.
    """

    def __init__(self, note, language, space, older=None):
        self._note, self._language, self.space = note, language, space
        self._text = note["title"] + "\n" + readable(note["text"])
        self._spans = passages(self._text)
        self._passages = [self._text[start:end] for start, end in self._spans]
        self._older, self._known = older, {}
        if older is not None and older.space == space:
            self._known = {older.text[start:end]: at for at, (start, end) in enumerate(older.spans)}
        self.missing = [] if space == NONE else [text for text in dict.fromkeys(self._passages) if text not in self._known]

    def analysed(self, encoded):
        """Return the ``Analysed`` note. ``encoded``: {text: (codes (d,), scale)}, with all that was ``missing``."""
        note, text = self._note, self._text
        meta = {"id": note["id"], "revision": note["revision"], "created": note["created"], "language": self._language, "tags": note["tags"],
                "hash": content_hash(note), "said": {name: note[name] for name in ("updated", "refused", "mood") if note.get(name)}}
        found = {term: min(times, MOST_TIMES) for term, times in counted(text[:READ_CHARACTERS]).items()}
        for term in counted(note["title"]):
            found[term] |= IN_TITLE
        if self.space == NONE or not self._passages:
            return Analysed(meta, text, len(note["title"]), found, self._spans, NONE, np.zeros((0, 0), np.int8), np.zeros(0, np.float32))
        rows = [encoded[part] if part not in self._known else (self._older.codes[self._known[part]], self._older.scales[self._known[part]])
                for part in self._passages]
        return Analysed(meta, text, len(note["title"]), found, self._spans, self.space, np.stack([codes for codes, _ in rows]),
                        np.array([scale for _, scale in rows], np.float32))


def quantised(vectors):
    """Return ``(codes, scales)`` of vectors (n, d): int8 (n, d), float32 (n,)."""
    scales = np.maximum(np.abs(vectors).max(1), 1e-9).astype(np.float32) / 127
    return np.rint(vectors / scales[:, None]).astype(np.int8), scales


def signs(vectors):
    """Return the signs of vectors (n, d) as bits: uint64 (d / 64, n)."""
    bits = np.packbits(vectors > 0, axis=1)
    bits = np.pad(bits, ((0, 0), (0, -bits.shape[1] % 8)))
    return np.ascontiguousarray(bits.view(np.uint64).T)


class Points:
    """The vectors of a segment that are in one space. ``passages`` (p,): which passage each is of; ``notes`` (p,): of which note;
    ``signs``: theirs."""

    def __init__(self, passages, notes, codes, scales, signs, count):
        self.passages, self.notes, self.codes, self.scales, self._signs = passages, notes, codes, scales, signs
        self._bounds = np.searchsorted(notes, np.arange(count + 1))

    def distances(self, wanted):
        """Return in how many signs the vectors differ from one whose ``signs`` (d / 64,) are ``wanted``: uint8 (p,), at most 255."""
        found = np.zeros(len(self.scales), np.uint8)
        for own, sign in zip(self._signs, wanted):
            found += np.bitwise_count(own ^ sign)
        return found

    def of_notes(self, chosen):
        """Return the rows of the notes for which ``chosen`` (notes,) is true."""
        low, high = self._bounds[:-1][chosen], self._bounds[1:][chosen]
        counts = high - low
        return np.repeat(low - np.cumsum(counts) + counts, counts) + np.arange(counts.sum())

    def cosines(self, rows, vector):
        """Return the cosines of some rows with ``vector`` (d,)."""
        return np.einsum("ij,j->i", self.codes[rows].astype(np.float32), vector) * self.scales[rows]


class Segment:
    """See the module. Arrays by name as ``build`` makes them. What notes are called is kept as lines of text, one a note: ten thousand
    of them are taken apart at once, where as many objects would take a tenth of a second to make."""

    def __init__(self, model, arrays):
        self.model, self.arrays = model, arrays
        self.ids, self.hashes = lines(arrays["ids"]), lines(arrays["hashes"])
        self.revisions = arrays["revisions"]
        self.size = len(self.ids)
        # A view of an array gives plain numbers one at a time, several times as fast as the array.
        self._words, self._word_starts = arrays["words"].tobytes(), memoryview(arrays["word_starts"])
        self._starts, self._notes, self._times = arrays["starts"], arrays["notes"], arrays["times"]
        self._texts, self._text_starts = arrays["texts"], arrays["text_starts"]
        self.titles = arrays["titles"]
        self._tags, self._columns = None, {}
        self.spans, self.passage_starts = arrays["spans"], arrays["passage_starts"]
        owners = np.repeat(np.arange(self.size, dtype=np.intp), np.diff(self.passage_starts).astype(np.intp))
        self.points = {}
        for space in (ENGLISH, OTHER):
            own = np.flatnonzero(arrays["spaces"][owners] == space)
            if len(own):
                self.points[space] = Points(own, owners[own], arrays[f"codes{space}"], arrays[f"scales{space}"], arrays[f"signs{space}"],
                                            self.size)

    # -- making and keeping ---------------------------------------------------------------

    @classmethod
    def build(cls, notes, model):
        """Return the segment of ``notes`` (``Analysed``). ``model`` names the vectors that they were made with."""
        every = [term for note in notes for term in note.terms]
        vocabulary = sorted(set(every))
        place = {term: at for at, term in enumerate(vocabulary)}
        ids = np.fromiter(map(place.__getitem__, every), np.uint32, len(every))
        order = np.argsort(ids, kind="stable")
        owners = np.repeat(np.arange(len(notes), dtype=np.uint16), [len(note.terms) for note in notes])
        times = np.fromiter(chain.from_iterable(note.terms.values() for note in notes), np.uint8, len(every))
        encoded = [word.encode("utf-8", "surrogatepass") for word in vocabulary]
        texts = [note.text.encode("utf-8", "surrogatepass") for note in notes]
        metas = [note.meta for note in notes]
        arrays = {
            "ids": as_lines(meta["id"] for meta in metas), "hashes": as_lines(meta["hash"] for meta in metas),
            "created": as_lines(meta["created"] for meta in metas), "languages": as_lines(meta["language"] for meta in metas),
            "tags": as_lines(json.dumps(meta["tags"]) for meta in metas), "said": as_lines(json.dumps(meta["said"]) for meta in metas),
            "revisions": np.array([meta["revision"] for meta in metas], np.int64),
            "days": np.array([day_of(meta["created"]) for meta in metas], np.int32),
            "words": np.frombuffer(b"".join(encoded), np.uint8), "word_starts": _starts(map(len, encoded), len(encoded)),
            "starts": _starts(np.bincount(ids, minlength=len(vocabulary)), len(vocabulary)),
            "notes": owners[order], "times": times[order],
            "texts": np.frombuffer(b"".join(texts), np.uint8), "text_starts": _starts(map(len, texts), len(texts)),
            "titles": np.array([note.title for note in notes], np.uint16),
            "spans": np.array([span for note in notes for span in note.spans], np.uint32).reshape(-1, 2),
            "passage_starts": _starts((len(note.spans) for note in notes), len(notes)),
            "spaces": np.array([note.space for note in notes], np.uint8),
        }
        for space in (ENGLISH, OTHER):
            own = [note for note in notes if note.space == space]
            arrays[f"codes{space}"] = np.concatenate([note.codes for note in own]) if own else np.zeros((0, 0), np.int8)
            arrays[f"scales{space}"] = np.concatenate([note.scales for note in own]) if own else np.zeros(0, np.float32)
            arrays[f"signs{space}"] = signs(arrays[f"codes{space}"])
        return cls(model, arrays)

    def only(self, stay):
        """Return the segment of those notes for which ``stay`` (notes,) is true: nothing of the others is left in it."""
        arrays = self.arrays
        places = np.flatnonzero(stay)
        renumbered = np.cumsum(stay) - 1
        own = stay[self._notes]
        counts = np.add.reduceat(np.r_[own, False].astype(np.intp), self._starts[:-1].astype(np.intp)) if self.vocabulary_size else np.zeros(0, np.intp)
        used = np.flatnonzero(counts)
        passages = np.repeat(stay, np.diff(self.passage_starts).astype(np.intp))
        changed = {
            "words": _picked(arrays["words"], arrays["word_starts"], used), "word_starts": _starts(np.diff(arrays["word_starts"])[used], len(used)),
            "starts": _starts(counts[used], len(used)), "notes": renumbered[self._notes[own]].astype(np.uint16), "times": self._times[own],
            "texts": _picked(self._texts, self._text_starts, places), "text_starts": _starts(np.diff(self._text_starts)[places], len(places)),
            "titles": self.titles[places], "spans": self.spans[passages],
            "passage_starts": _starts(np.diff(self.passage_starts)[places], len(places)), "spaces": arrays["spaces"][places],
            "revisions": self.revisions[places], "days": arrays["days"][places],
        }
        for name in LINES:
            values = lines(arrays[name])
            changed[name] = as_lines(values[place] for place in places.tolist())
        for space in (ENGLISH, OTHER):
            rows = stay[self.points[space].notes] if space in self.points else np.zeros(len(arrays[f"codes{space}"]), bool)
            changed[f"codes{space}"], changed[f"scales{space}"] = arrays[f"codes{space}"][rows], arrays[f"scales{space}"][rows]
            changed[f"signs{space}"] = np.ascontiguousarray(arrays[f"signs{space}"][:, rows]) if rows.any() else signs(changed[f"codes{space}"][:0, :0])
        return Segment(self.model, {name: changed[name] for name in arrays})

    @classmethod
    def merged(cls, segments):
        """Return one segment of all notes of ``segments``, in their order."""
        words = [[segment._bytes(at) for at in range(segment.vocabulary_size)] for segment in segments]
        vocabulary = sorted(set(chain.from_iterable(words)))
        place = {word: at for at, word in enumerate(vocabulary)}
        ids, notes, base = [], [], 0
        for segment, own in zip(segments, words, strict=True):
            numbers = np.fromiter(map(place.__getitem__, own), np.uint32, len(own))
            ids.append(np.repeat(numbers, np.diff(segment._starts).astype(np.intp)))
            notes.append(segment._notes.astype(np.uint32) + base)
            base += segment.size
        ids, notes = np.concatenate(ids), np.concatenate(notes)
        order = np.argsort(ids, kind="stable")

        def joined(name):
            return np.concatenate([segment.arrays[name] for segment in segments])

        def restarted(name):
            return _starts(np.concatenate([np.diff(segment.arrays[name]) for segment in segments]), base)

        arrays = {name: as_lines(chain.from_iterable(lines(segment.arrays[name]) for segment in segments)) for name in LINES}
        arrays |= {
            "revisions": joined("revisions"), "days": joined("days"),
            "words": np.frombuffer(b"".join(vocabulary), np.uint8), "word_starts": _starts(map(len, vocabulary), len(vocabulary)),
            "starts": _starts(np.bincount(ids, minlength=len(vocabulary)), len(vocabulary)), "notes": notes[order].astype(np.uint16),
            "times": joined("times")[order], "texts": joined("texts"), "text_starts": restarted("text_starts"), "titles": joined("titles"),
            "spans": joined("spans"), "passage_starts": restarted("passage_starts"), "spaces": joined("spaces"),
        }
        for space in (ENGLISH, OTHER):
            own = [segment for segment in segments if len(segment.arrays[f"scales{space}"])]
            arrays[f"codes{space}"] = np.concatenate([segment.arrays[f"codes{space}"] for segment in own]) if own else np.zeros((0, 0), np.int8)
            arrays[f"scales{space}"] = np.concatenate([segment.arrays[f"scales{space}"] for segment in own]) if own else np.zeros(0, np.float32)
            arrays[f"signs{space}"] = np.concatenate([segment.arrays[f"signs{space}"] for segment in own], axis=1) if own else signs(np.zeros((0, 0)))
        return cls(segments[0].model, arrays)

    def pack(self):
        """Return the bytes of the segment."""
        return pack({"format": FORMAT, "model": self.model}, self.arrays)

    @classmethod
    def read(cls, data):
        """Return the segment whose bytes are ``data``. Raises ``IndexDamaged``: it is made anew from the notes then."""
        header, arrays = unpack(data, FORMAT)
        try:
            return cls(header["model"], arrays)
        except (ValueError, KeyError, IndexError, TypeError) as error:
            raise IndexDamaged(f"A part of the index does not hold what one holds: {error}") from None

    # -- asking ---------------------------------------------------------------------------

    def __len__(self):
        return self.size

    @property
    def vocabulary_size(self):
        return len(self._word_starts) - 1

    def word(self, at):
        return self._words[self._word_starts[at]:self._word_starts[at + 1]].decode("utf-8", "surrogatepass")

    def span(self, term, prefix=False):
        """Return ``(low, high)``: the words that are ``term``, or begin with it."""
        wanted = term.encode("utf-8", "surrogatepass")
        low = bisect_left(range(self.vocabulary_size), wanted, key=self._bytes)
        if prefix:
            high = bisect_left(range(self.vocabulary_size), wanted + b"\xff", lo=low, key=self._bytes)
        else:
            high = low + (low < self.vocabulary_size and self._bytes(low) == wanted)
        return low, high

    def _bytes(self, at):
        return self._words[self._word_starts[at]:self._word_starts[at + 1]]

    def postings(self, low, high):
        """Return ``(notes, times)`` of the words ``low`` to ``high``: in which notes they stand, and how often (and IN_TITLE)."""
        first, last = self._starts[low], self._starts[high]
        return self._notes[first:last], self._times[first:last]

    def meta(self, at):
        """Return the ``meta`` of a note, as ``Analysed`` has it."""
        return {"id": self.ids[at], "revision": int(self.revisions[at]), "created": self.created(at),
                "language": self._column("languages")[at], "tags": json.loads(self._column("tags")[at]), "hash": self.hashes[at],
                "said": self.said(at)}

    def created(self, at):
        return self._column("created")[at]

    def briefs(self):
        """Return a ``Brief`` of each note."""
        moods = ((json.loads(line).get("mood", "") if '"mood"' in line else "") for line in self._column("said"))  # few notes have any
        return [Brief(*row) for row in zip(self.ids, self.hashes, self._column("created"), self._column("languages"), moods)]

    def said(self, at):
        return json.loads(self._column("said")[at])

    def of_tags(self, at):
        return json.loads(self._column("tags")[at])

    def holding(self, name, sign):
        """Return the places of the notes in whose line of ``name`` a text stands."""
        return [at for at, line in enumerate(self._column(name)) if sign in line]

    def _column(self, name):
        if name not in self._columns:
            self._columns[name] = lines(self.arrays[name])
        return self._columns[name]

    def tagged(self, tag):
        """Return the notes that have a tag, folded, as a list of places."""
        if self._tags is None:
            self._tags = {}
            for place, tags in enumerate(json.loads(f"[{','.join(self._column('tags'))}]")):
                for own in tags:
                    self._tags.setdefault(fold(own), []).append(place)
        return self._tags.get(tag, [])

    def languages(self):
        """Return the language of each note, an array of str."""
        return np.array(self._column("languages"))

    def days(self):
        """Return the day on which each note was begun, as 20250309: int32 (notes,)."""
        return self.arrays["days"]

    def text(self, at):
        """Return the text of a note: its title, a line feed, and what it says."""
        return self._texts[self._text_starts[at]:self._text_starts[at + 1]].tobytes().decode("utf-8", "surrogatepass")

    def note(self, at):
        """Return the note ``at`` as it was analysed, but for its terms, to take vectors from."""
        first, last = self.passage_starts[at], self.passage_starts[at + 1]
        space = int(self.arrays["spaces"][at])
        codes, scales = np.zeros((0, 0), np.int8), np.zeros(0, np.float32)
        if space != NONE:
            points = self.points[space]
            low, high = np.searchsorted(points.passages, (first, last))
            codes, scales = points.codes[low:high], points.scales[low:high]
        spans = [(int(start), int(end)) for start, end in self.spans[first:last]]
        return Analysed(self.meta(at), self.text(at), int(self.titles[at]), {}, spans, space, codes, scales)

    def unbuilt(self):
        """Return the ``Analysed`` notes that a segment with other ones among them can be built of."""
        vocabulary = [self.word(at) for at in range(self.vocabulary_size)]
        ids = np.repeat(np.arange(self.vocabulary_size), np.diff(self._starts).astype(np.intp))
        order = np.argsort(self._notes, kind="stable")
        ends = np.cumsum(np.bincount(self._notes, minlength=self.size)).tolist()
        ids, times = ids[order].tolist(), self._times[order].tolist()
        found, first = [], 0
        for at, end in enumerate(ends):
            note = self.note(at)
            note.terms = {vocabulary[ids[place]]: times[place] for place in range(first, end)}
            found.append(note)
            first = end
        return found


def day_of(moment):
    """Return the day of a moment («2025-03-09T…») as 20250309; 0 where it is none."""
    digits = moment[:10].replace("-", "")
    return int(digits) if digits.isascii() and digits.isdigit() else 0


def _picked(run, starts, places):
    """Return the pieces ``places`` of a run of bytes, one after another; piece i lies between ``starts`` i and i + 1."""
    keep = np.zeros(len(starts) - 1, bool)
    keep[places] = True
    return run[np.repeat(keep, np.diff(starts).astype(np.intp))]


def _starts(lengths, count):
    starts = np.zeros(count + 1, np.uint32)
    np.cumsum(np.fromiter(lengths, np.uint32, count), out=starts[1:])
    return starts
