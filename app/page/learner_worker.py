"""Starts the learner's worker: a script element that PyScript finds, as static/glue/boot.js starts the engine's.

Offers `start_learner()`.
"""

import asyncio

import js
from pyscript import workers

from app.everywhere.errors import Unavailable
from app.everywhere.limits import LEARNER_START_MS
from app.page.dom import element, in_words

# Starts so far: a worker's name is new each time, because PyScript resolves a name once.
_starts = [0]


class LearnerWorker:
    def __init__(self, script, worker):
        self._script, self._worker = script, worker

    async def attend(self, channel):
        await self._worker.attend(channel)

    async def call(self, name, text):
        return await self._worker.call(name, text)

    def end(self):
        _end(self._script)


async def start_learner():
    """The running worker. Raises Unavailable where its files can't be had: offline, and never used before."""
    _starts[0] += 1
    name = "learner-" + str(_starts[0])
    failures = js.BroadcastChannel.new("carryon-learner-failed")  # static/glue/learner.mjs speaks there
    failed = []
    failures.onmessage = lambda event: failed.append(str(event.data))
    script = element("script", type="py", src="app/learner/main.py", worker=True, name=name, config="app/learner/pyscript.toml")
    js.document.body.append(script)
    task = asyncio.create_task(_ready(name))
    waited = 0
    try:
        while not task.done():
            await asyncio.sleep(0.1)
            waited += 100
            if failed or waited > LEARNER_START_MS:
                _end(script)
                raise Unavailable("The learner could not start (" + (failed[0] if failed else "it took too long") + ").")
        return LearnerWorker(script, await task)
    finally:
        failures.close()


async def _ready(name):
    try:
        return await workers[name]
    except Exception as error:
        raise Unavailable("The learner could not start (" + in_words(error) + ").")


def _end(script):
    worker = getattr(script, "xworker", None)
    if worker:
        worker.terminate()
    script.remove()
