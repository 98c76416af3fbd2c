"""Counts what was written, day by day, without an engine. Offers `count_writing`.

Ten thousand notes take MicroPython some seconds, so it counts a few at a time: between two slices storage is waited for, and
whoever types is served.
"""

from app.everywhere.days import Tally
from app.everywhere.note import count_words

# Notes to a slice: twenty to forty milliseconds on a slow machine.
SLICE = 20


async def count_writing(storage, day_of, progress=lambda notes: None):
    """{"notes", "words", "days": a tally (app/everywhere/days.py)} of all notes that say something and are not in the trash.

    `day_of(moment)` gives the reader's own day, "" where a moment is none: such a note is counted, on no day. `progress(notes)` hears of
    each slice.
    """
    tally, notes, words, after = Tally(), 0, 0, ""
    while True:
        progress(notes)
        batch = await storage.slice("notes", after, SLICE)
        if not batch:
            return {"notes": notes, "words": words, "days": tally.rows()}
        after = batch[-1]["id"]
        for note in batch:
            if note["deleted"] or not (note["title"].strip() or note["text"].strip()):
                continue
            count = count_words(note["text"])
            notes += 1
            words += count
            day = day_of(note["created"])
            if day:
                tally.add(day, count)
