"""Step 5: trains the reader, a small transformer that reads a text with its words in order and context.

Offers ``Reader``, ``begin(table, pieces, bags, target)`` and ``train(reader, …)``.

It begins as two layers cut out of the teacher: the numbers that pass between its layers
are turned into their principal directions and only the first of these are kept (S. Ashkboos
et al., «SliceGPT», 2024), heads and hidden units that matter least are left out (P. Michel
et al., 2019), and what normalisation then gets wrong is fitted on texts. Training mends the
rest. Its rows are the student's table, turned by one matrix, so it costs no table of its own.

Its vectors lie in the same space as the student's: either can be compared with either.
"""

import math
import time

import numpy as np
import torch
from torch.nn import functional

from app.engine.transformer import HEAD, LONGEST
from models.training.vectors import teach
from models.training.vectors.train import batches, loss

# Layers of the teacher that the reader begins with.
LAYERS = (0, 3)
# Hidden units of each layer that are kept.
WIDE = 512
# Texts on which the cuts are chosen.
SAMPLE = 600
# Parts into which a batch is cut by length.
PARTS = 4


class Layer(torch.nn.Module):
    def __init__(self, d, wide):
        super().__init__()
        self.query_key_value, self.joined = torch.nn.Linear(d, 3 * d), torch.nn.Linear(d, d)
        self.wider, self.narrower = torch.nn.Linear(d, wide), torch.nn.Linear(wide, d)
        self.norm1, self.norm2 = (torch.nn.Parameter(torch.stack([torch.ones(d), torch.zeros(d)])) for _ in range(2))

    def attend(self, x, mask):
        n, length, d = x.shape
        query, key, value = self.query_key_value(x).reshape(n, length, 3, d // HEAD, HEAD).permute(2, 0, 3, 1, 4)
        heads = functional.scaled_dot_product_attention(query, key, value, attn_mask=mask[:, None, None, :])
        return x + self.joined(heads.permute(0, 2, 1, 3).reshape(n, length, d))

    def widen(self, x):
        hidden = self.wider(x)
        return x + self.narrower(hidden * torch.sigmoid(1.702 * hidden))

    def forward(self, x, mask):
        return normalised(self.widen(normalised(self.attend(x, mask), self.norm1)), self.norm2)


def normalised(x, norm):
    return x * torch.rsqrt(x.square().mean(-1, keepdim=True) + 1e-5) * norm[0] + norm[1]


class Reader(torch.nn.Module):
    """``table``: the student's as it is shipped, its rows at length one; it stays as it is."""

    def __init__(self, table, layers, wide):
        super().__init__()
        self.register_buffer("table", functional.normalize(table, dim=1))
        d = table.shape[1]
        self.turned = torch.nn.Linear(d, d)
        # What stands before and after every text, as the teacher's [CLS] and [SEP].
        self.ends = torch.nn.Parameter(torch.zeros(2, d))
        self.position = torch.nn.Parameter(torch.zeros(LONGEST, d))
        self.layers = torch.nn.ModuleList(Layer(d, wide) for _ in range(layers))
        self.out = torch.nn.Linear(d, d)

    def enter(self, rows):
        n = len(rows)
        x = self.turned(self.table[rows]) + self.position[:rows.shape[1]]
        return torch.cat([self.ends[:1].expand(n, 1, -1), self.ends[1:].expand(n, 1, -1), x], 1)

    def read(self, rows, mask):
        """Return the mean (n, d) over the words of what the last layer makes of ``rows``, ``mask`` (n, length)."""
        full = torch.cat([torch.ones(len(rows), 2, dtype=torch.bool), mask], 1)
        x = self.enter(rows)
        for layer in self.layers:
            x = layer(x, full)
        weight = full[:, :, None].to(x.dtype)
        return (x * weight).sum(1) / weight.sum(1)

    def forward(self, bags, chosen):
        """Return (n, d) of length one for the texts ``chosen`` of ``bags``.

        The student's own vectors are no input: it knows these texts better than it will know others.
        """
        # In parts of like length, so that little is read that is only padding.
        order = np.argsort(bags.lengths[chosen], kind="stable")
        means = torch.cat([self.read(*batch(bags, chosen[part])) for part in np.array_split(order, PARTS)])
        means = means[torch.from_numpy(np.argsort(order))]
        return functional.normalize(self.out(means), dim=1)


def batch(bags, chosen):
    """Return (rows, mask) of the texts ``chosen``, (n, length), cut at LONGEST rows."""
    length = int(min(LONGEST, max(1, bags.lengths[chosen].max())))
    rows = np.zeros((len(chosen), length), np.int64)
    mask = np.zeros((len(chosen), length), bool)
    for place, i in enumerate(chosen):
        part = bags.rows[bags.starts[i]:bags.starts[i + 1]][:length]
        rows[place, :len(part)] = part
        mask[place, :len(part)] = True
    return torch.from_numpy(rows), torch.from_numpy(mask)


def _fit(given, wanted, weight=1e-3):
    """Return (matrix, bias) of the ridge regression from ``given`` (n, a) to ``wanted`` (n, b)."""
    one, two = given.mean(0), wanted.mean(0)
    x, y = given - one, wanted - two
    square = x.T @ x
    matrix = torch.linalg.solve(square + weight * square.diagonal().mean() * torch.eye(square.shape[0]), x.T @ y)
    return matrix, two - one @ matrix


class Teacher:
    """The teacher's layers in full precision, fed with our rows."""

    def __init__(self, pieces):
        from safetensors.torch import load_file
        from tokenizers import Tokenizer

        self.w = load_file(str(next(teach.tokenizer_files()[1].parent.rglob("*.safetensors"))))
        tokenizer = Tokenizer.from_file(str(teach.tokenizer_files()[0]))
        tokenizer.no_padding()
        stock = self.w["embeddings.word_embeddings.weight"]
        names = teach.tokenizer_files()[1].read_text(encoding="utf-8").split("\n")
        place = {name: i for i, name in enumerate(names)}
        self.words = torch.zeros(len(pieces), stock.shape[1])
        for row, piece in enumerate(pieces):
            ids = [place[piece]] if piece in place else tokenizer.encode(piece.removeprefix("##"), add_special_tokens=False).ids
            self.words[row] = stock[ids].mean(0) if ids else stock[place["[UNK]"]]
        self.ends = stock[[place["[CLS]"], place["[SEP]"]]]

    def linear(self, name):
        return self.w[name + ".weight"], self.w[name + ".bias"]

    def norm(self, x, name):
        return functional.layer_norm(x, x.shape[-1:], *self.linear(name), eps=1e-12)

    def enter(self, words, positions):
        return self.norm(words + self.w["embeddings.position_embeddings.weight"][positions]
                         + self.w["embeddings.token_type_embeddings.weight"][0], "embeddings.LayerNorm")

    def layer(self, x, mask, number):
        """Return (inner state after attention, its head values, hidden units, output) of one layer."""
        name = f"encoder.layer.{number}."
        n, length, d = x.shape
        parts = [functional.linear(x, *self.linear(name + "attention.self." + part)).reshape(n, length, 12, -1).transpose(1, 2)
                 for part in ("query", "key", "value")]
        heads = functional.scaled_dot_product_attention(*parts, attn_mask=mask[:, None, None, :])
        heads = heads.transpose(1, 2).reshape(n, length, d)
        inner = self.norm(x + functional.linear(heads, *self.linear(name + "attention.output.dense")), name + "attention.output.LayerNorm")
        hidden = functional.gelu(functional.linear(inner, *self.linear(name + "intermediate.dense")))
        return inner, heads, hidden, self.norm(inner + functional.linear(hidden, *self.linear(name + "output.dense")),
                                               name + "output.LayerNorm")


@torch.no_grad()
def begin(table, pieces, bags, target, layers=LAYERS, wide=WIDE, seed=3):
    """Return a ``Reader`` cut out of the teacher, its last matrix fitted to ``target`` (n, d) of the texts ``bags``."""
    teacher, chosen = Teacher(pieces), np.random.default_rng(seed).choice(len(bags), min(SAMPLE * 4, len(bags)), replace=False)
    reader = Reader(table, len(layers), wide)
    d = table.shape[1]
    sample = chosen[:SAMPLE]
    rows, mask = batch(bags, sample)
    full = torch.cat([torch.ones(len(rows), 2, dtype=torch.bool), mask], 1)
    positions = torch.arange(1, rows.shape[1] + 1)
    x = torch.cat([teacher.enter(teacher.ends, torch.tensor([0, 12]))[None].expand(len(rows), -1, -1),
                   teacher.enter(teacher.words[rows], positions)], 1)
    states, cuts = [x], []
    for number in layers:
        inner, heads, hidden, x = teacher.layer(x, full, number)
        states += [inner, x]
        cuts.append((heads, hidden))
    seen = torch.cat([state[full] for state in states])
    middle = seen.mean(0)
    turn = torch.linalg.eigh((seen - middle).T @ (seen - middle))[1].flip(1)[:, :d]

    def small(state):
        return (state - middle) @ turn

    # The table's rows, turned to what the teacher's own words are, each word counting as it is used.
    entered = teacher.enter(teacher.words, torch.full((len(teacher.words),), 6))
    used = torch.from_numpy(np.bincount(bags.rows, minlength=len(pieces))).float().clamp_min(1).sqrt()[:, None]
    given = reader.table
    one, two = (given * used).sum(0) / used.sum(), (small(entered) * used).sum(0) / used.sum()
    x, y = (given - one) * used.sqrt(), (small(entered) - two) * used.sqrt()
    square = x.T @ x
    matrix = torch.linalg.solve(square + 1e-3 * square.diagonal().mean() * torch.eye(d), x.T @ y)
    reader.turned.weight.copy_(matrix.T)
    reader.turned.bias.copy_(two - one @ matrix)
    probe = teacher.words[torch.from_numpy(bags.rows[:3000])].mean(0)
    places = torch.arange(1, LONGEST + 1)
    offsets = teacher.enter(probe.expand(LONGEST, -1), places) - teacher.enter(probe, torch.tensor(6))
    reader.position.copy_(offsets @ turn)
    reader.ends.copy_(small(teacher.enter(teacher.ends, torch.tensor([0, 12]))))

    for layer, number, (heads, hidden), before, inner, after in zip(reader.layers, layers, cuts, states[0::2], states[1::2], states[2::2]):
        name = f"encoder.layer.{number}."
        out, out_bias = teacher.linear(name + "attention.output.dense")
        strength = torch.stack([(heads[full][:, k * HEAD:(k + 1) * HEAD] @ out[:, k * HEAD:(k + 1) * HEAD].T).square().sum()
                                for k in range(12)])
        kept = strength.topk(d // HEAD).indices.sort().values
        units = torch.cat([torch.arange(k * HEAD, (k + 1) * HEAD) for k in kept.tolist()])
        for place, part in enumerate(("query", "key", "value")):
            weight, bias = teacher.linear(name + "attention.self." + part)
            layer.query_key_value.weight[place * d:(place + 1) * d] = weight[units] @ turn
            layer.query_key_value.bias[place * d:(place + 1) * d] = bias[units] + weight[units] @ middle
        # The weight of normalisation comes after the sum; before it, all is on the scale of the state.
        layer.joined.weight.copy_(turn.T @ out[:, units])
        missing = heads[full].mean(0).clone()
        missing[units] = 0
        layer.joined.bias.copy_(turn.T @ (out_bias + out @ missing))
        wide_weight, wide_bias = teacher.linear(name + "intermediate.dense")
        narrow, narrow_bias = teacher.linear(name + "output.dense")
        strength = hidden[full].square().sum(0) * narrow.square().sum(0)
        best = strength.topk(wide).indices.sort().values
        layer.wider.weight.copy_(wide_weight[best] @ turn)
        layer.wider.bias.copy_(wide_bias[best] + wide_weight[best] @ middle)
        missing = hidden[full].mean(0).clone()
        missing[best] = 0
        layer.narrower.weight.copy_(turn.T @ narrow[:, best])
        layer.narrower.bias.copy_(turn.T @ (narrow_bias + narrow @ missing))
        for norm, raw, wanted in ((layer.norm1, layer.attend(small(before), full), inner),
                                  (layer.norm2, layer.widen(small(inner)), after)):
            plain = normalised(raw[full], torch.tensor([[1.0], [0.0]]))
            wanted = small(wanted[full])
            spread = ((plain - plain.mean(0)) * (wanted - wanted.mean(0))).mean(0) / plain.var(0, unbiased=False).clamp_min(1e-6)
            norm[0] = spread
            norm[1] = wanted.mean(0) - spread * plain.mean(0)

    means = torch.cat([reader.read(*batch(bags, chosen[first:first + 200])) for first in range(0, len(chosen), 200)])
    matrix, bias = _fit(means, torch.as_tensor(target[chosen]), 1e-2)
    reader.out.weight.copy_(matrix.T)
    reader.out.bias.copy_(bias)
    return reader


def train(reader, bags, teacher, target, *, epochs, rate=5e-4, size=192, group=None, seed=2, say=print, check=None):
    """Train ``reader`` in place on ``bags``; ``teacher`` (n, 384) and ``target`` (n, d): what the teacher makes of the texts."""
    generator = np.random.default_rng(seed)
    torch.manual_seed(seed)
    teacher, target = torch.as_tensor(teacher), torch.as_tensor(target)
    weights = list(reader.parameters())
    optimiser = torch.optim.AdamW(weights, lr=rate, weight_decay=0.01)
    steps, step, began = epochs * math.ceil(len(bags) / size), 0, time.monotonic()
    for epoch in range(epochs):
        total = count = 0
        for chosen in batches(len(bags), group, size, generator):
            for part in optimiser.param_groups:
                part["lr"] = rate * min(1, (step + 1) / 50) * (0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * min(1, step / steps))))
            found = loss(reader(bags, chosen), teacher[chosen], target[chosen])
            optimiser.zero_grad()
            found.backward()
            torch.nn.utils.clip_grad_norm_(weights, 1.0)
            optimiser.step()
            total, count, step = total + found.item(), count + 1, step + 1
            if step % 100 == 0:
                say(f"    step {step} of {steps}: loss {total / count:.4f}, {time.monotonic() - began:.0f} s")
        say(f"  epoch {epoch + 1} of {epochs}: loss {total / count:.4f}" + (f"; {check()}" if check else ""))
