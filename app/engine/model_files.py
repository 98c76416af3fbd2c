"""The models of the app, by the names of the manifest: checked, read once, shared.

Offers ``ModelFiles(read)`` with ``await data(name)``, ``await parsed(name, reader)`` and ``await fingerprint(name)``.
"""

import asyncio
import hashlib
import json

from app.everywhere.errors import ModelError

MANIFEST = "models/manifest.json"


class ModelFiles:
    """``await read(path)`` gives the bytes of a file of the app; it raises ModelError if it can't."""

    def __init__(self, read):
        self._read = read
        self._rows = None  # of the manifest, by name, once it was read
        self._parsed = {}  # (name, reader) -> the task that makes it

    async def fingerprint(self, name):
        """Return what tells one version of the model ``name`` from another."""
        return (await self._row(name))["sha256"][:16]

    async def _row(self, name):
        if self._rows is None:
            try:
                self._rows = {row["name"]: row for row in json.loads(await self._read(MANIFEST))["models"]}
            except (ValueError, KeyError, TypeError) as error:
                raise ModelError(f"The list of models ({MANIFEST}) is damaged.") from error
        if name not in self._rows:
            raise ModelError(f"The model «{name}» is not in {MANIFEST}.")
        return self._rows[name]

    async def data(self, name):
        """Return the bytes of the model ``name``. Raises ModelError where they are not those that the manifest knows."""
        row = await self._row(name)
        file = row["file"]
        data = await self._read("models/" + file)
        if hashlib.sha256(data).hexdigest() != row["sha256"]:
            raise ModelError(f"The model file {file} is damaged. Reload the page to fetch it again.")
        return data

    async def parsed(self, name, reader):
        """Return ``reader(bytes of the model)``, made once: features that need the same model share it."""
        return await once(self._parsed, (name, reader), lambda: self._parse(name, reader))

    async def _parse(self, name, reader):
        return reader(await self.data(name))


async def once(tasks, key, make):
    """Return what ``await make()`` gave the first time for this key; what failed is tried anew when it is asked for again."""
    if key not in tasks:
        tasks[key] = asyncio.ensure_future(make())
    try:
        return await tasks[key]
    except BaseException:
        tasks.pop(key, None)
        raise
