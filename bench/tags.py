"""Suggested tags beside words alone, the most frequent tag and a plain regression on words: how often the first one is right.

Offers ``run(quick=False)`` -> rows (see ``bench.rows``); also ``python -m bench.tags``.

Four notebooks, learned from in one half and asked about the other; whoever wrote a test note wrote none of what was learned:

- dialogues: bench/data/tags.en.jsonl.xz, casual text by hundreds of people who were asked to write about a topic; the topic is the tag, and
  what it is part of a second one. Twenty notes a tag, but for three rare ones with six; of the same topics as many more notes that
  nobody tagged, and 400 about everyday life. The test notes are a third about everyday life.
- beginning: of the same text three tags only, of twenty notes each, as in a notebook that has just got so far; its other notes are without a tag, half
  of them about everyday life, half about all topics, the three among them. So are the 200 without a tag that it is tested with, but for the three.
- comments: GoEmotions, with emotions as tags: hard, because a comment says little. Asked about its development part, for thresholds were
  chosen with its test part in view.
- sample: static/sample/notebook.json in five parts, as its writer tagged it, in nine languages; four tags have twenty notes.

The method and its thresholds were chosen on the half «dev» of the dialogues; what is asked here are the test half (``bench.draw_tags``) and everyday
notes that were drawn after that, and looked at once.

Right is a suggestion that is one of the note's tags; every suggestion for a note without any is wrong. The regression (TF-IDF of words, one
model a tag) is asked with the threshold 0.5, and again with the one that serves it best on the test notes, which nobody could know.
"""

import asyncio
import json
import lzma
import os
import random
import sys
import time
from collections import Counter
from pathlib import Path

import numpy as np

from app.engine.lesson import slices, widths
from app.engine.memory import Memory
from app.engine.model_files import ModelFiles
from app.engine.tags import Learned
from app.engine.tags_from_words import TagsFromWords
from app.everywhere.limits import TAUGHT_FROM_NOTES
from app.everywhere.note import new_note
from app.learner.lesson import Lesson
from app.learner.tags import learn_tags
from bench.rows import percentile, row

ROOT = Path(__file__).resolve().parent.parent
DATA = Path(os.environ.get("DATA", ROOT.parent / "shared" / "data"))
WORDS, FREQUENT, REGRESSION = "tags_from_words alone", "the most frequent tag", "TF-IDF and logistic regression"
RARE, RARE_NOTES = ("ice hockey", "lady gaga", "horror"), 6
EVERYDAY, EVERYDAY_TEST = 400, 200
FEW, FEW_LEARNED, FEW_ASKED = {"beatles", "disney", "fashion"}, 200, 100
COMMENTS, COMMENTS_TEST = 300, 1500
PARTS = 5
# GoEmotions' labels, by their numbers; 27 is none.
EMOTIONS = """admiration amusement anger annoyance approval caring confusion curiosity desire disappointment disapproval disgust embarrassment
    excitement fear gratitude grief joy love nervousness optimism pride realization relief remorse sadness surprise""".split()
PRECISE = 0.8


def run(quick=False):
    models = ModelFiles(_read)
    words = asyncio.run(TagsFromWords.load(models))
    rows = []
    for name, pairs in (("dialogues", _dialogues(quick)), ("beginning", _beginning(quick)), ("comments", _comments(quick)), ("sample", _sample(quick))):
        pairs = list(pairs)
        if not pairs:
            rows.append(row(f"tags, {name}: precision@1 when it speaks", None, "share", note=f"its text is not in {DATA} (set DATA)"))
            continue
        rows += _rows(name, [_asked(models, words, *pair) for pair in pairs])
    return rows


async def _read(path):
    return (ROOT / path).read_bytes()


# -- notebooks: (notes learned from, notes asked about), each [(text, tags)] ------------------


def _dialogues(quick):
    everyday = _everyday()
    if everyday is None:
        return
    with lzma.open(ROOT / "bench/data/tags.en.jsonl.xz", "rt", encoding="utf-8") as file:
        said = [json.loads(line) for line in file]
    for seed in range(1 if quick else 3):
        lot = random.Random(seed)
        learned, counts = [], Counter()
        for one in lot.sample([one for one in said if one["half"] == "train"], k=sum(one["half"] == "train" for one in said)):
            topic = " ".join(one["tags"]) if one["tags"] == ["movies", "music"] else one["tags"][0]
            counts[topic] += 1
            learned.append((one["text"], one["tags"] if counts[topic] <= (RARE_NOTES if topic in RARE else TAUGHT_FROM_NOTES) else []))
        learned += [(text, []) for text in everyday[:EVERYDAY]]
        lot.shuffle(learned)
        yield learned, [(one["text"], one["tags"]) for one in said if one["half"] == "test"] + [(text, []) for text in _everyday(2)[:EVERYDAY_TEST]]


def _beginning(quick):
    for number, (learned, asked) in enumerate(_dialogues(quick)):
        lot, everyday = random.Random(number), _everyday()
        about = [(text, sorted(FEW & set(tags))) for text, tags in learned if FEW & set(tags)]
        about += lot.sample([(text, []) for text, tags in learned if not tags and text not in everyday], FEW_LEARNED)
        about += [(text, []) for text in everyday[:FEW_LEARNED]]
        lot.shuffle(about)
        others = lot.sample([(text, []) for text, tags in asked if tags and not FEW & set(tags)], FEW_ASKED)
        others += [(text, []) for text in _everyday(2)[:FEW_ASKED]]
        yield about, [(text, sorted(FEW & set(tags))) for text, tags in asked if FEW & set(tags)] + others


def _everyday(seed=1):
    """Return notes about everyday life; those of seed 1 were looked at while thresholds were chosen."""
    path = DATA / "persona-chat.en.txt.xz"
    if not path.exists():
        return None
    with lzma.open(path, "rt", encoding="utf-8") as file:
        lines = [line.strip() for line in file if 20 < len(line) < 200]
    lot = random.Random(seed)
    return [" ".join(line if line[-1] in ".!?" else line + "." for line in lot.sample(lines, 4)) for _ in range(EVERYDAY)]


def _comments(quick):
    if not (DATA / "goemotions-train.tsv.xz").exists():
        return
    lot, counts, learned, plain = random.Random(0), Counter(), [], 0
    for text, labels in lot.sample(_labelled("train"), k=20_000):
        if labels and any(counts[label] < TAUGHT_FROM_NOTES for label in labels):
            counts.update(labels)
            learned.append((text, labels))
        elif not labels and plain < COMMENTS:
            plain += 1
            learned.append((text, []))
    yield learned, lot.sample(_labelled("dev"), k=COMMENTS_TEST // (5 if quick else 1))


def _labelled(part):
    with lzma.open(DATA / f"goemotions-{part}.tsv.xz", "rt", encoding="utf-8") as file:
        rows = [line.rstrip("\n").split("\t") for line in file]
    return [(text, [EMOTIONS[int(label)] for label in labels.split(",") if int(label) < len(EMOTIONS)]) for text, labels, _ in rows]


def _sample(quick):
    notes = json.loads((ROOT / "static/sample/notebook.json").read_text(encoding="utf-8"))
    random.Random(3).shuffle(notes)
    pairs = [(note["title"] + "\n" + note["text"], note["tags"]) for note in notes]
    for part in range(1 if quick else PARTS):
        yield [pair for at, pair in enumerate(pairs) if at % PARTS != part], pairs[part::PARTS]


# -- asking ---------------------------------------------------------------------------------


def _asked(models, words, learned, asked):
    """Return what one notebook gave: {name of who was asked: [(first suggestion or None, tags of the note)]}, and times."""
    async def remembered():
        memory = await Memory.load(models)
        notes = [_note(number, text, tags) for number, (text, tags) in enumerate(learned)]
        for first in range(0, len(notes), 100):
            await memory.index({"notes": notes[first:first + 100]})
        lesson = Lesson()
        told = 0
        for part in slices(memory.notebook):
            lesson.take(part)
            told += len(part["spaces"])
        lesson.end({"notes": told, "model": memory.model, "widths": json.dumps(widths(memory.notebook))})
        return memory, await lesson.whole()

    memory, lesson = asyncio.run(remembered())
    began = time.perf_counter()
    answer, arrays = learn_tags({}, lesson)
    seconds = time.perf_counter() - began
    model = Learned(arrays | {"told": "{}"})
    tags, counts = [one["tag"] for one in answer["tags"]], {one["tag"]: one["notes"] for one in answer["tags"]}
    ours, times = [], []
    for text, own in asked:
        began = time.perf_counter()
        margins = model.margins(asyncio.run(memory.analysed([_note(99_999, text, [])]))[0])
        times.append(1000 * (time.perf_counter() - began))
        ours.append((tags[int(margins.argmax())] if margins.max() >= 0 else None, own))
    near = [words.answer({"text": text, "tags": tags})["tags"] for text, _ in asked]
    most = Counter(tag for _, own in learned for tag in own).most_common(1)[0][0]
    return {"ours": ours, WORDS: [(found[0]["tag"] if found else None, own) for found, (_, own) in zip(near, asked)],
            FREQUENT: [(most, own) for _, own in asked], REGRESSION: _regression(learned, asked, tags), "seconds": seconds, "ms": times,
            "spoke": sum(one["speaks"] for one in answer["tags"]), "tags": len(tags),
            "twenty": [(tag, own) for tag, own in ours if tag and counts[tag] == TAUGHT_FROM_NOTES]}


def _note(number, text, tags):
    return new_note(f"{number:026}", "2025-01-01T00:00:00.000Z", "", text) | {"tags": list(tags), "revision": 1}


def _regression(learned, asked, tags):
    """Return [(the likeliest tag, the note's tags, its probability)]."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression

    counted = TfidfVectorizer(sublinear_tf=True, min_df=2)
    x, z = counted.fit_transform([text for text, _ in learned]), counted.transform([text for text, _ in asked])
    found = np.stack([LogisticRegression(C=10, solver="liblinear").fit(x, [tag in own for _, own in learned]).predict_proba(z)[:, 1] for tag in tags], 1)
    return [(tags[int(one.argmax())], own, float(one.max())) for one, (_, own) in zip(found, asked)]


def _rows(name, found):
    joined = {who: [answer for one in found for answer in one[who]] for who in ("ours", WORDS, FREQUENT, REGRESSION)}
    sure = [(tag if p >= 0.5 else None, own) for tag, own, p in joined[REGRESSION]]
    ours, spoke = _precision(joined["ours"]), _coverage(joined["ours"])
    count = len(joined["ours"])
    rows = []
    for who, answers in ((WORDS, joined[WORDS]), (FREQUENT, joined[FREQUENT]), (REGRESSION, sure)):
        rows.append(row(f"tags, {name}: precision@1 when it speaks", ours, "share", peer=who, peer_value=_precision(answers), goal=f"at least {PRECISE}",
                        note=f"{count} notes of writers not learned from; spoke of {spoke:.0%} of those with a learned tag, the peer of {_coverage(answers):.0%}; "
                             f"{_mute(joined['ours'])} of {sum(not own for _, own in joined['ours'])} without a tag got one"))
    best = _at_best(joined[REGRESSION])
    right = sum(tag in own for tag, own in joined["ours"] if tag) / max(1, sum(bool(own) for _, own in joined["ours"]))
    rows.append(row(f"tags, {name}: notes with a tag whose first suggestion is right", round(right, 3), "share", peer=f"{REGRESSION}, threshold by hindsight",
                    peer_value=best, note=f"the peer where it is right as often as {PRECISE}; {sum(one['spoke'] for one in found)} of {sum(one['tags'] for one in found)} tags speak"))
    twenty = [pair for one in found for pair in one["twenty"]]
    if name in ("dialogues", "beginning"):
        rows.append(row(f"tags, {name}: precision of first suggestions with twenty notes", _precision(twenty), "share", goal=f"at least {PRECISE}",
                        note=f"{len(twenty)} suggestions of tags that stand on exactly twenty notes"))
    if name == "dialogues":
        rows.append(row("tags, learning them from 1,400 notes", round(min(one["seconds"] for one in found), 1), "s", note="CPython; in the browser's learner several times that"))
        rows.append(row("tags, p95 of a note", round(percentile([ms for one in found for ms in one["ms"]], 95), 1), "ms", note="CPython, with its vectors"))
    return rows


def _precision(answers):
    spoken = [tag in own for tag, own in answers if tag]
    return round(sum(spoken) / len(spoken), 3) if spoken else None


def _coverage(answers):
    tagged = [tag is not None for tag, own in answers if own]
    return sum(tagged) / max(1, len(tagged))


def _mute(answers):
    return sum(tag is not None for tag, own in answers if not own)


def _at_best(answers):
    """Return the share of tagged notes with a right suggestion, where the threshold is as low as PRECISE allows."""
    right, best, tagged = 0, 0.0, sum(bool(own) for _, own, _ in answers)
    for spoken, (tag, own, _) in enumerate(sorted(answers, key=lambda answer: -answer[2]), 1):
        right += tag in own
        if right / spoken >= PRECISE:
            best = right / max(1, tagged)
    return round(best, 3)


if __name__ == "__main__":
    from bench.table import print_table
    print_table(run(quick="--quick" in sys.argv))
