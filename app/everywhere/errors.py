"""Every error that Carryon raises on purpose, drawn once.

    CarryonError
    ├── BadNote            a note that cannot be kept as it is (too long, wrong shape)
    ├── BadAttachment      a file that cannot be attached (too large, empty, unreadable)
    ├── NotFound           a record or feature that is not there
    │   └── UnknownFeature a name that has no row in the placement table
    ├── Conflict           the stored record is newer than the one being written
    ├── StorageError       the device refused to store or read
    │   ├── StorageFull    there is no room left
    │   ├── StorageClosed  another tab upgraded the notebook, or the browser closed it
    │   ├── Locked         the notebook is locked, and this tab has no key
    │   └── Damaged        a stored record does not open: it was changed or damaged on the disk
    ├── Refused            the router or the gate does not allow this call
    │   └── Misplaced      a feature was asked of a place that is not its own
    ├── WrongSecret        a passphrase, recovery code or passkey that does not open the vault
    ├── Unavailable        the place that should answer is not there (yet)
    ├── BadArchive         what is to be imported, or a file in it, cannot be read
    ├── BadManifest        a list of features that the command `advise` cannot take
    ├── ModelError         a model file is missing, damaged or of another version
    └── IndexDamaged       a part of the search index cannot be read; it is made anew from the notes

Programmers' mistakes assert; these are for what a user, a device or a file can cause.
The message is a sentence that can be shown to a person; `in_words` makes one of any other error.
"""


def in_words(error):
    """What went wrong in one line, for a person; JavaScript's errors carry it as their third argument, Python's in a worker at the end."""
    lines = str(error.args[2] if len(error.args) > 2 else error).strip().split("\n")
    return lines[-1] if lines[0].startswith("Traceback") else lines[0]


class CarryonError(Exception):
    pass


class BadNote(CarryonError):
    pass


class BadAttachment(CarryonError):
    pass


class NotFound(CarryonError):
    pass


class UnknownFeature(NotFound):
    pass


class Conflict(CarryonError):
    pass


class StorageError(CarryonError):
    pass


class StorageFull(StorageError):
    pass


class StorageClosed(StorageError):
    pass


class Locked(StorageError):
    pass


class Damaged(StorageError):
    pass


class WrongSecret(CarryonError):
    pass


class Refused(CarryonError):
    pass


class Misplaced(Refused):
    pass


class Unavailable(CarryonError):
    pass


class BadArchive(CarryonError):
    pass


class BadManifest(CarryonError):
    pass


class ModelError(CarryonError):
    pass


class IndexDamaged(CarryonError):
    pass
