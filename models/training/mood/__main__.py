"""Runs every step, from comments to ``models/mood.en.npz``, its row in the manifest and its reference cases."""

import os
import sys
import time

import numpy as np
import torch

from app.engine.mood import EMOTIONS, Mood, Reader, tokens
from models.training import manifest
from models.training.mood import calibrate, evaluate, prepare_text, quantise, teach, train

# Words that get a vector, and the size of the network: as large as fits into LARGEST_FILE.
WORDS = 14_000
SIZE = 24
FILTERS = 64

# Sentences of the chats that the teacher labels.
UNLABELLED = 80_000

TURNS = 9
SEED = 1

# Bytes that the file may have; training fails beyond them.
LARGEST_FILE = 350_000

# Reference cases: how many development comments, and notes made of three of them.
CASES = 12
LONG_CASES = 6
# A case whose belief is this near to a threshold is left out: rounding may decide it.
MARGIN = 0.02
TOLERANCE = 0.01

LICENCE = "Apache-2.0 AND MIT AND BSD-3-Clause AND CDLA-Sharing-1.0 AND CC-BY-4.0 AND CC-BY-2.0-FR (the training text and teacher)"


def main():
    torch.set_num_threads(1)
    began = time.monotonic()

    def say(text):
        print(f"{time.monotonic() - began:5.0f} s  {text}", flush=True)

    data = os.environ.get("DATA", "../shared/data")
    parts = {part: prepare_text.labelled(data, part) for part in ("train", "dev", "test")}
    comments = parts["train"]
    sentences = prepare_text.unlabelled(data, UNLABELLED)
    say(f"{len(comments.texts):,} comments, {len(sentences):,} sentences without labels")

    features = {part: teach.embed(read.texts) for part, read in parts.items()}
    say("comments embedded")
    judged = teach.crosswise(comments.texts, features["train"], comments.emotions)
    teacher = teach.Teacher(comments.texts, features["train"], comments.emotions)
    taught = teacher.probabilities(sentences, teach.embed(sentences))
    say("the teacher has spoken")
    teacher_test = teacher.probabilities(parts["test"].texts, features["test"])
    report("teacher", teacher_test, parts["test"].emotions)

    read = {part: [tokens(text) for text in found.texts] for part, found in parts.items()}
    chats = [tokens(sentence) for sentence in sentences]
    words = train.choose_words(read["train"] + chats, WORDS)
    valences = vader_valences(words)
    reader = Reader(words, valences)
    sets = [train.Examples(read["train"], reader, comments.emotions, comments.fine, judged), train.Examples(chats, reader, taught=taught)]
    network = train.Network(len(words), SIZE, FILTERS)
    say(f"training on {len(words):,} words")
    train.fit(network, sets, TURNS, SEED, say)

    dev = parts["dev"]
    scores = train.outputs(network, train.Examples(read["dev"], reader))
    known = np.array([known_share(found, reader) for found in read["dev"]])
    votes = calibrate.choose(scores, dev.emotions, known)
    say(f"chosen on the development part: {({name: round(value, 3) for name, value in votes.items()})}")

    packed = manifest.write_arrays(quantise.quantise(network, words, valences, votes), manifest.MODELS / "mood.en.npz")
    assert len(packed) <= LARGEST_FILE, f"mood.en.npz has {len(packed):,} bytes, over {LARGEST_FILE:,}"
    manifest.write_row("mood.en", "mood", "mood.en.npz", LICENCE)
    manifest.write_reference("mood", TOLERANCE, cases(network, reader, votes, dev.texts))
    say(f"mood.en.npz: {len(packed):,} bytes")
    report("mood.en", evaluate.probabilities(Mood.read(packed), parts["test"].texts), parts["test"].emotions)
    say("done")


def vader_valences(words):
    """Return VADER's valence of each word, -4 to 4, and 0 where it has none (PyPI vaderSentiment, MIT)."""
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

    lexicon = SentimentIntensityAnalyzer().lexicon
    return [lexicon.get(word, 0.0) for word in words]


def known_share(found, reader):
    """Return the share of a text's words (tokens ``found``) that ``reader`` knows; 1 where it has none."""
    asked = [token for token in found if token[0].isalpha()]
    return sum(number > 0 for number in reader.ids(asked)) / len(asked) if asked else 1.0


def cases(network, reader, votes, texts):
    """Return ``[(payload, value)]``: what torch says, of short texts and of longer ones made of three."""
    asked = texts[:CASES] + [" ".join(texts[i:i + 3]) for i in range(CASES, CASES + 3 * LONG_CASES, 3)]
    found = [({"text": text}, evaluate.answer(network, reader, votes, text)) for text in asked]
    return [(payload, value) for payload, value in found
            if abs(max(value["probabilities"].values()) - votes["emotion_least"]) > MARGIN
            and abs(max(value["valences"].values()) - votes["valence_least"]) > MARGIN]


def report(name, probabilities, labels):
    """Print the figures of (n, 10) probabilities on rows of labels (n, 7)."""
    f1, each = evaluate.emotions(probabilities[:, :7], labels)
    three, each_three = evaluate.three_way(probabilities[:, 7:], labels)
    print(f"{name}: seven emotions, macro-F1 {f1:.3f} ({', '.join(f'{label} {one:.2f}' for label, one in zip(EMOTIONS, each))}); "
          f"three valences {three:.3f} ({', '.join(f'{one:.2f}' for one in each_three)})", flush=True)


if __name__ == "__main__":
    sys.exit(main())
