"""Engine and learner beside each other without a browser, for tests.

Offers ``notebook_of(notes)`` -> a ``NotebookIndex``, ``taught(notes)`` -> the ``Lesson`` that the learner gets of them, ``Wire``: the
channel between the two, and ``a_note(number, text, …)``.
"""

import asyncio
import json

from app.engine.lesson import slices, widths
from app.engine.memory import Memory
from app.everywhere.note import new_note
from app.learner.lesson import Lesson
from tests.engine.test_memory import Encoder, Language, Models


def a_note(number, text, *, title="", tags=(), day="2025-03-09", **more):
    return new_note(f"{number:026}", day + "T10:00:00.000Z", title, text) | {"tags": list(tags), "revision": 1} | more


def memory_of(notes):
    memory = Memory(Models(), Encoder(), "model 1", Language())
    memory._unavailable = True
    asyncio.run(memory.index({"notes": list(notes)}))
    return memory


def taught(memory):
    lesson = Lesson()
    told = 0
    for part in slices(memory.notebook):
        lesson.take({"kind": "slice"} | part)
        told += len(part["spaces"])
    lesson.end({"kind": "end", "notes": told, "model": "model 1", "widths": json.dumps(widths(memory.notebook))})
    return asyncio.run(lesson.whole())


class Wire:
    """A channel: what is posted at one end is heard at the other. ``answer(message)`` is the other end."""

    def __init__(self, answer=lambda message: None):
        self._answer, self.posted, self._heard, self.closed = answer, [], asyncio.Queue(), False

    def post(self, message):
        self.posted.append(message)
        answer = self._answer(message)
        if answer is not None:
            self._heard.put_nowait(answer)

    async def hear(self):
        return await self._heard.get()

    def close(self):
        self.closed = True
