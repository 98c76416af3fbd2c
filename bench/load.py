"""The load for measuring a great notebook: notes put together from the sample notebook and from public text, by a fixed seed.

Offers ``notes(count)`` -> notes as the app keeps them. Public text is the folder DATA (default ``../shared/data``); without it
there is the sample notebook's text alone, and ``notes`` repeat themselves more.
"""

import json
import lzma
import os
import random
from pathlib import Path

from app.everywhere.clock import timestamp
from app.everywhere.note import new_note
from app.everywhere.ulid import new_ulid
from app.engine.sentences import sentences

ROOT = Path(__file__).resolve().parent.parent
DATA = Path(os.environ.get("DATA", ROOT.parent / "shared" / "data"))
SEED = 11
# Utterances of a note, which make 46,700 passages of 10,000 notes.
SENTENCES = (1, 2, 3, 4, 5, 6, 7)
# Utterances that are read of a public source; every so many-th sentence is the sample's.
UTTERANCES, SAMPLE_EVERY = 60_000, 5
# The newest note, in milliseconds since 1970, and the hours between two.
NEWEST_MS, HOURS_APART = 1_763_700_000_000, 6


def notes(count):
    """Return ``count`` notes, the oldest first; the same at every call."""
    lot = random.Random(SEED)
    sample = json.loads((ROOT / "static/sample/notebook.json").read_text(encoding="utf-8"))
    own = [row["text"][start:end] for row in sample for start, end in sentences(row["text"])]
    tags = sorted({tag for row in sample for tag in row["tags"]})
    public = _public() or own
    made = []
    for number in range(count):
        moment = NEWEST_MS - (count - number) * HOURS_APART * 3_600_000
        said = [lot.choice(own) if lot.randrange(SAMPLE_EVERY) == 0 else lot.choice(public) for _ in range(lot.choice(SENTENCES))]
        title = " ".join(lot.choice(own).split()[:5]) if lot.random() < 0.3 else ""
        note = new_note(new_ulid(moment, number.to_bytes(10, "big")), timestamp(moment), title, " ".join(said))
        made.append(note | {"tags": lot.sample(tags, lot.choice((0, 0, 1, 2))), "revision": 1})
    return made


def _public():
    found = []
    for source in ("self-dialogue", "persona-chat"):
        path = DATA / f"{source}.en.txt.xz"
        if path.exists():
            with lzma.open(path, "rt", encoding="utf-8") as file:
                lines = [line.strip() for _, line in zip(range(UTTERANCES), file)]
            found += [line if line[-1] in ".!?" else line + "." for line in lines if 20 < len(line) < 200]
    return found
