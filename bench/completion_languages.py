"""Completion in German, French and Spanish, beside presage and beside the most used words.

Offers ``run(quick=False)`` -> rows (see ``bench.rows``); also ``python -m bench.completion_languages``.

The texts are the diary entries in ``bench/data``, composed for the project; nothing was tuned on them. The simple baseline
offers the most used words that start with what is typed, whatever stands before. The peer is presage's smoothed 3-gram,
trained by its own ``text2ngram`` on the text that our model was trained on and asked by its own ``presage_simulator``,
once with that text alone and once with our counts of single words added; the better of the two is the row's peer. It
reads bytes, so an accented letter is handed to it as a digit: one key, one letter.
"""

import importlib.util
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
import unicodedata
from pathlib import Path

from app.engine.completion import Completer
from app.engine.kneser_ney import KneserNey
from app.engine.own_words import OwnWords
from bench.completion import PRESAGE_CONFIGURATION, PeerMissing, Simulation
from bench.rows import percentile, row
from models.training.completion_languages import LANGUAGES, evaluate

ROOT = Path(__file__).resolve().parent.parent
DATA = os.environ.get("DATA", "../shared/data")

# Entries in a quick run, of 25; it shows that everything works, not how well.
QUICK_ENTRIES = 4

# Letters as the peer gets them. No digit stands for two letters of the same language; other accents are dropped.
DIGITS = {"de": "äöüß", "fr": "àâçéèêîôûù", "es": "áéíóúñü"}

# What our counts of single words add up to in the peer's database, as a multiple of the text's words. More would drown
# its pairs, which are divided by them; less would leave it no order among rarer words.
COUNTS_PER_WORD = 10


def run(quick=False):
    """Return the rows of this part. Without presage its values are None and the note says why."""
    rows = []
    for language, name in LANGUAGES.items():
        rows += _rows(language, name, evaluate.diary(language)[:QUICK_ENTRIES if quick else None])
    return rows


def _rows(language, name, texts):
    packed = (ROOT / "models" / f"completion.{language}.npz").read_bytes()
    began = time.perf_counter()
    model = KneserNey.load(packed)
    load_ms = 1000 * (time.perf_counter() - began)
    saved = {count: evaluate.keystrokes(texts, Completer(model, OwnWords()), count, learn=True) for count in (3, 1)}
    unrepeated = evaluate.keystrokes(texts, Completer(model, OwnWords()), 3, repeat=False, learn=True)
    uses = dict(zip(model.words, model.probabilities([], 0, len(model.words)).tolist()))
    baseline = evaluate.keystrokes(texts, evaluate.ByPrefix(uses)).saved
    try:
        peers = _presage(language, model, texts)
        peer = max(peers, key=lambda which: peers[which]["saved"])
        peer_value = round(peers[peer]["saved"], 1)
        note = "; ".join(f"presage with {which}: {found['saved']:.1f} %" for which, found in peers.items())
        if any(found["plain"] != saved[3].plain for found in peers.values()):
            note = f"NOT COMPARABLE: presage counts {peers[peer]['plain']} keystrokes, we {saved[3].plain}; " + note
        note += f"; never offering a word twice, as presage does, ours {unrepeated.saved:.1f} %"
    except PeerMissing as error:
        peer, peer_value, note = "text", None, str(error)
    first, three = evaluate.next_words(texts, Completer(model, OwnWords()))
    times = _times(Completer(model, OwnWords()), texts[:QUICK_ENTRIES])
    entries = f"{len(texts)} diary entries of one author in three voices, learning as they are typed"
    return [
        row(f"{name}: keystrokes saved, 3 suggestions", round(saved[3].saved, 1), "%", peer=f"presage, 3-gram, same {peer}",
            peer_value=peer_value, goal="at least presage's", note=f"{entries}; {note}"),
        row(f"{name}: the same beside the most used words", round(saved[3].saved, 1), "%", peer="most used words by prefix",
            peer_value=round(baseline, 1), goal="above"),
        row(f"{name}: keystrokes saved, 1 suggestion", round(saved[1].saved, 1), "%"),
        row(f"{name}: next word among three suggestions", round(three, 1), "%", note=f"first {first:.1f} %"),
        row(f"{name}: completion, CPython, p95", round(percentile(times, 95), 2), "ms", goal="well under 16 in the browser"),
        row(f"{name}: read and ready, CPython", round(load_ms), "ms"),
        row(f"{name}: transferred, when the language is used", round(len(packed) / 1e6, 2), "MB", goal="at most 0.5"),
    ]


def _times(completer, texts):
    """Return milliseconds of each ``complete`` call while the texts are typed."""
    found = []
    for text in texts:
        for place in range(len(text)):
            began = time.perf_counter()
            completer.complete(text[:place])
            found.append(1000 * (time.perf_counter() - began))
    return found


# -- the peer -----------------------------------------------------------------------------


def in_ascii(text, language):
    """Return ``text`` as presage reads it: lower case, accented letters as digits, one sign for each."""
    table = {letter: str(place) for place, letter in enumerate(DIGITS[language])}
    return "".join(table.get(sign) or (sign if sign.isascii() else unicodedata.normalize("NFD", sign)[0])
                   for sign in text.lower().replace("\u2019", "'")).encode("ascii", "replace").decode()


def _presage(language, model, texts):
    """Return ``{"text": result, "text and word counts": result}`` of presage's two databases."""
    if not (shutil.which("presage_simulator") and shutil.which("text2ngram") and PRESAGE_CONFIGURATION.exists()):
        raise PeerMissing("presage is not installed (Debian and Ubuntu: apt-get install presage)")
    with tempfile.TemporaryDirectory() as folder:
        plain, counted = Path(folder) / "text.db", Path(folder) / "counted.db"
        _train(language, Path(folder) / "training.txt", plain)
        shutil.copy(plain, counted)
        _add_counts(counted, model, language)
        asked = [in_ascii(text, language) for text in texts]
        running = {which: Simulation(asked, 3, path) for which, path in (("text", plain), ("text and word counts", counted))}
        try:
            return {which: simulation.result() for which, simulation in running.items()}
        finally:
            for simulation in running.values():
                simulation.close()


def _train(language, text, database):
    python = sys.executable
    if importlib.util.find_spec("chatterbot_corpus") is None:
        python = ROOT / ".venv-models" / "bin" / "python"
    command = [python, "-m", "models.training.completion_languages.prepare_text", language, text]
    if not Path(python).exists() or not Path(DATA).is_dir():
        raise PeerMissing(f"training presage needs the training text: `make models` sets its packages up, DATA names its folder ({DATA})")
    subprocess.run(command, cwd=ROOT, check=True)
    text.write_text(in_ascii(text.read_text(encoding="utf-8"), language), encoding="ascii")
    for n in (1, 2, 3):
        subprocess.run(["text2ngram", "-n", str(n), "-l", "-f", "sqlite", "-a", "-o", database, text],
                       check=True, stdout=subprocess.DEVNULL)


def _add_counts(database, model, language):
    """Add what our model knows of single words to presage's database."""
    connection = sqlite3.connect(database)
    known = connection.execute("SELECT sum(count) FROM _1_gram").fetchone()[0]
    p = model.probabilities([], 0, len(model.words))
    for word, chance in zip(model.words, p.tolist()):
        uses = max(1, round(chance * known * COUNTS_PER_WORD))
        for part in in_ascii(word, language).split("'"):
            if part:
                connection.execute("INSERT INTO _1_gram VALUES (?, ?) ON CONFLICT(word) DO UPDATE SET count = count + excluded.count",
                                   (part, uses))
    connection.commit()
    connection.close()


if __name__ == "__main__":
    from bench.table import print_table
    print_table(run(quick="--quick" in sys.argv))
