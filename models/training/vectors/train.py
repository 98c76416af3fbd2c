"""Step 4: trains the student until it finds the same texts alike as the teacher does.

Offers

- ``Bags.of(lists)``: texts as rows of a table.
- ``Sums``: a table whose rows are added up; ``Student``: the same with a gate and a small network, as
  ``app.engine.vectors`` has them.
- ``train(student, bags, target, …)``.

Three losses, added: the cosines of all pairs of a batch are to be the teacher's; each
text's nearest in the batch are to be the teacher's nearest (their softmax at a low
temperature: G. Hinton et al., «Distilling the knowledge in a neural network», 2015); and each
text's vector is to be the teacher's, turned into the student's dimensions. Half the
batches are gathered from one neighbourhood of the teacher's space each, where telling texts
apart is hard. In the last epochs the numbers are rounded to four bits on the way forward
(B. Jacob et al., 2018), so that the rounding is trained for.
"""

import math

import numpy as np
import torch
from torch.nn import functional

from app.engine.vectors import BLOCK, CONTINUES, HEAT, SCALE_SHIFT, SCALE_STEPS

TEMPERATURE = 0.05
# Weights of the three losses: cosines, nearest, direction.
WEIGHTS = (30.0, 0.3, 1.0)
# Share of a text's rows that are left out at each step, so that no row learns texts by heart
# (M. Iyyer et al., 2015: «word dropout»).
LEFT_OUT = 0.15


class Bags:
    """Lists of rows, one a text, laid end to end: ``rows`` and the ``lengths`` of the lists.

    ``kept``: which of the texts have a row at all; only they count.
    """

    def __init__(self, rows, lengths):
        self.kept = np.flatnonzero(lengths)
        self.lengths, self.rows = np.asarray(lengths)[self.kept], np.asarray(rows, np.int64)
        self.starts = np.r_[0, np.cumsum(self.lengths)]

    @classmethod
    def of(cls, lists):
        return cls(np.fromiter((row for rows in lists for row in rows), np.int64), [len(rows) for rows in lists])

    def __len__(self):
        return len(self.lengths)

    def batch(self, chosen, left_out=0.0, generator=None):
        """Return (rows, offsets, weights) of the texts ``chosen``, as ``embedding_bag`` takes them.

        A share ``left_out`` of the weights, at random, is 0, the others 1.
        """
        rows = torch.from_numpy(np.concatenate([self.rows[self.starts[i]:self.starts[i + 1]] for i in chosen]))
        offsets = np.r_[0, np.cumsum(self.lengths[chosen])[:-1]]
        weights = torch.ones(len(rows))
        if left_out:
            weights[torch.from_numpy(generator.random(len(rows)) < left_out)] = 0
            # A text keeps at least its first row.
            weights[offsets] = 1
        return rows, torch.from_numpy(offsets), weights


def rounded(weight):
    """Return ``weight`` as four bits will hold it; gradients pass as if it were not rounded."""
    blocks = weight.detach().reshape(len(weight), -1, BLOCK)
    largest = blocks.abs().amax(2).clamp_min(1e-9) / 7
    code = torch.ceil((largest.log2() + SCALE_SHIFT) * SCALE_STEPS).clamp(0, 255)
    scale = torch.exp2(code / SCALE_STEPS - SCALE_SHIFT)[:, :, None]
    return weight + ((blocks / scale).round().clamp(-8, 7) * scale).reshape(weight.shape) - weight.detach()


def unit(x):
    """Return the rows of ``x`` at length one."""
    return x / np.maximum(np.linalg.norm(x, axis=1, keepdims=True), 1e-9)


def directions(teacher, d):
    """Return the (384, d) matrix onto the ``d`` directions in which the teacher's vectors say most (their cosines change little)."""
    return np.linalg.eigh(teacher.T @ teacher / len(teacher))[1][:, ::-1][:, :d].copy()


def first_guess(lists, words, sif):
    """Return the table to begin with: ``words`` (rows, d), the teacher's vector of each row's text, short where the row is common."""
    used = np.bincount(np.fromiter((row for rows in lists for row in rows), np.int64), minlength=len(words)) + 1
    return words * (sif / (sif + used / used.sum()))[:, None]


def with_words(lists, rows, teacher, words):
    """Return (bags, vectors) of the texts and of every word and pair of the table as a text of its own."""
    whole = [place for place, piece in enumerate(rows.pieces) if not piece.startswith(CONTINUES) and len(piece) > 1]
    bags = Bags.of(lists + [rows.rows(rows.pieces[place]) for place in whole])
    return bags, np.concatenate([teacher, words[whole]])[bags.kept]


class Sums(torch.nn.Module):
    """``table`` (n, d) as a first guess; a text's vector is the sum of its rows."""

    def __init__(self, table):
        super().__init__()
        self.table = torch.nn.Parameter(torch.as_tensor(table, dtype=torch.float32))
        self.quantised = False

    def rows(self):
        """Return the table, as four bits will hold it where the student is ``quantised``."""
        return rounded(self.table) if self.quantised else self.table

    def forward(self, rows, offsets, weights):
        return functional.normalize(functional.embedding_bag(rows, self.rows(), offsets, mode="sum", per_sample_weights=weights), dim=1)

    def encode(self, bags, batch=1024):
        """Return the vectors (n, d) of all ``bags``, a numpy array."""
        with torch.no_grad():
            return np.concatenate([self(*bags.batch(np.arange(first, min(first + batch, len(bags))))).numpy()
                                   for first in range(0, len(bags), batch)])


class Student(Sums):
    """``table`` (n, d) as a first guess; ``hidden`` units of the network; ``rank`` of the gate, through which the sum weighs the rows."""

    def __init__(self, table, hidden, rank):
        super().__init__(table)
        d = self.table.shape[1]
        self.narrow, self.widen = torch.nn.Linear(d, rank, bias=False), torch.nn.Linear(rank, d, bias=False)
        self.first, self.second = torch.nn.Linear(2 * d, hidden), torch.nn.Linear(hidden, d)
        # It begins as the sum alone.
        torch.nn.init.zeros_(self.widen.weight)
        torch.nn.init.zeros_(self.second.weight)
        torch.nn.init.zeros_(self.second.bias)
        torch.nn.init.normal_(self.first.weight, std=0.7)

    def forward(self, rows, offsets, weights):
        x = functional.embedding(rows, self.rows())
        text = torch.repeat_interleave(torch.diff(offsets, append=torch.tensor([len(rows)])))

        def total(weights):
            return functional.normalize(torch.zeros(len(offsets), x.shape[1]).index_add(0, text, x * weights[:, None]), dim=1)

        plain = total(weights)
        wanted = self.widen(self.narrow(plain))
        heat = (x * wanted[text]).sum(1) / (x.detach().norm(dim=1) + 1e-9)
        weighed = total(weights * torch.exp(heat.clamp(-HEAT, HEAT)))
        return functional.normalize(weighed + self.second(functional.relu(self.first(torch.cat([plain, weighed], 1)))), dim=1)


def loss(student, teacher, target):
    """The three losses of a batch; ``student`` and ``target`` (n, d), ``teacher`` (n, 384), all of length one."""
    ours, theirs = student @ student.T, teacher @ teacher.T
    apart = ~torch.eye(len(ours), dtype=torch.bool)
    cosines = (ours - theirs)[apart].square().mean()
    hidden = torch.full((), -1e4)
    ours = torch.where(apart, ours / TEMPERATURE, hidden)
    theirs = torch.where(apart, theirs / TEMPERATURE, hidden)
    nearest = functional.kl_div(functional.log_softmax(ours, 1), functional.log_softmax(theirs, 1),
                                reduction="batchmean", log_target=True)
    direction = 1 - (student * target).sum(1).mean()
    return WEIGHTS[0] * cosines + WEIGHTS[1] * nearest + WEIGHTS[2] * direction


def neighbourhoods(vectors, count, generator):
    """Return the number of the neighbourhood of each vector: ``count`` clusters after six rounds of k-means."""
    centres = vectors[generator.choice(len(vectors), count, replace=False)].copy()
    for _ in range(6):
        nearest = np.concatenate([(vectors[a:a + 20000] @ centres.T).argmax(1) for a in range(0, len(vectors), 20000)])
        for k in range(count):
            members = vectors[nearest == k]
            if len(members):
                centres[k] = members.mean(0) / np.linalg.norm(members.mean(0))
    return nearest


def batches(count, group, size, generator):
    """Yield the indices of one epoch's batches: half of them random, half out of one neighbourhood each."""
    order = generator.permutation(count)
    alike = order[np.argsort(group[order], kind="stable")]
    near = [alike[a:a + size] for a in range(0, count, size)]
    wide = [order[a:a + size] for a in range(0, count, size)]
    mixed = near[::2] + wide[::2]
    generator.shuffle(mixed)
    for batch in mixed:
        if len(batch) > 32:
            yield batch


def train(student, bags, teacher, target, *, epochs, rate, network_rate=1e-3, batch=512, group=None, rounding=2, left_out=LEFT_OUT,
          seed=1, say=print, check=None):
    """Train ``student`` in place; the last ``rounding`` epochs with the table in four bits.

    ``teacher`` (n, 384) and ``target`` (n, d): what the teacher makes of the texts of ``bags``.
    """
    generator = np.random.default_rng(seed)
    torch.manual_seed(seed)
    teacher, target = torch.as_tensor(teacher), torch.as_tensor(target)
    network = [parameter for name, parameter in student.named_parameters() if name != "table"]
    groups = [{"params": [student.table], "lr": rate}] + ([{"params": network, "lr": network_rate}] if network else [])
    optimiser = torch.optim.Adam(groups)
    steps = epochs * math.ceil(len(bags) / batch)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda step: min(1, (step + 1) / 50) * (0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * min(1, step / steps)))))
    for epoch in range(epochs):
        student.quantised = epoch >= epochs - rounding
        total = count = 0
        for chosen in batches(len(bags), group, batch, generator):
            found = loss(student(*bags.batch(chosen, left_out, generator)), teacher[chosen], target[chosen])
            optimiser.zero_grad()
            found.backward()
            optimiser.step()
            schedule.step()
            total, count = total + found.item(), count + 1
        say(f"  epoch {epoch + 1} of {epochs}: loss {total / count:.4f}" + (f"; {check()}" if check else ""))
