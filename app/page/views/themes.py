"""The themes of the notes: found by the learner, named by the engine, when the reader asks. Nothing of it is kept.

Offers `Themes`.
"""

import json

import js
from pyscript import ffi
from pyscript.js_modules import plot_glue

from app.everywhere.errors import CarryonError
from app.everywhere.note import headline
from app.page.dates import Dates, amount, of_things
from app.page.dom import by_id, clear, element, in_words, on
from app.page.views.calendar import link_to
from app.page.views.notes import day
from app.page.views.table import Table

# Months of a theme's share that are drawn, the latest ones.
MONTHS = 36
DAYS_A_MONTH = 30.44


class Themes:
    """`call(name, payload)` is the router's, `teach(*questions)` the learner's (app/page/learner_link.py); `in_step()` is awaited before the notes
    are asked; `head(id)` is a note's head or None; `turn_to(id)` opens one."""

    def __init__(self, call, teach, ready, in_step, head, turn_to, spawn):
        self._call, self._teach, self._ready, self._in_step, self._head, self._spawn = call, teach, ready, in_step, head, spawn
        self._turn = 0
        self._button, self._list = by_id("themes-find"), by_id("themes")
        self._month = Dates(month="long", year="numeric")
        on(self._button, "click", lambda event: self._begin())
        on(by_id("themes-stop"), "click", lambda event: self._stop())
        on(self._list, "click", lambda event: self._chosen(event, turn_to))
        self.engine_changed()

    def engine_changed(self):
        """The learner learns from what the engine knows: without one there is nothing to ask."""
        self._button.disabled = not self._ready()
        self._button.title = "" if self._ready() else "The engine must be there for this."

    def _begin(self):
        self._turn += 1
        self._spawn(self._find(self._turn))

    def _stop(self):
        """Nobody waits any more; the learner ends itself when it is idle."""
        self._turn += 1
        self._say("")
        self._button.focus()

    async def _find(self, turn):
        self._say("Starting what finds them…", busy=True)
        try:
            await self._in_step()
            _, answers = await self._teach(("themes", {}))
            found = answers[0]
            if turn != self._turn:
                return
            self._say("Naming them…", busy=True)
            names = (await self._call("name_themes", {"themes": [theme["ids"] for theme in found["themes"]]}))["names"]
        except CarryonError as error:
            if turn == self._turn:
                self._say("Themes could not be looked for: " + in_words(error))
            return
        if turn == self._turn:
            self._say(self._sentence(found))
            self._draw(found, names)

    def _say(self, sentence, busy=False):
        by_id("themes-way").hidden = not sentence
        by_id("themes-state").textContent = sentence
        by_id("themes-progress").hidden = by_id("themes-stop").hidden = not busy
        self._button.hidden = busy

    def _sentence(self, found):
        code = found["language"]
        language = js.Intl.DisplayNames.new("en", js.JSON.parse('{"type": "language"}')).of(code) if code else "one language"
        if found["notes"] < found["least"]:
            return "Not enough yet: themes are looked for from " + amount(found["least"]) + " notes in one language on, and there are " + amount(found["notes"]) + " in " + language + "."
        placed = sum([theme["size"] for theme in found["themes"]])
        said = of_things(len(found["themes"]), "theme") + " in " + amount(placed) + " of " + of_things(found["notes"], "note") + " in " + language + "; the others fit none well."
        if found["others"]:
            said += " " + of_things(found["others"], "note") + " in other languages can't be compared with them."
        return said

    # Drawing

    def _draw(self, found, names):
        clear(self._list)
        by_id("themes-what").hidden = bool(names)
        self._list.hidden = not names
        self._button.textContent = "Look again"
        for number, theme in enumerate(found["themes"]):
            self._list.append(self._row(number, theme, names[number], found["notes"]))

    def _row(self, number, theme, phrases, notes):
        heads = [head for head in [self._head(id) for id in theme["ids"]] if head is not None and not head["deleted"]]
        name = ", ".join(phrases) or (headline(heads[0]) if heads else "Without a name")
        name = name[:1].upper() + name[1:]
        details, summary = element("details"), element("summary")
        summary.append(element("span", name, class_="phrases", dir="auto"))
        summary.append(element("span", of_things(theme["size"], "note") + " · " + str(round(100 * theme["size"] / notes)) + " %", class_="count"))
        details.append(summary)
        filled = []
        on(details, "toggle", lambda event: self._fill(details, filled, number, name, theme, heads) if details.open and event.target.isSameNode(details) else None)
        row = element("li")
        row.append(details)
        return row

    def _fill(self, details, filled, number, name, theme, heads):
        """What a theme holds is drawn when it is opened for the first time."""
        if filled:
            return
        filled.append(True)
        months = theme["months"][-MONTHS:]
        if len(months) > 1:
            table_id = "theme-table-" + str(number)
            best = months[0]
            for row in months:
                if _share(row) > _share(best):
                    best = row
            details.append(element("p", "Its share of the notes of each month; the largest in " + self._month.write(best[0] + "-01") + ": " + str(_share(best)) + " %.",
                                   class_="quiet", id="theme-sentence-" + str(number)))
            plot = element("div", class_="plot", role="img", aria_labelledby="theme-sentence-" + str(number), aria_details=table_id)
            said = element("p", class_="week quiet", aria_hidden="true")
            table = element("details", id=table_id)
            table.append(element("summary", "Share as a table"))
            details.append(plot)
            details.append(said)
            details.append(table)
            Table(table, "Share of «" + name + "» by month", ("Month", "Share", "Notes", "All notes"),
                  lambda: [(self._month.write(month + "-01"), str(_share([month, own, every])) + " %", amount(own), amount(every)) for month, own, every in reversed(months)])
            self._spawn(self._draw_share(plot, said, months))
        notes = element("ul", class_="related", aria_label="Notes of «" + name + "»")
        for head in heads:
            notes.append(link_to(head["id"], headline(head), day(head["created"])))
        details.append(notes)
        if theme["size"] > len(theme["ids"]):
            details.append(element("p", "The " + amount(len(theme["ids"])) + " that are most of it, of " + amount(theme["size"]) + ".", class_="quiet"))

    async def _draw_share(self, plot, said, months):
        def pointed(place):
            said.textContent = self._month.write(months[place][0] + "-01") + ": " + str(_share(months[place])) + " %" if 0 <= place < len(months) else ""
        try:
            await plot_glue.bars(plot, json.dumps({"days": [row[0] + "-01" for row in months], "step": DAYS_A_MONTH, "unit": " %",
                                                   "series": [{"colour": "accent", "values": [_share(row) for row in months]}]}), ffi.create_proxy(pointed))
        except Exception as error:
            js.console.error("Carryon: " + in_words(error))
            plot.hidden = True

    def _chosen(self, event, turn_to):
        button = event.target.closest("button")
        if button:
            turn_to(button.getAttribute("data-id"))


def _share(row):
    """Of a month's notes, how many in a hundred are of the theme."""
    month, own, every = row
    return round(100 * own / every) if every else 0
