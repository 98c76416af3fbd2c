"""The advisor, below «What runs where»: the three questions, asked of a feature of anybody's app.

Offers `AdvisorView`. What is typed is asked of the engine and kept nowhere.
"""

from app.everywhere.errors import CarryonError
from app.page.dom import by_id, clear, element, on, spawn
from app.page.placement import INVENTORY, verdict


class AdvisorView:
    """`call(name, payload)` is the router's; `ready()`: whether the engine is there."""

    def __init__(self, call, ready):
        self._call, self._ready, self._asked = call, ready, 0
        on(by_id("advisor-form"), "submit", self._submitted)

    def _submitted(self, event):
        event.preventDefault()
        spawn(self._ask(by_id("advisor-text").value.strip()))

    async def _ask(self, text):
        self._asked += 1
        asked = self._asked
        state = by_id("advisor-state")
        if not text:
            self._show({"features": [], "inventory": {}})
            state.textContent = "Describe a feature first."
            return
        if not self._ready():
            state.textContent = "The advisor is a part of the engine, which is not ready."
            return
        state.textContent = "Reading…"
        try:
            answer = await self._call("advise", {"text": text})
        except CarryonError as error:
            answer, failed = None, str(error)
        if asked != self._asked:
            return  # a newer question is under way
        if answer is None:
            state.textContent = failed
            return
        self._show(answer)
        device = len([row for row in answer["features"] if row["place"] == "device"])
        count = len(answer["features"])
        state.textContent = "" if count < 2 else str(device) + " of " + str(count) + " can run on the device."
        if not count:
            state.textContent = "No feature was found in that."

    def _show(self, answer):
        list_ = by_id("advice")
        clear(list_)
        list_.hidden = not answer["features"]
        for row in answer["features"]:
            item = element("li")
            item.append(element("strong", row["name"]))
            item.append(element("span", verdict(row), class_="quiet"))
            item.append(element("p", row["why"]))
            if row["unsure"]:
                item.append(element("p", "Unsure. Ask yourself: " + row["ask"]))
            list_.append(item)
        place = by_id("inventory")
        clear(place)
        needed = [(title, answer["inventory"][part]) for part, title in INVENTORY if answer["inventory"].get(part)] if len(answer["features"]) > 1 else []
        if needed:
            place.append(element("h3", "What a backend would hold"))
            lines = element("dl")
            for title, needs in needed:
                group = element("div")
                group.append(element("dt", title))
                for need in needs:
                    group.append(element("dd", need["needs"] + ", for " + ", ".join(["«" + name + "»" for name in need["for"]])))
                lines.append(group)
            place.append(lines)
