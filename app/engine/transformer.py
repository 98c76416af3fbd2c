"""A small transformer in numpy: reads the words of a text in their context.

Offers ``Transformer(arrays)`` with ``read(x)``: float32 (words, d) -> float32 (d,).

A. Vaswani et al., «Attention is all you need» (2017), normalised after each part by the root
of the mean square (B. Zhang and R. Sennrich, 2019), with the sigmoid form of GELU (D. Hendrycks
and K. Gimpel, 2016). For thousands of texts it is too slow, and that is not its use.
"""

import numpy as np

# Numbers to a head of attention.
HEAD = 32
# Longest text, in rows of the table; what comes after is left out.
LONGEST = 48
LAYER = ("query_key_value", "joined", "norm1", "wider", "narrower", "norm2")


class Transformer:
    """``arrays``: ``turned`` (d + 1, d), ``ends`` (2, d), ``position`` (LONGEST, d), and the parts of each layer i as ``i.part``.

    The last row of a matrix is its bias; ``norm1`` and ``norm2`` (2, d) hold factors and offsets.
    """

    def __init__(self, arrays):
        self._turned, self._ends, self._position = arrays["turned"], arrays["ends"], arrays["position"]
        count = sum(1 for name in arrays if name.endswith(".norm1"))
        self._layers = [[arrays[f"{place}.{part}"] for part in LAYER] for place in range(count)]

    def read(self, x):
        """Return the mean of what the last layer makes of the words ``x``, rows of length one."""
        x = x[:LONGEST]
        x = np.concatenate([self._ends, _linear(x, self._turned) + self._position[:len(x)]])
        for query_key_value, joined, norm1, wider, narrower, norm2 in self._layers:
            query, key, value = _linear(x, query_key_value).reshape(len(x), 3, -1, HEAD).transpose(1, 2, 0, 3)
            heat = query @ key.transpose(0, 2, 1) / np.sqrt(np.float32(HEAD))
            heat = np.exp(heat - heat.max(2, keepdims=True))
            heat /= heat.sum(2, keepdims=True)
            x = _normalise(x + _linear((heat @ value).transpose(1, 0, 2).reshape(len(x), -1), joined), norm1)
            hidden = _linear(x, wider)
            x = _normalise(x + _linear(hidden / (1 + np.exp(np.clip(-1.702 * hidden, -60, 60))), narrower), norm2)
        return x.mean(0)


def _linear(x, matrix):
    return x @ matrix[:-1] + matrix[-1]


def _normalise(x, norm):
    return x / np.sqrt((x * x).mean(1, keepdims=True) + 1e-5) * norm[0] + norm[1]
