"""The user's own words: an n-gram that learns from the notes as they are written.

Offers ``OwnWords`` with

- ``learn(note_id, text)`` and ``unlearn(note_id)``: a note's newest text replaces what was
  learned from it before, exactly; a deleted note leaves nothing behind. ``read(note_id, text)`` does the same for
  many notes: what they say counts from the next ``gather()`` on.
- ``gather()``: puts what was learned into ``gathered``, which is small and can be kept; ``restore(counts)``.
- ``learned(query, limit)``, ``forget(word)``, ``remember(word)``, ``forgotten()``: what
  was learned can be seen, and forgotten word by word.
- ``attach(index)`` and ``mix(p, low, high, context, prefix)``: weighs a base model's
  probabilities against what was learned.

    >>> own = OwnWords()
    >>> own.learn("note 1", "Tea with Noor. More tea with Noor.")
    >>> own.learned(limit=2)
    [{'word': 'Noor', 'count': 2}, {'word': 'tea', 'count': 2}]

Method: counts of words after none, one and two words, each level interpolated with the
next lower one, the base model being the lowest. The weight of a level grows with the uses
of that very context and falls with the number of different words that followed it (I. H.
Witten and T. C. Bell, «The zero-frequency problem», 1991); nothing learned, no weight.

What is kept of a note is its sentences as words, not its text; only sentences that
changed are counted again when it is saved again. What changed since the last ``gather`` lies in
dicts beside those counts: how much more, or less, than they say.
"""

from bisect import bisect_left, insort
from collections import Counter

import numpy as np

from app.engine import words
from app.engine.word_counts import ALL_SIGNS, END, OPENING, SIGNS, START, WordCounts, form_of

# Characters of a note that are learned from: its last ones, because people write at the
# end. It bounds the time of one ``learn`` call (about 50 ms here for a note of 5 MB).
NOTE_CHARACTERS = 40_000

# Uses after which a word that the base model does not know is suggested. A word written
# once may be a slip.
SUGGESTED_FROM = 2

# The weight of own counts after one or two words: this at most, and half of that where each
# of the words that followed was used this many times on average. Chosen on earlier text of
# the held-out writers: likeliest text after 200, 1,300 and about 4,000 sentences of theirs.
AFTER_AT_MOST = 0.5
AFTER_HALF = 8

# The same for own words without context: at most, and the learned words that make half. They are frequent words mostly,
# which the base model places better; their worth is in the rare ones.
ALONE_AT_MOST = 0.1
ALONE_HALF = 5000

# A context with more followers than this keeps them ready as arrays, and so many contexts
# do at most (some kB each); beyond it all are made anew, which takes up to milliseconds.
MANY_FOLLOWERS = 24
READY_CONTEXTS = 2000

def _plain(word):
    """Return a word as it is counted: lower case, straight apostrophe."""
    return word.strip().replace("\u2019", "'").lower()


class OwnWords:
    """What was learned from the user's notes. Everything that goes in or out is JSON-like."""

    def __init__(self):
        self.gathered = WordCounts.empty()
        self._waiting = {}    # note id -> sentences that `read` found and that nothing counts yet
        self._revisions = {}  # note id -> its revision, where it is another than in `gathered`
        self._index = {}      # word -> id in the base model
        self._forgotten = set()
        self.stale = False    # whether `gathered` holds what was to be forgotten, or forgets what was to be remembered
        self._begin()

    def _begin(self):
        """Count from `gathered` on."""
        self._sentences = {}  # note id -> what is counted of it, where that is not what `gathered` says
        self._count = {}      # word -> uses
        self._forms = {}      # word -> {form: uses} where not all lower case
        self._after = ({}, {})  # by one, by two words of context: {context: {word: uses}}
        self._ready = {}      # context -> its followers as arrays
        self._used = int(self.gathered.uses.sum())  # uses of all words
        self.attach(self._index)

    # -- learning -----------------------------------------------------------------------

    def learn(self, note_id, text, revision=0):
        """Learn the note's ``text`` in place of what was learned from ``note_id`` before.

        Takes about half a millisecond for 100 new words and less for a small change, so a
        caller can slice by notes. Only the last ``NOTE_CHARACTERS`` of a longer note are read.
        """
        self._waiting.pop(note_id, None)
        self._set(note_id, self._said(text))
        self._revisions[note_id] = revision

    def read(self, note_id, text, revision):
        """Learn a note like ``learn``, later: what it says counts when ``gather`` is called. A tenth of the time, for who reads thousands."""
        said = self._said(text)
        self._waiting.pop(note_id, None)
        if said != self._counted(note_id):
            self._waiting[note_id] = said
        self._revisions[note_id] = revision

    def unlearn(self, note_id):
        """Take back exactly what was learned from a note; an unknown note changes nothing."""
        self.learn(note_id, "", -1)
        self.stale |= note_id in self.gathered.notes

    def keep_only(self, ids):
        """Unlearn every note that is not among ``ids`` (a set)."""
        for note_id in {*self.gathered.ids, *self._sentences, *self._waiting} - ids:
            self.unlearn(note_id)

    def revision(self, note_id):
        """Return the revision that was learned of a note, or -1."""
        return self._revisions.get(note_id, self.gathered.revision(note_id))

    def _said(self, text):
        """Return the sentences of a text, one to a line."""
        return "\n".join([self._sentence(sentence) for sentence in words.sentences(text[-NOTE_CHARACTERS:])])

    def _counted(self, note_id):
        """Return what is counted of a note."""
        said = self._sentences.get(note_id)
        return self.gathered.sentences(note_id) if said is None else said

    def _set(self, note_id, said):
        """Count what a note says now in place of what it said."""
        before = self._counted(note_id)
        if said == before:
            return
        new, old = _lines(said), _lines(before)
        for sentence, times in (old - new).items():
            self._add(sentence, -times)
        for sentence, times in (new - old).items():
            self._add(sentence, times)
        if said == self.gathered.sentences(note_id):
            self._sentences.pop(note_id, None)
        else:
            self._sentences[note_id] = said

    @property
    def ungathered(self):
        """How many notes say something else than `gathered`."""
        return len(self._sentences.keys() | self._waiting.keys())

    def catch_up(self):
        """Count the notes that wait, one by one: for a few that is quicker than ``gather``."""
        for note_id in list(self._waiting):
            self._set(note_id, self._waiting.pop(note_id))

    def gather(self):
        """Put everything that was learned into ``gathered``: nothing that is asked is answered otherwise, but for notes that wait."""
        self.gathered = self.gathered.taught(self._sentences | self._waiting, self._revisions, self._forgotten)
        self._waiting, self._revisions, self.stale = {}, {}, False
        self._begin()

    def restore(self, counts):
        """Go on from ``counts`` that an earlier engine gathered. Which words are forgotten is as it was said here, not there."""
        said = {note_id: self._waiting.get(note_id, self._sentences.get(note_id)) for note_id in self._sentences.keys() | self._waiting.keys()}
        forgotten, revisions = self._forgotten, self._revisions
        self.gathered, self._waiting, self._revisions, self._forgotten = counts, {}, {}, set(counts.forgotten)
        self._begin()
        for word in sorted(forgotten):
            self.forget(word)
        for word in self._forgotten - forgotten:
            self.remember(word)
        for note_id, sentences in said.items():
            self._set(note_id, sentences)
        self._revisions |= revisions

    def clear(self):
        """Forget every word, and which ones were not to be learned."""
        self.gathered, self._waiting, self._revisions, self._forgotten, self.stale = WordCounts.empty(), {}, {}, set(), False
        self._begin()

    def _sentence(self, tokens):
        kept = []
        for kind, text in tokens:
            kept.append(text if kind == "word" and text.lower() not in self._forgotten else SIGNS.get(kind, SIGNS["other"]))
        return " ".join(kept)

    def _add(self, sentence, times):
        """Count a sentence ``times`` more (or fewer, if negative)."""
        before, last = "", START
        for form in sentence.split(" "):
            word = form if form in ALL_SIGNS else form.lower()
            self._follow(before, last, word, times)
            if word not in ALL_SIGNS:
                self._use(word, form, last, times)
            before, last = last, word
        self._follow(before, last, END, times)

    def _uses_of(self, word):
        at = self.gathered.place.get(word)
        return (0 if at is None else int(self.gathered.uses[at])) + self._count.get(word, 0)

    def _use(self, word, form, last, times):
        before = self._uses_of(word)
        uses = before + times
        self._used += times
        if word in self._index:
            self._uses[self._index[word]] = uses
        elif uses >= SUGGESTED_FROM > before:
            insort(self._strangers, word)
            self._ready.clear()
        elif uses < SUGGESTED_FROM <= before:
            del self._strangers[bisect_left(self._strangers, word)]
            self._ready.clear()
        _count(self._count, word, times)
        if form != word:
            forms = self._forms.setdefault(word, {})
            _count(forms, form_of(form, word, last), times)
            if not forms:
                del self._forms[word]

    def _follow(self, before, last, word, times):
        for table, context in ((self._after[0], last), (self._after[1], before + " " + last)):
            if context[0] == " ":
                continue
            self._ready.pop(context, None)
            followers = table.get(context)
            # Most contexts have one follower, used once: it is kept as a plain str.
            if followers is None and times == 1:
                table[context] = word
                continue
            if followers is None:
                followers = {}
            elif isinstance(followers, str):
                followers = {followers: 1}
            _count(followers, word, times)
            if not followers:
                table.pop(context, None)
            elif len(followers) == 1 and 1 in followers.values():
                table[context] = next(iter(followers))
            else:
                table[context] = followers

    # -- seeing and forgetting ----------------------------------------------------------

    def surface(self, word):
        """Return how the user writes ``word`` inside sentences, or None when there is no telling."""
        forms = Counter(self.gathered.forms.get(word, {}))
        forms.update(self._forms.get(word, {}))
        opening = forms.pop(OPENING, 0)
        forms = {form: uses for form, uses in forms.items() if uses}
        if not forms:
            return None
        forms[word] = self._uses_of(word) - opening - sum(forms.values())
        return max(sorted(forms), key=forms.get)

    def learned(self, query="", limit=100):
        """Return ``[{"word", "count"}]`` of the words that hold ``query``, most used first."""
        query = _plain(query)
        found = sorted((-uses, word) for word, uses in self._all_uses().items() if query in word)[:limit]
        return [{"word": self.surface(word) or word, "count": -uses} for uses, word in found]

    def _all_uses(self):
        """Return {word: uses} of everything."""
        found = dict(zip(self.gathered.words, self.gathered.uses.tolist()))
        for word, uses in self._count.items():
            found[word] = found.get(word, 0) + uses
        return {word: uses for word, uses in found.items() if uses}

    def forget(self, word):
        """Drop a word, and neither count nor suggest it again until ``remember(word)``."""
        word = _plain(word)
        if not word or word in self._forgotten:
            return
        self._forgotten.add(word)
        for note_id, said in list(self._waiting.items()):
            self._waiting[note_id] = _without(said, word)
        if self._uses_of(word):
            self.stale = True
            for note_id in {*self.gathered.ids, *self._sentences}:
                said = self._counted(note_id)
                if word in said.lower():
                    self._set(note_id, _without(said, word))

    def remember(self, word):
        """Let a forgotten word be learned again, from the notes that are read from now on: no note counts as read."""
        self._forgotten.discard(_plain(word))
        self.stale = True
        for note_id in {*self.gathered.ids, *self._sentences, *self._waiting}:
            self._revisions[note_id] = -1

    def forgotten(self):
        """Return the forgotten words, sorted: a plain list for the page to keep."""
        return sorted(self._forgotten)

    def is_forgotten(self, word):
        """True when the user asked never to see ``word`` (lower case)."""
        return word in self._forgotten

    def counts(self):
        """Return every count by name, for comparing two states (tests) or showing one. Notes that wait are not counted."""
        after = {}
        for number, table in enumerate(self._after, 1):
            found = {}
            for context, word, uses in self.gathered.contexts(number):
                found.setdefault(" ".join(context), {})[word] = uses
            for context, followers in table.items():
                for word, uses in ({followers: 1} if isinstance(followers, str) else followers).items():
                    _count(found.setdefault(context, {}), word, uses)
            after[number] = {context: followers for context, followers in found.items() if followers}
        forms = {word: dict(counted) for word, counted in self.gathered.forms.items()}
        for word, changes in self._forms.items():
            for form, uses in changes.items():
                _count(forms.setdefault(word, {}), form, uses)
        return {"words": self._all_uses(), "forms": {word: counted for word, counted in forms.items() if counted},
                "after one": after[1], "after two": after[2],
                "used": self._used, "strangers": list(self._strangers), "known": float(self._uses.sum())}

    # -- predicting ---------------------------------------------------------------------

    def attach(self, index):
        """Take the base model's ``index``: {word: id}, ids counting from 0."""
        self._index = index
        self._uses = np.zeros(len(index), np.float32)  # uses of the base model's words, by id
        # The base model's ids of the gathered words, -1 where it has none.
        self._ids = np.fromiter((index.get(word, -1) for word in self.gathered.words), np.int64, len(self.gathered.words))
        known = self._ids >= 0
        self._uses[self._ids[known]] = self.gathered.uses[known]
        strangers = {self.gathered.words[at] for at in np.flatnonzero(~known & (self.gathered.uses >= SUGGESTED_FROM)).tolist()}
        for word in self._count:
            if word in index:
                self._uses[index[word]] = self._uses_of(word)
            elif self.knows(word):
                strangers.add(word)
            else:
                strangers.discard(word)
        self._strangers = sorted(strangers)  # words the base model does not know, used often enough
        self._ready.clear()

    def knows(self, word):
        """True when ``word`` (lower case) was used often enough to be suggested on its own."""
        return self._uses_of(word) >= SUGGESTED_FROM

    def mix(self, p, low, high, context, prefix):
        """Weigh ``p`` against what was learned, in place; return ``{word: p}`` of the other words.

        ``p``: the base model's probabilities of its ids ``low`` to ``high``, those that start
        with ``prefix`` (lower case). ``context``: the tokens of the sentence before the
        word. The words returned are those that the base model does not know and that were
        used ``SUGGESTED_FROM`` times. With nothing learned nothing changes.
        """
        strangers = {}
        if not self._used:
            return strangers
        alone = ALONE_AT_MOST * self._used / (self._used + ALONE_HALF)
        p *= 1 - alone
        known = self._uses[low:high]
        p[:len(known)] += alone / self._used * known
        if prefix:
            begin = bisect_left(self._strangers, prefix)
            for word in self._strangers[begin:bisect_left(self._strangers, prefix + "\U0010ffff", begin)]:
                strangers[word] = alone / self._used * self._uses_of(word)
        for signs in self._contexts(context):
            followers = self._followers(signs)
            if followers is None:
                continue
            ids, uses, others, total, kinds = followers
            weight = AFTER_AT_MOST * total / (total + AFTER_HALF * kinds)
            p *= 1 - weight
            begin, end = np.searchsorted(ids, (low, high))
            p[ids[begin:end] - low] += weight / total * uses[begin:end]
            for word in strangers:
                strangers[word] *= 1 - weight
            for word, count in others:
                # With no letter typed, what followed once among many is never the likeliest.
                if word.startswith(prefix) if prefix else count > 1 or kinds < MANY_FOLLOWERS:
                    strangers[word] = strangers.get(word, 0.0) + weight / total * count
        return strangers

    def _contexts(self, context):
        """Return the names of the contexts of one and of two words that end ``context``."""
        signs = [_plain(text) if kind == "word" else SIGNS.get(kind, SIGNS["other"]) for kind, text in context[-2:]]
        signs = ([START] + signs)[-2:]
        return [signs[-1]] if len(signs) == 1 else [signs[-1], " ".join(signs)]

    def _followers(self, context):
        """Return (ids, uses, [(other word, uses)], total, kinds) after a context, or None. Other words are those used often enough."""
        ready = self._ready.get(context)
        if ready is not None:
            return ready
        places, uses = self.gathered.followers(context.split(" "))
        changes = self._after[context.count(" ")].get(context, {})
        more = {}  # what `gathered` does not know to follow here
        if changes:
            uses = uses.copy()
            at = {place: number for number, place in enumerate(places.tolist())}
            for word, times in ({changes: 1} if isinstance(changes, str) else changes).items():
                number = at.get(self.gathered.place.get(word, -1))
                if number is None:
                    more[word] = times
                else:
                    uses[number] += times
            places, uses = places[uses > 0], uses[uses > 0]
        total, kinds = int(uses.sum()) + sum(more.values()), len(uses) + len(more)
        if not kinds:
            return None
        ids = self._ids[places]
        known = ids >= 0
        others = [(self.gathered.words[place], times) for place, times in zip(places[~known].tolist(), uses[~known].tolist())]
        others += [(word, times) for word, times in more.items() if word not in self._index]
        more = [(self._index[word], times) for word, times in more.items() if word in self._index]
        ids, uses = np.r_[ids[known], np.array([id for id, _ in more], np.int64)], np.r_[uses[known], np.array([times for _, times in more], np.int64)]
        order = np.argsort(ids)
        ready = (ids[order], uses[order].astype(np.float32), [(word, times) for word, times in others if word not in ALL_SIGNS and self.knows(word)],
                 total, kinds)
        if kinds > MANY_FOLLOWERS:
            if len(self._ready) >= READY_CONTEXTS:
                self._ready.clear()
            self._ready[context] = ready
        return ready


def _count(counted, key, times):
    """Count ``key`` ``times`` more in a dict that has no zeros."""
    total = counted.get(key, 0) + times
    if total:
        counted[key] = total
    else:
        counted.pop(key, None)


def _lines(said):
    return Counter(said.split("\n")) if said else Counter()


def _without(said, word):
    """Return sentences in which another sign stands where ``word`` stood."""
    return "\n".join([" ".join([SIGNS["other"] if part.lower() == word else part for part in sentence.split(" ")]) for sentence in said.split("\n")])
