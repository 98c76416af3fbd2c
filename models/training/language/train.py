"""Step 4: trains the vectors of the n-grams and the matrix of the languages, in PyTorch.

Offers ``encode(drawn, keys, codes)`` -> ``Encoded``, ``train(encoded, ...)`` -> ``Weights`` and ``logits(weights, encoded)``.

The model is fastText's (A. Joulin and others, 2016): vectors of n-grams, summed, then one linear layer. The sum is
divided by the root of the number of n-grams, so that more text is surer text. In the last epochs the vectors are
rounded to what the file can hold, and the matrix learns to live with that.
"""

from collections import namedtuple

import numpy as np
import torch

from app.engine.language import LEVELS, ngrams

# Numbers to an n-gram; more tell close languages better apart and leave room for fewer n-grams.
WIDTH = 16
BATCH = 512
EPOCHS = 8
ROUNDED_EPOCHS = 3
LEARNING_RATE = 0.02

# ids (m,): the known n-grams of all texts one after another; offsets (n + 1,); sizes (n,): all n-grams of each; label (n,).
Encoded = namedtuple("Encoded", "ids offsets sizes labels")
# vectors (keys, WIDTH), matrix (codes, WIDTH), bias (codes,), as float32 arrays.
Weights = namedtuple("Weights", "vectors matrix bias")


def encode(drawn, keys, codes):
    """Return pairs of code and letters as ``Encoded`` over the sorted ``keys``; ``codes`` are the classes in order."""
    index = {code: i for i, code in enumerate(codes)}
    ids, offsets, sizes, labels = [], [0], [], []
    for code, letters in drawn:
        found = ngrams(letters)
        place = np.minimum(np.searchsorted(keys, found), len(keys) - 1)
        known = place[keys[place] == found]
        ids.append(known)
        offsets.append(offsets[-1] + len(known))
        sizes.append(len(found))
        labels.append(index[code])
    return Encoded(np.concatenate(ids), np.array(offsets), np.array(sizes), np.array(labels))


def rounded(vectors):
    """Return vectors (n, width) as the file will hold them: small whole numbers times one scale for each row."""
    scale = vectors.abs().amax(1, keepdim=True) / LEVELS + 1e-8
    return (vectors / scale).round().clamp(-LEVELS, LEVELS) * scale


def train(encoded, vocabulary, classes, seed=1, say=print):
    """Return the ``Weights`` learned from ``encoded`` for ``vocabulary`` n-grams and ``classes`` languages."""
    torch.manual_seed(seed)
    torch.set_num_threads(1)
    vectors = torch.nn.Parameter(torch.randn(vocabulary, WIDTH) * 0.1)
    matrix = torch.nn.Parameter(torch.randn(classes, WIDTH) * 0.3)
    bias = torch.nn.Parameter(torch.zeros(classes))
    optimiser = torch.optim.Adam([vectors, matrix, bias], lr=LEARNING_RATE)
    ids, offsets = torch.from_numpy(encoded.ids.astype(np.int64)), encoded.offsets
    root = torch.from_numpy(np.sqrt(encoded.sizes)).float()
    labels = torch.from_numpy(encoded.labels)
    chance = np.random.default_rng(seed)
    steps = EPOCHS * (len(encoded.sizes) // BATCH)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, max_lr=LEARNING_RATE, total_steps=steps + 1, pct_start=0.1)
    for epoch in range(EPOCHS):
        order, total = chance.permutation(len(encoded.sizes)), 0.0
        for start in range(0, len(order) - BATCH + 1, BATCH):
            batch = order[start:start + BATCH]
            lengths = offsets[batch + 1] - offsets[batch]
            begin = np.concatenate(([0], np.cumsum(lengths)))[:-1]
            places = np.repeat(offsets[batch] - begin, lengths) + np.arange(lengths.sum())
            table = vectors
            if epoch >= EPOCHS - ROUNDED_EPOCHS:
                table = vectors + (rounded(vectors) - vectors).detach()
            summed = torch.nn.functional.embedding_bag(ids[torch.from_numpy(places)], table, torch.from_numpy(begin), mode="sum")
            loss = torch.nn.functional.cross_entropy(summed / root[batch, None] @ matrix.T + bias, labels[batch], label_smoothing=0.02)
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            schedule.step()
            total += loss.item() * len(batch)
        say(f"  epoch {epoch + 1}: loss {total / len(order):.3f}")
    with torch.no_grad():
        return Weights(rounded(vectors).numpy(), matrix.numpy(), bias.numpy())


def logits(weights, encoded):
    """Return the logits (n, classes) of ``encoded`` texts."""
    summed = np.zeros((len(encoded.sizes), weights.vectors.shape[1]), np.float32)
    np.add.at(summed, np.repeat(np.arange(len(encoded.sizes)), np.diff(encoded.offsets)), weights.vectors[encoded.ids])
    return summed / np.sqrt(encoded.sizes)[:, None] @ weights.matrix.T + weights.bias
