"""Runs every step for every language, from text to ``models/completion.<language>.npz`` and its row in the manifest."""

import os
import sys
import tempfile
import time
from pathlib import Path

from app.engine.completion import Completer
from app.engine.kneser_ney import KneserNey
from app.engine.own_words import OwnWords
from models.training.completion_languages import LANGUAGES, count_words, evaluate, judge_japanese, prepare_text, train
from models.training.manifest import MODELS, write_arrays, write_reference, write_row

# Bytes that a language's file may have; training fails beyond them.
LARGEST_FILE = 500_000

# Diary entries, three places of each, that the browser's answers are compared at.
CASES = 8

# What the rows of the manifest say: the licences of the text and of the word counts.
LICENCES = {"de": "CC-BY-2.0-FR AND CC-BY-4.0 AND BSD-3-Clause AND MIT AND CC0-1.0", "fr": "CC-BY-2.0-FR AND BSD-3-Clause AND MIT",
            "es": "CC-BY-2.0-FR AND BSD-3-Clause AND MIT"}


def main():
    began = time.monotonic()

    def say(text):
        print(f"{time.monotonic() - began:5.0f} s  {text}", flush=True)

    data = os.environ.get("DATA", "../shared/data")
    for language, name in LANGUAGES.items():
        text = prepare_text.read(language, data)
        say(name + ": " + ", ".join(f"{source} {len(lines):,} sentences, {sum(len(line.split()) for line in lines):,} words"
                                    for source, lines in text.items()))
        packed = write_arrays(train.train(language, text), MODELS / f"completion.{language}.npz")
        assert len(packed) <= LARGEST_FILE, f"{language} has {len(packed):,} bytes, over {LARGEST_FILE:,}"
        write_row(f"completion.{language}", "complete", f"completion.{language}.npz", LICENCES[language] + " (the training text)",
                  on_demand=True)
        say(f"  {len(packed):,} bytes")
        shipped = KneserNey.load(packed)
        write_reference("complete", 0, answers(language, shipped), name=f"complete.{language}")
        report(language, text, shipped)
    say("Japanese, which does not ship:")
    judge_japanese.main(data)
    say("done")


def answers(language, model):
    """Return cases for ``write_reference``: what the completer offers at places of the language's diary, with the model alone."""
    completer, cases = Completer(model, OwnWords()), []
    for entry in evaluate.diary(language)[:CASES]:
        for share in (0.3, 0.6, 0.9):
            before = entry[:int(share * len(entry))]
            cases.append(({"before": before, "after": "", "language": language}, completer.complete(before)))
    return cases


def report(language, text, shipped):
    """Print the figures that the card quotes."""
    _, test = prepare_text.halve(text["tatoeba"])
    diary = evaluate.diary(language)
    baseline = evaluate.ByPrefix(count_words.counts(language))
    apart = {"without Tatoeba": ("tatoeba",), "without Tatoeba and our phrases": ("tatoeba", "phrases")}
    asked = [("all of the text", shipped, diary, "diary")]
    for what, left_out in apart.items():
        model = _model(language, {source: lines for source, lines in text.items() if source not in left_out})
        asked += [(what, model, test, "Tatoeba"), (what, model, diary, "diary")]
    for what, model, texts, where in asked:
        completer = Completer(model, OwnWords())
        one, three = (evaluate.keystrokes(texts, completer, count).saved for count in (1, 3))
        first, among = evaluate.next_words(texts, completer)
        print(f"         {where:8} {what:32} saved with one {one:.1f} %, three {three:.1f} %; "
              f"next word first {first:.1f} %, among three {among:.1f} %")
    for texts, where in ((test, "Tatoeba"), (diary, "diary")):
        print(f"         {where:8} {'baseline':32} saved with three {evaluate.keystrokes(texts, baseline).saved:.1f} %")


def _model(language, text):
    with tempfile.TemporaryDirectory() as folder:
        return KneserNey.load(write_arrays(train.train(language, text), Path(folder) / "model.npz"))


if __name__ == "__main__":
    sys.exit(main())
