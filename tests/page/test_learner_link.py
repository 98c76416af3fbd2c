"""The learner's worker: started at the first question, ended when nobody asks, never at start-up."""

import asyncio
import json

import pytest

from app.everywhere.errors import Misplaced, Unavailable
from app.everywhere.limits import ON_DEMAND_IDLE_MS
from app.page.learner_link import LearnerLink


class Worker:
    def __init__(self):
        self.heard, self.ended = [], False

    async def attend(self, channel):
        self.heard.append(("attend", channel))

    async def call(self, name, text):
        self.heard.append((name, json.loads(text)))
        await asyncio.sleep(0)
        return json.dumps({"error": "Misplaced", "message": "no"} if name == "keep" else {"value": name})

    def watch(self, died):
        self.died = died

    def end(self):
        self.ended = True


class Desk:
    def __init__(self, fails=False):
        self.workers, self.asked, self.states, self.fails, self.sleeps = [], [], [], fails, []
        self.link = LearnerLink("The learner", self._start, self._call, lambda: f"secret {len(self.asked)}", self._sleep, self._spawn, self.states.append)
        self.tasks = []

    def _spawn(self, coroutine):
        self.tasks.append(asyncio.ensure_future(coroutine))

    async def _start(self):
        await asyncio.sleep(0)
        if self.fails:
            raise Unavailable("offline")
        self.workers.append(Worker())
        return self.workers[-1]

    async def _call(self, name, payload):
        self.asked.append((name, payload))
        return await self.link.call(name, payload) if name != "lesson" else {"notes": 3}

    async def _sleep(self, ms):
        gate = asyncio.Event()
        self.sleeps.append((ms, gate))
        await gate.wait()


def test_no_worker_is_started_before_somebody_asks():
    assert Desk().workers == []


def test_two_questions_at_once_start_one_worker():
    async def story():
        desk = Desk()
        assert await asyncio.gather(desk.link.call("themes", {}), desk.link.call("tags", {})) == ["themes", "tags"]
        assert len(desk.workers) == 1 and desk.states == ["starting", "ready"]
    asyncio.run(story())


def test_it_is_ended_when_nobody_asked_for_a_while_and_started_again_when_somebody_does():
    async def story():
        desk = Desk()
        await desk.link.call("themes", {})
        await asyncio.sleep(0)
        await desk.link.call("themes", {})
        await asyncio.sleep(0)
        assert [ms for ms, _ in desk.sleeps] == [ON_DEMAND_IDLE_MS] * 2
        desk.sleeps[0][1].set()  # that pause was broken by the second question
        await asyncio.sleep(0.01)
        assert not desk.workers[0].ended
        desk.sleeps[1][1].set()
        await asyncio.sleep(0.01)
        assert desk.workers[0].ended and not desk.link.runs and desk.states[-1] == "off"
        await desk.link.call("themes", {})
        assert len(desk.workers) == 2
    asyncio.run(story())


def test_it_is_not_ended_while_it_learns():
    async def story():
        desk = Desk()
        await desk.link.call("themes", {})
        await asyncio.sleep(0)
        under_way = asyncio.ensure_future(desk.link.call("tags", {}))
        await asyncio.sleep(0)
        desk.sleeps[0][1].set()
        await under_way
        assert not desk.workers[0].ended
    asyncio.run(story())


def test_a_lesson_is_attended_before_the_engine_tells_it_and_has_a_channel_of_its_own():
    async def story():
        desk = Desk()
        channel, answers = await desk.link.teach(("themes", {"count": 5}))
        assert answers == ["themes"]
        assert desk.workers[0].heard == [("attend", channel), ("themes", {"count": 5})]
        assert desk.asked == [("lesson", {"channel": channel}), ("themes", {"count": 5})]
        other, _ = await desk.link.teach()
        assert other != channel
    asyncio.run(story())


def test_its_errors_are_raised_as_what_they_were():
    with pytest.raises(Misplaced, match="no"):
        asyncio.run(Desk().link.call("keep", {}))


def test_a_worker_that_can_t_be_had_is_said_and_tried_again_the_next_time():
    async def story():
        desk = Desk(fails=True)
        with pytest.raises(Unavailable, match="offline"):
            await desk.link.call("themes", {})
        assert desk.states == ["starting", "off"]
        desk.fails = False
        assert await desk.link.call("themes", {}) == "themes"
    asyncio.run(story())
