"""Something by weeks: a plot, the choice of how far back, a sentence that says what is seen, and the table of it.

Offers `Weekly`.
"""

import json

import js
from pyscript import ffi
from pyscript.js_modules import plot_glue

from app.page.dates import Dates
from app.page.dom import by_id, element, in_words, on, spawn
from app.page.views.table import Table

# Weeks by the name of the range; 0 for all.
RANGES = (("12 weeks", 12), ("A year", 52), ("All", 0))
FIRST_RANGE = 52


class Weekly:
    """`name`: that of the elements, `name`-plot and so on. A row is [Monday, number, …].

    `rows(count)` gives the last so many weeks, all for 0; `series(rows)` [{"colour", "values"}]; `sentence(rows, span)` what is seen
    («in the last 12 weeks» for `span`); `columns` and `cells(row)` the table's; `says(row)` one week in words.
    """

    def __init__(self, name, columns, rows, series, sentence, cells, says):
        self._name, self._rows, self._series, self._sentence, self._says = name, rows, series, sentence, says
        self._plot, self._said = by_id(name + "-plot"), by_id(name + "-week")
        self._weeks, self._shown = FIRST_RANGE, []
        self.day = Dates(day="numeric", month="short", year="numeric")
        self._table = Table(by_id(name + "-table"), by_id(name + "-title").textContent + ", as a table", ("Week of",) + columns,
                            lambda: [(self.day.write(row[0]),) + cells(row) for row in reversed(self._shown)])
        self._ranges = by_id(name + "-range")
        for title, weeks in RANGES:
            label = element("label")
            choice = element("input", type="radio", name=name + "-range", value=weeks)
            choice.checked = weeks == FIRST_RANGE
            label.append(choice)
            label.append(element("span", title))
            self._ranges.append(label)
        on(self._ranges, "change", lambda event: self._choose(int(event.target.value)))
        self._pointed = ffi.create_proxy(self._point)

    def _choose(self, weeks):
        self._weeks = weeks
        self.draw()

    def draw(self):
        self._shown = self._rows(self._weeks)
        span = next(title.lower() for title, weeks in RANGES if weeks == self._weeks)
        span = "since the first note" if not self._weeks else "in the last " + ("year" if span == "a year" else span)
        by_id(self._name + "-sentence").textContent = self._sentence(self._shown, span)
        self._said.textContent = ""
        self._table.changed()
        series = self._series(self._shown)
        # Never an empty plot: the sentence has said that there is nothing.
        self._plot.hidden = not any([any(row["values"]) for row in series])
        if not self._plot.hidden:
            spawn(self._draw_plot(series))

    async def _draw_plot(self, series):
        try:
            await plot_glue.bars(self._plot, json.dumps({"days": [row[0] for row in self._shown], "step": 7, "series": series}), self._pointed)
        except Exception as error:
            js.console.error("Carryon: " + in_words(error))
            self._plot.textContent = "The plot could not be drawn; the table below says the same."

    def _point(self, place):
        self._said.textContent = self._says(self._shown[place]) if 0 <= place < len(self._shown) else ""
