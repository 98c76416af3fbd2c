"""The page's end of the wire to a place that runs on demand: starts its worker at the first question, ends it when nobody asks.

Offers `OnDemandLink`. `call` is the router's transport for the place: the porter's, and the learner's (app/page/learner_link.py).
"""

import asyncio
import json

from app.everywhere import errors
from app.everywhere.errors import CarryonError, Unavailable, in_words
from app.everywhere.limits import ON_DEMAND_IDLE_MS
from app.page.waiting import Waiting


class OnDemandLink:
    """`title` is what the reader knows the place by. `await start()` gives a worker: `await call(name, text)`, `watch(died)`, which has `died()` called when
    it is gone without having been ended, and `end()`; it raises Unavailable.

    `changed(state)` hears «starting», «ready» and «off»; `sleep_ms` and `spawn` are the clock's and the page's.
    """

    def __init__(self, title, start, sleep_ms, spawn, changed=lambda state: None):
        self._title, self._start, self._sleep_ms, self._spawn, self._changed = title, start, sleep_ms, spawn, changed
        self._worker = None
        self._asked = 0  # counts the questions
        self._under_way = 0
        self._starting = asyncio.Lock()
        self._waiting = Waiting(spawn)

    @property
    def runs(self):
        return self._worker is not None

    async def call(self, name, payload):
        """The place's answer; its errors are raised here as what they were there."""
        answer = json.loads(await self.with_worker(lambda worker: worker.call(name, json.dumps(payload))))
        if "error" in answer:
            raise getattr(errors, answer["error"], CarryonError)(answer["message"])
        return answer["value"]

    async def with_worker(self, ask):
        """`await ask(worker)`, with the worker started if need be and not ended meanwhile; Unavailable where it ends all the same, or breaks."""
        self._asked += 1
        self._under_way += 1
        try:
            async with self._starting:
                if self._worker is None:
                    self._changed("starting")
                    try:
                        worker = self._worker = await self._start()
                    except Exception:
                        self._changed("off")
                        raise
                    worker.watch(lambda: self._died(worker))
                    self._changed("ready")
            worker = self._worker
            if worker is None:
                raise self._stopped()  # ended before this question came to it
            try:
                return await self._waiting.answer(ask(worker))
            except CarryonError:
                raise
            except Exception as error:
                # Every answer is JSON, errors as well. So this is no answer: Python in the worker has no memory left, say, and will not recover.
                broken = Unavailable(self._title + " broke down (" + in_words(error) + "). Try it again; if it happens again, this device may have too little memory for it.")
                if worker is self._worker:
                    self.end(broken)
                raise broken
        finally:
            self._answered()

    async def while_it_runs(self, coming):
        """What the awaitable `coming()` gives, which the worker sends by itself; Unavailable where it ends before that."""
        self._asked += 1
        self._under_way += 1
        try:
            if self._worker is None:
                raise self._stopped()
            return await self._waiting.answer(coming())
        finally:
            self._answered()

    def _answered(self):
        self._under_way -= 1
        if self._under_way == 0 and self._worker is not None:
            self._spawn(self._end_when_idle(self._asked))

    async def _end_when_idle(self, asked):
        await self._sleep_ms(ON_DEMAND_IDLE_MS)
        if asked == self._asked and self._under_way == 0:
            self.end()

    def _stopped(self):
        return Unavailable(self._title + " was stopped.")

    def _died(self, worker):
        if worker is self._worker:
            self.end(Unavailable(self._title + " stopped by itself. Try it again; if it happens again, this device may have too little memory for it."))

    def end(self, why=None):
        """Ends the worker, whatever it does. Who waits for it is told `why`, an error."""
        if self._worker is not None:
            worker, self._worker = self._worker, None
            worker.end()
            self._changed("off")
            self._waiting.give_up(why or self._stopped())
