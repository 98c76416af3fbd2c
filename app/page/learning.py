"""What the reader says about learned words: this one is never to be suggested, that one may be again.

Offers `Learning`.
"""


class Learning:
    """`call(name, payload)` is the router's; `read_again()` has the whole notebook read once more."""

    def __init__(self, storage, call, read_again):
        self._storage, self._call, self._read_again = storage, call, read_again

    async def forget(self, word):
        await self._remember_choice(await self._call("forget", {"word": word}))

    async def remember(self, word):
        """The word may be learned again: the notebook, which still holds it, is read once more."""
        await self._remember_choice(await self._call("forget", {"word": word, "undo": True}))
        await self._read_again()

    async def _remember_choice(self, forgotten):
        await self._storage.put("settings", {"id": "forgotten words", "value": forgotten})
