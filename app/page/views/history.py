"""The history of the open note: its earlier versions, and what is different now. In the place of the text, as the preview.

Offers `HistoryView`. A version is read and compared when it is drawn, one after the other, so that a note with hundreds of
them opens at once.
"""

import js
from pyscript import ffi
from pyscript.js_modules import differences_glue

from app.everywhere.errors import Damaged
from app.everywhere.history import WHY
from app.page.dates import of_things
from app.page.dom import by_id, clear, element, in_words, on


class HistoryView:
    """`note()` gives the open note, `saved()` is true when it is durable as it is on the page; `compare(payload)` is the
    router's way to `draw_differences`; `restore(state)` and `copy(state)` do what the reader pressed; `opened()` is told
    before it takes the place of the text.
    """

    def __init__(self, storage, note, saved, compare, restore, copy, opened, spawn):
        self._storage, self._note, self._saved, self._compare = storage, note, saved, compare
        self._opened, self._spawn = opened, spawn
        self._panel, self._list, self._one = by_id("history"), by_id("revisions"), by_id("revision")
        self._drawing = 0  # counted: a list that is drawn anew ends the older drawing
        self._state = None  # the version that is compared
        self._whole = False
        on(by_id("history-toggle"), "click", lambda event: spawn(self.open()) if self._panel.hidden else self.close())
        on(by_id("history-close"), "click", lambda event: self.close())
        on(self._panel, "keydown", self._key)
        on(self._list, "click", self._chosen)
        on(by_id("revision-restore"), "click", lambda event: restore(self._state))
        on(by_id("revision-copy"), "click", lambda event: copy(self._state))
        on(by_id("revision-whole"), "click", lambda event: self._show_whole(not self._whole))

    @property
    def shown(self):
        return not self._panel.hidden

    async def open(self):
        if not await self._saved():
            return
        self._opened()
        self._panel.hidden, by_id("paper").hidden, by_id("title").hidden = False, True, True
        by_id("history-toggle").setAttribute("aria-pressed", "true")
        by_id("history-title").focus()
        await self.draw()

    def close(self, focus=True):
        if self._panel.hidden:
            return
        self._drawing += 1
        self._panel.hidden, by_id("paper").hidden, by_id("title").hidden = True, False, False
        by_id("history-toggle").setAttribute("aria-pressed", "false")
        clear(self._list)
        clear(by_id("differences"))
        self._one.hidden = True
        self._state = None
        if focus:
            by_id("history-toggle").focus()

    def changed(self, same):
        """Another note is on the page, or this one as another window or a restoring left it."""
        if not same:
            self.close(focus=False)
        elif self.shown:
            self._spawn(self.draw())

    def _key(self, event):
        if event.key == "Escape":
            event.preventDefault()
            self.close()

    # The list

    async def draw(self):
        self._drawing += 1
        number, note = self._drawing, self._note()
        id = note["id"]
        kept = await self._storage.ids("revisions", id + "-")
        try:
            await differences_glue.load()
        except Exception as error:
            self._say("What changed can't be shown: " + in_words(error))
            return
        focused = self._list.contains(js.document.activeElement)
        clear(self._list)
        self._say(of_things(len(kept), "earlier version") + "." if kept else
                  "No earlier versions yet. One is kept when you write on after a pause, and before much is deleted.")
        if self._state is None or self._state["note"] != id:
            self._one.hidden = True
        shown = []  # the counts of saves: the rows are sorted by it, and not by a clock that may have been wrong
        for revision in kept[::-1]:
            state = await self._read(revision)
            if number != self._drawing:
                return
            if state is not None:
                at = len(shown)
                while at and shown[at - 1] < state["revision"]:
                    at -= 1
                shown.insert(at, state["revision"])
                self._list.insertBefore(self._row(state, note), self._list.children.item(at))
        if self._state is not None and not self._one.hidden:
            await self._draw_one()
        if focused:
            chosen = self._list.querySelector("[aria-current=true] button")
            (chosen or by_id("history-title")).focus()

    async def _read(self, revision):
        try:
            return await self._storage.get("revisions", revision)
        except Damaged:
            return None  # the others can be read; Settings says how many cannot

    def _say(self, sentence):
        by_id("history-state").textContent = sentence

    def _row(self, state, note):
        added, removed = differences_glue.count(state["text"], note["text"])
        since = [of_things(added, "word") + " added"] if added else []
        if removed:
            since.append(str(removed) + " removed" if added else of_things(removed, "word") + " removed")
        if state["title"] != note["title"]:
            since.append("another title")
        if state["tags"] != note["tags"]:
            since.append("other tags")
        chosen = self._state is not None and self._state["id"] == state["id"]
        row = element("li", aria_current="true" if chosen else None)
        button = element("button", type="button", class_="open", data_id=state["id"])
        button.append(element("span", moment(state["updated"]), class_="head"))
        button.append(element("span", (", ".join(since) + " since" if since else "As it is now") + (
            " · kept " + WHY[state["why"]] if state["why"] in WHY else ""), class_="foot"))  # an imported one may have been kept for what it likes
        row.append(button)
        return row

    def _chosen(self, event):
        button = event.target.closest("button")
        if button:
            self._spawn(self._choose(button))

    async def _choose(self, button):
        state = await self._read(button.getAttribute("data-id"))
        if state is None:
            await self.draw()
            return
        for row in self._list.querySelectorAll("li"):
            row.removeAttribute("aria-current")
        button.closest("li").setAttribute("aria-current", "true")
        self._state = state
        self._show_whole(False)
        self._one.hidden = False
        await self._draw_one()
        by_id("revision-title").focus()
        self._one.scrollIntoView(ffi.to_js({"block": "nearest"}))

    # One version

    def _show_whole(self, whole):
        self._whole = whole
        by_id("revision-whole").setAttribute("aria-pressed", "true" if whole else "false")
        if self._state is not None and not self._one.hidden:
            self._spawn(self._draw_one())

    async def _draw_one(self):
        by_id("revision-title").textContent = "Since " + moment(self._state["updated"])
        await self._compare({"then": self._state, "now": self._note(), "whole": self._whole})

    async def draw_differences(self, then, now, whole):
        """The page's handler of the feature «compare»: two states of a note."""
        await differences_glue.load()
        place = by_id("differences")
        clear(place)
        if then["title"] != now["title"]:
            title = element("p", class_="was-title", dir="auto")
            differences_glue.show(title, then["title"], now["title"], True)
            place.append(title)
        if then["tags"] != now["tags"]:
            tags = element("p", "Tags: ", class_="quiet", dir="auto")
            for tag in then["tags"] + [tag for tag in now["tags"] if tag not in then["tags"]]:
                tags.append(element("del" if tag not in now["tags"] else "ins" if tag not in then["tags"] else "span", tag), " ")
            place.append(tags)
        text = element("div", class_="was-text", dir="auto")
        differences_glue.show(text, then["text"], now["text"], whole)
        place.append(text)


_moments = js.Intl.DateTimeFormat.new(js.undefined, ffi.to_js({"dateStyle": "medium", "timeStyle": "short"}))


def moment(timestamp):
    """A timestamp as the reader's own day and time."""
    return _moments.format(js.Date.new(timestamp))
