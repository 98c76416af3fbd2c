"""Step 5: lays the trained network out as the arrays of the shipped file.

Offers ``quantise(network, words, valences, votes, lean)`` -> arrays by name. The format belongs to ``app.engine.mood``.
"""

import numpy as np

from app.engine.mood import WIDTHS, pack
from models.training.mood.train import LEVELS, OUTPUTS


def quantise(network, words, valences, votes, lean):
    """Return the arrays of the file for a ``Network`` over ``words`` (list of str), with VADER's ``valences`` of them."""
    scale = network.scale().numpy()
    # Row 0 of the network is the padding, row 1 the unknown word.
    vectors = network.vectors.weight.detach().numpy()[1:] / scale
    filters = [convolution.weight.detach().numpy().transpose(2, 1, 0).reshape(width * len(scale), -1)
               for width, convolution in zip(WIDTHS, network.filters)]
    biases = [convolution.bias.detach().numpy() for convolution in network.filters]
    out = network.out.weight.detach().numpy()[:OUTPUTS].T
    return pack(words, valences, np.clip(np.rint(vectors), -LEVELS, LEVELS).astype(np.int8), scale, filters, biases,
                out, network.out.bias.detach().numpy()[:OUTPUTS], votes, lean)
