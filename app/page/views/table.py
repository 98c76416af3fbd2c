"""What a drawing shows, as a table that is made when somebody opens it. Offers `Table`."""

from app.page.dom import clear, element, on


class Table:
    """`place`: a `details` element with its `summary`. `rows()` gives tuples of texts or elements, one for each of `columns`; the
    first names its row, the others are numbers unless `words` names their column."""

    def __init__(self, place, caption, columns, rows, words=()):
        self._place, self._caption, self._columns, self._rows, self._words = place, caption, columns, rows, words
        self._body = element("div", class_="scroll", role="region", aria_label=caption, tabindex="0")
        place.append(self._body)
        on(place, "toggle", lambda event: self.changed())

    def changed(self):
        """There is something else to show: a table that is open follows."""
        clear(self._body)
        if not self._place.open:
            return
        table = element("table", class_="data")
        table.append(element("caption", self._caption, class_="unseen"))
        head, row = element("thead"), element("tr")
        for name in self._columns:
            row.append(element("th", name, scope="col", class_=self._kind(name)))
        head.append(row)
        table.append(head)
        body = element("tbody")
        for cells in self._rows():
            row = element("tr")
            for name, cell in zip(self._columns, cells):
                first = name == self._columns[0]
                made = element("th" if first else "td", "" if not isinstance(cell, str) else cell, scope="row" if first else None,
                               class_=self._kind(name))
                if not isinstance(cell, str):
                    made.append(cell)
                row.append(made)
            body.append(row)
        table.append(body)
        self._body.append(table)

    def _kind(self, name):
        return None if name == self._columns[0] or name in self._words else "number"
