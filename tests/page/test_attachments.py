"""Attachments without a browser: what is stored, what is refused, and when it goes again."""

import asyncio

from app.everywhere.clock import timestamp
from app.everywhere.errors import BadAttachment, StorageFull
from app.everywhere.limits import ATTACHMENT_BYTES, ATTACHMENT_KEPT_MS, SPARE_BYTES
from app.everywhere.note import new_note
from app.everywhere.ulid import new_ulid
from app.page.attachments import Attachments, Files
from app.page.storage import MemoryStorage

DAY = ATTACHMENT_KEPT_MS


class Clock:
    def __init__(self):
        self.ms, self.ids = 1_795_242_975_000, 0

    def now(self):
        return timestamp(self.ms)

    def ago(self, ms):
        return timestamp(self.ms - ms)

    def new_id(self):
        self.ids += 1
        return new_ulid(self.ms, self.ids.to_bytes(10, "big"))


class Folder(Files):
    """The reader's files: number → (bytes, SHA-256, type, thumbnail)."""

    def __init__(self):
        self.free, self.files, self.reads = None, {}, []

    async def room(self):
        return self.free

    async def read(self, number, progress):
        self.reads.append(number)
        if number not in self.files:
            raise BadAttachment("NotFoundError")
        progress(1)
        return self.files[number]


class FullStorage(MemoryStorage):
    async def write(self, changes):
        raise StorageFull("There is no room left.")


class Desk:
    def __init__(self, storage=None):
        self.storage, self.files, self.clock, self.heard = storage or MemoryStorage(), Folder(), Clock(), []
        self.files.files = {1: (b"cat", "c" * 64, "image/png", b"c"), 2: (b"dog", "d" * 64, "", None), 3: None}
        self.attachments = Attachments(self.storage, self.files, self.clock, lambda number, done: self.heard.append((number, done)))

    async def attach(self, file=1, name="cat.png", type="image/png", bytes=3):
        return await self.attachments.attach({"file": file, "name": name, "type": type, "bytes": bytes})

    async def note(self, text, id="a", **fields):
        await self.storage.put("notes", new_note(id, self.clock.now(), text=text) | fields)

    async def refusal(self, kind, **file):
        try:
            await self.attach(**file)
        except kind as error:
            return str(error)
        raise AssertionError("it was attached")


def story(work):
    def test():
        asyncio.run(work())
    test.__name__ = work.__name__
    return test


@story
async def test_a_picture_is_stored_with_its_thumbnail_and_named_as_a_picture():
    desk = Desk()
    answer = await desk.attach()
    assert answer["markdown"] == "![cat.png](attachment:" + answer["id"] + ")"
    record = await desk.storage.get("attachments", answer["id"])
    assert record == {"id": answer["id"], "name": "cat.png", "type": "image/png", "bytes": 3, "sha256": "c" * 64,
                      "created": desk.clock.now(), "updated": desk.clock.now()}
    assert await desk.attachments.data(answer["id"]) == b"cat"
    assert await desk.attachments.data(answer["id"] + "-thumbnail") == b"c"
    assert await desk.attachments.total() == (1, 3)
    assert desk.heard == [(1, 1)]


@story
async def test_what_only_claims_to_be_a_picture_is_a_file():
    desk = Desk()
    answer = await desk.attach(file=2, name="<img src=x>.png")
    assert answer["markdown"] == "[\\<img src=x\\>.png](attachment:" + answer["id"] + ")"
    assert (await desk.storage.get("attachments", answer["id"]))["type"] == "application/octet-stream"
    assert await desk.storage.ids("blobs") == [answer["id"]]


@story
async def test_the_same_file_is_stored_once_and_its_day_begins_anew():
    desk = Desk()
    first = await desk.attach()
    desk.clock.ms += DAY
    again = await desk.attach(name="copy of cat.png")
    assert again["id"] == first["id"] and "copy of cat.png" in again["markdown"]
    record = await desk.storage.get("attachments", first["id"])
    assert (record["name"], record["created"] < record["updated"]) == ("cat.png", True)
    assert await desk.attachments.total() == (1, 3)


@story
async def test_an_empty_and_a_too_large_file_are_refused_before_they_are_read():
    desk = Desk()
    assert "«a.txt» is empty" in await desk.refusal(BadAttachment, name="dir/a.txt", bytes=0)
    said = await desk.refusal(BadAttachment, name="film.mp4", bytes=5_000_000_000)
    assert said == "«film.mp4» has 5.0 GB. A note takes files of up to 25.0 MB."
    await desk.refusal(BadAttachment, bytes=ATTACHMENT_BYTES + 1)
    assert desk.files.reads == []


@story
async def test_a_file_that_cannot_be_read_is_told_by_its_name():
    desk = Desk()
    assert "«gone.txt» could not be read." in await desk.refusal(BadAttachment, file=9, name="gone.txt")
    assert await desk.attachments.total() == (0, 0)


@story
async def test_where_the_device_has_too_little_room_it_is_refused_before_it_is_read_with_the_numbers():
    desk = Desk()
    desk.files.free = SPARE_BYTES + 2
    assert "needs 3 bytes, and this device has 10.0 MB left" in await desk.refusal(StorageFull)
    assert desk.files.reads == []
    desk.files.free += 1
    assert (await desk.attach())["id"]


@story
async def test_a_full_disk_is_told_with_the_name_and_leaves_nothing():
    desk = Desk(FullStorage())
    assert "no room left on this device for «cat.png» (3 bytes)" in await desk.refusal(StorageFull)
    assert await desk.attachments.total() == (0, 0)


@story
async def test_what_the_reader_cancels_is_not_stored():
    desk = Desk()
    assert await desk.attach(file=3) == {"id": ""}
    assert await desk.attachments.total() == (0, 0)


@story
async def test_an_attachment_outlives_the_last_note_that_named_it_by_a_day():
    desk = Desk()
    id = (await desk.attach())["id"]
    await desk.note("![cat](attachment:" + id + ")")
    desk.clock.ms += 10 * DAY
    assert await desk.attachments.tidy() == 0
    await desk.note("")
    assert await desk.attachments.tidy() == 0
    desk.clock.ms += DAY - 1
    assert await desk.attachments.tidy() == 0
    desk.clock.ms += 1
    assert await desk.attachments.tidy() == 1
    assert await desk.storage.ids("blobs") == [] and await desk.attachments.record(id) is None


@story
async def test_an_undo_within_the_day_begins_it_anew():
    desk = Desk()
    id = (await desk.attach())["id"]
    desk.clock.ms += 10 * DAY
    await desk.attachments.tidy()
    await desk.note("![cat](attachment:" + id + ")")
    desk.clock.ms += DAY
    assert await desk.attachments.tidy() == 0
    await desk.note("")
    assert await desk.attachments.tidy() == 0
    assert await desk.attachments.data(id) == b"cat"


@story
async def test_what_the_page_names_and_nobody_stored_yet_stays():
    desk = Desk()
    id = (await desk.attach())["id"]
    desk.clock.ms += 10 * DAY
    await desk.attachments.tidy(in_use=[id])
    desk.clock.ms += DAY
    assert await desk.attachments.tidy(in_use=[id]) == 0
    assert await desk.attachments.record(id)


@story
async def test_what_was_erased_with_its_note_goes_at_once_if_it_is_a_day_old_and_no_other_note_names_it():
    desk = Desk()
    id, other = (await desk.attach())["id"], (await desk.attach(file=2))["id"]
    await desk.note("![cat](attachment:" + id + ") [dog](attachment:" + other + ")")
    await desk.note("[dog](attachment:" + other + ")", id="b", deleted=desk.clock.now())
    await desk.storage.put("revisions", {"id": "a-1", "text": "attachment:" + "0" * 26})
    used = await desk.attachments.used_by("a")
    assert sorted(used) == ["0" * 26, id, other]
    for store, gone in (("notes", "a"), ("revisions", "a-1")):
        await desk.storage.delete(store, gone)
    assert await desk.attachments.tidy(erased=used) == 0, "the first day is for everybody"
    desk.clock.ms += DAY
    assert await desk.attachments.tidy() == 1
    assert await desk.storage.ids("attachments") == [other]


@story
async def test_a_file_that_is_attached_again_while_it_waits_to_be_removed_stays():
    desk = Desk()
    id = (await desk.attach())["id"]
    desk.clock.ms += 10 * DAY
    await desk.attachments.tidy()
    desk.clock.ms += DAY
    await desk.attach()
    assert await desk.attachments.tidy() == 0
    assert await desk.attachments.data(id) == b"cat"


@story
async def test_a_name_that_was_imported_is_cleaned_before_it_is_shown():
    desk = Desk()
    await desk.storage.put("attachments", {"id": "x", "name": "../a\u202eb", "type": "text/html", "bytes": 1, "sha256": "", "created": ""})
    assert await desk.attachments.record("x") == {"id": "x", "name": "a b", "bytes": 1}
    await desk.storage.put("attachments", {"id": "y", "bytes": "many"})
    assert await desk.attachments.record("y") == {"id": "y", "name": "file", "bytes": 0}
    assert await desk.attachments.total() == (2, 1)
    assert (await desk.attach())["id"]
