"""Step 5: measures keystrokes saved, counted as for English, in any alphabet.

Offers ``keystrokes(texts, completer, …)`` -> ``Tally``, ``next_words(texts, completer)``, ``ByPrefix``, the simple baseline,
and ``diary(language)``, the entries that nothing is tuned on.

``models.training.completion.evaluate`` says how presage's simulator counts, which this follows: a piece takes its letters
and one key for what follows it, be that a space, a mark or the apostrophe of "l'".
"""

import heapq
import json
import re
from bisect import bisect_left
from pathlib import Path

from app.engine import words
from models.training.completion.evaluate import Tally

BENCH_DATA = Path(__file__).resolve().parents[3] / "bench" / "data"

_PIECE = re.compile(r"[^\W_]+(?:['\u2019][^\W_]+)*['\u2019]?")


def diary(language):
    """Return the texts of the diary entries composed for the project."""
    lines = (BENCH_DATA / f"diary.{language}.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line)["text"] for line in lines]


def pieces(text):
    """Return ``[(start, word, keys)]`` of the words of ``text``; "l'école" is two, "l'" takes two keys."""
    found = []
    for match in _PIECE.finditer(text):
        start, piece = match.start(), match.group()
        for kind, head in words.caret(piece).context:
            if kind == "word" and words.gap(head) == "":
                found.append((start, head, len(head)))
                start, piece = start + len(head), piece[len(head):]
        piece = piece.rstrip("'\u2019")
        if piece:
            found.append((start, piece, len(piece) + 1))
    return found


def keystrokes(texts, completer, count=3, repeat=True, learn=False):
    """Return the ``Tally`` of typing each of ``texts`` with ``count`` suggestions; the parameters are those of the English one."""
    tally = Tally()
    for number, text in enumerate(texts):
        for start, word, keys in pieces(text):
            tally.plain += keys
            tally.used += _cost(completer, text[:start], word, keys, count, repeat)
        if learn:
            completer.own.learn(f"{number}", text)
    return tally


def _cost(completer, before, word, keys, count, repeat):
    offered, sought = set(), word.lower().replace("\u2019", "'")
    for typed in range(len(word)):
        prefix = word[:typed]
        offers = completer.complete(before + prefix, "", count if repeat else count + len(offered))["words"]
        # With letters typed, an insertion that starts with a space is the word after this one.
        found = [(prefix + offer.lstrip()).lower().replace("\u2019", "'") for offer in offers
                 if not (prefix and offer.startswith(" "))]
        if not repeat:
            found = [word for word in found if word not in offered][:count]
            offered.update(found)
        if sought in found:
            return typed + 1
    return keys


def next_words(texts, completer):
    """Return (top-1, top-3) in percent: how often the next word is suggested before a letter of it."""
    first = three = total = 0
    for text in texts:
        for start, word, _ in pieces(text):
            found = [offer.strip().lower() for offer in completer.complete(text[:start])["words"]]
            first += found[:1] == [word.lower()]
            three += word.lower() in found
            total += 1
    return 100 * first / total, 100 * three / total


class ByPrefix:
    """The baseline: offers the most used words that start with what is typed, whatever stands before."""

    def __init__(self, uses):
        self._words, self._uses = sorted(uses), uses
        self._found = {}

    def complete(self, before, after="", count=3):
        prefix = words.caret(before).prefix.lower()
        if prefix not in self._found:
            low, high = bisect_left(self._words, prefix), bisect_left(self._words, prefix + "\U0010ffff")
            likely = heapq.nlargest(40, self._words[low:high], key=self._uses.get)
            self._found[prefix] = [word[len(prefix):] for word in likely if word != prefix]
        return {"text": "", "words": self._found[prefix][:count]}
