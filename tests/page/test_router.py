import asyncio

import pytest

from app.everywhere.errors import Misplaced, Unavailable, UnknownFeature
from app.everywhere.features import NO, Feature
from app.everywhere.places import ENGINE, PAGE, SERVER
from app.page.router import Handlers, Latest, Router

TABLE = (
    Feature("keep", "Keep", secret=NO, shared=NO, heavy=NO, runs_in=PAGE),
    Feature("complete", "Complete", secret=NO, shared=NO, heavy=NO),
    Feature("explain", "Explain", secret="an API key", shared=NO, heavy=NO, sends="the text", instead="complete"),
)


class Recorder:
    def __init__(self):
        self.calls = []

    async def call(self, name, payload):
        self.calls.append((name, payload))
        return "answer"


def test_each_feature_is_called_where_the_table_says():
    places = {PAGE: Recorder(), ENGINE: Recorder(), SERVER: Recorder()}
    router = Router(places, TABLE)
    for name in ("keep", "complete", "explain"):
        assert asyncio.run(router.call(name, {"n": name})) == "answer"
    assert [places[place].calls for place in (PAGE, ENGINE, SERVER)] == [
        [("keep", {"n": "keep"})], [("complete", {"n": "complete"})], [("explain", {"n": "explain"})]]


def test_it_tells_how_long_each_answer_took():
    ticks, took = iter([100, 108]), []
    router = Router({PAGE: Recorder()}, TABLE, took=lambda name, ms: took.append((name, ms)), ticks_ms=lambda: next(ticks))
    asyncio.run(router.call("keep", {}))
    assert took == [("keep", 8)]


def test_a_feature_without_a_row_is_called_nowhere():
    with pytest.raises(UnknownFeature, match="«fly»"):
        asyncio.run(Router({}, TABLE).call("fly", {}))


def test_a_place_that_is_not_there_is_named():
    with pytest.raises(Unavailable, match="engine"):
        asyncio.run(Router({}, TABLE).call("complete", {}))


def test_a_place_refuses_what_is_not_its_own():
    async def handler(payload):
        return payload["x"] * 2

    page = Handlers(PAGE, {"keep": handler}, TABLE)
    assert asyncio.run(page.call("keep", {"x": 21})) == 42
    with pytest.raises(Misplaced, match="runs in the engine"):
        asyncio.run(page.call("complete", {}))
    with pytest.raises(AssertionError):
        Handlers(PAGE, {"complete": handler}, TABLE)


def test_only_the_newest_question_is_asked_after_the_one_under_way_and_only_it_is_answered():
    async def story():
        asked, answered, tasks = [], [], []
        gate = asyncio.Event()

        async def call(question):
            asked.append(question)
            await gate.wait()
            return question.upper()

        latest = Latest(call, lambda question, answer: answered.append(answer), None, lambda work: tasks.append(asyncio.ensure_future(work)))
        for question in "abcd":
            latest.ask(question)
            await asyncio.sleep(0)
        gate.set()
        await asyncio.gather(*tasks)
        assert asked == ["a", "d"]
        assert answered == ["D"]

    asyncio.run(story())


def test_a_dropped_question_is_not_answered_and_a_failed_one_is_told_once():
    async def story():
        answered, failed, tasks = [], [], []

        async def call(question):
            await asyncio.sleep(0)
            if question == "bad":
                raise Unavailable("gone")
            return question

        latest = Latest(call, lambda question, answer: answered.append(answer), failed.append, lambda work: tasks.append(asyncio.ensure_future(work)))
        latest.ask("a")
        latest.drop()
        await asyncio.gather(*tasks)
        latest.ask("bad")
        await asyncio.gather(*tasks)
        latest.ask("b")
        await asyncio.gather(*tasks)
        assert answered == ["b"]
        assert [str(error) for error in failed] == ["gone"]

    asyncio.run(story())


def test_when_whoever_was_asked_is_gone_another_is_asked():
    async def story():
        asked, answered, tasks = [], [], []

        async def call(question):
            asked.append(question)
            if question == "lost":
                await asyncio.Event().wait()  # a worker that was ended never answers
            return question

        latest = Latest(call, lambda question, answer: answered.append(answer), None, lambda work: tasks.append(asyncio.ensure_future(work)))
        latest.ask("lost")
        await asyncio.sleep(0)
        latest.ask("waits in vain")
        latest.restart()
        latest.ask("found")
        await tasks[1]
        assert (asked, answered) == (["lost", "found"], ["found"])
        tasks[0].cancel()

    asyncio.run(story())
