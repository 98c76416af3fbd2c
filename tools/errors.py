"""What can go wrong in set-up, each with a message that says what to do.

    SetupError            any of these; the message is for the person at the terminal
    ├── DamagedFile       a file is not, byte for byte, the one that Carryon pins
    ├── NoSpace           the disk is full, or would be
    ├── CommandFailed     npm, pip or another program ended with an error
    └── ToolMissing       something that set-up cannot bring itself is not here
"""


class SetupError(Exception):
    """Set-up cannot go on; what is finished stays and the next run goes on from there."""


class DamagedFile(SetupError):
    """A file is not the one that was pinned."""


class NoSpace(SetupError):
    """The disk is full, or would be."""


class CommandFailed(SetupError):
    """A program that set-up started ended with an error."""


class ToolMissing(SetupError):
    """A program is needed that set-up cannot bring itself."""
