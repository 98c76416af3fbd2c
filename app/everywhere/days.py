"""Days, weeks and streaks, for looking back on what was written.

A day is ISO text, «2025-03-09», and always the reader's own: whoever knows the clock's zone makes it from a moment. For
arithmetic it is a number, the days since 1970 (H. Hinnant, «chrono-compatible low-level date algorithms», 2013). A week
begins on Monday.

A *tally* says what was written on which day: rows `[day, notes, words]`, ascending, without the days on which nothing was.

Offers `number_of`, `day_of`, `monday`, `Tally`, `streaks`, `weeks`, `anniversaries`, `shades` and `shade`.
"""

# Shades of a day in the calendar, beside none.
SHADES = 4

CENTURY = 36525
# Weeks of a plot at most: fifty years. A clock that was wrong once must not draw two thousand years of nothing.
MOST_WEEKS = 2600


def number_of(day):
    """The days from 1970-01-01 to `day`."""
    year, month, date = int(day[:4]), int(day[5:7]), int(day[8:10])
    if month <= 2:
        year -= 1
    era = year // 400
    year_of_era = year - era * 400
    day_of_year = (153 * (month + (-3 if month > 2 else 9)) + 2) // 5 + date - 1
    return era * 146097 + year_of_era * 365 + year_of_era // 4 - year_of_era // 100 + day_of_year - 719468


def day_of(number):
    """The day so many days after 1970-01-01."""
    number += 719468
    era, day_of_era = divmod(number, 146097)
    year_of_era = (day_of_era - day_of_era // 1460 + day_of_era // 36524 - day_of_era // 146096) // 365
    day_of_year = day_of_era - (365 * year_of_era + year_of_era // 4 - year_of_era // 100)
    shifted = (5 * day_of_year + 2) // 153
    month = shifted + 3 if shifted < 10 else shifted - 9
    return "%04d-%02d-%02d" % (year_of_era + era * 400 + (1 if month <= 2 else 0), month, day_of_year - (153 * shifted + 2) // 5 + 1)


def monday(number):
    """The Monday of this day's week; both as numbers."""
    return number - (number + 3) % 7


class Tally:
    """Counts notes and words by day."""

    def __init__(self):
        self._days = {}  # number of the day -> [notes, words]

    def add(self, day, words):
        number = number_of(day)
        row = self._days.get(number)
        if row is None:
            self._days[number] = [1, words]
        else:
            row[0] += 1
            row[1] += words

    def rows(self):
        """The tally. Within a century sorted without `sort`, which takes MicroPython 200 ms for 3,000 days."""
        if not self._days:
            return []
        first, last = min(self._days), max(self._days)
        numbers = range(first, last + 1) if last - first < CENTURY else sorted(self._days)
        return [[day_of(number)] + self._days[number] for number in numbers if number in self._days]


def streaks(rows, today):
    """(the streak that goes on, the longest one), in days. One goes on while its last day is today or yesterday."""
    longest = run = 0
    last = None
    for day, notes, words in rows:
        number = number_of(day)
        run = run + 1 if last is not None and number == last + 1 else 1
        last = number
        longest = max(longest, run)
    goes_on = last is not None and 0 <= number_of(today) - last <= 1
    return (run if goes_on else 0), longest


def weeks(rows, today, count=0):
    """[[the week's Monday, notes, words]], ascending, up to the week of `today`: the last `count`, or all since the first row.

    Weeks in which nothing was written are among them; what lies after this week (a clock that was wrong) is not.
    """
    last = monday(number_of(today))
    if not count:
        count = (last - min(last, monday(number_of(rows[0][0])))) // 7 + 1 if rows else 1
    first = last - 7 * (min(count, MOST_WEEKS) - 1)
    found = [[day_of(start), 0, 0] for start in range(first, last + 1, 7)]
    for day, notes, words in rows:
        at = (number_of(day) - first) // 7
        if 0 <= at < len(found):
            found[at][1] += notes
            found[at][2] += words
    return found


def anniversaries(today, first):
    """This day in earlier years, the latest first, back to the year of the day `first`. The 29th of February has few."""
    found = []
    for year in range(int(today[:4]) - 1, int(first[:4]) - 1, -1):
        day = "%04d" % year + today[4:]
        if day_of(number_of(day)) == day:
            found.append(day)
    return found


def shades(amounts):
    """The least amount of each shade but the first, which is for any: three quartiles of the `amounts` of days on which something was written."""
    ranked = sorted(amounts)
    return [ranked[len(ranked) * part // SHADES] for part in range(1, SHADES)] if ranked else [1] * (SHADES - 1)


def shade(amount, least):
    """0 for nothing, else 1 to SHADES. `least`: what `shades` gave."""
    if not amount:
        return 0
    return 1 + sum([1 for bound in least if amount >= bound])
