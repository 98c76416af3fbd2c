"""Where the engine keeps bytes by name, and when it does.

A place to keep has ``await names()``, ``read(name)`` (no bytes where there is nothing), ``write(name, data)`` (False where that cannot be) and
``delete(name)``. Offers ``NoKeep``, which keeps nothing, and ``Debounced``, which waits for a pause.
"""

import asyncio


class NoKeep:
    """Keeps nothing: an engine without a place for what it made makes it anew at each start."""

    async def names(self):
        return []

    async def read(self, name):
        return b""

    async def write(self, name, data):
        return False

    async def delete(self, name):
        pass


class Debounced:
    """Does ``await act()`` once ``soon()`` has not been called for ``seconds``."""

    def __init__(self, act, seconds):
        self._act, self._seconds, self._waiting = act, seconds, None

    @property
    def waits(self):
        return self._waiting is not None

    def soon(self):
        if self._waiting is not None:
            self._waiting.cancel()
        self._waiting = asyncio.ensure_future(self._after_a_pause())

    async def _after_a_pause(self):
        await asyncio.sleep(self._seconds)
        self._waiting = None  # from here on it is not cancelled: half a write is none
        await self._act()
