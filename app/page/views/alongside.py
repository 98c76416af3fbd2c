"""What the engine notices about the open note: language, mood, personal details, key phrases, emoji, tags of one's own.

It looks when the writer pauses, at one thing after the other, and drops what it found as soon as the text
has changed again. Each thing can be switched off in the settings: then it is never asked, and its models
are never loaded.

Offers `Alongside`, `PARTS` and `mood_name(mood)`.
"""

import js
from pyscript.js_modules import editor_glue

from app.everywhere.errors import Unavailable
from app.everywhere.limits import LOOK_AFTER_MS, LOOKED_AT_CHARACTERS, MOOD_CHARACTERS, RELATED_NOTES
from app.everywhere.note import MOODS, readable, whole_sentences
from app.page.dom import by_id, clear, element, in_words, on
from app.page.views.notes import day

# The features asked, in this order, and what the reader's switch says about each.
PARTS = (
    ("related", "Notes about the same as the lines that you are writing."),
    ("language", "Which language a note is in."),
    ("mood", "The mood of the last lines in English, where it is plain enough."),
    ("details", "Names, addresses, numbers and keys that you may not want to hand on."),
    ("tags", "Those of your own tags that fit, learned from about twenty notes with a tag on."),
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
LAST_CHARACTERS = MOOD_CHARACTERS
# Characters before the caret that related notes are looked for with.
BEFORE_CARET = 2000


class Alongside:
    """`call(name, payload)` is the router's, `ready()` tells whether the engine is there.

    `note()` gives the open note, `tags()` all tags in use; `add_tag(tag)` adds one, `refuse_tag(tag)` refuses one for this note,
    `correct_mood(mood)` says what its mood is, `said()` what is not to be learned from, `turn_to(id)` opens a note; `settings` is the storage; `sleep_ms` and `spawn` are the clock's and the page's.
    """

    def __init__(self, call, ready, note, tags, add_tag, refuse_tag, correct_mood, said, turn_to, settings, sleep_ms, spawn):
        self._call, self._ready, self._note, self._tags = call, ready, note, tags
        self._said, self._refuse_tag = said, refuse_tag
        self._settings, self._sleep_ms, self._spawn = settings, sleep_ms, spawn
        self._off = set()
        self._changes = 0  # counted, so that an answer about an older text is known
        self._waiting = False
        self._draw = {"related": self._draw_related, "language": self._draw_language, "mood": self._draw_mood, "details": self._draw_details,
                      "tags": self._draw_tags, "key_phrases": self._draw_phrases, "emoji": self._draw_emoji}
        self._area = by_id("note")
        self._related_notes = []  # as they are drawn
        self._rows, self._offered = [], []  # the suggested tags, as the engine told them and as they are drawn
        on(by_id("suggested-tags"), "click", lambda event: self._chosen(event, "data-tag", add_tag))
        on(by_id("suggested-tags"), "click", lambda event: self._chosen(event, "data-refused", self._refuse))
        for mood in MOODS:
            by_id("mood-choice").append(element("option", mood_name(mood), value=mood))
        on(by_id("mood-choice"), "change", lambda event: correct_mood(by_id("mood-choice").value))
        on(by_id("related"), "click", lambda event: self._chosen(event, "data-id", turn_to))
        on(by_id("emoji"), "pointerdown", lambda event: event.preventDefault())  # the caret stays in the text
        on(by_id("emoji"), "click", lambda event: self._chosen(event, "data-emoji", self._insert))

    async def open(self):
        setting = await self._settings.get("settings", SETTING)
        # «tags_from_words» was what the part is called that is «tags» now.
        self._off = set(["tags" if name == "tags_from_words" else name for name in setting["value"]] if setting else [])

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

    def index_changed(self):
        """The index has taken up notes that were saved: one of them may be what is related. While somebody writes, the next pause asks anyway."""
        if self._ready() and not self._waiting:
            self._spawn(self._look(self._changes, ("related",)))

    async def _look_at_a_pause(self):
        seen = -1
        while seen != self._changes:
            seen = self._changes
            await self._sleep_ms(LOOK_AFTER_MS)
        self._waiting = False
        await self._look(seen)

    async def _look(self, number, parts=tuple([name for name, _ in PARTS])):
        text, last = [readable(part, names=False) for part in (editor_glue.head(self._area, LOOKED_AT_CHARACTERS), editor_glue.tail(self._area, LAST_CHARACTERS))]
        found = {}
        for name in parts:
            if number != self._changes or not self._ready():
                return
            if name in self._off:
                continue
            try:
                question = self._question(name, text, last, found)
                answer = await self._call(name, question) if question else None
            except Unavailable:
                return  # the engine ended meanwhile
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
        if name == "tags":
            note = self._note()
            unwanted = note["tags"] + note.get("refused", []) + self._said()["forgotten"]
            others = [tag for tag in self._tags() if tag not in unwanted]
            return {"id": note["id"], "title": by_id("title").value, "text": text, "tags": others} if others else None
        if name == "related":
            before = readable(editor_glue.before(self._area, BEFORE_CARET)) or text[:BEFORE_CARET]
            return {"id": self._note()["id"], "text": by_id("title").value + "\n" + before, "limit": RELATED_NOTES}
        if name == "emoji":
            return {"text": last, "limit": EMOJI}
        if name == "mood":
            if self._note()["mood"]:
                return None  # its writer has said it
            return {"text": whole_sentences(last) if len(text) > len(last) else last, "language": language, "since": self._said()["since"]}
        return {"text": text}

    # Drawing. None takes away what was there.

    def _draw_language(self, answer):
        code = answer["language"] if answer else ""
        self._fact("language", js.Intl.DisplayNames.new("en", js.JSON.parse('{"type": "language"}')).of(code) if code else "")

    def _draw_mood(self, answer):
        note = self._note()
        said = note["mood"] if note else ""
        on_page = self.is_on("mood")
        by_id("mood-name").textContent = "Mood, by you" if said else "Mood, last lines"
        by_id("mood-correct").hidden = not on_page or not note or not note["revision"]
        by_id("mood-choice").value = said
        mood = said or (answer["mood"] if answer else "")
        self._fact("mood", (mood_name(mood) if mood else (answer or {}).get("valence", "")) if on_page else "")

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
        notes = (answer or {"notes": []})["notes"]
        if notes != self._related_notes:  # else whoever has the focus on one of them would lose it
            self._related_notes = notes
            self._list("related", [self._related(hit) for hit in notes])

    def _related(self, hit):
        button = element("button", type="button", class_="open", dir="auto", data_id=hit["id"])
        button.append(element("span", hit["title"], class_="head"))
        button.append(element("span", hit["excerpt"], class_="foot excerpt"))
        button.append(element("span", day(hit["created"]) + (" · you wrote this before" if hit["same"] else ""), class_="foot"))
        line = element("li")
        line.append(button)
        return line

    def _draw_tags(self, answer):
        self._rows = (answer or {"tags": []})["tags"]
        offered = [row["tag"] for row in self._rows]
        if offered == self._offered:
            return  # whoever has the focus there keeps it
        self._offered = offered
        rows = []
        for row in self._rows:
            why = "learned from " + str(row["notes"]) + " notes" if row["why"] == "learned" else "means what this note says"
            line = element("li", data_offered=row["tag"])
            line.append(element("button", "+ " + row["tag"], type="button", data_tag=row["tag"], aria_label="Add tag " + row["tag"], title=why, dir="auto"))
            line.append(element("button", type="button", class_="refuse", data_refused=row["tag"], aria_label="Refuse tag " + row["tag"],
                                title="Not for this note"))
            rows.append(line)
        self._list("suggested-tags", rows)

    def _refuse(self, tag):
        """The tag goes at once; the focus goes to the next one, or to where a tag can be typed."""
        self._draw_tags({"tags": [row for row in self._rows if row["tag"] != tag]})
        following = by_id("suggested-tags").querySelector("button.refuse")
        (following or by_id("tag")).focus()
        self._refuse_tag(tag)

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


def mood_name(mood):
    """What a reader calls a mood of `MOODS`."""
    return "No mood" if mood == "none" else mood[:1].upper() + mood[1:]
