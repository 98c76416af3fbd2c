"""Insights into one's own writing: when and how much, in what mood, about whom and what, and what was written on this day.

All of it comes from the notes of this device. Words and days are counted without an engine; the rest is what the engine
noticed, a slice at a time, and each part says on how many notes it rests. Offers `Insights`.
"""

import asyncio

from app.everywhere.days import anniversaries, streaks, weeks
from app.everywhere.errors import CarryonError
from app.everywhere.note import headline
from app.page.dates import Dates, amount, local_day, of_things, span_of
from app.page.dom import by_id, clear, element, in_words, on
from app.page.looking_back import LookingBack
from app.page.views.calendar import Calendar, link_to
from app.page.views.weekly import Weekly

# The reader's switch that a part belongs to (app/page/views/alongside.py).
SWITCHES = {"mood": "mood", "names": "details"}
# Names of people and of places that are shown at first.
NAMES = 12
# Notes with a plain mood from which a plot says something.
LEAST_MOODS = 5
# Notes from which it is said how far the counting is.
COUNTED_IN_SIGHT = 500
# Heads that are looked through in between two keystrokes.
HEADS_AT_ONCE = 500


class Insights:
    """`call(name, payload)` is the router's; `engine()` gives the engine's state, `heads()` every note's head, `today()` the reader's day.

    `in_step()` is awaited before the engine is asked: it has been told of every saved note then. `behind(notes)` tells whether an
    engine that knows so many is still reading the others. `is_on(part)`: the reader's switches. `turn_to(id)` opens a note,
    `find(query)` searches. `sleep_ms` and `spawn` are the clock's and the page's.
    """

    def __init__(self, call, engine, heads, today, in_step, behind, is_on, turn_to, find, sleep_ms, spawn):
        self._call, self._engine, self._heads, self._today = call, engine, heads, today
        self._in_step, self._behind, self._is_on, self._sleep_ms, self._spawn = in_step, behind, is_on, sleep_ms, spawn
        self._back = LookingBack(call)
        self._turn = 0
        self._visible = False
        self._by_page = None  # what this page counted last, while no note has changed since
        self._changes = 0  # of notes
        self._counting = asyncio.Lock()  # one count at a time
        self._by_date = {}  # UTC date -> heads of notes that say something
        self._tally, self._moods, self._names = [], [], {"people": [], "places": []}
        self._all_names = set()  # which lists are shown whole
        self._calendar = Calendar(today, self._notes_of, turn_to, sleep_ms, spawn)
        self._words = Weekly("words", ("Words", "Notes"), lambda count: weeks(self._tally, today(), count),
                             lambda rows: [{"colour": "accent", "values": [row[2] for row in rows]}], self._words_sentence,
                             lambda row: (amount(row[2]), amount(row[1])),
                             lambda row: "Week of " + self._words.day.write(row[0]) + ": " + of_things(row[2], "word") + " in " + of_things(row[1], "note"))
        self._mood = Weekly("mood", ("Bright", "Low", "Both", "Silent"), lambda count: self._moods[-count:],
                            lambda rows: [{"colour": "accent", "values": [row[1] for row in rows]}, {"colour": "low", "values": [-row[2] for row in rows]}],
                            self._mood_sentence, lambda row: tuple([amount(number) for number in row[1:]]),
                            lambda row: "Week of " + self._mood.day.write(row[0]) + ": " + amount(row[1]) + " bright, " + amount(row[2]) + " low")
        by_id("mood-range").hidden = True  # until there is something to choose
        on(by_id("anniversaries"), "click", lambda event: self._chosen(event, "data-id", turn_to))
        for kind in ("people", "places"):
            on(by_id(kind), "click", lambda event: self._chosen(event, "data-name", lambda name: find('"' + name + '"')))
            on(by_id("all-" + kind), "click", lambda event: self._show_all(event))
        for part in ("mood", "names"):
            on(by_id(part + "-stop"), "click", lambda event: self._stop_or_go_on(event))

    # When

    def open(self):
        """The reader comes to the page. What was drawn the last time stands there meanwhile."""
        self._visible = True
        self.changed()

    def close(self):
        """The reader leaves it; what the engine is reading it reads on."""
        self._visible = False

    def touched(self):
        """Notes came, went or changed; `changed` follows when the engine has taken them up."""
        self._by_page = None
        self._changes += 1

    def counting(self, notes):
        """How far the page has counted, None when it is done; among a few notes nobody sees it."""
        said = "Counting what you wrote…" if notes is not None and notes >= COUNTED_IN_SIGHT else ""
        if by_id("insights-state").textContent != said:
            by_id("insights-state").textContent = said

    def changed(self):
        """The engine came, went, or took up what was saved."""
        if self._visible:
            self._turn += 1
            by_id("insights").setAttribute("data-busy", "true")
            self._spawn(self._show(self._turn))

    async def _show(self, turn):
        await self._look_through_heads(turn)
        if turn != self._turn:
            return
        self._draw_anniversaries()
        counted, behind = await self._counted(turn)
        if turn != self._turn:
            return
        await self._draw_counted(counted)
        for part, draw in (("mood", self._draw_moods), ("names", self._draw_names)) if counted["notes"] else ():
            why_not = self._why_not(part, behind)
            if why_not:
                self._say(part, why_not)
                continue
            try:
                answer = await self._back.look(part, lambda read, of: self._progress(part, read, of))
            except CarryonError as error:
                self._say(part, "This could not be read from your notes: " + in_words(error))
                continue
            if answer is None or turn != self._turn:
                return
            stopped = answer["read"] < answer["of"]
            self._say(part, "Stopped at " + amount(answer["read"]) + " of " + of_things(answer["of"], "note") + "." if stopped else "", "Go on" if stopped else "")
            draw(answer)
        if not behind:
            by_id("insights").removeAttribute("data-busy")

    async def _counted(self, turn):
        """(what was written when, whether the engine does not know all notes yet): from the engine, which has it at hand, or counted by this page."""
        behind = False
        if self._engine() == "ready":
            await self._in_step()
            try:
                answer = await self._back.look("words", lambda read, of: None)
                if answer is None or turn != self._turn:
                    return None, False
                behind = self._behind(answer["notes"])
                if not behind:
                    return answer["found"], False
            except CarryonError:
                pass  # its models could not be had; words need none
        async with self._counting:
            if turn == self._turn and self._by_page is None:
                changes = self._changes
                counted = await self._call("count", {})
                self.counting(None)
                self._by_page = counted if changes == self._changes else None
                return counted, behind
        return self._by_page, behind

    def _why_not(self, part, behind):
        state = self._engine()
        if not self._is_on(SWITCHES[part]):
            return "Switched off in the settings."
        if behind:
            return "The engine has not read all of your notes yet."
        if state == "loading":
            return "Shown when the engine is ready."
        if state != "ready":
            return "The engine reads this from your notes, and it is switched off." if state == "off" else "The engine reads this from your notes, and it could not start."
        return ""

    # Progress of a part that takes its time

    def _progress(self, part, read, of):
        if not self._is_on(SWITCHES[part]):
            self._back.drop(part)  # off means off, also for what goes on in the background
            return
        self._say(part, "Reading your notes", "Stop")
        by_id(part + "-count").textContent = amount(read) + " of " + amount(of)
        bar = by_id(part + "-progress")
        bar.hidden = False
        bar.max, bar.value = of, read

    def _say(self, part, sentence, act=""):
        """A sentence on how far a part is, and what can be done about it: «Stop», «Go on» or nothing."""
        if by_id(part + "-state").textContent != sentence:  # it is read out each time it is set
            by_id(part + "-state").textContent = sentence
        by_id(part + "-count").textContent = ""
        by_id(part + "-progress").hidden = True
        button = by_id(part + "-stop")
        button.hidden = not act
        button.textContent = act
        by_id(part + "-way").hidden = not sentence

    def _stop_or_go_on(self, event):
        part = event.target.getAttribute("data-part")
        if self._back.is_stopped(part):
            self._back.go_on(part)
            self.changed()
        else:
            self._back.stop(part)
            self._say(part, "Stopping…")

    # Drawing

    async def _draw_counted(self, counted):
        by_id("insights-empty").hidden = bool(counted["notes"])
        by_id("insights").hidden = not counted["notes"]
        self._tally = counted["days"]
        current, longest = streaks(self._tally, self._today())
        numbers = by_id("insights-numbers")
        clear(numbers)
        for name, value in (("Notes", amount(counted["notes"])), ("Words", amount(counted["words"])), ("Days written", amount(len(self._tally))),
                            ("Current streak", of_things(current, "day")), ("Longest streak", of_things(longest, "day"))):
            cell = element("div")
            cell.append(element("dt", name))
            cell.append(element("dd", value))
            numbers.append(cell)
        if counted["notes"]:
            self._words.draw()
            await self._calendar.show(self._tally)

    def _words_sentence(self, rows, span):
        total = sum([row[2] for row in rows])
        if not total:
            return "Nothing was written " + span + "."
        most = rows[0]
        for row in rows:
            if row[2] > most[2]:
                most = row
        return of_things(total, "word") + " " + span + ", by the day a note was begun; most in the week of " + self._words.day.write(most[0]) + ": " + amount(most[2]) + "."

    def _draw_moods(self, answer):
        self._found = answer["found"]
        self._moods = self._found["weeks"]
        told = self._found["told"]
        by_id("mood-shown").hidden = by_id("mood-range").hidden = told < LEAST_MOODS
        by_id("mood-lacking").hidden = told >= LEAST_MOODS
        by_id("mood-lacking").textContent = ("Not enough to show yet: " + (of_things(told, "note") if told else "no note") + " so far in English in which the mood is plain. "
                                             "From " + str(LEAST_MOODS) + " on there is a plot.")
        rests = "It rests on " + amount(told) + " of " + of_things(self._found["notes"], "note") + "; "
        rests += "about " + amount(self._found["silent"]) + " the model is silent"
        if self._found["foreign"]:
            rests += ", and " + amount(self._found["foreign"]) + " are in other languages, whose moods it does not read"
        if self._found["own"]:
            rests += ". Of " + of_things(self._found["own"], "note") + " you said the mood yourself"
        by_id("mood-rests").textContent = rests + "."
        if told >= LEAST_MOODS:
            self._mood.draw()

    def _mood_sentence(self, rows, span):
        bright, low, both = [sum([row[at] for row in rows]) for at in (1, 2, 3)]
        if not bright + low + both:
            return "No note with a plain mood " + span + "."
        return (of_things(bright, "note") + " " + span + " read bright, above the line, " + amount(low) + " low, below it" +
                (", " + amount(both) + " both" if both else "") + ".")

    def _draw_names(self, answer):
        self._names = answer["found"]
        by_id("names-shown").hidden = False
        languages = answer["found"]["foreign"]
        by_id("names-rests").hidden = not languages
        by_id("names-rests").textContent = of_things(languages, "note") + " in other languages than English, German, French and Spanish were not looked at."
        for kind in ("people", "places"):
            self._draw_list(kind)

    def _draw_list(self, kind):
        there, all = by_id(kind), self._names[kind]
        clear(there)
        for name, notes in all if kind in self._all_names else all[:NAMES]:
            button = element("button", type="button", class_="name", data_name=name, dir="auto", aria_label=name + ", " + of_things(notes, "note"))
            button.append(element("span", name))
            button.append(element("span", amount(notes), class_="count"))
            row = element("li")
            row.append(button)
            there.append(row)
        by_id(kind + "-none").hidden = bool(all)
        more = by_id("all-" + kind)
        more.hidden = len(all) <= NAMES or kind in self._all_names
        more.textContent = "Show all " + amount(len(all))

    def _show_all(self, event):
        kind = event.target.getAttribute("data-kind")
        self._all_names.add(kind)
        self._draw_list(kind)
        by_id(kind).querySelector("li:nth-child(" + str(NAMES + 1) + ") button").focus()

    # Notes by their day

    async def _look_through_heads(self, turn):
        """Ten thousand heads take MicroPython a tenth of a second: a few at a time, so that a keystroke may come in between."""
        by_date = {}
        for number, head in enumerate(self._heads()):
            if says(head):
                date = head["created"][:10]
                if date in by_date:
                    by_date[date].append(head)
                else:
                    by_date[date] = [head]
            if number % HEADS_AT_ONCE == HEADS_AT_ONCE - 1:
                await self._sleep_ms(1)
                if turn != self._turn:
                    return
        self._by_date = by_date

    def _notes_of(self, day):
        """[(id, headline)] of the notes that were begun on a day, in the order of their beginning."""
        begin, end = span_of(day)
        found = []
        for date in {begin[:10], end[:10]}:  # a day here is on two dates elsewhere
            found += [(head["created"], head["id"], headline(head)) for head in self._by_date.get(date, ()) if begin <= head["created"] < end]
        found.sort()
        return [row[1:] for row in found]

    def _draw_anniversaries(self):
        today = self._today()
        first = local_day(min(self._by_date) + "T12:00:00.000Z") if self._by_date else ""
        there, any = by_id("anniversaries"), False
        clear(there)
        for day in anniversaries(today, first) if first else []:
            years = int(today[:4]) - int(day[:4])
            for id, title in self._notes_of(day):
                there.append(link_to(id, title, "A year ago" if years == 1 else amount(years) + " years ago"))
                any = True
        by_id("anniversaries-none").hidden = any
        by_id("anniversaries-none").textContent = "Nothing was written on " + Dates(day="numeric", month="long").write(today) + " in earlier years."

    def _chosen(self, event, attribute, act):
        button = event.target.closest("button")
        if button:
            act(button.getAttribute(attribute))


def says(head):
    """Whether a head is of a note that counts: not in the trash, and not empty."""
    return not head["deleted"] and bool(head["title"].strip() or head["text"].strip())
