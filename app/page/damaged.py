"""Records that cannot be read: what is said of them. What is done about them is in static/glue/damaged.js.

Offers `in_words`, `refusal` and `BACK`.
"""

from app.page.carrying import things

_KINDS = (("notes", "note"), ("revisions", "earlier version"), ("attachments", "attachment"), ("blobs", "file or thumbnail"),
          ("settings", "setting"), ("ledger", "entry of the ledger"))


def in_words(counts):
    """«2 notes, 1 earlier version and 1 attachment» of {store: how many}; "" where there are none."""
    said = [things(counts[store], kind) for store, kind in _KINDS if counts.get(store)]
    said = [words.replace("entry of the ledgers", "entries of the ledger").replace("file or thumbnails", "files or thumbnails") for words in said]
    return said[0] if len(said) == 1 else ", ".join(said[:-1]) + " and " + said[-1] if said else ""


def refusal(counts, is_on):
    """Why the vault was not turned off (it `is_on` still), or not on."""
    count = sum([number for number in counts.values()])
    return (in_words(counts) + (" is" if count == 1 else " are") + " damaged and cannot be " + ("opened, so the vault stays on." if is_on else "sealed, so the vault stays off.")
            + " Settings, «Damaged records», has a way out.")
