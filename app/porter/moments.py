"""Moments as other apps write them, made into ours (`app/everywhere/clock.py`); "" where what is written is no moment.

    from_ms(number)          milliseconds since 1970
    from_microseconds(n)     as Google Keep writes them
    from_iso(text)           ISO 8601 and its relatives («2024-05-01 10:00:00 +0200», a bare date); where it names no zone, the computer's is meant
    from_words(text)         as Notion writes them («March 3, 2024 10:05 AM»), by the computer's zone
    now()
"""

import datetime
import math
import re
import time

from app.everywhere.clock import timestamp

_UTC = datetime.timezone.utc
_EPOCH = datetime.datetime(1970, 1, 1, tzinfo=_UTC)
_EARLIEST, _LATEST = -62135596800000, 253402300799999

_ISO = re.compile(r"(\d{4}-\d\d-\d\d)(?:(?:[T ]|, )(\d\d?:\d\d(?::\d\d(?:[.,]\d{1,9})?)?)(?: ?(Z|UTC|[+-]\d\d:?\d\d|[+-]\d\d))?)?")
_MONTHS = {month: number for number, month in enumerate(
    "january february march april may june july august september october november december".split(), 1)}
_WORDS = re.compile(r"([A-Za-z]+) (\d{1,2}), (\d{4})(?: (\d{1,2}):(\d\d)(?: (AM|PM))?)?")
_SLASHES = re.compile(r"(\d{4})/(\d{1,2})/(\d{1,2})(?: (\d{1,2}):(\d\d))?")


def from_ms(number):
    if isinstance(number, bool) or not isinstance(number, (int, float)) or not math.isfinite(number):
        return ""
    return timestamp(number) if number and _EARLIEST <= number <= _LATEST else ""


def from_microseconds(number):
    if isinstance(number, str) and number.isascii() and number.isdigit() and len(number) < 20:
        number = int(number)
    return from_ms(number // 1000) if isinstance(number, int) else ""


def _from_datetime(moment):
    try:
        # Without a zone it is the computer's clock on the wall that is meant.
        return from_ms((moment.astimezone(_UTC) - _EPOCH) // datetime.timedelta(milliseconds=1))
    except (ValueError, OverflowError, OSError):
        return ""


def from_iso(text):
    match = _ISO.fullmatch(text.strip()) if isinstance(text, str) and len(text) < 60 else None
    if not match:
        return ""
    day, clock, zone = match.groups()
    clock = (clock or "0:00").replace(",", ".").zfill(5)
    if clock[1] == ":":
        clock = "0" + clock
    whole, _, fraction = clock.partition(".")
    try:
        moment = datetime.datetime.fromisoformat(f"{day}T{whole}" + (f".{fraction[:6]:0<6}" if fraction else ""))
        if zone:
            moment = moment.replace(tzinfo=_zone(zone))
    except ValueError:
        return ""
    return _from_datetime(moment)


def _zone(text):
    if text in ("Z", "UTC"):
        return _UTC
    digits = text[1:].replace(":", "").ljust(4, "0")
    offset = datetime.timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return datetime.timezone(-offset if text[0] == "-" else offset)


def from_words(text):
    text = text.strip() if isinstance(text, str) else ""
    match = _WORDS.fullmatch(text)
    if match:
        month, day, year, hour, minute, half = match.groups()
        numbers = [year, _MONTHS.get(month.lower(), 0), day, hour or 0, minute or 0]
    else:
        match, half = _SLASHES.fullmatch(text), None
        if not match:
            return from_iso(text)
        numbers = [number or 0 for number in match.groups()]
    year, month, day, hour, minute = map(int, numbers)
    if half:
        if not 1 <= hour <= 12:
            return ""
        hour = hour % 12 + (12 if half == "PM" else 0)
    try:
        return _from_datetime(datetime.datetime(year, month, day, hour, minute))
    except ValueError:
        return ""


def now():
    return timestamp(time.time() * 1000)
