"""The page, wired: the only place where its parts meet. Read it from the bottom up."""

from app.everywhere.unpacking import unpack

unpack()  # before anything else of the app is imported

import asyncio
import json
import time

import js
from pyscript import ffi
from pyscript.js_modules import carry_glue, index_keep, sample_glue, vault_glue

from app.everywhere.errors import CarryonError, Damaged, StorageClosed, StorageError, StorageFull
from app.everywhere.limits import ACTIVE_SAID_SECONDS, IDLE_LOOK_SECONDS, LOCK_AFTER_MINUTES, TIDY_AFTER_ERASE_MS, TIDY_AFTER_START_MS
from app.everywhere.note import refusing, with_tag, without_tag
from app.everywhere.places import ENGINE, LEARNER, PAGE, PORTER, SERVER
from app.page.attachments import Attachments
from app.page.carrying import Carrying
from app.page.counting import count_writing
from app.page.dates import local_day
from app.page.dom import Clock, by_id, clear, element, errors_go_to, in_words, on, spawn
from app.page.engine_link import EngineLink
from app.page.flight import Flight
from app.page.gate import Blocked, Gate
from app.page.history import Tidying
from app.page.indexeddb import answered, open_indexeddb
from app.page.learner_link import LearnerLink
from app.page.learning import Learning
from app.page.notebook import Notebook
from app.page.on_demand_link import OnDemandLink
from app.page.on_demand_worker import start_worker
from app.page.placement import Timings
from app.page.reading import Reading
from app.page.router import Handlers, Router
from app.page.sample import Sample
from app.page.storage import MemoryStorage
from app.page.teaching import Teaching
from app.page.text_merging import TextMerging
from app.page.vault import Idle, Vault
from app.page.views.advisor import AdvisorView
from app.page.views.alongside import Alongside, mood_name
from app.page.views.attachments import Attached, Attaching, BrowserFiles
from app.page.views.carry import Carry
from app.page.views.damaged import DamagedNote, DamagedRecords
from app.page.views.editor import Editor
from app.page.views.history import HistoryView
from app.page.views.insights import Insights
from app.page.views.learned import Learned
from app.page.views.ledger import Ledger
from app.page.views.notes import Shelf
from app.page.views.safety import Safety
from app.page.views.search import Search, find_words
from app.page.views.settings import Settings
from app.page.views.suggestion import Suggestion
from app.page.views.themes import Themes
from app.page.views.unlock import Unlock
from app.page.views.vault import VaultSettings
from app.page.views.where import draw_where

# CSS pixels; as in static/styles.css, below it there is one column.
NARROW = 720
# The views, and those that have no link of their own in the bar, with the one that leads to them.
VIEWS = ("notes", "insights", "where", "settings", "learned", "carry")
LEADS_TO = {"learned": "settings", "carry": "settings"}
# What other tabs are told instead of a note's id when the reader said something about learning.
PREFERENCES = "preferences"
# And when many notes came or went at once.
MANY = "many notes"


# What the reader knows the porter by.
CARRIER = "The part that carries notes"

# When an unlocked notebook locks by itself, in the settings.
AUTO_LOCK = "lock after"


class Tries:
    """How many wrong tries to unlock there were in a row. In local storage, because a restart must not forget them; it is no secret."""

    def read(self):
        try:
            return int(js.localStorage.getItem("carryon.tries") or 0)
        except Exception:
            return 0

    def write(self, tries):
        try:
            js.localStorage.setItem("carryon.tries", str(tries))
        except Exception:
            pass  # Without local storage each start begins anew.


class Toast:
    """A message that blocks nothing, with at most one thing to do about it.

    `otherwise()` is called once the message is gone and that was not done.
    """

    def __init__(self):
        self._place = by_id("toast")
        self._number = 0
        self._otherwise = None

    def say(self, sentence, act_name="", act=None, seconds=8, otherwise=None):
        self.hide()
        self._number += 1
        self._otherwise = otherwise
        clear(self._place)
        self._place.append(element("span", sentence))
        if act:
            button = element("button", act_name, type="button")
            on(button, "click", lambda event: self._acted(act))
            self._place.append(button)
        close = element("button", "×", type="button", aria_label="Close message")
        on(close, "click", lambda event: self.hide())
        self._place.append(close)
        self._place.hidden = False
        if seconds:
            spawn(self._hide_later(self._number, seconds))

    def _acted(self, act):
        self._otherwise = None
        self.hide()
        act()

    def hide(self):
        self._place.hidden = True
        clear(self._place)
        otherwise, self._otherwise = self._otherwise, None
        if otherwise:
            otherwise()

    def settle(self):
        """Nobody looks any more: what waits for the end of the message happens now."""
        if self._otherwise:
            self.hide()

    async def _hide_later(self, number, seconds):
        await asyncio.sleep(seconds)
        if number == self._number:
            self.hide()


class Drafts:
    """What can't be saved waits in static/glue/boot.js's own database for the next start."""

    def __init__(self, draft):
        self._draft = draft

    async def keep(self, rows):
        return bool(await self._draft.keepUnsaved(ffi.to_js(rows)))  # not as JSON: that takes MicroPython quadratic time

    def clear(self):
        self._draft.clearUnsaved()

    async def left(self):
        """[(key, rows)] of pages that are gone."""
        return json.loads(await self._draft.leftUnsaved())

    def forget(self, key):
        self._draft.clearUnsaved(key)


async def open_storage(alarm):
    """IndexedDB; where the browser has none, memory, and the reader is told."""
    try:
        return await open_indexeddb("carryon", alarm, lambda sentence: alarm(sentence, "Reload", lambda event: js.location.reload()))
    except StorageClosed as error:
        alarm(str(error) + " Until then nothing can be saved here.")
    except StorageError:
        alarm("Nothing can be saved in this window: the browser gives it no IndexedDB (a private window, perhaps). "
              "What you type stays on this screen; copy it elsewhere before you close it.")
    return MemoryStorage()


async def fetch_text(path, body, line):
    """The gate's network. Nothing else in the page may fetch."""
    response = await js.fetch(path, ffi.to_js({"method": "POST", "body": body, "headers": {"content-type": "application/json", "carryon-ledger": line}}))
    if not response.ok:
        raise CarryonError("The server answered " + str(response.status) + ".")
    return await response.text()


def spares_data():
    """Whether the reader asked the browser to spare data (Save-Data, where the browser tells it)."""
    connection = getattr(js.navigator, "connection", None)
    return bool(connection and getattr(connection, "saveData", False) is True)


def in_trash(note):
    return bool(note["deleted"])


async def read_sample():
    return [json.loads(part) for part in await sample_glue.read()]


async def main():
    boot = js.carryon
    toast = Toast()
    errors_go_to(lambda sentence: toast.say(sentence, seconds=15))
    clock = Clock()
    storage = await open_storage(boot.alarm)
    vault = Vault(vault_glue, storage.db, answered, Tries())
    await Unlock(vault, boot.vaultAsked, boot.alarm).open()

    flight = Flight(
        lambda accept: toast.say("A new version of Carryon is ready.", "Update now", accept, seconds=0),
        lambda: notebook.flush(), lambda sent: ledger.counted(sent), lambda address: blocked.add(address, "the service worker"), spares_data, clock.sleep_ms, spawn)
    blocked = Blocked(lambda: something_blocked())
    gate = Gate(storage, fetch_text, clock.new_id, clock.now, flight.sent, to_text=json.dumps)

    timings = Timings(storage)
    link = EngineLink(boot.engine, lambda state, sentence: spawn(engine_changed(state, sentence)), vault.offer, spawn)
    learner = LearnerLink("The learner", lambda: start_worker(LEARNER, "The learner"), lambda name, payload: router.call(name, payload), clock.new_secret, clock.sleep_ms, spawn,
                          lambda state: js.document.documentElement.setAttribute("data-learner", state))
    async def start_porter():
        worker = await start_worker(PORTER, CARRIER)
        key = await vault.offer()
        if key:
            await worker.unlock(key)
        return worker

    porter = OnDemandLink(CARRIER, start_porter, clock.sleep_ms, spawn)
    router = Router({
        PAGE: Handlers(PAGE, {
            "keep": lambda payload: storage.write([("replace", "notes", payload["note"], payload["revision"])] + payload["also"]),
            "attach": lambda payload: attachments.attach(payload),
            "compare": lambda payload: history.draw_differences(payload["then"], payload["now"], payload["whole"]),
            "preview": lambda payload: editor.draw_preview(payload["text"]),
            "count": lambda payload: count_writing(storage, local_day, lambda notes: insights.counting(notes)),
            "lock": lambda payload: lock(),
            "find": lambda payload: find_words(storage, payload["query"], payload["limit"]),
        }),
        ENGINE: link,
        LEARNER: learner,
        PORTER: porter,
        SERVER: gate,
    }, took=timings.took, ticks_ms=clock.ticks_ms)
    is_ready = lambda: link.state == "ready"
    everything_read = [False]  # whether this engine has read the whole notebook
    learning = Learning(storage, router.call, lambda: reading.read_all(), lambda: channel.postMessage(PREFERENCES))
    teaching = Teaching(router.call, learner.teach, lambda: is_ready() and everything_read[0], lambda: not js.document.hidden and not spares_data(), learning.said, lambda: taught(),
                        clock.sleep_ms, spawn)
    reading = Reading(storage, router.call, is_ready, progress=lambda done: show_reading(done), changed=lambda: index_changed(),
                      sleep_ms=clock.sleep_ms, spawn=spawn)
    channel = js.BroadcastChannel.new("carryon-notes")

    attachments = Attachments(storage, BrowserFiles(), clock, progress=lambda number, done: attaching.read(number, done))
    attached = Attached(
        attachments, note_id=lambda: notebook.note["id"], edit=lambda start, end, text: editor.edit(start, end, text),
        put=lambda id, markdown: put_into(id, markdown), say=toast.say,
        sleep_ms=clock.sleep_ms, spawn=spawn, ticks_ms=clock.ticks_ms)
    attaching = Attaching(
        router.call, note_id=lambda: notebook.note["id"], put=lambda id, markdown: put_into(id, markdown), insert=lambda markdown: editor.insert(markdown),
        say=toast.say, sleep_ms=clock.sleep_ms, spawn=spawn)
    editor = Editor(
        typed=lambda: typed(), change=lambda **fields: notebook.change(**fields), remove_tag=lambda tag: spawn(remove_tag(tag)),
        composed=lambda: spawn(notebook.catch_up()), woven=lambda: suggestion.clear(),
        preview=lambda text: router.call("preview", {"text": text}),
        redraw_list=lambda: shelf.draw(), say=toast.say, fill=attached.fill, empty=attached.empty,
        shown=lambda same: note_shown(same), durable=storage.durable)
    drafts = Drafts(boot.draft)
    notebook = Notebook(
        storage, lambda note, revision, also: router.call("keep", {"note": note, "revision": revision, "also": also}), editor, clock, spawn,
        saved=lambda note: note_saved(note), announce=lambda id: channel.postMessage(id), merging=TextMerging(), drafts=drafts)
    tidying = Tidying(storage, notebook, clock, told=lambda: shelf.draw())
    shelf = Shelf(
        notebook, turn_to=lambda id: spawn(turn_to(id)), restore=lambda id: spawn(notebook.restore(id)), erase=lambda ids: erase(ids),
        days_left=tidying.days_left)
    history = HistoryView(
        storage, note=lambda: notebook.note, saved=lambda: notebook.flush(), compare=lambda payload: router.call("compare", payload),
        restore=lambda state: spawn(restore_revision(state)), copy=lambda state: spawn(copy_revision(state)),
        opened=editor.hide_preview, spawn=spawn)
    suggestion = Suggestion(router.call, is_ready, spawn)
    alongside = Alongside(
        router.call, is_ready, note=lambda: notebook.note, tags=lambda: notebook.tags(),
        add_tag=lambda tag: spawn(notebook.change(tags=with_tag(notebook.note["tags"], tag))),
        refuse_tag=lambda tag: spawn(refuse_tag(tag)), correct_mood=lambda mood: spawn(correct_mood(mood)), said=learning.said,
        turn_to=lambda id: spawn(turn_to(id)),
        settings=storage, sleep_ms=clock.sleep_ms, spawn=spawn)
    search = Search(
        router.call, is_ready, today=clock.today, turn_to=lambda id: spawn(turn_to(id)), shown=shelf.give_way, spawn=spawn)

    insights = Insights(
        router.call, engine=lambda: link.state, heads=lambda: notebook.heads.all(), today=clock.today, in_step=reading.now,
        behind=lambda known: (reading.under_way or reading.stopped) and known < notebook.count(), is_on=alongside.is_on, turn_to=lambda id: spawn(open_note(id)),
        find=lambda query: find(query), sleep_ms=clock.sleep_ms, spawn=spawn)

    themes = Themes(router.call, learner.teach, is_ready, in_step=reading.now, head=lambda id: notebook.heads.get(id), turn_to=lambda id: spawn(open_note(id)), spawn=spawn)

    def show_reading(read):
        by_id("index-state").textContent = "" if read is None else "Reading your notes: " + str(read) + " of " + str(max(read, notebook.count()))
        by_id("index-stop").hidden = read is None
        if read is None:
            by_id("index-state").setAttribute("data-read", "all")
            everything_read[0] = True
            teaching.changed()
            alongside.look()
            index_changed()
            spawn(learned.everything_read())

    def index_changed():
        search.ask()
        insights.changed()
        alongside.index_changed()

    def stop_or_go_on():
        if reading.stopped:
            by_id("index-stop").textContent = "Stop"
            spawn(reading.read_all())
        else:
            reading.stop()
            by_id("index-state").textContent += ". Stopped: search and related notes know these."
            by_id("index-stop").textContent = "Go on"

    def note_saved(note):
        insights.touched()
        spawn(reading.saved(note))
        teaching.changed()

    async def refuse_tag(tag):
        note = notebook.note
        if await notebook.change(**refusing(note, tag)):
            toast.say("«" + tag + "» is not suggested for this note any more.", "Undo", lambda: spawn(
                notebook.change_note(note["id"], refused=[other for other in note["refused"] if other != tag])))

    async def remove_tag(tag):
        note = notebook.note
        at = note["tags"].index(tag)
        if await notebook.change(tags=without_tag(note["tags"], tag)):
            toast.say("The tag «" + tag + "» was removed.", "Undo", lambda: spawn(put_tag_back(note["id"], tag, at)))

    async def put_tag_back(id, tag, at):
        head = notebook.heads.get(id)
        if head and tag not in head["tags"]:
            await notebook.change_note(id, tags=head["tags"][:at] + [tag] + head["tags"][at:])

    async def correct_mood(mood):
        note = notebook.note
        before = note["mood"]
        if await notebook.change(mood=mood):
            toast.say("The mood is " + ("«" + mood_name(mood) + "» now." if mood else "as noticed again."), "Undo",
                      lambda: spawn(notebook.change_note(note["id"], mood=before)))

    def erase(ids, still=in_trash):
        """The notes leave the trash at once, and are erased when nobody can undo it any more."""
        shelf.set_aside(ids)
        toast.say("1 note is erased for good." if len(ids) == 1 else str(len(ids)) + " notes are erased for good.", "Undo",
                  lambda: shelf.put_back(ids), seconds=12, otherwise=lambda: spawn(erase_now(ids, still)))

    async def erase_now(ids, still):
        used = []
        try:
            for id in ids:
                used += await attachments.used_by(id)
            await notebook.erase(ids, still)
        except CarryonError as error:
            used = []
            toast.say("The notes are still there: " + in_words(error))
        shelf.put_back(ids)
        if notebook.note["revision"] and notebook.heads.get(notebook.note["id"]) is None:
            await notebook.turn_to_newest()
        if used:
            await tidy_attachments(TIDY_AFTER_ERASE_MS, used)  # what was on its way into another note is stored by then

    async def restore_revision(state):
        before = await notebook.restore_revision(state["note"], state)
        if before:
            history.close()
            toast.say("The earlier version is back.", "Undo", lambda: spawn(notebook.restore_revision(before["id"], before)))

    async def copy_revision(state):
        if await notebook.copy_revision(state):
            history.close(focus=False)
            suggestion.clear()
            editor.area.focus()
            toast.say("The earlier version is a note of its own.")

    def note_shown(same):
        history.changed(same)
        if not same:
            damaged_note.close()
        if same:
            alongside.look()
        else:
            alongside.turned()
        attached.turned()

    def taught():
        if learned.shown:
            learned.draw_tags()
        alongside.look()

    async def wipe():
        """Everything learned goes, here, on the device and in other tabs; of the notes only what they say about learning."""
        for head in notebook.heads.all():
            if head["mood"] or head.get("refused"):
                await notebook.change_note(head["id"], mood="", refused=[])
        await learning.wipe(clock.now())
        await forget_in_engine()
        for name in ("carryon-learned", "carryon-learned-sealed"):  # static/glue/learned_keep.js
            js.indexedDB.deleteDatabase(name)
        if not is_ready():
            await index_keep.forget()  # which has the words; it is made anew when there is an engine
        teaching.known = None

    async def forget_in_engine():
        if is_ready():
            await router.call("wipe", {"since": learning.since})

    async def preferences_changed():
        """Another tab heard something about learning."""
        since = learning.since
        await learning.open()
        if learning.since != since:
            await forget_in_engine()
        alongside.look()

    def told_elsewhere(said):
        spawn(preferences_changed() if said == PREFERENCES else notes_changed() if said == MANY else notebook.changed_elsewhere(said))

    def typed():
        notebook.changed()
        alongside.look()
        attached.look()

    async def put_into(id, text):
        """Puts an attachment's Markdown into a note, at the caret where it is the open one; False where there is no such note."""
        if notebook.note["id"] != id and await notebook.append(id, text.strip("\n")):
            return True
        if notebook.note["id"] != id:
            return False
        editor.insert(text)
        return True

    async def tidy_attachments(ms, erased=()):
        await clock.sleep_ms(ms)
        try:
            await attachments.tidy(erased, in_use=attached.named())
        except StorageError:
            pass  # another time: nothing is wrong but that they take room

    sample = Sample(storage, read_sample, clock.new_id_of)

    async def notes_changed():
        """Many notes came or went at once."""
        await notebook.read_again()
        await settings.draw()
        insights.touched()
        insights.changed()
        if is_ready():
            await reading.read_all()

    async def save_what_was_left():
        """What an earlier page could not save, is saved now. Gives the id of the newest note of it, or None."""
        id = None
        for key, rows in await drafts.left():
            id = await notebook.take_over(rows) or id
            if not notebook.unsaved:
                drafts.forget(key)
        return id

    async def notes_carried():
        channel.postMessage(MANY)
        await learning.open()  # an export holds what the reader said about learning
        await notes_changed()

    async def open_rest():
        await notebook.open_rest()
        insights.changed()  # this day in earlier years is among the rest

    async def add_sample():
        by_id("try-sample").disabled = by_id("sample-add").disabled = True
        try:
            count = await sample.add()
            toast.say(str(count) + " sample notes are here.", "Remove them", lambda: spawn(remove_sample()), seconds=20)
        except Exception as error:
            toast.say("The sample notebook could not be added: " + in_words(error))
        by_id("try-sample").disabled = by_id("sample-add").disabled = False
        await notes_changed()

    async def remove_sample():
        gone, stay = await sample.remove()
        toast.say(str(len(gone)) + " sample notes were removed." + (" " + str(stay) + " that you changed stay." if stay else ""),
                  *(("Undo", lambda: spawn(add_sample())) if gone else ()))
        for id in gone:
            channel.postMessage(id)
        await notes_changed()

    async def switch_engine(wanted):
        suggestion.restart()
        search.restart()
        await link.switch(wanted)
        await settings.draw()

    learned = Learned(
        router.call, learning, teaching, lambda: notebook.listing(), notebook.change_note, wipe, toast.say, is_ready)
    # The vault

    idle = Idle(time.time, LOCK_AFTER_MINUTES)
    leaving = [False]  # the page is about to be loaded again

    async def turn_vault_on(passphrase, code):
        await convert(lambda: vault.begin(passphrase, code), "Turning the vault on")

    async def turn_vault_off(kind, secret):
        await convert(lambda: vault.end(kind, secret), "Turning the vault off")

    async def convert(decide, words):
        """The engine rests meanwhile: what it keeps is thrown away, and it makes it anew. What is typed meanwhile is saved at the end."""
        if carrying.busy:
            raise CarryonError("Notes are being carried in or out. Try again when that is done.")
        if not await notebook.flush():
            raise CarryonError("What is on the page could not be saved yet.")
        learner.end()
        porter.end()
        suggestion.restart()
        search.restart()
        await decide()
        link.pause()
        try:
            sentence = await vault.finish(lambda done, total: vault_settings.progress(words + ": " + str(done) + " of " + str(total) + " records.", done, total))
        except StorageFull as error:
            sentence = words + " was given up. " + str(error)
        except Exception as error:
            sentence = words + " did not come to its end (" + in_words(error) + "). It goes on at the next start; your notes are all there."
        vault_settings.progress("", None, None)
        teaching.known = None
        show_lock()
        await damaged_records.draw()
        toast.say(sentence or ("The vault is on. Everything that is stored is encrypted." if vault.is_on else "The vault is off. Your notes are stored in clear again."), seconds=0 if sentence else 8)
        spawn(link.resume())

    async def lock(said=True):
        """What is on the page is saved, then the page is loaded again: nothing of it stays in memory. Stays unlocked where it can't be saved."""
        root = js.document.documentElement
        if leaving[0] or not vault.is_on:
            return
        leaving[0] = True
        root.setAttribute("data-vault", "asking")  # nobody types any more
        if not await notebook.flush():
            root.setAttribute("data-vault", "open")
            leaving[0] = False
            toast.say("The notebook stays unlocked: what is on the page could not be saved yet.", seconds=0)
            return
        if said:
            vault.say("locked")
        link.pause()
        vault_glue.forget()
        js.location.reload()

    async def vault_changed():
        """Another tab turned the vault on or off."""
        if not leaving[0] and await notebook.flush():
            leaving[0] = True
            js.location.reload()

    def heard_of_vault(said):
        if said == "active":
            idle.active()
        else:
            spawn(lock(said=False) if said == "locked" else vault_changed())

    def show_lock():
        by_id("lock-now").hidden = not vault.is_on

    def lock_after(minutes):
        idle.minutes = minutes
        spawn(storage.put("settings", {"id": AUTO_LOCK, "value": minutes}))

    last_said = [0]

    def active(event):
        idle.active()
        if vault.is_on and time.time() - last_said[0] > ACTIVE_SAID_SECONDS:
            last_said[0] = time.time()
            vault.say("active")

    async def watch_idleness():
        setting = await storage.get("settings", AUTO_LOCK)
        if setting:
            idle.minutes = setting["value"]
        while True:
            await asyncio.sleep(IDLE_LOOK_SECONDS)
            if vault.is_on and idle.is_due:
                await lock()

    vault_settings = VaultSettings(
        vault, turn_vault_on, turn_vault_off, lambda: spawn(router.call("lock", {})), minutes=lambda: idle.minutes, chosen=lock_after, say=toast.say)
    vault.listen(heard_of_vault)

    async def damaged_gone(id):
        channel.postMessage(id)
        await notebook.changed_elsewhere(id)

    damaged_note = DamagedNote(storage, answered, clock.today, copy_revision, damaged_gone, toast.say)
    damaged_records = DamagedRecords(storage, answered, clock.today, notes_carried, vault_settings.ask_to_turn_off, lambda: vault.is_on, toast.say)

    settings = Settings(link, switch_engine, alongside, sample, attachments, storage.durable)
    carrying = Carrying(router.call, clock.new_secret, carry_glue.trip, porter.while_it_runs)
    safety = Safety(
        storage, make=lambda heard: make_copy(heard), save=carry_glue.download, today=clock.today, state=lambda: notebook.state(),
        count=lambda: notebook.count(), say=toast.say, busy=lambda: carrying.busy, vault_on=lambda: vault.is_on, sleep_ms=clock.sleep_ms)
    on(by_id("safe-cancel"), "click", lambda event: carrying.cancel())

    async def make_copy(heard):
        """The whole notebook as one file, or None where that was cancelled."""
        if not await notebook.flush():
            raise StorageError("What you wrote last could not be saved, so a copy would lack it.")
        answer, file = await carrying.go(
            "export", {"ids": None, "tag": "", "trash": True, "day": clock.today(), "sealed": vault.is_on}, heard, makes=lambda answer: not answer["cancelled"])
        return file

    carry = Carry(
        carrying, storage, flush=lambda: notebook.flush(), note=lambda: notebook.note, tags=lambda: notebook.tags(),
        query=lambda: search.query, found_ids=search.found_ids, today=clock.today, came=notes_carried, copies=safety.copies,
        vault_on=lambda: vault.is_on)

    async def engine_changed(state, sentence):
        by_id("engine-state").textContent = sentence
        insights.changed()
        themes.engine_changed()
        everything_read[0] = False
        if state == "ready":
            suggestion.ask()
            alongside.look()
            try:
                await reading.read_all()
            except Exception as error:
                by_id("engine-state").textContent = "Your notes could not be read to the engine: " + in_words(error)

    async def turn_to(id):
        try:
            turned = await notebook.turn_to(id)
        except Damaged:
            history.close(focus=False)
            await damaged_note.open(id)
            return
        damaged_note.close()  # it may be the note that is on the page
        if turned:
            suggestion.clear()
            editor.area.focus()

    async def open_note(id):
        """From another view."""
        js.location.hash = "#/notes"
        show_view("notes")
        await turn_to(id)

    def find(query):
        js.location.hash = "#/notes"
        show_view("notes")
        search.look_for(query)

    def to_the_list(event):
        # On a phone the list lies below the text.
        if not by_id("view-notes").hidden and js.innerWidth < NARROW:
            by_id("shelf").scrollIntoView()

    def new_note():
        js.location.hash = "#/notes"
        show_view("notes")  # at once: the address follows when the browser comes to it
        if notebook.fresh():
            suggestion.clear()
            editor.area.focus()

    async def trash():
        id = notebook.note["id"]
        try:
            trashed = await notebook.trash(id)
        except StorageFull:
            # Moving it writes it anew, which takes room; removing does not.
            toast.say("There is no room left on this device to move it to the trash.", "Erase it for good", lambda: erase([id], lambda note: True), seconds=0)
            return
        if trashed:
            toast.say("Moved to the trash.", "Undo", lambda: spawn(notebook.restore(id)))

    def show_view(name):
        if name == "insights":
            insights.open()
        else:
            insights.close()
        for view in VIEWS:
            by_id("view-" + view).hidden = view != name
            link_to = by_id("nav-" + view)
            if link_to:
                link_to.setAttribute("aria-current", "page" if view == name else "true" if view == LEADS_TO.get(name) else "false")
        js.document.title = "Carryon" if name == "notes" else by_id("view-" + name).querySelector("h1").textContent + " · Carryon"

    async def follow_address():
        name = js.location.hash[2:] or "notes"
        if name not in VIEWS:
            name = "notes"
        await notebook.flush()
        if name == "where":
            draw_where(await timings.known())
            await ledger.draw()
        elif name == "settings":
            await settings.draw()
            await safety.draw()
            await vault_settings.draw()
            await damaged_records.draw()
        elif name == "learned":
            await learned.draw()
        elif name == "carry":
            await carry.draw()
        show_view(name)
        if name in LEADS_TO:
            js.scrollTo(0, 0)  # Settings, where one comes from, may be scrolled down
            by_id("view-" + name).querySelector("h1").focus()

    AdvisorView(router.call, is_ready)

    def show_blocked():
        js.location.hash = "#/where"

    def something_blocked():
        ledger.draw_blocked()
        if blocked.count == 1:
            toast.say("Something tried to reach the network past the gate, and was stopped.", "Show it", show_blocked)

    ledger = Ledger(gate, blocked, carry_glue.download, flight.count, clock.today)
    stopped = js.BroadcastChannel.new("carryon-blocked")  # static/glue/blocked.js
    on(stopped, "message", lambda event: blocked.add(event.data.address, "the browser's policy"))
    on(by_id("new-note"), "click", lambda event: new_note())
    on(by_id("lock-now"), "click", lambda event: spawn(router.call("lock", {})))
    for event in ("keydown", "pointerdown", "wheel", "touchstart"):
        on(js.document, event, active)
    on(by_id("try-sample"), "click", lambda event: spawn(add_sample()))
    on(by_id("index-stop"), "click", lambda event: stop_or_go_on())
    on(by_id("sample-add"), "click", lambda event: spawn(add_sample()))
    on(by_id("sample-remove"), "click", lambda event: spawn(remove_sample()))
    on(by_id("tag"), "focus", lambda event: editor.know_tags(notebook.tags()))
    on(by_id("trash-note"), "click", lambda event: spawn(trash()))
    on(js.window, "hashchange", lambda event: spawn(follow_address()))
    on(by_id("nav-notes"), "click", to_the_list)
    on(by_id("preview-toggle"), "click", lambda event: history.close(focus=False))
    on(js.document, "visibilitychange", lambda event: hidden() if js.document.hidden else None)
    on(channel, "message", lambda event: told_elsewhere(event.data))

    def hidden():
        spawn(notebook.flush())
        spawn(timings.keep())
        toast.settle()

    def warn(event):
        # Only when saving failed and no draft is kept: in every other case what is typed is safe within a moment.
        if notebook.failed and not notebook.drafted:
            event.preventDefault()

    on(js.window, "beforeunload", warn)

    def shortcut(event):
        if event.altKey and event.code == "KeyN" and not event.ctrlKey:
            event.preventDefault()
            new_note()
        elif event.altKey and event.shiftKey and event.code == "KeyL" and not event.ctrlKey and vault.is_on:
            event.preventDefault()
            spawn(router.call("lock", {}))
        elif event.code == "KeyK" and (event.ctrlKey or event.metaKey) and not event.altKey:
            event.preventDefault()
            js.location.hash = "#/notes"
            show_view("notes")
            search.focus()

    on(js.document, "keydown", shortcut)

    # Everything listens: now the notebook opens. What was typed while Python started comes first.
    await notebook.open()
    typed_title, typed_text = editor.read()
    boot.draft.handOver()
    if typed_title or typed_text:
        notebook.adopt(typed_title, typed_text)
        if await notebook.flush():
            boot.draft.clear()
        await save_what_was_left()
    else:
        notebook.fresh()  # whoever types in the next few milliseconds types into this one
        saved_late = await save_what_was_left()
        left = await boot.draft.left()
        if saved_late and not notebook.unsaved:
            await notebook.turn_to(saved_late)
        elif left and (left.title or left.text):
            notebook.fresh(left.title, left.text)
            notebook.changed()
            if await notebook.flush():
                boot.draft.clear()
        elif notebook.count() and not notebook.unsaved:
            await notebook.turn_to_newest()
    js.document.documentElement.setAttribute("data-page", "ready")
    js.performance.mark("carryon:page")

    await learning.open()
    await alongside.open()
    show_lock()
    spawn(watch_idleness())
    spawn(link.follow())
    spawn(open_rest())
    spawn(tidy_attachments(TIDY_AFTER_START_MS))
    spawn(tidying.go_on())
    if js.location.hash:
        await follow_address()
    await gate.open()
    spawn(safety.watch())
    await flight.start()


await main()
