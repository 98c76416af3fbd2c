"""Attaching pictures and files by paste, drop and picker; the list of a note's attachments; and attachments in the preview.

Offers `Attaching`, `Attached` and `BrowserFiles`.
"""

import asyncio
import json

import js
from pyscript.js_modules import attachments_glue, markdown

from app.everywhere.attachments import THUMBNAIL, clean_name, in_bytes
from app.everywhere.errors import BadAttachment, CarryonError
from app.everywhere.limits import (
    ATTACHMENTS_PER_NOTE, LOOK_FOR_ATTACHMENTS_AFTER_MS, PICTURE_PIXELS, PREVIEW_WAITS_MS, SLOW_ATTACHMENT_BYTES, THUMBNAIL_PIXELS)
from app.page.attachments import Files
from app.page.dom import by_id, element, in_words, on

MISSING = "This attachment is not on this device"
# Sentences about files that could not be attached that one message holds.
PROBLEMS = 3


class BrowserFiles(Files):
    """The files that came with a paste, a drop or the picker."""

    async def room(self):
        free = await attachments_glue.room()
        return int(free) if free else None  # as text: a number beyond 31 bits would arrive wrapped

    async def read(self, number, progress):
        read = await attachments_glue.read(number, PICTURE_PIXELS, THUMBNAIL_PIXELS, progress)
        error = getattr(read, "error", None)
        if isinstance(error, str):
            if error == "AbortError":
                return None
            raise BadAttachment("This file could not be read: " + error + ".")
        return read.data, read.sha256, read.type, read.thumbnail


class Attaching:
    """`call(name, payload)` is the router's; `note_id()` names the open note; `put(id, markdown)` puts it into a note, False where that is gone;
    `insert(markdown)` into the open one; `say` shows a message; `sleep_ms` and `spawn` are the clock's and the page's."""

    def __init__(self, call, note_id, put, insert, say, sleep_ms, spawn):
        self._call, self._note_id, self._put, self._insert, self._say = call, note_id, put, insert, say
        self._sleep_ms, self._spawn = sleep_ms, spawn
        self._area, self._sheet = by_id("note"), by_id("sheet")
        self._place, self._state, self._way, self._cancel = [by_id("attaching" + part) for part in ("", "-state", "-progress", "-cancel")]
        self._one = asyncio.Lock()  # files are stored one after the other, in the order in which they came
        self._number = 0  # of the file under way
        self._composing = False
        on(self._area, "compositionstart", lambda event: self._compose(True))
        on(self._area, "compositionend", lambda event: self._compose(False))
        on(self._sheet, "paste", self._paste)
        on(self._sheet, "dragover", self._drag)
        on(self._sheet, "dragleave", self._leave)
        on(self._sheet, "drop", self._drop)
        on(js.window, "dragover", self._drag_elsewhere)
        on(js.window, "drop", self._drag_elsewhere)
        picker = by_id("attach-files")
        on(by_id("attach"), "click", lambda event: picker.click())
        on(picker, "change", lambda event: self._picked(picker))
        on(self._cancel, "click", lambda event: attachments_glue.cancel(self._number))

    # What the reader does

    def _compose(self, composing):
        self._composing = composing

    def _paste(self, event):
        files = attachments_glue.pasted(event)
        if files:
            event.preventDefault()
            self._take(files)

    def _drag(self, event):
        if attachments_glue.dragsFiles(event):
            event.preventDefault()
            event.dataTransfer.dropEffect = "copy"
            self._sheet.classList.add("dropping")

    def _leave(self, event):
        if not self._sheet.contains(event.relatedTarget):
            self._sheet.classList.remove("dropping")

    def _drop(self, event):
        self._sheet.classList.remove("dropping")
        if attachments_glue.dragsFiles(event):
            event.preventDefault()
            self._take(event.dataTransfer.files)

    def _drag_elsewhere(self, event):
        # A file that misses the paper would take the place of this page.
        if not event.defaultPrevented and attachments_glue.dragsFiles(event):
            event.preventDefault()
            event.dataTransfer.dropEffect = "none"

    def _picked(self, picker):
        self._take(picker.files)
        picker.value = ""  # so that the same file can be chosen again
        self._area.focus()

    # Storing

    def _take(self, files):
        self._spawn(self._attach(self._note_id(), json.loads(attachments_glue.take(files))))

    async def _attach(self, note_id, files):
        problems, before = [], ""
        async with self._one:
            for file in files:
                problem = await self._attach_one(note_id, file, before)
                if problem is None:
                    before = "\n"
                elif problem:
                    problems.append(problem)
        if problems:
            more = len(problems) - PROBLEMS
            self._say(" ".join(problems[:PROBLEMS]) + (" And " + str(more) + " more." if more > 0 else ""), seconds=0)

    async def _attach_one(self, note_id, file, before):
        """None when the note names it; else why it does not, or "" where the reader wanted it so."""
        if self._note_id() == note_id and len(json.loads(attachments_glue.named(self._area))) >= ATTACHMENTS_PER_NOTE:
            attachments_glue.drop(file["file"])
            return "«" + clean_name(file["name"]) + "» was not attached: a note takes up to " + str(ATTACHMENTS_PER_NOTE) + " attachments."
        self._begin(file)
        try:
            answer = await self._call("attach", file)
        except Exception as error:
            return in_words(error)
        finally:
            attachments_glue.drop(file["file"])
            self._show(False)
        if not answer["id"]:
            self._say("«" + clean_name(file["name"]) + "» was not attached.")
            return ""
        await self._quiet()
        try:
            named = await self._put(note_id, before + answer["markdown"])
        except CarryonError:
            named = False
        if not named:
            self._say("«" + answer["name"] + "» is stored, but the note that it was for can't be written into.", "Put it here",
                      lambda: self._insert(answer["markdown"]), seconds=0)
            return ""
        self._state.textContent = "Attached «" + answer["name"] + "»"
        return None

    async def _quiet(self):
        """Until the text can be written into: an input method may be composing, or another note on its way."""
        while self._composing or self._area.readOnly:
            await self._sleep_ms(50)

    # How far it is

    def _begin(self, file):
        self._number = file["file"]
        self._way.max, self._way.value = max(1, file["bytes"]), 0
        self._show(file["bytes"] >= SLOW_ATTACHMENT_BYTES)
        self._state.textContent = "Storing «" + clean_name(file["name"]) + "», " + in_bytes(file["bytes"])

    def read(self, number, done):
        if number == self._number:
            self._way.value = done

    def _show(self, shown):
        """What takes a moment only is told, and not shown."""
        self._way.hidden = self._cancel.hidden = not shown
        self._place.classList.toggle("unseen", not shown)
        if not shown:
            self._state.textContent = ""


class Attached:
    """The open note's attachments: beside its text, and in its preview.

    `attachments` keeps them; `note_id()` names the open note; `edit(start, end, text)` puts a text into its text, `put(id, markdown)` an
    attachment into a note; `say`, `sleep_ms` and `spawn` as above, `ticks_ms()` is the clock's.
    """

    def __init__(self, attachments, note_id, edit, put, say, sleep_ms, spawn, ticks_ms):
        self._attachments, self._note_id, self._edit, self._put, self._say = attachments, note_id, edit, put, say
        self._sleep_ms, self._spawn, self._ticks_ms = sleep_ms, spawn, ticks_ms
        self._area, self._part, self._list, self._preview = by_id("note"), by_id("attached"), by_id("attachments"), by_id("preview")
        self._ids = []  # that the list shows
        self._shown, self._draws = 0, 0  # which drawing of the list is on the page, of how many
        self._previews = 0  # counts previews, so that one that was left is not filled any further
        self._changes, self._waiting = 0, False
        on(self._list, "click", self._clicked)
        on(self._preview, "click", self._clicked)

    def named(self):
        """The ids that the text on the page names, stored or not."""
        return json.loads(attachments_glue.named(self._area))

    # Beside the text

    def turned(self):
        """Another note is on the page."""
        self._changes += 1
        self._spawn(self._draw())

    def look(self):
        """The text changed."""
        self._changes += 1
        if not self._waiting:
            self._waiting = True
            self._spawn(self._look_at_a_pause())

    async def _look_at_a_pause(self):
        seen = -1
        while seen != self._changes:
            seen = self._changes
            await self._sleep_ms(LOOK_FOR_ATTACHMENTS_AFTER_MS)
        self._waiting = False
        await self._draw()

    async def _draw(self):
        ids, changes = self.named(), self._changes
        if ids == self._ids:
            return
        self._draws += 1
        number = self._draws
        rows = []
        for id in ids:
            rows.append(await self._row(id, "list " + str(number)))
            if changes != self._changes:  # whoever changed it draws it
                attachments_glue.release("list " + str(number))
                return
        attachments_glue.release("list " + str(self._shown))
        self._shown, self._ids = number, ids
        focused = self._list.contains(js.document.activeElement)
        self._list.replaceChildren(*rows)
        self._part.hidden = not ids
        if focused:  # on a row that may be gone
            (self._list.querySelector("button") or by_id("attach")).focus()

    async def _row(self, id, place):
        record = await self._attachments.record(id)
        row = element("li")
        small = await self._attachments.data(id + THUMBNAIL) if record else None
        picture = attachments_glue.image(small, "", place, PICTURE_PIXELS) if small else None
        if picture:
            row.append(picture)
        else:
            row.append(element("span", ending(record["name"]) if record else "?", class_="sheet", aria_hidden="true"))
        name = record["name"] if record else MISSING
        about = element("div")
        about.append(element("span", name, class_="name" if record else "name missing", dir="auto", title=name))
        if record:
            about.append(element("span", in_bytes(record["bytes"]), class_="quiet"))
        acts = element("div", class_="acts")
        if record:
            acts.append(element("button", "Save as…", type="button", data_attachment=id, aria_label="Save " + name + " as…"))
        acts.append(element("button", "Remove", type="button", data_remove=id, aria_label="Remove " + name))
        about.append(acts)
        row.append(about)
        return row

    def _clicked(self, event):
        button = event.target.closest("button")
        if button and button.getAttribute("data-attachment"):
            self._spawn(self._save(button.getAttribute("data-attachment")))
        elif button and button.getAttribute("data-remove"):
            self._spawn(self._remove(button.getAttribute("data-remove")))

    async def _save(self, id):
        record, data = await self._attachments.record(id), await self._attachments.data(id)
        if record is None or data is None:
            self._say(MISSING + ".")
        else:
            attachments_glue.save(data, record["name"])

    async def _remove(self, id):
        record = await self._attachments.record(id)
        note_id = self._note_id()
        places = json.loads(attachments_glue.places(self._area, id))
        for start, end, said in places:
            self._edit(start, end, "")
        left = self._area.value
        self._say((("«" + record["name"] + "»") if record else "The attachment") + " was removed from this note.", "Undo",
                  lambda: self._spawn(self._undo(note_id, left, places)))

    async def _undo(self, note_id, left, places):
        if self._note_id() == note_id and self._area.value == left:
            for start, end, said in places[::-1]:
                self._edit(start, start, said)
        elif not await self._put(note_id, "\n".join([said.strip("\n") for start, end, said in places[::-1]])):
            self._say("The note that it was removed from is gone.")

    # In the preview

    async def fill(self, drawing):
        """Puts the attachments into a preview that is being made. Those that take long come when it is there."""
        self._previews += 1
        rows = json.loads(markdown.attachments(drawing))
        if rows:
            whole = asyncio.Event()
            self._spawn(self._fill(drawing, rows, self._previews, whole))
            began = self._ticks_ms()
            while not whole.is_set() and self._ticks_ms() - began < PREVIEW_WAITS_MS:
                await self._sleep_ms(5)

    async def _fill(self, drawing, rows, number, whole):
        try:
            for at in range(len(rows)):
                row = rows[at]
                record = await self._attachments.record(row["id"])
                data = await self._attachments.data(row["id"]) if record and row["picture"] else None
                if number != self._previews:
                    return
                other = file_button(row["id"], row["name"], record) if record else missing(row["name"])
                picture = attachments_glue.image(data, row["name"] or record["name"], "preview", PICTURE_PIXELS) if data else None
                markdown.put(drawing, at, picture or other, other)
        finally:
            whole.set()

    def empty(self):
        """The preview is gone."""
        self._previews += 1
        attachments_glue.release("preview")


def file_button(id, label, record):
    """A file in the preview: what the note calls it, its name where that is another, and its size."""
    about = in_bytes(record["bytes"]) if label in ("", record["name"]) else record["name"] + ", " + in_bytes(record["bytes"])
    button = element("button", type="button", class_="file", data_attachment=id, title="Save " + record["name"] + " as…")
    button.append(element("span", label or record["name"], dir="auto"))
    button.append(" ")
    button.append(element("span", "(" + about + ")", class_="quiet"))
    return button


def missing(label):
    return element("span", MISSING + (": " + label if label else ""), class_="missing")


def ending(name):
    """«pdf» of «report.pdf»: what a row shows that has no picture."""
    return name.rpartition(".")[2][:4] if "." in name[1:] else "file"
