"""How set-up talks: one line for each step, and progress for what takes longer.

Offers:
    Console(stream)             say(), progress(), due(), clear()
    megabytes(count) -> str     "12.3 MB"

On a terminal, progress rewrites its line; elsewhere (a log, CI) it writes a
plain line now and then.
"""

import sys
import time

# A step shows no progress before this many seconds: most are over by then.
QUIET_SECONDS = 1.0
# Seconds between two progress lines on a terminal, where they replace each other.
TERMINAL_SECONDS = 0.2
# Seconds between two progress lines in a log, where they add up.
LOG_SECONDS = 5.0


def megabytes(count: int) -> str:
    """The byte count in decimal megabytes, as download sizes are usually given."""
    return f"{count / 1e6:.1f} MB"


class Console:
    """Writes lines to a stream; one Console serves one set-up.

    `stream` needs write(), flush() and isatty(); default: standard output.
    """

    def __init__(self, stream=None):
        self._stream = stream if stream is not None else sys.stdout
        self._terminal = self._stream.isatty()
        self._started = self._shown = time.monotonic()
        self._width = 0

    def say(self, line: str) -> None:
        """Write a line that stays, and begin to time the next step."""
        self.clear()
        self._write(line + "\n")
        self._started = self._shown = time.monotonic()

    def due(self) -> bool:
        """Whether progress would be shown now; ask first where measuring it costs something."""
        now = time.monotonic()
        pause = TERMINAL_SECONDS if self._terminal else LOG_SECONDS
        shown = self._shown > self._started
        return now - self._shown >= pause if shown else now - self._started >= QUIET_SECONDS

    def progress(self, label: str, done: int | None = None, total: int | None = None) -> None:
        """Show how far a step is, in bytes where they are known; cheap enough to call for every block."""
        if not self.due():
            return
        self._shown = now = time.monotonic()
        far = "" if done is None else megabytes(done) + (f" of {megabytes(total)}" if total else "") + ", "
        line = f"    {label}: {far}{now - self._started:.0f} s"
        if self._terminal:
            self._write("\r" + line.ljust(self._width))
            self._width = len(line)
        else:
            self._write(line + "\n")

    def clear(self) -> None:
        """Take an unfinished progress line off the terminal."""
        if self._width:
            self._write("\r" + " " * self._width + "\r")
            self._width = 0

    def _write(self, text: str) -> None:
        self._stream.write(text)
        self._stream.flush()
