"""What was derived from notes, by what they say: kept on the device, so that nothing is derived twice.

Offers ``Derived(keep)`` with

- ``await kind(name, made_by)``: the values of one kind, ``{content hash: value}``; what other models made is not among them.
- ``await write(name)``: keeps them.
- ``await keep_only(hashes)``: forgets what was derived from contents that are in no note any more.

A value is what JSON can hold. The content hash is that of the index (``index_segment.content_hash``): a note that was copied or moved
keeps its values, one that was changed loses them. It is kept beside the index (``keep``), and like it can be made anew at any time.
"""

import json

# What the parts are called among those of the index.
PREFIX = "derived-"


class Derived:
    def __init__(self, keep):
        self._keep = keep
        self._made_by, self._values = {}, {}

    async def kind(self, name, made_by):
        """Return the values of a kind, to be read and added to. ``made_by`` names the models: values of others are forgotten."""
        await self._read(name)
        if self._made_by.get(name) != made_by:
            self._made_by[name], self._values[name] = made_by, {}
        return self._values[name]

    async def _read(self, name):
        if name in self._values:
            return
        try:
            data = json.loads(bytes(await self._keep.read(PREFIX + name) or b"{}"))
            made_by, values = data.get("made_by"), data.get("values")
        except (ValueError, AttributeError):
            made_by = values = None  # made anew, as it can be
        if name not in self._values:  # somebody else may have read it meanwhile
            self._made_by[name], self._values[name] = made_by, values if isinstance(values, dict) else {}

    async def write(self, name):
        """Keep the values of a kind. What cannot be written is deleted: it may hold what was to be forgotten."""
        data = json.dumps({"made_by": self._made_by[name], "values": self._values[name]}, separators=(",", ":")).encode("utf-8", "surrogatepass")
        if not await self._keep.write(PREFIX + name, data):
            await self._keep.delete(PREFIX + name)

    async def keep_only(self, hashes):
        """Forget the values of every content whose hash is not in ``hashes`` (a set), on the device as well."""
        for part in await self._keep.names():
            if part.startswith(PREFIX):
                await self._read(part.removeprefix(PREFIX))
        for name, values in self._values.items():
            gone = values.keys() - hashes
            for content in gone:
                del values[content]
            if gone:
                await self.write(name)
