"""Guesses the mood of an English text: one of seven emotions, and its valence; silent when unsure.

Offers

- ``Mood.load(models)`` and ``mood.answer(payload)``: the feature «mood».
- ``tokens(text)``: what the model reads of a text (training reads the same).
- ``sentiment(found)``: what the word list of VADER says about tokens, as four numbers.
- ``pack(...)``: the arrays of the model's file; training uses it.

Method: word vectors, a convolution over one, two and three words at a time, the greatest and
the mean of each filter, one linear layer (Y. Kim, «Convolutional neural networks for sentence
classification», 2014), taught by people's labels and by a larger model (G. Hinton, O. Vinyals
and J. Dean, «Distilling the knowledge in a neural network», 2015). It also sees the word list
of C. J. Hutto and E. Gilbert, «VADER» (2014), with negations turned round.

A long text is read in pieces of a few sentences, and the pieces vote: what is neutral says
little about the rest, so it counts less.
"""

import io
import re
import zipfile
import zlib

import numpy as np

from app.engine.linear import rows_times
from app.everywhere.errors import ModelError

FORMAT = 1

# In the order of the outputs of the network.
EMOTIONS = ("anger", "disgust", "fear", "joy", "neutral", "sadness", "surprise")
VALENCES = ("negative", "neutral", "positive")

# Tokens of a piece, at most: the comments that the model learned from are as short.
PIECE_TOKENS = 40
# Pieces of a text that are read. A longer text is judged by pieces spread evenly over it;
# bounds the time of an answer to about a quarter of a second.
PIECES = 200
# Characters of a text that are cut into tokens: beyond it, by stretches spread evenly.
CHARACTERS = 400_000
# Windows of the convolution, in words.
WIDTHS = (1, 2, 3)
# What the sum of a filter is multiplied by, beside 1 / sqrt(words): brings it near the greatest in size.
MEAN_SCALE = 0.2

_TOKEN = re.compile(
    r"""(?P<mask>  \[[A-Z]{2,20}\] )
    |(?P<word>     [^\W\d_]+(?:['\u2019][^\W\d_]+)* )
    |(?P<number>   \d+(?:[.,:]\d+)* )
    |(?P<smile>    <3 | [:;=8]['\u2019]?-?[)(DPpOo/\\|\]\[*] )
    |(?P<mark>     [!?]+ | \.{2,} | \u2026 | [.,;:] )
    |(?P<sign>     [^\w\s] )""", re.VERBOSE)
# Characters of a word that are read; a longer run of letters is noise.
_LONGEST_WORD = 24
_DRAWL = re.compile(r"(.)\1{2,}", re.DOTALL)
_SENTENCE = re.compile(r"(?<=[.!?\u2026])\s+|\n+")
# Signs below this code point are brackets, currency and the like; above are emoji and symbols.
_FIRST_SYMBOL = 0x2190
# Variation selectors and skin tones change how an emoji looks, not what it says.
_LOOKS = re.compile("[\ufe0e\ufe0f\u200d\U0001f3fb-\U0001f3ff]")
# Endings that are taken off a word that the model does not know, and what is put in their place.
_ENDINGS = ("'s", "s", "es", "ed", "d", "ing", "ly", "y", "er", "est", "ness", "in'")
_BACK = ("", "e", "y")

_NEGATIONS = frozenset("not never no none nor neither without hardly barely cannot can't don't doesn't didn't won't wouldn't "
                       "couldn't shouldn't isn't wasn't aren't weren't haven't hasn't hadn't ain't dont doesnt didnt wont "
                       "wouldnt couldnt shouldnt isnt wasnt arent werent havent hasnt hadnt cant".split())
# A negation turns the next words round, with this factor (VADER's), unless a mark comes between.
_NEGATED = -0.74
_NEGATION_REACH = 3
_MARKS = frozenset((".", ",", ";", ":", "\u2026", "!", "!!", "?", "??", "?!"))
# VADER's constant in x / sqrt(x² + α), which brings a sum of valences between -1 and 1.
_ALPHA = 15.0
SENTIMENTS = 4


def tokens(text):
    """Return what the model reads of ``text``: words in lower case, marks, smileys, emoji, as a list of str.

    Numbers are "[number]"; a word in capitals follows "[caps]"; "soooo" is "soo". Linear in the length of the text.
    """
    found = []
    for match in _TOKEN.finditer(_LOOKS.sub("", text)):
        kind, token = match.lastgroup, match.group()
        if kind == "word":
            if len(token) > 2 and token.isupper():
                found.append("[caps]")
            found.append(_DRAWL.sub(r"\1\1", token[:_LONGEST_WORD].lower().replace("\u2019", "'")))
        elif kind == "mark" and token[0] in "!?":
            one = "?!" if "?" in token and "!" in token else token[0]
            found.append(one if len(token) == 1 or one == "?!" else one + one)
        elif kind == "mark":
            found.append("\u2026" if len(token) > 1 else token)
        elif kind == "number":
            found.append("[number]")
        elif kind == "mask":
            found.append("[name]")
        elif kind == "smile" or ord(token) >= _FIRST_SYMBOL:
            found.append(token)
    return found


def sentiment(values, negations):
    """Return four numbers that sum up what VADER's list says of a piece: (SENTIMENTS,) float32.

    ``values``: the valence of each token (-4 to 4, 0 where it has none); ``negations``: for each
    token 1 if it negates, -1 if it is a mark that ends the reach of a negation, else 0. The numbers: the sum and the
    greatest and least single valence, each between -1 and 1, and the share of tokens with any.
    """
    total, most, least, count, reach = 0.0, 0.0, 0.0, 0, 0
    for value, negation in zip(values, negations):
        if value:
            value *= _NEGATED if reach > 0 else 1.0
            total, most, least, count = total + value, max(most, value), min(least, value), count + 1
        reach = _NEGATION_REACH if negation > 0 else 0 if negation < 0 else reach - 1
    scaled = total / (total * total + _ALPHA) ** 0.5
    return np.array([scaled, most / 4, least / 4, count / max(1, len(values))], np.float32)


class Reader:
    """Turns tokens into the numbers that the network takes. ``words``: list of str, in the order of their
    vectors; ``valences``: VADER's valence of each, -4 to 4. Number 0 is an unknown word."""

    def __init__(self, words, valences):
        self.index = {word: i for i, word in enumerate(words, 1)}
        self.valences = [0.0] + [float(value) for value in valences]

    def ids(self, found):
        """Return the number of each token: its own, else that of the word without an ending, else 0."""
        return [self.index.get(token) or self._stem(token) for token in found]

    def _stem(self, token):
        for ending in _ENDINGS:
            if token.endswith(ending) and len(token) - len(ending) > 2:
                for back in _BACK:
                    number = self.index.get(token[:-len(ending)] + back)
                    if number:
                        return number
        return 0

    def sentiment(self, found, ids):
        """Return ``sentiment`` of tokens and their numbers."""
        negations = [1 if token in _NEGATIONS else -1 if token in _MARKS else 0 for token in found]
        return sentiment([self.valences[i] for i in ids], negations)


def pieces(text):
    """Return ``text`` as lists of tokens: sentences, put together while they stay short."""
    if len(text) > CHARACTERS:
        step, length = len(text) // PIECES, CHARACTERS // PIECES
        text = "\n".join(text[start:start + length] for start in range(0, step * PIECES, step))
    found, piece = [], []
    for sentence in _SENTENCE.split(text):
        added = tokens(sentence)
        if piece and len(piece) + len(added) > PIECE_TOKENS:
            found.append(piece)
            piece = []
        piece = piece + added
        while len(piece) > PIECE_TOKENS:
            found.append(piece[:PIECE_TOKENS])
            piece = piece[PIECE_TOKENS:]
    if piece:
        found.append(piece)
    if len(found) > PIECES:
        found = [found[i * len(found) // PIECES] for i in range(PIECES)]
    return found


def pack(words, valences, vectors, scale, filters, biases, out, out_bias, votes, lean):
    """Return the arrays of the model's file, by name.

    ``words``: list of str; ``valences``: (n,) of -4 to 4; ``vectors``: (n + 1, d) of whole numbers from -7
    to 7, the first for unknown words; ``scale``: (d,) what one of them is worth; ``filters``: for each of
    WIDTHS (width * d, h); ``biases``: for each (h,); ``out``: (6 h + SENTIMENTS, 10); ``out_bias``: (10,);
    ``votes``: numbers by name, see VOTES; ``lean``: (7,), what the belief in each emotion is multiplied by when one is
    chosen, so that rare ones are named at all.
    """
    nibbles = (vectors + 8).astype(np.uint8)
    arrays = {
        "format": np.array([FORMAT, len(words), vectors.shape[1]], np.int32),
        "words": np.frombuffer("\n".join(words).encode(), np.uint8),
        "valences": np.rint(np.asarray(valences) * 25).astype(np.int8),
        # Two columns side by side in a byte, column after column: like stands beside like, which deflates well.
        "vectors": np.ascontiguousarray((nibbles[:, 0::2] << 4 | nibbles[:, 1::2]).T),
        "scale": np.asarray(scale, np.float32),
        "out_bias": np.asarray(out_bias, np.float32),
        "votes": np.array([votes[name] for name in VOTES], np.float32),
        "lean": np.asarray(lean, np.float32),
    }
    for name, matrix in [(f"filter{width}", weights) for width, weights in zip(WIDTHS, filters)] + [("out", out)]:
        step = np.abs(matrix).max(0) / 127
        arrays[name] = np.rint(matrix / step).astype(np.int8)
        arrays[name + "_step"] = step.astype(np.float32)
    for width, bias in zip(WIDTHS, biases):
        arrays[f"bias{width}"] = np.asarray(bias, np.float32)
    return arrays


# Numbers that were chosen on the development part, in the order of their array: temperatures of both outputs,
# the belief below which an emotion or a valence is not named, the same for texts of several pieces (a diary tells
# more than it feels, so more is asked there), how much a wholly neutral piece counts, and the share of known words
# below which the text counts as no English.
VOTES = ("emotion_temperature", "valence_temperature", "emotion_least", "valence_least", "emotion_least_long", "valence_least_long",
         "neutral_counts", "known_least")


class Mood:
    """The feature. ``read`` holds a model's arrays, ``votes`` its numbers by name (see VOTES)."""

    def __init__(self, arrays):
        self.reader = Reader(arrays["words"].tobytes().decode().split("\n"), arrays["valences"] / 25)
        packed = arrays["vectors"].T
        vectors = np.empty((packed.shape[0], 2 * packed.shape[1]), np.float32)
        vectors[:, 0::2], vectors[:, 1::2] = packed >> 4, packed & 15
        self._vectors = (vectors - 8) * arrays["scale"]
        self._filters = [np.ascontiguousarray((arrays[f"filter{width}"] * arrays[f"filter{width}_step"]).T) for width in WIDTHS]
        self._biases = [arrays[f"bias{width}"] for width in WIDTHS]
        self._out, self._out_bias = arrays["out"] * arrays["out_step"], arrays["out_bias"]
        self.votes, self.lean = dict(zip(VOTES, arrays["votes"].tolist())), arrays["lean"]
        self._check(arrays)

    def _check(self, arrays):
        count, d = int(arrays["format"][1]), int(arrays["format"][2])
        h = self._biases[0].size
        fits = (len(self.reader.index) == count and self._vectors.shape == (count + 1, d) and len(arrays["votes"]) == len(VOTES)
                and self.lean.shape == (len(EMOTIONS),)
                and all(weights.shape == (h, width * d) for width, weights in zip(WIDTHS, self._filters))
                and all(bias.shape == (h,) for bias in self._biases)
                and self._out.shape == (2 * len(WIDTHS) * h + SENTIMENTS, len(EMOTIONS) + len(VALENCES)) and self._out_bias.size == 10)
        if not fits:
            raise ModelError("The mood model is damaged: its tables do not fit together.")

    @classmethod
    async def load(cls, models):
        """Return the feature; ``models``: a ``ModelFiles``. Raises ``ModelError``."""
        return cls.read(await models.data("mood.en"))

    @classmethod
    def read(cls, data):
        """Return the feature from the bytes of its file. Raises ``ModelError``."""
        try:
            with np.load(io.BytesIO(data), allow_pickle=False) as file:
                arrays = {key: file[key] for key in file.files}
            if int(arrays["format"][0]) != FORMAT:
                raise ModelError(f"The mood model has format {int(arrays['format'][0])}; this version reads format {FORMAT}.")
            return cls(arrays)
        except (OSError, EOFError, ValueError, KeyError, IndexError, TypeError, AttributeError, NotImplementedError,
                zipfile.BadZipFile, zlib.error) as error:
            raise ModelError(f"The mood model cannot be read: {error}") from None

    def answer(self, payload, weights=None):
        """{"text", "language": "" or a code} → {"mood", "valence", "probabilities", "valences"}.

        ``weights`` (7,): what the belief in each emotion is multiplied by (``own_moods``).

        ``mood`` is one of EMOTIONS and ``valence`` one of VALENCES, or "" when unsure. The probabilities sum
        to one; they are empty when the text is not English or has no words.
        """
        nothing = {"mood": "", "valence": "", "probabilities": {}, "valences": {}}
        if payload.get("language") not in (None, "", "en"):
            return nothing
        read = [(piece, self.reader.ids(piece)) for piece in pieces(payload["text"])]
        known = [number > 0 for piece, ids in read for token, number in zip(piece, ids) if token[0].isalpha()]
        symbols = any(number > 0 for piece, ids in read for token, number in zip(piece, ids) if ord(token[0]) >= _FIRST_SYMBOL)
        if sum(known) < self.votes["known_least"] * len(known) or not known and not symbols:
            return nothing
        emotions, valences = self.vote([self.scores(piece, ids) for piece, ids in read])
        if weights is not None:
            emotions = emotions * weights / (emotions @ weights)
        long = "_long" if len(read) > 1 else ""
        return {
            "mood": _sure(EMOTIONS, emotions, emotions * self.lean, self.votes["emotion_least" + long]),
            "valence": _sure(VALENCES, valences, valences, self.votes["valence_least" + long]),
            "probabilities": {name: round(float(p), 4) for name, p in zip(EMOTIONS, emotions)},
            "valences": {name: round(float(p), 4) for name, p in zip(VALENCES, valences)},
        }

    def scores(self, piece, ids):
        """Return the ten outputs of the network for a piece, before any temperature."""
        vectors = self._vectors[ids]
        found = []
        for width, weights, bias in zip(WIDTHS, self._filters, self._biases):
            edge = np.zeros((width - 1, vectors.shape[1]), np.float32)
            padded = np.concatenate((edge, vectors, edge))
            windows = np.concatenate([padded[i:len(padded) - width + 1 + i] for i in range(width)], axis=1)
            active = np.maximum(rows_times(windows, weights) + bias, 0)
            found += [active.max(0), active.sum(0) * MEAN_SCALE / np.sqrt(len(ids))]
        found.append(self.reader.sentiment(piece, ids))
        return np.concatenate(found) @ self._out + self._out_bias

    def vote(self, scores):
        """Return the probabilities of emotions (7,) and of valences (3,) of a text, from the outputs for its pieces."""
        scores = np.array(scores)
        emotions = _softmax(scores[:, :len(EMOTIONS)] / self.votes["emotion_temperature"])
        valences = _softmax(scores[:, len(EMOTIONS):] / self.votes["valence_temperature"])
        weights = 1 - (1 - self.votes["neutral_counts"]) * emotions[:, EMOTIONS.index("neutral")]
        weights /= weights.sum()
        return weights @ emotions, weights @ valences


def _softmax(scores):
    found = np.exp(scores - scores.max(1, keepdims=True))
    return found / found.sum(1, keepdims=True)


def _sure(names, beliefs, chosen_by, least):
    """Return the name that is greatest in ``chosen_by``, or "" if it is believed less than ``least``."""
    best = int(chosen_by.argmax())
    return names[best] if beliefs[best] >= least else ""
