"""Runs every step, from text to ``models/details.npz``, its row in the manifest and its reference cases.

``DATA`` (default ``../shared/data``) is the folder of the texts. The teacher's labels are kept in
``.cache/details-labels.jsonl``: delete it to have them made again.
"""

import os
import sys
import time

import torch

from app.engine.details import Details
from models.training import manifest
from models.training.details import evaluate, extract_phones, gather_text, label, notes, quantise, reference, train
from models.training.details.word_lists import NameLists

CACHE = manifest.MODELS.parent / ".cache" / "details-labels.jsonl"
# Bytes that the file may have; training fails beyond them.
LARGEST_FILE = 1_000_000
# How often what was written for this is in an epoch, beside the teacher's sentences.
PHRASES_TIMES, NOTES_TIMES = 3, 4
LICENCE = ("CC-BY-4.0 (the teacher, GeoNames, persona-chat) AND Apache-2.0 (phone numbers, GoEmotions) AND CC-BY-2.0-FR AND BSD-3-Clause "
           "AND MIT "
           "(training text, name lists)")


def main():
    began = time.monotonic()

    def say(text):
        print(f"{time.monotonic() - began:5.0f} s  {text}", flush=True)

    torch.set_num_threads(1)  # the same sums in the same order, whatever the machine has
    data = os.environ.get("DATA", "../shared/data")
    say(f"gathering sentences from {data}")
    gathered = gather_text.gather(data)
    say(f"labelling {sum(map(len, gathered.values())):,} sentences")
    labelled = label.labelled(gathered["held_out"] + gathered["train"], CACHE, say)
    held_out, taught = labelled[:len(gathered["held_out"])], labelled[len(gathered["held_out"]):]

    say("reading the lists of names")
    lists = NameLists(gather_text.everything(data))

    say("teaching")
    written = PHRASES_TIMES * [(language, sentence, []) for language, sentence in gather_text.phrases()] + NOTES_TIMES * notes.read()
    network = train.train(taught, written, lists, say=say)

    say("quantising and writing")
    path = manifest.MODELS / "details.npz"
    packed = manifest.write_arrays(quantise.pack(network.arrays(), train.filters(lists), extract_phones.extract()), path)
    assert len(packed) <= LARGEST_FILE, f"{path.name} has {len(packed):,} bytes, over {LARGEST_FILE:,}"
    manifest.write_row("details", "details", path.name, LICENCE)
    manifest.write_reference("details", 0, reference.cases(network, lists))
    say(f"  {path.name}: {len(packed):,} bytes")

    say("measuring")
    details = Details.read(packed)
    for split in ("dev", "test"):
        counts = evaluate.count(details.find, evaluate.read(split))
        print(f"{split}: patterned recall {counts.recall(evaluate.PATTERNED):.3f}, names {counts.recall(('name',)):.3f}, "
              f"addresses {counts.recall(('address',)):.3f}, precision {counts.precision():.3f}, spoilt {counts.spoilt} of {counts.clean}")
    print("names as the teacher has them, on Topical-Chat: recall {:.3f}, precision {:.3f}".format(*evaluate.agreement(details, held_out)))
    print("names that are in no list:", {language: round(recall, 3) for language, recall in evaluate.unknown_names(details, lists).items()})
    say("done")


if __name__ == "__main__":
    sys.exit(main())
