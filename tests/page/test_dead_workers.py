"""A worker that is ended, dies or breaks in the middle of its work: who waits for it is told at once, and the next question starts another."""

import asyncio
import json

import pytest

from app.everywhere.errors import BadArchive, Unavailable
from app.page.carrying import Carrying
from app.page.on_demand_link import OnDemandLink


class Worker:
    """Answers nothing before it is let; `breaks`: what asking it raises."""

    def __init__(self):
        self.let, self.ended, self.breaks, self.answer = asyncio.Event(), False, None, {"value": 7}

    async def call(self, name, text):
        await self.let.wait()
        if self.breaks:
            raise self.breaks
        return json.dumps(self.answer)

    def watch(self, died):
        self.died = died

    def end(self):
        self.ended = True


class Desk:
    def __init__(self):
        self.workers, self.states, self.tasks = [], [], []
        self.link = OnDemandLink("The porter", self._start, self._sleep, self._spawn, self.states.append)

    def _spawn(self, coroutine):
        self.tasks.append(asyncio.ensure_future(coroutine))

    async def _start(self):
        self.workers.append(Worker())
        return self.workers[-1]

    async def _sleep(self, ms):
        await asyncio.Event().wait()

    async def asked(self, count=1):
        questions = [asyncio.ensure_future(self.link.call("export", {})) for _ in range(count)]
        await asyncio.sleep(0.01)
        return questions

    async def done(self):
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)


def story(work):
    async def run():
        desk = Desk()
        try:
            await asyncio.wait_for(work(desk), 5)
        finally:
            await desk.done()
    asyncio.run(run())


async def works_again(desk):
    again = await desk.asked()
    desk.workers[-1].let.set()
    assert await again[0] == 7 and len(desk.workers) == 2


def test_every_question_under_way_fails_at_once_when_the_worker_is_ended_and_the_next_starts_another():
    async def work(desk):
        questions = await desk.asked(3)
        desk.link.end()
        for question in questions:
            with pytest.raises(Unavailable, match="The porter was stopped"):
                await question
        assert desk.workers[0].ended and not desk.link.runs and desk.states == ["starting", "ready", "off"]
        await works_again(desk)
    story(work)


def test_a_worker_that_dies_by_itself_is_noticed():
    async def work(desk):
        (question,) = await desk.asked()
        desk.workers[0].died()
        with pytest.raises(Unavailable, match="stopped by itself"):
            await question
        assert desk.states[-1] == "off"
        desk.workers[0].died()  # said twice, or late: the new worker has nothing to do with it
        await works_again(desk)
        desk.workers[0].died()
        assert desk.link.runs
    story(work)


def test_a_worker_that_raises_what_is_no_answer_is_broken_and_not_asked_again():
    async def work(desk):
        questions = await desk.asked(2)
        desk.workers[0].breaks = MemoryError("out of memory")
        desk.workers[0].let.set()
        for question in questions:
            with pytest.raises(Unavailable, match="broke down .out of memory."):
                await question
        assert desk.workers[0].ended
        await works_again(desk)
    story(work)


def test_an_error_that_is_an_answer_harms_no_worker():
    async def work(desk):
        (question,) = await desk.asked()
        desk.workers[0].answer = {"error": "BadArchive", "message": "No notes."}
        desk.workers[0].let.set()
        with pytest.raises(BadArchive):
            await question
        assert desk.link.runs
    story(work)


class Trip:
    def __init__(self):
        self.closed = False

    async def ready(self):
        pass

    async def file(self):
        await asyncio.Event().wait()

    def cancel(self):
        pass

    def close(self):
        self.closed = True


@pytest.mark.parametrize("answered", [False, True], ids=["before it answers", "after it answered and before its file came"])
def test_a_trip_whose_porter_dies_is_over_can_be_cancelled_in_vain_and_the_next_one_goes(answered):
    async def work(desk):
        trips = []
        carrying = Carrying(desk.link.call, lambda: "a channel", lambda *how: trips.append(Trip()) or trips[-1], desk.link.while_it_runs)
        under_way = asyncio.ensure_future(carrying.go("export", {}, print))
        await asyncio.sleep(0.01)
        if answered:
            desk.workers[0].let.set()
            await asyncio.sleep(0.01)
        carrying.cancel()
        assert carrying.busy
        desk.workers[0].died()
        with pytest.raises(Unavailable, match="stopped by itself"):
            await under_way
        assert trips[0].closed and not carrying.busy
        again = asyncio.ensure_future(carrying.go("import_undo", {}, print, makes=lambda answer: False))
        await asyncio.sleep(0.01)
        desk.workers[1].let.set()
        assert await again == (7, None)
    story(work)


def test_a_file_that_is_waited_for_keeps_the_worker_from_being_ended_as_idle_and_is_not_waited_for_from_none():
    async def work(desk):
        with pytest.raises(Unavailable):
            await desk.link.while_it_runs(lambda: asyncio.sleep(0))
        (question,) = await desk.asked()
        coming = asyncio.Event()
        file = asyncio.ensure_future(desk.link.while_it_runs(coming.wait))
        await asyncio.sleep(0)
        desk.workers[0].let.set()
        await question
        assert len(desk.tasks) == 2, "two are waited for, and no end was thought of"
        coming.set()
        assert await file is True
    story(work)
