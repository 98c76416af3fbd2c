"""Step 12: measures what completion saves, counted as presage's simulator counts.

Offers

- ``keystrokes(sentences, completer, ...)`` -> ``Tally``: keystrokes with and without suggestions.
- ``next_words(sentences, completer)``: how often the next word is first, or among three.
- ``calibration(sentences, completer)``: how often what is believed comes true.
- ``shown(sentences, completer)``: what the ghost text costs and brings.
- ``goemotions(data)`` and ``diary(folder)``: text of sources that nothing was learned from.
- ``held_out(documents, each)`` and ``by_writers(documents)``: the texts, which
  ``write_bench_data`` and ``read_bench_data`` keep in ``bench/data``.

How ``presage_simulator -i -s`` counts, found by giving it small inputs: text is cut at
blanks and marks, and each piece takes its letters and one key for what follows it. A
piece that is in the list before any letter is typed costs 1 key, after k letters k + 1
(choosing it types the space as well), and one that never is costs its length + 1. A file
ends with an empty piece that costs 1 key with and without suggestions, and 1 key is added
at its start. Case does not matter (-i). An apostrophe cuts for presage but not for us,
which leaves the total the same: «don't» is 4 + 2 keys there and 6 here.
"""

import json
import lzma
import random
import re
from collections import Counter, defaultdict
from pathlib import Path

from app.engine import words
from app.engine.own_words import OwnWords
from models.training.completion import split

# Sources whose licence lets their sentences be committed for the bench.
OPEN_SOURCES = ("chitchat", "persona-chat", "self-dialogue", "tatoeba")
_PIECE = re.compile(r"[A-Za-z0-9]+(?:'[A-Za-z0-9]+)*")
_PRESAGE_PIECE = re.compile(r"[A-Za-z0-9]+")


def held_out(documents, each, seed=1):
    """Return ``[(source, sentence)]``: ``each`` diary-like sentences of every open source, shuffled."""
    found = defaultdict(set)
    for document in documents:
        if document.source in OPEN_SOURCES:
            for _, line in document.lines:
                found[document.source].update(s for s in split.sentences(line) if split.is_diary_like(s))
    chance = random.Random(seed)
    chosen = [(source, sentence) for source in OPEN_SOURCES
              for sentence in chance.sample(sorted(found[source]), min(each, len(found[source])))]
    chance.shuffle(chosen)
    return chosen


class Tally:
    """Keystrokes needed without suggestions (``plain``) and with them (``used``)."""

    def __init__(self):
        self.plain, self.used = 1, 2  # the end of a file, and the simulator's key at its start

    @property
    def saved(self):
        """Keystrokes saved, in percent."""
        return 100 * (1 - self.used / self.plain)


def plain_keystrokes(text):
    """Return what presage's simulator counts for a text without suggestions, less its end."""
    return sum(len(piece) + 1 for piece in _PRESAGE_PIECE.findall(text))


def keystrokes(sentences, completer, count=3, repeat=True, learn=False):
    """Return the ``Tally`` of typing ``sentences`` (list of str) with ``count`` suggestions.

    ``repeat=False`` leaves out what was already offered for the same word, as presage does.
    ``learn`` lets the completer's own words learn each sentence once it is written, and
    shows it the sentences before as the text above.
    """
    tally = Tally()
    above = ""
    for number, sentence in enumerate(sentences):
        for piece in _PIECE.finditer(sentence):
            word, begins = piece.group(), piece.start()
            tally.plain += len(word) + 1
            tally.used += _cost(completer, above + sentence[:begins], word, count, repeat)
        if learn:
            completer.own.learn(f"{number}", sentence)
            above = (above + sentence + "\n")[-words.CARET_WINDOW:]
    return tally


def _cost(completer, before, word, count, repeat):
    offered = set()
    for typed in range(len(word)):
        prefix = word[:typed]
        asked = count if repeat else count + len(offered)
        offers = completer.complete(before + prefix, "", asked)["words"]
        # With letters typed, an insertion that starts with a space is the word after this one.
        found = [(prefix + offer.lstrip()).lower() for offer in offers if not (prefix and offer.startswith(" "))]
        if not repeat:
            found = [w for w in found if w not in offered][:count]
            offered.update(found)
        if word.lower() in found:
            return typed + 1
    return len(word) + 1


def next_words(sentences, completer):
    """Return (top-1, top-3) in percent: how often the next word is suggested before a letter of it."""
    first = three = total = 0
    for sentence in sentences:
        for piece in _PIECE.finditer(sentence):
            found = [w.strip().lower() for w in completer.complete(sentence[:piece.start()])["words"]]
            first += found[:1] == [piece.group().lower()]
            three += piece.group().lower() in found
            total += 1
    return 100 * first / total, 100 * three / total


def calibration(sentences, completer, edges=(0, .05, .1, .2, .3, .4, .5, .6, .7, .8, .9, 1.01)):
    """Return rows ``(from, to, times, mean belief, share that came true)`` of the first suggestion.

    Asked before every letter of every word; beliefs are those that decide what is shown.
    """
    bins = [[0, 0.0, 0] for _ in edges[1:]]
    for sentence in sentences:
        for piece in _PIECE.finditer(sentence):
            word = piece.group()
            for typed in range(len(word)):
                caret = words.caret(sentence[:piece.start()] + word[:typed])
                if not caret.welcome:
                    continue
                ranked = completer.rank(caret.context, caret.recent, caret.prefix, 1)
                if not ranked.words:
                    continue
                guess, p = ranked.words[0]
                place = next(i for i, edge in enumerate(edges[1:]) if p < edge)
                bins[place][0] += 1
                bins[place][1] += p
                bins[place][2] += guess == word.lower()
    return [(low, high, n, belief / n, hits / n)
            for (low, high, (n, belief, hits)) in zip(edges, edges[1:], bins) if n]


def shown(sentences, completer):
    """Return what ghost text brings to a writer who types on until it is right, then presses Tab.

    A dict: ``keys`` typed without it, ``saved`` of them in percent, ``shown`` how often a
    suggestion stands there per hundred keys typed, ``right`` the share of those that is
    right, ``several`` the share of accepted ones that hold more than one word.
    """
    keys = used = displays = right = several = 0
    for sentence in sentences:
        place = 0
        while place < len(sentence):
            text = completer.complete(sentence[:place], "")["text"]
            if text:
                displays += 1
                fits = sentence[place:place + len(text)].lower() == text.lower() \
                    and not sentence[place + len(text):place + len(text) + 1].isalpha()
                if fits:
                    right += 1
                    several += " " in text.strip()
                    if len(text) > 1:
                        place += len(text)
                        used += 1
                        continue
            place += 1
            used += 1
        keys += len(sentence)
    return {"keys": keys, "saved": 100 * (1 - used / keys), "shown": 100 * displays / used,
            "right": 100 * right / max(displays, 1), "several": 100 * several / max(right, 1)}


def goemotions(data, count=300, seed=1):
    """Return ``count`` diary-like sentences of the comments in GoEmotions (Apache-2.0), or [] where ``data`` lacks it.

    The whole corpus is left out of training; comments that hold a masked name are not used.
    """
    found = set()
    for part in ("dev", "test"):
        path = Path(data) / f"goemotions-{part}.tsv.xz"
        if not path.exists():
            return []
        for line in lzma.decompress(path.read_bytes()).decode().splitlines():
            text = line.split("\t")[0].replace("\u2019", "'")
            found.update(s for s in split.sentences(text) if split.is_diary_like(s))
    return random.Random(seed).sample(sorted(found), min(count, len(found)))


def diary(folder, learned=50):
    """Return ``(others, before, after)``, texts of the diary entries written for the project by hand.

    ``before`` and ``after``: of the writer with most entries the first ``learned`` ones and the
    rest; ``others``: all entries of the other writers. Nothing was ever tuned on them.
    """
    rows = [json.loads(line) for line in (folder / "diary.en.jsonl").read_text(encoding="utf-8").splitlines()]
    most = Counter(row["writer"] for row in rows).most_common(1)[0][0]
    kept = [row["text"] for row in rows if row["writer"] == most]
    return [row["text"] for row in rows if row["writer"] != most], kept[:learned], kept[learned:]


def by_writers(documents, tested=60, learned=1300):
    """Return ``[(writer, own, test)]`` of the held-out writers, each in the order written.

    ``test``: their last ``tested`` diary-like sentences; ``own``: the ``learned`` sentences
    of any kind that they wrote before those.
    """
    apart = set(split.held_out_writers(documents))
    wrote = defaultdict(list)
    for document in documents:
        for who, line in document.lines:
            if who in apart:
                wrote[who] += split.sentences(line)
    found = []
    for who, lines in sorted(wrote.items()):
        fit = [i for i, line in enumerate(lines) if split.is_diary_like(line)][-tested:]
        own = [line for line in lines[:fit[0]] if line not in {lines[i] for i in fit}]
        found.append((who, own[-learned:], [lines[i] for i in fit]))
    return found


def write_bench_data(folder, tested, writers):
    """Write the held-out sentences and the held-out writers' sentences where the bench reads them."""
    (folder / "held-out.en.tsv").write_text("".join(f"{source}\t{s}\n" for source, s in tested), encoding="utf-8")
    rows = [f"{number}\t{kind}\t{sentence}\n" for number, (_, own, test) in enumerate(writers)
            for kind, sentences in (("own", own), ("test", test)) for sentence in sentences]
    (folder / "writers.en.tsv.xz").write_bytes(lzma.compress("".join(rows).encode()))


def read_bench_data(folder):
    """Return ``(tested, writers)`` as they were given to ``write_bench_data``."""
    lines = (folder / "held-out.en.tsv").read_text(encoding="utf-8").splitlines()
    writers = {}
    for row in lzma.decompress((folder / "writers.en.tsv.xz").read_bytes()).decode().splitlines():
        number, kind, sentence = row.split("\t")
        writers.setdefault(number, {"own": [], "test": []})[kind].append(sentence)
    return ([tuple(line.split("\t")) for line in lines],
            [(number, kinds["own"], kinds["test"]) for number, kinds in writers.items()])


def with_own_words(make, writers, amounts=(0, 200, 1300)):
    """``make(own)`` gives a completer. Return ``{amount: (top-1, top-3, keystrokes saved with three)}`` over all writers, in percent."""
    found = {}
    for amount in amounts:
        tops, plain, used = [], 0, 0
        for _, own, test in writers:
            learned = OwnWords()
            for number, sentence in enumerate(own[-amount:] if amount else []):
                learned.learn(str(number), sentence)
            completer = make(learned)
            tops.append(next_words(test, completer))
            tally = keystrokes(test, completer)
            plain, used = plain + tally.plain, used + tally.used
        found[amount] = (sum(t[0] for t in tops) / len(tops), sum(t[1] for t in tops) / len(tops),
                         100 * (1 - used / plain))
    return found
