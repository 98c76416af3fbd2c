"""The porter without a browser, for tests.

Offers ``Store``: the notebook in memory, as app/porter/main.py has it; ``Trip``: a trip whose parts are kept; ``notebook(count)``: a store with notes,
earlier states, attachments and preferences; ``run(coroutine)``; ``export(store, …)``: the bytes of its zip; ``bring(store, data, …)``: an import; and ``records(store)``: all that
is in it, to be compared.
"""

import copy
import io
import random
from contextlib import asynccontextmanager

from app.everywhere.clock import timestamp
from app.everywhere.errors import Conflict
from app.everywhere.note import new_note
from app.everywhere.ulid import new_ulid
from app.porter.account import Account
from app.porter.exporting import Export
from app.porter.formats import detect
from app.porter.importing import Import
from app.porter.layout import sha256
from app.porter.tree import open_tree

NOW_MS = 1_763_700_000_000
ALL = {"tag": "", "ids": None, "trash": True}
PNG = b"\x89PNG\r\n\x1a\n"


def run(coroutine):
    """Its result. Nothing here waits, so no event loop is needed: browser tests have one that runs."""
    try:
        coroutine.send(None)
    except StopIteration as stop:
        return stop.value
    raise RuntimeError("it waits for something")


class Store:
    """``fails(changes)`` may raise instead of writing."""

    def __init__(self, fails=lambda changes: None):
        self.stores = {name: {} for name in ("notes", "revisions", "attachments", "blobs", "settings")}
        self.fails, self.writes = fails, 0
        self.held = False

    async def slice(self, store, after, count):
        return [copy.deepcopy(self.stores[store][id]) for id in sorted(id for id in self.stores[store] if id > after)[:count]]

    async def stored(self, store, ids):
        return {id: copy.deepcopy(self.stores[store][id]) for id in ids if id in self.stores[store]}

    async def ids(self, store, prefix):
        return sorted(id for id in self.stores[store] if id.startswith(prefix))

    async def count(self, store):
        return len(self.stores[store])

    async def blob(self, id):
        record = self.stores["blobs"].get(id)
        return record["data"] if record else None

    async def write(self, changes, blobs):
        self.fails(changes)
        before, bytes_left = copy.deepcopy(self.stores), list(blobs)
        for change in changes:
            there = self.stores[change["store"]]
            if change["kind"] == "delete":
                there.pop(change["id"], None)
                continue
            record = copy.deepcopy(change["record"])
            if change["kind"] == "add" and record["id"] in there:
                self.stores = before
                raise Conflict("it is there")
            there[record["id"]] = record | {"data": bytes_left.pop(0)} if change["store"] == "blobs" else record
        self.writes += 1

    @asynccontextmanager
    async def alone(self):
        free, self.held = not self.held, True
        yield free
        self.held = False


class Trip:
    """Cancels itself at the ``cancel_at``-th word about progress."""

    def __init__(self, cancel_at=None):
        self.parts, self.told, self.cancelled, self.cancel_at = [], [], False, cancel_at
        self.bytes, self.secret = 0, ""

    async def pause(self):
        pass

    async def tell(self, done, total, what):
        self.told.append((done, total, what))
        self.cancelled = self.cancelled or self.cancel_at is not None and len(self.told) > self.cancel_at

    def part(self, data):
        self.bytes += len(data)
        self.parts.append(data)


def a_note(number, text="", **more):
    moment = timestamp(NOW_MS + number * 60_000)
    return new_note(new_ulid(NOW_MS + number * 60_000, number.to_bytes(10, "big")), moment, text=text or f"Note {number}.") | {"revision": 1} | more


def an_attachment(number, data, name="a picture.png", type="image/png"):
    moment = timestamp(NOW_MS + number)
    return {"id": new_ulid(NOW_MS + number, b"attachment"), "name": name, "type": type, "bytes": len(data), "sha256": sha256(data), "created": moment, "updated": moment}


def put(store, name, *records):
    for record in records:
        store.stores[name][record["id"]] = record


def notebook(count, seed=1):
    """A store with ``count`` notes of all kinds."""
    lot, store = random.Random(seed), Store()
    texts = ("# Häuser\n\nIm Nebel ruhet noch die Welt.", "Zeile\r\nmit Wagenrücklauf \ud83d und halbem Zeichen", "日本語のメモ", "", "---\ntitle: not front matter\n---\n\nText",
             "Ende ohne Umbruch", "a" * 3000, "tab\tund\u2028Trenner\n\n\n")
    for number in range(count):
        note = a_note(number, title=lot.choice(("", "A title: with / \\ signs?", "CON", "Émile", "emile\u0301", "  ", "x" * 300)), text=lot.choice(texts) + f" {number}",
                      tags=lot.sample(["garden", "two words", "ñ"], lot.randrange(3)), pinned=lot.random() < 0.1, archived=lot.random() < 0.1,
                      deleted=timestamp(NOW_MS) if lot.random() < 0.1 else "", mood=lot.choice(("", "joy")), revision=lot.randrange(1, 9))
        if number % 5 == 0:
            data = (PNG if number % 2 else b"") + number.to_bytes(4, "big") * 100
            record = an_attachment(number, data, *(() if number % 2 else ("Größe: 12.txt", "text/plain")))
            put(store, "attachments", record)
            put(store, "blobs", {"id": record["id"], "data": data})
            if number % 2:
                put(store, "blobs", {"id": record["id"] + "-thumbnail", "data": PNG + b"small"})
            note["text"] += f"\n\n![a](attachment:{record['id']}) and [b](attachment:{record['id']})."
        put(store, "notes", note)
        for kept in range(number % 3):
            put(store, "revisions", {"id": note["id"] + "-" + new_ulid(NOW_MS + kept, b"0123456789"), "note": note["id"], "title": "", "text": f"earlier {kept}", "tags": [],
                                     "created": note["created"], "updated": note["updated"], "revision": kept + 1, "why": "pause"})
    put(store, "settings", {"id": "forgotten words", "value": ["wörd"]}, {"id": "learned since", "value": timestamp(NOW_MS)}, {"id": "switched off", "value": ["mood"]})
    return store


def export(store, payload=ALL, trip=None):
    """(what it answers, the bytes of the zip)."""
    trip = trip or Trip()
    answer = run(Export(store, trip, lambda: timestamp(NOW_MS)).run(payload))
    return answer, b"".join(trip.parts)


def bring(store, data, write=True, trip=None, name="notes.zip", format=None, tree=None):
    """(the import, what the report was told)."""
    account = Account()
    tree = tree or open_tree(io.BytesIO(data), name)
    bringing = Import(store, trip or Trip(), account, lambda: NOW_MS, write)
    run(bringing.run(format or detect(tree), tree))
    return bringing, account


def records(store, without=()):
    """All that is in it, but what remembers imports and what belongs to the device."""
    return {name: {id: record for id, record in there.items() if name != "settings" or not id.startswith(("import ", "last import", "switched off"))}
            for name, there in store.stores.items() if name not in without}
