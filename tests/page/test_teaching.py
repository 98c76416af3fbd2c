"""When the learner is taught: at a pause, when there is something to learn, and only where it may be."""

import asyncio

from app.everywhere.errors import Unavailable
from app.page.teaching import FAILED, IDLE, LEARNING, WAITING, Teaching


class Desk:
    def __init__(self, due=True, may=True, ready=True, offline=False):
        self.due, self.may, self.ready, self.offline = due, may, ready, offline
        self.asked, self.lessons, self.states, self.pauses, self.tasks = [], [], [], 0, []
        self.teaching = Teaching(self._call, self._teach, lambda: self.ready, lambda: self.may, lambda: {"forgotten": ["x"], "since": ""},
                                 lambda: self.states.append(self.teaching.state), self._sleep,
                                 lambda task: self.tasks.append(asyncio.ensure_future(task)))

    async def _call(self, name, payload):
        self.asked.append((name, payload))
        if name == "tags_taught":
            self.due = False
        return {"tags": [], "waiting": [], "due": self.due}

    async def _teach(self, *questions):
        if self.offline:
            raise Unavailable("The learner could not start (offline).")
        self.lessons.append(questions)
        return "channel", [{}]

    async def _sleep(self, ms):
        self.pauses += 1
        await asyncio.sleep(0)

    async def settle(self):
        await asyncio.gather(*self.tasks)


def after(desk, act):
    async def story():
        act(desk.teaching)
        await desk.settle()
    asyncio.run(story())
    return desk


def look(desk, **how):
    asyncio.run(desk.teaching.look(**how))
    return desk


def test_many_saves_are_followed_by_one_lesson():
    desk = after(Desk(), lambda teaching: [teaching.changed() for _ in range(10)])
    assert desk.lessons == [(("learn_tags", {"forgotten": ["x"], "since": ""}),)]
    assert [name for name, _ in desk.asked] == ["tags_known", "tags_taught"]
    assert desk.asked[1][1] == {"forgotten": ["x"], "since": "", "channel": "channel"}
    assert desk.states == [LEARNING, IDLE]


def test_a_lesson_waits_until_the_saves_have_paused():
    async def story():
        desk = Desk()
        changes = [3]

        async def sleep(ms):
            desk.pauses += 1
            if changes[0]:
                changes[0] -= 1
                desk.teaching.changed()
        desk.teaching._sleep_ms = sleep
        desk.teaching.changed()
        await desk.settle()
        assert desk.pauses == 4 and len(desk.lessons) == 1
    asyncio.run(story())


def test_where_there_is_nothing_to_learn_no_learner_is_started():
    assert look(Desk(due=False)).lessons == []


def test_an_engine_that_has_not_read_the_notes_is_not_asked():
    assert look(Desk(ready=False)).asked == []


def test_where_data_are_spared_it_waits_for_the_reader():
    desk = look(Desk(may=False))
    assert desk.lessons == [] and desk.states == [WAITING]
    assert look(desk, now=True).lessons and desk.states[-1] == IDLE


def test_a_learner_that_cannot_be_had_is_said_and_tried_again():
    desk = look(Desk(offline=True))
    assert desk.teaching.state == FAILED and "offline" in desk.teaching.problem
    desk.offline = False
    assert look(desk).states[-1] == IDLE
