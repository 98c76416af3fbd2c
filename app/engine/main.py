"""The engine, wired: Pyodide in a worker. It never touches `window` or `document`.

What it exports is called from the page (app/page/engine_link.py), one call at a time.
"""

from app.everywhere.unpacking import unpack

unpack()  # before anything else of the app is imported

import asyncio
import json

import js
from pyodide.ffi import create_proxy, to_js
from pyodide.http import pyfetch

from app.engine.engine import Engine
from app.everywhere.errors import ModelError


async def read(path):
    """The bytes of a file of the app itself; the engine fetches nothing else."""
    try:
        response = await pyfetch(js.carryon.base + path)
    except OSError as error:
        raise ModelError(f"{path} could not be loaded.") from error
    if not response.ok:
        raise ModelError(f"{path} could not be loaded ({response.status}).")
    return await response.bytes()


class Incoming:
    """Bytes that JavaScript writes where Python has them: 20 MB are not copied. ``allocate(length)`` gives the place, ``bytes`` is the result."""

    def __init__(self):
        self.bytes = bytearray()
        self.allocate = create_proxy(self._allocate)
        self._proxy = self._view = None

    def _allocate(self, length):
        self.bytes = bytearray(length)
        self._proxy = create_proxy(self.bytes)
        self._view = self._proxy.getBuffer("u8")
        return self._view.data

    def __enter__(self):
        return self

    def __exit__(self, *error):
        if self._view is not None:
            self._view.release()
            self._proxy.destroy()
        self.allocate.destroy()


class Keep:
    """Where the index is kept: static/glue/index_keep.js."""

    async def names(self):
        return (await (await js.carryon.indexKeep()).names()).to_py()

    async def read(self, name):
        with Incoming() as data:
            await (await js.carryon.indexKeep()).read(name, data.allocate)
        return data.bytes

    async def write(self, name, data):
        return await (await js.carryon.indexKeep()).write(name, to_js(data))

    async def delete(self, name):
        await (await js.carryon.indexKeep()).remove(name)


class LearnedKeep:
    """Where what was learned is kept: static/glue/learned_keep.js."""

    async def read(self, name):
        return (await (await js.carryon.learnedKeep()).read(name)).to_bytes()

    async def write(self, name, data):
        return await (await js.carryon.learnedKeep()).write(name, to_js(data))

    async def delete(self, name):
        await (await js.carryon.learnedKeep()).remove(name)


async def notes(after, count):
    """The next stored notes by id: static/glue/notebook_reader.js."""
    return json.loads(await (await js.carryon.notebookReader()).slice(after, count))


class Channel:
    """A BroadcastChannel to the learner: dicts of numbers, texts and one-dimensional arrays."""

    def __init__(self, name):
        self._heard = asyncio.Queue()
        self._proxy = create_proxy(lambda event: self._heard.put_nowait(event.data.to_py()))
        self._channel = js.BroadcastChannel.new(name)
        self._channel.onmessage = self._proxy

    def post(self, message):
        self._channel.postMessage(to_js(message, dict_converter=js.Object.fromEntries))

    async def hear(self):
        return await self._heard.get()

    def close(self):
        self._channel.onmessage = None
        self._channel.close()
        self._proxy.destroy()


engine = Engine(read, Keep(), notes, Channel, LearnedKeep())


async def call(name, payload):
    return await engine.call(name, payload)


async def unlock(channel):
    """The key of the vault, from the page: static/glue/seal.js. Until it comes, whatever would read what is stored waits."""
    await (await js.carryon.seal()).receive(channel)


def problem():
    return engine.problem


async def live(lock):
    """Holds this lock from now on: static/glue/alive.js."""
    await js.carryon.live(lock)


# Seconds that the first suggestion has for itself, on a slow line as well, before what makes later ones better is fetched.
REST_AFTER_SECONDS = 1


async def load_rest():
    await asyncio.sleep(REST_AFTER_SECONDS)
    for sentence in await engine.load_rest():
        js.console.warn("Carryon: suggestions do without a part: " + sentence)


await engine.load()
js.carryon.warmUp()  # static/glue/pyodide.mjs
rest = asyncio.ensure_future(load_rest())  # kept: a task that nobody holds may be collected

__export__ = ["call", "live", "problem", "unlock"]
