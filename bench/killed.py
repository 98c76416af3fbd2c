"""How much is lost when the browser is killed at random moments, whatever it was doing.

    python -m bench.killed --kills 1000 [--kind import] [--seed 1] [--log FILE]

The kills are shared out over the kinds of work in tests/browser/killed_works.py, or fall into one of them. Prints a line a kill and a table; ends with 1 if an
acknowledged save was lost, anything was damaged, or more than a second of typing was missing. With --log each kill is a line of JSON at the end of FILE, and all
that are there count: a run that was stopped goes on where it was. Offers `run(quick=False) -> list[dict]`.
"""

import argparse
import json
import random
import signal
import sys
import tempfile
import traceback
from pathlib import Path

from playwright.sync_api import sync_playwright

from bench.rows import median, row
from tests.browser.killed_works import WORKS, Served
from tests.browser.killing import Kill, kill_while

KILLS, QUICK_KILLS = 100, 7
# How many of a thousand fall into each kind of work.
SHARES = {"typing": 200, "attaching": 60, "import": 200, "backup": 120, "vault": 220, "compaction": 100, "index": 100}
# Kills on one profile: then it is another one, so that what a work leaves does not slow the next.
KILLS_A_PROFILE = 20
# Milliseconds: the promise.
TYPING_AT_RISK_MS = 1000
# Profiles on which the harness itself may fail, one after the other, before it gives up.
FAILURES = 5


def wanted(kills: int, kind: str = "") -> dict:
    """{kind of work: how many of the kills fall into it}."""
    if kind:
        return {kind: kills}
    whole = {name: kills * share // 1000 for name, share in SHARES.items()}
    for name in sorted(whole, key=lambda name: SHARES[name] * kills % 1000, reverse=True)[:kills - sum(whole.values())]:
        whole[name] += 1
    return whole


class Killing:
    """`done`: [(kind of work, Kill)]; `tell(work, kill)` hears of each."""

    def __init__(self, kills, kind, seed, log=None, tell=lambda work, kill: None):
        self._wanted, self._seed, self._log, self._tell = wanted(kills, kind), seed, log, tell
        self.done = []
        if log and log.exists():
            self.done = [(entry.pop("work"), Kill(**entry)) for entry in map(json.loads, log.read_text(encoding="utf-8").splitlines())]
        self._pace = {}

    def left(self, name):
        return self._wanted[name] - sum(work == name for work, _ in self.done)

    def run(self, measured=True):
        """`measured`: how long each work takes is measured first; else it is taken as it usually is."""
        failures = 0
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder, sync_playwright() as playwright:
            while names := [name for name in self._wanted if self.left(name) > 0]:
                for name in names:
                    try:
                        self._some(name, playwright, Path(folder), measured)
                        failures = 0
                    except Exception:
                        failures += 1
                        print(f"{name}: the harness failed, which is no kill and counts as none", file=sys.stderr)
                        traceback.print_exc()
                        if failures == FAILURES:
                            raise

    def _some(self, name, playwright, folder, measured):
        """Some kills on one profile."""
        count = sum(work == name for work, _ in self.done)
        work = WORKS[name](random.Random(f"{self._seed} {name} {count}"))
        pace = self._pace.setdefault(name, {} if measured else dict(work.seconds))
        with Served(work) as address, tempfile.TemporaryDirectory(dir=folder, ignore_cleanup_errors=True) as place:
            kill_while(work, playwright, address, Path(place) / "profile", min(KILLS_A_PROFILE, self.left(name)), pace=pace, first=count,
                       told=lambda kill: self._told(name, kill))

    def _told(self, name, kill):
        self.done.append((name, kill))
        if self._log:
            with self._log.open("a", encoding="utf-8") as end:
                end.write(json.dumps({"work": name} | kill._asdict()) + "\n")
        self._tell(name, kill)


def run(quick: bool = False) -> list[dict]:
    killing = Killing(QUICK_KILLS if quick else KILLS, "", seed=1)
    killing.run(measured=not quick)
    return rows([kill for _, kill in killing.done])


def rows(done: list) -> list[dict]:
    times = f"of {len(done)} kills"
    by_kind = ", ".join(f"{kind} {sum(kill.kind == kind for kill in done)}" for kind in dict.fromkeys(kill.kind for kill in done))
    typing = [kill.lost_ms for kill in done if kill.kind == "typing"] or [0]
    return [
        row("killed browser: acknowledged saves lost", sum(bool(kill.lost) for kill in done), times, goal="0",
            note=f"{sum(kill.in_the_middle for kill in done)} in the middle of a work: {by_kind}"),
        row("killed browser: notes damaged", sum(bool(kill.damaged) for kill in done), times, goal="0"),
        row("killed browser: typing lost, worst", max(typing), "ms", goal="≤ 1000", note=f"median {median(typing):.0f} ms of {len(typing)} kills while somebody did nothing but type"),
    ]


def broken(kill: Kill) -> bool:
    return bool(kill.lost or kill.damaged or kill.kind == "typing" and kill.lost_ms > TYPING_AT_RISK_MS)


def table(done: list) -> str:
    lines = [f"{'kind':12} {'kills':>6} {'in the middle':>14} {'with a note seen as saved':>26} {'saves lost':>11} {'damaged':>8}"]
    for kind in [*dict.fromkeys(kill.kind for kill in done), "all"]:
        some = [kill for kill in done if kind in (kill.kind, "all")]
        lines.append(f"{kind:12} {len(some):6} {sum(kill.in_the_middle for kill in some):14} {sum(kill.acknowledged > 0 for kill in some):26} "
                     f"{sum(bool(kill.lost) for kill in some):11} {sum(bool(kill.damaged) for kill in some):8}")
    return "\n".join(lines)


def tell(name: str, kill: Kill) -> None:
    print(f"{kill.kind:11} killed after {kill.after_ms:6} of {kill.of_ms:6} ms{'' if kill.in_the_middle else ', when it was over'}: {kill.typed:3} typed, "
          f"{kill.acknowledged:3} acknowledged, {kill.kept:3} kept, {kill.lost_ms:4} ms lost{'; ' if kill.found else ''}{kill.found}", flush=True)
    for sentence in [*kill.lost, *kill.damaged][:5]:
        print(f"BROKEN: {sentence[:2000]}", file=sys.stderr, flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.killed", description=__doc__.split("\n")[0])
    parser.add_argument("--kills", type=int, default=KILLS)
    parser.add_argument("--kind", choices=WORKS, default="")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--log", type=Path)
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # whoever stops it wants no browser left behind
    killing = Killing(options.kills, options.kind, options.seed, options.log, tell)
    killing.run()
    done = [kill for _, kill in killing.done]
    print(table(done))
    for line in rows(done):
        print(f"{line['name']}: {line['value']} {line['unit']} (goal {line['goal']}) {line['note']}")
    return 1 if any(map(broken, done)) else 0


if __name__ == "__main__":
    sys.exit(main())
