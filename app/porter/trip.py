"""One export or import under way: what travels between the porter and the page meanwhile, beside the call itself.

On a BroadcastChannel whose name only the two know (app/page/carrying.py makes it; static/glue/carry.js is the other end):

    porter → page   {"kind": "here"}                             the porter listens
    page → porter   {"kind": "pack", "files": [{"path", "file", "modified"}], "secret": text, "root"}     what it needs, once; the key of a
                                                                 sealed copy, where it is not the notebook's own
    page → porter   {"kind": "cancel"}
    porter → page   {"kind": "progress", "done", "total", "what"}
    porter → page   {"kind": "file", "name", "blob"}              what was made; a Blob, whose bytes stay where they are

What is sealed never becomes a Blob before it is: a browser may put the bytes of a Blob on the disk.

Offers ``Trip(channel, new_blob)``. ``channel``: ``post(message)``, ``await hear()``, ``close()``; ``new_blob(parts, type)`` makes one of parts that
``to_part(bytes)`` gave (app/porter/main.py).
"""

import asyncio
import time

# Seconds between two pauses, in which a message can be heard, and between two words about progress.
PAUSE_EVERY, TELL_EVERY = 0.02, 0.1


class Trip:
    def __init__(self, channel, to_part, new_blob, clock=time.monotonic):
        self._channel, self._to_part, self._new_blob, self._clock = channel, to_part, new_blob, clock
        self._parts, self.bytes = [], 0
        self._paused = self._told = clock()
        self.cancelled = False
        self.files, self.secret, self.root = [], "", None
        self._sealer = self._listening = None

    async def begin(self):
        """Says that the porter is here and waits for what it is to carry."""
        self._channel.post({"kind": "here"})
        while (message := await self._channel.hear())["kind"] != "pack":
            self.cancelled = self.cancelled or message["kind"] == "cancel"
        self.files, self.secret, self.root = message["files"], message["secret"], message["root"]
        self._listening = asyncio.ensure_future(self._listen())

    async def _listen(self):
        while True:
            if (await self._channel.hear())["kind"] == "cancel":
                self.cancelled = True

    async def pause(self):
        """Seals what waits for it. Lets messages in, if the last pause was a while ago."""
        if self._sealer is not None:
            for sealed in await self._sealer.drain():
                self._keep(sealed)
        if self._clock() - self._paused >= PAUSE_EVERY:
            await asyncio.sleep(0)
            self._paused = self._clock()

    async def tell(self, done, total, what):
        """«``done`` of ``total`` ``what``» to the page, now and then; and a pause."""
        if done == 0 or self._clock() - self._told >= TELL_EVERY:
            self._told = self._clock()
            self._channel.post({"kind": "progress", "done": done, "total": total, "what": what})
        await self.pause()

    def seal(self, sealer):
        """What is made from now on leaves sealed. ``sealer``: ``header``, ``take(bytes)``, ``await drain()`` and ``await end()``, which give sealed
        parts (static/glue/sealed_copy.js). Encrypting is asynchronous and taking a part is not: bytes wait until the next pause."""
        self._sealer = sealer
        self._keep(sealer.header)

    def part(self, data):
        """Takes bytes of what is being made. Whoever hands over many pauses between them: until then they are in memory."""
        if self._sealer is not None:
            self._sealer.take(data)
        else:
            self._keep(data)

    def _keep(self, data):
        self.bytes += len(data)
        self._parts.append(self._to_part(data))

    async def hand_over(self, name, type):
        """What was made goes to the page."""
        if self._sealer is not None:
            for sealed in await self._sealer.end():
                self._keep(sealed)
        self._channel.post({"kind": "file", "name": name, "blob": self._new_blob(self._parts, type)})
        self._parts = []

    def hand_over_text(self, name, text):
        self._channel.post({"kind": "file", "name": name, "blob": self._new_blob([self._to_part(text.encode("utf-8", "replace"))], "text/plain;charset=utf-8")})

    def end(self):
        if self._listening is not None:
            self._listening.cancel()
        self._channel.close()
