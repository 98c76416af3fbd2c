"""Import: what a reader of a format finds becomes notes, and nothing that is here already is touched.

Offers ``Import(store, trip, report, clock, write)`` with ``await run(format, tree)``; ``write=False`` is the dry run, which does all but write.

The rules:

- A note whose id is free comes with it. One that is here with the same content is left out («already here»). One that is here with
  other content comes under a new id, and the report says so.
- A note without an id gets one that follows from what it says: importing the same file again finds it, although it was
  changed here meanwhile. The copy of a note with other content likewise.
- Writes are steps of some notes with their attachments, each one strict transaction of ``add``, which refuses an existing key. With
  each step the ids go into the settings, so that an import that was cut short is known, and can be undone (app/porter/undoing.py).
- Whatever comes in is hostile: only known fields of the right kind and size get through.
"""

import hashlib
import re
import secrets
import urllib.parse
from datetime import UTC, datetime

from app.everywhere.attachments import THUMBNAIL, clean_name, clean_type
from app.everywhere.clock import timestamp
from app.everywhere.errors import BadNote, CarryonError, Conflict, StorageError
from app.everywhere.limits import ATTACHMENT_BYTES, IMPORT_STEP_BYTES, IMPORT_STEP_NOTES, NOTE_TEXT_BYTES, TAG_CHARACTERS, TAGS_PER_NOTE
from app.everywhere.note import checked, headline
from app.everywhere.ulid import is_ulid, new_ulid
from app.porter import layout, undoing
from app.porter.layout import line

# The bytes that pictures begin with, and where.
_PICTURES = (("image/png", 0, b"\x89PNG\r\n\x1a\n"), ("image/jpeg", 0, b"\xff\xd8\xff"), ("image/gif", 0, b"GIF8"), ("image/webp", 8, b"WEBP"),
             ("image/avif", 4, b"ftypavif"))
# Bytes of a thumbnail at most.
THUMBNAIL_BYTES = 500_000
# What an earlier state of a note holds (app/everywhere/history.py).
REVISION_FIELDS = {"id": str, "note": str, "revision": int, "created": str, "updated": str, "title": str, "text": str, "tags": list, "why": str}
ATTACHMENT_FIELDS = ("id", "name", "type", "bytes", "sha256", "created", "updated")


class Stopped(Exception):
    """The import ends here; what was written stays. Its text says why."""


class Item:
    """A note on its way in. ``attachments``: [{"name", "type", "path", "created"}], in an archive of ours with "id", "sha256" and "thumbnail"."""

    def __init__(self, note, attachments, path, derived):
        self.note, self.attachments, self.path = note, attachments, path
        self.derived = derived  # its id follows from its content


class Step:
    """What is to be written at once, and what is true once it is."""

    def __init__(self, ids, attachments):
        self.changes, self.blobs = [], []
        self.ids, self.attachment_ids = dict(ids), dict(attachments)
        self.counts = {"notes": 0, "attachments": 0, "revisions": 0, "settings": 0}
        self.lines = []  # (what the report is to be told, *arguments)

    def add(self, store, record):
        self.changes.append({"kind": "add", "store": store, "record": record})
        if store in self.counts:
            self.counts[store] += 1


class Import:
    """``trip`` hears how far it is and says when it is cancelled; ``report`` takes what is to be said; ``now_ms()``: milliseconds since 1970."""

    def __init__(self, store, trip, report, now_ms, write):
        self._store, self._trip, self._report, self._now_ms, self._write = store, trip, report, now_ms, write
        self.id = new_ulid(now_ms(), secrets.token_bytes(10))
        self.counts = {"notes": 0, "attachments": 0, "revisions": 0, "settings": 0}  # of what came in, or would
        self.problem = ""
        self._began = timestamp(now_ms())
        self._steps = 0
        self._waiting, self._waiting_bytes = [], 0
        # Of what is in the archive, by id. Notes: (digest of the content, id here). Attachments: id here.
        self._ids, self._attachment_ids = {}, {}

    async def run(self, format, tree):
        """Brings in what ``format`` finds in ``tree``; ``problem`` says why it ended early, if it did."""
        self._tree, self._title, self._was_empty = tree, format.title, not await self._store.count("notes")
        found_so_far = 0
        try:
            for path, why in tree.refused:
                self._report.skipped(path, why)
            for path, what in tree.changed:
                self._report.changed(path, what)
            await self._trip.tell(0, 0, "notes")
            try:
                for found in format.read(tree, self._report):
                    await self._take(found)
                    found_so_far += 1 if found.get("note") is not None else 0
                    await self._trip.tell(found_so_far, 0, "notes")
                    if self._trip.cancelled:
                        return
            except CarryonError as error:
                self.problem = str(error)  # the reader could not go on: what it found until then is whole
            except OSError as error:
                self.problem = f"The file cannot be read any more ({error}). Choose it again."
            await self._write_waiting()
        except Stopped as stop:
            self.problem = str(stop)

    async def _take(self, found):
        """``found`` is a note with what belongs to it; or, from an archive of ours, attachments, revisions or settings."""
        if found.get("note") is not None:
            item = self._fitting(found)
            if item is None:
                return
            size = len(item.note["text"]) + sum(self._size(attachment) for attachment in item.attachments)
            if len(self._waiting) >= IMPORT_STEP_NOTES or self._waiting_bytes + size > IMPORT_STEP_BYTES:
                await self._write_waiting()
            self._waiting.append(item)
            self._waiting_bytes += size
            return
        await self._write_waiting()
        for attachment in found.get("attachments", ()):
            await self._in_one_step(lambda step, one=attachment: self._attach(one, step))
        if found.get("revisions"):
            await self._in_one_step(lambda step: self._choose_revisions(found["revisions"], step))
        if found.get("settings") and self._was_empty:
            await self._in_one_step(lambda step: self._choose_settings(found["settings"], step))

    async def _write_waiting(self):
        items, self._waiting, self._waiting_bytes = self._waiting, [], 0
        if items:
            await self._in_one_step(lambda step: self._choose_notes(items, step))

    async def _in_one_step(self, choose):
        """Writes what ``await choose(step)`` wants written, in one transaction; chosen anew where another tab added the same in between."""
        for attempt in range(3):
            step = Step(self._ids, self._attachment_ids)
            await choose(step)
            if step.changes and self._write:
                notes = self.counts["notes"] + step.counts["notes"]
                remembered = await undoing.remembered(self._store, self.id, self._steps, self._title, timestamp(self._now_ms()), notes, step.changes)
                try:
                    await self._store.write(step.changes + remembered, step.blobs)
                except Conflict:
                    continue
                except StorageError as error:
                    raise Stopped(str(error)) from None
                self._steps += 1
            self._ids, self._attachment_ids = step.ids, step.attachment_ids
            for name, count in step.counts.items():
                self.counts[name] += count
            for say, *what in step.lines:
                say(*what)
            return
        raise Stopped("Another tab writes the same notes. Close it and try again.")

    # What may come in

    def _fitting(self, found):
        """The item of what was found, or None where it cannot be kept; then the report says why."""
        raw = found["note"]
        path = found.get("path") or headline({"title": str(raw.get("title", "")), "text": str(raw.get("text", ""))})
        note = {field: raw[field] for field in layout.NOTE_FIELDS if field in raw}
        derived = not note.get("id")
        try:
            checked(note | {"id": "0" * 26} if derived else note)
        except BadNote as error:
            self._report.skipped(path, str(error))
            return None
        if not layout.MOMENT.fullmatch(note["created"]):
            note["created"] = timestamp(self._now_ms())
            self._report.changed(path, "It has no date that can be read; it is dated now.")
        if not layout.MOMENT.fullmatch(note["updated"]):
            note["updated"] = note["created"]
        if note["deleted"] and not layout.MOMENT.fullmatch(note["deleted"]):
            note["deleted"] = note["updated"]
        for field in ("tags", "refused"):
            fitting = _tags(note.get(field, []))
            if fitting != note.get(field, []):
                self._report.changed(path, "Tags that cannot be kept were left out.")
                note[field] = fitting
        if not 0 < note["revision"] < 1 << 30:
            note["revision"] = 1
        item = Item(note, [dict(attachment) for attachment in found.get("attachments", ())], path, derived)
        if derived:
            # Not its revision, nor a date that was made up just now: the same file gives the same id again.
            said = {field: note[field] for field in ("title", "text", "tags", "created") if field != "created" or note["created"] < self._began}
            note["id"] = _derived_id(said.get("created", ""), said, [[one.get("name", ""), one.get("path", "")] for one in item.attachments])
        return item

    def _size(self, attachment):
        try:
            return max(0, min(self._tree.size(attachment["path"]), ATTACHMENT_BYTES))
        except (KeyError, OSError):
            return 0

    # Notes

    async def _choose_notes(self, items, step):
        there = await self._store.stored("notes", [item.note["id"] for item in items])
        for item in items:
            note, digest = item.note, _digest(item.note)
            id = note["id"]
            stored, before = there.get(id), step.ids.get(id)
            if stored is not None and (item.derived or _digest(_known(stored)) == digest):
                same = _digest(_known(stored)) == digest
                step.ids[id] = digest, id
                where = "It is in the trash." if stored["deleted"] else "" if same or item.derived and stored["revision"] == 1 else "It was changed here since it was brought in."
                step.lines.append((self._report.here, item.path, where))
                continue
            if before is not None and before[0] == digest:
                step.lines.append((self._report.here, item.path, "It stands in the archive twice."))
                continue
            if stored is not None or before is not None:
                note = note | {"id": _derived_id(note["created"], note)}
                if (await self._store.stored("notes", [note["id"]])) or note["id"] in step.ids:
                    step.ids.setdefault(id, (digest, note["id"]))
                    step.lines.append((self._report.here, item.path, "As a note of its own: it was brought in before."))
                    continue
                where = "here" if stored is not None else "in the archive"
                step.lines.append((self._report.copied, item.path, f"Another text with its id is {where}; both are kept."))
            if before is None:
                step.ids[id] = digest, note["id"]
            step.ids.setdefault(note["id"], (digest, note["id"]))
            step.add("notes", note | {"text": await self._with_attachments(item, note["text"], step)})
            await self._trip.pause()

    async def _with_attachments(self, item, text, step):
        """Takes in the attachments of a note; returns its text with their ids in the place of what stood there."""
        ids = []
        for attachment in item.attachments:
            ids.append(await self._attach(attachment, step))

        def here(found):
            if not found[1].startswith("#"):
                return f"attachment:{step.attachment_ids.get(found[1]) or found[1]}"
            number = int(found[1][1:])
            if number >= len(ids):
                return found[0]
            # What cannot be had leaves its path, so that the reader knows what is missing.
            return f"attachment:{ids[number]}" if ids[number] else urllib.parse.quote(str(item.attachments[number]["path"]))

        return _REFERENCE.sub(here, text)

    # Attachments

    async def _attach(self, attachment, step):
        """Takes in one attachment, unless it is here; returns its id here, or None where it cannot be had."""
        own, path = attachment.get("id", ""), attachment["path"]
        if own in step.attachment_ids:
            return step.attachment_ids[own]
        try:
            if not self._write:
                self._tree.size(path)
                if own or path not in step.attachment_ids:
                    step.attachment_ids[own or path] = own or path
                    step.counts["attachments"] += not (own and await self._store.stored("attachments", [own]))
                return own or path
            data = self._tree.read(path, ATTACHMENT_BYTES)
        except (KeyError, OSError, CarryonError) as error:
            step.lines.append((self._report.skipped, path, "It is not there." if isinstance(error, KeyError) else str(error)))
            if own:
                step.attachment_ids[own] = None
            return None
        sha256 = hashlib.sha256(data).hexdigest()
        if own and attachment.get("sha256", sha256) != sha256:
            step.lines.append((self._report.skipped, path, "It is damaged: these are not the bytes that were kept."))
            step.attachment_ids[own] = None
            return None
        record = self._attachment_record(attachment, data, sha256)
        stored = (await self._store.stored("attachments", [record["id"]])).get(record["id"])
        if stored is not None and stored.get("sha256") != sha256:
            record["id"] = _derived_id(record["created"], sha256, own)
            stored = (await self._store.stored("attachments", [record["id"]])).get(record["id"])
        id = record["id"]
        if stored is None and id not in step.attachment_ids:
            step.add("attachments", record)
            step.changes.append({"kind": "add", "store": "blobs", "record": {"id": id}})
            step.blobs.append(data)
            self._add_thumbnail(attachment, id, step)
        step.attachment_ids[own or id] = step.attachment_ids[id] = id
        return id

    def _attachment_record(self, attachment, data, sha256):
        record = {field: attachment[field] for field in ATTACHMENT_FIELDS if isinstance(attachment.get(field), str)}
        for field in ("created", "updated"):
            if field in record and not layout.MOMENT.fullmatch(record[field]):
                del record[field]
        created = record.get("created") or timestamp(self._now_ms())
        id = record.get("id", "")
        return record | {
            "id": id if is_ulid(id) else _derived_id(attachment.get("created") or "", sha256), "created": created, "bytes": len(data), "sha256": sha256,
            "name": clean_name(record.get("name", "")), "updated": record.get("updated") or timestamp(self._now_ms()), "type": _type(data, record.get("type", ""))}

    def _add_thumbnail(self, attachment, id, step):
        try:
            data = self._tree.read(attachment["thumbnail"], THUMBNAIL_BYTES)
        except (KeyError, OSError, CarryonError):
            return  # the page makes it anew
        if any(data[at:at + len(sign)] == sign for _, at, sign in _PICTURES):
            step.changes.append({"kind": "add", "store": "blobs", "record": {"id": id + THUMBNAIL}})
            step.blobs.append(data)

    # What only archives of ours hold

    async def _choose_revisions(self, revisions, step):
        wanted = {}
        for revision in revisions:
            old, _, kept = revision["id"].partition("-")
            if old not in step.ids or not is_ulid(kept) or not _is_revision(revision):
                step.lines.append((self._report.skipped, f"an earlier state of the note {old[:26]}", "It is none, or belongs to no note that is here."))
                continue
            new = step.ids[old][1]
            known = {field: revision[field] for field in REVISION_FIELDS if field in revision}
            wanted[f"{new}-{kept}"] = known | {"id": f"{new}-{kept}"} | ({"note": new} if "note" in known else {})
        there = await self._store.stored("revisions", list(wanted))
        for id, revision in wanted.items():
            if id not in there:
                step.add("revisions", revision)

    async def _choose_settings(self, settings, step):
        there = await self._store.stored("settings", [setting["id"] for setting in settings])
        for setting in settings:
            if setting["id"] not in there:
                step.add("settings", setting)


_REFERENCE = re.compile(rf"attachment:({layout.ID}|#\d{{1,6}})")


def _is_revision(record):
    """Whether it can be shown as an earlier state of a note."""
    if not isinstance(record.get("text"), str) or any(field in record and not isinstance(record[field], kind) for field, kind in REVISION_FIELDS.items()):
        return False
    moments = [record[field] for field in ("created", "updated") if field in record]
    return (all(layout.MOMENT.fullmatch(moment) for moment in moments) and _tags(record.get("tags", [])) == record.get("tags", [])
            and len(record.get("why", "")) <= 40 and len(record["text"].encode("utf-8", "replace")) <= NOTE_TEXT_BYTES)


def _known(note):
    return {field: note[field] for field in layout.NOTE_FIELDS if field in note}


def _digest(record):
    return hashlib.sha256(line(record)).digest()


def _derived_id(moment, *content):
    """The id that follows from a content: of its moment, and the same each time."""
    ms = datetime.fromisoformat(moment).replace(tzinfo=UTC).timestamp() * 1000 if layout.MOMENT.fullmatch(moment) else 0
    return new_ulid(max(0, round(ms)), hashlib.sha256(line(content)).digest()[:10])


def _tags(tags):
    """Those that can be kept."""
    fitting = []
    for tag in tags:
        if isinstance(tag, str) and tag.strip() and len(tag) <= TAG_CHARACTERS and tag not in fitting and len(fitting) < TAGS_PER_NOTE:
            fitting.append(tag)
    return fitting


def _type(data, claimed):
    """A MIME type: a picture's only where the bytes say so, and then theirs."""
    for kind, at, sign in _PICTURES:
        if data[at:at + len(sign)] == sign:
            return kind
    return clean_type(claimed)
