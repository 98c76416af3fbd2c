"""Airplane mode: the offline copy, its progress, updates by consent, and the network's state.

The service worker (sw.js) keeps a whole, verified copy of the app on the device. This
module starts it, shows how far it is, says «Ready to fly» when everything is there, and
offers a new version that waits until the reader agrees.

Offers `Flight`.
"""

import js
from pyscript import ffi

from app.everywhere.limits import PACK_LATER_MS
from app.page.dom import by_id, clear, element, in_words, on


class Flight:
    """`offer_update(accept)` is called when a new version waits; `counted(sent)` hears the service worker's count, `refused(address)` what it stopped; `before_reload()` is awaited before it starts; `spares_data()`: whether
    the reader asked for few bytes; `sleep_ms` and `spawn` are the clock's and the page's."""

    def __init__(self, offer_update, before_reload, counted, refused, spares_data, sleep_ms, spawn):
        self._counted, self._refused = counted, refused
        self._offer_update, self._before_reload, self._spawn = offer_update, before_reload, spawn
        self._spares_data, self._sleep_ms, self._packed_later = spares_data, sleep_ms, False
        self._place = by_id("flight")
        self._network = by_id("network")
        self._requests = 0
        self._registration = None
        self._controlled = False  # a worker served this page from its start
        self._reloading = False
        on(js.window, "online", lambda event: self._online())
        on(js.window, "offline", lambda event: self.draw_network())
        self.draw_network()

    # The network

    def sent(self, requests):
        self._requests = requests
        self.draw_network()

    def count(self):
        """Asks the service worker how much it has let out: `counted` hears. False where there is none."""
        container = getattr(js.navigator, "serviceWorker", None)
        if not container or not container.controller:
            return False
        container.controller.postMessage(ffi.to_js({"type": "counted?"}))
        return True

    def draw_network(self):
        if not js.navigator.onLine:
            text = "Airplane mode"
        elif self._requests:
            text = str(self._requests) + (" request sent" if self._requests == 1 else " requests sent")
        else:
            text = "Online, nothing sent"
        self._network.textContent = text

    def _online(self):
        self.draw_network()
        # A first copy that was cut off goes on; a new version may be there.
        self._spawn(self._look_again())

    async def _look_again(self):
        await self._register()
        try:
            await self._registration.update()
        except Exception:
            pass  # Still not online, whatever the browser says; the next visit asks again.

    # The offline copy

    async def start(self):
        container = getattr(js.navigator, "serviceWorker", None)
        if not container:
            self._say("No offline copy")
            self._place.title = "This browser, or this private window, does not allow one."
            return
        # The first worker of all takes over silently; a later one brings another version of this page.
        self._controlled = bool(container.controller)
        on(container, "message", self._message)
        on(container, "controllerchange", lambda event: self._reload_once() if self._controlled else None)
        await self._register()

    async def _register(self):
        container = js.navigator.serviceWorker
        try:
            registration = await container.register("sw.js", ffi.to_js({"updateViaCache": "none"}))
        except Exception as error:
            if container.controller:
                self._ask(container.controller)  # Offline: the copy that serves this page is whole.
            else:
                self._say("No offline copy yet")
                self._place.title = in_words(error)
            return
        if not registration:
            return
        self._registration = registration
        registration.onupdatefound = lambda event: self._watch(registration.installing)
        if registration.installing:
            self._watch(registration.installing)
        if registration.waiting and container.controller:
            self._offer()
        if registration.active:
            self._ask(registration.active)

    def _watch(self, worker):
        if worker:
            worker.onstatechange = lambda event: self._state_changed(worker)

    def _state_changed(self, worker):
        if worker.state == "installed" and js.navigator.serviceWorker.controller:
            self._offer()
        elif worker.state == "activated":
            self._ask(worker)
        elif worker.state == "redundant" and not self._registration.active:
            self._incomplete()

    async def _pack_later(self, worker):
        """What only the learner needs comes after everything else, and not where data are spared: then at its first use."""
        await self._sleep_ms(PACK_LATER_MS)
        if js.navigator.onLine and not self._spares_data() and worker:
            worker.postMessage(ffi.to_js({"type": "pack the rest"}))

    def _incomplete(self):
        self._say("Offline copy not complete")
        self._place.title = "It goes on when you are online again."

    def _ask(self, worker):
        worker.postMessage(ffi.to_js({"type": "ready?"}))

    def _message(self, event):
        data = event.data
        kind = getattr(data, "type", "")
        if kind == "progress" and not js.navigator.serviceWorker.controller:
            self._progress(data.done, data.total)
        elif kind == "ready":
            self._say("Ready to fly")
            if not self._packed_later:
                self._packed_later = True
                self._spawn(self._pack_later(event.source))
        elif kind == "incomplete":
            self._incomplete()
        elif kind == "taken over":
            self._reload_once()
        elif kind == "counted":
            self._counted(int(data.sent))
        elif kind == "refused":
            self._refused(data.address)
        if getattr(data, "newer", False) is True and self._registration:
            self._offer()

    def _progress(self, done, total):
        bar = self._place.querySelector("progress")
        if not bar:
            clear(self._place)
            bar = element("progress", aria_label="Offline copy")
            self._place.append("Packing for offline", bar)
        bar.max = total
        bar.value = done

    def _say(self, sentence):
        self._place.textContent = sentence
        self._place.title = ""

    # Updates

    def _offer(self):
        self._offer_update(self._accept)

    def _accept(self):
        newest = self._registration.waiting or self._registration.active
        newest.postMessage(ffi.to_js({"type": "take over"}))

    def _reload_once(self):
        if not self._reloading:
            self._reloading = True
            self._spawn(self._reload())

    async def _reload(self):
        if await self._before_reload():
            js.location.reload()
        else:
            self._reloading = False
