"""Calls a feature where the placement table says it runs, and nowhere else.

All four places are reached through one method, `await transport.call(name, payload)`, with
JSON-like values. The page's own features are `Handlers`; the worker and the gate have
transports of their own.

Offers `Router`, `Handlers` and `Latest`.
"""

from app.everywhere.errors import Misplaced, Unavailable, UnknownFeature
from app.everywhere.features import FEATURES, feature


class Router:
    """`transports`: place → object with `async call(name, payload)`; `table`: the features. `took(name, ms)` hears how long each answer took, by
    `ticks_ms()`."""

    def __init__(self, transports, table=FEATURES, took=lambda name, ms: None, ticks_ms=lambda: 0):
        self._transports = transports
        self._table = table
        self._took, self._ticks_ms = took, ticks_ms

    async def call(self, name, payload):
        """The feature's answer. UnknownFeature, Unavailable, or what the place itself raises."""
        place = feature(name, self._table).place
        transport = self._transports.get(place)
        if transport is None:
            raise Unavailable("«" + name + "» runs in the " + place + ", which is not there.")
        asked = self._ticks_ms()
        answer = await transport.call(name, payload)
        self._took(name, self._ticks_ms() - asked)
        return answer


class Handlers:
    """The features of one place: name → `async handler(payload)`. Refuses what is not its own."""

    def __init__(self, place, handlers, table=FEATURES):
        for name in handlers:
            assert feature(name, table).place == place, name + " does not run in the " + place
        self._place = place
        self._handlers = handlers
        self._table = table

    async def call(self, name, payload):
        row = feature(name, self._table)
        if row.place != self._place:
            raise Misplaced("«" + name + "» runs in the " + row.place + ", not in the " + self._place + ".")
        if name not in self._handlers:
            raise UnknownFeature("The " + self._place + " has no handler for «" + name + "».")
        return await self._handlers[name](payload)


class Latest:
    """Asks one question at a time, and after it only the newest: what was asked in between is dropped.

    `ask(payload)` starts at once when nothing is under way. `answered(payload, answer)` is
    called only for a question that is still the newest when its answer comes.
    """

    def __init__(self, call, answered, failed, spawn):
        self._call, self._answered, self._failed, self._spawn = call, answered, failed, spawn
        self._waiting = None
        self._running = None  # the loop that asks, or None
        self._newest = 0

    def ask(self, payload):
        self._newest += 1
        self._waiting = (self._newest, payload)
        if self._running is None:
            self._running = object()
            self._spawn(self._run(self._running))

    def drop(self):
        """Whatever is under way or waiting is no longer wanted."""
        self._newest += 1
        self._waiting = None

    def restart(self):
        """Whoever was asked is gone and will never answer: the next question goes to another."""
        self.drop()
        self._running = None

    async def _run(self, me):
        while self._waiting is not None and self._running is me:
            (number, payload), self._waiting = self._waiting, None
            try:
                answer = await self._call(payload)
            except Exception as error:
                if number == self._newest:
                    self._failed(error)
                continue
            if number == self._newest:
                self._answered(payload, answer)
        if self._running is me:
            self._running = None
