"""What goes by itself, and that a clock which is wrong takes nothing with it."""

from app.everywhere.history import DAY, HOUR
from app.page.history import Tidying
from tests.page.test_notebook import Desk, story


async def desk_with_trash():
    """A desk with two notes, one of them in the trash, and its tidying."""
    desk = Desk()
    for text in ("Stays", "Goes"):
        desk.notebook.fresh()
        desk.type(text)
        await desk.settle()
    await desk.notebook.trash(desk.notebook.note["id"])
    return desk, Tidying(desk.storage, desk.notebook, desk.clock)


async def day_by_day(desk, tidying, days):
    for _ in range(days):
        desk.clock.ms += DAY
        await tidying.run()


@story
async def test_a_note_is_erased_after_thirty_days_in_the_trash_and_no_other_is():
    desk, tidying = await desk_with_trash()
    await tidying.run()
    await day_by_day(desk, tidying, 29)
    assert [tidying.days_left(head) for head in desk.notebook.listing(True)] == [1]
    assert sorted(await desk.stored()) == ["Goes", "Stays"]
    await day_by_day(desk, tidying, 2)
    assert await desk.stored() == ["Stays"] and desk.notebook.listing(True) == []


@story
async def test_what_came_with_an_import_has_its_thirty_days_from_then_on():
    desk, tidying = await desk_with_trash()
    await day_by_day(desk, tidying, 20)
    await desk.storage.put("settings", {"id": "last import", "value": {"moment": desk.clock.now()}})
    await day_by_day(desk, tidying, 29)
    assert sorted(await desk.stored()) == ["Goes", "Stays"]
    assert [tidying.days_left(head) for head in desk.notebook.listing(True)] == [1]
    await day_by_day(desk, tidying, 2)
    assert await desk.stored() == ["Stays"]


@story
async def test_a_clock_that_was_set_ahead_a_year_by_mistake_erases_nothing_on_the_next_days():
    desk, tidying = await desk_with_trash()
    await tidying.run()
    desk.clock.ms += 365 * DAY
    for _ in range(5):
        await tidying.run()
    await day_by_day(desk, tidying, 5)
    assert sorted(await desk.stored()) == ["Goes", "Stays"]
    desk.clock.ms -= 370 * DAY
    await day_by_day(desk, tidying, 10)
    assert sorted(await desk.stored()) == ["Goes", "Stays"]


@story
async def test_a_clock_that_was_set_back_a_year_erases_nothing_and_thins_nothing():
    desk, tidying = await desk_with_trash()
    for _ in range(5):
        desk.clock.ms += 10 * 60_000
        await desk.notebook.restore_revision(desk.notebook.note["id"], {"title": "", "text": str(desk.clock.ms), "tags": []})
    desk.clock.ms -= 365 * DAY
    await day_by_day(desk, tidying, 10)
    assert len(await desk.stored()) == 2 and len(await desk.storage.ids("revisions")) == 5


@story
async def test_the_first_look_at_a_notebook_believes_its_newest_note_and_not_the_clock():
    desk, tidying = await desk_with_trash()
    desk.clock.ms += 365 * DAY
    await tidying.run()
    assert sorted(await desk.stored()) == ["Goes", "Stays"]


@story
async def test_a_note_that_came_out_of_the_trash_in_another_window_is_not_erased():
    desk, tidying = await desk_with_trash()
    await tidying.run()
    other = Desk(desk.storage, number=1)
    await other.notebook.open()
    await other.notebook.restore(other.notebook.listing(True)[0]["id"])
    await day_by_day(desk, tidying, 40)
    assert sorted(await desk.stored()) == ["Goes", "Stays"]


@story
async def test_revisions_thin_out_once_a_day():
    desk, tidying = await desk_with_trash()
    id = desk.notebook.note["id"]
    for number in range(48):
        desk.clock.ms += HOUR // 2
        await desk.notebook.restore_revision(id, {"title": "", "text": str(number), "tags": []})
    await tidying.run()
    assert len(await desk.storage.ids("revisions")) >= 47
    await day_by_day(desk, tidying, 10)
    left = await desk.storage.all("revisions")
    assert 1 <= len(left) <= 3 and "46" in [row["text"] for row in left]
