"""The locked vault, as the page has it: is it on, who opens it, how long after a wrong try, and when it locks by itself.

What is sealed and how is in static/glue/seal.js, the key and its wraps in static/glue/vault.js (docs/adr/0019-the-locked-vault.md).
Nothing here keeps a secret: passphrases and codes pass through.

Offers `Vault`, its states `OFF`, `ON`, `SEALING` and `OPENING`, the ways to open it, `told` and `advice`
of what is typed, `delay_after` wrong tries, and `Idle`.
"""

import json

from app.everywhere.errors import WrongSecret
from app.everywhere.limits import FREE_TRIES, LONGEST_TRY_DELAY_SECONDS, PASSPHRASE_CHARACTERS, PASSPHRASE_LONG_CHARACTERS
from app.everywhere.recovery_code import read_code
from app.page.damaged import refusal

OFF, ON, SEALING, OPENING = "off", "on", "sealing", "opening"
PASSPHRASE, RECOVERY, PASSKEY = "passphrase", "recovery", "passkey"


class Vault:
    """`glue`: static/glue/vault.js; `db`: the open notebook as the glue has it, None where it is in memory only; `await answered(promise)` gives
    what the glue answers or raises what it says; `tries`: reads and writes how many wrong tries there were, over restarts too."""

    def __init__(self, glue, db, answered, tries):
        self._glue, self._db, self._answered, self._tries = glue, db, answered, tries
        self.state, self.kinds = OFF, []

    @property
    def possible(self):
        return self._db is not None and bool(self._glue.possible())

    @property
    def is_on(self):
        return self.state != OFF

    async def read(self):
        """Reads what the notebook says of its vault."""
        found = await self._answered(self._glue.state(self._db)) if self._db is not None else None
        found = json.loads(found) if found else {"state": OFF, "kinds": []}
        self.state, self.kinds = found["state"], found["kinds"]

    # Opening

    async def ask_other_tab(self):
        """Whether another tab is unlocked and gave this one the key."""
        return bool(await self._answered(self._glue.askOtherTab(self._db)))

    async def unlock(self, kind, secret=""):
        """False where the secret is wrong: which is all that is ever said of it."""
        try:
            await self._answered(self._glue.unlock(self._db, kind, secret))
        except WrongSecret:
            self._tries.write(self._tries.read() + 1)
            return False
        self._tries.write(0)
        return True

    def delay(self):
        """Seconds until another try, by how many were wrong: none for the first few, then twice as long each time."""
        return delay_after(self._tries.read())

    # Turning on and off. Afterwards `finish` converts what is stored.

    async def begin(self, passphrase, code):
        await self._answered(self._glue.begin(self._db, passphrase, code))
        await self.read()

    async def end(self, kind, secret):
        """WrongSecret where it is."""
        await self._answered(self._glue.end(self._db, kind, secret))
        await self.read()

    async def finish(self, progress):
        """Converts what is not yet as it is to be; `progress(done, total)` in records. Returns a sentence where that can't be, else ""."""
        try:
            damaged = json.loads(await self._answered(self._glue.convert(self._db, progress)))
        finally:
            await self.read()
        return refusal(damaged, self.is_on) if damaged else ""

    # The ways

    async def set_way(self, by, secret, kind, new_secret=""):
        """Another passphrase, recovery code or passkey, in the place of the one there is. No record is written anew. WrongSecret."""
        await self._answered(self._glue.setWay(self._db, by, secret, kind, new_secret))
        await self.read()

    async def remove_passkey(self):
        await self._answered(self._glue.removePasskey(self._db))
        await self.read()

    async def passkeys_possible(self):
        return self.possible and bool(await self._answered(self._glue.passkeysPossible()))

    # Workers and other tabs

    async def offer(self):
        """The name of a channel where a worker gets the key; "" where the vault is off."""
        return await self._glue.offer() if self.is_on else ""

    def listen(self, heard):
        """`heard(said)`: «locked», «changed» or «active», said by another tab."""
        self._glue.listen(heard)

    def say(self, said):
        self._glue.say(said)


def delay_after(wrong):
    """Seconds until another try after so many wrong ones."""
    return 0 if wrong < FREE_TRIES else min(2 ** min(wrong - FREE_TRIES + 1, 16), LONGEST_TRY_DELAY_SECONDS)


def told(text):
    """(kind, secret) of what was typed where either a passphrase or the recovery code will do."""
    code = read_code(text)
    return (RECOVERY, code) if code else (PASSPHRASE, text)


def advice(passphrase):
    """(good enough to be taken, what to say of it): by its length, which is what counts."""
    length = len(passphrase)
    if length < PASSPHRASE_CHARACTERS:
        return False, "At least " + str(PASSPHRASE_CHARACTERS) + " characters." if length else "Five or six words that have nothing to do with each other are good and easy to type."
    if len(set(passphrase)) < 5:
        return False, "This repeats the same few characters."
    if length < PASSPHRASE_LONG_CHARACTERS:
        return True, "It will do. Longer is better: another word or two."
    return True, "Good, if nobody could guess it."


class Idle:
    """When it is time to lock: `minutes` without anything done, by the clock on the wall, so that sleep counts. 0: never.

    `now()` gives seconds. A clock that was set back counts from then on.
    """

    def __init__(self, now, minutes):
        self._now, self.minutes = now, minutes
        self._last = now()

    def active(self):
        self._last = self._now()

    @property
    def is_due(self):
        passed = self._now() - self._last
        if passed < 0:
            self.active()
        return self.minutes > 0 and passed >= 60 * self.minutes
