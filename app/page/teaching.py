"""Has the learner taught when there is something to learn and nobody is busy.

The engine knows whether it is time (`tags_known`): enough tagged notes, and enough that changed since. It is asked when no note was
saved for a while, in a window that is looked at, and not where the reader spares data, for the learner is 20 MB at
its first use; then a button on the page «What I have learned» does it. Offers `Teaching`.
"""

from app.everywhere.errors import CarryonError
from app.everywhere.limits import TEACH_AFTER_MS

IDLE, LEARNING, WAITING, FAILED = "idle", "learning", "waiting", "failed"


class Teaching:
    """`call(name, payload)` is the router's, `await teach(question…)` the learner link's; `ready()`: whether the engine is there and has read
    the notes; `may()`: whether it may be done unasked; `said()`: what the reader said about learning, as {"forgotten", "since"};
    `told()` is called when `state`, `known` or `problem` changed; `sleep_ms` and `spawn` are the clock's and the page's."""

    def __init__(self, call, teach, ready, may, said, told, sleep_ms, spawn):
        self._call, self._teach, self._ready, self._may, self._said = call, teach, ready, may, said
        self._told, self._sleep_ms, self._spawn = told, sleep_ms, spawn
        self.state, self.problem = IDLE, ""
        self.known = None  # what the engine knows of the tags, or None before it was asked
        self._changes, self._waiting, self._busy = 0, False, False

    def changed(self):
        """A note was saved, or the engine has read them: look when there is a pause."""
        self._changes += 1
        if not self._waiting:
            self._waiting = True
            self._spawn(self._at_a_pause())

    async def _at_a_pause(self):
        seen = -1
        while seen != self._changes:
            seen = self._changes
            await self._sleep_ms(TEACH_AFTER_MS)
        self._waiting = False
        await self.look()

    async def look(self, now=False):
        """Asks what is known, and learns what it is time for. `now`: the reader asked for it."""
        if self._busy or not self._ready():
            return
        self._busy = True
        try:
            self.known = await self._call("tags_known", self._said())
            if not self.known["due"]:
                self._set(IDLE)
            elif now or self._may():
                self._set(LEARNING)
                channel, _ = await self._teach(("learn_tags", self._said()))
                self.known = await self._call("tags_taught", self._said() | {"channel": channel})
                self._set(IDLE)
            else:
                self._set(WAITING)
        except CarryonError as error:
            self._set(FAILED, str(error))
        finally:
            self._busy = False

    def _set(self, state, problem=""):
        self.state, self.problem = state, problem
        self._told()
