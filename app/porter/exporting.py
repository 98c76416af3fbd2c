"""Export: the notes as one zip, for people, for other programs, and for Carryon itself (app/porter/layout.py says what is inside).

Notes are read from the store in slices and leave memory in parts, so that ten thousand of them take no more than a few do.
Offers ``Export(store, trip, now)`` with ``await run(payload)``.
"""

import json
import zipfile
import zlib

from app.everywhere.attachments import THUMBNAIL
from app.everywhere.clock import timestamp
from app.porter import layout, selection
from app.porter.layout import line
from app.porter.parts_file import PartsFile

# Bytes of lines in one file of records.
LINES_BYTES = 4_000_000
# The settings that say something about the reader, and not about this device.
SETTINGS = ("forgotten words", "forgotten tags", "learned since")
# A text that packs so many times smaller looks like a zip bomb to whoever opens the archive, Carryon included; it is stored as it is. Bytes from which on.
SUSPICIOUS_RATIO, SUSPICIOUS_BYTES = 40, 500_000
# Types that compressing again would not make smaller.
_PACKED = ("image/jpeg", "image/png", "image/webp", "image/gif", "image/heic", "image/avif", "video/", "audio/", "application/zip", "application/pdf")


class Archive:
    """A zip that is written from its beginning to its end; it keeps the SHA-256 of every file."""

    def __init__(self, take):
        self._file = PartsFile(take)
        self._zip = zipfile.ZipFile(self._file, "w")
        self.files = {}  # path -> {"sha256", "bytes"}

    def add(self, path, data, *, moment="", packed=False):
        info = zipfile.ZipInfo(path, _zip_time(moment))
        packed = packed or len(data) > SUSPICIOUS_BYTES and len(zlib.compress(data, 1)) * SUSPICIOUS_RATIO < len(data)
        info.compress_type = zipfile.ZIP_STORED if packed else zipfile.ZIP_DEFLATED
        info.create_system, info.external_attr = 3, 0o644 << 16  # a plain file, as Unix says it
        self._zip.writestr(info, data)
        self.files[path] = {"sha256": layout.sha256(data), "bytes": len(data)}
        self._file.leave()

    def finish(self):
        self._zip.close()
        self._file.finish()


class Lines:
    """Records of one kind as lines, in files of some megabytes."""

    def __init__(self, archive, kind):
        self._archive, self._kind, self._lines, self._bytes, self._number = archive, kind, [], 0, 0
        self.count = 0

    def add(self, record):
        self.count += 1
        self._lines.append(line(record))
        self._bytes += len(self._lines[-1])
        if self._bytes >= LINES_BYTES:
            self.end()

    def end(self):
        if self._lines:
            self._number += 1
            self._archive.add(f"{layout.LOSSLESS}{self._kind}-{self._number:04}.jsonl", b"".join(self._lines))
            self._lines, self._bytes = [], 0


class Export:
    """``trip`` takes the parts and hears how far it is (app/porter/trip.py); ``now()``: a timestamp."""

    def __init__(self, store, trip, now):
        self._store, self._trip, self._now = store, trip, now

    async def run(self, payload):
        """``payload``: app/porter/selection.py. → {"notes", "attachments", "revisions", "missing": names of attachments without bytes, "bytes", "cancelled"}."""
        trip, store = self._trip, self._store
        archive = Archive(trip.part)
        archive.add(layout.READ_ME, layout.READ_ME_TEXT.encode())
        total = await selection.total(store, payload)
        await trip.tell(0, total, "notes")
        attachments = await selection.attachments_of(store, payload)
        paths = {id: layout.attachment_path(record) for id, record in attachments.items()}
        names, lines, ids, read = layout.Names(), Lines(archive, layout.NOTE_LINES), set(), 0
        async for some in selection.notes(store, payload):
            for note in some:
                archive.add(layout.note_path(note, names), layout.markdown(note, paths), moment=note["updated"])
                lines.add(note)
                ids.add(note["id"])
            read += len(some)
            await trip.tell(max(read, len(ids)), total, "notes")
            if trip.cancelled:
                return {"cancelled": True}
        lines.end()
        revisions = await self._revisions(archive, ids, selection.is_all(payload) and payload["trash"])
        missing = await self._attachments(archive, attachments, paths)
        if trip.cancelled:
            return {"cancelled": True}
        await self._settings(archive)
        archive.add(layout.MANIFEST, json.dumps({
            "carryon": layout.VERSION, "made": self._now(), "notes": len(ids), "revisions": revisions, "attachments": len(attachments) - len(missing),
            "files": archive.files}, indent=1, sort_keys=True).encode())
        archive.finish()
        return {"cancelled": False, "notes": len(ids), "revisions": revisions, "attachments": len(attachments) - len(missing), "missing": missing}

    async def _revisions(self, archive, ids, everything):
        lines = Lines(archive, layout.REVISION_LINES)
        async for some in selection.slices(self._store, "revisions"):
            for revision in some:
                if everything or selection.note_id(revision) in ids:
                    lines.add(revision)
            await self._trip.pause()
            if self._trip.cancelled:
                break
        lines.end()
        return lines.count

    async def _attachments(self, archive, attachments, paths):
        """Write what is known of them and their bytes, one after the other. Return the names of those whose bytes are not there."""
        missing, lines = [], Lines(archive, layout.ATTACHMENT_LINES)
        for done, (id, record) in enumerate(attachments.items()):
            await self._trip.tell(done, len(attachments), "attachments")
            if self._trip.cancelled:
                break
            data = await self._store.blob(id)
            if data is None:
                missing.append(record["name"])
                continue
            archive.add(paths[id], data, moment=record.get("created", ""), packed=record.get("type", "").startswith(_PACKED))
            thumbnail = await self._store.blob(id + THUMBNAIL)
            if thumbnail is not None:
                archive.add(layout.THUMBNAILS + id, thumbnail, packed=True)
            lines.add(record)
        lines.end()
        return missing

    async def _settings(self, archive):
        there = await self._store.stored("settings", SETTINGS)
        lines = Lines(archive, layout.SETTING_LINES)
        for id in SETTINGS:
            if id in there:
                lines.add(there[id])
        lines.end()


def _zip_time(moment):
    """A moment as a zip says it; it knows no year before 1980."""
    if not layout.MOMENT.fullmatch(moment) or not "1980" <= moment[:4] <= "2107":
        moment = timestamp(315_532_800_000)
    return (*map(int, moment[:10].split("-")), *map(int, moment[11:19].split(":")))
