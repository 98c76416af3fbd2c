"""The search box: what is typed is looked for at once, and the list of notes gives way to what was found.

The engine finds words and meaning; as long as there is no engine, the page itself finds exact words. Offers `Search` and
`find_words(storage, query, limit)`.
"""

import js

from app.everywhere.limits import MOST_SEARCH_HITS, SEARCH_HITS
from app.everywhere.note import excerpt, headline
from app.page.dom import by_id, clear, element, in_words, on
from app.page.router import Latest
from app.page.views.notes import day

# Characters of a found note that are read to show what it is.
FOUND_CHARACTERS = 600


class Search:
    """`call(name, payload)` is the router's, `ready()` tells whether the engine is there, `today()` gives the reader's day as «2025-03-09».

    `turn_to(id)` opens a note. `shown(searching)` is called when results take the place of the list, or give it back.
    """

    def __init__(self, call, ready, today, turn_to, shown, spawn):
        self._call, self._ready, self._today, self._turn_to, self._shown = call, ready, today, turn_to, shown
        self._box, self._list, self._state = by_id("search"), by_id("results"), by_id("search-state")
        self._limit = SEARCH_HITS
        self._latest = Latest(lambda question: call(*question), self._answered, self._failed, spawn)
        on(self._box, "input", lambda event: self._typed())
        on(self._box, "keydown", self._key)
        self._more_button = by_id("more-results")
        on(self._more_button, "click", lambda event: self._more())
        on(self._list, "click", self._clicked)
        on(self._list, "keydown", self._key)

    def ask(self):
        """Look for what is in the box; also called when the engine comes up or the notes change."""
        query = self._box.value
        if not query.strip():
            self._latest.drop()
            self._leave()
            return
        name = "search" if self._ready() else "find"
        self._latest.ask((name, {"query": query, "today": self._today(), "limit": self._limit}))

    @property
    def query(self):
        return self._box.value.strip()

    async def found_ids(self):
        """The notes that the box's question finds now, as many as a search shows at most."""
        answer = await self._call("search" if self._ready() else "find", {"query": self.query, "today": self._today(), "limit": MOST_SEARCH_HITS})
        return [hit["id"] for hit in answer["hits"]]

    def _typed(self):
        self._limit = SEARCH_HITS
        self.ask()

    def _more(self):
        self._limit = min(2 * self._limit, MOST_SEARCH_HITS)
        self.ask()

    def restart(self):
        """The engine that was asked is gone."""
        self._latest.restart()

    def focus(self):
        self._box.focus()
        self._box.select()

    def look_for(self, query):
        """A question that somebody chose elsewhere."""
        self._box.value = query
        self._typed()
        self._box.focus()

    def _leave(self):
        clear(self._list)
        self._list.hidden = self._more_button.hidden = True
        self._state.textContent = ""
        self._shown(False)

    def _answered(self, question, answer):
        rows = js.document.createDocumentFragment()
        for hit in answer["hits"]:
            rows.append(self._row(hit))
        count, limit = len(answer["hits"]), question[1]["limit"]
        more = count == limit
        inside = self._list.contains(js.document.activeElement)
        chosen = js.document.activeElement.getAttribute("data-id") if inside else None
        self._list.replaceChildren(rows)
        self._list.hidden = False
        if inside:  # answers come again while notes are read: whoever walks through them stays where they are
            same = [button for button in self._list.querySelectorAll("button") if button.getAttribute("data-id") == chosen]
            (same[0] if same else self._box).focus()
        self._more_button.hidden = not more or limit == MOST_SEARCH_HITS
        found = "Nothing found." if not count else "1 note" if count == 1 else str(count) + (" or more notes" if more else " notes")
        self._state.textContent = " ".join(answer["problems"] + [found])
        self._shown(True)

    def _failed(self, error):
        self._state.textContent = "The search failed: " + in_words(error)

    def _row(self, hit):
        button = element("button", type="button", class_="open", dir="auto", data_id=hit["id"])
        button.append(element("span", hit["title"], class_="head"))
        excerpt = element("span", class_="foot excerpt")
        last = 0
        for start, end in hit["marks"]:
            excerpt.append(hit["excerpt"][last:start])
            excerpt.append(element("mark", hit["excerpt"][start:end]))
            last = end
        excerpt.append(hit["excerpt"][last:])
        button.append(excerpt)
        button.append(element("span", day(hit["created"]) + (" · similar meaning" if hit["why"] == "meaning" else ""), class_="foot"))
        row = element("li")
        row.append(button)
        return row

    def _clicked(self, event):
        button = event.target.closest("button")
        if button:
            self._turn_to(button.getAttribute("data-id"))

    def _key(self, event):
        if event.key == "Escape":
            event.preventDefault()
            self._box.value = ""
            self.ask()
            self._box.focus()
        elif event.key == "Enter" and event.target.id == "search":
            event.preventDefault()
            if self._list.firstElementChild:
                self._turn_to(self._list.querySelector("button").getAttribute("data-id"))
        elif event.key in ("ArrowDown", "ArrowUp"):
            buttons = [row.querySelector("button") for row in self._list.children]
            at = next((place for place, button in enumerate(buttons) if button.getAttribute("data-id") == event.target.getAttribute("data-id")), -1)
            to = at + (1 if event.key == "ArrowDown" else -1)
            event.preventDefault()
            if 0 <= to < len(buttons):
                buttons[to].focus()
            elif to < 0:
                self._box.focus()


async def find_words(storage, query, limit):
    """What the engine's search answers, but for exact words only, the newest note first."""
    notes = await storage.containing(query.split(), limit, cut_text=FOUND_CHARACTERS)
    return {"hits": [{"id": note["id"], "title": headline(note), "created": note["created"], "why": "words", "excerpt": excerpt(note), "marks": []}
                     for note in notes], "problems": []}
