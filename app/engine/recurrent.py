"""The second language model: a small gated recurrent network, read by numpy.

Offers

- ``Recurrent.load(data, base)``: the network from the bytes of its file, for the n-gram model ``base``.
- ``Recurrent.pack(...)``: the arrays of such a file (training uses it; the format is here, once).
- ``model.probabilities(tokens)``: what follows the tokens of a note, over the network's outputs.
- ``model.known``: the n-gram model's ids of the outputs, all but the last, which is «other».
- ``model.weights``: how much it counts beside the n-gram model, by how many words of the
  context that one knows.

Where the n-gram looks three words back, this one carries what was read in a state of some
hundred numbers, over the ends of sentences too. It knows the most frequent words only; all
others are one output, «other», which the n-gram model divides among them (H. Schwenk,
«Continuous space language models», 2007).

Method: a gated recurrent unit (K. Cho et al., «Learning phrase representations using RNN
encoder-decoder», 2014), its state projected to the width of the word vectors, which serve as
input and as output (O. Press and L. Wolf, «Using the output embedding to improve language
models», 2017). Vectors are stored in four bits in blocks of 32 with a scale each, matrices in
eight bits with a scale for each row.

One word costs one step and one product with the table of vectors. States are kept by the
last words that led to them, so that typing on costs one step a word and none within a word.
"""

import io
import zipfile
import zlib

import numpy as np

from app.engine.kneser_ney import ORDER
from app.engine.linear import times
from app.everywhere.errors import ModelError

# What the file calls itself; a file with another number is refused.
FORMAT = 1

# Outputs after the words, and the inputs that open a sentence, by what came before it: nothing,
# the writer's own sentence, or somebody else's. A notebook never answers; what chats open answers
# with («Yeah», «Oh») was learned apart from the rest by that.
OUTPUT_MARKS = ("end", "number", "pause", "other")
OPENINGS = ("first", "same", "reply")

# Numbers of a word vector that share one scale.
BLOCK = 32

# States kept, and the tokens each is known by. A state is as good for any text that ends in
# the same tokens; it takes 1 kB.
KEPT_STATES = 64
KEY_TOKENS = 12


class Recurrent:
    """The network; made by ``load``."""

    def __init__(self, base, known, weights, vectors, bias, gru, output):
        """``known`` (n,) ids of its words in ``base``; ``weights`` (ORDER,); ``vectors`` (n + marks, width); ``bias`` (n + OUTPUT_MARKS,);
        ``gru``: (input (3 h, width), recurrent (3 h, h), two biases (3 h,)); ``output`` (width, h)."""
        self.known = np.concatenate([known, [base.marks[mark] for mark in OUTPUT_MARKS[:-1]]])
        self.weights = [float(weight) for weight in weights]
        self._index = base.index
        self._vectors, self._bias, self._output = vectors, bias, output
        self._input, self._recurrent, self._input_bias, self._recurrent_bias = gru
        self._outputs = len(bias)
        self._place = {int(word): place for place, word in enumerate(known)}
        self._mark = {mark: len(known) + i for i, mark in enumerate(OUTPUT_MARKS)}
        self._opening = {name: len(bias) + i for i, name in enumerate(OPENINGS)}
        self._states = {}

    # -- the file -----------------------------------------------------------------------

    @staticmethod
    def pack(known, base_words, weights, vectors, bias, gru, output):
        """Return the arrays of a model file, by name; other arguments as ``__init__`` takes them, floats."""
        known_bits = np.zeros(len(base_words), bool)
        known_bits[known] = True
        arrays = {
            "format": np.array([FORMAT, len(known), vectors.shape[1], output.shape[1], len(base_words)], np.int64),
            "base": np.array([_fingerprint(base_words)], np.uint32),
            "known": np.packbits(known_bits),
            "weights": np.array(weights, np.float32),
            "bias": bias.astype(np.float16),
        }
        codes, scales = quantise_vectors(vectors)
        arrays["vectors"] = (codes[:, 0::2] | codes[:, 1::2] << 4).T.copy()  # by column: alike numbers lie together
        arrays["vector_scales"] = scales
        for name, matrix in (("input", gru[0]), ("recurrent", gru[1]), ("output", output)):
            scale = (np.abs(matrix).max(1) / 127).astype(np.float16)
            arrays[name] = np.rint(matrix / np.maximum(scale.astype(np.float32), 1e-8)[:, None]).clip(-127, 127).astype(np.int8)
            arrays[name + "_scales"] = scale
        arrays["input_bias"], arrays["recurrent_bias"] = gru[2].astype(np.float16), gru[3].astype(np.float16)
        return arrays

    @classmethod
    def load(cls, data, base, name="the recurrent model"):
        """Return the network held by ``data`` (the bytes of an ``.npz``) for ``base``, a ``KneserNey``.

        Raises ``ModelError`` when the bytes are damaged or belong to another n-gram model.
        """
        try:
            with np.load(io.BytesIO(data), allow_pickle=False) as file:
                arrays = {key: file[key] for key in file.files}
        except (OSError, EOFError, ValueError, KeyError, NotImplementedError, zipfile.BadZipFile, zlib.error) as error:
            raise ModelError(f"{name} cannot be read: {error}") from None
        try:
            number, size, width, hidden, base_size = (int(x) for x in arrays["format"])
            if number != FORMAT:
                raise ModelError(f"{name} has format {number}; this version reads format {FORMAT}")
            if base_size != len(base.words) or int(arrays["base"][0]) != _fingerprint(base.words):
                raise ModelError(f"{name} was made for another n-gram model than the one that is loaded")
            known = np.flatnonzero(np.unpackbits(arrays["known"], count=base_size))
            pairs = arrays["vectors"].T
            codes = np.empty((len(pairs), width), np.uint8)
            codes[:, 0::2], codes[:, 1::2] = pairs & 15, pairs >> 4
            vectors = restore_vectors(codes, arrays["vector_scales"])
            matrices = [arrays[key] * arrays[key + "_scales"].astype(np.float32)[:, None] for key in ("input", "recurrent", "output")]
            biases = [arrays[key].astype(np.float32) for key in ("bias", "input_bias", "recurrent_bias")]
            shapes = [array.shape for array in (known, arrays["weights"], vectors, *matrices, *biases)]
            fit = [(size,), (ORDER,), (size + len(OUTPUT_MARKS) + len(OPENINGS), width), (3 * hidden, width), (3 * hidden, hidden),
                   (width, hidden), (size + len(OUTPUT_MARKS),), (3 * hidden,), (3 * hidden,)]
        except (KeyError, ValueError, IndexError, TypeError) as error:
            raise ModelError(f"{name} does not hold what a recurrent model holds: {error}") from None
        if shapes != fit:
            raise ModelError(f"{name} is damaged: its parts do not fit together")
        return cls(base, known, arrays["weights"], vectors, biases[0], (matrices[0], matrices[1], biases[1], biases[2]), matrices[2])

    # -- asking -------------------------------------------------------------------------

    def probabilities(self, tokens):
        """Return p (n + OUTPUT_MARKS,) of what follows ``tokens``, as ``words.tokens`` gives them; they sum to one."""
        wanted = times(self._output, self._state(self._encode(tokens)))
        scores = times(self._vectors[:self._outputs], wanted) + self._bias
        scores = np.exp(scores - scores.max())
        return scores / scores.sum()

    def _encode(self, tokens):
        """Return the inputs for ``tokens``: an end closes a sentence and the next one is opened."""
        ids, other = [self._opening["first"]], self._mark["other"]
        for kind, text in tokens:
            if kind == "word":
                ids.append(self._place.get(self._index.get(text.lower(), -1), other))
            elif kind != "end":
                ids.append(self._mark[kind])
            elif ids[-1] != self._opening["first"]:
                ids.append(self._opening["same"])
        return ids

    def _state(self, ids):
        """Return the state after the inputs ``ids``, from the nearest one that is kept."""
        read, state = 0, np.zeros(self._recurrent.shape[1], np.float32)
        for end in range(len(ids), 0, -1):
            kept = self._states.get(tuple(ids[max(0, end - KEY_TOKENS):end]))
            if kept is not None:
                read, state = end, kept
                break
        for end in range(read + 1, len(ids) + 1):
            state = self._step(state, ids[end - 1])
            if len(self._states) >= KEPT_STATES:
                del self._states[next(iter(self._states))]
            self._states[tuple(ids[max(0, end - KEY_TOKENS):end])] = state
        return state

    def _step(self, state, word):
        """Return the state (h,) after one more input."""
        hidden = len(state)
        given = times(self._input, self._vectors[word]) + self._input_bias
        kept = times(self._recurrent, state) + self._recurrent_bias
        gates = 1 / (1 + np.exp(-(given[:2 * hidden] + kept[:2 * hidden])))
        reset, update = gates[:hidden], gates[hidden:]
        new = np.tanh(given[2 * hidden:] + reset * kept[2 * hidden:])
        return new + update * (state - new)


def quantise_vectors(vectors):
    """Return (codes (n, width) uint8 of 0 to 14, scales (n, width / BLOCK) float16) for floats (n, width)."""
    blocks = vectors.reshape(len(vectors), -1, BLOCK)
    scales = (np.abs(blocks).max(2) / 7).astype(np.float16)
    codes = np.rint(blocks / np.maximum(scales.astype(np.float32), 1e-6)[:, :, None]).clip(-7, 7) + 7
    return codes.astype(np.uint8).reshape(vectors.shape), scales


def restore_vectors(codes, scales):
    """Return the floats (n, width) that ``quantise_vectors`` rounded."""
    blocks = codes.reshape(len(codes), -1, BLOCK).astype(np.float32) - 7
    return (blocks * scales.astype(np.float32)[:, :, None]).reshape(codes.shape)


def _fingerprint(words):
    return zlib.crc32("\n".join(words).encode())
