"""The npm packages of package-lock.json, in node_modules.

Offers:
    install(setup)      npm ci: exactly the locked versions, each checked against its hash

npm's scripts are not run, and the lock file names no address, so any registry
that npm is configured for will do.
"""

from tools.commands import run
from tools.files import folder_size, require_space
from tools.node import npm

# What the packages take: 58 MB of downloads and 176 MB unpacked, with some air, in bytes.
NEEDED_BYTES = 300_000_000
# What npm downloads, for the progress line, in bytes.
DOWNLOAD_BYTES = 58_000_000


def install(setup) -> str:
    """Run `npm ci` and say what it brought. npm keeps what it fetched in .cache/npm, so a killed run goes on."""
    command, environment = npm(setup)
    cache = setup.cache / "npm"
    setup.console.say("  npm packages: installing what package-lock.json names")
    require_space(setup.root, NEEDED_BYTES, "npm packages")
    before = folder_size(cache)
    run([*command, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline",
         "--cache", str(cache)], setup, "npm packages", env=environment,
        watch=lambda: folder_size(cache) - before, total=DOWNLOAD_BYTES)
    arrived = folder_size(cache) - before
    setup.downloaded += arrived
    return "npm packages: installed, every package checked against its hash"
