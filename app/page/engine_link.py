"""The page's end of the wire to the engine: starts and stops the worker, and carries calls.

Values cross as JSON text, one message each way. `data-engine` on `<html>` follows the
engine's state: `loading`, `ready`, `off`, `failed`.

Offers `EngineLink`.
"""

import json

import js
from pyscript import workers

from app.everywhere import errors
from app.everywhere.errors import CarryonError, Unavailable
from app.page.dom import in_words


class EngineLink:
    """`changed(state, sentence)` is called whenever the engine's state changes; `key()` names a channel where the worker gets the
    vault's key, "" where it needs none."""

    def __init__(self, boot, changed, key=lambda: ""):
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
        starts = self._boot.starts
        try:
            worker = await self._boot.orFailure(workers["engine-" + str(starts)])
            if self._boot.starts != starts or not self._boot.wanted:
                return
            self._worker = worker
            key = self._key()
            if key:
                await worker.unlock(key)
            problem = await worker.problem()
        except Exception as error:
            if self._boot.starts == starts and self._boot.wanted:
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
        self._worker = None
        if wanted:
            self._boot.start()
            self.state = "loading"
            await self.follow()
        else:
            self._boot.stop()
            self._set("off", "Switched off.")

    def pause(self):
        """Ends the worker whatever the switch says: what it keeps is about to change. `resume` starts it again."""
        self._worker = None
        self._boot.stop()
        self._set("off", "Waits until the notebook is converted.")

    async def resume(self):
        if self._boot.wanted:
            self._boot.start()
            self.state = "loading"
        await self.follow()

    def _set(self, state, sentence):
        self.state = state
        js.document.documentElement.setAttribute("data-engine", state)
        self._changed(state, sentence)

    async def call(self, name, payload):
        """The engine's answer; its errors are raised here as what they were there."""
        if self._worker is None or self.state != "ready":
            raise Unavailable("The engine is not ready.")
        answer = json.loads(await self._worker.call(name, json.dumps(payload)))
        if "error" in answer:
            raise getattr(errors, answer["error"], CarryonError)(answer["message"])
        return answer["value"]
