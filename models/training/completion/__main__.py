"""Runs every step, from text to ``models/completion.en.npz`` and ``completion.en.neural.npz``, their rows and reference cases."""

import os
import sys
import time
from pathlib import Path

from app.engine.completion import Completer
from app.engine.kneser_ney import MARKS, ORDER, KneserNey
from app.engine.own_words import OwnWords
from app.engine.recurrent import OUTPUT_MARKS, Recurrent
from models.training import manifest
from models.training.completion import (
    answer_cases, count, encode_stream, estimate, evaluate, mix, prepare_text, prune, quantise, quantise_recurrent, split,
    train_recurrent, vocabulary, weigh)

MODELS = Path(__file__).resolve().parents[2]
BENCH_DATA = MODELS.parent / "bench" / "data"

# Words of the model, at most. More finish rarer words and leave less room for n-grams.
VOCABULARY_SIZE = 45_000

# N-grams of two to four words that are kept: as many as fit into 2 MB.
NGRAMS = 860_000

# Words that the recurrent model knows, the most frequent ones: as many as fit into 1.4 MB.
RECURRENT_WORDS = 16_000

# Bytes that the files may have; training fails beyond them.
LARGEST_FILE = 2_000_000
LARGEST_RECURRENT_FILE = 1_400_000

LICENCE = "CDLA-Sharing-1.0 AND CC-BY-4.0 AND CC-BY-2.0-FR AND BSD-3-Clause AND MIT (the training text)"

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
    spelt = vocabulary.spelling(os.environ.get("WORDS", "/usr/share/dict"))
    chosen = vocabulary.choose(lines, vocabulary.dictionary(), VOCABULARY_SIZE, spelt)
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
    packed = manifest.write_arrays(quantise.quantise(levels, chosen), path)
    assert len(packed) <= LARGEST_FILE, f"{path.name} has {len(packed):,} bytes, over {LARGEST_FILE:,}"
    manifest.write_row("completion.en", "complete", path.name, LICENCE, first=True)
    say(f"  {path.name}: {len(packed):,} bytes")
    base = KneserNey.load(packed)

    say("training the recurrent model")
    known = encode_stream.shortlist(ids, weights, RECURRENT_WORDS, len(chosen.words))
    train, development = (encode_stream.encode(parts[part], chosen, known) for part in ("train", "development"))
    say(f"  {len(train.inputs):,} tokens")
    network = train_recurrent.train(train, len(known) + len(OUTPUT_MARKS), say,
                                    check=lambda network: f"perplexity {train_recurrent.perplexity(network, development):.1f}")
    write_recurrent(base, network, known, parts["development"], say)
    manifest.write_reference("complete", 0, answer_cases.answer(base, MODELS / "completion.en.neural.npz"))

    say("writing the held-out sentences for the bench")
    tested = evaluate.held_out(parts["test"], TESTED_SENTENCES)
    writers = evaluate.by_writers(parts["writers"])
    evaluate.write_bench_data(BENCH_DATA, tested, writers)

    say("measuring")
    neural = Recurrent.load((MODELS / "completion.en.neural.npz").read_bytes(), base)
    report(lambda own: Completer(base, own, neural), [s for _, s in tested], writers)
    say("done")


def write_recurrent(base, network, known, documents, say):
    """Round the network, weigh it against the n-gram model on the development ``documents``, and write it."""
    path = MODELS / "completion.en.neural.npz"
    rounded = manifest.write_arrays(quantise_recurrent.quantise(network, known, base.words, [0.5] * ORDER), path)
    matched, p, q = mix.pairs(base, Recurrent.load(rounded, base), documents)
    weights = mix.weights(matched, p, q)
    packed = manifest.write_arrays(quantise_recurrent.quantise(network, known, base.words, weights), path)
    assert len(packed) <= LARGEST_RECURRENT_FILE, f"{path.name} has {len(packed):,} bytes, over {LARGEST_RECURRENT_FILE:,}"
    manifest.write_row("completion.en.neural", "complete", path.name, LICENCE)
    alone = mix.perplexities(matched, p, q, weights)
    say(f"  {path.name}: {len(packed):,} bytes; weights {', '.join(f'{weight:.2f}' for weight in weights)}")
    say("  perplexity on development text: n-gram {:.1f}, recurrent {:.1f}, both {:.1f}".format(*alone))


def report(make, sentences, writers):
    """Print the figures that the card quotes; ``make(own)`` gives a completer."""
    completer = make(OwnWords())
    top = evaluate.next_words(sentences, completer)
    print(f"next word first {top[0]:.1f} %, among three {top[1]:.1f} %")
    for count_ in (3, 1):
        for repeat in (True, False):
            saved = evaluate.keystrokes(sentences, completer, count_, repeat).saved
            print(f"keystrokes saved with {count_}: {saved:.1f} %{'' if repeat else ', never offering a word twice'}")
    for amount, (one, three, saved) in evaluate.with_own_words(make, writers).items():
        print(f"{amount:5} own sentences: first {one:.1f} %, among three {three:.1f} %, keystrokes saved {saved:.1f} %")
    print("belief   times   mean    true")
    for low, high, times, belief, true in evaluate.calibration(sentences, completer):
        print(f"{low:.2f}-{min(high, 1):.2f} {times:6} {belief:6.3f} {true:6.3f}")
    print("ghost text:", {key: round(value, 1) for key, value in evaluate.shown(sentences, completer).items()})


if __name__ == "__main__":
    sys.exit(main())
