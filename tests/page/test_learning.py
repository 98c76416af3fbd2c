"""What the reader says about learning is kept, and told to whoever must know."""

import asyncio

from app.page.learning import Learning
from app.page.storage import MemoryStorage


def learning(storage=None):
    told = []

    async def call(name, payload):
        return ["tea"]

    async def read_again():
        told.append("read again")

    return Learning(storage or MemoryStorage(), call, read_again, lambda: told.append("announced")), told


def test_a_forgotten_tag_stays_forgotten_until_it_is_remembered():
    async def story():
        storage = MemoryStorage()
        one, told = learning(storage)
        await one.forget_tag("garden")
        await one.forget_tag("garden")
        assert one.said() == {"forgotten": ["garden"], "since": ""} and told == ["announced"]
        other, _ = learning(storage)
        await other.open()
        assert other.tags == ["garden"]
        await other.remember_tag("garden")
        await one.open()
        assert one.tags == []
    asyncio.run(story())


def test_a_wipe_begins_anew_and_takes_back_what_was_forgotten():
    async def story():
        storage = MemoryStorage()
        one, told = learning(storage)
        await one.forget("tea")
        await one.forget_tag("garden")
        await one.wipe("2026-01-01T00:00:00.000Z")
        other, _ = learning(storage)
        await other.open()
        assert other.said() == {"forgotten": [], "since": "2026-01-01T00:00:00.000Z"}
        assert (await storage.get("settings", "forgotten words"))["value"] == [] and told[-1] == "announced"
    asyncio.run(story())
