"""Safe copies, and the browser's promise to keep the notes: what Settings says of them, the line under the list, and what is asked when.

Offers `Safety`.
"""

import json

from pyscript.js_modules import safe_copy_glue

from app.everywhere.errors import CarryonError, Refused
from app.everywhere.limits import COPY_LOOK_AFTER_MS, COPY_LOOK_EVERY_MS, PERSIST_FROM_NOTES
from app.page.dom import by_id, in_words, on, spawn
from app.page.safe_copies import INTERVALS, SafeCopies, age, in_clear
from app.page.views.carry import Way

# That the reader was asked whether the browser is to keep the notes, and the day on which a browser that throws notes away was last pointed out.
ASKED, WARNED = "asked to persist", "warned of eviction"

EVICTS = ("This browser throws away what a page keeps when nobody has opened it for seven days of use. Put Carryon on your home screen or dock "
          "(Share, then «Add to Home Screen» or «Add to Dock»), or make a safe copy every week.")
SEALED = ("While the vault is on, copies are encrypted like the notebook. They open with the passphrase or the recovery code that it has on the day of "
          "the copy: keep the code where the copies are not.")
NO_FOLDERS = "This browser cannot write to a folder by itself: when a copy is due, you are asked to download it."


async def answer(promise):
    """What a function of static/glue/safe_copy.js answers; Refused in words where it fails."""
    told = await promise
    error = getattr(told, "error", None)
    if isinstance(error, str):
        if error in ("NotAllowedError", "SecurityError"):
            raise Refused("The browser does not allow Carryon to write to the folder.")
        if error == "NotFoundError":
            raise Refused("The folder is not there any more. Choose another one.")
        if error == "QuotaExceededError":
            raise Refused("There is no room for the copy where the folder lies.")
        raise Refused("The copy could not be written (" + told.message + ").")
    return told.value


class Folder:
    """The reader's folder, as `SafeCopies` wants it."""

    async def write(self, file):
        return await answer(safe_copy_glue.write(file))

    async def names(self):
        return json.loads(await answer(safe_copy_glue.names()))

    async def is_empty(self, name):
        return bool(await answer(safe_copy_glue.isEmpty(name)))

    async def remove(self, name):
        await answer(safe_copy_glue.remove(name))


class Safety:
    """`storage`; `make(heard)`, `save(file)`, `today()`, `state()`: as `SafeCopies` has them; `count()`: how many notes there are; `say` shows a
    message; `busy()`: whether something is being carried already; `vault_on()`: whether what is stored is encrypted."""

    def __init__(self, storage, make, save, today, state, count, say, busy, vault_on, sleep_ms):
        self.copies = SafeCopies(storage, make, Folder(), save, today, state)
        self._storage, self._today, self._count, self._say, self._busy, self._sleep_ms = storage, today, count, say, busy, sleep_ms
        self._vault_on = vault_on
        self._way = Way("safe")
        self._reminded = False  # whether this visit was told that a copy is due
        on(by_id("safe-make"), "click", lambda event: spawn(self._make_now()))
        on(by_id("safe-every"), "change", lambda event: spawn(self._set_every(int(event.target.value))))
        on(by_id("safe-choose"), "click", lambda event: spawn(self._choose()))
        on(by_id("safe-leave"), "click", lambda event: spawn(self._leave()))
        on(by_id("persist"), "click", lambda event: spawn(self.persist()))

    # By itself

    async def watch(self):
        """Looks from time to time whether a copy is due. Never returns."""
        if not self._storage.durable:
            return
        await self._sleep_ms(COPY_LOOK_AFTER_MS)
        while True:
            try:
                await self.look()
            except CarryonError:
                pass  # no room for a setting, or a newer Carryon in another tab: the next look may do better
            await self._sleep_ms(COPY_LOOK_EVERY_MS)

    async def look(self):
        """Makes a copy that is due, or asks for what it takes; draws the line under the list."""
        await self.copies.open()
        if self.copies.due and not self._busy():
            folder = await answer(safe_copy_glue.folder())
            if folder and folder.allowed:
                await self._make(True, while_due=True)
            elif not self._reminded:
                self._reminded = True
                self._say("A safe copy of your notes is due.", "Make it" if folder else "Download it", lambda: spawn(self._make_due()), seconds=0)
        elif self._count() >= PERSIST_FROM_NOTES:
            await self._ask_for_keeping()
        self.draw_line()

    async def _make_due(self):
        """At a click, when the browser lets itself be asked about the folder."""
        folder = await answer(safe_copy_glue.folder())
        if folder and not folder.allowed and not await answer(safe_copy_glue.allow()):
            self._say("The folder «" + folder.name + "» stays closed to Carryon.", "Download the copy", lambda: spawn(self._make(False)), seconds=20)
            return
        await self._make(bool(folder))

    async def _make(self, to_folder, while_due=False):
        """A copy in the background: only a failure speaks up, and a download. `while_due`: not where another tab has just made it."""
        try:
            await self._copy(lambda done, total, what: None, to_folder, while_due)
        except Exception as error:
            self._say("The safe copy could not be made. " + _words(error), seconds=0)
        await self.draw()

    async def _copy(self, heard, to_folder, while_due=False):
        """Whether the copy is there; False where it was cancelled, or with `while_due` another tab makes it."""
        alone = await safe_copy_glue.alone()
        if not alone and not while_due:
            raise Refused("Another tab is making a copy.")
        if not alone:
            return False
        try:
            await self.copies.open()
            return (self.copies.due or not while_due) and await self.copies.copy(heard, to_folder)
        finally:
            alone.release()

    async def _ask_for_keeping(self):
        """Once, when there is something to be kept; and where the browser throws notes away, once a day until they are safe."""
        if safe_copy_glue.evicts():
            warned = await self._storage.get("settings", WARNED)
            if self.copies.late(self._count(), True) and not (warned and warned["value"] == self._today()):
                await self._storage.put("settings", {"id": WARNED, "value": self._today()})
                self._say(EVICTS, "Make a safe copy", lambda: spawn(self._make(False)), seconds=0)
        elif await answer(safe_copy_glue.persisted()) is False and await self._storage.get("settings", ASKED) is None:
            await self._storage.put("settings", {"id": ASKED, "value": self._today()})
            self._say("Shall this browser keep your notes for good? Otherwise it may remove them when the device is full.", "Keep them", lambda: spawn(self.persist()), seconds=0)

    async def persist(self):
        """Asks the browser. Some ask the reader; some decide by how often the page is used, and may say yes another day."""
        if await answer(safe_copy_glue.persist()):
            self._say("This browser keeps your notes until you remove them yourself.")
        else:
            self._say("The browser does not promise it yet. Installing Carryon usually changes that; a safe copy helps in any case.", seconds=15)
        await self.draw()

    # Settings

    async def draw(self):
        """Settings' section, and the line under the list."""
        await self.copies.open()
        lacking = not self._storage.durable
        by_id("safe-make").disabled = lacking or self._busy()
        copies = self.copies
        if not copies.day:
            said = "There is no copy of your notes outside this browser yet."
        else:
            said = "Last safe copy: " + age(copies.day, self._today()) + (", in the folder «" + copies.where + "»." if copies.where else ", as a download.")
            if copies.changed:
                said += " You have written since."
        by_id("safe-last").textContent = said
        by_id("safe-evicts").textContent = EVICTS if safe_copy_glue.evicts() else ""
        by_id("safe-evicts").hidden = not safe_copy_glue.evicts()
        by_id("safe-every").value = str(copies.every)
        by_id("safe-sealed").textContent = SEALED if self._vault_on() else ""
        by_id("safe-sealed").hidden = not self._vault_on()
        folder = await answer(safe_copy_glue.folder())
        can_choose = safe_copy_glue.canChoose()
        by_id("safe-choose").hidden = not can_choose
        by_id("safe-choose").textContent = "Choose another folder…" if folder else "Choose a folder…"
        by_id("safe-leave").hidden = not folder
        by_id("safe-folder").textContent = ("Copies go into the folder «" + folder.name + "»." if folder else
                                            "Copies are saved like downloads." if can_choose else NO_FOLDERS)
        await self._draw_plain(folder)
        persisted = await answer(safe_copy_glue.persisted())
        by_id("persist-part").hidden = lacking or persisted is not False
        self.draw_line()

    async def _draw_plain(self, folder):
        """Copies from before the vault lie there as they were: said, and removed by the reader only."""
        try:
            count = len(in_clear(json.loads(await answer(safe_copy_glue.names())))) if self._vault_on() and folder and folder.allowed else 0
        except Refused:
            count = 0  # the folder is not there: whoever makes a copy is told
        by_id("safe-plain").hidden = not count
        by_id("safe-plain").textContent = "" if not count else (
            ("One copy in the folder is" if count == 1 else str(count) + " copies in the folder are") + " from before the vault was on, and not encrypted. "
            "Newer copies replace the oldest in time; what you do not want to keep, delete there.")

    def draw_line(self):
        evicted = safe_copy_glue.evicts()
        late = self._storage.durable and self.copies.late(self._count(), evicted)
        line = by_id("safe-line")
        line.hidden = not late
        if late:
            line.textContent = "No safe copy yet" if not self.copies.day else "Last safe copy " + age(self.copies.day, self._today())

    async def _set_every(self, days):
        if days in INTERVALS:
            await self.copies.set_every(days)
            self._reminded = False
        await self.draw()

    async def _choose(self):
        try:
            await answer(safe_copy_glue.choose())
        except Refused:
            return  # it was closed without a choice, or the folder is one of the system's
        await self.draw()

    async def _leave(self):
        await answer(safe_copy_glue.leave())
        await self.draw()

    async def _make_now(self):
        way = self._way
        try:
            folder = await answer(safe_copy_glue.folder())
            if folder and not folder.allowed and not await answer(safe_copy_glue.allow()):
                folder = None
            way.begin("Making a safe copy…")
            by_id("safe-make").disabled = True
            done = await self._copy(way.heard, bool(folder))
            way.end("The copy is " + ("in the folder «" + folder.name + "»." if folder else "among your downloads.") if done else "Cancelled. No copy was made.")
        except Exception as error:
            way.end(_words(error), failed=True)
        await self.draw()


def _words(error):
    return str(error) if isinstance(error, CarryonError) else in_words(error)
