"""The porter, wired: Pyodide in a worker, started when notes are to come in or go out and ended when idle.

It reads and writes the notebook by static/glue/porter_store.js, and meets the page on the channel of a trip. It has no network. What it
exports is called from the page (app/page/on_demand_link.py).
"""

from app.everywhere.unpacking import unpack

unpack()  # before anything else of the app is imported

import asyncio
import json
import time
from contextlib import asynccontextmanager

import js
from pyodide.ffi import JsException, create_proxy, to_js

from app.everywhere.clock import timestamp
from app.everywhere.errors import BadArchive, Conflict, Damaged, Locked, StorageClosed, StorageError, StorageFull
from app.everywhere.limits import KIT_ROUNDS
from app.porter.blob_file import blob_file
from app.porter.porter import Porter
from app.porter.trip import Trip

_ERRORS = {
    "QuotaExceededError": (StorageFull, "There is no room left on this device."),
    "Locked": (Locked, "The notebook is locked."),
    "Damaged": (Damaged, "A stored record was changed or damaged on the disk and does not open."),
    "ConstraintError": (Conflict, "Another tab added the same."),
    "InvalidStateError": (StorageClosed, "The browser closed the notebook. Reload this page to go on."),
    "AbortError": (StorageError, "The browser gave up while it stored. Nothing of this step was stored, and what was there is whole."),
    "VersionError": (StorageClosed, "Another tab runs a newer Carryon. Reload this page to go on."),
}


def now_ms():
    return int(time.time() * 1000)


def _value(answer):
    """What the glue answers; raises what it says."""
    if answer.error == "BadCopy":
        raise BadArchive(answer.message)
    if answer.error:
        kind, sentence = _ERRORS.get(answer.error, (StorageError, f"The browser could not store or read the notebook ({answer.error}: {answer.message})."))
        raise kind(sentence)
    return answer.value


class Store:
    """The notebook: static/glue/porter_store.js. Records are dicts, bytes are bytes."""

    async def _ask(self, name, *arguments):
        return _value(await getattr(await js.carryon.porterStore(), name)(*arguments))

    async def slice(self, store, after, count):
        """The next records by id, ``count`` at most: fewer where they are long."""
        return json.loads(await self._ask("slice", store, after, count))

    async def stored(self, store, ids):
        """{id: record} of those that are there."""
        return {record["id"]: record for record in json.loads(await self._ask("stored", store, json.dumps(list(ids))))}

    async def ids(self, store, prefix):
        return json.loads(await self._ask("ids", store, prefix))

    async def count(self, store):
        return await self._ask("count", store)

    async def blob(self, id):
        """The bytes of an attachment, or None."""
        data = await self._ask("blob", id)
        return None if data is None else data.to_bytes()

    async def write(self, changes, blobs):
        """All changes in one strict transaction, or none: [{"kind": "add" | "put" | "delete", "store", "record" or "id"}]; ``blobs``: the bytes of those records of
        the store «blobs», in order. Conflict where a record to be added is there; StorageFull."""
        await self._ask("write", json.dumps(changes), to_js(blobs))

    @asynccontextmanager
    async def alone(self):
        """Whether no other tab imports; holds the place meanwhile."""
        release = await self._ask("alone")
        try:
            yield release is not None
        finally:
            if release is not None:
                release()


class Channel:
    def __init__(self, name):
        self._heard = asyncio.Queue()
        self._proxy = create_proxy(lambda event: self._heard.put_nowait(_message(event.data)))
        self._channel = js.BroadcastChannel.new(name)
        self._channel.onmessage = self._proxy

    def post(self, message):
        self._channel.postMessage(to_js(message, dict_converter=js.Object.fromEntries))

    async def hear(self):
        return await self._heard.get()

    def close(self):
        self._channel.onmessage = None
        self._channel.close()
        self._proxy.destroy()


def _message(data):
    if data.kind != "pack":
        return {"kind": data.kind}
    files = [{"path": one.path, "file": blob_file(int(one.file.size), _slices(one.file)), "modified": _moment(one.file), "blob": one.file} for one in data.files]
    return {"kind": "pack", "files": files, "secret": data.secret, "root": data.root}


def _slices(file):
    reader = js.FileReaderSync.new()

    def read(start, end):
        try:
            return reader.readAsArrayBuffer(file.slice(start, end)).to_bytes()
        except JsException as error:
            raise OSError(f"{file.name}: {error.name}") from None
    return read


def _moment(file):
    modified = getattr(file, "lastModified", None)
    return timestamp(modified) if modified else ""


def new_trip(channel):
    return Trip(Channel(channel), lambda data: js.Blob.new([to_js(data)]), lambda parts, type: js.Blob.new(to_js(parts), to_js({"type": type}, dict_converter=js.Object.fromEntries)))


async def kit_parts():
    """{"style", "script"}: static/glue/kit_parts.js."""
    return json.loads(await (await js.carryon.kitParts()).read())


class Cipher:
    """AES-256-GCM under a key from a passphrase: static/glue/kit_parts.js."""

    def __init__(self, cipher):
        self._cipher = cipher
        self.header = json.loads(cipher.header)

    async def seal(self, data, name):
        return (await self._cipher.seal(to_js(data), name)).to_bytes()


async def cipher(passphrase):
    return Cipher(await (await js.carryon.kitParts()).cipher(passphrase, KIT_ROUNDS))


class Sealer:
    """Seals a copy under the notebook's vault: static/glue/sealed_copy.js. The sealed parts stay JavaScript's."""

    def __init__(self, sealer):
        self._sealer = sealer
        self.header = sealer.header

    def take(self, data):
        self._sealer.take(to_js(data))

    async def drain(self):
        return await self._sealer.drain()

    async def end(self):
        return await self._sealer.end()


async def sealer():
    return Sealer(_value(await (await js.carryon.porterCopy()).sealer()))


class Copy:
    """A sealed copy, opened: ``file`` is the zip in it."""

    def __init__(self, reader):
        self._reader = reader
        self.chunks = int(reader.chunks)
        self.file = blob_file(int(reader.size), self._read)

    async def check(self, number):
        """Reads a chunk for trial. BadArchive where it does not open."""
        try:
            await self._reader.check(number)
        except JsException as error:
            raise _unreadable(error) from None

    def _read(self, start, end):
        try:
            return self._reader.read(start, end).to_bytes()
        except JsException as error:
            raise _unreadable(error) from None


def _unreadable(error):
    return BadArchive(error.message) if error.name == "BadCopy" else OSError(f"{error.name}: {error.message}")


async def reader(file, root):
    opened = _value(await (await js.carryon.porterCopy()).reader(file, root))
    return None if opened is None else Copy(opened)


porter = Porter(Store(), new_trip, kit_parts, cipher, sealer, reader, now_ms)


async def call(name, payload):
    return await porter.call(name, payload)


async def unlock(channel):
    """The key of the vault, from the page: static/glue/seal.js."""
    await (await js.carryon.seal()).receive(channel)


async def live(lock):
    """Holds this lock from now on: static/glue/alive.js."""
    await js.carryon.live(lock)


__export__ = ["call", "live", "unlock"]
