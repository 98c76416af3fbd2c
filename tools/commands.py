"""Run npm, pip and the like with progress, a log, and errors that say what happened.

Offers:
    run(command, setup, label, watch=…) -> str      the program's output
"""

import os
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from tools.errors import CommandFailed
from tools.files import no_space

# Seconds between two looks at a running program.
POLL_SECONDS = 0.1
# Lines of a failed program's output that are shown; the rest is in its log.
LINES_SHOWN = 15
# What npm, pip and apt-get write when the disk is full.
FULL_DISK_WORDS = ("ENOSPC", "No space left on device", "Disk quota exceeded")


def run(command: list[str], setup, label: str, *, folder: Path | None = None,
        env: dict[str, str] | None = None, watch: Callable[[], int] | None = None,
        total: int | None = None) -> str:
    """Run `command` in `folder` (default: the project) and return what it wrote.

    `watch()` gives the bytes that have arrived so far, for the progress line;
    without it the line tells the seconds only.
    Raises CommandFailed, or NoSpace where the program met a full disk.
    """
    log = setup.cache / "logs" / (label.replace(" ", "-").replace("/", "-") + ".log")
    log.parent.mkdir(parents=True, exist_ok=True)
    with open(log, "wb") as output:
        process = subprocess.Popen(command, cwd=folder or setup.root, env=os.environ | (env or {}),
                                   stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT,
                                   pass_fds=(setup.lock.fileno(),))
        try:
            while process.poll() is None:
                if setup.console.due():
                    setup.console.progress(label, watch() if watch else None, total)
                time.sleep(POLL_SECONDS)
        except BaseException:
            process.terminate()
            process.wait()
            raise
    setup.console.clear()
    text = log.read_text(encoding="utf-8", errors="replace")
    if process.returncode:
        if any(words in text for words in FULL_DISK_WORDS):
            raise no_space(label, setup.root)
        tail = "\n".join("    " + line for line in text.splitlines()[-LINES_SHOWN:])
        raise CommandFailed(f"{label}: {Path(command[0]).name} ended with status {process.returncode}. "
                            f"Its last words, in full in {log}:\n{tail}")
    return text
