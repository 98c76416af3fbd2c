"""All benchmarks: one table, and bench/results.json.

    python -m bench [--quick] [--only startup,transfer]

`--quick` runs each part on the least data, to see that it works, and writes nothing. With `--only` the other parts' rows
stay in the file as they were. A part that fails is said so in the table, and the exit status is 1.
"""

import argparse
import importlib
import sys
import time
from pathlib import Path

from bench.rows import row
from bench.table import print_table, write_results

RESULTS = Path(__file__).parent / "results.json"
# Each is a module of this package with `run(quick) -> rows`; in this order.
PARTS = ("startup", "transfer", "keystrokes", "notebook", "models", "completion", "completion_languages", "vectors", "search", "insights", "carry", "tags", "language", "mood", "details", "spelling",
         "phrases", "advisor", "killed")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__.split("\n")[0])
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--only", default=",".join(PARTS), help="parts, with commas: " + ", ".join(PARTS))
    options = parser.parse_args()
    parts = options.only.split(",")
    unknown = [part for part in parts if part not in PARTS]
    if unknown:
        parser.error(f"no such part: {', '.join(unknown)}; there are {', '.join(PARTS)}")
    rows, failed = [], []
    for part in parts:
        print(f"{part} …", file=sys.stderr, flush=True)
        began = time.monotonic()
        try:
            rows += [found | {"part": part} for found in importlib.import_module(f"bench.{part}").run(quick=options.quick)]
        except Exception as error:  # One part that fails must not cost the figures of the others.
            failed.append(part)
            rows.append({"part": part} | row(part, None, "", note=f"failed: {type(error).__name__}: {str(error).splitlines()[0]}"))
        print(f"{part}: {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
    print_table(rows)
    if not options.quick:
        write_results(rows, RESULTS)
        print(f"Written to bench/{RESULTS.name}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
