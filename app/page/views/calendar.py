"""The writing calendar: a year as a grid of days, and the notes of the day that is chosen.

Columns are weeks, rows are weekdays from Monday. Arrow keys walk, Enter or Space chooses; the same days stand in a table, for
whoever reads that better. Offers `Calendar`.
"""

import js

from app.everywhere.days import day_of, monday, number_of, shade, shades
from app.page.dates import Dates, amount, of_things
from app.page.dom import by_id, clear, element, on
from app.page.views.table import Table

WEEKS = 53
# What the choice of a year says for the weeks up to now.
LAST = "last"


class Calendar:
    """`today()` gives the reader's day; `notes_of(day)` gives [(id, headline)]; `turn_to(id)` opens one. `sleep_ms` and `spawn` are the
    clock's and the page's."""

    def __init__(self, today, notes_of, turn_to, sleep_ms, spawn):
        self._today, self._notes_of, self._sleep_ms, self._spawn = today, notes_of, sleep_ms, spawn
        self._drawings = 0
        self._place, self._year, self._list = by_id("calendar"), by_id("calendar-year"), by_id("day-notes")
        self._long = Dates(weekday="long", day="numeric", month="long", year="numeric")
        self._short = Dates(weekday="short", day="numeric", month="short", year="numeric")
        self._month, self._weekday = Dates(month="short"), Dates(weekday="short")
        self._tally, self._days = [], {}  # day -> (notes, words)
        self._cells = {}  # day -> its cell
        self._chosen = ""
        self._table = Table(by_id("calendar-table"), "Days on which something was written", ("Day", "Words", "Notes"), self._table_rows)
        on(self._year, "change", lambda event: spawn(self._draw()))
        on(self._place, "click", lambda event: self._choose(event.target.getAttribute("data-day")))
        on(self._place, "keydown", self._key)
        on(by_id("calendar-table"), "click", lambda event: self._choose(event.target.getAttribute("data-day")))
        on(self._list, "click", lambda event: self._open(event, turn_to))

    async def show(self, tally):
        """`tally`: rows [day, notes, words], ascending."""
        self._tally = tally
        self._days = {day: (notes, words) for day, notes, words in tally}
        years, last = [], ""
        for day, notes, words in tally:
            if day[:4] != last:
                last = day[:4]
                years.insert(0, last)
        kept = self._year.value
        clear(self._year)
        for value, name in [(LAST, "The last 12 months")] + [(year, year) for year in years]:
            self._year.append(element("option", name, value=value))
        self._year.value = kept if kept in years else LAST
        self._year.hidden = len(years) < 2
        await self._draw()

    def _span(self):
        """(first day, last day) of the grid, as numbers."""
        today = number_of(self._today())
        year = self._year.value
        if year == LAST:
            return monday(today) - 7 * (WEEKS - 1), today
        return number_of(year + "-01-01"), min(max(today, number_of(year + "-01-01")), number_of(year + "-12-31"))

    async def _draw(self):
        """A row at a time: four hundred elements take MicroPython a tenth of a second."""
        self._drawings += 1
        drawing = self._drawings
        first, last = self._span()
        shown = [day_of(number) for number in range(first, last + 1)]
        least = shades([self._days[day][1] for day in shown if day in self._days])
        start, end = monday(first), monday(last)
        table = element("table", role="grid", aria_label="Days from " + self._short.write(shown[0]) + " to " + self._short.write(shown[-1]))
        table.append(self._months(start, end, first))
        body, cells = element("tbody"), {}
        for weekday in range(7):
            row = element("tr")
            name = element("th", scope="row")
            name.append(element("span", self._weekday.write(day_of(start + weekday)), class_="unseen" if weekday % 2 else None))
            row.append(name)
            for number in range(start + weekday, end + 7, 7):
                if first <= number <= last:
                    day = day_of(number)
                    cells[day] = self._cell(day, least)
                    row.append(cells[day])
                else:
                    row.append(element("td", role="presentation"))
            body.append(row)
            await self._sleep_ms(1)
            if drawing != self._drawings:
                return
        table.append(body)
        self._cells = cells
        self._stop = self._chosen if self._chosen in cells else shown[-1]
        cells[self._stop].setAttribute("tabindex", "0")
        focused = js.document.activeElement.getAttribute("data-day") if self._place.contains(js.document.activeElement) else ""
        self._place.replaceChildren(table)
        self._place.scrollLeft = self._place.scrollWidth
        self._table.changed()
        if self._chosen:
            self._choose(self._chosen, focus=False)
        if focused in cells:
            self._step(focused).focus()

    def _months(self, start, end, first):
        """The names of the months above their first weeks; a reader hears them with each day."""
        head, row = element("thead", aria_hidden="true"), element("tr")
        row.append(element("td"))
        at = start
        while at <= end:
            month, weeks = day_of(max(at, first))[:7], 0
            while at <= end and day_of(max(at, first))[:7] == month:
                at += 7
                weeks += 1
            row.append(element("td", self._month.write(month + "-01") if weeks > 2 else "", colspan=weeks))
        head.append(row)
        return head

    def _cell(self, day, least):
        notes, words = self._days.get(day, (0, 0))
        said = of_things(words, "word") + ", " + of_things(notes, "note") if notes else "nothing written"
        name = self._long.write(day) + ": " + said
        # A note without a word (a picture, a list of signs) is something written, too.
        return element("td", role="gridcell", tabindex="-1", aria_label=name, title=name, data_day=day,
                       data_shade=max(1, shade(words, least)) if notes else None)

    def _key(self, event):
        day = event.target.getAttribute("data-day")
        step = {"ArrowLeft": -7, "ArrowRight": 7, "ArrowUp": -1, "ArrowDown": 1}.get(event.key)
        if not day or event.ctrlKey or event.altKey or event.metaKey:
            return
        if event.key in ("Enter", " "):
            event.preventDefault()
            self._choose(day)
        elif step or event.key in ("Home", "End"):
            event.preventDefault()
            first, last = self._span()
            to = first if event.key == "Home" else last if event.key == "End" else number_of(day) + step
            if first <= to <= last:
                self._step(day_of(to)).focus()

    def _step(self, day):
        """Makes it the one day of the grid that the Tab key reaches."""
        self._cells[self._stop].setAttribute("tabindex", "-1")
        self._stop = day
        self._cells[day].setAttribute("tabindex", "0")
        return self._cells[day]

    def _choose(self, day, focus=True):
        if not day:
            return
        if self._chosen in self._cells:
            self._cells[self._chosen].removeAttribute("aria-selected")
        self._chosen = day
        if day in self._cells:
            cell = self._step(day)
            cell.setAttribute("aria-selected", "true")
            if focus and js.document.activeElement and js.document.activeElement.closest("#calendar"):
                cell.focus()
        rows = self._notes_of(day)
        by_id("day").hidden = False
        by_id("day-title").textContent = self._long.write(day)
        by_id("day-state").textContent = of_things(len(rows), "note") if rows else "Nothing was begun on this day."
        clear(self._list)
        for id, title in rows:
            self._list.append(link_to(id, title))

    def _open(self, event, turn_to):
        button = event.target.closest("button")
        if button:
            turn_to(button.getAttribute("data-id"))

    def _table_rows(self):
        first, last = self._span()
        rows = [row for row in self._tally if first <= number_of(row[0]) <= last]
        return [(element("button", self._short.write(day), type="button", class_="plain", data_day=day), amount(words), amount(notes))
                for day, notes, words in reversed(rows)]


def link_to(id, title, foot=""):
    """A list's item that opens a note."""
    button = element("button", type="button", class_="open", dir="auto", data_id=id)
    button.append(element("span", title, class_="head"))
    if foot:
        button.append(element("span", foot, class_="foot"))
    row = element("li")
    row.append(button)
    return row
