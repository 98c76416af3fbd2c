"""Finishes words and sentences: what the model, the user's own words and the note suggest.

Offers ``Completer(model, own, neural=None)`` with ``complete(before, after)``.

    >>> Completer(model, OwnWords()).complete("I am looking forw")
    {'text': 'ard to', 'words': ['ard']}

How a word's probability comes about: the n-gram model's (``kneser_ney``), mixed with the
recurrent model's (``recurrent``) once ``completer.neural`` holds one, then with a
small cache of the words used just before the caret (R. Kuhn and R. De Mori, «A
cache-based natural language model for speech recognition», 1990), then weighed against
the user's own words (``own_words``) by how much those know about this very context.

When it stays silent: a suggestion is shown only if the keystrokes it is expected to save
exceed what reading it costs. Both constants are below, in keystrokes.
"""

from collections import Counter

from app.engine import words

# The cost of a glance at a suggestion, in keystrokes. Each display costs it, accepted or
# not. The higher, the rarer and surer suggestions are. On the development text 1 showed
# one at 20 of 100 keys and saved 25 % of them, 1.5 at 13 and saved 21 %.
READING_COST = 1.25

# The cost of each further word of a suggestion, in keystrokes. A word is added only where
# its letters times the chance that all is right up to it exceed this.
FURTHER_WORD_COST = 1.5

# Words a suggestion holds at most, and the least chance of all its words at which another is
# looked for: below it the two would hardly ever be likely enough together to be worth the cost.
LONGEST_SUGGESTION = 5
FURTHER_FROM = 0.35

# Distributions kept, by what stands before the word: one is used while the word is typed, others
# come back with what was looked at ahead. Each takes 0.2 MB.
KEPT_DISTRIBUTIONS = 12
# The tokens before a word by which its distribution is known again.
KEY_TOKENS = 12

# The weight of the words used just before the caret, and how many of them are looked at.
# On running development text 0 saved 56.1 % of the keystrokes, 0.05 56.7 %, 0.1 56.6 %.
CACHE_WEIGHT = 0.05
CACHE_WORDS = 60

# Letters typed from which a name of the note that nothing else knows is offered again. A word counts
# as a name where it was written with a capital; others may be slips until they are own words.
NAME_FROM = 2

# The share of unknown words that go on with any given letter. It lets the belief in an
# unknown word (a name) fall with each letter typed, less than that in unlikely known ones.
UNKNOWN_LETTER = 0.09


class Ranked:
    """The words that fit at a caret: ``words`` ``[(word, p)]`` most likely first, given the
    prefix; ``exact``: the chance that the prefix is the whole word."""

    def __init__(self, words, exact):
        self.words, self.exact = words, exact


class Completer:
    """Suggests from a model and the user's own words (an ``OwnWords``, also while it learns)."""

    def __init__(self, model, own, neural=None):
        self.model, self.own = model, own
        self.neural = neural  # a Recurrent, or None as long as there is none
        self._kept = {}
        own.attach(model.index)

    def complete(self, before, after="", count=3):
        """Return ``{"text", "words"}`` for the caret between ``before`` and ``after``.

        ``before``: the text before the caret, at best its last 400 characters; ``after``:
        what follows on the same line. ``text`` is exactly what accepting inserts: the rest
        of the word, or several words where they are sure, "" where nothing is; never
        anything before further text on the line. ``words``: up to ``count`` insertions of
        one word each, most likely first, also where ``text`` is "". After a finished word
        or mark they start with a space. Any string is accepted.
        """
        nothing = {"text": "", "words": []}
        caret = words.caret(before)
        if not caret.welcome or after[:1].isalnum() or after[:1] in ("'", "\u2019", "_"):
            return nothing
        if caret.prefix:
            return self._within(caret, after, count)
        space = "" if caret.spaced else " "
        if space and not _may_follow(before):
            return nothing
        ranked = self.rank(caret.context, caret.recent, "", count, spaced=caret.spaced)
        insertions = [space + self._write(word, "", caret.starts) for word, _ in ranked.words]
        text = ""
        if not after.strip() and ranked.words:
            word, p = ranked.words[0]
            text, _ = self._suggestion(caret, word, p, insertions[0])
        return {"text": text, "words": insertions}

    def rank(self, context, recent, prefix, count, spaced=True):
        """Return the ``count`` likeliest words that start with ``prefix``, longer than it.

        ``context``: tokens of the sentence so far; ``recent``: tokens of the window, for
        the cache; ``spaced``: a space was typed, so that the sentence goes on.
        """
        model, typed = self.model, prefix.lower()
        low, high = model.span(typed) if typed else (0, model.size)
        everything = self._distribution(context, recent)
        p = everything[low:high].copy()
        cached = Counter(text.lower() for kind, text in recent[-CACHE_WORDS:] if kind == "word")
        names = {}
        if cached:
            p *= 1 - CACHE_WEIGHT
            share = CACHE_WEIGHT / sum(cached.values())
            for word, uses in cached.items():
                if not word.startswith(typed):
                    continue
                if word in model.index:
                    p[model.index[word] - low] += share * uses
                elif len(typed) >= NAME_FROM and _form(recent, word) != word:
                    names[word] = share * uses
        strangers = self.own.mix(p, low, high, context, typed)
        for word, value in names.items():
            strangers[word] = strangers.get(word, 0.0) + value
        strangers = [(word, value) for word, value in strangers.items() if not self.own.is_forgotten(word)]
        if typed:
            other = float(everything[model.marks["other"]])
            total = 1e-12 + float(p.sum()) + sum(value for _, value in strangers) + other * UNKNOWN_LETTER ** len(typed)
        else:
            # Where a space was typed the sentence goes on; no end and no comma can follow.
            stop = [model.marks["start"]]
            if spaced:
                stop += [model.marks["end"], model.marks["pause"]]
            p[stop] = 0
            total = max(float(p.sum()) + sum(value for _, value in strangers), 1e-9)
        exact = 0.0
        if typed in model.index:
            exact = float(p[0])  # the prefix itself is the first of the words that start with it
            p[0] = 0
        exact += sum(value for word, value in strangers if word == typed)
        for word in self.own.forgotten():
            if low <= model.index.get(word, -1) < high:
                p[model.index[word] - low] = 0
        best = [(word, value) for word, value in strangers if word != typed]
        inner = p[:min(high, len(model.words)) - low]
        for _ in range(min(count, len(inner))):
            place = int(inner.argmax())  # a few passes are quicker than any sort
            if inner[place] <= 0:
                break
            best.append((model.words[low + place], float(inner[place])))
            inner[place] = 0
        best.sort(key=lambda item: (-item[1], item[0]))
        return Ranked([(word, value / total) for word, value in best[:count]], exact / total)

    def _distribution(self, context, recent):
        """Return p (model.size,) of all that the shipped models know, after what stands before the word."""
        model = self.model
        ids = context_ids(model, context)
        key = (tuple(ids), tuple(recent[-KEY_TOKENS:]), self.neural is None)
        p = self._kept.get(key)
        if p is not None:
            return p
        p = model.probabilities(ids, 0, model.size)
        p[model.marks["start"]] = 0
        if self.neural:
            weight = self.neural.weights[model.matched(ids)]
            p = (1 - weight) * p + weight * divide_other(p, self.neural.probabilities(recent), self.neural.known)
        if len(self._kept) >= KEPT_DISTRIBUTIONS:
            del self._kept[next(iter(self._kept))]
        self._kept[key] = p
        return p

    # -- one word, then more ------------------------------------------------------------

    def _within(self, caret, after, count):
        """Complete a word that was begun, or go on after it when it is finished."""
        ranked = self.rank(caret.context, caret.recent, caret.prefix, count)
        offers = [(p, self._write(word, caret.prefix, caret.starts, caret.recent), word) for word, p in ranked.words]
        options = [("", 0.0)]
        if offers:
            p, insertion, word = offers[0]
            options.append(self._suggestion(caret, word, p, insertion))
        if ranked.exact > 0 and (not offers or ranked.exact > offers[0][0]):
            typed = caret.context + [("word", caret.prefix)]
            recent = caret.recent + typed[-1:]
            follow = [(ranked.exact * p, words.gap(caret.prefix) + self._write(word, "", False), word)
                      for word, p in self.rank(typed, recent, "", count, spaced=False).words]
            if follow:
                p, insertion, word = follow[0]
                moved = words.Caret(typed, recent, "", True, False, True)
                options.append(self._suggestion(moved, word, p, insertion))
            offers = sorted(offers + follow, reverse=True)[:count]
        text = max(options, key=lambda option: option[1])[0] if not after.strip() else ""
        return {"text": text, "words": [insertion for _, insertion, _ in offers]}

    def _suggestion(self, caret, word, p, insertion):
        """Return the best suggestion that begins with ``word`` and what it is worth, or ("", 0).

        Worth in keystrokes: letters saved, times the chance of each word that all is
        right up to it, less the key that accepts and less the cost of reading.
        """
        text, worth = insertion, p * (len(insertion) - 1) - READING_COST
        best = (text, worth)
        context = caret.context + [("word", word)]
        for _ in range(LONGEST_SUGGESTION - 1):
            if p < FURTHER_FROM:
                break
            recent = caret.recent + context[len(caret.context):]
            ranked = self.rank(context, recent, "", 1, spaced=False).words
            if not ranked:
                break
            word, next_p = ranked[0]
            p *= next_p
            more = words.gap(context[-1][1]) + self._write(word, "", False)
            text += more
            worth += p * len(more) - FURTHER_WORD_COST
            context.append(("word", word))
            if worth > best[1]:
                best = (text, worth)
            elif p * len(more) < FURTHER_WORD_COST:
                break
        return best if best[1] > 0 else ("", 0.0)

    def _write(self, word, prefix, starts, recent=()):
        """Return what to insert after ``prefix`` so that ``word`` stands there, cased as fits."""
        word_id = self.model.index.get(word)
        surface = self.own.surface(word) or (
            self.model.surface(word_id) if word_id is not None else _form(recent, word))
        if len(prefix) > 1 and prefix.isupper():
            return surface[len(prefix):].upper()
        if prefix:
            typed_small = prefix.islower() and surface[:len(prefix)] != prefix
            return word[len(prefix):] if typed_small and surface.isupper() else surface[len(prefix):]
        return surface[:1].upper() + surface[1:] if starts else surface


def context_ids(model, context):
    """Return the ids that the n-gram ``model`` is asked with after the tokens ``context`` of a sentence."""
    ids = model.encode(context[-3:])
    return ids if len(context) >= 3 else [model.marks["start"]] + ids


def divide_other(p, q, known):
    """Return the recurrent model's ``q`` over the n-gram model's ids: its «other», which is last, divided as ``p`` would."""
    full = p * (float(q[-1]) / max(float(p.sum()) - float(p[known].sum()), 1e-9))
    full[known] = q[:-1]
    return full


def _form(recent, word):
    """Return how ``word`` was last written inside a sentence of the tokens ``recent``, else ``word``."""
    for place in range(len(recent) - 1, 0, -1):
        kind, text = recent[place]
        if kind == "word" and text.lower() == word and recent[place - 1][0] != "end":
            return text
    return word


def _may_follow(before):
    """True when a word can follow the end of ``before`` after a space: a word or a plain mark."""
    end = before.rstrip("\"'\u2019\u201d)*_")[-2:]
    return len(end) == 2 and end[1] in ",;:.!?\u2026" and end[0].isalpha()
