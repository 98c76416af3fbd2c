"""The page's end of the wire to a place that runs on demand: starts its worker at the first question, ends it when nobody asks.

Offers `OnDemandLink`. `call` is the router's transport for the place: the porter's, and the learner's (app/page/learner_link.py).
"""

import asyncio
import json

from app.everywhere import errors
from app.everywhere.errors import CarryonError
from app.everywhere.limits import ON_DEMAND_IDLE_MS


class OnDemandLink:
    """`await start()` gives a worker: `await call(name, text)`, `end()`; it raises Unavailable.

    `changed(state)` hears «starting», «ready» and «off»; `sleep_ms` and `spawn` are the clock's and the page's.
    """

    def __init__(self, start, sleep_ms, spawn, changed=lambda state: None):
        self._start, self._sleep_ms, self._spawn, self._changed = start, sleep_ms, spawn, changed
        self._worker = None
        self._asked = 0  # counts the questions
        self._under_way = 0
        self._starting = asyncio.Lock()

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
        """`await ask(worker)`, with the worker started if need be and not ended meanwhile."""
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
        await self._sleep_ms(ON_DEMAND_IDLE_MS)
        if asked == self._asked and self._under_way == 0:
            self.end()

    def end(self):
        """Ends the worker, whatever it does: who waits for it waits in vain."""
        if self._worker is not None:
            self._worker.end()
            self._worker = None
            self._changed("off")
