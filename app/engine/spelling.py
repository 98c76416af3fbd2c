"""Finds misspelt English words and what was meant; stays silent unless it is sure.

Offers

- ``Spelling.load(models)`` and ``spelling.answer(payload)``: the feature «spelling».
- ``Lexicon``: words that are right although the completion model may not have read them.
- ``slips(typed, meant, cost)``: the cheapest slips that turn one word into the other.
- ``pack(lexicon, doubtful, cost)``: the arrays of the model's file; training uses it.

Method: the noisy channel of M. D. Kernighan, K. W. Church and W. A. Gale, «A spelling
correction program based on a noisy channel model» (1990). What was meant is the word that
makes ``p(word | words before) · p(word after | word) · p(typed | word)`` greatest. Words and
their probabilities are those of the completion model; what a slip costs was counted in chats.
The winner must beat every other word, and the belief that the typed word is right and new.

There is no index of words: two words within two slips have nearly the same letters, so one
comparison of bit masks leaves some hundreds of the 39,000, whose distances numpy finds side
by side.
"""

import hashlib
import io
import math
import re
import zipfile
import zlib

import numpy as np

from app.engine import words
from app.engine.kneser_ney import KneserNey
from app.everywhere.errors import ModelError

FORMAT = 1

# Characters. Shorter words are near too many others ("ot": to, it, of, on); what is longer
# is pasted, not typed.
SHORTEST, LONGEST = 3, 24
# Words of up to this many characters may hold one slip, longer ones two.
ONE_SLIP_CHARACTERS = 5
# A word that stands this often in the text is meant as it is.
REPEATED = 3
# Share of known words that a sentence needs to count as English. Sentences of fewer words
# than this are judged by the whole text.
ENGLISH_SHARE = 0.6
JUDGED_BY_ITSELF = 5
# Different unknown words that are looked up in one text; the rest is left alone, which
# bounds the time (about 2 ms each).
LOOKED_UP = 300
# Suggestions a word gets at most, and how far (in nats) one may lie behind the best.
SUGGESTIONS = 3
BEHIND = 4.0
# The nearest words that are weighed exactly, and the best of those that are weighed by the
# word after them as well.
WEIGHED = 30
WEIGHED_TWICE = 8

# Nats. The belief that an unknown word is right: a start, and so much for each letter.
NEW_WORD = -13.5
NEW_LETTER = -0.9
# Nats by which the best word must beat that belief, and the second best; more is asked of a
# word with a capital at the start of a sentence (a name, perhaps), and of one beside another
# unknown word (a foreign phrase, perhaps).
SURE = 1.0
APART = 0.7
CAPITAL = 3.0
BESIDE_UNKNOWN = 2.0
# Nats that a missing space costs.
SPACE = 5.0

# Letters as codes; 0 stands before the first letter.
_CODES = {letter: code for code, letter in enumerate("abcdefghijklmnopqrstuvwxyz'", 1)}
LETTERS = len(_CODES) + 1
# The kinds of slips, as rows of the table of costs: cost[kind, a, b] in steps of COST_STEP nats.
# a typed for b; b typed although not meant, after a; b left out after a; ab typed as ba.
OTHER, EXTRA, MISSING, SWAPPED = range(4)
COST_STEP = 0.05

# Bits that a word sets in the lexicon: the number that errs least at ten bits a word.
_HASHES = 7

_CHUNK = re.compile(r"\n|[^\s]+")
_WORD = re.compile(r"[^\W\d_]+(?:['\u2019][^\W\d_]+)*")
# Runs that are no prose: code between backticks, and chunks with signs that words have not.
_CODE = re.compile(r"```.*?(?:```|\Z)|`[^`\n]{1,500}`", re.DOTALL)
_NOT_PROSE = re.compile(r"[\d_@#/\\<>{}=+*&^%$|~\[\]]|\w[.:]\w")
_LONGEST_CHUNK = 80
_ENDS = re.compile(r"[.!?\u2026:;]+[\"'\u2019\u201d)]*$")


def _places(word, bits):
    """Return the bits of a lexicon of ``bits`` bits that belong to ``word``."""
    digest = hashlib.sha256(word.encode("utf-8", "replace")).digest()
    return [int.from_bytes(digest[4 * i:4 * i + 4], "little") % bits for i in range(_HASHES)]


class Lexicon:
    """A set of words without the words (B. H. Bloom, 1970): it never misses one that is in it,
    and takes some that are not for one of it (1 in 120 at ten bits a word)."""

    def __init__(self, data):
        """``data``: the bits, as bytes; their number is a multiple of eight."""
        self._data = data

    @classmethod
    def of(cls, members, bits_each=10):
        """Return the lexicon of the words ``members``."""
        data = bytearray(max(1, len(members) * bits_each // 8))
        for word in members:
            for place in _places(word, 8 * len(data)):
                data[place >> 3] |= 1 << (place & 7)
        return cls(bytes(data))

    def __contains__(self, word):
        return all(self._data[place >> 3] >> (place & 7) & 1 for place in _places(word, 8 * len(self._data)))

    def __bytes__(self):
        return self._data


def codes(word):
    """Return the letters of ``word`` (lower case) as a list of codes, or None if it has others than a to z and '."""
    found = [_CODES.get(letter) for letter in word]
    return None if None in found else found


def slips(typed, meant, cost):
    """Return ``(nats, [(kind, a, b), …])``: the cheapest way from ``meant`` to ``typed``.

    ``typed`` and ``meant`` are lists of codes, ``cost`` is (4, LETTERS, LETTERS) as nested
    lists of nats. Each letter takes part in one slip at most.
    """
    width = len(typed) + 1
    best = [[None] * width for _ in range(len(meant) + 1)]
    for i in range(len(meant) + 1):
        for j in range(width):
            if not i and not j:
                best[0][0] = (0.0, None, None)
                continue
            ways = []
            before = meant[i - 1] if i else 0
            if i and j:
                if meant[i - 1] == typed[j - 1]:
                    ways.append((best[i - 1][j - 1][0], (i - 1, j - 1), None))
                else:
                    slip = (OTHER, typed[j - 1], meant[i - 1])
                    ways.append((best[i - 1][j - 1][0] + cost[OTHER][typed[j - 1]][meant[i - 1]], (i - 1, j - 1), slip))
            if j:
                ways.append((best[i][j - 1][0] + cost[EXTRA][before][typed[j - 1]], (i, j - 1), (EXTRA, before, typed[j - 1])))
            if i:
                previous = meant[i - 2] if i > 1 else 0
                ways.append((best[i - 1][j][0] + cost[MISSING][previous][meant[i - 1]], (i - 1, j), (MISSING, previous, meant[i - 1])))
            if i > 1 and j > 1 and meant[i - 1] == typed[j - 2] and meant[i - 2] == typed[j - 1] != typed[j - 2]:
                a, b = meant[i - 2], meant[i - 1]
                ways.append((best[i - 2][j - 2][0] + cost[SWAPPED][a][b], (i - 2, j - 2), (SWAPPED, a, b)))
            best[i][j] = min(ways, key=lambda way: way[0])
    path, place = [], (len(meant), len(typed))
    while place != (0, 0):
        _, previous, slip = best[place[0]][place[1]]
        if slip:
            path.append(slip)
        place = previous
    return best[-1][-1][0], path[::-1]


def pack(lexicon, doubtful, cost):
    """Return the arrays of the model's file, by name: a ``Lexicon``, the words of the completion
    model that are misspellings (a list of str), and costs (4, LETTERS, LETTERS) in nats."""
    return {
        "format": np.array([FORMAT], np.int32),
        "lexicon": np.frombuffer(bytes(lexicon), np.uint8),
        "doubtful": np.frombuffer("\n".join(sorted(doubtful)).encode(), np.uint8),
        "cost": np.clip(np.rint(cost / COST_STEP), 0, 255).astype(np.uint8),
    }


# A length that no word is near.
_NEVER = 10_000


class Near:
    """The words of a list that are within one or two slips of another word."""

    def __init__(self, listed, left_out=()):
        """``listed``: lower-case words, none of them empty. Those in ``left_out`` (places in the list), and words
        with letters other than a to z and ', are never found."""
        text = "".join(listed).encode("latin-1", "replace")
        self._lengths = np.fromiter(map(len, listed), np.intp, len(listed))  # 32 bits in the browser, as `repeat` wants
        ends = np.cumsum(self._lengths, dtype=np.intp)
        starts = ends - self._lengths
        table = np.zeros(256, np.uint8)
        for letter, code in _CODES.items():
            table[ord(letter)] = code
        letters = table[np.frombuffer(text, np.uint8)]
        self._letters = np.zeros((len(listed), LONGEST + 2), np.uint8)
        row = np.repeat(np.arange(len(listed)), self._lengths)
        column = np.arange(len(letters)) - np.repeat(starts, self._lengths)
        inside = column < self._letters.shape[1]
        self._letters[row[inside], column[inside]] = letters[inside]
        self._masks = np.bitwise_or.reduceat(np.uint32(1) << letters.astype(np.uint32), starts)
        never = np.minimum.reduceat(letters, starts) == 0
        never[list(left_out)] = True
        self._lengths[never] = _NEVER

    def find(self, typed, reach):
        """Return ``(places, distances)`` of the words within ``reach`` slips of ``typed`` (a list of codes)."""
        mask = 0
        for code in typed:
            mask |= 1 << code
        fits = (np.abs(self._lengths - len(typed)) <= reach) & (np.bitwise_count(self._masks ^ np.uint32(mask)) <= 2 * reach)
        places = np.flatnonzero(fits)
        distances = _distances(typed, self._letters[places], self._lengths[places])
        near = distances <= reach
        return places[near], distances[near]


def _distances(typed, letters, lengths):
    """Return the slips (n,) between ``typed`` and each row of ``letters`` (n, width): Damerau's
    distance, no letter touched twice, all rows at a time."""
    n, width = len(letters), min(letters.shape[1], len(typed) + 2)
    columns = np.ascontiguousarray(letters[:, :width].T)
    before, last = None, [np.full(n, j, np.int8) for j in range(width + 1)]
    for i, code in enumerate(typed, 1):
        row = [np.full(n, i, np.int8)]
        for j in range(1, width + 1):
            found = np.minimum(np.minimum(last[j], row[j - 1]) + np.int8(1), last[j - 1] + (columns[j - 1] != code))
            if i > 1 and j > 1:
                swapped = (columns[j - 1] == typed[i - 2]) & (columns[j - 2] == code)
                found = np.where(swapped, np.minimum(found, before[j - 2] + np.int8(1)), found)
            row.append(found.astype(np.int8))
        before, last = last, row
    return np.stack(last)[np.minimum(lengths, width), np.arange(n)]


class _Word:
    """A word of the text: where it stands, and what is known of it."""

    def __init__(self, start, end, text, plain):
        self.start, self.end, self.text = start, end, text
        self.lower = text.lower().replace("\u2019", "'")
        self.plain = plain  # False inside code, addresses and the like
        self.right = True


class Spelling:
    """The feature. ``model``: a ``KneserNey``; ``lexicon``, ``doubtful`` and ``cost`` as ``pack`` takes them; ``near``
    searches like ``Near``."""

    def __init__(self, model, lexicon, doubtful, cost, near=Near):
        self.model, self.lexicon, self.doubtful = model, lexicon, frozenset(doubtful)
        self.cost = np.asarray(cost, np.float64).tolist()
        self._near = near(model.words, [model.index[word] for word in self.doubtful if word in model.index])

    @classmethod
    async def load(cls, models):
        """Return the feature; ``models``: a ``ModelFiles``. Raises ``ModelError``."""
        return cls(await models.parsed("completion.en", KneserNey.load), *cls.read(await models.data("spelling.en")))

    @staticmethod
    def read(data):
        """Return ``(lexicon, doubtful, cost)`` from the bytes of the file. Raises ``ModelError``."""
        try:
            with np.load(io.BytesIO(data), allow_pickle=False) as file:
                arrays = {key: file[key] for key in file.files}
            number = int(arrays["format"][0])
            if number != FORMAT:
                raise ModelError(f"The spelling model has format {number}; this version reads format {FORMAT}.")
            cost = arrays["cost"].astype(np.float64) * COST_STEP
            if cost.shape != (4, LETTERS, LETTERS) or not arrays["lexicon"].size:
                raise ModelError("The spelling model is damaged: its tables have the wrong size.")
            doubtful = arrays["doubtful"].tobytes().decode().split("\n")
            return Lexicon(arrays["lexicon"].tobytes()), doubtful, cost
        except (OSError, EOFError, ValueError, KeyError, IndexError, TypeError, NotImplementedError, zipfile.BadZipFile,
                zlib.error) as error:
            raise ModelError(f"The spelling model cannot be read: {error}") from None

    def answer(self, payload):
        """{"text", "known": the user's words, "language": "" or a code} → {"misspelt": [{"start", "end", "word", "suggestions"}]}.

        ``start`` and ``end`` count characters. Words in ``known``, and those that stand three
        times in the text, are never misspelt; text in other languages than English has none.
        """
        if payload.get("language") not in (None, "", "en"):
            return {"misspelt": []}
        sentences, counts = self._read(payload["text"], {word.lower().replace("\u2019", "'") for word in payload.get("known") or ()})
        everything = [word for sentence in sentences for word in sentence if word.plain]
        share = sum(word.right for word in everything) / max(1, len(everything))
        found, looked_up = [], set()
        for sentence in sentences:
            own = [word.right for word in sentence if word.plain]
            if (sum(own) / len(own) if len(own) >= JUDGED_BY_ITSELF else share) < ENGLISH_SHARE:
                continue
            for place, word in enumerate(sentence):
                if word.right or counts[word.lower] >= REPEATED:
                    continue
                if word.lower not in looked_up and len(looked_up) >= LOOKED_UP:
                    continue
                looked_up.add(word.lower)
                suggestions = self._suggest(sentence, place)
                if suggestions:
                    found.append({"start": word.start, "end": word.end, "word": word.text, "suggestions": suggestions})
        return {"misspelt": found}

    def is_right(self, lower):
        """True for a lower-case word that is spelt right, as far as is known."""
        stem = lower.removesuffix("'s").removesuffix("'")
        if lower in self.doubtful or lower in words.CONTRACTIONS:
            return False
        return lower in self.model.index or stem in self.lexicon

    def _read(self, text, known):
        """Return the sentences as lists of ``_Word``, and how often each lower-case word stands in the text."""
        code = [match.span() for match in _CODE.finditer(text)]
        sentences, sentence, counts, right, inside = [], [], {}, {}, 0
        for chunk in _CHUNK.finditer(text):
            piece = chunk.group()
            while inside < len(code) and code[inside][1] <= chunk.start():
                inside += 1
            in_code = inside < len(code) and code[inside][0] < chunk.end()
            plain = not in_code and len(piece) <= _LONGEST_CHUNK and not _NOT_PROSE.search(piece)
            for match in _WORD.finditer(piece) if plain else ():
                word = _Word(chunk.start() + match.start(), chunk.start() + match.end(), match.group(), True)
                counts[word.lower] = counts.get(word.lower, 0) + 1
                if word.lower not in right:
                    right[word.lower] = word.lower in known or self.is_right(word.lower)
                word.right = right[word.lower]
                sentence.append(word)
            if not plain:
                sentence.append(_Word(chunk.start(), chunk.end(), "", False))
            if sentence and (piece == "\n" or _ENDS.search(piece[-8:])):
                sentences.append(sentence)
                sentence = []
        if sentence:
            sentences.append(sentence)
        return sentences, counts

    def _suggest(self, sentence, place):
        """Return what was meant by a word that is not right, the likeliest first; [] when unsure."""
        word = sentence[place]
        if word.lower in words.CONTRACTIONS:
            full = words.CONTRACTIONS[word.lower]
            return ["I" + full[1:] if full.startswith("i'") else _in_case(full, word.text)]
        capital = word.text[0].isupper()
        typed = codes(word.lower)
        if typed is None or not SHORTEST <= len(typed) <= LONGEST or not word.text[1:].islower() or capital and place:
            return []
        context = [self.model.marks["start"]] + [self._id(other) for other in sentence[max(0, place - 3):place]]
        after = self._id(sentence[place + 1]) if place + 1 < len(sentence) else self.model.marks["end"]
        ranked = self.rank(typed, context, after)
        if not ranked:
            return []
        sure, apart = SURE, APART
        if capital:
            sure += CAPITAL
        if any(not other.right for other in sentence[max(0, place - 1):place + 2] if other is not word):
            sure += BESIDE_UNKNOWN
        best = ranked[0][0]
        if best < NEW_WORD + NEW_LETTER * len(typed) + sure or len(ranked) > 1 and best - ranked[1][0] < apart:
            return []
        return [_in_case(meant, word.text) for score, meant in ranked[:SUGGESTIONS] if best - score < BEHIND]

    def _id(self, word):
        return self.model.index.get(word.lower, self.model.marks["other"]) if word.plain else self.model.marks["other"]

    def near(self, typed):
        """Return ``(ids, slips)`` of the words that may have been meant by ``typed`` (codes)."""
        return self._near.find(typed, 1 if len(typed) <= ONE_SLIP_CHARACTERS else 2)

    def rank(self, typed, context, after):
        """Return ``[(nats, word)]``, the likeliest first: what may have been meant by ``typed`` (codes)
        between the ids ``context`` and ``after`` (None where nothing is known). Words are written as usual ("I", "Monday").

        The word after counts by how much likelier it is there than after an unknown word.
        """
        near, distances = self.near(typed)
        p = np.log(self.model.probabilities(context, 0, len(self.model.words)))
        nearest = np.argsort(6 * distances - p[near], kind="stable")[:WEIGHED]
        ranked = []
        for i in near[nearest].tolist():
            ranked.append((float(p[i]) - slips(typed, codes(self.model.words[i]), self.cost)[0], i))
        ranked.sort(reverse=True)
        again = [(score + self._log(context + [i], after), self.model.surface(i)) for score, i in ranked[:WEIGHED_TWICE]]
        again += self._apart(typed, context, after, p)
        unknown = self._log(context + [self.model.marks["other"]], after)
        return sorted(((score - unknown, word) for score, word in again), reverse=True)

    def _log(self, context, word):
        """Return log p(word | context) for an id, and 0 for None."""
        return 0.0 if word is None else math.log(self.model.probabilities(context, word, word + 1)[0])

    def _apart(self, typed, context, after, p):
        """Return the ways to read ``typed`` as two words without their space, scored like ``rank``'s."""
        text = "".join("abcdefghijklmnopqrstuvwxyz'"[code - 1] for code in typed)
        found = []
        for cut in range(1, len(text)):
            first, second = self.model.index.get(text[:cut]), self.model.index.get(text[cut:])
            if first is None or second is None or text[:cut] in self.doubtful or text[cut:] in self.doubtful:
                continue
            score = float(p[first]) + self._log(context + [first], second) + self._log(context + [first, second], after) - SPACE
            found.append((score, self.model.surface(first) + " " + self.model.surface(second)))
        return found


def _in_case(word, typed):
    """Return ``word`` with a capital if ``typed`` has one."""
    return word[0].upper() + word[1:] if typed[0].isupper() else word
