"""How many notes are lost when the browser is killed at random moments while the vault is turned on or off.

    python -m bench.killed_vault --kills 100 [--seed 1]

Prints a line a kill; ends with 1 if a note was missing or damaged at the start after it.
"""

import argparse
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.browser.hosting import ServeProcess
from tests.browser.vault_killing import kill_while_turning

KILLS = 100


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.killed_vault", description=__doc__.split("\n")[0])
    parser.add_argument("--kills", type=int, default=KILLS)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()

    def tell(kill):
        print(f"killed while turning it {kill.turning:3}: found «{kill.state}»; "
              f"after it {kill.missing} missing, {kill.damaged} damaged", flush=True)

    server = ServeProcess().start()
    try:
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder, sync_playwright() as playwright:
            done = kill_while_turning(playwright, server.address, Path(folder) / "profile", options.kills, options.seed, tell)
    finally:
        server.stop()
    broken = [kill for kill in done if kill.missing or kill.damaged]
    print(f"{len(done)} kills, {sum(kill.in_the_middle for kill in done)} of them in the middle of a conversion; {len(broken)} with a note missing or damaged")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
