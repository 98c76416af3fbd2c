"""Trains every model again, one after the other: `make models`.

    python -m models.training [--only mood,language]

Each is a package here that can be run by itself (`python -m models.training.mood`). They are in the order
that they need each other: spelling reads completion's words, the emoji and the advisor read the vectors.
"""

import argparse
import subprocess
import sys
import time
from pathlib import Path

TRAININGS = ("completion", "completion_languages", "segment", "language", "mood", "spelling", "details", "vectors", "vectors.multilingual",
             "advisor")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m models.training", description=__doc__.split("\n")[0])
    parser.add_argument("--only", default=",".join(TRAININGS), help="trainings, with commas: " + ", ".join(TRAININGS))
    chosen = parser.parse_args().only.split(",")
    unknown = [name for name in chosen if name not in TRAININGS]
    if unknown:
        parser.error(f"no such training: {', '.join(unknown)}; there are {', '.join(TRAININGS)}")
    failed = []
    for name in chosen:
        print(f"== {name}", flush=True)
        began = time.monotonic()
        # A process each: what one has read into memory is not the next one's.
        if subprocess.run([sys.executable, "-m", f"models.training.{name}"], cwd=Path(__file__).parents[2]).returncode:
            failed.append(name)
        print(f"== {name}: {time.monotonic() - began:.0f} s{', failed' if name in failed else ''}", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
