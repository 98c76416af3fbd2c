"""Key phrases and summaries beside what is simplest and what is strongest, on notes that were marked by hand.

Offers ``run(quick=False)`` -> rows (see ``bench.rows``); also ``python -m bench.phrases``.

``bench/data/phrases.jsonl`` holds the notes with the phrases and sentences that one person would keep of them. A phrase
is found when it shares at least half of its words with one that was asked for, both ways. Of each note as many sentences
are asked for as were marked. Only the half that nothing was tuned on is measured.
"""

import json
import sys
from collections import Counter
from pathlib import Path

from app.engine.key_phrases import KeyPhrases, content_words
from app.engine.language import Detector, Language
from app.engine.segment import Segmenter
from app.engine.sentences import sentences
from app.engine.stop_words import StopWords
from app.engine.summary import Summary
from bench.language import fastest_ms
from bench.rows import percentile, row

ROOT = Path(__file__).resolve().parent.parent
MARKED = ROOT / "bench" / "data" / "phrases.jsonl"

# Phrases that are asked for.
ASKED = 5


def run(quick=False):
    """Return the rows of this part; ``quick`` changes nothing, it takes a second."""
    models = ROOT / "models"
    segmenter = Segmenter.load((models / "segment.npz").read_bytes())
    stop_words = StopWords.load((models / "stop_words.npz").read_bytes())
    tools = segmenter, stop_words, Language(Detector.load((models / "language.npz").read_bytes()))
    phrases, summary = KeyPhrases(*tools), Summary(*tools)
    notes = [json.loads(line) for line in MARKED.read_text(encoding="utf-8").splitlines()]
    notes = [note for note in notes if note["split"] == "test"]

    def ours(note):
        return [found["phrase"] for found in phrases.answer({"text": note["text"], "limit": ASKED})["phrases"]]

    def frequent(note):
        return [key for key, _ in _counts(note, segmenter, stop_words).most_common(ASKED)]

    def shortened(note, count):
        return [(found["start"], found["end"]) for found in summary.answer({"text": note["text"], "sentences": count})["sentences"]]

    def first(note, count):
        return sentences(note["text"])[:count]

    def frequent_sentences(note, count):
        counts = _counts(note, segmenter, stop_words)
        words, spans = content_words(note["text"], segmenter, stop_words.of(note["lang"]), note["lang"])
        worth = Counter()
        for word in words:
            worth[word.sentence] += counts[word.key]
        return [spans[i] for i, _ in worth.most_common(count)]

    size = f"{len(notes)} notes in {len({note['lang'] for note in notes})} languages, marked by one person"
    rows = [row("key phrases, F1 of five", _f1(notes, ours, segmenter), "%", peer="most frequent words",
                peer_value=_f1(notes, frequent, segmenter), note=size)]
    spaced = [note for note in notes if note["lang"] not in ("ja", "zh")]
    try:
        import yake
    except ImportError:
        rows.append(row("key phrases, F1 of five, languages with spaces", _f1(spaced, ours, segmenter), "%",
                        note="the package yake is not installed"))
    else:
        def theirs(note):
            return [phrase for phrase, _ in yake.KeywordExtractor(lan=note["lang"], n=3, top=ASKED).extract_keywords(note["text"])]

        rows.append(row("key phrases, F1 of five, languages with spaces", _f1(spaced, ours, segmenter), "%", peer="YAKE",
                        peer_value=_f1(spaced, theirs, segmenter), note=f"{len(spaced)} notes"))
    kept = _kept(notes, shortened)
    marked = sum(len(note["sentences"]) for note in notes)
    chance = sum(len(note["sentences"]) ** 2 / len(sentences(note["text"])) for note in notes) / marked
    rows += [row("summary, marked sentences kept", kept, "%", peer="the first sentences", peer_value=_kept(notes, first), note=size),
             row("summary, marked sentences kept", kept, "%", peer="sentences of frequent words",
                 peer_value=_kept(notes, frequent_sentences), note=f"by chance {100 * chance:.0f} %")]
    for name, ask in (("key phrases", ours), ("summary", lambda note: shortened(note, 2))):
        times = [fastest_ms(lambda: ask(note)) for note in notes]
        rows.append(row(f"{name} of a note, CPython, p95", round(percentile(times, 95), 1), "ms"))
    return rows


def _counts(note, segmenter, stop_words):
    words, _ = content_words(note["text"], segmenter, stop_words.of(note["lang"]), note["lang"])
    return Counter(word.key for word in words if not word.stop)


def _f1(notes, get, segmenter):
    """Return the harmonic mean of precision and recall, in percent, over all phrases of all notes."""
    given = asked = right = found = 0
    for note in notes:
        phrases = get(note)
        given, asked = given + len(phrases), asked + len(note["phrases"])
        right += sum(any(_alike(phrase, wanted, segmenter) for wanted in note["phrases"]) for phrase in phrases)
        found += sum(any(_alike(phrase, wanted, segmenter) for phrase in phrases) for wanted in note["phrases"])
    precision, recall = right / max(1, given), found / asked
    return round(200 * precision * recall / max(1e-9, precision + recall), 1)


def _alike(one, other, segmenter):
    one, other = ({text[start:end].lower().removesuffix("'s") for start, end in segmenter.words(text)} for text in (one, other))
    return 2 * len(one & other) >= max(len(one), len(other))


def _kept(notes, get):
    """Return the share, in percent, of the marked sentences that overlap with a chosen one."""
    kept = total = 0
    for note in notes:
        marked = [(note["text"].index(sentence), note["text"].index(sentence) + len(sentence)) for sentence in note["sentences"]]
        chosen = get(note, len(marked))
        total += len(marked)
        kept += sum(any(start < b and a < end for a, b in chosen) for start, end in marked)
    return round(100 * kept / total, 1)


if __name__ == "__main__":
    for found in run(quick="--quick" in sys.argv):
        print(f"{found['name']}: {found['value']} {found['unit']}" + (f"; {found['peer']}: {found['peer_value']}" if found["peer"] else "")
              + (f" ({found['note']})" if found["note"] else ""))
