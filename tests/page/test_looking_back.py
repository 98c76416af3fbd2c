"""The engine looks back in slices: the page hears how far it is, can stop it, and the newest look wins."""

import asyncio

from app.page.looking_back import LookingBack


class Engine:
    """Reads ten notes of a hundred at each call."""

    def __init__(self):
        self.read, self.payloads = 0, []

    async def call(self, name, payload):
        assert name == "look_back"
        self.payloads.append(payload)
        await asyncio.sleep(0)
        if payload["work"]:
            self.read = min(100, self.read + 10)
        done = self.read == 100 or not payload["work"]
        return {"read": self.read, "of": 100, "notes": 100} | ({"found": "this"} if done else {})


def run(story):
    return asyncio.run(story())


def test_it_goes_on_until_every_note_is_read_and_tells_how_far_it_is():
    async def story():
        engine, heard = Engine(), []
        answer = await LookingBack(engine.call).look("mood", lambda read, of: heard.append((read, of)))
        assert answer["found"] == "this" and heard == [(read, 100) for read in range(10, 100, 10)]
        assert all(payload == {"part": "mood", "work": True} for payload in engine.payloads)
    run(story)


def test_whoever_stops_it_gets_what_there_is_and_can_go_on():
    async def story():
        engine = Engine()
        back = LookingBack(engine.call)
        answer = await back.look("names", lambda read, of: back.stop("names") if read == 30 else None)
        assert answer["read"] == 30 and back.is_stopped("names")
        assert (await back.look("names", lambda read, of: None))["read"] == 30
        back.go_on("names")
        assert (await back.look("names", lambda read, of: None))["read"] == 100
    run(story)


def test_a_later_look_takes_the_place_of_one_that_is_under_way():
    async def story():
        engine = Engine()
        back = LookingBack(engine.call)
        first, second = await asyncio.gather(back.look("words", lambda read, of: None), back.look("words", lambda read, of: None))
        assert first is None and second["read"] == 100
    run(story)


def test_what_nobody_wants_any_more_ends_with_its_slice():
    async def story():
        engine = Engine()
        back = LookingBack(engine.call)
        assert await back.look("mood", lambda read, of: back.drop("mood") if read == 20 else None) is None
        assert engine.read == 30
    run(story)
