"""Set-up: everything that serving, testing and benchmarking need, from nothing.

    python3 -m tools.setup runtime              static/vendor: what the browser runs
    python3 -m tools.setup runtime tests        also .venv and a Chromium
    python3 -m tools.setup runtime --verify     hash every file again, not only changed ones

PYODIDE_DIST may name an official Pyodide distribution (a folder, or a file:,
http: or https: URL) to take Pyodide from instead of npm and PyPI.

Every step looks first whether it is needed, says what it does, and leaves only
whole files behind: a set-up that was killed goes on where it was, and one that
is complete does nothing. The steps are listed in PARTS.
"""

import argparse
import os
import shutil
import sys
import time
from collections.abc import Callable
from pathlib import Path

from tools import browser, npm_packages, peer
from tools.console import Console, megabytes
from tools.errors import SetupError
from tools.files import FULL, Lock, blocks_of, no_space, require_space
from tools.node import ensure_node
from tools.pyodide_source import Distribution, wheels_from_pypi
from tools.python_env import ensure_venv
from tools.trim import TRIMMED, trimmed, whole
from tools.vendor import Vendor

# Room that the test environment takes, downloads included, in bytes.
TESTS_BYTES = 500_000_000
# Room that the peers take, downloads included, in bytes.
BENCH_BYTES = 1_500_000_000
# Room that the training environment takes, in bytes.
MODELS_BYTES = 9_000_000_000
# In /usr/share/dict; Debian's packages wamerican-small and so on.
WORD_LISTS = ("american-english-small", "british-english-small", "american-english-large", "british-english-large")


class Setup:
    """What the steps share: the project's folders, the console, and the bytes downloaded so far."""

    def __init__(self, root: Path, console: Console, *, distribution: str | None = None, verify: bool = False):
        self.root = root
        self.cache = root / ".cache"
        self.console = console
        self.vendor = Vendor(root)
        self.distribution = distribution
        self.verify = verify
        self.downloaded = 0
        self.lock = Lock(self.cache / "setup.lock", console)

    def require_space(self, names: list[str]) -> None:
        """Raise NoSpace unless static/vendor has room for these files."""
        require_space(self.vendor.folder, sum(self.vendor.pins[name]["bytes"] for name in names), "static/vendor")


def check_files(setup: Setup) -> str | None:
    """Name what is in static/vendor and is not as pinned; the next steps take it again."""
    changed = [name for name in setup.vendor.damaged(thoroughly=setup.verify) if setup.vendor.path(name).exists()]
    return "\n".join(f"static/vendor/{name} is not as pinned: it is taken again" for name in changed) or None


def take_pyodide(setup: Setup) -> str | None:
    """Pyodide's runtime and wheels from PYODIDE_DIST, where it is set."""
    missing = [name for name in setup.vendor.damaged() if name.startswith("pyodide/") and "LICENSE" not in name and name not in TRIMMED]
    if not missing or not setup.distribution:
        return None
    setup.require_space(missing)
    return Distribution(setup.distribution).place_files(setup, missing)


def take_npm_files(setup: Setup) -> str | None:
    """What static/vendor lacks out of npm's packages, which are installed first if need be."""
    missing = [name for name in setup.vendor.damaged() if setup.vendor.source(name)]
    if not missing:
        return None
    if not all(setup.vendor.accepts(name, setup.vendor.source(name)) for name in missing):
        setup.console.say(npm_packages.install(setup))
    setup.require_space(missing)
    for name in missing:
        source = setup.vendor.source(name)
        setup.vendor.place(name, blocks_of(source), origin=str(source.relative_to(setup.root)))
    return f"static/vendor: {len(missing)} files placed and verified"


def take_wheels(setup: Setup) -> str | None:
    """What static/vendor lacks of Pyodide's wheels."""
    missing = [name for name in setup.vendor.damaged() if name.endswith(".whl")]
    if not missing:
        return None
    setup.require_space(missing)
    return wheels_from_pypi(setup, missing)


def trim_archives(setup: Setup) -> str | None:
    """The standard library and numpy without what the engine never imports."""
    missing = [name for name in setup.vendor.damaged() if name in TRIMMED]
    setup.require_space(missing)
    for name in missing:
        source = whole(name, setup.vendor)
        setup.vendor.place(name, [trimmed(name, setup.vendor.path(source))], origin=f"static/vendor/{source}, trimmed,")
    return f"static/vendor: {len(missing)} archives trimmed for the engine" if missing else None


def finish_runtime(setup: Setup) -> str | None:
    """verified.json: what is shipped, of which version, under which licence."""
    return "static/vendor: verified.json written" if setup.vendor.finish() else None


def test_environment(setup: Setup) -> str | None:
    """pytest, Playwright and numpy in .venv."""
    return ensure_venv(setup, ".venv", "requirements-test.txt", TESTS_BYTES)


def bench_environment(setup: Setup) -> str | None:
    """The tests' packages and the peers that the bench measures beside, in .venv-bench."""
    return ensure_venv(setup, ".venv-bench", "requirements-bench.txt", BENCH_BYTES, carriers="requirements-bench-carriers.txt")


def models_environment(setup: Setup) -> str | None:
    """What training needs, in .venv-models."""
    return ensure_venv(setup, ".venv-models", "requirements-models.txt", MODELS_BYTES,
                       carriers="requirements-models-carriers.txt", unhashed="requirements-models-torch.txt")


def word_lists(setup: Setup) -> str | None:
    """Debian's English word lists (SCOWL), which spelling and completion learn words from."""
    if all(Path("/usr/share/dict", name).exists() for name in WORD_LISTS):
        return None
    packages = [f"w{name.replace('-english', '')}" for name in WORD_LISTS]
    if not (shutil.which("apt-get") and hasattr(os, "geteuid") and os.geteuid() == 0):
        setup.console.say(f"The word lists {', '.join(packages)} are not here; install Debian's packages, or let WORDS name a folder that holds them.")
        return None
    browser.apt_get(setup, *packages)
    return f"word lists: {', '.join(packages)} installed"


# Each part is a list of steps in their order. A step returns what it did, or
# None when there was nothing to do.
PARTS: dict[str, tuple[Callable[[Setup], str | None], ...]] = {
    "runtime": (check_files, take_pyodide, take_npm_files, take_wheels, trim_archives, finish_runtime),
    "tests": (ensure_node, test_environment, browser.ensure_chromium),
    "bench": (peer.ensure_presage, npm_packages.install_peers, bench_environment),
    "models": (models_environment, word_lists, npm_packages.install_words),
}


def set_up(setup: Setup, parts: list[str]) -> bool:
    """Run the parts' steps; returns whether any had something to do. Raises SetupError."""
    busy = False
    with setup.lock:
        # What a killed program left in its scratch folder is of no use to the next.
        shutil.rmtree(setup.cache / "tmp", ignore_errors=True)
        for part in parts:
            for step in PARTS[part]:
                did = step(setup)
                if did:
                    setup.console.say(did)
                    busy = True
    return busy


def main(arguments: list[str] | None = None, *, root: Path | None = None, stream=None) -> int:
    """The command line; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python3 -m tools.setup", description="Set up Carryon.")
    parser.add_argument("parts", nargs="+", choices=tuple(PARTS), metavar="PART", help=", ".join(PARTS))
    parser.add_argument("--verify", action="store_true", help="hash every file again")
    options = parser.parse_args(arguments)
    console = Console(stream)
    started = time.monotonic()
    try:
        setup = Setup(root or Path(__file__).resolve().parent.parent, console,
                      distribution=os.environ.get("PYODIDE_DIST"), verify=options.verify)
        busy = set_up(setup, options.parts)
    except SetupError as error:
        console.clear()
        print(f"Set-up stopped: {error}", file=sys.stderr)
        return 1
    except OSError as error:
        if error.errno not in FULL:
            raise
        console.clear()
        print(f"Set-up stopped: {no_space('a file', Path(error.filename or '.'))}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        console.clear()
        print("Set-up was interrupted; the next run goes on from here.", file=sys.stderr)
        return 130
    seconds = time.monotonic() - started
    if busy:
        console.say(f"Set-up done: {megabytes(setup.downloaded)} downloaded in {seconds:.1f} s")
    else:
        console.say(f"Set-up: {' and '.join(options.parts)} ready, nothing to do")
    return 0


if __name__ == "__main__":
    sys.exit(main())
