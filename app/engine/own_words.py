"""The user's own words: an n-gram that learns from the notes as they are written.

Offers ``OwnWords`` with

- ``learn(note_id, text)`` and ``unlearn(note_id)``: a note's newest text replaces what was
  learned from it before, exactly; a deleted note leaves nothing behind.
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
changed are counted again when it is saved again.
"""

from bisect import bisect_left, insort
from collections import Counter

import numpy as np

from app.engine import words

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

# Signs that stand for the marks in a stored sentence; START opens it, END closes it.
_START, _END = "\x02", "\x03"
_SIGNS = {"number": "\x0e", "pause": "\x0f", "other": "\x10"}
_ALL_SIGNS = frozenset(_SIGNS.values()) | {_START, _END}


def _plain(word):
    """Return a word as it is counted: lower case, straight apostrophe."""
    return word.strip().replace("\u2019", "'").lower()


class OwnWords:
    """What was learned from the user's notes. Everything that goes in or out is JSON-like."""

    def __init__(self):
        self._sentences = {}  # note id -> Counter of its sentences, each one str
        self._count = {}      # word -> uses
        self._forms = {}      # word -> {form: uses inside sentences}, only where not all lower case
        self._after = ({}, {})  # by one, by two words of context: {context: {word: uses}}
        self._used = 0        # uses of all words
        self._forgotten = set()
        self._index = {}      # word -> id in the base model
        self._uses = np.zeros(0, np.float32)  # uses of the base model's words, by id
        self._strangers = []  # words the base model does not know, used often enough, sorted
        self._ready = {}      # context -> its followers as arrays

    # -- learning -----------------------------------------------------------------------

    def learn(self, note_id, text):
        """Learn the note's ``text`` in place of what was learned from ``note_id`` before.

        Takes about half a millisecond for 100 new words and less for a small change, so a
        caller can slice by notes. Only the last ``NOTE_CHARACTERS`` of a longer note are read.
        """
        new = Counter(self._sentence(sentence) for sentence in words.sentences(text[-NOTE_CHARACTERS:]))
        old = self._sentences.get(note_id, Counter())
        for sentence, times in (old - new).items():
            self._add(sentence, -times)
        for sentence, times in (new - old).items():
            self._add(sentence, times)
        if new:
            self._sentences[note_id] = new
        else:
            self._sentences.pop(note_id, None)

    def unlearn(self, note_id):
        """Take back exactly what was learned from a note; an unknown note changes nothing."""
        self.learn(note_id, "")

    def clear(self):
        """Forget every word, and which ones were not to be learned."""
        for note_id in list(self._sentences):
            self.unlearn(note_id)
        self._forgotten.clear()

    def _sentence(self, tokens):
        kept = []
        for kind, text in tokens:
            kept.append(text if kind == "word" and text.lower() not in self._forgotten else _SIGNS.get(kind, _SIGNS["other"]))
        return " ".join(kept)

    def _add(self, sentence, times):
        """Count a sentence ``times`` more (or fewer, if negative)."""
        before, last = "", _START
        for place, form in enumerate(sentence.split(" ")):
            word = form if form in _ALL_SIGNS else form.lower()
            self._follow(before, last, word, times)
            if word is not form or word not in _ALL_SIGNS:
                self._use(word, form, place, times)
            before, last = last, word
        self._follow(before, last, _END, times)

    def _use(self, word, form, place, times):
        uses = self._count.get(word, 0) + times
        self._used += times
        if word in self._index:
            self._uses[self._index[word]] = uses
        elif uses >= SUGGESTED_FROM > uses - times:
            insort(self._strangers, word)
        elif uses < SUGGESTED_FROM <= uses - times:
            del self._strangers[bisect_left(self._strangers, word)]
        if uses:
            self._count[word] = uses
        else:
            del self._count[word]
        # A capital that opens a sentence says nothing about the word.
        opens = place == 0 and form[:1].isupper() and form[1:] == word[1:]
        if not opens:
            forms = self._forms.get(word)
            if forms is None:
                if form == word:
                    return
                forms = self._forms[word] = {}
            forms[form] = forms.get(form, 0) + times
            if not forms[form]:
                del forms[form]
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
            followers[word] = followers.get(word, 0) + times
            if not followers[word]:
                del followers[word]
            if not followers:
                table.pop(context, None)
            elif len(followers) == 1 and 1 in followers.values():
                table[context] = next(iter(followers))
            else:
                table[context] = followers

    # -- seeing and forgetting ----------------------------------------------------------

    def surface(self, word):
        """Return how the user writes ``word`` inside sentences, or None when there is no telling."""
        forms = self._forms.get(word)
        return max(sorted(forms), key=forms.get) if forms else None

    def learned(self, query="", limit=100):
        """Return ``[{"word", "count"}]`` of the words that hold ``query``, most used first."""
        query = _plain(query)
        found = sorted(((-uses, word) for word, uses in self._count.items() if query in word))[:limit]
        return [{"word": self.surface(word) or word, "count": -uses} for uses, word in found]

    def forget(self, word):
        """Drop a word, and neither count nor suggest it again until ``remember(word)``."""
        word = _plain(word)
        if not word or word in self._forgotten:
            return
        self._forgotten.add(word)
        if word not in self._count:
            return
        for note_id, sentences in list(self._sentences.items()):
            for sentence, times in list(sentences.items()):
                parts = sentence.split(" ")
                if any(part.lower() == word for part in parts):
                    without = " ".join(_SIGNS["other"] if part.lower() == word else part for part in parts)
                    self._add(sentence, -times)
                    self._add(without, times)
                    del sentences[sentence]
                    sentences[without] += times

    def remember(self, word):
        """Let a forgotten word be learned again, from the notes that are saved from now on."""
        self._forgotten.discard(_plain(word))

    def forgotten(self):
        """Return the forgotten words, sorted: a plain list for the page to keep."""
        return sorted(self._forgotten)

    def is_forgotten(self, word):
        """True when the user asked never to see ``word`` (lower case)."""
        return word in self._forgotten

    def counts(self):
        """Return every count by name, for comparing two states (tests) or showing one."""
        after = [{context: ({followers: 1} if isinstance(followers, str) else dict(followers))
                  for context, followers in table.items()} for table in self._after]
        return {"words": dict(self._count), "forms": {word: dict(forms) for word, forms in self._forms.items()},
                "after one": after[0], "after two": after[1],
                "used": self._used, "strangers": list(self._strangers), "known": float(self._uses.sum())}

    # -- predicting ---------------------------------------------------------------------

    def attach(self, index):
        """Take the base model's ``index``: {word: id}, ids counting from 0."""
        self._index = index
        self._uses = np.zeros(len(index), np.float32)
        for word, uses in self._count.items():
            if word in index:
                self._uses[index[word]] = uses
        self._strangers = sorted(word for word in self._count if word not in index and self.knows(word))
        self._ready.clear()

    def knows(self, word):
        """True when ``word`` (lower case) was used often enough to be suggested on its own."""
        return self._count.get(word, 0) >= SUGGESTED_FROM

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
                strangers[word] = alone / self._used * self._count[word]
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
                if (word.startswith(prefix) if prefix else count > 1 or kinds < MANY_FOLLOWERS) and self.knows(word):
                    strangers[word] = strangers.get(word, 0.0) + weight / total * count
        return strangers

    def _contexts(self, context):
        """Return the names of the contexts of one and of two words that end ``context``."""
        signs = [_plain(text) if kind == "word" else _SIGNS.get(kind, _SIGNS["other"]) for kind, text in context[-2:]]
        signs = ([_START] + signs)[-2:]
        return [signs[-1]] if len(signs) == 1 else [signs[-1], " ".join(signs)]

    def _followers(self, context):
        """Return (ids, uses, [(other word, uses)], total, kinds) after a context, or None."""
        ready = self._ready.get(context)
        if ready is not None:
            return ready
        followers = self._after[context.count(" ")].get(context)
        if followers is None:
            return None
        if isinstance(followers, str):
            followers = {followers: 1}
        known = sorted((self._index[word], uses) for word, uses in followers.items() if word in self._index)
        ids, uses = np.array(known, np.int64).reshape(-1, 2).T
        others = [(word, uses) for word, uses in followers.items() if word not in self._index and word not in _ALL_SIGNS]
        ready = ids, uses.astype(np.float32), others, sum(followers.values()), len(followers)
        if len(followers) > MANY_FOLLOWERS:
            if len(self._ready) >= READY_CONTEXTS:
                self._ready.clear()
            self._ready[context] = ready
        return ready
