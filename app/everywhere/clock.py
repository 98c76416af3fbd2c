"""Moments as text: ISO 8601 in UTC with milliseconds, «2026-11-21T06:35:44.123Z».

Text and not a number, because MicroPython silently wraps integers over 31 bits when they
cross to JavaScript and back. Such texts sort as the moments do, and read well in an export.

Offers `timestamp` and `milliseconds`.
"""

from app.everywhere.days import number_of


def timestamp(ms):
    """`ms` milliseconds since 1970 (UTC) as ISO 8601, by Howard Hinnant's civil-from-days."""
    seconds, milliseconds = divmod(int(ms), 1000)
    days, second = divmod(seconds, 86400)
    days += 719468
    era, day_of_era = divmod(days, 146097)
    year_of_era = (day_of_era - day_of_era // 1460 + day_of_era // 36524 - day_of_era // 146096) // 365
    day_of_year = day_of_era - (365 * year_of_era + year_of_era // 4 - year_of_era // 100)
    shifted_month = (5 * day_of_year + 2) // 153
    day = day_of_year - (153 * shifted_month + 2) // 5 + 1
    month = shifted_month + 3 if shifted_month < 10 else shifted_month - 9
    year = year_of_era + era * 400 + (1 if month <= 2 else 0)
    return "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ" % (
        year, month, day, second // 3600, second // 60 % 60, second % 60, milliseconds)


def milliseconds(moment):
    """The milliseconds since 1970 of a moment as `timestamp` writes it."""
    days = number_of(moment[:10])
    seconds = int(moment[11:13]) * 3600 + int(moment[14:16]) * 60 + int(moment[17:19])
    return (days * 86400 + seconds) * 1000 + int(moment[20:23])
