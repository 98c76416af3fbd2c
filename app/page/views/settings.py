"""Settings: the switches for completion and for what stands beside the text, the sample notebook, this device."""

import js

from app.everywhere.attachments import in_bytes
from app.everywhere.features import feature
from app.page.dom import by_id, clear, element, on, spawn
from app.page.views.alongside import PARTS


class Settings:
    """`switch(on)` turns completion on or off; `alongside` has switches of its own,
    `sample` is the sample notebook, `attachments` keeps pictures and files."""

    def __init__(self, link, switch, alongside, sample, attachments, durable):
        self._link, self._sample, self._attachments, self._durable = link, sample, attachments, durable
        self._alongside = alongside
        on(by_id("alongside-switches"), "change", lambda event: spawn(alongside.switch(event.target.getAttribute("data-part"), event.target.checked)))
        self._switch = by_id("complete-switch")
        on(self._switch, "change", lambda event: spawn(switch(self._switch.checked)))

    async def draw(self):
        self._switch.checked = self._link.state != "off"
        self._draw_alongside()
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

    async def _draw_device(self):
        rows = [("Notes are kept in", "this browser (IndexedDB)" if self._durable else "memory only: they go with this page")]
        count, size = await self._attachments.total()
        if count:
            rows.append(("Attachments", str(count) + ", " + in_bytes(size)))
        storage = js.navigator.storage
        if storage:
            used = await storage.estimate()
            rows.append(("In use", megabytes(used.usage)))
            rows.append(("Room for", megabytes(used.quota)))
            rows.append(("Protected from eviction", "yes" if await storage.persisted() else "no"))
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
