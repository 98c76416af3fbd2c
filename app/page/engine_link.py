"""The page's end of the wire to the engine: starts and stops the worker, and carries calls.

Values cross as JSON text, one message each way. `data-engine` on `<html>` follows the
engine's state: `loading`, `ready`, `off`, `failed`.

Offers `EngineLink`.
"""

import json

import js
from pyscript import ffi, workers
from pyscript.js_modules import alive_glue

from app.everywhere import errors
from app.everywhere.errors import CarryonError, Unavailable
from app.page.dom import Clock, in_words
from app.page.waiting import Waiting


class EngineLink:
    """`changed(state, sentence)` is called whenever the engine's state changes; `await key()` names a channel where the worker gets the
    vault's key, "" where it needs none; `spawn` is the page's."""

    def __init__(self, boot, changed, key, spawn):
        self._waiting = Waiting(spawn)
        self._ends = 0  # counts how often a worker was ended here
        self._watch = None
        self._key = key
        self._boot = boot  # static/glue/boot.js: it started the worker before Python was there
        self._changed = changed
        self._worker = None
        self.state = "loading" if boot.wanted else "off"

    async def follow(self):
        """Waits until the worker that was started is ready, or says why it is not."""
        if self.state == "off":
            self._set("off", "Switched off.")
            return
        self._set("loading", "Getting ready…")
        starts, ends = self._boot.starts, self._ends
        try:
            worker = await self._boot.orFailure(workers["engine-" + str(starts)])
            if self._boot.starts != starts or not self._boot.wanted:
                return
            self._worker = worker
            lock = "carryon-alive-" + Clock().new_secret()
            await self._waiting.answer(worker.live(lock))
            self._watch = alive_glue.watch(lock, ffi.create_proxy(lambda: self._died(worker)))
            key = await self._key()
            if key:
                await self._waiting.answer(worker.unlock(key))
            problem = await self._waiting.answer(worker.problem())
        except Exception as error:
            if self._boot.starts == starts and self._ends == ends and self._boot.wanted:
                self._worker = None
                self._boot.stop()
                self._set("failed", "The engine could not start (" + in_words(error) + "). Your notebook works without it; reload to try again.")
            return
        if problem:
            self._set("failed", problem + " Your notebook works without it.")
        else:
            self._set("ready", "Ready, on this device.")

    async def switch(self, wanted):
        """The reader's switch. Off ends the worker: no model stays in memory, no work is done."""
        self._boot.wanted = wanted
        self._end()
        if wanted:
            self._boot.start()
            self.state = "loading"
            await self.follow()
        else:
            self._boot.stop()
            self._set("off", "Switched off.")

    def pause(self):
        """Ends the worker whatever the switch says: what it keeps is about to change. `resume` starts it again."""
        self._end()
        self._boot.stop()
        self._set("off", "Waits until the notebook is converted.")

    async def resume(self):
        if self._boot.wanted:
            self._boot.start()
            self.state = "loading"
        await self.follow()

    def _end(self):
        """Nobody waits any longer for this worker."""
        self._ends += 1
        self._worker = None
        self.state = "off"
        if self._watch:
            self._watch.forget()
            self._watch = None
        self._waiting.give_up(Unavailable("The engine was stopped."))

    def _died(self, worker):
        if worker is self._worker:
            self._end()
            self._boot.stop()
            self._set("failed", "The engine stopped by itself: this device may have too little memory for it. Your notebook works without it; reload to try again.")

    def _set(self, state, sentence):
        self.state = state
        js.document.documentElement.setAttribute("data-engine", state)
        self._changed(state, sentence)

    async def call(self, name, payload):
        """The engine's answer; its errors are raised here as what they were there."""
        if self._worker is None or self.state != "ready":
            raise Unavailable("The engine is not ready.")
        answer = json.loads(await self._waiting.answer(self._worker.call(name, json.dumps(payload))))
        if "error" in answer:
            raise getattr(errors, answer["error"], CarryonError)(answer["message"])
        return answer["value"]
