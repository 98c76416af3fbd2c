"""Who waits for a worker must not wait for one that is gone.

A promise of a worker that was ended never settles. Offers `Waiting`: answers that are waited for, all of which can be given up at once.
"""

import asyncio


class Waiting:
    """`spawn(coroutine)` is the page's."""

    def __init__(self, spawn):
        self._spawn = spawn
        self._open = []

    async def answer(self, asking):
        """What the awaitable `asking` gives or raises; or what `give_up` is told meanwhile."""
        outcome = _Outcome()
        self._open.append(outcome)
        self._spawn(outcome.follow(asking))
        await outcome.known.wait()
        if outcome in self._open:
            self._open.remove(outcome)
        if outcome.error is not None:
            raise outcome.error
        return outcome.value

    def give_up(self, error):
        """Everybody who waits is told `error`, at once."""
        waiting, self._open = self._open, []
        for outcome in waiting:
            outcome.settle(None, error)


class _Outcome:
    def __init__(self):
        self.value = self.error = None
        self.known = asyncio.Event()

    def settle(self, value, error):
        if not self.known.is_set():
            self.value, self.error = value, error
            self.known.set()

    async def follow(self, asking):
        try:
            self.settle(await asking, None)
        except Exception as error:
            self.settle(None, error)
