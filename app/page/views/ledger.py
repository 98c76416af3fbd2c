"""The ledger, below «What runs where»: every request since the first start, the service worker's own count beside it, and what was stopped.

Offers `Ledger`.
"""

import json

import js
from pyscript import ffi

from app.everywhere.features import feature
from app.everywhere.limits import LEDGER_BODIES
from app.page.dates import amount, of_things
from app.page.dom import by_id, clear, element, on

_COLUMNS = (("When", ""), ("Feature", ""), ("Because of", ""), ("Out", "number"), ("In", "number"), ("Outcome", ""))


class Ledger:
    """`gate` has the entries; `blocked` what was stopped; `download(file)` saves one; `count()` asks the service worker, whose answer comes to `counted`."""

    def __init__(self, gate, blocked, download, count, today):
        self._gate, self._blocked, self._download, self._count, self._today = gate, blocked, download, count, today
        self._entries = []
        on(by_id("ledger-export"), "click", lambda event: self._export())

    async def draw(self):
        self._entries = await self._gate.ledger()
        place = by_id("ledger")
        clear(place)
        by_id("ledger-export").hidden = not self._entries
        by_id("ledger-sum").textContent = (of_things(len(self._entries), "request") + " since the first start." if self._entries
                                           else "Nothing was sent since the first start.")
        if self._entries:
            place.append(self._table())
        self.draw_blocked()
        by_id("ledger-second").textContent = "" if self._count() else "No second count: this window has no service worker."

    def _table(self):
        table, head, body = element("table", class_="data"), element("tr"), element("tbody")
        table.append(element("caption", "The newest first. What was sent is kept for the last " + amount(LEDGER_BODIES) + "."))
        for name, class_ in _COLUMNS:
            head.append(element("th", name, scope="col", class_=class_ or None))
        top = element("thead")
        top.append(head)
        table.append(top)
        for entry in reversed(self._entries):
            row = element("tr")
            cell = element("td", js.Date.new(entry["when"]).toLocaleString())
            if "body" in entry:
                details = element("details")
                details.append(element("summary", "What was sent"))
                details.append(element("pre", entry["body"]))
                cell.append(details)
            row.append(cell)
            row.append(element("td", feature(entry["feature"]).title))
            row.append(element("td", entry["why"]))
            row.append(element("td", amount(entry["bytes_out"]) + " B", class_="number"))
            row.append(element("td", amount(entry["bytes_in"]) + " B", class_="number"))
            row.append(element("td", entry["outcome"]))
            body.append(row)
        table.append(body)
        return table

    def counted(self, sent):
        """The service worker's count."""
        if sent == len(self._entries):
            by_id("ledger-second").textContent = "The service worker, which every request passes, has counted " + amount(sent) + " as well."
        else:
            by_id("ledger-second").textContent = ("The service worker, which every request passes, has counted " + amount(sent) + ". They should agree: a request that "
                                                  "was cut off before it left is in the ledger alone, and a cleared ledger starts from nothing.")

    def draw_blocked(self):
        list_ = by_id("blocked")
        clear(list_)
        by_id("blocked-part").hidden = not self._blocked.count
        by_id("blocked-sum").textContent = of_things(self._blocked.count, "request") + " that no feature asked for, since this page was opened. None of them left."
        for address, stopped_by in self._blocked.listed:
            item = element("li", class_="quiet")
            item.append(element("code", address), ", stopped by " + stopped_by)
            list_.append(item)

    def _export(self):
        text = json.dumps({"ledger": self._entries})
        file = js.Blob.new(ffi.to_js([text]), ffi.to_js({"type": "application/json"}))
        self._download(ffi.to_js({"name": "carryon-ledger-" + self._today() + ".json", "blob": file}))
