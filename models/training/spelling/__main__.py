"""Runs every step, from lists and chats to ``models/spelling.en.npz`` and its row in the manifest."""

import os
import sys
import time
from pathlib import Path

import numpy as np

from app.engine import words
from app.engine.kneser_ney import KneserNey
from app.engine.spelling import LETTERS, NEW_LETTER, NEW_WORD, Lexicon, Spelling, codes, pack
from models.training import manifest
from models.training.completion import prepare_text, split
from models.training.spelling import estimate, evaluate, find_slips, list_words
from models.training.spelling.find_slips import LEAST_LETTERS

# Bits of the lexicon for each word; ten take one wrong word in 120 for a right one.
BITS_EACH = 10
# The source whose slips are counted: typed live, by many people. So many conversations say enough.
CHAT = "chitchat"
CONVERSATIONS = 800
# Nats by which a reading beats the belief that a word of the completion model is right, for the word to be proposed.
PROPOSED = 2.0
# Bytes that the file may have; training fails beyond them.
LARGEST_FILE = 200_000

LICENCE = "SCOWL (K. Atkinson and others; permissive) AND MIT"


# What the reference, which searches word by word, is asked for the browser's test.
CASES = [{"text": text} for text in (
    "I went to teh market becuase it was raining.", "We recieved alot of letters yesterday and I was suprised.",
    "Tomorrow I definately have to call the dentist.", "Zofia and Wiktor came to Krak\u00f3w with us last weekend.",
    "I was so tierd that I fell asleep on the sofa.", "I dont know, im only here to buy some milk.",
    "Ich war gestern mit meiner Schwester im Kino.", "The kubectl tool failed again in `teh_script.py` today.", "", "\U0001f600 \U0001f44d")
] + [{"text": "My freind Jo likes grefs and tommorow is her birthday.", "known": ["freind", "grefs"]},
     {"text": "I went to teh market.", "language": "de"}]


def main():
    began = time.monotonic()

    def say(text):
        print(f"{time.monotonic() - began:5.0f} s  {text}", flush=True)

    right = list_words.read(os.environ.get("WORDS", "/usr/share/dict"))
    lexicon = Lexicon.of(sorted(right), BITS_EACH)
    say(f"{len(right):,} words, {len(bytes(lexicon)):,} bytes")

    model = KneserNey.load((manifest.MODELS / "completion.en.npz").read_bytes())
    unlisted = {word for i, word in enumerate(model.words) if model.surface(i) == word and word.removesuffix("'s") not in right}
    # While slips are looked for, what no list holds is looked at as if it were one.
    spelling = Spelling(model, lexicon, sorted(unlisted), np.full((4, LETTERS, LETTERS), estimate.MEAN_COST))

    sentences, tokens = chats(os.environ.get("DATA", "../shared/data"), right.union(model.words) - unlisted)
    say(f"{tokens:,} words of chats, {len(sentences):,} sentences with an unknown one")
    findings = find_slips.find(sentences, spelling)
    say(f"{len(findings):,} unknown words that may be slips")
    cost = estimate.estimate(findings, spelling)
    doubtful = list_words.doubtful()
    undecided = propose(unlisted.difference(doubtful), Spelling(model, lexicon, sorted(unlisted), cost))
    say("words that doubtful.txt might hold: " + " ".join(undecided))
    for kind, name in enumerate(("other", "extra", "missing", "swapped")):
        say(f"  {name}: {np.median(cost[kind]):.1f} nats, from {cost[kind].min():.1f} to {cost[kind].max():.1f}")

    packed = manifest.write_arrays(pack(lexicon, doubtful, cost), manifest.MODELS / "spelling.en.npz")
    assert len(packed) <= LARGEST_FILE, f"spelling.en.npz has {len(packed):,} bytes, over {LARGEST_FILE:,}"
    manifest.write_row("spelling.en", "spelling", "spelling.en.npz", LICENCE)
    say(f"spelling.en.npz: {len(packed):,} bytes")
    reference = Spelling(model, *Spelling.read(packed), near=evaluate.SlowNear)
    manifest.write_reference("spelling", 0, [(payload, reference.answer(payload)) for payload in CASES])
    say("reference cases written")


def propose(unlisted, spelling):
    """Return the words of ``unlisted`` that look like slips: their best reading, without any context, beats the
    belief that they are right by PROPOSED nats."""
    found = []
    for word in sorted(unlisted):
        ranked = spelling.rank(codes(word), [], None) if len(word) >= LEAST_LETTERS else []
        if ranked and ranked[0][0] - NEW_WORD - NEW_LETTER * len(word) > PROPOSED:
            found.append(word)
    return found


def chats(data, known):
    """Return the sentences of CONVERSATIONS chats of the training part that hold a word outside ``known``, and the number of all words."""
    _, file, reader = prepare_text.SOURCES[CHAT]
    documents = reader(CHAT, Path(data) / file if file else None)
    found, count = [], 0
    for document in split.split(list(documents))["train"][:CONVERSATIONS]:
        for _, line in document.lines:
            said = line.split()
            count += len(said)
            if any(word.strip(".,!?;:\"()'") not in known and word.islower() for word in said):
                found += words.sentences(line)
    return found, count


if __name__ == "__main__":
    sys.exit(main())
