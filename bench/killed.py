"""How much is lost when the browser is killed at random moments while somebody types.

    python -m bench.killed --kills 100 [--seed 1]

Prints a line a kill and the sums; ends with 1 if an acknowledged save was lost, a note was
damaged, or more than a second of typing was missing. Offers `run(quick=False) -> list[dict]`.
"""

import argparse
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from bench.rows import median, row
from tests.browser.hosting import ServeProcess
from tests.browser.killing import kill_while_typing

KILLS = 100
QUICK_KILLS = 5
# Milliseconds: the promise.
TYPING_AT_RISK_MS = 1000


def killed(kills: int, seed: int, told=lambda kill: None) -> list:
    server = ServeProcess().start()
    try:
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder, sync_playwright() as playwright:
            return kill_while_typing(playwright, server.address, Path(folder) / "profile", kills, seed, told)
    finally:
        server.stop()


def run(quick: bool = False) -> list[dict]:
    return rows(killed(QUICK_KILLS if quick else KILLS, seed=1))


def rows(done: list) -> list[dict]:
    lost = [kill.lost_ms for kill in done]
    times = f"of {len(done)} kills"
    return [
        row("killed browser: acknowledged saves lost", sum(kill.lost_acknowledged for kill in done), times, goal="0"),
        row("killed browser: notes damaged", sum(kill.is_damaged for kill in done), times, goal="0"),
        row("killed browser: typing lost, worst", round(max(lost)), "ms", goal="≤ 1000",
            note=f"median {median(lost):.0f} ms; {sum(not kill.acknowledged for kill in done)} kills before the first «Saved»"),
    ]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.killed", description=__doc__.split("\n")[0])
    parser.add_argument("--kills", type=int, default=KILLS)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()

    def tell(kill):
        print(f"killed after {kill.after_ms:5.0f} ms: {len(kill.typed):3} characters typed, {kill.acknowledged:3} acknowledged, "
              f"{len(kill.found or ''):3} found, {kill.lost_ms:4.0f} ms lost", flush=True)

    done = killed(options.kills, options.seed, tell)
    for line in rows(done):
        print(f"{line['name']}: {line['value']} {line['unit']} (goal {line['goal']}) {line['note']}")
    broken = [kill for kill in done if kill.lost_acknowledged or kill.is_damaged or kill.lost_ms > TYPING_AT_RISK_MS]
    for kill in broken:
        print(f"BROKEN: {kill}", file=sys.stderr)
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
