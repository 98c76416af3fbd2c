"""Finds words and phrases in scripts that put no space between them: Japanese, Chinese, Thai.

Offers

- ``Segmenter.load(data)``: the models from the bytes of their file; ``Segmenter.pack(models)`` makes that file.
- ``segmenter.cuts(text, name)``: offsets at which phrases begin, by one model.
- ``segmenter.words(text)``: ``[(start, end)]`` of the words of a text in any script: tokens for search, learning, key phrases.
- ``Segment.load(models)``: the feature; ``answer({"text", "language"?})`` -> ``{"breaks": [offset]}``: where a line may break.

The models are BudouX's (Apache-2.0, Google LLC; github.com/google/budoux): for every place between two characters,
a sum of weights of the one to three characters around it, learned by AdaBoost; a sum above zero is a boundary. The
sum is short enough to be written here in numpy, which is what makes a note of a million characters bearable;
BudouX's own parser looks into thirteen dictionaries for every character. The two are compared in the tests.

«ja», «zh-hans», «zh-hant» and «th» give phrases, for line breaks; «ja-word» gives words. The phrases of Chinese and
Thai are about words and serve as those. Lao, Khmer and Burmese have no model: a run of them is one word.
"""

import io
import re
import zipfile
import zlib
from bisect import bisect_left, bisect_right

import numpy as np

from app.everywhere.errors import ModelError

# What the file calls itself; a file with another number is refused.
FORMAT = 1

# What reading a damaged file may raise.
_DAMAGE = (OSError, EOFError, ValueError, KeyError, IndexError, TypeError, NotImplementedError, zipfile.BadZipFile, zlib.error)

MODELS = ("ja", "ja-word", "th", "zh-hans", "zh-hant")

# Groups of features: the first character of each relative to the place (0 is the one after it), and the length.
GROUPS = {"UW1": (-3, 1), "UW2": (-2, 1), "UW3": (-1, 1), "UW4": (0, 1), "UW5": (1, 1), "UW6": (2, 1),
          "BW1": (-2, 2), "BW2": (-1, 2), "BW3": (0, 2), "TW1": (-3, 3), "TW2": (-2, 3), "TW3": (-1, 3), "TW4": (0, 3)}

# Characters that are cut at once; longer texts go in such pieces, so that memory stays small.
PIECE = 200_000

# Share of kana among Japanese and Chinese characters above which a text is taken for Japanese: headlines have few, a
# Chinese note may quote a word or two.
KANA_SHARE = 0.08

_HAN = "\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_KANA = "\u3041-\u309f\u30a1-\u30fa\u30fc-\u30ff\uff66-\uff9f"
_THAI = "\u0e01-\u0e3a\u0e40-\u0e4e"
_UNSPACED = re.compile(f"[{_HAN}{_KANA}{_THAI}]")
_THAI_LETTER, _KANA_RUN, _HAN_RUN = (re.compile(f"[{letters}]+") for letters in (_THAI, _KANA, _HAN))
_WORD = re.compile(f"(?P<unspaced>[{_HAN}{_KANA}]+|[{_THAI}]+)"
                   # Letters with the marks that go with them (Hindi's vowels are no letters to Python), digits, apostrophes inside.
                   f"|(?:(?![{_HAN}{_KANA}{_THAI}])[\\w\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0900-\u0dff"
                   "\u0e80-\u0eff\u1000-\u109f\u1780-\u17d3])+"
                   "(?:['\u2019](?=[^\\W\\d_])(?:(?![" + _HAN + _KANA + _THAI + "])\\w)+)*")


class Segmenter:
    """The models by name: ``{name: {group: (sorted keys (n,) uint64, weights (n,) int32)}}``."""

    def __init__(self, tables, totals):
        """Take the tables and, by model, the sum of all weights: half of it is what a boundary must exceed."""
        self._tables = tables
        self._base = {name: -0.5 * total for name, total in totals.items()}
        self._only = {name: set(tables[name]["UW4"][0].tolist()) | set(tables[name]["UW3"][0].tolist())
                      for name in ("zh-hans", "zh-hant") if name in tables}

    @staticmethod
    def pack(models):
        """Return the arrays of the file for ``models``: ``{name: {group: {characters: weight}}}`` as BudouX's JSON has it."""
        counts, characters, weights = [], [], []
        totals = [sum(sum(group.values()) for group in models[name].values()) for name in MODELS]
        for name in MODELS:
            for group, (_, length) in GROUPS.items():
                # The Thai model has a dozen features of another length: they match nothing and count in the total only.
                features = sorted((feature, weight) for feature, weight in models[name].get(group, {}).items() if len(feature) == length)
                counts.append(len(features))
                characters += [feature for feature, _ in features]
                weights += [weight for _, weight in features]
        return {"format": np.array([FORMAT], np.int32), "totals": np.array(totals, np.int32), "counts": np.array(counts, np.int32),
                "characters": np.frombuffer("".join(characters).encode(), np.uint8), "weights": np.array(weights, np.int16)}

    @classmethod
    def load(cls, data, name="the segmentation model"):
        """Return the models held by ``data`` (the bytes of an ``.npz``); ``ModelError`` where they are damaged."""
        try:
            with np.load(io.BytesIO(data), allow_pickle=False) as file:
                arrays = {key: file[key] for key in file.files}
            if int(arrays["format"][0]) != FORMAT:
                raise ModelError(f"{name} has format {int(arrays['format'][0])}; this version reads format {FORMAT}")
            codes = np.frombuffer(arrays["characters"].tobytes().decode().encode("utf-32-le"), np.uint32).astype(np.uint64)
            counts = arrays["counts"].reshape(len(MODELS), len(GROUPS)).tolist()
            weights = arrays["weights"].astype(np.int32)
            tables, feature, code = {}, 0, 0
            for model, row in zip(MODELS, counts):
                groups = {}
                for (group, (_, length)), count in zip(GROUPS.items(), row):
                    key = _keys(codes[code:code + count * length].reshape(count, length).T)
                    if count != len(key) or not np.all(key[1:] > key[:-1]):
                        raise ModelError(f"{name} is damaged: the features of {model} {group} are not sorted")
                    groups[group] = key, weights[feature:feature + count]
                    feature, code = feature + count, code + count * length
                tables[model] = groups
            if feature != len(weights) or code != len(codes):
                raise ModelError(f"{name} is damaged: it holds more or fewer features than it announces")
            return cls(tables, dict(zip(MODELS, arrays["totals"].tolist(), strict=True)))
        except _DAMAGE as error:
            raise ModelError(f"{name} cannot be read: {error}") from None

    def cuts(self, text, name):
        """Return the offsets (sorted list, without 0) at which phrases of ``text`` begin, by the model ``name``."""
        found = []
        for start in range(0, len(text), PIECE):
            # Three characters of the neighbours on both sides, so that no border shows.
            low, high = max(0, start - 3), min(len(text), start + PIECE + 3)
            codes = np.frombuffer(text[low:high].encode("utf-32-le", "surrogatepass"), np.uint32).astype(np.uint64)
            above = np.flatnonzero(self._scores(codes, name) > 0) + low
            found += [int(place) for place in above if max(start, 1) <= place < start + PIECE]
        return found

    def _scores(self, codes, name):
        """Return the sum of weights (n,) for the place before each character of ``codes``."""
        size = len(codes)
        scores = np.full(size, self._base[name])
        for group, (offset, length) in GROUPS.items():
            keys, weights = self._tables[name][group]
            windows = size - length + 1
            if not len(keys) or windows <= 0:
                continue
            sought = _keys([codes[i:windows + i] for i in range(length)])
            place = np.minimum(np.searchsorted(keys, sought), len(keys) - 1)
            gain = np.where(keys[place] == sought, weights[place], 0)
            # The window that begins at i is the one of the place i - offset.
            first, last = max(0, -offset), min(size, windows - offset)
            scores[first:last] += gain[first + offset:last + offset]
        return scores

    def chinese(self, text):
        """Return which of the two Chinese models knows more of the characters of ``text``."""
        sample = {ord(character) for character in text[:2000]}
        return max(("zh-hans", "zh-hant"), key=lambda name: len(sample & self._only[name]))

    def models(self, text, language=""):
        """Return the names of the models that ``text`` needs, as far as its scripts tell: [], or "th", or one of the others, or both.

        ``language`` ("ja", "zh") decides where it is known; else kana make it Japanese, unless there are hardly any.
        """
        found = ["th"] if _THAI_LETTER.search(text) else []
        if language in ("ja", "zh"):
            japanese = language == "ja"
        else:
            kana, han = sum(map(len, _KANA_RUN.findall(text))), sum(map(len, _HAN_RUN.findall(text)))
            if not kana and not han:
                return found
            japanese = kana > KANA_SHARE * (kana + han)
        return [*found, "ja" if japanese else self.chinese(text)]

    def words(self, text, language=""):
        """Return ``[(start, end)]`` of the words of ``text``, in order. Any string; the time is linear in its length."""
        cuts = {name: self.cuts(text, "ja-word" if name == "ja" else name) for name in self.models(text, language)}
        thai = cuts.pop("th", [])
        others = next(iter(cuts.values()), [])
        found = []
        for match in _WORD.finditer(text):
            start, end = match.span()
            if not match["unspaced"]:
                found.append((start, end))
                continue
            known = thai if _THAI_LETTER.match(text, start) else others
            inner = known[bisect_right(known, start):bisect_left(known, end)]
            found += zip([start, *inner], [*inner, end])
        return found


def _keys(columns):
    """Return one number for the characters of each feature; ``columns`` are their first, second, third ones (uint64)."""
    key = columns[0]
    for column in columns[1:]:
        key = key << np.uint64(21) | column
    return key


class Segment:
    """The feature «segment»: where lines may break in text without spaces."""

    def __init__(self, segmenter):
        self.segmenter = segmenter

    @classmethod
    async def load(cls, models):
        return cls(await models.parsed("segment", Segmenter.load))

    def answer(self, payload):
        """{"text", "language"?: ISO 639-1} -> {"breaks": [offset]}: a line may break before these characters.

        Offsets count characters (code points). A text without Japanese, Chinese or Thai has none: spaces need no
        model. Nothing is broken away from such a script: «New York» in a Japanese line breaks at its space, if at all.
        """
        text, language = payload["text"], payload.get("language", "")
        breaks = []
        start = 0
        for line in text.splitlines(keepends=True):
            content = line.rstrip("\r\n")
            places = sorted({place for name in self.segmenter.models(content, language) for place in self.segmenter.cuts(content, name)
                             if _UNSPACED.match(content, place) or _UNSPACED.match(content, place - 1)})
            breaks += [start + place for place in places]
            start += len(line)
        return {"breaks": breaks}

