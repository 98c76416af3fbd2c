"""«In and out»: export, exit kit and import, each with its progress, its end and its report; and the question for the secret of a sealed copy.

Offers `Carry`. It shows what `Carrying` says; files stay in static/glue/carry.js.
"""

import asyncio

from pyscript.js_modules import carry_glue

from app.everywhere.errors import CarryonError, WrongSecret
from app.everywhere.limits import KIT_PASSPHRASE_CHARACTERS
from app.page import carrying
from app.page.dates import Dates, local_day
from app.page.dom import by_id, clear, document, element, in_words, on, spawn
from app.page.indexeddb import answered
from app.page.vault import delay_after, told

# What a choice of notes begins with in the list of choices.
ALL, OPEN, FOUND, TAG = "all", "open", "found", "tag "
# The setting that app/porter/undoing.py keeps.
LAST = "last import"

# How an export can be read, by whether it is sealed.
SEALED = "Carryon opens it, and so does a small program on any computer."
PLAIN = "The zip is not encrypted: whoever has the file can read it."
# What a wrong secret is told, whatever is wrong with it.
WRONG = "This does not open it."


class Way:
    """Progress, count and «Cancel» of one kind of trip, and its status."""

    def __init__(self, name):
        self._way, self._bar, self._count, self._state = by_id(name + "-way"), by_id(name + "-progress"), by_id(name + "-count"), by_id(name + "-state")

    def begin(self, sentence):
        self.say(sentence)
        self._count.textContent = ""
        self._bar.removeAttribute("value")
        self._way.hidden = False

    def heard(self, done, total, what):
        if total:
            self._bar.max, self._bar.value = total, done
        else:
            self._bar.removeAttribute("value")
        self._count.textContent = carrying.progress(done, total, what)

    def end(self, sentence, failed=False):
        self._way.hidden = True
        self.say(sentence, failed)

    def say(self, sentence, failed=False):
        self._state.textContent = sentence
        self._state.className = "failed" if failed else "quiet"


class Carry:
    """`carrying`: app/page/carrying.py; `await flush()` saves what is being written; `note()` is the open note, `tags()` are those in use, `query()` what the
    search box asks and `await found_ids()` what it finds; `today()` the reader's day; `await came()` hears that many notes came or went; `copies`: the `SafeCopies`, to which an export of everything counts;
    `vault_on()`: whether what is stored is encrypted."""

    def __init__(self, carrying, storage, flush, note, tags, query, found_ids, today, came, copies, vault_on):
        self._carrying, self._storage, self._flush, self._note, self._tags = carrying, storage, flush, note, tags
        self._query, self._found_ids, self._today, self._came, self._copies = query, found_ids, today, came, copies
        self._vault_on, self._was_on = vault_on, None
        self._ways = {name: Way(name) for name in ("export", "kit", "import")}
        self._picked = self._report = None
        self._busy, self._expected = False, 0
        self._wrong = 0  # wrong secrets in a row. Who has the file can guess elsewhere, so a new visit may begin anew
        self._days = Dates(dateStyle="medium")
        on(by_id("export"), "click", lambda event: spawn(self._go("export", self._export)))
        on(by_id("kit"), "click", lambda event: spawn(self._go("kit", self._make_kit)))
        for id in ("export-sealed", "kit-lock"):
            on(by_id(id), "change", lambda event: self._draw_locks())
        on(by_id("import"), "click", lambda event: by_id("import-files").click())
        on(by_id("import-folder"), "click", lambda event: by_id("import-folder-files").click())
        for id in ("import-files", "import-folder-files"):
            on(by_id(id), "change", lambda event: spawn(self._look(carry_glue.picked(event.target))))
        drop = by_id("drop")
        on(drop, "dragover", self._dragged)
        on(drop, "dragleave", lambda event: drop.classList.remove("over"))
        on(drop, "drop", self._dropped)
        on(by_id("import-locked"), "submit", self._secret_typed)
        on(by_id("import-leave"), "click", lambda event: self._put_away())
        on(by_id("import-yes"), "click", lambda event: spawn(self._go("import", self._import)))
        on(by_id("import-no"), "click", lambda event: self._put_away())
        on(by_id("import-save-report"), "click", lambda event: carry_glue.download(self._report))
        on(by_id("import-undo"), "click", lambda event: spawn(self._go("import", self._undo)))
        for name in self._ways:
            on(by_id(name + "-cancel"), "click", lambda event: self._carrying.cancel())

    async def draw(self):
        lacking = not self._storage.durable
        by_id("carry-lacking").hidden = not lacking
        self._draw_choice()
        self._propose_locks()
        self._draw_locks()
        self._draw_buttons()
        await self._draw_last()

    def _draw_choice(self):
        select, chosen = by_id("carry-which"), by_id("carry-which").value
        clear(select)
        note, query = self._note(), self._query()
        select.append(element("option", "All notes", value=ALL))
        if note is not None and note["revision"]:
            select.append(element("option", "The note that is open", value=OPEN))
        if query:
            select.append(element("option", "The notes found for «" + query + "»", value=FOUND))
        tags = self._tags()
        if tags:
            group = element("optgroup", label="With a tag")
            for tag in sorted(tags):
                group.append(element("option", tag, value=TAG + tag))
            select.append(group)
        select.value = chosen
        if select.selectedIndex < 0:
            select.value = ALL

    def _propose_locks(self):
        """What leaves an encrypted notebook is encrypted, unless the reader says otherwise."""
        vault_on = self._vault_on()
        if vault_on != self._was_on:
            self._was_on = by_id("export-sealed").checked = by_id("kit-lock").checked = vault_on

    def _draw_locks(self):
        vault_on, lock = self._vault_on(), by_id("kit-lock").checked
        by_id("export-sealing").hidden = not vault_on
        by_id("export-how").textContent = SEALED if self._seals() else PLAIN
        by_id("kit-secrets").hidden = not lock
        by_id("kit-clear").hidden = lock or not vault_on

    def _seals(self):
        return self._vault_on() and by_id("export-sealed").checked

    def _draw_buttons(self):
        off = self._busy or not self._storage.durable
        for id in ("export", "kit", "import", "import-folder", "import-open", "import-leave", "import-yes", "import-undo"):
            by_id(id).disabled = off

    async def _draw_last(self):
        setting = await self._storage.get("settings", LAST) if self._storage.durable else None
        by_id("import-last").hidden = setting is None
        if setting is not None:
            by_id("import-last-what").textContent = carrying.last_import(setting["value"], self._days.write(local_day(setting["value"]["moment"])))

    async def _go(self, name, act):
        """Does it, with the buttons off meanwhile, and says what goes wrong."""
        if self._busy:
            return
        way, self._busy, pressed = self._ways[name], True, document.activeElement
        self._draw_buttons()
        try:
            saved = await self._flush()
            way.end(await act(way) + ("" if saved or name == "import" else " What is not saved yet is not in it."))
        except Exception as error:
            way.end(str(error) if isinstance(error, CarryonError) else "It did not work: " + in_words(error), failed=True)
        self._busy = False
        self._draw_buttons()
        await self._draw_last()
        if document.activeElement.tagName == "BODY":
            pressed.focus()  # a button that is off loses the focus

    async def _payload(self):
        chosen = by_id("carry-which").value
        ids = [self._note()["id"]] if chosen == OPEN else await self._found_ids() if chosen == FOUND else None
        return {"ids": ids, "tag": chosen[len(TAG):] if chosen.startswith(TAG) else "", "trash": by_id("carry-trash").checked, "day": self._today()}

    # Out

    async def _export(self, way):
        way.begin("Getting ready…")
        payload, state = await self._payload(), self._copies.state()
        answer, file = await self._carrying.go("export", payload | {"sealed": self._seals()}, self._heard(way, "Exporting"), makes=lambda answer: not answer["cancelled"])
        if file is not None and payload["ids"] is None and not payload["tag"] and payload["trash"]:
            await self._copies.made(state, "")
        return self._saved(file, "export", carrying.exported, answer)

    async def _make_kit(self, way):
        secret = ""
        if by_id("kit-lock").checked:
            secret = by_id("kit-secret").value
            if len(secret) < KIT_PASSPHRASE_CHARACTERS:
                return "The passphrase needs " + str(KIT_PASSPHRASE_CHARACTERS) + " characters or more. Several words make a good one."
            if secret != by_id("kit-secret-again").value:
                return "The two passphrases are not the same."
        way.begin("Getting ready…")
        answer, file = await self._carrying.go("exit_kit", await self._payload(), self._heard(way, "Writing"), secret=secret, makes=lambda answer: not answer["cancelled"])
        by_id("kit-secret").value = by_id("kit-secret-again").value = ""
        return self._saved(file, "kit", carrying.kit_made, answer)

    def _saved(self, file, name, sentence, answer):
        link = by_id(name + "-again")
        link.hidden = file is None
        if file is not None:
            carry_glue.save(file, link)
        return sentence(answer, file.name if file is not None else "")

    def _heard(self, way, doing):
        """Says once what is done, and draws how far it is as often as it is told."""
        said = []

        def heard(done, total, what):
            if not said:
                said.append(doing)
                way.say(doing + "…")
            way.heard(done, total, what)
        return heard

    # In

    def _dragged(self, event):
        event.preventDefault()
        by_id("drop").classList.add("over")

    def _dropped(self, event):
        event.preventDefault()
        by_id("drop").classList.remove("over")
        spawn(self._look_at_dropped(carry_glue.dropped(event)))

    async def _look_at_dropped(self, dropped):
        await self._look(await dropped)

    async def _look(self, picked):
        if picked.files.length and not self._busy and self._storage.durable:
            self._picked = picked
            await self._go("import", self._look_into)
            self._focus_on_question()

    def _focus_on_question(self):
        for question, first in (("import-locked", "import-secret"), ("import-ask", "import-yes")):
            if not by_id(question).hidden:
                by_id(first).focus()

    async def _look_into(self, way):
        self._put_away(keep_picked=True)
        way.begin("Getting ready…")
        if await answered(carry_glue.asksSecret(self._picked)):
            by_id("import-locked").hidden = False
            return "This copy is encrypted."
        return await self._see_what_is_in(way)

    async def _see_what_is_in(self, way):
        answer, self._report = await self._carrying.go("import_look", {}, self._heard(way, "Looking what is in it"), picked=self._picked)
        by_id("import-ask").hidden = not carrying.question(answer)
        by_id("import-yes").textContent = carrying.question(answer)
        self._expected = answer["counts"]["notes"]
        self._draw_report(answer)
        return carrying.looked(answer)

    def _secret_typed(self, event):
        event.preventDefault()
        if by_id("import-secret").value:
            spawn(self._open_copy())

    async def _open_copy(self):
        await self._go("import", self._open)
        by_id("import-secret").select()
        self._focus_on_question()

    async def _open(self, way):
        """The sealed copy that was picked, with what was typed; after several wrong tries each further one has to wait, as on the lock screen."""
        way.say("Opening…")
        try:
            await answered(carry_glue.openCopy(self._picked, *told(by_id("import-secret").value)))
        except WrongSecret:
            self._wrong += 1
            for left in range(delay_after(self._wrong), 0, -1):
                way.say(WRONG + " Wait " + str(left) + (" second." if left == 1 else " seconds."))
                await asyncio.sleep(1)
            raise WrongSecret(WRONG)
        self._wrong = 0
        self._put_away(keep_picked=True)
        way.begin("Getting ready…")
        return await self._see_what_is_in(way)

    async def _import(self, way):
        self._put_away(keep_picked=True)
        way.begin("Getting ready…")
        heard = self._heard(way, "Importing")
        try:
            answer, self._report = await self._carrying.go(
                "import", {}, lambda done, total, what: heard(done, total or self._expected, what), picked=self._picked)
        finally:
            self._picked = None
            await self._came()
        self._draw_report(answer)
        return carrying.imported(answer)

    async def _undo(self, way):
        self._put_away()
        way.begin("Taking it back…")
        try:
            answer, _ = await self._carrying.go("import_undo", {}, self._heard(way, "Taking it back"), makes=lambda answer: False)
        finally:
            await self._came()
        return carrying.undone(answer)

    def _put_away(self, keep_picked=False):
        """Nothing waits for a decision any more."""
        by_id("import-locked").hidden = True
        by_id("import-secret").value = ""
        by_id("import-ask").hidden = by_id("import-report").hidden = by_id("import-save-report").hidden = True
        clear(by_id("import-report"))
        self._ways["import"].say("")
        if not keep_picked:
            self._picked = None

    def _draw_report(self, answer):
        """What was left out or changed, a row each: text of strangers, shown as text."""
        rows, list_ = answer["rows"], by_id("import-report")
        clear(list_)
        for kind, path, sentence in rows:
            row = element("li")
            row.append(element("span", path, dir="auto"))
            row.append(element("span", ("Left out. " if kind == "skipped" else "") + sentence, class_="quiet"))
            list_.append(row)
        more = answer["said"]["skipped"] + answer["said"]["changed"] + answer["said"]["copied"] - len(rows)
        if more > 0:
            list_.append(element("li", "and " + str(more) + " more", class_="quiet"))
        list_.hidden = not rows
        by_id("import-save-report").hidden = not (rows or answer["said"]["here"])
