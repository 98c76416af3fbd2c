"""Starts the worker of a place that runs on demand: a script element that PyScript finds, as static/glue/boot.js starts the engine's.

Offers `start_worker(place, title)`.
"""

import asyncio

import js
from pyscript import ffi, workers
from pyscript.js_modules import alive_glue

from app.everywhere.errors import Unavailable
from app.everywhere.limits import ON_DEMAND_START_MS
from app.page.dom import Clock, element, in_words

# Starts so far: a worker's name is new each time, because PyScript resolves a name once.
_starts = [0]


class OnDemandWorker:
    def __init__(self, script, worker, lock):
        self._script, self._worker, self._lock = script, worker, lock
        self._watch = None

    def watch(self, died):
        """`died()` is called when the worker is gone, and nobody ended it here."""
        self._watch = alive_glue.watch(self._lock, ffi.create_proxy(died))

    async def unlock(self, channel):
        """Where the worker gets the vault's key: static/glue/seal.js."""
        await self._worker.unlock(channel)

    async def attend(self, channel):
        await self._worker.attend(channel)

    async def call(self, name, text):
        return await self._worker.call(name, text)

    def end(self):
        if self._watch:
            self._watch.forget()
        _end(self._script)


async def start_worker(place, title):
    """The running worker of app/<place>. Raises Unavailable, naming it by `title`, where its files can't be had: offline, and never used before."""
    _starts[0] += 1
    name = place + "-" + str(_starts[0])
    failures = js.BroadcastChannel.new("carryon-" + place + "-failed")  # static/glue/on_demand.mjs speaks there
    failed = []
    failures.onmessage = lambda event: failed.append(str(event.data))
    folder = "app/" + place
    script = element("script", type="py", src=folder + "/main.py", worker=True, name=name, config=folder + "/pyscript.toml")
    js.document.body.append(script)
    lock = "carryon-alive-" + Clock().new_secret()  # names of workers are the same in every tab
    task = asyncio.create_task(_ready(name, title, lock))
    waited = 0
    try:
        while not task.done():
            await asyncio.sleep(0.1)
            waited += 100
            if failed or waited > ON_DEMAND_START_MS:
                _end(script)
                raise Unavailable(title + " could not start (" + (failed[0] if failed else "it took too long") + ").")
        return OnDemandWorker(script, await task, lock)
    finally:
        failures.close()


async def _ready(name, title, lock):
    try:
        worker = await workers[name]
        await worker.live(lock)
        return worker
    except Exception as error:
        raise Unavailable(title + " could not start (" + in_words(error) + ").")


def _end(script):
    worker = getattr(script, "xworker", None)
    if worker:
        worker.terminate()
    script.remove()
