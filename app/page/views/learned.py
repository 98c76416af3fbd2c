"""«What I have learned»: words, tags, refusals and moods, each forgettable, and one wipe of it all.

Offers `Learned`. It shows what the engine, the settings and the notes say; it keeps nothing itself.
"""

import js

from app.everywhere.errors import CarryonError
from app.everywhere.note import headline
from app.page.dom import by_id, clear, element, in_words, on, spawn
from app.page.teaching import FAILED, LEARNING, WAITING
from app.page.views.alongside import mood_name

# Rows of a list that are drawn at first; a field above the words finds the others.
WORDS_SHOWN, ROWS_SHOWN = 60, 100


class Learned:
    """`call(name, payload)` is the router's; `notes()` gives the live heads; `change_note(id, **fields)` changes a kept note; `wipe()`
    forgets everything; `say(sentence)` tells the reader; `ready()`: whether the engine is there."""

    def __init__(self, call, learning, teaching, notes, change_note, wipe, say, ready):
        self._call, self._learning, self._teaching, self._notes = call, learning, teaching, notes
        self._change_note, self._wipe, self._say, self._ready = change_note, wipe, say, ready
        on(by_id("learned-search"), "input", lambda event: spawn(self._draw_words()))
        on(by_id("learned"), "click", lambda event: self._choose(event, "data-word", self._learning.forget))
        on(by_id("forgotten"), "click", lambda event: self._choose(event, "data-word", self._learning.remember))
        on(by_id("learned-tags"), "click", lambda event: self._choose(event, "data-tag", self._forget_tag))
        on(by_id("forgotten-tags"), "click", lambda event: self._choose(event, "data-tag", self._remember_tag))
        on(by_id("refused-tags"), "click", lambda event: self._choose(event, "data-id", self._allow, "data-tag"))
        on(by_id("mood-corrections"), "click", lambda event: self._choose(event, "data-id", self._take_back))
        on(by_id("learn-now"), "click", lambda event: spawn(self._teaching.look(now=True)))
        on(by_id("wipe"), "click", lambda event: self._ask_for_wipe(True))
        on(by_id("wipe-no"), "click", lambda event: self._ask_for_wipe(False))
        on(by_id("wipe-yes"), "click", lambda event: spawn(self._wipe_all()))

    @property
    def shown(self):
        return not by_id("view-learned").hidden

    async def draw(self):
        self._ask_for_wipe(False, focus=False)
        self._draw_notes()
        await self._draw_words()
        self.draw_tags()
        spawn(self._teaching.look())  # learns nothing that it would not learn by itself, only sooner

    async def everything_read(self):
        """The engine knows all words now: before that a page that is open showed few of them, or none."""
        if self.shown and not by_id("learned").contains(js.document.activeElement):
            await self._draw_words()

    def _choose(self, event, attribute, act, *more):
        button = event.target.closest("button")
        if button is None or button.getAttribute(attribute) is None:
            return
        row, list_ = button.closest("li"), button.closest("ul")
        beside = row.nextElementSibling or row.previousElementSibling
        spawn(self._after(act(*[button.getAttribute(name) for name in (attribute,) + more]), list_, beside))

    async def _after(self, act, list_, beside):
        """Does it, draws what is left, and puts the focus near to where it was."""
        wanted = beside.getAttribute("data-key") if beside else None
        await act
        self._draw_notes()
        self.draw_tags()
        await self._draw_words()
        for row in list_.children:
            if wanted is not None and row.getAttribute("data-key") == wanted:
                button = row.querySelector("button")
                if button:
                    button.focus()
                    return
        heading = list_.closest("section").querySelector("h2")
        heading.focus()

    # Words

    async def _draw_words(self):
        learned, forgotten = by_id("learned"), by_id("forgotten")
        try:
            answer = await self._call("learned", {"query": by_id("learned-search").value.strip(), "limit": WORDS_SHOWN})
        except CarryonError:
            answer = {"words": [], "forgotten": []}
        rows = []
        for row in answer["words"]:
            item = _row(row["word"], row["word"], "×", "Forget " + row["word"], data_word=row["word"])
            item.insertBefore(element("span", str(row["count"]), class_="count", title="times written"), item.lastChild)
            rows.append(item)
        _fill(learned, rows, "Nothing yet." if self._ready() else "Shown when the engine is ready.")
        by_id("forgotten-title").hidden = not answer["forgotten"]
        _fill(forgotten, [_row(word, word, "↺", "Remember " + word, data_word=word) for word in answer["forgotten"]])

    # Tags

    def draw_tags(self):
        known, forgotten = self._teaching.known, self._learning.tags
        rows = []
        for row in (known or {"tags": []})["tags"]:
            if row["tag"] not in forgotten:
                sure = ("right about " + str(round(100 * row["sure"])) + " times in 100" if row["speaks"]
                        else "not sure enough to be suggested")
                foot = _notes(row["notes"]) + " · " + sure
                rows.append(_row(row["tag"], row["tag"], "×", "Forget tag " + row["tag"], foot=foot, data_tag=row["tag"]))
        _fill(by_id("learned-tags"), rows, "None yet." if known else "Shown when the engine has read your notes.")
        waiting = [row for row in (known or {"waiting": []})["waiting"] if row["tag"] not in forgotten]
        by_id("waiting-tags-title").hidden = by_id("waiting-tags-why").hidden = not waiting
        _fill(by_id("waiting-tags"), [_row(row["tag"], row["tag"], "×", "Forget tag " + row["tag"], foot=_notes(row["notes"]), data_tag=row["tag"])
                                      for row in waiting])
        by_id("forgotten-tags-title").hidden = not forgotten
        _fill(by_id("forgotten-tags"), [_row(tag, tag, "↺", "Remember tag " + tag, data_tag=tag) for tag in forgotten])
        state = self._teaching.state
        by_id("teaching-state").textContent = {
            LEARNING: "Learning your tags. You can go on writing.",
            WAITING: "There is something to be learned. Your browser asks to spare data; the part that learns takes about 20 MB the first time.",
            FAILED: "Your tags could not be learned: " + self._teaching.problem,
        }.get(state, "")
        by_id("learn-now").hidden = state not in (WAITING, FAILED)

    async def _forget_tag(self, tag):
        await self._learning.forget_tag(tag)
        spawn(self._teaching.look())

    async def _remember_tag(self, tag):
        await self._learning.remember_tag(tag)
        spawn(self._teaching.look())

    # What notes say of themselves

    def _draw_notes(self):
        refused, moods = [], []
        for head in self._notes():
            for tag in head.get("refused", []):
                name, foot = "Allow tag " + tag + " for " + headline(head), "not for «" + headline(head) + "»"
                refused.append(_row(head["id"] + " " + tag, tag, "×", name, foot=foot, data_id=head["id"], data_tag=tag))
            if head["mood"]:
                name = "Take back the mood of " + headline(head)
                moods.append(_row(head["id"], mood_name(head["mood"]), "×", name, foot=headline(head), data_id=head["id"]))
        _fill(by_id("refused-tags"), refused, "None. The × beside a suggested tag refuses it for that note.")
        _fill(by_id("mood-corrections"), moods, "None. The mood of a note can be corrected beside its text.")

    async def _allow(self, id, tag):
        for head in self._notes():
            if head["id"] == id:
                before = head["refused"]
                await self._change_note(id, refused=[other for other in before if other != tag])
                self._say("«" + tag + "» may be suggested for this note again.", "Undo", lambda: spawn(self._put_back(id, refused=before)))
                return

    async def _take_back(self, id):
        for head in self._notes():
            if head["id"] == id:
                before = head["mood"]
                await self._change_note(id, mood="")
                self._say("The mood of this note is as noticed again.", "Undo", lambda: spawn(self._put_back(id, mood=before)))
                return

    async def _put_back(self, id, **fields):
        await self._change_note(id, **fields)
        await self.draw()

    # Everything

    def _ask_for_wipe(self, asked, focus=True):
        by_id("wipe-sure").hidden = not asked
        by_id("wipe").setAttribute("aria-expanded", "true" if asked else "false")
        if asked:
            refused, moods = 0, 0
            for head in self._notes():
                refused += len(head.get("refused", []))
                moods += 1 if head["mood"] else 0
            tags = len((self._teaching.known or {"tags": []})["tags"])
            by_id("wipe-what").textContent = (
                "This removes all learned words, what was learned of " + _many(tags, "tag") + ", " + _many(refused, "refusal") + ", "
                + _many(moods, "corrected mood") + ", and which words and tags you wanted forgotten. It cannot be undone. "
                "Your notes stay as they are, with their tags; only what you write from now on teaches.")
        if focus:
            by_id("wipe-no" if asked else "wipe").focus()

    async def _wipe_all(self):
        by_id("wipe-yes").disabled = True
        try:
            await self._wipe()
            self._say("All that was learned is forgotten.")
        except Exception as error:
            self._say("Not all could be forgotten: " + in_words(error) + " Please try again.")
        finally:
            by_id("wipe-yes").disabled = False
        await self.draw()
        by_id("wipe").focus()


def _row(key, text, sign, name, foot="", **data):
    item = element("li", data_key=key)
    item.append(element("span", text, dir="auto"))
    if foot:
        item.append(element("span", foot, class_="count", dir="auto"))
    item.append(element("button", sign, type="button", aria_label=name, **data))
    return item


def _fill(list_, rows, otherwise=""):
    clear(list_)
    for row in rows[:ROWS_SHOWN]:
        list_.append(row)
    if len(rows) > ROWS_SHOWN:
        list_.append(element("li", "and " + str(len(rows) - ROWS_SHOWN) + " more", class_="quiet"))
    if not rows and otherwise:
        list_.append(element("li", otherwise, class_="quiet"))


def _many(count, what):
    return "no " + what if not count else str(count) + " " + what + ("" if count == 1 else "s")


def _notes(count):
    return str(count) + (" note" if count == 1 else " notes")
