"""What the engine notices about the open note: language, mood, personal details, key phrases, emoji, tags of one's own.

It looks when the writer pauses, at one thing after the other, and drops what it found as soon as the text
has changed again. Each thing can be switched off in the settings: then it is never asked, and its models
are never loaded.

Offers `Alongside`, `PARTS` and `whole_sentences(last)`.
"""

import js
from pyscript.js_modules import editor_glue

from app.everywhere.limits import LOOK_AFTER_MS, LOOKED_AT_CHARACTERS, RELATED_NOTES
from app.page.dom import by_id, clear, element, in_words, on
from app.page.views.notes import day

# The features asked, in this order, and what the reader's switch says about each.
PARTS = (
    ("related", "Notes about the same as the lines that you are writing."),
    ("language", "Which language a note is in."),
    ("mood", "The mood of the last lines in English, where it is plain enough."),
    ("details", "Names, addresses, numbers and keys that you may not want to hand on."),
    ("tags_from_words", "Those of your own tags that fit."),
    ("key_phrases", "The phrases that carry a longer note."),
    ("emoji", "Emoji that fit what you wrote last."),
)
# The setting that holds the names of the parts that are switched off.
SETTING = "alongside off"

KINDS = {"email": "E-mail", "phone": "Phone", "card": "Card", "iban": "IBAN", "national_id": "Identity number", "ip": "IP address",
         "key": "Key", "birth_date": "Birth date", "name": "Name", "address": "Address"}
PHRASES = 5
# Words below which a note has no key phrases worth a list.
PHRASES_FROM_WORDS = 40
EMOJI = 5
# Characters at the end of the note that emoji and mood are looked for in: what is being written now. A
# whole diary entry has more than one mood, and the model is silent about it.
LAST_CHARACTERS = 200
# Characters before the caret that related notes are looked for with.
BEFORE_CARET = 2000


class Alongside:
    """`call(name, payload)` is the router's, `ready()` tells whether the engine is there.

    `note()` gives the id of the open note, `tags()` (its tags, all tags in use); `add_tag(tag)` adds one, `turn_to(id)` opens
    a note; `settings` is the storage; `sleep_ms` and `spawn` are the clock's and the page's.
    """

    def __init__(self, call, ready, note, tags, add_tag, turn_to, settings, sleep_ms, spawn):
        self._call, self._ready, self._note, self._tags = call, ready, note, tags
        self._settings, self._sleep_ms, self._spawn = settings, sleep_ms, spawn
        self._off = set()
        self._changes = 0  # counted, so that an answer about an older text is known
        self._waiting = False
        self._draw = {"related": self._draw_related, "language": self._draw_language, "mood": self._draw_mood, "details": self._draw_details,
                      "tags_from_words": self._draw_tags, "key_phrases": self._draw_phrases, "emoji": self._draw_emoji}
        self._area = by_id("note")
        on(by_id("suggested-tags"), "click", lambda event: self._chosen(event, "data-tag", add_tag))
        on(by_id("related"), "click", lambda event: self._chosen(event, "data-id", turn_to))
        on(by_id("emoji"), "pointerdown", lambda event: event.preventDefault())  # the caret stays in the text
        on(by_id("emoji"), "click", lambda event: self._chosen(event, "data-emoji", self._insert))

    async def open(self):
        setting = await self._settings.get("settings", SETTING)
        self._off = set(setting["value"] if setting else [])

    def is_on(self, name):
        return name not in self._off

    async def switch(self, name, wanted):
        if wanted:
            self._off.discard(name)
        else:
            self._off.add(name)
            self._draw[name](None)
        await self._settings.put("settings", {"id": SETTING, "value": sorted(self._off)})
        self.look()

    def turned(self):
        """Another note is on the page: what was found in the last one goes at once."""
        for draw in self._draw.values():
            draw(None)
        self.look()

    def look(self):
        """The text changed, or the engine came up: look again when the writer pauses."""
        self._changes += 1
        if self._ready() and not self._waiting:
            self._waiting = True
            self._spawn(self._look_at_a_pause())

    async def _look_at_a_pause(self):
        seen = -1
        while seen != self._changes:
            seen = self._changes
            await self._sleep_ms(LOOK_AFTER_MS)
        self._waiting = False
        await self._look(seen)

    async def _look(self, number):
        text, last = editor_glue.head(self._area, LOOKED_AT_CHARACTERS), editor_glue.tail(self._area, LAST_CHARACTERS)
        found = {}
        for name, _ in PARTS:
            if number != self._changes or not self._ready():
                return
            if name in self._off:
                continue
            try:
                question = self._question(name, text, last, found)
                answer = await self._call(name, question) if question else None
            except Exception as error:  # one thing that can't be told must not cost the others
                js.console.error("Carryon: " + name + ": " + in_words(error))
                answer = None
            if number != self._changes:
                return
            found[name] = answer
            self._draw[name](answer)

    def _question(self, name, text, last, found):
        """The payload for a feature, or None where there is nothing to ask."""
        if not text.strip():
            return None
        language = (found.get("language") or {}).get("language", "")
        if name == "key_phrases":
            return {"text": text, "limit": PHRASES, "language": language} if len(text.split()) >= PHRASES_FROM_WORDS else None
        if name == "tags_from_words":
            own, known = self._tags()
            others = [tag for tag in known if tag not in own]
            return {"text": text, "tags": others} if others else None
        if name == "related":
            before = editor_glue.before(self._area, BEFORE_CARET) or text[:BEFORE_CARET]
            return {"id": self._note(), "text": by_id("title").value + "\n" + before, "limit": RELATED_NOTES}
        if name == "emoji":
            return {"text": last, "limit": EMOJI}
        if name == "mood":
            return {"text": whole_sentences(last) if len(text) > len(last) else last, "language": language}
        return {"text": text}

    # Drawing. None takes away what was there.

    def _draw_language(self, answer):
        code = answer["language"] if answer else ""
        self._fact("language", js.Intl.DisplayNames.new("en", js.JSON.parse('{"type": "language"}')).of(code) if code else "")

    def _draw_mood(self, answer):
        mood = answer["mood"] if answer else ""
        self._fact("mood", mood[:1].upper() + mood[1:] if mood else (answer or {}).get("valence", ""))

    def _fact(self, name, value):
        by_id(name + "-fact").hidden = not value
        by_id(name + "-value").textContent = value

    def _draw_details(self, answer):
        rows = []
        for detail in (answer or {"details": []})["details"]:
            row = (KINDS.get(detail["kind"], detail["kind"]), detail["text"])
            if row not in rows:
                rows.append(row)
        self._list("details", [self._detail(*row) for row in rows])

    def _detail(self, kind, text):
        line = element("li", kind + " ", dir="auto")
        line.append(element("strong", text))
        return line

    def _draw_related(self, answer):
        self._list("related", [self._related(hit) for hit in (answer or {"notes": []})["notes"]])

    def _related(self, hit):
        button = element("button", type="button", class_="open", dir="auto", data_id=hit["id"])
        button.append(element("span", hit["title"], class_="head"))
        button.append(element("span", hit["excerpt"], class_="foot excerpt"))
        button.append(element("span", day(hit["created"]) + (" · you wrote this before" if hit["same"] else ""), class_="foot"))
        line = element("li")
        line.append(button)
        return line

    def _draw_tags(self, answer):
        rows = []
        for row in (answer or {"tags": []})["tags"]:
            line = element("li")
            line.append(element("button", "+ " + row["tag"], type="button", data_tag=row["tag"], aria_label="Add tag " + row["tag"], dir="auto"))
            rows.append(line)
        self._list("suggested-tags", rows)

    def _draw_phrases(self, answer):
        self._list("phrases", [element("li", row["phrase"], dir="auto") for row in (answer or {"phrases": []})["phrases"]])

    def _draw_emoji(self, answer):
        self._list("emoji", [element("button", row["emoji"], type="button", data_emoji=row["emoji"], aria_label="Insert " + row["label"], title=row["label"])
                             for row in (answer or {"emoji": []})["emoji"]])

    def _list(self, id, items):
        there = by_id(id)
        clear(there)
        for item in items:
            there.append(item)
        there.closest("[data-part]").hidden = not items

    def _chosen(self, event, attribute, act):
        button = event.target.closest("button")
        if button and button.getAttribute(attribute):
            act(button.getAttribute(attribute))

    def _insert(self, emoji):
        editor_glue.insert(self._area, emoji)


def whole_sentences(last):
    """The end of a text from its first sentence on that is whole; all of it where no sentence ends."""
    starts = [last.find(mark) for mark in (". ", "! ", "? ", "\n") if last.find(mark) >= 0]
    return last[min(starts) + 1:].strip() if starts else last
