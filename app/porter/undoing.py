"""What the last import brought in, kept in the settings step by step, and how it is taken back.

    {"id": "last import", "value": {"import": id, "title": of the format, "moment": timestamp, "notes": how many}}
    {"id": "import <id> <number of the step>", "value": {"notes": [[id, revision, updated]], "revisions": [id], "attachments": [id]}}

They are written in the same transaction as the notes: what came in before a browser was killed is on the list. Offers ``remembered`` and
``await undo(store, trip)``.
"""

import json

from app.everywhere.attachments import THUMBNAIL
from app.porter import selection
from app.porter.layout import referred

LAST, PREFIX = "last import", "import "
# Records that are removed in one step.
STEP = 200


async def remembered(store, id, number, title, moment, notes, changes):
    """The changes by which an import's step is remembered; its first one forgets the import before."""
    value = {"notes": [], "revisions": [], "attachments": []}
    for change in changes:
        record = change["record"]
        if change["store"] == "notes":
            value["notes"].append([record["id"], record["revision"], record["updated"]])
        elif change["store"] in value:
            value[change["store"]].append(record["id"])
    older = [] if number else await store.ids("settings", PREFIX)
    return [{"kind": "delete", "store": "settings", "id": old} for old in older] + [
        {"kind": "put", "store": "settings", "record": {"id": f"{PREFIX}{id} {number:06}", "value": value}},
        {"kind": "put", "store": "settings", "record": {"id": LAST, "value": {"import": id, "title": title, "moment": moment, "notes": notes}}}]


async def undo(store, trip):
    """Takes the last import back: {"gone": notes that went, "stay": notes that were changed since, "cancelled"}. A note that was changed stays, with
    its earlier states; attachments go where nothing refers to them any more."""
    gone = stay = 0
    attachments, lists = set(), await store.ids("settings", PREFIX)
    for list_id in lists:
        value = (await store.stored("settings", [list_id]))[list_id]["value"]
        attachments.update(value["attachments"])
        there = await store.stored("notes", [id for id, _, _ in value["notes"]])
        unchanged = {id for id, revision, updated in value["notes"] if id in there and (there[id]["revision"], there[id]["updated"]) == (revision, updated)}
        stay += len(there) - len(unchanged)
        gone += len(unchanged)
        changes = [{"kind": "delete", "store": "notes", "id": id} for id in sorted(unchanged)]
        kept = there.keys() - unchanged
        changes += [{"kind": "delete", "store": "revisions", "id": id} for id in value["revisions"] if id.partition("-")[0] not in kept]
        if changes:
            await store.write(changes, [])
        await trip.tell(gone, 0, "notes")
        if trip.cancelled:
            return {"gone": gone, "stay": stay, "cancelled": True}  # the lists stay, and with them the way to go on
    attachments -= await _in_use(store)
    ids = sorted(attachments)
    for first in range(0, len(ids), STEP):
        some = ids[first:first + STEP]
        await store.write([{"kind": "delete", "store": name, "id": id + ending} for id in some
                           for name, ending in (("attachments", ""), ("blobs", ""), ("blobs", THUMBNAIL))], [])
        await trip.pause()
    await store.write([{"kind": "delete", "store": "settings", "id": id} for id in [LAST, *lists]], [])
    return {"gone": gone, "stay": stay, "cancelled": False}


async def _in_use(store):
    """The attachments that notes and their earlier states refer to."""
    used = set()
    for name in ("notes", "revisions"):
        async for records in selection.slices(store, name):
            for record in records:
                used |= referred(json.dumps(record))
    return used
