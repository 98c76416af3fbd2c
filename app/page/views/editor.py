"""The page of the open note: title, text, preview, tags, facts, and the saving state.

The textarea holds the truth about the text. Python asks for all of it only when it saves.
"""

from pyscript import ffi
from pyscript.js_modules import editor_glue, markdown, merging_glue

from app.everywhere.errors import BadNote
from app.everywhere.limits import PREVIEW_CHARACTERS, PREVIEW_WAITS_MS
from app.everywhere.note import count_words, direction, with_tag
from app.page.dom import by_id, clear, element, on, spawn
from app.page.notebook import EMPTY, FAILED, SAVED, SAVING, View
from app.page.views.notes import day

# Beyond it the browser's own spelling check makes typing slow.
SPELLCHECK_CHARACTERS = 200_000

_STATES = {EMPTY: "", SAVING: "Saving…", SAVED: "Saved", FAILED: "Not saved"}


class Editor(View):
    """`typed()` is called for every change of title or text, `change(**fields)` for pin and tags that are added,
    `remove_tag(tag)` for one that is removed, `composed()` when an input method has finished, `woven()` when
    words of another window came into the text.

    `preview(text)` is the router's way to `draw_preview`; `redraw_list()` draws the shelf;
    `say(sentence)` shows a message; `fill(drawing)` puts attachments into a preview, `empty()` hears that it is gone; `shown(same)` is told when a note was put on the page, or the same one again
    with other fields. `durable`: whether what is stored outlives this page.
    """

    def __init__(self, typed, change, remove_tag, composed, woven, preview, redraw_list, say, fill, empty, shown, durable):
        self._woven = woven
        self._typed, self._change, self._untag, self._make_preview = typed, change, remove_tag, preview
        self._redraw_list, self._say, self._shown = redraw_list, say, shown
        self._fill, self._empty = fill, empty
        self._states = _STATES if durable else _STATES | {SAVED: "Not saved: this window keeps nothing"}
        self.title, self.area = by_id("title"), by_id("note")
        self._mirror = by_id("mirror")
        self._state = by_id("saving")
        self._preview, self._paper = by_id("preview"), by_id("paper")
        self._note = None
        self._facts_due = False
        on(self.title, "input", self._input)
        on(self.area, "input", self._input)
        for field in (self.title, self.area):
            on(field, "compositionend", lambda event: composed())
        on(self.title, "keydown", self._title_key)
        on(by_id("preview-toggle"), "click", lambda event: spawn(self.show_preview(self._preview.hidden)))
        on(by_id("pin"), "click", lambda event: spawn(change(pinned=not self._note["pinned"])))
        on(by_id("tag-form"), "submit", self._add_tag)
        on(by_id("tags"), "click", self._remove_tag)

    # View

    def read(self):
        return self.title.value, self.area.value

    def show_state(self, state, sentence):
        text = self._states[state] + (": " + sentence if sentence else "")
        if self._state.textContent != text:
            self._state.textContent = text
        self._state.className = "failed" if text.startswith("Not saved") else ""

    def show_note(self, note, keep_text=False):
        same = self._note is not None and self._note["id"] == note["id"]
        self._note = note
        if not keep_text:
            editor_glue.fill(self.title, note["title"], same)
            editor_glue.fill(self.area, note["text"], same)
            if not same:
                self._set_preview(False)
        self._draw_note()
        self._redraw_list()
        self._shown(same)

    def weave(self, was, now):
        rows = [[self.title, was[0], now[0]], [self.area, was[1], now[1]]]
        done = bool(merging_glue.weave(ffi.to_js(rows)))
        if done:
            self._woven()
        return done

    def show_turning(self, turning):
        self.title.readOnly = self.area.readOnly = turning

    def say(self, sentence):
        self._say(sentence)

    def show_list(self):
        self._redraw_list()

    # What the reader does

    def _input(self, event):
        self._typed()

    def _title_key(self, event):
        if event.key == "Enter" and not event.isComposing:
            event.preventDefault()
            self.area.focus()

    async def show_preview(self, shown):
        if shown and self.area.textLength > PREVIEW_CHARACTERS:
            self._say("This note is too long for a preview. Its text is here as ever.")
            return
        note = self._note
        if shown:
            await self._make_preview(self.area.value)
        # Pictures take a moment, in which somebody may have turned the page.
        self._set_preview(shown and self._note["id"] == note["id"])

    async def draw_preview(self, text):
        """The page's handler of the feature «preview»."""
        drawing = markdown.draft(text)
        await self._fill(drawing)
        await markdown.show(self._preview, drawing, PREVIEW_WAITS_MS)

    def insert(self, text):
        """Puts `text` at the caret, as if it were typed."""
        self.edit(self.area.selectionEnd, self.area.selectionEnd, text)

    def edit(self, start, end, text):
        """Puts `text` where the text from `start` to `end` is; the browser's own undo takes it back."""
        self._set_preview(False)
        editor_glue.put(self.area, start, end, text)

    def hide_preview(self):
        self._set_preview(False)

    def _set_preview(self, shown):
        if not shown:
            clear(self._preview)
            self._empty()
        self._preview.hidden = not shown
        self._paper.hidden = shown
        by_id("preview-toggle").setAttribute("aria-pressed", "true" if shown else "false")

    def _add_tag(self, event):
        event.preventDefault()
        field = by_id("tag")
        try:
            tags = self._note["tags"]
            for tag in field.value.split(","):
                if tag.strip():
                    tags = with_tag(tags, tag)
        except BadNote as error:
            self._say(str(error))
            return
        field.value = ""
        if tags != self._note["tags"]:
            spawn(self._change(tags=tags))

    def _remove_tag(self, event):
        tag = event.target.getAttribute("data-tag")
        if tag is not None:
            by_id("tag").focus()
            self._untag(tag)

    # Drawing

    def _draw_note(self):
        note = self._note
        # dir="auto" on a textarea takes the browser quadratic time: 35 s for 5 MB, measured.
        self.area.dir = direction(note["text"])
        self._mirror.dir = self.area.dir
        self.area.spellcheck = len(note["text"]) < SPELLCHECK_CHARACTERS
        kept = note["revision"] > 0
        pin = by_id("pin")
        pin.disabled = by_id("history-toggle").disabled = by_id("trash-note").disabled = not kept
        pin.setAttribute("aria-pressed", "true" if note["pinned"] else "false")
        tags = by_id("tags")
        clear(tags)
        for tag in note["tags"]:
            row = element("li", tag, dir="auto")
            row.append(element("button", "×", type="button", data_tag=tag, aria_label="Remove tag " + tag))
            tags.append(row)
        facts = by_id("facts")
        clear(facts)
        rows = [("Words", str(count_words(note["text"])) if len(note["text"]) < 200_000 else "many")]
        if kept:
            rows += [("Written", day(note["created"])), ("Edited", day(note["updated"]))]
        for name, value in rows:
            facts.append(element("dt", name))
            facts.append(element("dd", value))

    def know_tags(self, tags):
        """Tags of other notes, offered while a tag is typed."""
        options = by_id("known-tags")
        clear(options)
        for tag in tags:
            options.append(element("option", value=tag))
