"""Step 2: trains teachers, whose opinion the network that ships learns beside people's labels.

Offers ``crosswise(read, reader, comments, say)`` and ``opinion(networks, examples)``.

The teachers are networks of the same kind, each trained on a part of the comments. On the part
that a teacher has not seen its opinion is honest, and softer than the one label that one person gave; on
sentences that nobody labelled the teachers answer together (T. Furlanello et al., «Born-again neural
networks», 2018). A larger teacher was considered: MiniLM takes nine minutes on one shared core to read the
comments alone, and on diary entries a regression on it was no better than VADER.
"""

import numpy as np
import torch

from models.training.mood import train

FOLDS = 3
# Passes of a teacher over its comments: with more it learns them by heart.
TURNS = 4


def crosswise(read, reader, comments, size, filters, say):
    """Return ``(networks, opinions)``: FOLDS teachers, and (n, 10) what the one that has not seen it says of each comment.

    ``read``: the tokens of each of the ``Comments``.
    """
    fold = np.random.default_rng(1).permutation(len(read)) % FOLDS
    networks, opinions = [], np.zeros((len(read), train.OUTPUTS), np.float32)
    for one in range(FOLDS):
        rest, these = np.flatnonzero(fold != one), np.flatnonzero(fold == one)
        torch.manual_seed(one)
        network = train.Network(len(reader.index), size, filters)
        examples = train.Examples([read[i] for i in rest], reader, comments.emotions[rest], comments.fine[rest])
        train.fit(network, [examples], TURNS, one, rounds=False)
        opinions[these] = opinion([network], train.Examples([read[i] for i in these], reader))
        networks.append(network)
        say(f"  teacher {one + 1} of {FOLDS}")
    return networks, opinions


def opinion(networks, examples):
    """Return (n, 10): the mean of what ``networks`` believe, seven emotions and three valences."""
    return np.mean([train.beliefs(train.outputs(network, examples)) for network in networks], axis=0)
