"""What cannot be read: a damaged note in the place of the text, and all damaged records in the settings. Offers `DamagedNote` and `DamagedRecords`.

Three ways lead out, in this order: an earlier state as a note of its own, what is left as a file, and away with it for good. Nothing
goes but what was shown, or saved, as it was (static/glue/damaged.js).
"""

import json

from pyscript.js_modules import carry_glue, damaged_glue

from app.everywhere.note import excerpt, headline
from app.page.damaged import in_words
from app.page.dom import by_id, clear, element, on, spawn
from app.page.dom import in_words as error_in_words
from app.page.views.history import moment


class Sure:
    """A question that blocks nothing: the button `name` opens the group `name`-sure, whose -yes does `act()`."""

    def __init__(self, name, act):
        self._name, self._act = name, act
        on(by_id(name), "click", lambda event: self.ask(by_id(name + "-sure").hidden))
        on(by_id(name + "-no"), "click", lambda event: self.ask(False))
        on(by_id(name + "-yes"), "click", lambda event: spawn(self._do()))

    def ask(self, asked, focus=True):
        by_id(self._name + "-sure").hidden = not asked
        by_id(self._name).setAttribute("aria-expanded", "true" if asked else "false")
        if focus:
            by_id(self._name + "-no" if asked else self._name).focus()

    async def _do(self):
        by_id(self._name + "-yes").disabled = True
        try:
            await self._act()
        finally:
            by_id(self._name + "-yes").disabled = False


class DamagedNote:
    """`storage`; `await answered(promise)` as app/page/indexeddb.py; `today()`: the reader's day; `await copy(state)` makes an earlier state a note of its own;
    `await gone(id)` hears that the note was deleted; `say` shows a message."""

    def __init__(self, storage, answered, today, copy, gone, say):
        self._storage, self._answered, self._today, self._copy, self._gone, self._say = storage, answered, today, copy, gone, say
        self._id, self._gathered, self._states = "", None, []
        self._sure = Sure("damaged-delete", self._delete)
        on(by_id("damaged-close"), "click", lambda event: self._back())
        on(by_id("damaged-save"), "click", lambda event: carry_glue.download(self._gathered.file))
        on(by_id("damaged-states"), "click", self._chosen)

    async def open(self, id):
        """Shows what can be done about this note, in the place of the text."""
        self._gathered = await self._answered(damaged_glue.gatherNote(self._storage.db, self._today(), id))
        states = await self._storage.starting("revisions", id + "-")
        self._id, self._states = id, []
        for state in states:  # the newest first, by the count of saves
            at = len(self._states)
            while at and self._states[at - 1]["revision"] < state["revision"]:
                at -= 1
            self._states.insert(at, state)
        place = by_id("damaged-states")
        clear(place)
        for number, state in enumerate(self._states):
            row = element("li")
            button = element("button", type="button", class_="open", data_state=number)
            button.append(element("span", moment(state["updated"]), class_="head"))
            button.append(element("span", " · ".join([part for part in (headline(state), excerpt(state)) if part]), class_="foot", dir="auto"))
            row.append(button)
            place.append(row)
        by_id("damaged-past").hidden = not states
        by_id("damaged-none").hidden = bool(states)
        by_id("damaged-delete-what").textContent = "The note" + (" and its earlier states are" if states else " is") + " removed from this device. It cannot be undone."
        self._sure.ask(False, focus=False)
        by_id("sheet").setAttribute("data-damaged", "")
        by_id("damaged").hidden = False
        by_id("damaged-title").focus()

    def close(self):
        self._id, self._gathered, self._states = "", None, []
        by_id("damaged").hidden = True
        by_id("sheet").removeAttribute("data-damaged")

    def _back(self):
        self.close()
        by_id("note").focus()

    def _chosen(self, event):
        button = event.target.closest("button")
        if button:
            spawn(self._copy(self._states[int(button.getAttribute("data-state"))]))

    async def _delete(self):
        id = self._id
        try:
            went = await self._answered(damaged_glue.remove(self._storage.db, self._gathered, True))
        except Exception as error:
            self._say("It could not be deleted: " + error_in_words(error))
            return
        self._back()
        self._say("The damaged note was deleted." if went else "It was changed in another window meanwhile, and is still there.")
        await self._gone(id)


class DamagedRecords:
    """`await gone()` hears that records went or came back; `turn_vault_off(before)` asks for the passphrase, awaits `before()` and turns the vault off."""

    def __init__(self, storage, answered, today, gone, turn_vault_off, vault_on, say):
        self._storage, self._answered, self._today, self._gone, self._say = storage, answered, today, gone, say
        self._turn_vault_off, self._vault_on = turn_vault_off, vault_on
        self._saved = None  # what lies in the file that was saved
        self._sure = Sure("damaged-records-delete", self._delete)
        on(by_id("damaged-records-save"), "click", lambda event: spawn(self._save()))
        on(by_id("damaged-records-off"), "click", lambda event: self._turn_vault_off(self._remove))

    async def draw(self):
        """Of what was come across; saving looks into every record."""
        known = in_words(json.loads(damaged_glue.known())) if self._storage.durable else ""
        by_id("damaged-part").hidden = not (known or self._saved)
        if not self._saved:
            self._tell(known)

    def _tell(self, words):
        by_id("damaged-records-what").textContent = (
            words + " cannot be read any more: what is stored there was changed or damaged on the disk. Nothing overwrites it, and everything else can be read.")
        for name in ("damaged-records-delete", "damaged-records-off"):
            by_id(name).disabled = self._saved is None
        by_id("damaged-records-off").hidden = not self._vault_on()
        self._sure.ask(False, focus=False)

    async def _save(self):
        by_id("damaged-records-state").textContent = "Looking into every record…"
        try:
            found = await self._answered(damaged_glue.gather(self._storage.db, self._today()))
        except Exception as error:
            by_id("damaged-records-state").textContent = "It did not work: " + error_in_words(error)
            return
        words = in_words(json.loads(found.counts))
        if not words:
            by_id("damaged-records-state").textContent = "Every record can be read."
            return
        self._saved = found
        carry_glue.download(found.file)
        by_id("damaged-records-state").textContent = "Saved as " + found.file.name + "."
        self._tell(words)

    async def _remove(self):
        went = await self._answered(damaged_glue.remove(self._storage.db, self._saved, False))
        self._saved = None
        by_id("damaged-records-state").textContent = ""
        await self._gone()
        await self.draw()
        return went

    async def _delete(self):
        try:
            went = await self._remove()
            self._say("1 damaged record is gone." if went == 1 else str(went) + " damaged records are gone.")
        except Exception as error:
            self._say("They could not be deleted: " + error_in_words(error))
