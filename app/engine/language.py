"""Tells the language of a note, or says that it does not know.

Offers

- ``Language.load(models)``: the feature; ``answer({"text"})`` -> ``{"language", "confidence", "candidates"}``.
- ``language.detect(text)`` -> ``(code, p)``; the code is "" where it does not know. ``language.likeliest(text)`` -> code.
- ``Detector.load(data)``, ``Detector.pack(...)``: the model in its file (the format is here, once).
- ``letters(text)`` and ``ngrams(codes)``: what a model sees of a text; training uses the same.
- ``SCRIPTS``, ``LANGUAGES``, ``ALONE``: which scripts there are and which languages they write.

A script that one language writes decides at once (Greek, Thai, Hangul ...). Where several share it, a linear
classifier over character n-grams tells them apart: each n-gram has a small vector; their sum, divided by the
root of their number, goes through one matrix to a softmax (A. Joulin and others, «Bag of tricks for efficient
text classification», 2016, but with n-grams chosen by their information and not hashed into shared buckets).
One class is «none»: names, code, «ok lol».

Codes are ISO 639-1. «no» stands for Bokmål and Nynorsk, «zh» for all of written Chinese.
"""

import io
import re
import unicodedata
import zipfile
import zlib

import numpy as np

from app.everywhere.errors import ModelError

# What the file calls itself; a file with another number is refused.
FORMAT = 1

# Characters that are looked at: the first ones of the text. More costs time and makes nothing surer.
LOOK_CHARACTERS = 4000

# N-grams have one to so many characters; whole words, with the two spaces around them, up to so many.
LONGEST_NGRAM = 5
LONGEST_WORD = 14

# Letters that a text needs: «π» is no Greek and «r²» no language. An ideograph counts as three.
LEAST_LETTERS = 4

# Languages named in the answer, at most, and the probability that each of them needs.
CANDIDATES = 3
LEAST_CANDIDATE = 0.02

# Belief in a language that its script alone tells; the rest is for the rarer languages that share it.
ALONE_CONFIDENCE = 0.99

# Numbers of a vector are whole ones from -LEVELS to LEVELS, four bits each.
LEVELS = 7

# Bits of an n-gram's hash. With 60,000 known n-grams, one unknown n-gram in 280 is taken for a known one.
HASH_BITS = 24

NONE = "none"

# What reading a damaged file may raise.
_DAMAGE = (OSError, EOFError, ValueError, KeyError, IndexError, TypeError, NotImplementedError, zipfile.BadZipFile, zlib.error)

# Letters by script: first and last code point of each range. Scripts of no shipped language are left out.
SCRIPTS = {
    "latin": ((0x41, 0x5A), (0x61, 0x7A), (0xAA, 0xAA), (0xBA, 0xBA), (0xC0, 0xD6), (0xD8, 0xF6), (0xF8, 0x24F), (0x1E00, 0x1EFF)),
    "cyrillic": ((0x400, 0x52F),),
    "arabic": ((0x620, 0x64A), (0x66E, 0x6D3), (0x6D5, 0x6D5), (0x6EE, 0x6EF), (0x6FA, 0x6FF), (0x750, 0x77F)),
    "devanagari": ((0x900, 0x963), (0x971, 0x97F)),
    "hebrew": ((0x5D0, 0x5F2),),
    "han": ((0x3005, 0x3007), (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF)),
    "kana": ((0x3041, 0x309F), (0x30A1, 0x30FA), (0x30FC, 0x30FF), (0xFF66, 0xFF9F)),
    "hangul": ((0x1100, 0x11FF), (0x3131, 0x318E), (0xAC00, 0xD7A3)),
    "greek": ((0x370, 0x373), (0x376, 0x377), (0x386, 0x386), (0x388, 0x3FF), (0x1F00, 0x1FFF)),
    "armenian": ((0x531, 0x556), (0x561, 0x587)),
    "georgian": ((0x10A0, 0x10FF), (0x1C90, 0x1CBF)),
    "thai": ((0xE01, 0xE3A), (0xE40, 0xE4E)),
    "lao": ((0xE81, 0xEBD), (0xEC0, 0xECD), (0xEDC, 0xEDF)),
    "khmer": ((0x1780, 0x17D3),),
    "burmese": ((0x1000, 0x103F), (0x1050, 0x108F)),
    "bengali": ((0x980, 0x9E3),),
    "gurmukhi": ((0xA01, 0xA65), (0xA70, 0xA75)),
    "gujarati": ((0xA81, 0xAE3),),
    "oriya": ((0xB01, 0xB63), (0xB71, 0xB71)),
    "tamil": ((0xB82, 0xBD7),),
    "telugu": ((0xC00, 0xC63),),
    "kannada": ((0xC80, 0xCE3),),
    "malayalam": ((0xD00, 0xD63), (0xD7A, 0xD7F)),
    "sinhala": ((0xD81, 0xDF3),),
    "ethiopic": ((0x1200, 0x135A),),
}

# Languages of a script that one of them, by far, is written in. (Assamese is so taken for Bengali, Tigrinya for
# Amharic.) The scripts shared by more are the model's.
ALONE = {
    "hangul": "ko", "greek": "el", "armenian": "hy", "georgian": "ka", "thai": "th", "lao": "lo", "khmer": "km", "burmese": "my",
    "bengali": "bn", "gurmukhi": "pa", "gujarati": "gu", "oriya": "or", "tamil": "ta", "telugu": "te", "kannada": "kn",
    "malayalam": "ml", "sinhala": "si", "ethiopic": "am",
}
LANGUAGES = {
    "latin": ("af az ca cs cy da de en eo es et eu fi fr ga gl hr hu id is it la lt lv ms nl no pl pt ro sk sl sq sr sv sw tl tr "
              "vi").split(),
    "cyrillic": "be bg kk mk mn ru sr uk".split(),
    "arabic": "ar fa ug ur".split(),
    "devanagari": "hi mr ne".split(),
    "hebrew": "he yi".split(),
    "han": "ja zh".split(),
}

_NAMES = list(SCRIPTS)
_LATIN = _NAMES.index("latin") + 1

# How much a letter counts when scripts compete within a text: an ideograph says as much as several letters.
_WEIGHT = np.array([0] + [{"han": 3, "kana": 2, "hangul": 2.5}.get(name, 1) for name in _NAMES])


def _table():
    table = np.zeros(0x10000, np.uint8)
    for number, name in enumerate(_NAMES, 1):
        for first, last in SCRIPTS[name]:
            table[first:last + 1] = number
    return table


_SCRIPT_OF = _table()

# Not language: code between fences or back-ticks, addresses, paths, tags, and words with digits, underscores or
# capitals inside. Every repetition is bounded, so the time stays linear.
_NOISE = re.compile(
    r"```.{0,4000}?(?:```|\Z)|`[^`\n]{1,200}`|(?:https?://|www\.)\S{1,2000}|\S{1,64}@\S{1,255}"
    r"|[\w.-]{0,64}[/\\_][\w./\\-]{1,200}|\b[\w-]{1,63}\.(?:com|org|net|io|de|uk|fr|py|js|txt|pdf|jpg|png)\b"
    r"|[#@]\w{1,64}|\w{0,64}\d\w{0,64}|\b\w{0,30}[a-z][A-Z]\w{0,30}|&\w{1,8};|</?[a-zA-Z][^<>\n]{0,200}>", re.DOTALL)


def letters(text):
    """Return the letters of ``text`` as the model sees them, and what each script has of them.

    The first is an array of code points (uint32): lower case, composed, runs of anything else than letters as
    one space, a space at both ends, only letters of the script that has most. The second is that script's name
    ("" without a letter), the third the number of its letters, an ideograph counting as three. Any string is accepted.
    """
    text = unicodedata.normalize("NFC", _NOISE.sub(" ", text.lstrip()[:LOOK_CHARACTERS])).lower()
    text = text.replace("\u2019", "'").replace("i\u0307", "i")  # Turkish İ becomes two characters
    codes = np.frombuffer((" " + text + " ").encode("utf-32-le", "surrogatepass"), np.uint32)
    script = _SCRIPT_OF[np.minimum(codes, 0xFFFF)] * (codes < 0x10000)
    counts = np.bincount(script, minlength=len(_NAMES) + 1)
    weighted = counts * _WEIGHT
    # Japanese is one script of two: kana count with the ideographs around them.
    han, kana = _NAMES.index("han") + 1, _NAMES.index("kana") + 1
    weighted[han] += weighted[kana]
    weighted[kana] = 0
    best = int(weighted.argmax())
    if not weighted[best]:
        return np.array([32, 32], np.uint32), "", 0
    own = script == best
    if best == han:
        own |= script == kana
    inside = own.copy()
    # An apostrophe between letters belongs to the word: «l'eau», «don't».
    inside[1:-1] |= (codes[1:-1] == 0x27) & own[:-2] & own[2:]
    kept = np.where(inside, codes, 32)
    kept = kept[np.r_[True, (kept[1:] != 32) | (kept[:-1] != 32)]]
    if kept[-1] != 32:
        kept = np.r_[kept, 32]
    return kept.astype(np.uint32), _NAMES[best - 1], int(weighted[best])


def ngrams(codes):
    """Return the n-grams and words of ``codes`` (what ``letters`` gives) as hashes of HASH_BITS bits (uint32).

    N-grams of 1 to LONGEST_NGRAM characters within words, a space at a word's end counting as one of them; words
    of up to LONGEST_WORD characters as a whole. The hashes are polynomials of the code points, mixed.
    """
    space, length = codes == 32, len(codes)
    before = np.concatenate(([0], np.cumsum(space)))
    value = np.zeros(length, np.uint32)
    found = []
    for n in range(1, min(LONGEST_WORD + 2, length) + 1):
        value = value[:length - n + 1] * np.uint32(0x01000193) + codes[n - 1:] * np.uint32(0x9E3779B1)
        first, last = space[:length - n + 1], space[n - 1:]
        if n <= 2:
            wanted = ~(first & last)
        else:
            wanted = before[n - 1:length] == before[1:length - n + 2]
            if n > LONGEST_NGRAM:
                wanted &= first & last
        mixed = value[wanted] + np.uint32(n * 0x85EBCA6B & 0xFFFFFFFF)
        mixed ^= mixed >> np.uint32(15)
        mixed *= np.uint32(0x2C1B3C6D)
        found.append((mixed ^ (mixed >> np.uint32(13))) >> np.uint32(32 - HASH_BITS))
    return np.concatenate(found)


class Detector:
    """The model.

    ``codes``: its classes in order, the last NONE. ``keys``: the n-grams that it knows, sorted (n,) uint32. ``vectors`` (n, d),
    ``matrix`` (classes, d), ``bias`` (classes,): float32. ``temperature`` makes its probabilities honest, and an answer
    less probable than ``threshold`` is none.
    """

    def __init__(self, codes, keys, vectors, matrix, bias, temperature, threshold):
        self.codes, self.keys, self.vectors, self.matrix, self.bias = codes, keys, vectors, matrix, bias
        self.temperature, self.threshold = temperature, threshold
        # A script's languages, and «none», are all that a text in it can be.
        self._classes = {script: np.array([codes.index(code) for code in [*languages, NONE]]) for script, languages in LANGUAGES.items()}

    @staticmethod
    def pack(codes, keys, numbers, scales, matrix, bias, temperature, threshold):
        """Return the arrays of the file.

        ``numbers`` (n, d): -LEVELS to LEVELS, with d even; ``scales`` (n,): what each row is multiplied with.
        """
        assert numbers.shape[1] % 2 == 0 and np.abs(numbers).max() <= LEVELS
        nibbles = (numbers + 8).astype(np.uint8)
        steps = np.diff(keys.astype(np.int64), prepend=0)
        assert steps.min() >= 0 and steps.max() < 1 << 16
        return {
            "format": np.array([FORMAT], np.int32), "codes": np.frombuffer(" ".join(codes).encode(), np.uint8),
            "steps_low": (steps & 255).astype(np.uint8), "steps_high": (steps >> 8).astype(np.uint8),
            "numbers": nibbles[:, ::2] | nibbles[:, 1::2] << 4, "scales": scale_codes(scales),
            "matrix": matrix.astype(np.float32), "bias": bias.astype(np.float32),
            "decision": np.array([temperature, threshold], np.float32),
        }

    @classmethod
    def load(cls, data, name="the language model"):
        """Return the model held by ``data`` (the bytes of an ``.npz``); ``ModelError`` where they are damaged."""
        try:
            with np.load(io.BytesIO(data), allow_pickle=False) as file:
                arrays = {key: file[key] for key in file.files}
            number = int(arrays["format"][0])
            if number != FORMAT:
                raise ModelError(f"{name} has format {number}; this version reads format {FORMAT}")
            codes = arrays["codes"].tobytes().decode().split(" ")
            keys = np.cumsum(arrays["steps_low"] + (arrays["steps_high"].astype(np.uint32) << 8), dtype=np.uint32)
            packed, scales = arrays["numbers"], _SCALES[arrays["scales"]]
            vectors = np.empty((len(packed), packed.shape[1] * 2), np.float32)
            vectors[:, ::2], vectors[:, 1::2] = packed & 15, packed >> 4
            vectors -= 8
            vectors *= scales[:, None]
            matrix, bias = arrays["matrix"], arrays["bias"]
            temperature, threshold = (float(x) for x in arrays["decision"])
            if not (len(keys) == len(vectors) and matrix.shape == (len(codes), vectors.shape[1]) and bias.shape == (len(codes),)
                    and len(keys) and temperature > 0 and np.isfinite(matrix).all()):
                raise ModelError(f"{name} is damaged: its tables do not fit together")
            return cls(codes, keys, vectors, matrix, bias, temperature, threshold)
        except _DAMAGE as error:
            raise ModelError(f"{name} cannot be read: {error}") from None

    def probabilities(self, codes, script):
        """Return ``[(code, p)]``, the most probable first, for what ``letters`` found; ``script`` is one of LANGUAGES."""
        found = ngrams(codes)
        place = np.minimum(np.searchsorted(self.keys, found), len(self.keys) - 1)
        known = place[self.keys[place] == found]
        total = self.vectors[known].sum(0) / np.sqrt(len(found))
        classes = self._classes[script]
        logits = (self.matrix[classes] @ total + self.bias[classes]) / self.temperature
        p = np.exp(logits - logits.max())
        p /= p.sum()
        order = np.argsort(-p, kind="stable")
        return [(self.codes[classes[i]], float(p[i])) for i in order]


# Scales are eight-bit logarithms: 256 steps from 1e-4 to 10.
_SCALES = np.geomspace(1e-4, 10, 256).astype(np.float32)


def scale_codes(scales):
    """Return the nearest codes (n,) uint8 of scales (n,)."""
    return np.clip(np.rint(np.log(scales / 1e-4) / np.log(1e5) * 255), 0, 255).astype(np.uint8)


# Words that are written in English and hardly in any other language; so many different ones, among the first words of a text, make it
# English. Of 29,575 texts of three sentences each, in 112 other languages of Tatoeba, none was taken for English.
_ENGLISH = frozenset("the and my with that this have from they she her were would what which his been their it's don't i'm i've didn't could "
                     "should about there when who your because then them you very just like know think really some much going went get got "
                     "any our i'll that's you're we're i'd can't doesn't wasn't he's she's if its want back".split())
_ENGLISH_WORDS, _LOOKED_AT = 3, 60


def surely_english(text):
    """Whether the first words of ``text`` are English beyond doubt: a fiftieth of the detector's work, for whoever asks about thousands."""
    return len(_ENGLISH.intersection(text[:400].lower().replace("\u2019", "'").split()[:_LOOKED_AT])) >= _ENGLISH_WORDS


class Language:
    """The feature «language»."""

    def __init__(self, detector):
        self.detector = detector

    @classmethod
    async def load(cls, models):
        return cls(await models.parsed("language", Detector.load))

    def answer(self, payload):
        """{"text"} -> {"language": code or "", "confidence": p, "candidates": [[code, p]]}; p of the first candidate."""
        ranked = self._ranked(payload["text"])
        candidates = [[code, round(p, 4)] for code, p in ranked if code != NONE and p >= LEAST_CANDIDATE][:CANDIDATES]
        language, p = self._decide(ranked)
        return {"language": language, "confidence": round(p, 4), "candidates": candidates}

    def detect(self, text):
        """Return ``(code, p)``: the language of ``text`` and how sure that is; ("", p) where it is not sure enough."""
        return self._decide(self._ranked(text))

    def likeliest(self, text):
        """Return the first candidate, however unsure, or "": for what does little harm when it is wrong."""
        return next((code for code, _ in self._ranked(text) if code != NONE), "")

    def _ranked(self, text):
        codes, script, count = letters(text)
        if count < LEAST_LETTERS:
            return []
        if script in ALONE:
            return [(ALONE[script], ALONE_CONFIDENCE)]
        return self.detector.probabilities(codes, script)

    def _decide(self, ranked):
        if not ranked:
            return "", 0.0
        code, p = ranked[0]
        return (code, p) if code != NONE and p >= self.detector.threshold else ("", p if code != NONE else 0.0)
