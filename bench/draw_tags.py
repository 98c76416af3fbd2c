"""Draws the test half of bench/data/tags.en.jsonl.xz: notes by people of whom nobody who chose a threshold has read a word.

    python -m bench.draw_tags FOLDER

FOLDER is a copy of jfainberg/self_dialogue_corpus (BSD-3-Clause). A note is turns 5 to 9 of a conversation, its tags are the topic that
its writer was asked to write about and what that is part of. From each topic NOTES notes are drawn by lot, at most OF_ONE by one
writer; writers of the other halves are left out. What the file has of halves «train» and «dev» stays as it is.
"""

import csv
import hashlib
import json
import lzma
import random
import sys
from collections import Counter
from pathlib import Path

FILE = Path(__file__).parent / "data" / "tags.en.jsonl.xz"
# The corpus' folder of each topic, where it is not called so.
FOLDERS = {"fast & furious": "fast_furious", "harry potter": "harry_potter", "ice hockey": "icehockey", "lady gaga": "lady_gaga",
           "movies music": "music_and_movies", "football": "nfl_football", "hip-hop": "rap_hiphop", "star wars": "star_wars"}
NOTES, OF_ONE = 30, 2
SEED = 20261121


def main(folder):
    with lzma.open(FILE, "rt", encoding="utf-8") as file:
        kept = [note for note in map(json.loads, file) if note["half"] in ("train", "dev")]
    known = {note["writer"] for note in kept}
    blocked = set((folder / "blocked_workers.txt").read_text(encoding="utf-8").split())
    lot, drawn = random.Random(SEED), []
    for tags in sorted({tuple(note["tags"]) for note in kept}):
        topic = "movies music" if tags == ("movies", "music") else tags[0]
        found = []
        for path in sorted((folder / "corpus" / FOLDERS.get(topic, topic)).glob("*.csv")):
            with path.open(encoding="utf-8", errors="replace", newline="") as file:
                for said in csv.DictReader(file):
                    writer = hashlib.sha256(said["WorkerId"].encode()).hexdigest()[:6]
                    text = " ".join(" ".join((said.get(f"Answer.sentence{turn}") or "").split()) for turn in range(5, 10)).strip()
                    if text and writer not in known and said["WorkerId"] not in blocked:
                        found.append((writer, text))
        lot.shuffle(found)
        counts, taken = Counter(), []
        for writer, text in found:
            if counts[writer] < OF_ONE and len(taken) < NOTES:
                counts[writer] += 1
                taken.append({"half": "test", "writer": writer, "tags": list(tags), "text": text})
        drawn += taken
        print(f"{topic}: {len(taken)} notes by {len(counts)} of {len({writer for writer, _ in found})} writers")
    with lzma.open(FILE, "wt", encoding="utf-8", preset=9) as file:
        file.writelines(json.dumps(note, ensure_ascii=False) + "\n" for note in kept + drawn)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
