"""The storage port on IndexedDB, through npm `idb`. Runs in the page only.

`open_indexeddb(name, notify)` gives an `IndexedDBStorage`; `notify(sentence)` is called when another tab stands in the
way («» when it does no longer), `retired(sentence)` when a newer Carryon took the notebook over and this page must be reloaded.

A connection that the browser closed (it does when it runs out of memory or a disk, or when its data are deleted) is opened
again at the next question. `answered(promise)` gives what glue answers, or raises what it says.
"""

import asyncio
import json

import js
from pyscript import ffi
from pyscript.js_modules import database

from app.everywhere.errors import BadArchive, CarryonError, Conflict, Damaged, Locked, StorageClosed, StorageError, StorageFull, WrongSecret
from app.page.storage import Storage

_ERRORS = {
    "QuotaExceededError": (StorageFull, "There is no room left on this device for this notebook. Free some space; the text stays on screen until then."),
    "InvalidStateError": (StorageClosed, "The browser closed the notebook. It is tried again; reload this page if it stays so."),
    "AbortError": (StorageError, "The browser gave up while it stored. Nothing of it was stored, and what was there is whole."),
    "VersionError": (StorageClosed, "Another tab runs a newer Carryon. Reload this page to go on."),
    "Locked": (Locked, "The notebook was locked in another tab. Copy what is not saved, then reload this page to unlock it."),
    "Damaged": (Damaged, "This record was changed or damaged on the disk and does not open. It is left as it is; the others can be read."),
    "Wrong": (WrongSecret, "This does not open the vault."),
    "NoRoomForTwo": (StorageFull, "There is no room on this device for the notebook twice, which this needs for a moment. Nothing has changed. Free some space and "
                                  "try again."),
    "VaultDamaged": (Damaged, "What the notebook says of its vault was changed or damaged on the disk, so the vault cannot be opened. Nothing was removed: a safe copy brings "
                              "the notes back, into another browser or profile."),
    "VaultChanged": (StorageError, "The vault was changed in another tab. Reload this page."),
    "NotAllowedError": (CarryonError, "The passkey was not used: it was cancelled, or took too long."),
    "NotSupportedError": (CarryonError, "This passkey cannot open a vault, because it has no PRF. The passphrase opens it as before."),
    "Conflict": (Conflict, "This note was changed somewhere else in the meantime."),
}


async def answered(promise):
    answer = await promise
    error = getattr(answer, "error", None)
    if error == "BadCopy":
        raise BadArchive(answer.message)
    if isinstance(error, str):
        kind, sentence = _ERRORS.get(error, (StorageError, "The browser could not store or read the notebook (" + error + ": " + answer.message + ")."))
        raise kind(sentence)
    return answer.value


async def open_indexeddb(name, notify, retired=lambda sentence: None):
    waited = []

    def blocked(*_):
        waited.append(True)
        notify("Another tab of Carryon runs an older version and holds the notebook. Close that tab, or reload it, and this one goes on by "
               "itself. What you type meanwhile is kept.")

    async def connect(notebook=None):
        db = await answered(database.again(notebook) if notebook is not None else database.open(
            name, blocked,
            lambda *_: retired("Carryon was updated in another tab. Reload this page to go on; what you typed is kept and comes back."),
            lambda *_: None))
        if waited:
            waited.clear()
            notify("")
        return db

    return IndexedDBStorage(await connect(), connect)


class IndexedDBStorage(Storage):
    durable = True

    def __init__(self, db, connect):
        self._db, self._connect = db, connect

    async def _ask(self, question, *values):
        """The answer to `question(db, *values)`; on a new connection where the browser closed the old one."""
        try:
            return await answered(question(self._db, *values))
        except StorageClosed:
            self._db = await self._connect(self._db)
            return await answered(question(self._db, *values))

    @property
    def db(self):
        """The open notebook as the glue has it, for the vault."""
        return self._db

    async def get(self, store, id):
        return _to_python(await self._ask(database.get, store, id))

    async def all(self, store, order_by="id", cut_text=0):
        records = []
        for part in await self._ask(database.all, store, order_by, cut_text):
            records += json.loads(database.text(part))
            await asyncio.sleep(0.001)  # back to the browser: a keystroke may come in between
        return records

    async def newest(self, store, count, cut_text=0):
        return json.loads(await self._ask(database.newest, store, count, cut_text))

    async def slice(self, store, after="", count=20):
        return _to_python(await self._ask(database.slice, store, after, count))

    async def containing(self, words, count, cut_text=0):
        return json.loads(await self._ask(database.containing, ffi.to_js(words), count, cut_text))

    async def starting(self, store, prefix):
        return json.loads(await self._ask(database.starting, store, prefix))

    async def ids(self, store, prefix=""):
        return json.loads(await self._ask(database.ids, store, prefix))

    async def remove_unused(self, now, before, known, in_use):
        answer = json.loads(await self._ask(database.removeUnused, now, before, json.dumps(known), ffi.to_js(list(in_use))))
        return answer["gone"], answer["unused"]

    async def write(self, changes):
        await self._ask(database.write, ffi.to_js([_change(*change) for change in changes]))

    async def put(self, store, record):
        await self.write([("put", store, record)])

    async def replace(self, store, record, revision):
        await self.write([("replace", store, record, revision)])

    async def delete(self, store, id, revision=None):
        await self.write([("delete", store, id, revision)])


def _change(kind, store, what, revision=None):
    return {"kind": kind, "store": store, "id" if kind == "delete" else "record": what, "revision": revision}


def _to_python(value):
    """Plain Python values from what IndexedDB holds: objects, arrays, texts, numbers, booleans; bytes stay a Uint8Array."""
    if value is None or isinstance(value, (str, int, float, bool)) or js.ArrayBuffer.isView(value):
        return value
    if js.Array.isArray(value):
        return [_to_python(item) for item in value]
    return {key: _to_python(value[key]) for key in js.Object.keys(value)}
