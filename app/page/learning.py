"""What the reader says about learning: this word or tag is never to be suggested, that one may be again, and all of it is to go.

Offers `Learning`. It is kept in the settings; what a note says of itself (refused tags, its mood) is kept with the note.
"""

# The settings, by their ids. «learned since»: only what was written after that moment teaches; a wipe sets it.
WORDS, TAGS, SINCE = "forgotten words", "forgotten tags", "learned since"


class Learning:
    """`call(name, payload)` is the router's; `read_again()` has the whole notebook read once more; `announce()` tells other tabs."""

    def __init__(self, storage, call, read_again, announce=lambda: None):
        self._storage, self._call, self._read_again, self._announce = storage, call, read_again, announce
        self.tags = []  # the forgotten ones
        self.since = ""

    async def open(self):
        """Reads what was said before, here or in another tab."""
        self.tags = await self._setting(TAGS, [])
        self.since = await self._setting(SINCE, "")

    async def _setting(self, id, otherwise):
        setting = await self._storage.get("settings", id)
        return setting["value"] if setting else otherwise

    async def _keep(self, id, value):
        await self._storage.put("settings", {"id": id, "value": value})
        self._announce()

    # Words

    async def forget(self, word):
        await self._remember_choice(await self._call("forget", {"word": word}))

    async def remember(self, word):
        """The word may be learned again: the notebook, which still holds it, is read once more."""
        await self._remember_choice(await self._call("forget", {"word": word, "undo": True}))
        await self._read_again()

    async def _remember_choice(self, forgotten):
        await self._keep(WORDS, forgotten)

    # Tags

    async def forget_tag(self, tag):
        if tag not in self.tags:
            self.tags = self.tags + [tag]
            await self._keep(TAGS, self.tags)

    async def remember_tag(self, tag):
        self.tags = [known for known in self.tags if known != tag]
        await self._keep(TAGS, self.tags)

    def said(self):
        """What a feature that learns from notes must know."""
        return {"forgotten": self.tags, "since": self.since}

    # All

    async def wipe(self, now):
        """From `now` on everything is learned anew. The engine forgets at once; without one there is nothing in memory."""
        self.tags, self.since = [], now
        await self._storage.put("settings", {"id": WORDS, "value": []})
        await self._storage.put("settings", {"id": TAGS, "value": []})
        await self._keep(SINCE, now)
