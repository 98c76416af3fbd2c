"""Completion as a person meets it: ghost text after the caret, or chips under the fingers.

Tab takes all of it, Ctrl+→ (⌥→ on a Mac) a word, Esc none. Nothing is suggested while an
input method composes, inside a selection, or in the middle of a line. Typing what the ghost
says keeps it in place without asking again, so it never flickers.
"""

import js
from pyscript.js_modules import editor_glue

from app.everywhere.limits import COMPLETION_CONTEXT_CHARACTERS, INLINE_GHOST_CHARACTERS
from app.page.dom import by_id, clear, element, is_mac, on
from app.page.router import Latest


class Suggestion:
    """`call(name, payload)` is the router's; `ready()` tells whether the engine is there."""

    def __init__(self, call, ready, spawn):
        self._area, self._mirror = by_id("note"), by_id("mirror")
        self._status, self._chips = by_id("suggestion"), by_id("chips")
        self._ready = ready
        self._mac = is_mac()
        self._composing = False
        self._text = ""       # what accepting would insert
        self._before = ""     # the text before the caret that it belongs to
        self._dismissed = ""  # the text before the caret at which Esc was pressed
        self._own_space = False  # the last chip added a space that punctuation may take back
        self._latest = Latest(lambda question: call("complete", question), self._answered, self._failed, spawn)
        on(self._area, "input", self._input)
        on(self._area, "keydown", self._key)
        on(self._area, "compositionstart", self._compose)
        on(self._area, "compositionend", self._composed)
        on(self._area, "blur", lambda event: self.clear())
        on(self._area, "scroll", self._scrolled)
        on(js.document, "selectionchange", self._moved)
        on(self._chips, "pointerdown", lambda event: event.preventDefault())  # keeps the keyboard up
        on(self._chips, "click", self._chip)
        if self._mac:
            by_id("word-key").textContent = "⌥"

    # What the reader does

    def _compose(self, event):
        self._composing = True
        self.clear()

    def _composed(self, event):
        self._composing = False
        self.ask()

    def _input(self, event):
        if self._composing or event.isComposing:
            return
        if event.inputType == "insertText" and event.data and self._own_space:
            self._take_space_back(event.data)
        self._own_space = False
        self._dismissed = ""
        if event.inputType == "insertText" and event.data and self._text.startswith(event.data) and self._text != event.data:
            # The reader types what the ghost says: it only gets shorter.
            self._before += event.data
            self._show(self._text[len(event.data):], None)
        elif self._text:
            self._show("", None)
        self.ask()

    def _moved(self, event):
        # The caret left the place the ghost belongs to (a click, an arrow key).
        if self._text and self._where()[0] != self._before:
            self.clear()

    def _scrolled(self, event):
        self._mirror.scrollTop = self._area.scrollTop

    def _key(self, event):
        if not self._text or self._composing or event.isComposing:
            return
        key = event.key
        if key == "Tab" and not (event.shiftKey or event.ctrlKey or event.altKey or event.metaKey):
            event.preventDefault()
            self._take(self._text)
        elif key == "ArrowRight" and (event.altKey if self._mac else event.ctrlKey) and not event.shiftKey:
            event.preventDefault()
            self._take(first_word(self._text))
        elif key == "Escape":
            event.preventDefault()
            self._dismissed = self._before
            self.clear()

    def _take(self, text):
        rest = self._text[len(text):]
        self._show("", None)
        editor_glue.insert(self._area, text)
        if rest:
            self._before = self._where()[0]
            self._show(rest, None)

    def _chip(self, event):
        word = event.target.getAttribute("data-insert")
        if word is None:
            return
        self._show("", [])
        space = "" if word.endswith("'") else " "  # «l'» goes on without one
        editor_glue.insert(self._area, word + space)
        self._own_space = bool(space)

    def _take_space_back(self, typed):
        if typed in ".,;:!?)":
            caret = self._area.selectionStart
            if caret >= 2 and self._where()[0].endswith(" " + typed):
                self._area.setSelectionRange(caret - 2, caret)
                editor_glue.insert(self._area, typed + " ")

    # Asking and showing

    def _where(self):
        """(text before the caret, rest of its line, caret); all empty where there is a selection."""
        around = editor_glue.around(self._area, COMPLETION_CONTEXT_CHARACTERS)
        if not around:
            return "", "", -1
        before, after, caret = around.split("\x00")
        return before, after, int(caret)

    def ask(self):
        if not self._ready() or self._composing:
            return
        before, after, caret = self._where()
        if caret < 0 or (self._dismissed and before == self._dismissed):
            self._latest.drop()
            self.clear()
            return
        self._latest.ask({"before": before, "after": after, "caret": caret})

    def _answered(self, question, answer):
        before, after, caret = self._where()
        if before != question["before"] or caret != question["caret"] or self._composing:
            return
        self._before = before
        inline = caret <= INLINE_GHOST_CHARACTERS
        self._chips.className = "chips" if inline else "chips always"
        self._show(answer["text"] if inline else "", answer["words"])

    def _failed(self, error):
        self.clear()

    def _show(self, text, words):
        """The ghost, and the chips unless `words` is None (then they stay as they are)."""
        if text != self._text:
            self._text = text
            self._status.textContent = text
        editor_glue.ghost(self._area, self._mirror, text)
        if words is not None:
            clear(self._chips)
            begun = begun_word(self._before)
            for word in words:
                # A finger reads whole words; what it inserts is the rest.
                label = word if word.startswith(" ") else begun + word
                self._chips.append(element("button", label.strip(), type="button", data_insert=word))

    def restart(self):
        """Another engine answers from now on."""
        self._latest.restart()
        self.clear()

    def clear(self):
        self._latest.drop()
        self._show("", [])


def begun_word(before):
    """The letters right before the caret: what is there already of the word being written."""
    at = len(before)
    while at and (before[at - 1].isalpha() or before[at - 1] > "\x7f" or before[at - 1] in "'-"):
        at -= 1
    return before[at:]


def first_word(text):
    """The text up to the end of its first word, the white space before it included."""
    at = 0
    while at < len(text) and text[at] == " ":
        at += 1
    while at < len(text) and text[at] != " ":
        at += 1
    return text[:at]
