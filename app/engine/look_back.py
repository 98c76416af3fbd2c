"""Looks back on the whole notebook: words by day, moods by week, who and what is named. In slices that give way to typing.

Offers ``LookBack(memory, feature, models, reading, clock)`` with ``look(payload)`` for the feature «look_back».

What was found in a note is kept by its content hash (``derived``): the second time nothing is read again but what is new. The
notes are those of the index (``memory``), so none of the trash is among them; an empty note is not counted.

**Mood.** A diary entry as a whole has hardly ever a mood that the model is sure of (models/mood.en.md), so it is asked sentence by
sentence: a note is bright where more of its sentences are plainly positive than plainly negative, low where fewer, both where there are as
many of either, and silent where there is none. What the reader said about a note wins. Notes in other languages than English are counted as
such and not read.

**Names.** People as the tagger for personal details finds them, towns by its label for places (``details_tagger.towns``). One spelling is
one name; a given name that begins one longer name only is that person's. What is named both ways belongs where it is found more often.
"""

import asyncio
from collections import Counter
from datetime import datetime

from app.engine.details import Details
from app.engine.mood import Mood
from app.engine.sentences import sentences
from app.everywhere.days import MOST_WEEKS, Tally, day_of, monday, number_of
from app.everywhere.note import count_words

# Seconds of work between which a question is answered, of work to a call, and of work until what was found is kept. (With ten thousand notes in its
# memory each answer that reaches the page costs it a collection of garbage, fifty milliseconds here: so calls are long.)
SLICE_SECONDS = 0.012
CALL_SECONDS = 2
KEEP_SECONDS = 15

# Characters of a note that are read for mood and names, and sentences whose mood is asked.
READ_CHARACTERS = 20_000
MOST_SENTENCES = 60

# The languages that the models were taught.
MOOD_LANGUAGES = ("en", "")
NAME_LANGUAGES = ("en", "de", "fr", "es", "")

# Notes that must name somebody or something for it to be listed: what the tagger finds once is often no name.
LEAST_NOTES = 2

# A week of moods: [its Monday, …] and these.
BRIGHT, LOW, BOTH, SILENT = 1, 2, 3, 4
# Where a note belongs of which its reader said the mood; of other words nothing follows.
OWN = {"joy": BRIGHT, "positive": BRIGHT, "anger": LOW, "disgust": LOW, "fear": LOW, "sadness": LOW, "negative": LOW, "surprise": BOTH,
       "neutral": SILENT, "none": SILENT}


class LookBack:
    """``await memory()``: the ``Memory``; ``await feature(kind)``: the one object of a feature's class; ``models``: a ``ModelFiles``;
    ``reading``: tells whether somebody types; ``clock()``: seconds."""

    def __init__(self, memory, feature, models, reading, clock):
        self._memory, self._feature, self._models, self._reading, self._clock = memory, feature, models, reading, clock
        self._parts = {"words": (self._words, None, ""), "mood": (self._mood, Mood, "mood.en"), "names": (self._names, Details, "details")}
        self._one_at_a_time = asyncio.Lock()
        self._unkept = {}  # part -> since when there is something in it that the device has not

    async def look(self, payload):
        """{"part": "words", "mood" or "names", "work"?: false to read no further} → {"read", "of", "notes"}.

        ``read``: how many of the ``of`` notes that this part reads have been read; ``notes``: how many the index has. As soon as all have been, and where
        no more are to be read, also ``found``:

        - words: {"notes", "words", "days": [[day, notes, words]]}
        - mood: {"weeks": [[Monday, bright, low, both, silent]], "notes", "told", "silent", "foreign", "own"}: numbers of notes
        - names: {"people": [[name, notes]], "places": [[name, notes]], "foreign"}, most often named first
        """
        part = payload["part"]
        sum_up, kind, model = self._parts[part]
        memory = await self._memory()
        async with self._one_at_a_time:
            values = await memory.derived.kind(part, await self._models.fingerprint(model) if model else "1")
            work = payload.get("work", True)
            if work:
                await self._work(part, memory, values, await self._feature(kind) if kind else None)
            live = [note for note in memory.notebook.briefs() if values.get(note.hash, True) is not None]
            own = [note for note in live if self._reads(part, note)]
            read = sum(note.hash in values for note in own)
            answer = {"read": read, "of": len(own), "notes": len(memory.notebook)}
            if read == len(own) or not work:
                answer["found"] = sum_up(live, values)
            if part in self._unkept and ("found" in answer or self._clock() - self._unkept[part] > KEEP_SECONDS):
                del self._unkept[part]
                await memory.derived.write(part)
            return answer

    @staticmethod
    def _reads(part, note):
        return part == "words" or note.language in (MOOD_LANGUAGES if part == "mood" else NAME_LANGUAGES)

    async def _work(self, part, memory, values, feature):
        """Read what has not been read, for CALL_SECONDS at most."""
        begun = slice_begun = self._clock()
        lacking = [note for note in memory.notebook.briefs() if note.hash not in values and self._reads(part, note)]
        for note in lacking:
            meta, title, text = memory.notebook.content(note.id) or (None, "", "")
            if meta is not None and meta["hash"] == note.hash and note.hash not in values:  # it may have gone meanwhile
                values[note.hash] = derive(part, title, text, feature)
                self._unkept.setdefault(part, slice_begun)
            typing = self._reading.typing()
            if typing or self._clock() - slice_begun > SLICE_SECONDS:
                await self._reading.pause()
                slice_begun = self._clock()
                if slice_begun - begun > CALL_SECONDS:
                    return

    # -- summing up ---------------------------------------------------------------------------

    def _words(self, live, values):
        tally, words = Tally(), 0
        for note in live:
            count = values.get(note.hash, 0)
            words += count
            day = local_day(note.created)
            if day:
                tally.add(day, count)
        return {"notes": len(live), "words": words, "days": tally.rows()}

    def _mood(self, live, values):
        weeks, counts, foreign, own = {}, Counter(), 0, 0
        for note in live:
            kind = OWN.get(note.mood)
            own += kind is not None
            if kind is None and not self._reads("mood", note):
                foreign += 1
                continue
            if kind is None and note.hash not in values:
                continue
            kind = kind or _side(*values[note.hash])
            counts[kind] += 1
            day = local_day(note.created)
            if day:
                weeks.setdefault(monday(number_of(day)), [0, 0, 0, 0])[kind - 1] += 1
        last = monday(number_of(local_day(datetime.now().astimezone().isoformat())))
        first = max(min(weeks, default=last), last - 7 * (MOST_WEEKS - 1))
        told = counts[BRIGHT] + counts[LOW] + counts[BOTH]
        return {"weeks": [[day_of(week), *weeks.get(week, (0, 0, 0, 0))] for week in range(first, last + 1, 7)],
                "notes": len(live), "told": told, "silent": counts[SILENT], "foreign": foreign, "own": own}

    def _names(self, live, values):
        found = [(note.id, *values[note.hash]) for note in live if note.hash in values]
        people, places = _named(found)
        return {"people": people, "places": places, "foreign": sum(not self._reads("names", note) for note in live)}


def derive(part, title, text, feature):
    """Return what a part keeps of a note: None of an empty one; the number of words; [positive, negative] sentences; [[name], [town]]."""
    if not (title.strip() or text.strip()):
        return None
    if part == "words":
        return count_words(text)
    if part == "mood":
        read = text[:READ_CHARACTERS]
        spans = sentences(read)
        spans = spans[::max(1, -(-len(spans) // MOST_SENTENCES))]
        valences = [feature.answer({"text": read[start:end]})["valence"] for start, end in spans]
        return [valences.count("positive"), valences.count("negative")]
    return [sorted(set(names)) for names in feature.named((title + "\n" + text)[:READ_CHARACTERS])]


def _side(positive, negative):
    return SILENT if not positive + negative else BRIGHT if positive > negative else LOW if negative > positive else BOTH


def _named(found):
    """Return (people, towns) as [[name, notes]], of ``found``: [(id of a note, [name], [town])]."""
    spelt, ids = {}, {"people": {}, "places": {}}
    for id, people, towns in found:
        for kind, names in (("people", people), ("places", towns)):
            for name in names:
                key = name.casefold()
                spelt.setdefault(key, Counter())[name] += 1
                ids[kind].setdefault(key, set()).add(id)
    for key in ids["people"].keys() & ids["places"].keys():
        kept, gone = ("places", "people") if len(ids["places"][key]) > len(ids["people"][key]) else ("people", "places")
        ids[kept][key] |= ids[gone].pop(key)
    _join_given_names(ids["people"], spelt)
    return tuple(_ranked(ids[kind], spelt) for kind in ("people", "places"))


def _join_given_names(people, spelt):
    """«Harriet» is «Harriet Bell» where no other name begins with Harriet."""
    longer = {}
    for key in people:
        if " " in key:
            longer.setdefault(key.split()[0], []).append(key)
    for given, names in longer.items():
        if given in people and len(names) == 1:
            often, seldom = sorted((given, names[0]), key=lambda key: (-len(people[key]), key))
            people[often] |= people.pop(seldom)


def _ranked(ids, spelt):
    rows = [[spelt[key].most_common(1)[0][0], len(notes)] for key, notes in ids.items() if len(notes) >= LEAST_NOTES]
    return sorted(rows, key=lambda row: (-row[1], row[0]))


def local_day(moment):
    """Return the reader's day of a moment, by the clock's own zone; "" where it is none."""
    try:
        return datetime.fromisoformat(moment).astimezone().date().isoformat()
    except (ValueError, OverflowError, OSError):
        return ""
