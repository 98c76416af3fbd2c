"""«Locked vault» in the settings: turning it on and off, the passphrase, the recovery code, a passkey, when it locks. Offers `VaultSettings`."""

import js

from app.everywhere.errors import WrongSecret
from app.everywhere.limits import LOCK_AFTER_CHOICES
from app.everywhere.recovery_code import ENTROPY_BYTES, groups, new_code
from app.page.dom import by_id, clear, element, in_words, on, spawn
from app.page.vault import PASSKEY, PASSPHRASE, RECOVERY, advice, told

# Groups of a new recovery code that are typed again before anything depends on it.
GROUPS_TYPED = 2

WHAT_OFF = ("A passphrase that locks the notebook: everything that is stored is encrypted on this device, and opened only here. Without the passphrase and the "
            "recovery code nobody can read it again, neither you nor we.")
WHAT_ON = "The vault is on: everything that is stored is encrypted. It is unlocked until you lock it, close its last tab, or do nothing for a while."
WHAT_NOT = ("The vault needs a browser that offers encryption to this page, which it does at https: addresses and on this machine itself, "
            "and storage that lasts. Here it cannot be turned on.")

# Errands: button, what the form asks for, what is said before, and the word on its button.
TURN_ON, PASSPHRASE_NEW, CODE_NEW, PASSKEY_NEW, TURN_OFF = "vault-on", "vault-new-passphrase", "vault-new-code", "vault-add-passkey", "vault-off"
ASKS = {
    TURN_ON: ("new",),
    PASSPHRASE_NEW: ("current", "new"),
    CODE_NEW: ("current",),
    PASSKEY_NEW: ("current",),
    TURN_OFF: ("current",),
}
GO_ON = {TURN_ON: "Go on", PASSPHRASE_NEW: "Change it", CODE_NEW: "Go on", PASSKEY_NEW: "Go on", TURN_OFF: "Turn off"}


class VaultSettings:
    """`turn_on(passphrase, code)` and `turn_off(kind, secret)` do it, with the engine at rest; `lock()` locks now; `chosen(minutes)` keeps when it locks by itself."""

    def __init__(self, vault, turn_on, turn_off, lock, minutes, chosen, say):
        self._vault, self._turn_on, self._turn_off = vault, turn_on, turn_off
        self._minutes, self._say = minutes, say
        self._errand, self._code, self._secret, self._asked, self._busy = "", "", None, (), False
        self._before = None  # what is to be done before the vault is turned off
        for name in ASKS:
            on(by_id(name), "click", self._starter(name))
        on(by_id("vault-remove-passkey"), "click", lambda event: spawn(self._remove_passkey()))
        on(by_id("vault-lock"), "click", lambda event: lock())
        on(by_id("vault-cancel"), "click", lambda event: self._close())
        on(by_id("vault-form"), "submit", self._submitted)
        on(by_id("vault-new"), "input", lambda event: self._advise())
        on(by_id("vault-idle"), "change", lambda event: chosen(int(event.target.value)))
        for minutes in LOCK_AFTER_CHOICES:
            by_id("vault-idle").append(element("option", "Never" if not minutes else "1 hour" if minutes == 60 else "1 minute" if minutes == 1 else str(minutes) + " minutes", value=minutes))

    async def draw(self):
        vault = self._vault
        possible, is_on = vault.possible, vault.is_on
        by_id("vault-what").textContent = WHAT_NOT if not possible else WHAT_ON if is_on else WHAT_OFF
        by_id("vault-when-on").hidden = not is_on
        by_id("vault-idle").value = str(self._minutes())
        by_id("vault-add-passkey").hidden = PASSKEY in vault.kinds or not (is_on and await vault.passkeys_possible())
        by_id("vault-remove-passkey").hidden = PASSKEY not in vault.kinds
        if not self._busy:
            self._close()

    # The form

    def _starter(self, errand):
        return lambda event: self._start(errand)

    def _start(self, errand):
        if self._busy:
            return
        self._close()
        self._errand = errand
        self._show(ASKS[errand], GO_ON[errand])
        by_id("vault-first").hidden = errand != TURN_ON
        by_id("vault-on").hidden = True
        by_id("vault-current" if "current" in ASKS[errand] else "vault-new").focus()

    def ask_to_turn_off(self, before):
        """Asks for the passphrase; where it is right, awaits `before()` and turns the vault off."""
        self._start(TURN_OFF)
        self._before = before
        by_id("vault-form").scrollIntoView()

    def _show(self, parts, word):
        by_id("vault-form").hidden = False
        for part in ("current", "new", "code"):
            by_id("vault-part-" + part).hidden = part not in parts
        by_id("vault-first").hidden = True
        by_id("vault-submit").textContent = word
        by_id("vault-form-state").textContent = ""
        if "new" in parts:
            self._advise()

    def _close(self):
        """Away with the form and every secret that was typed into it."""
        self._errand, self._code, self._secret, self._asked, self._before = "", "", None, (), None
        by_id("vault-form").hidden = True
        by_id("vault-on").hidden = self._vault.is_on or not self._vault.possible
        for name in ("vault-current", "vault-new", "vault-repeat"):
            by_id(name).value = ""
        clear(by_id("recovery-code"))
        clear(by_id("vault-groups"))

    def _advise(self):
        by_id("vault-advice").textContent = advice(by_id("vault-new").value)[1]

    def _tell(self, sentence):
        by_id("vault-form-state").textContent = sentence

    def _submitted(self, event):
        event.preventDefault()
        if not self._busy:
            spawn(self._go_on())

    async def _go_on(self):
        self._set_busy(True)
        try:
            if self._code:
                await self._code_typed()
            elif await self._fields_are_good():
                await self._fields_given()
        except WrongSecret:
            self._tell("This does not open the vault.")
        except Exception as error:
            self._tell("That did not work: " + in_words(error))
        self._set_busy(False)

    async def _fields_are_good(self):
        if "new" in ASKS[self._errand]:
            good, why = advice(by_id("vault-new").value)
            if not good:
                self._tell(why)
                return False
            if by_id("vault-new").value != by_id("vault-repeat").value:
                self._tell("The two passphrases are not the same.")
                return False
        if "current" in ASKS[self._errand]:
            self._secret = told(by_id("vault-current").value)
            if self._errand == CODE_NEW:
                # Before the new code is shown. The others find out when they need it.
                self._tell("One moment…")
                if not await self._vault.unlock(*self._secret):
                    raise WrongSecret("")
        return True

    async def _fields_given(self):
        errand = self._errand
        if errand in (TURN_ON, CODE_NEW):
            self._show_code()
            return
        self._tell("One moment…")
        if errand == PASSPHRASE_NEW:
            await self._vault.set_way(*self._secret, PASSPHRASE, by_id("vault-new").value)
            self._done("The passphrase was changed.")
        elif errand == PASSKEY_NEW:
            await self._vault.set_way(*self._secret, PASSKEY)
            self._done("The passkey opens this notebook from now on, beside the passphrase.")
        elif errand == TURN_OFF:
            if self._before:
                if not await self._vault.unlock(*self._secret):
                    raise WrongSecret("")
                await self._before()
            await self._turn_off(*self._secret)
            self._done("")
        await self.draw()

    def _show_code(self):
        entropy = js.crypto.getRandomValues(js.Uint8Array.new(ENTROPY_BYTES + GROUPS_TYPED))
        entropy = [entropy[at] for at in range(ENTROPY_BYTES + GROUPS_TYPED)]
        self._code = new_code(entropy[:ENTROPY_BYTES])
        parts = groups(self._code)
        first = entropy[ENTROPY_BYTES] % len(parts)
        second = (first + 1 + entropy[ENTROPY_BYTES + 1] % (len(parts) - 1)) % len(parts)
        self._asked = tuple(sorted((first, second)))
        self._show(("code",), "Turn on the vault" if self._errand == TURN_ON else "Use this code")
        place = by_id("recovery-code")
        for number, part in enumerate(parts):
            place.append(element("span", part))
            if number < len(parts) - 1:
                place.append("-")
        for number in self._asked:
            row = element("label")
            row.append(element("span", "Group " + str(number + 1) + " of " + str(len(parts))))
            row.append(element("input", type="text", autocomplete="off", spellcheck="false", autocapitalize="characters", maxlength=4, required=True,
                               aria_label="Group " + str(number + 1)))
            by_id("vault-groups").append(row)
        place.focus()

    async def _code_typed(self):
        parts = groups(self._code)
        for number, field in zip(self._asked, list(by_id("vault-groups").querySelectorAll("input"))):
            if field.value.strip().upper().replace("O", "0").replace("I", "1").replace("L", "1") != parts[number]:
                self._tell("Group " + str(number + 1) + " is another. Please look at what you wrote down.")
                field.focus()
                return
        self._tell("One moment…")
        code, errand = self._code, self._errand
        if errand == TURN_ON:
            passphrase = by_id("vault-new").value
            await self._turn_on(passphrase, code)
            self._done("")
        else:
            await self._vault.set_way(*self._secret, RECOVERY, code)
            self._done("The new recovery code is in force; the old one opens nothing any more.")
        await self.draw()

    def _done(self, sentence):
        self._close()
        if sentence:
            self._say(sentence)

    async def _remove_passkey(self):
        await self._vault.remove_passkey()
        self._say("The passkey opens this notebook no more. You can delete it where your device keeps its passkeys.")
        await self.draw()

    def _set_busy(self, busy):
        self._busy = busy
        by_id("vault-submit").disabled = by_id("vault-cancel").disabled = busy

    def progress(self, words, done, total):
        by_id("vault-progress").hidden = done is None
        by_id("vault-state").textContent = words
        if done is not None:
            by_id("vault-progress").max, by_id("vault-progress").value = total, done
