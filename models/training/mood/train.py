"""Step 3: trains the network that ships, and its larger relatives, in torch.

Offers

- ``choose_words(texts, count)``: the words that get a vector.
- ``Network``: the network, as ``app.engine.mood`` computes it.
- ``Examples``: texts as numbers, with their targets; ``fit(network, sets, ...)``; ``outputs(network, examples)``.

The vectors are trained as the whole numbers that ship: from the last third on, they are rounded
on the way forward and the slopes pass through (Y. Bengio et al., «Estimating or propagating
gradients through stochastic neurons», 2013).
"""

from collections import Counter

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from app.engine.mood import EMOTIONS, MEAN_SCALE, PIECE_TOKENS, SENTIMENTS, VALENCES, WIDTHS
from models.training.mood.prepare_text import FINE, valences

OUTPUTS = len(EMOTIONS) + len(VALENCES)
# Whole numbers from -LEVELS to LEVELS fill half a byte.
LEVELS = 7

BATCH = 128
RATE = 4e-3
# Share of each weight that fades at every step, times RATE: rare words keep little of what one comment said.
DECAY = 0.02
# Share of words hidden from the network in training, and of its last inputs: it must not lean on one.
HIDDEN_WORDS = 0.2
DROPPED = 0.5
# Weights of what is learned beside the emotions: valences, and the 28 labels of the original data.
VALENCE_WEIGHT = 0.5
FINE_WEIGHT = 0.3
# Weight of the teacher against people's labels, where there are both.
TAUGHT = 0.5


def choose_words(read, count, least=2):
    """Return the ``count`` tokens that ``read`` (lists of them) holds most often, at least ``least`` times, most frequent first."""
    uses = Counter(token for found in read for token in found)
    kept = sorted((-n, token) for token, n in uses.items() if n >= least)
    return [token for _, token in kept[:count]]


class Examples:
    """Texts as numbers. ``ids``: (n, PIECE_TOKENS) from 1 up, 1 an unknown word and 0 nothing; ``sentiments``:
    (n, SENTIMENTS); targets (or None): ``emotions`` (n, 7), ``valences`` (n, 3), ``fine`` (n, 28)."""

    def __init__(self, read, reader, emotions=None, fine=None, taught=None):
        """``read``: the tokens of each text; those after PIECE_TOKENS are left out. ``taught``: (n, 10), the teacher's
        probabilities, or None."""
        self.ids = torch.zeros(len(read), PIECE_TOKENS, dtype=torch.long)
        self.sentiments = torch.zeros(len(read), SENTIMENTS)
        for i, found in enumerate(read):
            found = found[:PIECE_TOKENS]
            ids = reader.ids(found)
            self.ids[i, :len(ids)] = torch.tensor(ids, dtype=torch.long) + 1
            self.sentiments[i] = torch.from_numpy(reader.sentiment(found, ids))
        self.lengths = (self.ids > 0).sum(1).numpy()
        self.emotions = self.valences = self.fine = self.taught = None
        if emotions is not None:
            self.emotions = torch.from_numpy(emotions / emotions.sum(1, keepdims=True))
            which = valences(emotions)
            one = np.zeros((len(read), len(VALENCES)), np.float32)
            one[which >= 0] = np.eye(len(VALENCES), dtype=np.float32)[which[which >= 0]]
            self.valences = torch.from_numpy(one)
        if fine is not None:
            self.fine = torch.from_numpy(fine)
        if taught is not None:
            self.taught = torch.from_numpy(np.asarray(taught, np.float32))

    def batches(self, size, chance=None):
        """Yield ``(rows, ids)`` of about equal length; by ``chance`` (a numpy Generator), or in order of length."""
        noise = chance.random(len(self.lengths)) * 6 if chance else 0
        order = np.argsort(self.lengths + noise, kind="stable")
        parts = [order[start:start + size] for start in range(0, len(order), size)]
        if chance:
            parts = [parts[i] for i in chance.permutation(len(parts))]
        for rows in parts:
            yield torch.from_numpy(rows), self.ids[rows][:, :max(1, self.lengths[rows].max())]


class _Round(torch.autograd.Function):
    @staticmethod
    def forward(_context, values):
        return values.round()

    @staticmethod
    def backward(_context, slopes):
        return slopes


class Network(nn.Module):
    """The network, for ``words`` words, vectors of ``size`` and ``filters`` filters of each width."""

    def __init__(self, words, size, filters):
        super().__init__()
        self.vectors = nn.Embedding(words + 2, size, padding_idx=0)
        nn.init.normal_(self.vectors.weight, 0, 0.1)
        self.filters = nn.ModuleList([nn.Conv1d(size, filters, width, padding=width - 1) for width in WIDTHS])
        self.out = nn.Linear(2 * len(WIDTHS) * filters + SENTIMENTS, OUTPUTS + FINE)
        self.rounded = False

    def scale(self):
        """Return (size,): what one whole number is worth in each column, so that few are cut off."""
        return (2.6 * self.vectors.weight[1:].detach().std(0) / LEVELS).clamp(min=1e-4)

    def table(self):
        """Return the vectors as they are used: rounded or not."""
        if not self.rounded:
            return self.vectors.weight
        scale = self.scale()
        return _Round.apply((self.vectors.weight / scale).clamp(-LEVELS, LEVELS)) * scale

    def forward(self, ids, sentiments):
        there = (ids > 0).float()
        if self.training:
            hidden = (torch.rand_like(there) < HIDDEN_WORDS) & (ids > 0)
            ids = ids.masked_fill(hidden, 1)
        vectors = functional.embedding(ids, self.table(), padding_idx=0).transpose(1, 2) * there[:, None, :]
        length = there.sum(1, keepdim=True).clamp(min=1)
        found = []
        for width, convolution in zip(WIDTHS, self.filters):
            active = functional.relu(convolution(vectors))
            # What lies beyond the end of a text stands there only because its neighbour in the batch is longer.
            places = torch.arange(active.shape[2], device=ids.device)
            active = active * (places[None, :] < length + width - 1)[:, None, :]
            found += [active.amax(2), active.sum(2) * MEAN_SCALE / length.sqrt()]
        found = functional.dropout(torch.cat(found, 1), DROPPED, self.training)
        return self.out(torch.cat((found, sentiments), 1))


def loss_of(outputs, examples, rows):
    """Return the loss of a batch, from people's labels and the teacher's probabilities as far as there are any."""
    emotions = functional.log_softmax(outputs[:, :len(EMOTIONS)], 1)
    feelings = functional.log_softmax(outputs[:, len(EMOTIONS):OUTPUTS], 1)
    total = 0
    labelled = 1.0 if examples.taught is None else 1 - TAUGHT
    if examples.emotions is not None:
        total = total - labelled * (examples.emotions[rows] * emotions).sum(1).mean()
        total = total - labelled * VALENCE_WEIGHT * (examples.valences[rows] * feelings).sum(1).mean()
    if examples.fine is not None:
        fine = functional.binary_cross_entropy_with_logits(outputs[:, OUTPUTS:], examples.fine[rows], reduction="none")
        total = total + FINE_WEIGHT * fine.sum(1).mean()
    if examples.taught is not None:
        taught = examples.taught[rows]
        share = TAUGHT if examples.emotions is not None else 1.0
        total = total - share * (taught[:, :len(EMOTIONS)] * emotions).sum(1).mean()
        total = total - share * VALENCE_WEIGHT * (taught[:, len(EMOTIONS):] * feelings).sum(1).mean()
    return total


def fit(network, sets, turns, seed, say=lambda text: None, rounds=True):
    """Train ``network`` for ``turns`` passes over all ``sets`` (a list of Examples), mixed batch by batch.

    ``rounds`` is False for a network that never ships: its vectors stay as fine as they are.
    """
    torch.manual_seed(seed)
    chance = np.random.default_rng(seed)
    steps = turns * sum(-(-len(examples.lengths) // BATCH) for examples in sets)
    optimiser = torch.optim.AdamW(network.parameters(), RATE, weight_decay=DECAY)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, RATE, total_steps=steps)
    for turn in range(turns):
        network.train()
        network.rounded = rounds and turn >= turns * 2 // 3
        batches = [(examples, rows, ids) for examples in sets for rows, ids in examples.batches(BATCH, chance)]
        total = 0.0
        for i in chance.permutation(len(batches)):
            examples, rows, ids = batches[i]
            loss = loss_of(network(ids, examples.sentiments[rows]), examples, rows)
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            schedule.step()
            total += float(loss.detach())
        say(f"  pass {turn + 1} of {turns}: loss {total / len(batches):.3f}")
    network.eval()


@torch.no_grad()
def outputs(network, examples):
    """Return the ten outputs for each text, before any temperature, (n, 10) of float32."""
    network.eval()
    found = np.zeros((len(examples.lengths), OUTPUTS), np.float32)
    for rows, ids in examples.batches(512):
        found[rows.numpy()] = network(ids, examples.sentiments[rows])[:, :OUTPUTS].numpy()
    return found


def beliefs(scores):
    """Return the probabilities (n, 10) of emotions and valences, each group summing to one, for outputs (n, 10)."""
    scores = torch.from_numpy(scores)
    parts = scores[:, :len(EMOTIONS)], scores[:, len(EMOTIONS):]
    return torch.cat([functional.softmax(part, 1) for part in parts], 1).numpy()
