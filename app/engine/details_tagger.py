"""Finds names and addresses: a small convolutional tagger, read by numpy.

Offers

- ``Tagger(arrays)``: the model from the arrays of ``models/details.npz``.
- ``tagger.find(text)``: what it found, as ``(start, end, kind)``, in order, apart.
- ``tagger.named(text)``: people and towns as ``(start, end)``, for looking back on many notes.
- ``tokens(text)``, ``Features(lists)``, ``bloom(words)`` and ``spans(text, places, p)``: what training shares with it.

A token is a run of letters, a run of digits, or a mark. Its vector is the sum of rows for the
word (two), its beginning, its end and its shape, looked up by hash (K. Weinberger et al., «Feature hashing for
large scale multitask learning», 2009), and of rows for the word lists that hold it; a list is a Bloom
filter (B. H. Bloom, 1970). Three convolutions over neighbouring tokens follow (R. Collobert et
al., «Natural language processing (almost) from scratch», 2011), so that a token is judged by the five tokens
on either side. Each token gets one of ``LABELS``; neighbours with the same one are a span.
"""

import re
import zlib

import numpy as np

from app.engine.linear import rows_times

LABELS = ("nothing", "name", "address", "place")
_NAME, _PLACE = LABELS.index("name"), LABELS.index("place")

# Rows of the two tables that are looked up by hash.
WORD_ROWS = 8192
AFFIX_ROWS = 8192
SHAPES = 24
# The table that each of a token's rows is in.
COLUMNS = ("word", "word", "affix", "affix", "affix", "shape")
# Word lists, in the order of their Bloom filters; a file may hold only the first of them.
LISTS = ("given name", "family name", "town", "word", "street", "common given name")
# Bits asked of a Bloom filter for a word.
PROBES = 5
# Tokens on either side of each convolution, as distances.
WINDOWS = ((-2, -1, 0, 1, 2), (-1, 0, 1), (-2, 0, 2))
REACH = 5  # tokens on either side that a label depends on: the sum of the farthest

# Probabilities: of the surest token of a name; of one in small letters; and of a capitalised word that follows a name and goes
# on with it, at least. LEAST_LISTED: of a word that is a given name and nothing else. Chosen on the half of the
# hand-written texts that may be tuned on.
LEAST_NAME, LEAST_SMALL_NAME, NAME_GOES_ON, LEAST_LISTED = 0.6, 0.8, 0.1, 0.3
# … of a town, whose name must be in the list of towns as well. Read on the sample notebook and bench/data: of 70 finds 60 were towns.
LEAST_TOWN = 0.6
# … and of a month, which hardly ever is a name.
LEAST_MONTH = 0.98
_MONTHS = frozenset("april may june july august avril mai juin abril mayo junio julio agosto juni juli märz mars marzo enero".split())

# Characters on either side without a capital, for a word in small letters to be a name.
SMALL_AROUND = 60

# Tokens that are worked on at once: bounds the memory that a long text takes.
SLICE = 4096
# Words whose features are kept, so that the common ones are made once.
KEPT_WORDS = 20_000
# Tokens of one name or address, at most; a longer run is a list or a table.
LONGEST_NAME = 8
LONGEST_ADDRESS = 30

# What a street is called, so that a number and a word are not taken for an address.
_STREETS = frozenset("""
    street st road rd avenue ave lane ln drive dr close court ct crescent terrace place pl square sq way boulevard blvd bd highway
    hwy parkway pkwy row mews gardens grove hill walk quay yard wharf park rise green view passage parade circus broadway heights
    estate rue impasse chemin allée quai cours route av calle avenida avda plaza paseo carrera cra camino ronda travesía pasaje c
    straße strasse str gasse weg platz allee ring damm ufer chaussee graben markt hof via viale piazza corso rua praça ulica ul
    gracht laan straat
""".split())
_STREET_ENDS = ("straße", "strasse", "str", "gasse", "weg", "platz", "allee", "ring", "damm", "ufer", "stieg", "straat", "laan", "gracht",
                "steig", "graben", "gatan", "vägen", "gade", "vej")

_TOKEN = re.compile(r"[^\W\d_]{1,40}|\d{1,20}|\n|[^\s\w]|_")
_NAME_INSIDE = re.compile(r"[-'’. ]{0,3}\Z")


def tokens(text):
    """Return the tokens of ``text`` as a list of ``(start, end)``."""
    return [match.span() for match in _TOKEN.finditer(text)]


def _shape(token):
    if token.isdigit():
        return min(len(token), 6)  # 1 to 6
    if not token[0].isalpha():
        return {"\n": 7, ".": 8, ",": 9, "'": 10, "’": 10, "-": 11, "@": 12, ":": 13, "(": 14, "/": 15, "&": 16}.get(token, 17)
    if token.islower():
        return 18
    if token.isupper():
        return 19 if len(token) == 1 else 20
    if token[0].isupper():
        return 21 if token[1:].islower() else 22
    return 23  # letters without case, or oddly mixed


def _crc(text, seed=0):
    return zlib.crc32(text.encode("utf-8", "surrogatepass"), seed)


def reading(token):
    """Return ``token`` as it is looked up: in small letters, numbers as so many zeros."""
    return "0" * min(len(token), 6) if token.isdigit() else token.lower()


def rows(token):
    """Return the rows of a token: two of the word, three of its affixes, one of its shape (``COLUMNS``)."""
    word = reading(token)
    # Two rows, because two words that share one hardly ever share both.
    return (_crc(word) % WORD_ROWS, _crc(word, 1) % WORD_ROWS, _crc("<" + word[:3]) % AFFIX_ROWS, _crc(word[-3:] + ">") % AFFIX_ROWS,
            _crc(word[-2:] + "/" + word[:1]) % AFFIX_ROWS, _shape(token))


def probes(word, bits):
    """Return the ``PROBES`` places of ``word`` in a Bloom filter of so many bits."""
    first, second = _crc(word), _crc(word, 1) | 1
    return [(first + number * second) % bits for number in range(PROBES)]


class Features:
    """Reads tokens as rows and list marks. ``lists``: uint8 arrays, the Bloom filters of ``LISTS`` or of the first of them."""

    def __init__(self, lists):
        self._lists = [bytes(part) for part in lists]
        self._kept = {}

    def of(self, token):
        """Return the rows of a token (one for each of ``COLUMNS``), then its marks (0 or 1 for each of its lists)."""
        found = self._kept.get(token)
        if found is None:
            found = rows(token) + self._marks(token)
            if len(self._kept) < KEPT_WORDS:
                self._kept[token] = found
        return found

    def _marks(self, token):
        if not token[0].isalpha():
            return (0,) * len(self._lists)
        word = token.lower()
        return tuple(int(all(part[place >> 3] >> (place & 7) & 1 for place in probes(word, 8 * len(part)))) for part in self._lists)

    def is_only_a_name(self, token):
        """True for a capitalised given name of the lists that is neither a town nor a plain word."""
        given, _, town, word = self.of(token)[len(COLUMNS):len(COLUMNS) + 4]
        return bool(given and not town and not word and token[0].isupper() and token[1:].islower() and len(token) > 2)

    def is_town(self, token):
        """True for a word of the list of towns, whatever its case."""
        return bool(self.of(token)[len(COLUMNS) + LISTS.index("town")])


def bloom(words, bits_each=10):
    """Return a Bloom filter of ``words`` (lower-cased) as a uint8 array; 10 bits a word let 1 % of others pass."""
    words = set(words)
    filter_ = np.zeros(max(8, len(words) * bits_each // 8 + 1), np.uint8)
    for word in words:
        for place in probes(word, 8 * len(filter_)):
            filter_[place >> 3] |= 1 << (place & 7)
    return filter_


class Tagger:
    """``arrays``: tables as int8 with a scale for each row, filters, convolutions as float16."""

    def __init__(self, arrays):
        self.features = Features([arrays[f"list{number}"] for number in range(len(arrays["marks"]))])
        self._tables = {name: (arrays[name], arrays[f"{name}_scales"].astype(np.float32)[:, None]) for name in set(COLUMNS)}
        self._marks = arrays["marks"].astype(np.float32)
        self._convolutions = [(np.ascontiguousarray(arrays[f"conv{number}"].T, np.float32), arrays[f"bias{number}"].astype(np.float32))
                              for number in range(len(WINDOWS))]
        self._out, self._out_bias = arrays["out"].astype(np.float32), arrays["out_bias"].astype(np.float32)

    def probabilities(self, words):
        """Return (n, len(LABELS)) float32: what each of ``words`` (list of str) is."""
        parts = []
        for begin in range(0, len(words), SLICE):
            low, high = max(0, begin - REACH), min(len(words), begin + SLICE + REACH)
            parts.append(self._run(words[low:high])[begin - low:min(begin + SLICE, len(words)) - low])
        return np.concatenate(parts) if parts else np.zeros((0, len(LABELS)), np.float32)

    def _run(self, words):
        columns = np.array([self.features.of(word) for word in words], np.int32)
        x = columns[:, len(COLUMNS):].astype(np.float32) @ self._marks
        for column, name in enumerate(COLUMNS):
            table, scales = self._tables[name]
            x += table[columns[:, column]] * scales[columns[:, column]]
        for number, (weights, bias) in enumerate(self._convolutions):
            y = np.maximum(rows_times(_neighbours(x, WINDOWS[number]), weights) + bias, 0)
            x = y if number == 0 else x + y
        scores = x @ self._out + self._out_bias
        p = np.exp(scores - scores.max(1, keepdims=True))
        return p / p.sum(1, keepdims=True)

    def find(self, text):
        """Return the names and addresses in ``text`` as a list of ``(start, end, kind)``."""
        places = tokens(text)
        words = [text[start:end] for start, end in places]
        return spans(text, places, self.probabilities(words), self.features)

    def named(self, text):
        """Return (people, towns) in ``text``, two lists of ``(start, end)``."""
        places = tokens(text)
        p = self.probabilities([text[start:end] for start, end in places])
        people = [(start, end) for start, end, kind in spans(text, places, p, self.features) if kind == "name"]
        return people, towns(text, places, p, self.features)


def towns(text, places, p, features):
    """Return the towns that ``p`` (n, labels) says the tokens at ``places`` are, as ``(start, end)``: capitalised, and in the list of towns.

    Places without a list (rivers, streets, inns) are too often no places at all.
    """
    words = [text[start:end] for start, end in places]
    found = []
    for at, to in _runs(_labels(words, p, features)):
        listed = any(features.is_town(word) for word in words[at:to])
        if words[at][0].isupper() and listed and p[at:to, _PLACE].max() >= LEAST_TOWN and LABELS[int(p[at].argmax())] == "place":
            found.append((places[at][0], places[to - 1][1]))
    return found


def spans(text, places, p, features):
    """Return the names and addresses that ``p`` (n, labels) says the tokens at ``places`` are, as ``(start, end, kind)``."""
    found = []
    labels = _labels([text[start:end] for start, end in places], p, features)
    for at, to in _runs(labels):
        kind = LABELS[labels[at]]
        if kind == "name":
            found += [(start, end, kind) for start, end in _names(text, places[at:to]) if not text[start:end].islower()
                      or _is_small(text, start, end)]
        elif kind == "address":
            found += [(start, end, kind) for start, end in _addresses(text, places[at:to])]
    return found


def _labels(words, p, features):
    """Return the label of each token (n,): the likeliest, but a name must be sure enough, and takes a next word that might belong to it."""
    labels, of_name = p.argmax(1), p[:, _NAME].copy()
    for at in np.flatnonzero((of_name >= LEAST_LISTED) & (of_name < 1)).tolist():
        if features.is_only_a_name(words[at]) and words[at].lower() not in _MONTHS:
            labels[at], of_name[at] = _NAME, 1
    for at, to in _runs(labels):
        least = LEAST_SMALL_NAME if all(word.islower() or not word[0].isalpha() for word in words[at:to]) else LEAST_NAME
        if to == at + 1 and words[at].lower() in _MONTHS:
            least = LEAST_MONTH
        abbreviation = to == at + 1 and len(words[at]) > 1 and words[at].isupper() and not all(word.isupper() for word in words
            if word[0].isalpha())
        if labels[at] == _NAME and (of_name[at:to].max() < least or abbreviation):
            labels[at:to] = 0
    # Family names are rarer than given names, and mostly follow one.
    for at in np.flatnonzero((labels != _NAME) & (of_name >= NAME_GOES_ON)).tolist():
        if words[at][0].isupper() and (at and labels[at - 1] == _NAME and words[at - 1][0].isalpha()):
            labels[at] = _NAME
    return labels


def _neighbours(x, window):
    """Return (n, len(window) * width): the vectors at these distances side by side; nothing beyond the ends."""
    width = x.shape[1]
    wide = np.zeros((len(x), len(window) * width), np.float32)
    for number, distance in enumerate(window):
        low, high = max(0, -distance), len(x) - max(0, distance)
        if high > low:
            wide[low:high, number * width:(number + 1) * width] = x[low + distance:high + distance]
    return wide


def _runs(labels):
    """Yield ``(at, to)`` of the runs of one label; runs of nothing are left out."""
    if not len(labels):
        return
    edges = np.flatnonzero(np.diff(labels)) + 1
    for at, to in zip(np.r_[0, edges].tolist(), np.r_[edges, len(labels)].tolist()):
        if labels[at]:
            yield at, to


def _names(text, places):
    """Yield the names in a run of tokens called name: cut where no name goes on, without marks at the ends."""
    name = []
    for place in places + [None]:
        word = place and text[slice(*place)]
        if word and word[0].isalpha() and (not name or _NAME_INSIDE.match(text, name[-1][1], place[0])):
            name.append(place)
        elif not word or word not in ".'’-":
            if name and len(name) <= LONGEST_NAME and name[-1][1] - name[0][0] > 1:
                yield name[0][0], name[-1][1]
            name = [place] if word and word[0].isalpha() else []


def _is_small(text, start, end):
    """True where nobody wrote capitals: only there is a word in small letters a name."""
    around = text[max(0, start - SMALL_AROUND):end + SMALL_AROUND]
    return around == around.lower()


def _addresses(text, places):
    """Yield the address in a run of tokens called address, without marks at its ends.

    It names a street, and has a number or three parts, as in «The Mill, Bath Road, Bath».
    """
    while places and not text[places[0][0]].isalnum():
        places = places[1:]
    while places and not text[places[-1][0]].isalnum():
        places = places[:-1]
    words = [text[start:end].lower() for start, end in places]
    streets = sum(word in _STREETS for word in words)
    named = sum(word[0].isalpha() and len(word) > 2 and word not in _STREETS for word in words)
    if (len(places) <= LONGEST_ADDRESS and (streets and named or any(word.endswith(_STREET_ENDS) for word in words))
            and (words.count(",") >= 2 or any(word.isdigit() for word in words))):
        yield places[0][0], places[-1][1]
