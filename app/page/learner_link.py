"""The page's end of the wire to the learner: starts its worker at the first question, ends it when nobody asks.

Offers `LearnerLink`. `call` is the router's transport for the place LEARNER. What a feature learns from comes from
the engine by `teach`: the two talk on a channel that only they know, so that vectors by the thousand do not pass
through the page.
"""

import asyncio
import json

from app.everywhere import errors
from app.everywhere.errors import CarryonError
from app.everywhere.limits import LEARNER_IDLE_MS


class LearnerLink:
    """`await start()` gives a worker: `await attend(channel)`, `await call(name, text)`, `end()`; it raises Unavailable.

    `call(name, payload)` is the router's, `new_channel()` a name that nobody can guess; `changed(state)` hears «starting»,
    «ready» and «off»; `sleep_ms` and `spawn` are the clock's and the page's.
    """

    def __init__(self, start, call, new_channel, sleep_ms, spawn, changed=lambda state: None):
        self._start, self._router_call, self._new_channel = start, call, new_channel
        self._sleep_ms, self._spawn, self._changed = sleep_ms, spawn, changed
        self._worker = None
        self._asked = 0  # counts the questions
        self._under_way = 0
        self._starting = asyncio.Lock()
        self._lesson = asyncio.Lock()

    @property
    def runs(self):
        return self._worker is not None

    async def teach(self, *questions):
        """Has the engine tell the learner what the notes say, and asks it: [(feature, payload)] → (channel, [answer]).

        One lesson at a time. `channel`: where the engine finds what was learned, until the next lesson. Raises what the two raise.
        """
        async with self._lesson:
            channel = self._new_channel()
            await self._with_worker(lambda worker: worker.attend(channel))
            await self._router_call("lesson", {"channel": channel})
            answers = []
            for name, payload in questions:
                answers.append(await self._router_call(name, payload))
            return channel, answers

    async def call(self, name, payload):
        """The learner's answer; its errors are raised here as what they were there."""
        answer = json.loads(await self._with_worker(lambda worker: worker.call(name, json.dumps(payload))))
        if "error" in answer:
            raise getattr(errors, answer["error"], CarryonError)(answer["message"])
        return answer["value"]

    async def _with_worker(self, ask):
        self._asked += 1
        self._under_way += 1
        try:
            async with self._starting:
                if self._worker is None:
                    self._changed("starting")
                    try:
                        self._worker = await self._start()
                    except Exception:
                        self._changed("off")
                        raise
                    self._changed("ready")
            return await ask(self._worker)
        finally:
            self._under_way -= 1
            if self._under_way == 0 and self._worker is not None:
                self._spawn(self._end_when_idle(self._asked))

    async def _end_when_idle(self, asked):
        await self._sleep_ms(LEARNER_IDLE_MS)
        if asked == self._asked and self._under_way == 0:
            self.end()

    def end(self):
        """Ends the worker, whatever it does: who waits for it waits in vain."""
        if self._worker is not None:
            self._worker.end()
            self._worker = None
            self._changed("off")
