"""Step 6: teaches the tagger.

Offers ``train(labelled, lists, epochs, say)`` -> ``Network``; ``network.arrays()`` are its weights for ``quantise``.

Every epoch is made anew: real sentences with other names, people put into sentences that had none,
templates, headings, and all of it strung together as notes are. So that the tagger doesn't lean
on its lists, a part of the names is hidden from them, and of the words from their rows.
"""

import random

import numpy as np
import torch
from torch import nn

from app.engine.details_tagger import AFFIX_ROWS, COLUMNS, LABELS, LISTS, SHAPES, WINDOWS, WORD_ROWS, Features, bloom, tokens
from models.training.details.invent import Inventor
from models.training.details.label import cleaned

WIDTH = 32   # of a token's vector
HIDDEN = 64  # of the convolutions
EPOCHS = 8
# Lines from templates to an epoch, and shares of the real sentences without details that get a person or become a heading.
TEMPLATE_LINES = 55_000
PEOPLED = 0.5
HEADED = 0.04
# Tokens of a training sequence, at least, before the next begins.
SEQUENCE = 96
BATCH = 48
LEARNING_RATE = 3e-3
# How often the rows of a word are hidden, and the lists, of any word and of a name.
HIDE_WORD, HIDE_WORD_OF_NAME = 0.05, 0.35
HIDE_LISTS, HIDE_LISTS_OF_NAME = 0.05, 0.35
IGNORED = -100

_JOINTS = (" ", " ", " ", "\n", "\n", "\n- ", "\n\n", " - ", "; ", "\n* ")


class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.words = nn.Embedding(WORD_ROWS, WIDTH)
        self.affixes = nn.Embedding(AFFIX_ROWS, WIDTH)
        self.shapes = nn.Embedding(SHAPES, WIDTH)
        self.marks = nn.Linear(len(LISTS), WIDTH, bias=False)
        # Rows that no training text asks for stay zero, and say nothing of a word that happens to ask for them.
        nn.init.zeros_(self.words.weight)
        nn.init.zeros_(self.affixes.weight)
        sizes = [WIDTH] + [HIDDEN] * len(WINDOWS)
        self.convolutions = nn.ModuleList(nn.Linear(len(window) * size, HIDDEN) for window, size in zip(WINDOWS, sizes))
        self.out = nn.Linear(HIDDEN, len(LABELS))
        self.drop = nn.Dropout(0.1)

    def forward(self, rows, marks, seen):
        """``rows`` (b, n, columns) ids, ``marks`` (b, n, lists) floats, ``seen`` (b, n, 1): 0 hides the rows of the word."""
        x = self.words(rows[..., :2]).sum(2) * seen + self.affixes(rows[..., 2:5]).sum(2) + self.shapes(rows[..., 5]) + self.marks(marks)
        for number, (window, layer) in enumerate(zip(WINDOWS, self.convolutions)):
            far = max(window)
            wide = nn.functional.pad(x, (0, 0, far, far))
            y = torch.relu(layer(torch.cat([wide[:, far + distance:far + distance + x.shape[1]] for distance in window], -1)))
            x = self.drop(y if number == 0 else x + y)
        return self.out(x)

    def arrays(self):
        """Return the weights as float32 arrays, by the names of the file."""
        arrays = {"word": self.words.weight, "affix": self.affixes.weight, "shape": self.shapes.weight, "marks": self.marks.weight.T,
                  "out": self.out.weight.T, "out_bias": self.out.bias}
        for number, layer in enumerate(self.convolutions):
            arrays |= {f"conv{number}": layer.weight.T, f"bias{number}": layer.bias}
        return {name: array.detach().numpy().copy() for name, array in arrays.items()}


def filters(lists):
    """Return the Bloom filters of the tagger's word lists."""
    return [bloom(words) for words in lists.marked()]


def labels(text, spans, places):
    """Return the label of each token of ``text``: ids of LABELS, or IGNORED where the teacher was unsure."""
    found = np.zeros(len(places), np.int64)
    starts = np.array([start for start, _ in places])
    for start, end, kind in spans:
        inside = (starts >= start) & (starts < end)
        found[inside] = IGNORED if kind == "doubt" else LABELS.index(kind)
    return found


def _examples(labelled, inventor, rng):
    """Return an epoch's examples, ``(text, spans)``, shuffled."""
    examples = [inventor.line() for _ in range(TEMPLATE_LINES)]
    for language, sentence, spans in labelled:
        if spans:
            examples.append(inventor.renamed(language, sentence, spans))
            continue
        chance = rng.random()
        peopled = inventor.peopled(sentence) if language == "en" and chance < PEOPLED else None
        if peopled:
            examples.append(peopled)
        elif language != "de" and chance > 1 - HEADED:
            examples.append(inventor.headed(sentence))
        else:
            examples.append((sentence, []))
    rng.shuffle(examples)
    return examples


def _sequences(examples, features, rng):
    """Yield ``(rows, marks, labels)`` of sequences of about SEQUENCE tokens, made of several examples."""
    rows, wanted = [], []
    for text, spans in examples:
        joint = rng.choice(_JOINTS) if rows else ""
        for word in (joint[start:end] for start, end in tokens(joint)):
            rows.append(features.of(word))
            wanted.append(np.zeros(1, np.int64))
        places = tokens(text)
        rows += [features.of(text[start:end]) for start, end in places]
        wanted.append(labels(text, spans, places))
        if len(rows) >= SEQUENCE:
            yield np.array(rows, np.int32), np.concatenate(wanted)
            rows, wanted = [], []


def _batches(sequences, rng):
    sequences = sorted(sequences, key=lambda sequence: len(sequence[1]))
    batches = [sequences[begin:begin + BATCH] for begin in range(0, len(sequences), BATCH)]
    rng.shuffle(batches)
    for batch in batches:
        longest = len(batch[-1][1])
        rows = np.zeros((len(batch), longest, batch[0][0].shape[1]), np.int32)
        wanted = np.full((len(batch), longest), IGNORED)
        for number, (columns, label) in enumerate(batch):
            rows[number, :len(label)] = columns
            wanted[number, :len(label)] = label
        yield rows, wanted


def train(labelled, written, lists, epochs=EPOCHS, say=print, seed=1):
    """Return the trained ``Network``.

    ``labelled``: [(language, sentence, spans)] as the teacher has them; ``written``: the same, right as it is; ``lists``: NameLists.
    """
    torch.manual_seed(seed)
    rng, dice = random.Random(seed), np.random.default_rng(seed)
    features = Features(filters(lists))
    inventor = Inventor(lists, rng)
    labelled = cleaned(labelled, lists.plain) + list(written)
    network = Network()
    optimiser = torch.optim.Adam(network.parameters(), lr=LEARNING_RATE)
    schedule = None
    for epoch in range(epochs):
        batches = list(_batches(list(_sequences(_examples(labelled, inventor, rng), features, rng)), rng))
        if schedule is None:
            schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, LEARNING_RATE, total_steps=int(epochs * len(batches) * 1.02) + 10,
                                                           pct_start=0.1)
        total = 0.0
        for rows, wanted in batches:
            name = wanted == LABELS.index("name")
            seen = dice.random(wanted.shape) >= np.where(name, HIDE_WORD_OF_NAME, HIDE_WORD)
            listed = dice.random(wanted.shape) >= np.where(name, HIDE_LISTS_OF_NAME, HIDE_LISTS)
            marks = rows[..., len(COLUMNS):] * listed[..., None]
            scores = network(torch.from_numpy(rows[..., :len(COLUMNS)]).long(), torch.from_numpy(marks.astype(np.float32)),
                             torch.from_numpy(seen[..., None].astype(np.float32)))
            loss = nn.functional.cross_entropy(scores.view(-1, len(LABELS)), torch.from_numpy(wanted).view(-1), ignore_index=IGNORED)
            optimiser.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimiser.step()
            schedule.step()
            total += loss.item()
        say(f"  epoch {epoch + 1} of {epochs}: loss {total / len(batches):.4f}")
    return network.eval()
