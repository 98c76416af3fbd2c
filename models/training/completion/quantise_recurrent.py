"""Step 10: rounds the trained network and lays it out as the arrays of the shipped file.

Offers ``quantise(network, known, words, weights)`` -> arrays by name.
The format itself belongs to ``app.engine.recurrent``, which reads it.
"""

from app.engine.recurrent import Recurrent


def quantise(network, known, words, weights):
    """Return the arrays of the file for ``network``, whose words have the ids ``known`` in ``words``; ``weights`` as ``mix`` finds them."""
    part = {name: value.detach().numpy() for name, value in network.named_parameters()}
    gru = (part["gru.weight_ih_l0"], part["gru.weight_hh_l0"], part["gru.bias_ih_l0"], part["gru.bias_hh_l0"])
    return Recurrent.pack(known, words, weights, part["vectors"], part["bias"], gru, part["output.weight"])
