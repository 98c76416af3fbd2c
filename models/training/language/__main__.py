"""Runs every step, from text to ``models/language.npz``, the stop words, their rows and the reference cases."""

import itertools
import json
import os
import random
import sys
import time

import numpy as np

from app.engine.key_phrases import KeyPhrases
from app.engine.language import LANGUAGES, NONE, Detector, Language, letters, ngrams
from app.engine.segment import Segmenter
from app.engine.stop_words import StopWords
from app.engine.summary import Summary
from models.training.language import choose_ngrams, evaluate, prepare_text, quantise, sample, split, train
from models.training.language.count_stop_words import stop_words
from models.training.manifest import MODELS, write_arrays, write_reference, write_row

# N-grams that the model knows: as many as fit into 0.6 MB.
NGRAMS = 60_000

# Stretches that are drawn for training, texts of no language, and English sentences (there are more of them).
DRAWN = 160_000
NO_LANGUAGE = 20_000
ENGLISH = 6000

# Answers less probable than this are none. Chosen on the development sentences, on stretches of 3 to 12 words.
THRESHOLD = 0.6

# Bytes that the files may have; training fails beyond them.
LARGEST_FILE = 600_000
LARGEST_LISTS = 30_000

LICENCE = "CC-BY-2.0-FR AND Apache-2.0 AND BSD-3-Clause (the training text)"


def main():
    began = time.monotonic()

    def say(text):
        print(f"{time.monotonic() - began:5.0f} s  {text}", flush=True)

    say("reading")
    data = os.environ.get("DATA", "../shared/data")
    sentences = prepare_text.tatoeba(data)
    interface = prepare_text.interface()
    sentences["en"] = sentences["en"][:ENGLISH]
    parts = {code: split.split(pairs) for code, pairs in sentences.items()}
    write_stop_words(parts, interface, say)
    parts["en"]["train"] += prepare_text.casual_english(data, ENGLISH)

    say("drawing stretches")
    shared = {code for languages in LANGUAGES.values() for code in languages}
    nothing = itertools.islice(prepare_text.no_language(random.Random(1)), NO_LANGUAGE)
    texts = sample.read({code: part["train"] for code, part in parts.items() if code in shared}, interface, nothing)
    drawn = sample.draw(texts, np.random.default_rng(1), DRAWN)

    say("choosing n-grams")
    keys = choose_ngrams.choose(drawn, NGRAMS)

    say("training")
    codes = [*sorted(shared), NONE]
    weights = train.train(train.encode(drawn, keys, codes), len(keys), len(codes), say=say)

    say("making it honest")
    developed = sample.read({code: part["development"] for code, part in parts.items() if code in shared}, {},
                            itertools.islice(prepare_text.no_language(random.Random(2)), 1000))
    tuned = train.encode(sample.draw(developed, np.random.default_rng(2), 6000), keys, codes)
    temperature = quantise.calibrate(train.logits(weights, tuned), tuned.labels)
    say(f"  temperature {temperature:.2f}")

    rarer = np.log([prepare_text.RARER.get(code, 1) for code in codes]).astype(np.float32) * temperature
    weights = weights._replace(bias=weights.bias + rarer)
    numbers, scales = quantise.quantise(weights.vectors)
    path = MODELS / "language.npz"
    packed = write_arrays(Detector.pack(codes, keys, numbers, scales, weights.matrix, weights.bias, temperature, THRESHOLD), path)
    assert len(packed) <= LARGEST_FILE, f"{path.name} has {len(packed):,} bytes, over {LARGEST_FILE:,}"
    write_row("language", "language", path.name, LICENCE)
    say(f"  {path.name}: {len(packed):,} bytes")

    evaluate.write_sentences({code: part["test"] for code, part in parts.items()})
    detector = Detector.load(packed)
    write_reference("language", 0.02, reference(weights, keys, codes, temperature))
    write_phrases_reference(Language(detector))
    report(Language(detector))
    say("done")


def write_stop_words(parts, interface, say):
    """Write ``models/stop_words.npz`` from the training sentences and the interface's texts."""
    segmenter = Segmenter.load((MODELS / "segment.npz").read_bytes())
    lists = {}
    for code, part in parts.items():
        def words(text, code=code):
            return [text[start:end].replace("\u2019", "'") for start, end in segmenter.words(text, code)]

        lists[code] = stop_words(part["train"], interface.get(code, []), words)
    packed = write_arrays(StopWords.pack(lists), MODELS / "stop_words.npz")
    assert len(packed) <= LARGEST_LISTS, f"stop_words.npz has {len(packed):,} bytes, over {LARGEST_LISTS:,}"
    write_row("stop_words", "key_phrases", "stop_words.npz", "CC-BY-2.0-FR AND Apache-2.0 (the counted text)")
    say(f"stop_words.npz: {len(packed):,} bytes, {len(lists)} languages")


def reference(weights, keys, codes, temperature):
    """Return cases for the browser: what PyTorch's embedding bag and softmax make of the unpacked weights."""
    import torch

    cases = []
    table, matrix, bias = (torch.from_numpy(np.ascontiguousarray(part)) for part in weights)
    for code, text in evaluate.notes()[3::13]:
        found, script, _ = letters(text)
        if script not in LANGUAGES:
            continue
        allowed = [codes.index(one) for one in [*LANGUAGES[script], NONE]]
        hashes = ngrams(found)
        known = torch.from_numpy(np.searchsorted(keys, hashes[np.isin(hashes, keys)]).astype(np.int64))
        summed = torch.nn.functional.embedding_bag(known, table, torch.tensor([0]), mode="sum")[0] / len(hashes) ** 0.5
        p = torch.softmax((matrix[allowed] @ summed + bias[allowed]) / temperature, 0)
        best = int(p.argmax())
        winner = codes[allowed[best]]
        if winner == NONE:
            cases.append(({"text": text}, {"language": ""}))
        elif abs(float(p[best]) - THRESHOLD) > 0.05:
            cases.append(({"text": text}, {"language": winner if p[best] >= THRESHOLD else "", "confidence": round(float(p[best]), 4)}))
    return cases


def write_phrases_reference(language):
    """Write what key phrases and summaries are under CPython: no other implementation of them exists."""
    tools = (Segmenter.load((MODELS / "segment.npz").read_bytes()), StopWords.load((MODELS / "stop_words.npz").read_bytes()), language)
    phrases, summary = KeyPhrases(*tools), Summary(*tools)
    lines = (evaluate.BENCH_DATA / "phrases.jsonl").read_text(encoding="utf-8").splitlines()
    texts = [json.loads(line)["text"] for line in lines][::2]
    write_reference("key_phrases", 0.01, [({"text": text, "limit": 5}, phrases.answer({"text": text, "limit": 5})) for text in texts])
    write_reference("summary", 0, [({"text": text, "sentences": 2}, summary.answer({"text": text, "sentences": 2})) for text in texts])


def report(language):
    """Print the figures that the card quotes."""
    def answer(text):
        candidates = language.answer({"text": text})
        return candidates["language"], candidates["candidates"][0][0] if candidates["candidates"] else ""

    thirty = set(evaluate.THIRTY)
    tested = evaluate.sentences()
    notes = evaluate.notes()
    sets = {
        "Tatoeba, 30 languages": [pair for pair in tested if pair[0] in thirty],
        f"Tatoeba, all {len({code for code, _ in tested})} languages": tested,
        "Tatoeba, 30 languages, 3 to 12 words": evaluate.short([pair for pair in tested if pair[0] in thirty]),
        "notes in 30 languages": [pair for pair in notes if pair[0]],
        "ChatterBot, 18 languages, 3 to 12 words": evaluate.short(evaluate.dialogues()),
        "no language": [pair for pair in notes if not pair[0]],
    }
    for name, pairs in sets.items():
        found = evaluate.measure(pairs, answer)
        print(f"{name}: {found.count} texts; first guess right {100 * found.guessed:.1f} %; answered {100 * found.answered:.1f} %, "
              f"of these right {100 * found.right:.1f} %")
    for code, (count, right, wrong) in evaluate.by_language(tested, answer).items():
        print(f"  {code} {count}: {100 * right:.0f} %", *(f"{other or '?'} {times}" for other, times in wrong))


if __name__ == "__main__":
    sys.exit(main())
