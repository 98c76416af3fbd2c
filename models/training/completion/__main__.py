"""Runs every step, from text to ``models/completion.en.npz`` and its row in the manifest."""

import hashlib
import json
import os
import sys
import time
from pathlib import Path

from app.engine.completion import Completer
from app.engine.kneser_ney import MARKS, KneserNey
from app.engine.own_words import OwnWords
from models.training.completion import count, estimate, evaluate, prepare_text, prune, quantise, split, vocabulary, weigh

MODELS = Path(__file__).resolve().parents[2]
BENCH_DATA = MODELS.parent / "bench" / "data"

# Words of the model, at most. More finish rarer words and leave less room for n-grams.
VOCABULARY_SIZE = 45_000

# N-grams of two to four words that are kept: as many as fit into 2.5 MB.
NGRAMS = 1_090_000

# Bytes that the file may have; training fails beyond them.
LARGEST_FILE = 2_500_000

# Sentences of each open source that are kept apart for the figures.
TESTED_SENTENCES = 100


def main():
    began = time.monotonic()

    def say(text):
        print(f"{time.monotonic() - began:5.0f} s  {text}", flush=True)

    data = os.environ.get("DATA", "../shared/data")
    say(f"reading the text in {data}")
    parts = split.split(prepare_text.read(data))
    for part, documents in parts.items():
        say(f"  {part}: {sum(len(document.lines) for document in documents):,} lines")

    say("choosing the words")
    lines = (line for document in parts["train"] for _, line in document.lines)
    chosen = vocabulary.choose(lines, vocabulary.dictionary(), VOCABULARY_SIZE, vocabulary.spelling(os.environ.get("WORDS", "/usr/share/dict")))
    ids, weights, start = weigh.weigh(parts["train"], chosen)
    say(f"  {len(chosen.words):,} words, {len(chosen.surfaces):,} with capitals; {len(ids):,} tokens")

    say("counting n-grams")
    counts = count.count(ids, weights, start)
    say("  " + ", ".join(f"{len(level.keys):,}" for level in counts) + " of one to four words")

    say("estimating")
    levels = estimate.estimate(counts, len(chosen.words) + len(MARKS), start)

    say("pruning")
    levels = prune.prune(levels, NGRAMS)
    vocabulary.spread(levels[0], chosen)
    say("  kept " + ", ".join(f"{len(level.keys):,}" for level in levels))

    say("quantising and writing")
    path = MODELS / "completion.en.npz"
    packed = quantise.write(quantise.quantise(levels, chosen), path)
    assert len(packed) <= LARGEST_FILE, f"{path.name} has {len(packed):,} bytes, over {LARGEST_FILE:,}"
    write_manifest(path.name, packed)
    say(f"  {path.name}: {len(packed):,} bytes")

    say("writing the held-out sentences for the bench")
    tested = evaluate.held_out(parts["test"], TESTED_SENTENCES)
    writers = evaluate.by_writers(parts["writers"])
    evaluate.write_bench_data(BENCH_DATA, tested, writers)

    say("measuring")
    report(KneserNey.load(packed), [s for _, s in tested], writers)
    say("done")


def write_manifest(file, packed):
    """Put the model's row into ``models/manifest.json``; rows of other models stay."""
    path = MODELS / "manifest.json"
    rows = json.loads(path.read_text(encoding="utf-8"))["models"] if path.exists() else []
    row = {
        "name": "completion.en", "feature": "complete", "file": file, "bytes": len(packed),
        "sha256": hashlib.sha256(packed).hexdigest(),
        # What travels: the file is deflated already, and no server makes it smaller.
        "transferred": len(packed),
        "licence": "CDLA-Sharing-1.0 AND CC-BY-4.0 AND CC-BY-2.0-FR AND BSD-3-Clause AND MIT (the training text)",
        "card": "completion.en.md",
    }
    rows = [other for other in rows if other["name"] != row["name"]] + [row]
    path.write_text(json.dumps({"models": sorted(rows, key=lambda r: r["name"])}, indent=2) + "\n", encoding="utf-8")


def report(model, sentences, writers):
    """Print the figures that the card quotes."""
    completer = Completer(model, OwnWords())
    top = evaluate.next_words(sentences, completer)
    print(f"next word first {top[0]:.1f} %, among three {top[1]:.1f} %")
    for count_ in (3, 1):
        for repeat in (True, False):
            saved = evaluate.keystrokes(sentences, completer, count_, repeat).saved
            print(f"keystrokes saved with {count_}: {saved:.1f} %{'' if repeat else ', never offering a word twice'}")
    for amount, (one, three, saved) in evaluate.with_own_words(model, Completer, writers).items():
        print(f"{amount:5} own sentences: first {one:.1f} %, among three {three:.1f} %, keystrokes saved {saved:.1f} %")
    print("belief   times   mean    true")
    for low, high, times, belief, true in evaluate.calibration(sentences, completer):
        print(f"{low:.2f}-{min(high, 1):.2f} {times:6} {belief:6.3f} {true:6.3f}")
    print("ghost text:", {key: round(value, 1) for key, value in evaluate.shown(sentences, completer).items()})


if __name__ == "__main__":
    sys.exit(main())
