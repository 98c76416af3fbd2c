"""The lock screen: nothing of the notes is on the page while it is. Offers `Unlock`."""

import asyncio

import js

from app.everywhere.errors import Damaged, StorageFull
from app.everywhere.recovery_code import read_code
from app.page.dom import by_id, in_words, on, spawn
from app.page.vault import OFF, ON, OPENING, PASSKEY, PASSPHRASE, RECOVERY

# What a wrong secret is told, whatever is wrong with it.
WRONG = "This does not open the notebook."


class Unlock:
    """`vault` is the page's; `asked`: a promise of boot.js that has asked other tabs for the key."""

    def __init__(self, vault, asked, alarm):
        self._vault, self._asked, self._alarm = vault, asked, alarm
        self._kind = PASSPHRASE
        self._busy = False
        self._opened = False
        on(by_id("unlock-form"), "submit", self._submitted)
        on(by_id("unlock-other"), "click", lambda event: self._other_way())
        on(by_id("unlock-passkey"), "click", lambda event: spawn(self._try(PASSKEY, "")))
        on(by_id("passphrase"), "keydown", self._caps)
        on(by_id("passphrase"), "keyup", self._caps)

    async def open(self):
        """Returns when the notebook can be read: at once where it has no vault. Finishes a conversion that was cut off."""
        if not self._vault.possible:
            _show("")
            return
        await self._asked
        try:
            await self._vault.read()
        except Damaged as error:
            _show("locked")
            by_id("unlock-form").hidden = True
            self._alarm(str(error))
            await asyncio.Event().wait()  # there is nothing that could be opened
        if not self._vault.is_on:
            _show("")
            return
        if not await self._vault.ask_other_tab():
            _show("locked")
            by_id("unlock-passkey").hidden = PASSKEY not in self._vault.kinds
            self._field().focus()
            self._set_busy(False)  # the button waits in index.html until somebody listens
            await self._wait_out()
            while not self._opened:
                await asyncio.sleep(0.05)
        if self._vault.state != ON:
            _show("locked")
            await self._finish()
        else:
            spawn(self._vault.finish(lambda done, total: None))  # away with what a conversion that was cut off at its very end left
        _show("open" if self._vault.state != OFF else "")

    async def _finish(self):
        by_id("unlock-form").hidden = True
        words = "Turning the vault off" if self._vault.state == OPENING else "Turning the vault on"
        try:
            sentence = await self._vault.finish(lambda done, total: _say(words + ": " + str(done) + " of " + str(total) + " records."))
        except StorageFull as error:
            sentence = words + " was given up. " + str(error)
        except Exception as error:
            sentence = words + " did not come to its end (" + in_words(error) + "). It goes on at the next start; your notes are all there."
        if sentence:
            self._alarm(sentence)

    def _field(self):
        return by_id("recovery" if self._kind == RECOVERY else "passphrase")

    def _other_way(self):
        self._kind = PASSPHRASE if self._kind == RECOVERY else RECOVERY
        by_id("unlock-by-passphrase").hidden = self._kind == RECOVERY
        by_id("unlock-by-code").hidden = self._kind != RECOVERY
        by_id("unlock-other").textContent = "Use passphrase" if self._kind == RECOVERY else "Use recovery code"
        _say("")
        self._field().focus()

    def _caps(self, event):
        by_id("caps").textContent = "Caps Lock is on." if event.getModifierState and event.getModifierState("CapsLock") else ""

    def _submitted(self, event):
        event.preventDefault()
        typed = self._field().value
        if typed:
            spawn(self._try(self._kind, typed))

    async def _try(self, kind, typed):
        if self._busy:
            return
        self._set_busy(True)
        try:
            secret = typed
            if kind == RECOVERY:
                secret = read_code(typed)
                if not secret:
                    _say("This is no recovery code: it has seven groups of four, and one of its characters may be mistyped.")
                    return
            _say("Unlocking…")
            if await self._vault.unlock(kind, secret):
                by_id("passphrase").value = by_id("recovery").value = ""
                _say("")
                self._opened = True
                return
            _say(WRONG)
            self._field().select()
            await self._wait_out(WRONG + " ")
        except Exception as error:
            _say("The notebook could not be unlocked: " + in_words(error))
        finally:
            self._set_busy(False)

    async def _wait_out(self, before=""):
        """After several wrong tries each further one has to wait, also after a restart."""
        left = self._vault.delay()
        if left:
            self._set_busy(True)
            while left > 0:
                _say(before + "Wait " + str(left) + (" second." if left == 1 else " seconds."))
                await asyncio.sleep(1)
                left -= 1
            _say("")
            self._set_busy(False)
            self._field().focus()

    def _set_busy(self, busy):
        self._busy = busy
        by_id("unlock").disabled = by_id("unlock-other").disabled = by_id("unlock-passkey").disabled = busy


def _say(sentence):
    by_id("unlock-state").textContent = sentence


def _show(state):
    """`locked` shows the lock screen alone, `open` and "" the notebook."""
    root = js.document.documentElement
    if state:
        root.setAttribute("data-vault", state)
    else:
        root.removeAttribute("data-vault")
