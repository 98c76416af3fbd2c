"""Spelling beside symspellpy: what was meant, what is found in text, false alarms, time and size.

Offers ``run(quick=False)`` -> rows (see ``bench.rows``); also ``python -m bench.spelling``.

The peer is symspellpy (W. Garbe's SymSpell) with its dictionary of 82,765 words, asked as its
documentation does: the most frequent of the nearest words, at most two slips away; it speaks of
every word that is not in its dictionary. Real misspellings are the half of codespell's dictionary
that nothing was chosen by (one slip, both know the word that was meant); slips in text are drawn
at random into sentences that no model has read.
"""

import asyncio
import importlib.util
import logging
import random
import re
import sys
import time
from pathlib import Path

from app.engine.kneser_ney import KneserNey
from app.engine.model_files import ModelFiles
from app.engine.spelling import Spelling, codes
from bench.rows import percentile, row
from models.training.mood.evaluate import diary
from models.training.spelling import evaluate

ROOT = Path(__file__).resolve().parent.parent
PEER = "symspellpy 6.10.1"

MISSPELLINGS = 1500
QUICK = 60

_WORD = re.compile(r"[A-Za-z]+(?:'[A-Za-z]+)*")


class SymSpellPeer:
    """symspellpy, asked as its documentation asks it; ``load_ms`` is what its start takes."""

    def __init__(self):
        logging.getLogger("symspellpy").setLevel(logging.ERROR)
        from symspellpy import SymSpell, Verbosity

        folder = Path(importlib.util.find_spec("symspellpy").submodule_search_locations[0])
        self.path, self._top = folder / "frequency_dictionary_en_82_765.txt", Verbosity.CLOSEST
        began = time.perf_counter()
        self._speller = SymSpell(max_dictionary_edit_distance=2, prefix_length=7)
        self._speller.load_dictionary(str(self.path), 0, 1, encoding="utf-8-sig")
        self.load_ms = 1000 * (time.perf_counter() - began)

    def knows(self, word):
        return word in self._speller.words

    def suggest(self, word):
        return [found.term for found in self._speller.lookup(word, self._top, max_edit_distance=2)]

    def answer(self, text):
        """Remarks on every word that the dictionary does not hold, as ``Spelling.answer`` gives them."""
        remarks = []
        for match in _WORD.finditer(text):
            lower = match.group().lower()
            if not self.knows(lower) and not self.knows(lower.split("'")[0]):
                suggestions = self.suggest(lower)
                if suggestions:
                    remarks.append({"start": match.start(), "end": match.end(), "word": match.group(), "suggestions": suggestions})
        return remarks


def run(quick=False):
    """Return the rows of this part. Without symspellpy its values are None and the note says so."""
    async def read(path):
        return (ROOT / path).read_bytes()

    began = time.perf_counter()
    spelling = asyncio.run(Spelling.load(ModelFiles(read)))
    load_ms = 1000 * (time.perf_counter() - began)
    began = time.perf_counter()
    KneserNey.load((ROOT / "models" / "completion.en.npz").read_bytes())
    load_ms -= 1000 * (time.perf_counter() - began)
    peer = SymSpellPeer() if importlib.util.find_spec("symspellpy") else None
    rows = _misspellings(spelling, peer, quick) + _in_text(spelling, peer, quick) + _diary(spelling, peer)

    size = (ROOT / "models" / "spelling.en.npz").stat().st_size
    rows.append(row("spelling, file", round(size / 1000), "kB", peer=PEER, peer_value=peer and round(peer.path.stat().st_size / 1000),
                    goal="at most 250 kB", note="the words themselves are the completion model's; the peer's list is text"))
    rows.append(row("spelling, load", round(load_ms), "ms", peer=PEER, peer_value=peer and round(peer.load_ms),
                    note="CPython, without reading the completion model, which is there already"))
    return rows


def _misspellings(spelling, peer, quick):
    _, test = evaluate.halves(evaluate.codespell())
    fit = [(typed, meant) for typed, meant in test
           if meant in spelling.model.index and evaluate.distance(typed, meant) == 1 and not spelling.is_right(typed)
           and (peer is None or peer.knows(meant) and not peer.knows(typed))]
    pairs = random.Random(5).sample(fit, QUICK if quick else MISSPELLINGS)
    ours = evaluate.first(pairs, lambda typed: [word.lower() for _, word in spelling.rank(codes(typed), [], None)])
    theirs = evaluate.first(pairs, peer.suggest) if peer else (None, None)
    note = f"{len(pairs)} of codespell's misspellings with one slip, each word alone; both know what was meant and not what was typed"
    return [row(f"spelling, what was meant is {name}", round(mine, 1), "%", peer=PEER, peer_value=other and round(other, 1),
                goal=goal, note=note)
            for name, mine, other, goal in zip(("first", "among three"), ours, theirs, ("at least symspellpy's", ""))]


def _in_text(spelling, peer, quick):
    """One slip drawn into each held-out sentence."""
    lines = (ROOT / "bench" / "data" / "held-out.en.tsv").read_text(encoding="utf-8").splitlines()
    sentences = [line.split("\t")[1] for line in lines][:QUICK if quick else None]
    changed = evaluate.with_slips(sentences, lambda word: not spelling.is_right(word) and (peer is None or not peer.knows(word)))
    times = []

    def ours(text):
        began = time.perf_counter()
        found = spelling.answer({"text": text})["misspelt"]
        times.append(1000 * (time.perf_counter() - began))
        return found

    mine = evaluate.in_text(changed, ours)
    theirs = evaluate.in_text(changed, peer.answer) if peer else (None, None, None)
    note = f"{len(changed)} held-out sentences (bench/data/held-out.en.tsv), one slip drawn at random into each"
    rows = [row(f"spelling in text, {name}", round(one, 1), "%", peer=PEER, peer_value=other and round(other, 1), note=note)
            for name, one, other in zip(("slips found", "first suggestion right where found", "remarks beside the slip"), mine, theirs)]
    rows.append(row("spelling, p95 of a sentence with a slip", round(percentile(times, 95), 1), "ms", note="CPython"))
    return rows


def _diary(spelling, peer):
    texts = [entry["text"] for part in diary() for entry in part]
    rate, remarks = evaluate.false_alarms(texts, lambda text: spelling.answer({"text": text})["misspelt"])
    other = evaluate.false_alarms(texts, peer.answer)[0] if peer else None
    said = ", ".join(f"{word} → {suggestions[0]}" for word, suggestions in remarks) or "none"
    return [row("spelling, remarks on diary entries as written", round(rate, 2), "per 1,000 words", peer=PEER,
                peer_value=other and round(other, 2), note=f"{len(texts)} entries; every remark, right or wrong: {said}")]


if __name__ == "__main__":
    for found in run(quick="--quick" in sys.argv):
        print(f"{found['name']}: {found['value']} {found['unit']}"
              + (f"; {found['peer']}: {found['peer_value']}" if found["peer"] else "")
              + (f" ({found['note']})" if found["note"] else ""))
