"""The shelf: the list of notes, newest first, pinned ones on top, and the trash.

A few dozen notes are drawn at once and more when their end comes into sight, so that a
notebook of ten thousand opens as fast as one of ten.
"""

import js
from pyscript import ffi

from app.everywhere.limits import LIST_PAGE
from app.everywhere.note import excerpt, headline
from app.page.dom import by_id, element, on

# Characters of a note's text that headline and excerpt are made of.
SHOWN_CHARACTERS = 200


class Shelf:
    """`turn_to(id)`, `restore(id)` and `erase(ids)` are called for what the reader presses; `days_left(head)` says how long a
    note of the trash stays there.
    """

    def __init__(self, notebook, turn_to, restore, erase, days_left):
        self._notebook, self._turn_to, self._restore, self._erase = notebook, turn_to, restore, erase
        self._days_left = days_left
        self._going = []  # ids of notes that are being erased, while that can be undone
        self._list = by_id("notes")
        self._trash = False
        self._shown = LIST_PAGE
        self._drawn = None
        self._rows = {}  # id -> (what the row says, the row)
        on(self._list, "click", self._clicked)
        on(by_id("toggle-trash"), "click", self._toggle_trash)
        on(by_id("empty-trash"), "click", lambda event: self._erase([head["id"] for head in self._in_trash()]))
        self._sentinel = js.IntersectionObserver.new(ffi.create_proxy(self._end_in_sight))

    def give_way(self, searching):
        """The list steps back for what a search found."""
        self._list.hidden = searching
        by_id("shelf-title").hidden = searching

    def set_aside(self, ids):
        """These notes of the trash are not shown any more: they are being erased."""
        self._going = self._going + ids
        self.draw()

    def put_back(self, ids):
        self._going = [id for id in self._going if id not in ids]
        self.draw()

    def _in_trash(self):
        return [head for head in self._notebook.listing(True) if head["id"] not in self._going]

    def draw(self):
        """Draws what changed: most rows are the ones that are there."""
        if self._trash and self._going:
            heads = self._in_trash()
            count, heads = len(heads), heads[:self._shown]
        else:
            heads, count = self._notebook.listing(self._trash, self._shown), self._notebook.count(self._trash)
        current = self._notebook.note["id"] if self._notebook.note else ""
        today = js.Date.new().toDateString()
        rows, order = {}, []
        for head in heads:
            says = (head["title"], head["text"][:SHOWN_CHARACTERS], head["updated"], head["pinned"], head["id"] == current, self._trash and self._days_left(head), today)
            row = self._rows.get(head["id"])
            if row is None or row[0] != says:
                row = (says, self._row(head, current))
            rows[head["id"]] = row
            order.append(row[1])
        drawn = (self._trash, count, order)
        if drawn == self._drawn:
            return
        self._drawn, self._rows = drawn, rows
        self._list.replaceChildren(*order)
        self._list.setAttribute("aria-label", "Trash" if self._trash else "Notes")
        by_id("shelf-title").textContent = "Trash" if self._trash else "Notes"
        empty = by_id("shelf-empty")
        empty.hidden = bool(count)
        empty.textContent = "The trash is empty." if self._trash else "Your notes will be listed here."
        by_id("try-sample").hidden = bool(count) or self._trash
        by_id("trash-tools").hidden = not (self._trash and count)
        self._sentinel.disconnect()
        if count > self._shown:
            self._sentinel.observe(self._list.lastElementChild)

    def _row(self, head, current):
        row = element("li", data_id=head["id"], aria_current="true" if head["id"] == current else None)
        button = element("button", type="button", class_="open", dir="auto")
        name = element("span", class_="head")
        if head["pinned"]:
            name.append(element("span", "●", class_="pinned", role="img", aria_label="Pinned"))
        name.append(headline(head))
        button.append(name)
        foot, more = "Changed or damaged on the disk" if head.get("damaged") else day(head["updated"]), excerpt(head)
        if self._trash:
            left = self._days_left(head)
            foot = "1 more day" if left == 1 else str(left) + " more days"
        button.append(element("span", foot + (" · " + more if more else ""), class_="foot"))
        row.append(button)
        if self._trash:
            acts = element("div", class_="acts")
            acts.append(element("button", "Restore", type="button", data_act="restore"))
            acts.append(element("button", "Erase", type="button", data_act="erase", class_="danger"))
            row.append(acts)
        return row

    def _clicked(self, event):
        row = event.target.closest("li")
        if not row:
            return
        act = event.target.getAttribute("data-act")
        id = row.getAttribute("data-id")
        if act == "restore":
            self._restore(id)
        elif act == "erase":
            self._erase([id])
        elif event.target.closest(".open") and not self._trash:
            self._turn_to(id)

    def _toggle_trash(self, event):
        self._trash = not self._trash
        self._shown = LIST_PAGE
        by_id("toggle-trash").setAttribute("aria-pressed", "true" if self._trash else "false")
        self.draw()

    def _end_in_sight(self, entries, observer):
        if entries[0].isIntersecting:
            self._shown += LIST_PAGE
            self.draw()


def day(moment):
    """A timestamp as the reader's own day: the time for today, else the date."""
    date = js.Date.new(moment)
    today = js.Date.new()
    if date.toDateString() == today.toDateString():
        return date.toLocaleTimeString(js.undefined, ffi.to_js({"hour": "2-digit", "minute": "2-digit"}))
    if date.getFullYear() == today.getFullYear():
        return date.toLocaleDateString(js.undefined, ffi.to_js({"day": "numeric", "month": "short"}))
    return date.toLocaleDateString(js.undefined, ffi.to_js({"day": "numeric", "month": "short", "year": "numeric"}))
