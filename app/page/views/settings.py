"""Settings: the switch for completion, what was learned (each word forgettable), this device."""

import js

from app.everywhere.errors import CarryonError
from app.everywhere.features import feature
from app.page.dom import by_id, clear, element, on, spawn
from app.page.views.alongside import PARTS

LEARNED_SHOWN = 60


class Settings:
    """`call(name, payload)` is the router's; `switch(on)` turns completion on or off; `alongside` has switches of its own,
    `sample` is the sample notebook."""

    def __init__(self, call, learning, link, switch, alongside, sample, durable):
        self._call, self._learning, self._link, self._sample, self._durable = call, learning, link, sample, durable
        self._alongside = alongside
        on(by_id("alongside-switches"), "change", lambda event: spawn(alongside.switch(event.target.getAttribute("data-part"), event.target.checked)))
        self._switch = by_id("complete-switch")
        on(self._switch, "change", lambda event: spawn(switch(self._switch.checked)))
        on(by_id("learned-search"), "input", lambda event: spawn(self._draw_learned()))
        on(by_id("learned"), "click", lambda event: self._choose(event, self._learning.forget))
        on(by_id("forgotten"), "click", lambda event: self._choose(event, self._learning.remember))

    async def draw(self):
        self._switch.checked = self._link.state != "off"
        self._draw_alongside()
        await self._draw_learned()
        await self._draw_device()
        there = await self._sample.is_there()
        by_id("sample-add").hidden, by_id("sample-remove").hidden = there, not there

    def _draw_alongside(self):
        place = by_id("alongside-switches")
        clear(place)
        for name, sentence in PARTS:
            title = feature(name).title
            label = element("label", for_="part-" + name)
            label.append(element("strong", title))
            label.append(element("span", sentence, class_="quiet"))
            row = element("div", class_="setting")
            row.append(label)
            switch = element("input", type="checkbox", role="switch", id="part-" + name, aria_label=title, data_part=name)
            switch.checked = self._alongside.is_on(name)
            row.append(switch)
            place.append(row)

    def _choose(self, event, act):
        word = event.target.getAttribute("data-word")
        if word is not None:
            spawn(self._after(act(word)))

    async def _after(self, act):
        await act
        await self._draw_learned()

    async def _draw_learned(self):
        learned, forgotten = by_id("learned"), by_id("forgotten")
        try:
            answer = await self._call("learned", {"query": by_id("learned-search").value.strip(), "limit": LEARNED_SHOWN})
        except CarryonError:
            answer = {"words": [], "forgotten": [], "total": 0}
        clear(learned)
        for row in answer["words"]:
            item = element("li", row["word"])
            item.append(element("span", str(row["count"]), class_="count", title="times written"))
            item.append(element("button", "×", type="button", data_word=row["word"], aria_label="Forget " + row["word"]))
            learned.append(item)
        if not answer["words"]:
            learned.append(element("li", "Nothing yet." if self._link.state == "ready" else "Shown when the engine is ready.", class_="quiet"))
        by_id("forgotten-title").hidden = not answer["forgotten"]
        clear(forgotten)
        for word in answer["forgotten"]:
            item = element("li", word)
            item.append(element("button", "↺", type="button", data_word=word, aria_label="Remember " + word))
            forgotten.append(item)

    async def _draw_device(self):
        rows = [("Notes are kept in", "this browser (IndexedDB)" if self._durable else "memory only: they go with this page")]
        storage = js.navigator.storage
        if storage:
            used = await storage.estimate()
            rows.append(("In use", megabytes(used.usage)))
            rows.append(("Room for", megabytes(used.quota)))
            rows.append(("Protected from eviction", "yes" if await storage.persisted() else "no, the browser may make room"))
        facts = by_id("device-facts")
        clear(facts)
        for name, value in rows:
            facts.append(element("dt", name))
            facts.append(element("dd", value))


def megabytes(bytes):
    # A quota beyond 2 GB crosses from JavaScript as a wrapped integer; then only its size is unknown.
    if bytes is None or bytes < 0:
        return "plenty"
    return "%.1f MB" % (bytes / 1_000_000)
