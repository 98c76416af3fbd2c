"""Step 9: trains the recurrent model on the stream, with PyTorch.

Offers ``Network``, ``train(stream, outputs, ...)`` and ``perplexity(network, stream)``.

The loss is a softmax over the most frequent words, a fresh sample of the others and the word
that followed, corrected for how likely each was to be drawn (S. Jean et al., «On using very
large target vocabulary for neural machine translation», 2015): the whole softmax would take
four times as long. In the last part of training word vectors are rounded to the four bits of
the file on the way forward and learned as if they were not (Y. Bengio et al., «Estimating
or propagating gradients through stochastic neurons», 2013).
"""

import math
import time

import numpy as np
import torch
from torch import nn
from torch.nn.functional import cross_entropy

from app.engine.recurrent import BLOCK, OPENINGS

WIDTH, HIDDEN = 128, 256

# Streams read side by side, and tokens of each before the weights are changed.
STREAMS, STEPS = 128, 32

# Words that every sample holds, the most frequent ones, and how many others are drawn.
ALWAYS, DRAWN = 512, 1024

# Each epoch takes the rate from its peak to almost nothing and starts afresh (I. Loshchilov and F.
# Hutter, «SGDR: stochastic gradient descent with warm restarts», 2017), so that there is a good
# network after each.
LEARNING_RATES = (3e-3,)
WARM_UP = 200
SMALLEST_RATE = 0.02

# The share of an epoch after which vectors are rounded.
ROUNDED_FROM = 0.8


class Network(nn.Module):
    """``outputs``: words and output marks; the openings follow them in the table of vectors."""

    def __init__(self, outputs, width=WIDTH, hidden=HIDDEN):
        super().__init__()
        self.vectors = nn.Parameter(torch.randn(outputs + len(OPENINGS), width) * width ** -0.5)
        self.bias = nn.Parameter(torch.zeros(outputs))
        self.gru = nn.GRU(width, hidden)
        self.output = nn.Linear(hidden, width, bias=False)
        self.rounded = False

    def rows(self, ids):
        """Return the vectors of ``ids``, as the file will hold them once ``rounded``."""
        found = self.vectors[ids]
        if not self.rounded:
            return found
        blocks = found.detach().reshape(*found.shape[:-1], -1, BLOCK)
        scale = (blocks.abs().amax(-1, keepdim=True) / 7).clamp_min(1e-6)
        kept = (torch.round(blocks / scale).clamp(-7, 7) * scale).reshape(found.shape)
        return found + (kept - found.detach())

    def forward(self, inputs, state):
        """Return what the vectors of the next words are compared with, and the state."""
        read, state = self.gru(self.rows(inputs), state)
        return self.output(read), state


class Draw:
    """Draws the words of one softmax: the frequent ones, and others by their frequency."""

    def __init__(self, uses, generator):
        order = np.argsort(-uses, kind="stable")
        self.always, self.rest = torch.from_numpy(order[:ALWAYS].copy()), torch.from_numpy(order[ALWAYS:].copy())
        share = torch.from_numpy(np.maximum(uses[order[ALWAYS:]], 1) ** 0.75)
        self.cumulated = torch.cumsum(share / share.sum(), 0)
        # The chance of each output to be in a draw.
        self.logged = torch.zeros(len(uses))
        self.logged[self.rest] = torch.log(-torch.expm1(DRAWN * torch.log1p(-(share / share.sum())))).float()
        self.generator = generator

    def __call__(self):
        drawn = torch.searchsorted(self.cumulated, torch.rand(DRAWN, generator=self.generator, dtype=torch.float64))
        return torch.cat([self.always, self.rest[torch.unique(drawn.clamp_max(len(self.rest) - 1))]])


def batches(stream, generator):
    """Yield (inputs, targets, weights), each (STEPS, STREAMS): documents in a new order, laid side by side."""
    ends = np.append(stream.begins[1:], len(stream.inputs))
    order = torch.randperm(len(ends), generator=generator).numpy()
    place = np.concatenate([np.arange(stream.begins[i], ends[i]) for i in order])
    length = len(place) // STREAMS
    side = place[:length * STREAMS].reshape(STREAMS, length)
    for begin in range(0, length - STEPS + 1, STEPS):
        at = side[:, begin:begin + STEPS].T
        yield tuple(torch.from_numpy(array[at].astype(np.int64)) for array in (stream.inputs, stream.targets, stream.weights))


def train(stream, outputs, say, rates=LEARNING_RATES, seed=1, check=None, every=100):
    """Return the trained ``Network``, after one epoch for each of ``rates``; ``check(network)`` is said now and then."""
    torch.manual_seed(seed)
    network = Network(outputs)
    uses = np.bincount(stream.targets, stream.weights, minlength=outputs)
    with torch.no_grad():
        network.bias.copy_(torch.from_numpy(np.log((uses + 1) / uses.sum())))
    for epoch, rate in enumerate(rates):
        train_epoch(network, stream, uses, rate, torch.Generator().manual_seed(seed + epoch), say, check, every)
    return network


def train_epoch(network, stream, uses, peak, generator, say, check, every):
    """Train ``network`` on the whole ``stream`` once; ``uses`` (outputs,) of its targets, ``peak``: the highest rate."""
    draw = Draw(uses, generator)
    steps = len(stream.inputs) // STREAMS // STEPS
    optimiser = torch.optim.Adam(network.parameters(), lr=peak, betas=(0.9, 0.99))
    state, mean, began = torch.zeros(1, STREAMS, HIDDEN), None, time.monotonic()
    for done, (inputs, targets, weights) in enumerate(batches(stream, generator)):
        network.rounded = done >= ROUNDED_FROM * steps
        fall = SMALLEST_RATE + (1 - SMALLEST_RATE) * (1 + math.cos(math.pi * done / steps)) / 2
        optimiser.param_groups[0]["lr"] = peak * min((done + 1) / WARM_UP, fall)
        read, state = network(inputs, state.detach())
        loss = sampled_loss(network, read.flatten(0, 1), targets.flatten(), weights.flatten().float(), draw)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimiser.step()
        mean = loss.item() if mean is None else 0.99 * mean + 0.01 * loss.item()
        if (done + 1) % every == 0:
            speed = (done + 1) * STREAMS * STEPS / (time.monotonic() - began)
            say(f"  step {done + 1:,} of {steps:,}: loss {mean:.3f}, {speed:,.0f} tokens a second"
                + (f", {check(network)}" if check else ""))
    network.rounded = True


def sampled_loss(network, read, targets, weights, draw):
    """Return the weighted mean loss of predicting ``targets`` (n,) from ``read`` (n, width)."""
    drawn = draw()
    scores = torch.addmm(network.bias[drawn] - draw.logged[drawn], read, network.rows(drawn).T)
    place = torch.full((len(network.bias),), -1)
    place[drawn] = torch.arange(len(drawn))
    found = place[targets]
    missing = found < 0
    # One more column for those targets that were not drawn; elsewhere it is nothing.
    extra = (read * network.rows(targets)).sum(1) + network.bias[targets] - draw.logged[targets]
    scores = torch.cat([scores, torch.where(missing, extra, -math.inf)[:, None]], 1)
    losses = cross_entropy(scores, torch.where(missing, len(drawn), found), reduction="none")
    return (losses * weights).sum() / weights.sum()


@torch.no_grad()
def perplexity(network, stream, tokens=40_000):
    """Return the perplexity over all outputs, weighted, of the first ``tokens`` of a stream read as one."""
    state, loss, weight = torch.zeros(1, 1, HIDDEN), 0.0, 0.0
    table = network.rows(torch.arange(len(network.bias)))
    for begin in range(0, min(tokens, len(stream.inputs)), 1000):
        part = slice(begin, begin + 1000)
        read, state = network(torch.from_numpy(stream.inputs[part].astype(np.int64))[:, None], state)
        targets = torch.from_numpy(stream.targets[part].astype(np.int64))
        losses = cross_entropy(read[:, 0] @ table.T + network.bias, targets, reduction="none")
        given = torch.from_numpy(stream.weights[part].astype(np.float32))
        loss, weight = loss + float((losses * given).sum()), weight + float(given.sum())
    return math.exp(loss / weight)
