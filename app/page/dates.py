"""Days as the reader's clock and language have them. Touches `js`, as `app/page/dom.py` does.

A day is ISO text, «2025-03-09». Offers `local_day`, `span_of`, `Dates`, `amount` and `of_things`.
"""

import js
from pyscript import ffi


def local_day(moment):
    """The reader's day of a moment; "" where it is none."""
    date = js.Date.new(moment)
    year = date.getFullYear()
    if year != year:  # not a number: no date
        return ""
    return "%04d-%02d-%02d" % (int(year), int(date.getMonth()) + 1, int(date.getDate()))


def span_of(day):
    """(the moment it begins, the moment the next one does), as notes are dated: text that can be compared."""
    year, month, date = _parts(day)
    return js.Date.new(year, month, date).toISOString(), js.Date.new(year, month, date + 1).toISOString()


def _parts(day):
    return int(day[:4]), int(day[5:7]) - 1, int(day[8:10])


class Dates:
    """Writes many days the same way. The options are those of `Intl.DateTimeFormat`."""

    def __init__(self, **options):
        self._format = js.Intl.DateTimeFormat.new(js.undefined, ffi.to_js(options))

    def write(self, day):
        return self._format.format(js.Date.new(*_parts(day)))


_amounts = js.Intl.NumberFormat.new()


def amount(number):
    """A count as the reader's language writes it, «1,240»."""
    return _amounts.format(number)


def of_things(number, thing):
    """«1 note», «12 notes»."""
    return amount(number) + " " + thing + ("" if number == 1 else "s")
