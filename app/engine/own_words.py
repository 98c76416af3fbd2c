"""The user's own words: an n-gram that learns from the notes as they are written.

Offers ``OwnWords`` with

- ``learn(note_id, text)`` and ``unlearn(note_id)``: a note's newest text replaces what was
  learned from it before, exactly; a deleted note leaves nothing behind.
- ``learned(query, limit)``, ``forget(word)``, ``remember(word)``, ``forgotten()``: what
  was learned can be seen, and forgotten word by word.
- ``predictions(context, prefix)``: what it adds to a base model's probabilities.

    >>> own = OwnWords()
    >>> own.learn("note 1", "Tea with Noor. More tea with Noor.")
    >>> own.learned(limit=2)
    [{'word': 'Noor', 'count': 2}, {'word': 'tea', 'count': 2}]

Method: counts of words after none, one and two words, each level smoothed by the next
lower one as a hierarchical Dirichlet prior (D. J. C. MacKay and L. C. Bauman Peto, «A
hierarchical Dirichlet language model», 1995), the base model being the lowest. So the
weight of the user's own words grows by itself with what was learned in that very context.

What is kept of a note is its sentences as words, not its text; only sentences that
changed are counted again when it is saved again.
"""

from bisect import bisect_left, insort
from collections import Counter

from app.engine import words

# Characters of a note that are learned from: its last ones, because people write at the
# end. It bounds the time of one ``learn`` call (about 50 ms here for a note of 5 MB).
NOTE_CHARACTERS = 40_000

# Uses after which a word that the base model does not know is suggested. A word written
# once may be a slip.
SUGGESTED_FROM = 2

# The strength of the prior: how many uses of a context it takes until the own counts of
# that context weigh as much as everything below, for one and for two words of context.
PRIOR = {1: 12.0, 2: 4.0}

# The weight of own words without context, at most, and the number of learned words at
# which it has reached half of that. They are frequent words mostly, which the base model
# places better; their worth is in the rare ones.
ALONE_AT_MOST = 0.12
ALONE_HALF = 1000

# Frequent own words that are considered where no letter is typed yet. More cost time and
# are hardly ever among the first.
FREQUENT = 100

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
        self._sorted = []     # every word, sorted: a prefix is one range
        self._frequent = None
        self._forgotten = set()

    # -- learning -----------------------------------------------------------------------

    def learn(self, note_id, text):
        """Learn the note's ``text`` in place of what was learned from ``note_id`` before.

        Takes about 0.4 ms for 100 new words, less for a small change, so a caller can slice
        by notes. Only the last ``NOTE_CHARACTERS`` of a longer note are read.
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
        self._frequent = None

    def _use(self, word, form, place, times):
        uses = self._count.get(word, 0) + times
        self._used += times
        if uses == times:
            insort(self._sorted, word)
        if uses:
            self._count[word] = uses
        else:
            del self._count[word]
            del self._sorted[bisect_left(self._sorted, word)]
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
                "after one": after[0], "after two": after[1], "used": self._used, "sorted": list(self._sorted)}

    # -- predicting ---------------------------------------------------------------------

    def _followers(self, length, context):
        followers = self._after[length - 1].get(context)
        if followers is None:
            return {}
        return {followers: 1} if isinstance(followers, str) else followers

    def _most_frequent(self):
        if self._frequent is None:
            self._frequent = sorted(self._count, key=lambda word: (-self._count[word], word))[:FREQUENT]
        return self._frequent

    def knows(self, word):
        """True when ``word`` (lower case) was used often enough to be suggested on its own."""
        return self._count.get(word, 0) >= SUGGESTED_FROM

    def predictions(self, context, prefix):
        """Return ``(scale, {word: p})`` for the words that start with ``prefix`` (lower case).

        The probability of a word is ``scale`` times that of the base model plus ``p``.
        ``context``: the tokens of the sentence before the word. With nothing learned:
        ``(1.0, {})``.
        """
        if not self._used:
            return 1.0, {}
        signs = [_START] + [_plain(text) if kind == "word" else _SIGNS.get(kind, _SIGNS["other"]) for kind, text in context[-2:]]
        if len(context) > 1:
            signs = signs[1:]
        alone = ALONE_AT_MOST * self._used / (self._used + ALONE_HALF)
        scale, added = 1 - alone, {}
        if prefix:
            low = bisect_left(self._sorted, prefix)
            high = bisect_left(self._sorted, prefix + "\U0010ffff", low)
            own = self._sorted[low:high]
        else:
            own = self._most_frequent()
        share = alone / self._used
        for word in own:
            added[word] = share * self._count[word]
        for length in (1, 2):
            if len(signs) < length:
                break
            followers = self._followers(length, " ".join(signs[-length:]))
            total = sum(followers.values())
            if not total:
                continue
            keep = PRIOR[length] / (total + PRIOR[length])
            scale *= keep
            for word in added:
                added[word] *= keep
            for word, uses in followers.items():
                if word.startswith(prefix) and word not in _ALL_SIGNS:
                    added[word] = added.get(word, 0.0) + uses / (total + PRIOR[length])
        return scale, added
