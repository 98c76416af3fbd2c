"""The page's one window on the browser: elements, events, the clock.

Only this module and the views touch `js`. Offers `by_id`, `element`, `on`, `text_of`,
`clear`, `spawn`, `errors_go_to`, `in_words`, `Clock` and `is_mac`.
"""

import asyncio
import time

import js

from app.everywhere.clock import timestamp
from app.everywhere.errors import CarryonError, in_words
from app.everywhere.ulid import new_ulid

document = js.document


def by_id(id):
    return document.getElementById(id)


def element(tag, text="", **attributes):
    """A new element. Its text is set as text: nothing in it is ever parsed.

    Attributes are given as in HTML, with `_` for `-` and a trailing `_` for Python's own words.
    """
    new = document.createElement(tag)
    if text:
        new.textContent = text
    for name, value in attributes.items():
        if value is True:
            new.setAttribute(name.strip("_").replace("_", "-"), "")
        elif value is not False and value is not None:
            new.setAttribute(name.strip("_").replace("_", "-"), str(value))
    return new


def on(target, event, handler):
    target.addEventListener(event, handler)


def clear(target):
    target.replaceChildren()


_tell = [None]


def errors_go_to(say):
    """`say(sentence)` shows the errors of what was spawned that a person can do something about: no room, say."""
    _tell[0] = say


def spawn(coroutine):
    """Runs it beside what runs now; an error that nobody handled is shown, and one that nobody expected reaches the console."""
    return asyncio.create_task(_guarded(coroutine))


async def _guarded(coroutine):
    try:
        await coroutine
    except CarryonError as error:
        if _tell[0] is None:
            raise
        _tell[0](str(error))
    except Exception as error:
        js.console.error("Carryon: " + type(error).__name__ + ": " + in_words(error))
        raise


class Clock:
    def now(self):
        return timestamp(int(time.time() * 1000))

    def ago(self, ms):
        return timestamp(int(time.time() * 1000) - ms)

    def new_id(self):
        return self.new_id_of(int(time.time() * 1000))

    def new_id_of(self, ms):
        """An id as it would have been made `ms` milliseconds after 1970."""
        entropy = js.crypto.getRandomValues(js.Uint8Array.new(10))
        return new_ulid(ms, bytes([entropy[at] for at in range(10)]))

    def new_secret(self):
        """A name that nobody can guess: 128 random bits in hexadecimal."""
        entropy = js.crypto.getRandomValues(js.Uint8Array.new(16))
        return "".join(["{:02x}".format(entropy[at]) for at in range(16)])

    def today(self):
        """The reader's day, as «2025-03-09»."""
        now = js.Date.new()
        return "{:04}-{:02}-{:02}".format(int(now.getFullYear()), int(now.getMonth()) + 1, int(now.getDate()))

    def ticks_ms(self):
        return int(js.performance.now())

    async def sleep_ms(self, ms):
        await asyncio.sleep(ms / 1000)


def is_mac():
    return "Mac" in js.navigator.platform or "iP" in js.navigator.platform
