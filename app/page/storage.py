"""Where records are kept: the port, and the implementation in memory.

A record is a plain dict with an `id`; a *store* is one of `STORES`. The contract, which
`tests/page/storage_contract.py` checks on every implementation:

- `put`, `replace` and `delete` return when the change is durable: a browser killed a moment
  later, or a device switched off, still has it. Nobody may say «Saved» before.
- What is read is a copy; changing it changes nothing that is stored.
- A failed write leaves the old record whole; of several changes that are written together either all are there or none.

A field of a record may hold bytes, as this interpreter has them (in the browser a Uint8Array); only `blobs` has such, and
only `get` reads them.

Offers `STORES`, `Storage` (the port) and `MemoryStorage` (for tests, and for a browser
that has no IndexedDB, which is then told so).
"""

from app.everywhere.attachments import THUMBNAIL, named_in
from app.everywhere.errors import Conflict
from app.everywhere.note import readable

# `revisions`: earlier states of a note; an id begins with the note's. `attachments`: what is known of a file that belongs to
# notes; `blobs`: its bytes, under the same id.
STORES = ("notes", "revisions", "attachments", "blobs", "settings", "ledger")


class Storage:
    async def get(self, store, id):
        """The record called `id`, or None."""

    async def all(self, store, order_by="id", cut_text=0):
        """All records as a list, ascending by `order_by` («id» or «updated»).

        With `cut_text`, a record's `text` holds only its first so many characters: a list
        of 10,000 notes must not copy 10,000 whole texts.
        """

    async def newest(self, store, count, cut_text=0):
        """The `count` records that were updated last, the newest first."""

    async def slice(self, store, after="", count=20):
        """The next `count` records whose id is greater than `after`, by id."""

    async def containing(self, words, count, cut_text=0):
        """The `count` newest notes, none of the trash, whose title and text hold all `words`, whatever their case."""

    async def starting(self, store, prefix):
        """All records whose id begins with `prefix`, by id."""

    async def ids(self, store, prefix=""):
        """The ids that begin with `prefix`, in order."""

    async def remove_unused(self, now, before, known, in_use):
        """Remove the attachments, with their blobs, that no note (the trash included) and no revision names: how many, and {id: since when}
        of the unused that stay.

        One goes when it is unused since `before`, as `known` (the answer of an earlier call) tells, and was not attached since then. `now` and
        `before` are timestamps; `in_use`: ids that stay whatever is stored. A note that is saved meanwhile keeps what it names.
        """

    async def write(self, changes):
        """Make all these changes in one step, or none of them. StorageFull, StorageClosed, StorageError or Conflict.

        A change is ("put", store, record), ("replace", store, record, revision), ("delete", store, id) or ("delete", store, id,
        revision): see the methods of these names.
        """

    async def put(self, store, record):
        """Write `record` whatever was there. StorageFull, StorageClosed or StorageError."""

    async def replace(self, store, record, revision):
        """Write `record` if the stored one has this `revision` (0: is not there), as one step.

        Conflict where it has another: somebody else wrote in between, and both must be kept.
        """

    async def delete(self, store, id, revision=None):
        """Remove the record; nothing happens where there is none.

        With a `revision`, Conflict where the stored record has another.
        """


class MemoryStorage(Storage):
    """Forgets everything with the page. `durable` tells the reader so."""

    durable = False
    db = None

    def __init__(self):
        self._stores = {store: {} for store in STORES}

    async def get(self, store, id):
        record = self._stores[store].get(id)
        return None if record is None else _copy(record)

    async def all(self, store, order_by="id", cut_text=0):
        records = [_copy(record) for record in self._stores[store].values()]
        records.sort(key=lambda record: (record[order_by], record["id"]))
        if cut_text:
            for record in records:
                record["text"] = record["text"][:cut_text]
        return records

    async def newest(self, store, count, cut_text=0):
        records = await self.all(store, "updated", cut_text)
        return records[::-1][:count]

    async def slice(self, store, after="", count=20):
        ids = sorted([id for id in self._stores[store] if id > after])
        return [_copy(self._stores[store][id]) for id in ids[:count]]

    async def containing(self, words, count, cut_text=0):
        words = [word.lower() for word in words]
        found = [note for note in await self.newest("notes", len(self._stores["notes"]))
                 if not note["deleted"] and all([word in (note["title"] + "\n" + readable(note["text"])).lower() for word in words])][:count]
        for note in found:
            note["text"] = note["text"][:cut_text or None]
        return found

    async def starting(self, store, prefix):
        return [_copy(self._stores[store][id]) for id in await self.ids(store, prefix)]

    async def ids(self, store, prefix=""):
        return sorted([id for id in self._stores[store] if id.startswith(prefix)])

    async def remove_unused(self, now, before, known, in_use):
        used = set(in_use) | named_in(self._stores["notes"]) | named_in(self._stores["revisions"])
        gone, unused = 0, {}
        for id, record in list(self._stores["attachments"].items()):
            if id not in used:
                since = min(known.get(id, now), now)
                if since <= before and record.get("updated", record["created"]) <= before:
                    await self.write([("delete", "attachments", id), ("delete", "blobs", id), ("delete", "blobs", id + THUMBNAIL)])
                    gone += 1
                else:
                    unused[id] = since
        return gone, unused

    async def write(self, changes):
        before = {store: dict(records) for store, records in self._stores.items()}
        try:
            for kind, store, *what in changes:
                await getattr(self, kind)(store, *what)
        except Exception:
            self._stores = before
            raise

    async def put(self, store, record):
        self._stores[store][record["id"]] = _copy(record)

    async def replace(self, store, record, revision):
        stored = self._stores[store].get(record["id"])
        if (stored["revision"] if stored else 0) != revision:
            raise Conflict("This note was changed somewhere else in the meantime.")
        await self.put(store, record)

    async def delete(self, store, id, revision=None):
        stored = self._stores[store].get(id)
        if revision is not None and stored and stored["revision"] != revision:
            raise Conflict("This note was changed somewhere else in the meantime.")
        self._stores[store].pop(id, None)


def _copy(value):
    if isinstance(value, dict):
        return {key: _copy(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_copy(item) for item in value]
    return value
