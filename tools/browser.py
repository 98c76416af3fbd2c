"""A Chromium for the browser tests.

Offers:
    chromium_path() -> str | None       the machine's own; None means Playwright's
    shell_path() -> str | None          the same Chromium without its windows and menus, where there is one
    ensure_chromium(setup)              install one where there is none

Set CHROMIUM to use a particular one.
"""

import os
import shutil
from pathlib import Path

from tools.commands import run
from tools.errors import CommandFailed, ToolMissing
from tools.files import require_space, sha256_of, write_whole
from tools.python_env import python_of

# Names under which systems install Chromium and Chrome, the most usual first.
NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome")
MAC_PATHS = ("/Applications/Chromium.app/Contents/MacOS/Chromium",
             "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")
# Debian's package and program of Chromium's headless shell.
SHELL = "chromium-headless-shell"
# Room for a browser and the libraries it brings, in bytes.
BROWSER_BYTES = 900_000_000


def chromium_path() -> str | None:
    """The path of a Chromium or Chrome; None where only Playwright's own can be there.

    Raises ToolMissing when CHROMIUM names something that cannot be run.
    """
    named = os.environ.get("CHROMIUM")
    if named:
        found = shutil.which(named)
        if found is None:
            raise ToolMissing(f"CHROMIUM names {named}, which cannot be run.")
        return found
    for name in NAMES:
        found = shutil.which(name)
        if found:
            return found
    return next((path for path in MAC_PATHS if os.access(path, os.X_OK)), None)


def shell_path() -> str | None:
    """The path of Chromium's headless shell: its pages, storage and workers without its window, which takes half the work of a start.
    None where there is none, or CHROMIUM names a browser."""
    return None if os.environ.get("CHROMIUM") else shutil.which(SHELL)


def ensure_chromium(setup) -> str | None:
    """Install Chromium where there is none: Debian's package when root, else Playwright's."""
    debian = shutil.which("apt-get") and hasattr(os, "geteuid") and os.geteuid() == 0
    if chromium_path():
        return _shell_from_debian(setup) if debian and not os.environ.get("CHROMIUM") and not shell_path() else None
    if debian:
        return _from_debian(setup)
    return _from_playwright(setup)


def _from_debian(setup) -> str:
    setup.console.say("  Chromium: installing Debian's packages")
    require_space(Path("/"), BROWSER_BYTES, "Chromium")
    apt_get(setup, "chromium")
    _shell_from_debian(setup)
    return f"Chromium: {chromium_path()} installed"


def _shell_from_debian(setup) -> str | None:
    try:
        apt_get(setup, SHELL)
    except CommandFailed:
        return None  # older systems have none: the tests do without, and take longer
    return f"Chromium: {shell_path()} installed"


def apt_get(setup, *packages: str) -> None:
    """Install Debian's packages, after renewing the package lists."""
    quiet = {"DEBIAN_FRONTEND": "noninteractive"}
    run(["apt-get", "update"], setup, "apt-get update", env=quiet)
    run(["apt-get", "install", "-y", "--no-install-recommends", *packages], setup, f"apt-get install {' '.join(packages)}", env=quiet)


def _from_playwright(setup) -> str | None:
    # Each version of Playwright wants a browser of its own, so the note says for which it was.
    marker = setup.cache / "playwright-chromium.sha256"
    wanted = sha256_of(setup.root / "requirements-test.txt")
    if marker.exists() and marker.read_text(encoding="utf-8") == wanted:
        return None
    setup.console.say("  Chromium: installing Playwright's own")
    run([python_of(setup.root / ".venv"), "-m", "playwright", "install", "chromium"], setup, "playwright install chromium")
    write_whole(marker, [wanted.encode()])
    return "Chromium: Playwright's own installed"
