"""Runs every step, from comments to ``models/mood.en.npz``, its row in the manifest and its reference cases."""

import os
import sys
import time

import numpy as np
import torch

from app.engine.mood import EMOTIONS, VALENCES, Mood, Reader, pieces, tokens
from models.training import manifest
from models.training.mood import calibrate, evaluate, prepare_text, quantise, teach, train

# Words that get a vector, and the size of the network: as large as fits into LARGEST_FILE.
WORDS = 14_000
SIZE = 32
FILTERS = 80

# Sentences of the chats that the teachers label.
UNLABELLED = 30_000

TURNS = 5
SEED = 1

# Bytes that the file may have; training fails beyond them.
LARGEST_FILE = 350_000

# Reference cases: how many development comments, and notes made of three of them.
CASES = 12
LONG_CASES = 6
# A case whose belief is this near to a threshold is left out: rounding may decide it.
MARGIN = 0.02
TOLERANCE = 0.01

LICENCE = "Apache-2.0 AND MIT AND BSD-3-Clause (the training text and VADER's word list)"


def main():
    torch.set_num_threads(1)
    began = time.monotonic()

    def say(text):
        print(f"{time.monotonic() - began:5.0f} s  {text}", flush=True)

    data = os.environ.get("DATA", "../shared/data")
    parts = {part: prepare_text.labelled(data, part) for part in ("train", "dev", "test")}
    comments = parts["train"]
    read = {part: [tokens(text) for text in found.texts] for part, found in parts.items()}
    chats = [tokens(sentence) for sentence in prepare_text.unlabelled(data, UNLABELLED)]
    say(f"{len(comments.texts):,} comments, {len(chats):,} sentences without labels")

    words = train.choose_words(read["train"], WORDS)
    valences = vader_valences(words)
    reader = Reader(words, valences)
    say(f"{len(words):,} words; teachers")
    teachers, opinions = teach.crosswise(read["train"], reader, comments, SIZE, FILTERS, say)
    unlabelled = train.Examples(chats, reader)
    unlabelled.taught = torch.from_numpy(teach.opinion(teachers, unlabelled))
    report("teachers together, development part", teach.opinion(teachers, train.Examples(read["dev"], reader)), parts["dev"].emotions)

    say("training")
    torch.manual_seed(SEED)
    network = train.Network(len(words), SIZE, FILTERS)
    train.fit(network, [train.Examples(read["train"], reader, comments.emotions, comments.fine, opinions), unlabelled], TURNS, SEED, say)

    finish(network, words, valences, parts, read, say)


def finish(network, words, valences, parts, read, say):
    """Calibrate the trained ``network``, write the model with its row and its cases, and say how it does on the test part."""
    reader, dev = Reader(words, valences), parts["dev"]
    scores = train.outputs(network, train.Examples(read["dev"], reader))
    report("development part", train.beliefs(scores), dev.emotions)
    known = np.array([known_share(found, reader) for found in read["dev"]])
    votes, lean = calibrate.choose(scores, dev.emotions, known)
    diary, _ = evaluate.diary()
    # The thresholds for long texts need the other numbers, so they are filled in last.
    votes |= {"emotion_least_long": 1.01, "valence_least_long": 1.01}
    told = [evaluate.answer(network, reader, votes, lean, entry["text"]) for entry in diary]
    votes |= calibrate.choose_long(
        np.array([list(one["probabilities"].values()) for one in told]), np.array([list(one["valences"].values()) for one in told]), lean,
        np.array([EMOTIONS.index(entry["mood"]) for entry in diary]), np.array([VALENCES.index(entry["valence"]) for entry in diary]))
    say(f"chosen on the development part: {({name: round(value, 3) for name, value in votes.items()})}, lean {lean.round(2)}")

    packed = manifest.write_arrays(quantise.quantise(network, words, valences, votes, lean), manifest.MODELS / "mood.en.npz")
    assert len(packed) <= LARGEST_FILE, f"mood.en.npz has {len(packed):,} bytes, over {LARGEST_FILE:,}"
    manifest.write_row("mood.en", "mood", "mood.en.npz", LICENCE)
    manifest.write_reference("mood", TOLERANCE, cases(network, reader, votes, lean, dev.texts))
    say(f"mood.en.npz: {len(packed):,} bytes")
    mood = Mood.read(packed)
    found = evaluate.probabilities(mood, parts["test"].texts)
    found[:, :len(EMOTIONS)] *= mood.lean
    report("mood.en, test part", found, parts["test"].emotions)


def vader_valences(words):
    """Return VADER's valence of each word, -4 to 4, and 0 where it has none (PyPI vaderSentiment, MIT)."""
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

    lexicon = SentimentIntensityAnalyzer().lexicon
    return [lexicon.get(word, 0.0) for word in words]


def known_share(found, reader):
    """Return the share of a text's words (tokens ``found``) that ``reader`` knows; 1 where it has none."""
    asked = [token for token in found if token[0].isalpha()]
    return sum(number > 0 for number in reader.ids(asked)) / len(asked) if asked else 1.0


def cases(network, reader, votes, lean, texts):
    """Return ``[(payload, value)]``: what torch says, of short texts and of longer ones made of three."""
    asked = texts[:CASES] + [" ".join(texts[i:i + 3]) for i in range(CASES, CASES + 3 * LONG_CASES, 3)]
    found = [({"text": text}, evaluate.answer(network, reader, votes, lean, text)) for text in asked]
    kept = []
    for payload, value in found:
        long, beliefs = "_long" if len(pieces(payload["text"])) > 1 else "", np.array(list(value["probabilities"].values()))
        best, second = sorted(beliefs * lean)[-1:-3:-1]
        if (abs(beliefs[(beliefs * lean).argmax()] - votes["emotion_least" + long]) > MARGIN and best - second > MARGIN
                and abs(max(value["valences"].values()) - votes["valence_least" + long]) > MARGIN):
            kept.append((payload, value))
    return kept


def report(name, probabilities, labels):
    """Print the figures of (n, 10) probabilities on rows of labels (n, 7)."""
    f1, each = evaluate.emotions(probabilities[:, :7], labels)
    three, each_three = evaluate.three_way(probabilities[:, 7:], labels)
    print(f"{name}: seven emotions, macro-F1 {f1:.3f} ({', '.join(f'{label} {one:.2f}' for label, one in zip(EMOTIONS, each))}); "
          f"three valences {three:.3f} ({', '.join(f'{one:.2f}' for one in each_three)})", flush=True)


if __name__ == "__main__":
    sys.exit(main())
