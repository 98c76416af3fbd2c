"""Which notes leave: all of them, those with a tag, or some by their ids; with the trash or without.

A payload says it as {"tag": a tag or "", "ids": a list or None, "trash": bool}. Offers ``notes(store, payload)``, ``total``, ``attachments_of`` and ``slices``.
"""

import json

from app.porter.layout import referred

# Records to a slice, and the same for those that are asked for by their ids.
SLICE = 200


async def slices(store, name):
    """All records of a store, by id, some at a time."""
    after = ""
    while records := await store.slice(name, after, SLICE):
        after = records[-1]["id"]
        yield records


async def notes(store, payload):
    """The notes that leave, by id, some at a time."""
    if payload["ids"] is None:
        async for some in slices(store, "notes"):
            yield [note for note in some if _leaves(note, payload)]
    else:
        ids = sorted(payload["ids"])
        for first in range(0, len(ids), SLICE):
            there = await store.stored("notes", ids[first:first + SLICE])
            yield [there[id] for id in ids[first:first + SLICE] if id in there]


def _leaves(note, payload):
    return (payload["trash"] or not note["deleted"]) and (not payload["tag"] or payload["tag"] in note["tags"])


def is_all(payload):
    return payload["ids"] is None and not payload["tag"]


async def total(store, payload):
    """How many records are looked at for it."""
    return await store.count("notes") if payload["ids"] is None else len(payload["ids"])


async def attachments_of(store, payload):
    """What is known of the attachments that leave, by id: all of them, or those that the notes and their earlier states refer to."""
    wanted = None
    if not (is_all(payload) and payload["trash"]):
        wanted, ids = set(), set()
        async for some in notes(store, payload):
            for note in some:
                ids.add(note["id"])
                wanted |= referred(note["text"])
        async for some in slices(store, "revisions"):
            for revision in some:
                if note_id(revision) in ids:
                    wanted |= referred(json.dumps(revision))
    found = {}
    async for some in slices(store, "attachments"):
        found |= {record["id"]: record for record in some if wanted is None or record["id"] in wanted}
    return found


def note_id(revision):
    """The note that a revision is of: its id begins with it."""
    return revision["id"].partition("-")[0]
