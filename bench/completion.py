"""Completion beside presage: keystrokes saved, next words, own words, and time.

Offers ``run(quick=False)`` -> rows (see ``bench.rows``); also ``python -m bench.completion``.

The peer is presage's smoothed 3-gram, trained by its own ``text2ngram`` on the text that
our model was trained on, and asked by its own ``presage_simulator -i -s`` on the same
sentences; ``models.training.completion.evaluate`` says how that counts and counts ours
alike. Training the peer takes about five minutes, once: it is kept in ``.cache/bench``.

The other peer is SmolLM2-135M, a transformer forty times as large (``bench.smollm2``), asked about
the same texts: 60 of those sentences, comments of GoEmotions and the diary entries in
``bench/data``. Of the last two sources nothing was learned by anybody here.
"""

import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from app.engine.completion import Completer
from app.engine.kneser_ney import KneserNey
from app.engine.own_words import OwnWords
from app.engine.recurrent import Recurrent
from bench import smollm2
from bench.rows import percentile, row
from models.training.completion import evaluate

ROOT = Path(__file__).resolve().parent.parent
MODEL = ROOT / "models" / "completion.en.npz"
NEURAL = ROOT / "models" / "completion.en.neural.npz"
DATA = Path(os.environ.get("DATA", "../shared/data"))
CACHE = ROOT / ".cache" / "bench" / "presage"
PRESAGE_CONFIGURATION = Path("/etc/presage.xml")

# Sentences in a quick run, of 400; it shows that everything works, not how well.
QUICK_SENTENCES = 40

# Sentences of a source that SmolLM2 is asked about: as many as models.md has figures for. It needs
# about 0.1 s a word where nobody else computes.
SMOLLM2_SENTENCES = 60

PEER = "presage, 3-gram, same text"


class PeerMissing(Exception):
    """The peer cannot be asked; the message says why."""


def run(quick=False):
    """Return the rows of this part. Without presage its values are None and the note says why."""
    tested, writers = evaluate.read_bench_data(ROOT / "bench" / "data")
    sentences = [sentence for _, sentence in tested][:QUICK_SENTENCES if quick else None]
    packed = MODEL.read_bytes()
    began = time.perf_counter()
    model = KneserNey.load(packed)
    load_ms = 1000 * (time.perf_counter() - began)
    packed_neural = NEURAL.read_bytes()
    began = time.perf_counter()
    neural = Recurrent.load(packed_neural, model)
    neural_ms = 1000 * (time.perf_counter() - began)

    def completer(own):
        return Completer(model, own, neural)

    simulations, missing = {}, ""
    try:
        simulations = start_presage(sentences, (3, 1))
    except PeerMissing as error:
        missing = str(error)
        print(f"presage's figures are missing: {missing}", flush=True)
    try:
        rows = _keystroke_rows(completer, sentences, simulations, missing)
    finally:
        for simulation in simulations.values():
            simulation.close()

    rows += _rows_beside_smollm2(completer, sentences[:SMOLLM2_SENTENCES], quick)
    fresh = completer(OwnWords())
    first, three = evaluate.next_words(sentences, fresh)
    size = f"{len(sentences)} held-out first-person sentences"
    rows += [row("next word, first suggestion right", round(first, 1), "%", goal="at least 18.5", note=size),
             row("next word, among three suggestions", round(three, 1), "%", goal="at least 29.3", note=size)]
    amounts = (0, 200) if quick else (0, 200, 1300)
    for amount, (_, three, saved) in evaluate.with_own_words(completer, writers[:1 if quick else None], amounts).items():
        note = f"five writers that no model has read, 60 sentences each; next word among three {three:.1f} %"
        rows.append(row(f"keystrokes saved after {amount} own sentences", round(saved, 1), "%", note=note))
    ghost = evaluate.shown(sentences, fresh)
    rows.append(row("keystrokes saved with ghost text and Tab only", round(ghost["saved"], 1), "%",
                    note=f"stands there at {ghost['shown']:.0f} of 100 keys, right {ghost['right']:.0f} % of the time"))
    times = _times(fresh, sentences[:QUICK_SENTENCES])
    rows += [row("completion, CPython, p50", round(percentile(times, 50), 2), "ms"),
             row("completion, CPython, p95", round(percentile(times, 95), 2), "ms", goal="well under 16 in the browser"),
             row("completion model, read and ready, CPython", round(load_ms), "ms", goal="under 300"),
             row("recurrent model, read and ready, CPython", round(neural_ms), "ms"),
             row("completion model, transferred", round(len(packed) / 1e6, 2), "MB", goal="at most 2.0",
                 note="what the first suggestion needs"),
             row("recurrent model, transferred", round(len(packed_neural) / 1e6, 2), "MB", peer=smollm2.PEER, peer_value=98.4,
                 goal="at most 1.4")]
    return rows


def _rows_beside_smollm2(completer, sentences, quick):
    """Return rows on text typed by itself; the n-gram's own figure is the baseline, in the note."""
    others, before, after = evaluate.diary(ROOT / "bench" / "data")
    comments = evaluate.goemotions(DATA)[:SMOLLM2_SENTENCES]
    if quick:
        sentences, comments, others, before, after = sentences[:5], comments[:5], others[:2], before[:5], after[:2]
    own = OwnWords()
    for number, text in enumerate(before):
        own.learn(str(number), text)
    rows = []
    for texts, known, goal, name in (
            (sentences, OwnWords(), "at least 0.95 of the peer's", f"{len(sentences)} held-out sentences"),
            (comments, OwnWords(), "at least 0.95 of the peer's", f"{len(comments)} GoEmotions comments, corpus left out"),
            (others, OwnWords(), "at least 0.95 of the peer's", f"{len(others)} diary entries by six writers"),
            (after, OwnWords(), "at least 0.95 of the peer's", f"{len(after)} diary entries by one writer"),
            (after, own, "more than the peer's", f"the same {len(after)} after {len(before)} notes by that writer")):
        if not texts:
            rows.append(row(f"keystrokes saved with three, {name}", None, "%", note=f"there is no GoEmotions in {DATA} (set DATA)"))
            continue
        asked = completer(known)
        saved = evaluate.keystrokes(texts, asked).saved
        three = evaluate.next_words(texts, asked)[1]
        alone = evaluate.keystrokes(texts, Completer(asked.model, known)).saved
        peer_value, peer_three, missing = None, None, ""
        try:
            peer = smollm2.ask(texts)
            peer_value, peer_three = round(peer.saved(), 1), round(100 * peer.three / peer.words, 1)
        except smollm2.PeerMissing as error:
            missing = f"; {error}"
        rows += [row(f"keystrokes saved with three, {name}", round(saved, 1), "%", peer=smollm2.PEER, peer_value=peer_value, goal=goal,
                     note=f"the n-gram alone {alone:.1f} %, presage {_presage_saves(texts)}{missing}"),
                 row(f"next word among three, {name}", round(three, 1), "%", peer=smollm2.PEER, peer_value=peer_three, goal="at least 36")]
    return rows


def _presage_saves(texts):
    """Return in words what presage saves on ``texts`` with three suggestions, learning as it goes."""
    try:
        simulation = start_presage(texts, (3,))[3]
    except PeerMissing as error:
        return f"not measured ({error})"
    try:
        return f"{simulation.result()['saved']:.1f} %"
    finally:
        simulation.close()


def _keystroke_rows(completer, sentences, simulations, missing):
    rows = []
    for count in (3, 1):
        learning = evaluate.keystrokes(sentences, completer(OwnWords()), count, learn=True)
        unrepeated = evaluate.keystrokes(sentences, completer(OwnWords()), count, repeat=False, learn=True)
        peer_value, note = None, missing
        if count in simulations:
            peer = simulations[count].result()
            peer_value = round(peer["saved"], 1)
            note = f"{len(sentences)} sentences, {learning.plain} keystrokes; presage never offers a word twice: ours so "
            note += f"{unrepeated.saved:.1f} %"
            if peer["plain"] != learning.plain:
                note = f"NOT COMPARABLE: presage counts {peer['plain']} keystrokes, we {learning.plain}"
        word = "suggestion" if count == 1 else "suggestions"
        rows.append(row(f"keystrokes saved, {count} {word}", round(learning.saved, 1), "%", peer=PEER, peer_value=peer_value,
                        goal="at least presage's" if count == 3 else "", note=note))
    return rows


def _times(completer, sentences):
    """Return milliseconds of each ``complete`` call while the sentences are typed."""
    found = []
    for sentence in sentences:
        for place in range(len(sentence)):
            began = time.perf_counter()
            completer.complete(sentence[:place])
            found.append(1000 * (time.perf_counter() - began))
    return found


# -- the peer -----------------------------------------------------------------------------


def start_presage(sentences, counts):
    """Return ``{count: Simulation}``, running side by side; raises ``PeerMissing``."""
    if not (shutil.which("presage_simulator") and shutil.which("text2ngram") and PRESAGE_CONFIGURATION.exists()):
        raise PeerMissing("presage is not installed (Debian and Ubuntu: apt-get install presage)")
    database = train_presage()
    return {count: Simulation(sentences, count, database) for count in counts}


def train_presage():
    """Return presage's database of our training text, trained if it is not in the cache yet."""
    # The split decides what the training text is: another split, another database.
    sources = ("prepare_text.py", "split.py")
    made_by = b"".join((ROOT / "models" / "training" / "completion" / name).read_bytes() for name in sources)
    database = CACHE / f"{hashlib.sha256(made_by).hexdigest()[:16]}.db"
    if database.exists():
        return database
    CACHE.mkdir(parents=True, exist_ok=True)
    if not DATA.is_dir():
        raise PeerMissing(f"training presage needs the training text; there is no folder {DATA} (set DATA)")
    python = sys.executable
    if importlib.util.find_spec("chitchat_dataset") is None:
        python = ROOT / ".venv-models" / "bin" / "python"
        if not python.exists():
            raise PeerMissing("training presage needs the package chitchat-dataset: `make models` sets it up")
    began = time.monotonic()
    text, unfinished = CACHE / "training.txt", CACHE / "unfinished.db"
    unfinished.unlink(missing_ok=True)
    print("training presage on our training text, once (about five minutes)", flush=True)
    subprocess.run([python, "-m", "models.training.completion.split", text], cwd=ROOT, check=True)
    for n in (1, 2, 3):
        subprocess.run(["text2ngram", "-n", str(n), "-l", "-f", "sqlite", "-a", "-o", unfinished, text],
                       check=True, stdout=subprocess.DEVNULL)
        print(f"  {n}-grams counted after {time.monotonic() - began:.0f} s", flush=True)
    text.unlink()
    unfinished.replace(database)
    return database


class Simulation:
    """One run of ``presage_simulator`` over sentences, started at once; its user starts with nothing learned."""

    def __init__(self, sentences, count, database):
        self._home = tempfile.TemporaryDirectory()
        home = Path(self._home.name)
        (home / ".presage").mkdir()
        settings = PRESAGE_CONFIGURATION.read_text(encoding="utf-8")
        settings = re.sub(r"<SUGGESTIONS>\d+<", f"<SUGGESTIONS>{count}<", settings)
        settings = re.sub(r"<DBFILENAME>/[^<]*<", f"<DBFILENAME>{database}<", settings)
        (home / "presage.xml").write_text(settings, encoding="utf-8")
        (home / "text.txt").write_text("\n".join(sentences) + "\n", encoding="utf-8")
        self._process = subprocess.Popen(
            ["presage_simulator", "-c", home / "presage.xml", "-i", "-s", home / "text.txt"],
            env=os.environ | {"HOME": str(home)}, stdout=subprocess.PIPE, text=True)

    def result(self):
        """Wait, and return ``{"plain": keystrokes without, "saved": percent}``."""
        output = self._process.communicate()[0]
        if self._process.returncode:
            raise RuntimeError(f"presage_simulator ended with {self._process.returncode}")
        number = {key: int(re.search(rf"^{key} : (\d+)", output, re.MULTILINE).group(1)) for key in ("ki", "ks", "kn")}
        return {"plain": number["kn"], "saved": 100 * (1 - (number["ki"] + number["ks"]) / number["kn"])}

    def close(self):
        """End the run if it still goes on, and clear up."""
        if self._process.poll() is None:
            self._process.kill()
            self._process.communicate()
        self._process.stdout.close()
        self._home.cleanup()


if __name__ == "__main__":
    for found in run(quick="--quick" in sys.argv):
        print(f"{found['name']}: {found['value']} {found['unit']}"
              + (f"; {found['peer']}: {found['peer_value']}" if found["peer"] else "")
              + (f" ({found['note']})" if found["note"] else ""))
