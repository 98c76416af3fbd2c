"""What was learned from many notes, as arrays: how often each word was used, and after which words.

Offers

- ``WordCounts.empty()``, ``counts.taught(notes, revisions, forgotten)``: others, in which some notes say something else.
- ``counts.pack()`` and ``WordCounts.read(data)``: their bytes.
- ``counts.uses``, ``counts.followers(context)``, ``counts.sentences(id)`` …: what ``own_words`` asks.

A note is its sentences, one to a line, and a sentence its words and signs with a space between. Ten thousand notes take 10 MB so, where
dicts take 80, and are read from the device as they lie. The same notes give the same bytes, in whatever order they were learned.
"""

from collections import Counter
from itertools import chain

import numpy as np

from app.engine.packed_arrays import as_lines, lines, pack, unpack
from app.everywhere.errors import IndexDamaged

FORMAT = 1

# Signs that stand for the marks in a sentence; START opens it, END closes it. None of them can be part of a word.
START, END = "\x02", "\x03"
SIGNS = {"number": "\x0e", "pause": "\x0f", "other": "\x10"}
ALL_SIGNS = frozenset(SIGNS.values()) | {START, END}
# Under this name ``forms`` counts a word's uses with the capital that opens a sentence: it says nothing about the word.
OPENING = ""


class WordCounts:
    """``words``: sorted, those that were learned and all signs; ``place``: {word: its place among them}; ``uses`` (words,) int64, of
    signs 0; ``forms``: {word: {form: uses}} where a word is not in lower case; ``ids``, ``revisions`` (notes,): the notes."""

    def __init__(self, arrays, forms, forgotten):
        self.arrays, self.forms, self.forgotten = arrays, forms, forgotten
        self.words, self.uses = lines(arrays["words"]), arrays["uses"]
        self.place = dict(zip(self.words, range(len(self.words))))
        self.ids = lines(arrays["ids"]) if len(arrays["revisions"]) else []
        self.notes = dict(zip(self.ids, range(len(self.ids))))
        self.revisions = arrays["revisions"]
        self._texts, self._starts = arrays["texts"], arrays["text_starts"]
        if not (len(self.uses) == len(self.words) and len(self.ids) == len(self.revisions) == len(self._starts) - 1):
            raise IndexDamaged("The learned words do not fit together.")

    @classmethod
    def empty(cls):
        return _build({}, {}, [])

    def sentences(self, id):
        """Return what was learned from a note: its sentences, one to a line; "" for a note that nobody knows."""
        at = self.notes.get(id)
        return "" if at is None else self._texts[self._starts[at]:self._starts[at + 1]].tobytes().decode("utf-8", "surrogatepass")

    def revision(self, id):
        """Return the revision that was learned of a note, or -1."""
        at = self.notes.get(id)
        return -1 if at is None else int(self.revisions[at])

    def followers(self, context):
        """Return ``(places, uses)`` of the words that followed one or two words (a list of str): int64 (n,), in order."""
        places = [self.place.get(word) for word in context]
        if None in places:
            return np.zeros(0, np.int64), np.zeros(0, np.int64)
        keys, uses = self.arrays[f"after{len(context)}"], self.arrays[f"after{len(context)}_uses"]
        first = 0
        for place in places:
            first = (first + place) * len(self.words)
        low, high = np.searchsorted(keys, np.array([first, first + len(self.words)], np.int64))
        return keys[low:high] - first, uses[low:high]

    def contexts(self, count):
        """Yield ``(words, {word: uses})`` for every context of ``count`` words."""
        size = len(self.words)
        for key, uses in zip(self.arrays[f"after{count}"].tolist(), self.arrays[f"after{count}_uses"].tolist()):
            found = []
            for _ in range(count + 1):
                key, at = divmod(key, size)
                found.append(self.words[at])
            yield found[:0:-1], found[0], uses

    # -- changing -------------------------------------------------------------------------

    def taught(self, notes, revisions, forgotten):
        """Return the counts in which ``notes`` ({id: sentences}) say what they say there; "" is a note that is gone.

        ``revisions``: {id: revision} of notes whose revision is another; ``forgotten``: words that are never to be learned.
        """
        old = [text for text in map(self.sentences, notes) if text]
        new = [text for text in notes.values() if text]
        change = _Counts(old, new)
        words = sorted(set(chain(self.words, change.words)))
        place = dict(zip(words, range(len(words))))
        own, others = _places(self.words, place), _places(change.words, place)
        uses = np.zeros(len(words), np.int64)
        uses[own] = self.uses
        uses[others] += change.uses
        stays = uses > 0
        stays[[place[sign] for sign in ALL_SIGNS]] = True
        final = np.cumsum(stays) - 1  # where a word will be, once those that are used no more are gone
        arrays = {"words": as_lines([word for word, stay in zip(words, stays.tolist()) if stay]), "uses": uses[stays]}
        for count in (1, 2):
            keys = np.concatenate([_moved(self.arrays[f"after{count}"], count, len(self.words), own, len(words)),
                                   _moved(change.after[count][0], count, len(change.words), others, len(words))])
            keys, times = _summed(keys, np.concatenate([self.arrays[f"after{count}_uses"], change.after[count][1]]))
            arrays[f"after{count}"] = _moved(keys, count, len(words), final, int(stays.sum()))
            arrays[f"after{count}_uses"] = times
        texts = {id: text for id, text in notes.items() if text}
        for id in self.ids:
            if id not in notes:
                texts[id] = self.sentences(id)
        ids = sorted(texts)
        return WordCounts(arrays | _notes(ids, texts, [revisions[id] if id in revisions else self.revision(id) for id in ids]),
                       _added(self.forms, change.forms), sorted(forgotten))

    # -- keeping --------------------------------------------------------------------------

    def pack(self):
        """Return the bytes."""
        forms = {word: dict(sorted(self.forms[word].items())) for word in sorted(self.forms)}
        return pack({"format": FORMAT, "forms": forms, "forgotten": self.forgotten}, self.arrays)

    @classmethod
    def read(cls, data):
        """Return the counts whose bytes are ``data``. Raises ``IndexDamaged``: they are learned anew from the notes then."""
        header, arrays = unpack(data, FORMAT)
        try:
            return cls(arrays, header["forms"], header["forgotten"])
        except (ValueError, KeyError, IndexError, TypeError) as error:
            raise IndexDamaged(f"The learned words cannot be read: {error}") from None


def _build(texts, revisions, forgotten):
    words = sorted(ALL_SIGNS)
    nothing = np.zeros(0, np.int64)
    arrays = {"words": as_lines(words), "uses": np.zeros(len(words), np.int64), "after1": nothing, "after1_uses": nothing,
              "after2": nothing, "after2_uses": nothing}
    return WordCounts(arrays | _notes([], texts, []), {}, forgotten)


def _notes(ids, texts, revisions):
    encoded = [texts[id].encode("utf-8", "surrogatepass") for id in ids]
    return {"ids": as_lines(ids), "revisions": np.array(revisions, np.int64), "texts": np.frombuffer(b"".join(encoded), np.uint8),
            "text_starts": np.cumsum([0, *map(len, encoded)], dtype=np.int64)}


class _Counts:
    """What the sentences of ``new`` notes count more than those of ``old`` ones: ``words``, sorted, ``uses`` (words,), ``after``: {1 and 2: (keys,
    uses)} and ``forms``."""

    def __init__(self, old, new):
        flat = [_flat(texts) for texts in (old, new)]
        written = [part.split(" ") if part else [] for part in flat]
        small = [part.lower().split(" ") if part else [] for part in flat]
        self.words = sorted(set(chain(*small)) | ALL_SIGNS)
        place = dict(zip(self.words, range(len(self.words))))
        size = len(self.words)
        self.uses, self.forms, keys, times = np.zeros(size, np.int64), {}, {1: [], 2: []}, {1: [], 2: []}
        signs = [place[sign] for sign in ALL_SIGNS]
        for sign, forms, words in zip((-1, 1), written, small):
            ids = _places(words, place)
            counts = np.bincount(ids, minlength=size)
            counts[signs] = 0
            self.uses += sign * counts
            begins = ids == place[START]
            inside = ~begins[1:]
            keys[1].append((ids[:-1] * size + ids[1:])[inside])
            both = inside[1:] & inside[:-1]
            keys[2].append(((ids[:-2] * size + ids[1:-1]) * size + ids[2:])[both])
            for count in (1, 2):
                times[count].append(np.full(len(keys[count][-1]), sign, np.int64))
            found = Counter(_form(forms[at], word, forms[at - 1]) for at, word in enumerate(words) if forms[at] != word)
            self.forms = _added(self.forms, _nested(found, sign))
        self.after = {count: _summed(np.concatenate(keys[count]), np.concatenate(times[count])) for count in (1, 2)}


def _flat(texts):
    """Return the words and signs of all sentences of ``texts``, with a space between; "" where there are none."""
    sentences = "\n".join(texts).split("\n") if texts else []
    return f"{START} " + f" {END} {START} ".join(sentences) + f" {END}" if sentences else ""


def form_of(form, word, before):
    """Return the name under which ``forms`` counts a use of ``word`` as ``form``, after ``before``."""
    return OPENING if before == START and form[:1].isupper() and form[1:] == word[1:] else form


def _form(form, word, before):
    return word, form_of(form, word, before)


def _nested(counter, sign):
    nested = {}
    for (word, form), times in counter.items():
        nested.setdefault(word, {})[form] = sign * times
    return nested


def _added(forms, more):
    """Return the sum of two ``forms``, without what is 0."""
    forms = dict(forms)
    for word, changes in more.items():
        counted = dict(forms.get(word, ()))
        for form, times in changes.items():
            counted[form] = counted.get(form, 0) + times
            if not counted[form]:
                del counted[form]
        if counted:
            forms[word] = counted
        else:
            forms.pop(word, None)
    return forms


def _places(words, place):
    return np.fromiter(map(place.__getitem__, words), np.int64, len(words))


def _moved(keys, count, size, places, new_size):
    """Return ``keys`` of ``count`` words and their follower, places below ``size``, with ``places`` for these, below ``new_size``."""
    size, moved, weight = np.int64(size), np.zeros(len(keys), np.int64), np.int64(1)
    for _ in range(count + 1):
        keys, at = np.divmod(keys, size)
        moved += places[at] * weight
        weight *= np.int64(new_size)
    return moved


def _summed(keys, times):
    """Return ``keys``, sorted, each once, and the sums of their ``times``; those whose sum is 0 are left out."""
    if not len(keys):
        return keys, times
    order = np.argsort(keys, kind="stable")
    keys = keys[order]
    first = np.flatnonzero(np.r_[True, keys[1:] != keys[:-1]])
    sums = np.add.reduceat(times[order], first)
    return keys[first[sums != 0]], sums[sums != 0]
