"""Stores the pictures and files that notes name, and removes those that none names any more.

A file's bytes are durable before the note names them, and the record, the bytes and the thumbnail are written in one step. The same
file is stored once, however often it is attached. Nothing here knows the browser: bytes are handed on and never looked at.

Offers `Attachments` and the port `Files`.
"""

from app.everywhere.attachments import THUMBNAIL, clean_name, clean_type, in_bytes, named_in, reference
from app.everywhere.errors import BadAttachment, Damaged, StorageFull
from app.everywhere.limits import ATTACHMENT_BYTES, ATTACHMENT_KEPT_MS, SPARE_BYTES

# The setting that tells since when attachments are known to be unused: {id: timestamp}.
UNUSED = "unused attachments"


class Files:
    """What the attachments need of the browser."""

    async def room(self):
        """Bytes that are left on the device for the notebook, or None where nobody knows."""

    async def read(self, number, progress):
        """(bytes, SHA-256 in hexadecimal, type of a picture that is shown or "", bytes of its thumbnail or None) of a file that came.

        None where the reader cancelled, BadAttachment where it cannot be read. `progress(bytes)` hears how far it is.
        """


class Attachments:
    """`progress(number, bytes)` hears how much of the file with this number was read."""

    def __init__(self, storage, files, clock, progress):
        self._storage, self._files, self._clock, self._progress = storage, files, clock, progress

    async def attach(self, payload):
        """{"file": its number, "name", "type", "bytes"} → {"id", "name", "markdown"} once it is durable; {"id": ""} where the reader cancelled.

        BadAttachment or StorageFull say what is in the way, with the sizes; then nothing has changed.
        """
        name, size = clean_name(payload["name"]), payload["bytes"]
        if not size:
            raise BadAttachment("«" + name + "» is empty, or a folder: there is nothing to attach.")
        if size > ATTACHMENT_BYTES:
            raise BadAttachment("«" + name + "» has " + in_bytes(size) + ". A note takes files of up to " + in_bytes(ATTACHMENT_BYTES) + ".")
        room = await self._files.room()
        if room is not None and room < size + SPARE_BYTES:
            raise StorageFull("«" + name + "» needs " + in_bytes(size) + ", and this device has " + in_bytes(room)
                              + " left for the notebook. Free some space and attach it again.")
        try:
            read = await self._files.read(payload["file"], lambda done: self._progress(payload["file"], done))
        except BadAttachment:
            raise BadAttachment("«" + name + "» could not be read. It was moved or changed, or it is a folder. Choose it again.")
        if read is None:
            return {"id": ""}
        data, sha256, shown, thumbnail = read
        now = self._clock.now()
        known = [row for row in await self._storage.all("attachments") if row.get("sha256") == sha256]
        record = known[0] | {"updated": now} if known else {
            "id": self._clock.new_id(), "name": name, "type": shown or clean_type(payload["type"]), "bytes": size, "sha256": sha256,
            "created": now, "updated": now}
        # A known one is written again as well: at this very moment another tab may be removing it.
        changes = [("put", "attachments", record), ("put", "blobs", {"id": record["id"], "data": data})]
        if thumbnail is not None:
            changes.append(("put", "blobs", {"id": record["id"] + THUMBNAIL, "data": thumbnail}))
        try:
            await self._storage.write(changes)
        except StorageFull:
            raise StorageFull("There is no room left on this device for «" + name + "» (" + in_bytes(size)
                              + "). Free some space and attach it again; your notes are as they were.")
        return {"id": record["id"], "name": name, "markdown": reference(record["id"], name, bool(shown))}

    async def record(self, id):
        """{"id", "name", "bytes"} of an attachment, fit to be shown whatever was imported; None where it is not on this device, or cannot be read."""
        record = await self._read("attachments", id)
        return record and {"id": id, "name": clean_name(str(record.get("name", ""))), "bytes": _count(record)}

    async def data(self, id):
        """The bytes of an attachment, or of a thumbnail, as the browser has them; None where they are not on this device, or cannot be read."""
        blob = await self._read("blobs", id)
        return blob and blob["data"]

    async def _read(self, store, id):
        try:
            return await self._storage.get(store, id)
        except Damaged:
            return None

    async def total(self):
        """(how many attachments are kept, their bytes)."""
        rows = await self._storage.all("attachments")
        return len(rows), sum([_count(row) for row in rows])

    async def used_by(self, id):
        """The ids that the note `id` and its revisions name, to be told to `tidy` when it has been deleted for good."""
        return list(named_in([await self._storage.get("notes", id), await self._storage.starting("revisions", id + "-")]))

    async def tidy(self, erased=(), in_use=()):
        """Removes what no note and no revision has named for a day; how many.

        The day is for whoever undoes: but nobody can where the last note that named it was deleted for good, so those in `erased` go
        at once, if they are a day old. `in_use`: what the page names and may not be stored yet.
        """
        setting = await self._storage.get("settings", UNUSED)
        before = setting["value"] if setting else {}
        gone, unused = await self._storage.remove_unused(
            self._clock.now(), self._clock.ago(ATTACHMENT_KEPT_MS), before | {id: "" for id in erased}, list(in_use))
        if unused != before:
            await self._storage.put("settings", {"id": UNUSED, "value": unused})
        return gone


def _count(record):
    count = record.get("bytes")
    return int(count) if isinstance(count, (int, float)) and count > 0 else 0
