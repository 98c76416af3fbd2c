"""What every implementation of the storage port keeps to. Each check gets an empty storage.

Plain functions and plain asserts: pytest runs them on memory (test_storage.py), a page in a
real browser runs them under MicroPython on IndexedDB (tests/browser/test_storage.py).
"""

from app.everywhere.errors import Conflict


DAY = ["2026-03-0" + str(day) + "T00:00:00.000Z" for day in range(1, 6)]
CAT, DOG = "01ARZ3NDEKTSV4RRFFQ69G5FAV", "01ARZ3NDEKTSV4RRFFQ69G5FAW"


def record(id, revision=1, updated="2026-01-01T00:00:00.000Z", text="", **fields):
    """A note, whole: what is not counts as damaged where it is read."""
    return {"id": id, "revision": revision, "created": updated, "updated": updated, "title": "", "text": text, "tags": [], "pinned": False, "archived": False,
            "deleted": "", "never_leaves": False, "mood": ""} | fields


def state(id, text="", **fields):
    """A note's earlier state."""
    return {"id": id, "note": id[0], "revision": 1, "created": DAY[0], "updated": DAY[0], "title": "", "text": text, "tags": [], "why": "pause"} | fields


async def refused(work):
    try:
        await work
    except Conflict:
        return True
    return False


async def what_was_put_is_read_back_the_same(storage):
    original = record("a", text="naïve ☕ 🌙 שלום\n\tend ", tags=["x", "y"], pinned=True, nested={"deep": [1, 2.5, None]})
    await storage.put("notes", original)
    assert await storage.get("notes", "a") == original


async def what_is_not_there_is_none(storage):
    assert await storage.get("notes", "a") is None
    assert await storage.all("notes") == []
    assert await storage.slice("notes") == []


async def a_copy_is_read_and_not_the_record_itself(storage):
    await storage.put("notes", record("a", tags=["x"]))
    read = await storage.get("notes", "a")
    read["tags"].append("y")
    assert (await storage.get("notes", "a"))["tags"] == ["x"]


async def putting_again_replaces(storage):
    await storage.put("notes", record("a", text="old"))
    await storage.put("notes", record("a", text="new"))
    assert (await storage.get("notes", "a"))["text"] == "new"
    assert len(await storage.all("notes")) == 1


async def stores_are_apart(storage):
    await storage.put("settings", {"id": "a", "value": False})
    assert await storage.get("notes", "a") is None
    assert (await storage.get("settings", "a"))["value"] is False


async def all_are_listed_in_order_of_id_or_of_change(storage):
    await storage.put("notes", record("b", updated="2026-01-01T00:00:00.000Z"))
    await storage.put("notes", record("a", updated="2026-03-01T00:00:00.000Z"))
    await storage.put("notes", record("c", updated="2026-02-01T00:00:00.000Z"))
    assert [row["id"] for row in await storage.all("notes")] == ["a", "b", "c"]
    assert [row["id"] for row in await storage.all("notes", order_by="updated")] == ["b", "c", "a"]


async def a_list_can_ask_for_the_beginnings_of_texts(storage):
    await storage.put("notes", record("a", text="0123456789"))
    assert (await storage.all("notes", cut_text=4))[0]["text"] == "0123"
    assert (await storage.get("notes", "a"))["text"] == "0123456789"


async def the_newest_come_first_and_no_more_than_asked_for(storage):
    for day, id in ((2, "a"), (3, "b"), (1, "c")):
        await storage.put("notes", record(id, updated="2026-01-0" + str(day) + "T00:00:00.000Z", text="0123456789"))
    assert [row["id"] for row in await storage.newest("notes", 2)] == ["b", "a"]
    assert [row["text"] for row in await storage.newest("notes", 9, cut_text=3)] == ["012"] * 3


async def slices_walk_through_all_once(storage):
    for id in ("d", "a", "c", "b", "e"):
        await storage.put("notes", record(id))
    seen, after = [], ""
    while True:
        part = await storage.slice("notes", after, 2)
        if not part:
            break
        assert len(part) <= 2
        seen += [row["id"] for row in part]
        after = part[-1]["id"]
    assert seen == ["a", "b", "c", "d", "e"]


async def words_are_found_whatever_their_case_the_newest_note_first_and_none_of_the_trash(storage):
    for id, title, text, deleted in (("a", "Tea", "with Noor and Ada", ""), ("b", "", "TEA with noor", ""), ("c", "", "tea with Noor", "x"), ("d", "", "coffee", "")):
        await storage.put("notes", record(id, title=title, text=text, deleted=deleted, updated="2026-01-0" + str(ord(id) - 96)))
    assert [found["id"] for found in await storage.containing(["noor", "tea"], 10)] == ["b", "a"]
    assert [found["id"] for found in await storage.containing(["Noor"], 1)] == ["b"]
    assert [found["text"] for found in await storage.containing(["ada"], 10, cut_text=4)] == ["with"]
    assert await storage.containing(["%", "noor"], 10) == []


async def what_an_attachment_is_called_is_found_and_its_id_is_not(storage):
    await storage.put("notes", record("a", title="", text="![cat](attachment:" + CAT + ") Tea", deleted=""))
    for words, found in ((["cat", "tea"], 1), (["attachment"], 0), ([CAT], 0)):
        assert len(await storage.containing(words, 5)) == found


async def replacing_needs_the_revision_that_is_stored(storage):
    await storage.replace("notes", record("a", revision=1, text="first"), 0)
    await storage.replace("notes", record("a", revision=2, text="second"), 1)
    assert await refused(storage.replace("notes", record("a", revision=2, text="stale"), 1))
    assert await refused(storage.replace("notes", record("a", revision=1, text="as if new"), 0))
    assert await refused(storage.replace("notes", record("b", revision=4, text="as if there"), 3))
    assert (await storage.get("notes", "a"))["text"] == "second"
    assert await storage.get("notes", "b") is None


async def deleting_removes_and_twice_is_fine(storage):
    await storage.put("notes", record("a"))
    await storage.delete("notes", "a")
    await storage.delete("notes", "a")
    assert await storage.get("notes", "a") is None


async def deleting_can_ask_for_the_revision_that_is_stored(storage):
    await storage.put("notes", record("a", revision=3))
    assert await refused(storage.delete("notes", "a", 2))
    assert await refused(storage.write([("delete", "revisions", "a-1"), ("delete", "notes", "a", 4)]))
    await storage.delete("notes", "b", 1)
    await storage.delete("notes", "a", 3)
    assert await storage.get("notes", "a") is None


async def changes_that_are_written_together_are_all_there(storage):
    await storage.put("settings", {"id": "old", "value": 1})
    await storage.write([("replace", "notes", record("a"), 0), ("put", "revisions", state("a-1", "before")), ("delete", "settings", "old")])
    assert (await storage.get("notes", "a"))["revision"] == 1
    assert (await storage.get("revisions", "a-1"))["text"] == "before"
    assert await storage.get("settings", "old") is None


async def of_changes_that_cannot_be_made_together_none_is_made(storage):
    await storage.put("notes", record("a", revision=4, text="theirs"))
    assert await refused(storage.write([("put", "revisions", state("a-1")), ("delete", "notes", "b"), ("replace", "notes", record("a", revision=4), 3)]))
    assert await storage.get("revisions", "a-1") is None
    assert (await storage.get("notes", "a"))["text"] == "theirs"


async def records_are_found_by_the_beginning_of_their_ids(storage):
    for id in ("b-2", "a-1", "b-1", "c"):
        await storage.put("revisions", state(id, "of " + id))
    assert await storage.ids("revisions") == ["a-1", "b-1", "b-2", "c"]
    assert await storage.ids("revisions", "b-") == ["b-1", "b-2"]
    assert [row["text"] for row in await storage.starting("revisions", "b-")] == ["of b-1", "of b-2"]
    assert await storage.starting("revisions", "d") == []


async def a_text_of_five_megabytes_comes_back_whole(storage):
    text = "0123456789abcdef é\n" * 250_000
    await storage.put("notes", record("a", text=text))
    assert (await storage.get("notes", "a"))["text"] == text


async def attached(storage, id=CAT, **fields):
    await storage.write([("put", "attachments", {"id": id, "name": "a", "bytes": 1, "created": DAY[0], "updated": DAY[0]} | fields),
                         ("put", "blobs", {"id": id, "data": "…"}), ("put", "blobs", {"id": id + "-thumbnail", "data": "."})])


async def an_attachment_goes_with_its_bytes_once_nothing_has_named_it_for_long_enough(storage):
    await attached(storage)
    await attached(storage, DOG)
    await storage.put("notes", record("a", text="![dog](attachment:" + DOG + ")"))
    assert await storage.remove_unused(DAY[2], DAY[1], {}, []) == (0, {CAT: DAY[2]})
    assert await storage.remove_unused(DAY[3], DAY[1], {CAT: DAY[2]}, []) == (0, {CAT: DAY[2]})
    assert await storage.remove_unused(DAY[3], DAY[2], {CAT: DAY[2]}, []) == (1, {})
    assert await storage.ids("attachments") == [DOG] and await storage.ids("blobs") == [DOG, DOG + "-thumbnail"]


async def an_attachment_stays_while_a_note_of_the_trash_or_a_revision_names_it(storage):
    await attached(storage)
    await attached(storage, DOG)
    await storage.put("notes", record("a", text="(attachment:" + CAT + ")", deleted=DAY[0]))
    await storage.put("revisions", state("a-1", before=[{"text": "[dog](attachment:" + DOG + ")"}]))
    assert await storage.remove_unused(DAY[3], DAY[2], {CAT: "", DOG: ""}, []) == (0, {})
    await storage.delete("revisions", "a-1")
    assert await storage.remove_unused(DAY[3], DAY[2], {DOG: ""}, [DOG]) == (0, {})
    assert await storage.remove_unused(DAY[3], DAY[2], {DOG: ""}, []) == (1, {})


async def an_attachment_that_was_attached_a_moment_ago_stays_even_if_unused(storage):
    await attached(storage, updated=DAY[3])
    assert await storage.remove_unused(DAY[3], DAY[2], {CAT: ""}, []) == (0, {CAT: ""})
    assert await storage.ids("blobs", CAT) == [CAT, CAT + "-thumbnail"]


async def a_moment_that_is_still_to_come_is_taken_for_now(storage):
    await attached(storage)
    assert await storage.remove_unused(DAY[2], DAY[1], {CAT: DAY[4]}, []) == (0, {CAT: DAY[2]})


CONTRACT = (
    what_was_put_is_read_back_the_same,
    what_is_not_there_is_none,
    a_copy_is_read_and_not_the_record_itself,
    putting_again_replaces,
    stores_are_apart,
    all_are_listed_in_order_of_id_or_of_change,
    a_list_can_ask_for_the_beginnings_of_texts,
    the_newest_come_first_and_no_more_than_asked_for,
    slices_walk_through_all_once,
    words_are_found_whatever_their_case_the_newest_note_first_and_none_of_the_trash,
    what_an_attachment_is_called_is_found_and_its_id_is_not,
    replacing_needs_the_revision_that_is_stored,
    deleting_removes_and_twice_is_fine,
    deleting_can_ask_for_the_revision_that_is_stored,
    changes_that_are_written_together_are_all_there,
    of_changes_that_cannot_be_made_together_none_is_made,
    records_are_found_by_the_beginning_of_their_ids,
    a_text_of_five_megabytes_comes_back_whole,
    an_attachment_goes_with_its_bytes_once_nothing_has_named_it_for_long_enough,
    an_attachment_stays_while_a_note_of_the_trash_or_a_revision_names_it,
    an_attachment_that_was_attached_a_moment_ago_stays_even_if_unused,
    a_moment_that_is_still_to_come_is_taken_for_now,
)
