"""The table for many languages: what a sentence's hashed words and letters add up to is the teacher's vector of its translation.

    python -m models.training.vectors.multilingual [--epochs 8]

Text: Tatoeba's pairs with English (CC-BY-2.0-FR), and the labels of emoji in the
languages of emojibase (npm emojibase-data, MIT), which are a small dictionary. N. Reimers and I. Gurevych, «Making
monolingual sentence embeddings multilingual using knowledge distillation» (2020): the
student gets the sentence and its translation, and is to give both the teacher's vector of
the English one.

Held out are, for each language of TESTED, 300 pairs; their English sentences are in no
training pair of any language.
"""

import argparse
import hashlib
import io
import json
import lzma
import os
import sys
from pathlib import Path

import numpy as np

from app.engine.vectors import dequantise
from app.engine.vectors_multilingual import MultilingualVectors, buckets
from models.training.completion.prepare_text import clean
from models.training.manifest import MODELS, write_arrays, write_reference, write_row

ROWS, DIMENSIONS = 60_000, 128
# Languages that the table is for. Rarer ones of Tatoeba are left out: each takes room in it.
LANGUAGES = tuple("deu fra spa ita por nld pol rus jpn cmn swe dan nob fin ces slk hun ron bul ell ukr tur ara heb hin kor vie ind "
                  "tha hrv srp cat lit lvs est slv pes ben".split())
TESTED = ("deu", "fra", "spa", "ita", "por", "nld", "pol", "rus", "jpn", "cmn")
TESTED_PAIRS = 300
LARGEST_FILE = 4_200_000

CACHE = MODELS.parent / ".cache" / "models"


def pairs(data):
    """Return ``(language, sentence, English)`` of Tatoeba, as they are."""
    with lzma.open(Path(data) / "tatoeba.tsv.xz", "rt", encoding="utf-8") as file:
        rows = [tuple(line.rstrip("\n").split("\t")[:3]) for line in file if line.count("\t") >= 2]
    return [row for row in rows if row[0] in LANGUAGES]


def names(npm):
    """Return ``(locale, label, English label)`` of the emoji of emojibase, flags of countries included."""
    folder, found = Path(npm) / "emojibase-data", []
    english = {emoji["hexcode"]: emoji for emoji in json.loads((folder / "en" / "data.json").read_text(encoding="utf-8"))}
    for path in sorted(folder.glob("*/data.json")):
        if path.parent.name.startswith("en"):
            continue
        for emoji in json.loads(path.read_text(encoding="utf-8")):
            known = english.get(emoji["hexcode"])
            if known and emoji.get("group") is not None:
                found.append((path.parent.name, emoji["label"], known["label"]))
    return found


def split(rows):
    """Return (training pairs, {language: tested pairs}); which are tested is decided by a hash of the English sentence."""
    def place(row):
        return hashlib.sha256(row[2].lower().encode()).hexdigest()

    tested = {language: sorted((row for row in rows if row[0] == language), key=place)[:TESTED_PAIRS] for language in TESTED}
    apart = {clean(row[2]).lower() for found in tested.values() for row in found}
    return [row for row in rows if clean(row[2]).lower() not in apart], tested


def found(encode, tested):
    """Return {language: share of sentences whose translation is the nearest among the 300 English ones}."""
    shares = {}
    for language, rows in tested.items():
        one, two = encode([row[1] for row in rows]), encode([row[2] for row in rows])
        right = [row[2] for row in rows]
        shares[language] = float(np.mean([right[place] == rows[i][2] for i, place in enumerate((one @ two.T).argmax(1))]))
    return shares


# What the browser's answers are compared on.
TEXTS = ("I could not sleep last night.", "Ich konnte letzte Nacht nicht schlafen.", "Je n'ai pas pu dormir la nuit dernière.",
         "昨夜は眠れませんでした。", "我昨晚睡不着。", "Вчера ночью я не мог уснуть.", "ฉันนอนไม่หลับเมื่อคืนนี้",
         "We planted tomatoes in the garden.", "Wir haben im Garten Tomaten gepflanzt.",
         "Hemos plantado tomates en el jardín.", "لم أستطع النوم الليلة الماضية.", "Il treno era di nuovo in ritardo.")


def write_references(data):
    """Write what torch makes of a few texts with the table of the file ``data``, which the engine's numpy is to repeat."""
    import torch
    from torch.nn import functional

    with np.load(io.BytesIO(data)) as file:
        table = torch.from_numpy(dequantise(file["nibbles"], file["scales"]))
    cases = []
    for place, text in enumerate(TEXTS):
        others = [*TEXTS[:place], *TEXTS[place + 1:]]
        bags = [torch.from_numpy(buckets([each], ROWS)[0]) for each in [text, *others]]
        found = torch.cat([functional.embedding_bag(rows, table, torch.tensor([0]), mode="sum") for rows in bags])
        found = functional.normalize(found, dim=1)
        cases.append(({"text": text, "texts": others}, {"similarities": [round(float(x), 4) for x in found[1:] @ found[0]]}))
    write_reference("similar_across", 0.001, cases)


def main(arguments=None):
    from models.training.vectors import teach, train

    parser = argparse.ArgumentParser(prog="python -m models.training.vectors.multilingual")
    parser.add_argument("--epochs", type=int, default=8)
    options = parser.parse_args(arguments)
    data = os.environ.get("DATA", "../shared/data")
    rows, tested = split(pairs(data))
    rows += names(os.environ.get("NPM", CACHE / "node_modules"))
    english = sorted({clean(row[2]) for row in rows})
    teacher = teach.cached(english, CACHE / "vectors")
    place = {text: i for i, text in enumerate(english)}
    texts = [row[1] for row in rows] + english
    taught = teacher[[place[clean(row[2])] for row in rows] + list(range(len(english)))]
    print(f"{len(rows):,} pairs, {len(english):,} English sentences", flush=True)
    hashed, lengths = [], []
    for first in range(0, len(texts), 512):
        part, length = buckets(texts[first:first + 512], ROWS)
        hashed.append(part)
        lengths.append(length)
    bags = train.Bags(np.concatenate(hashed), np.concatenate(lengths))
    taught = taught[bags.kept]
    target = train.unit(taught @ train.directions(teacher, DIMENSIONS))
    generator = np.random.default_rng(0)
    # Nearly nothing: a row that no text has must not speak where a new text has it.
    student = train.Sums(generator.normal(size=(ROWS, DIMENSIONS)).astype(np.float32) * 0.002)
    group = train.neighbourhoods(target, 80, generator)
    train.train(student, bags, taught, target, epochs=options.epochs, rate=5e-3, batch=1024, group=group,
                say=lambda text: print(text, flush=True))
    student.quantised = True
    path = MODELS / "vectors.multilingual.npz"
    packed = write_arrays(MultilingualVectors.pack(student.table.detach().numpy()), path)
    assert len(packed) <= LARGEST_FILE, f"{path.name} has {len(packed):,} bytes, over {LARGEST_FILE:,}"
    write_row("vectors.multilingual", "similar_across", path.name, "Apache-2.0 (the teacher) AND CC-BY-2.0-FR (the training text)",
              on_demand=True)
    write_references(packed)
    shares = found(MultilingualVectors.read(packed).encode, tested)
    print(f"{len(packed):,} bytes; translation found first: " + ", ".join(f"{name} {share:.2f}" for name, share in shares.items()))


if __name__ == "__main__":
    sys.exit(main())
