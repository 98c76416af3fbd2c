"""Insights into one's own writing: how much, on how many days, and the last twelve weeks.

Counted on this page from the notes of this device, a slice at a time; nothing is kept of it.
"""

import js

from app.everywhere.note import count_words
from app.page.dom import by_id, clear, element

WEEKS = 12
_SLICE = 100
_DAY_MS = 86400000.0


async def count_writing(storage):
    """{"notes", "words", "days", "weeks": [{"start", "notes", "words"}]}, the newest week first.

    Days and weeks are the reader's own (local time, weeks from Monday).
    """
    today = js.Date.new()
    monday = js.Date.new(today.getFullYear(), today.getMonth(), today.getDate() - (today.getDay() + 6) % 7)
    weeks = []
    for back in range(WEEKS):
        start = js.Date.new(monday.getFullYear(), monday.getMonth(), monday.getDate() - 7 * back)
        weeks.append({"start": start, "from": start.toISOString(), "notes": 0, "words": 0})
    notes = words = 0
    days = set()
    after = ""
    while True:
        batch = await storage.slice("notes", after, _SLICE)
        if not batch:
            break
        after = batch[-1]["id"]
        for note in batch:
            if note["deleted"]:
                continue
            count = count_words(note["text"])
            notes += 1
            words += count
            days.add(js.Date.new(note["created"]).toDateString())
            for week in weeks:
                if note["created"] >= week["from"]:
                    week["notes"] += 1
                    week["words"] += count
                    break
    for week in weeks:
        week["start"] = week["start"].toLocaleDateString()
        del week["from"]
    return {"notes": notes, "words": words, "days": len(days), "weeks": weeks}


def draw_insights(counted):
    place = by_id("insights")
    clear(place)
    if not counted["notes"]:
        place.append(element("p", "When you have written something, this page shows how much and when. It is counted here, on your device.", class_="quiet"))
        return
    numbers = element("dl", class_="numbers")
    for name, value in (("Notes", counted["notes"]), ("Words", counted["words"]), ("Days written", counted["days"])):
        cell = element("div")
        cell.append(element("dt", name))
        cell.append(element("dd", str(value)))
        numbers.append(cell)
    place.append(numbers)
    data = element("table", class_="data bars")
    data.append(element("caption", "Words a week, by the day a note was begun"))
    head, row = element("thead"), element("tr")
    for name, kind in (("Week of", ""), ("", "bar-cell"), ("Words", "number"), ("Notes", "number")):
        row.append(element("td" if not name else "th", name, class_=kind or None, scope="col" if name else None))
    head.append(row)
    data.append(head)
    body = element("tbody")
    most = max([week["words"] for week in counted["weeks"]]) or 1
    for week in counted["weeks"]:
        row = element("tr")
        row.append(element("th", week["start"], scope="row"))
        cell = element("td", class_="bar-cell", aria_hidden="true")
        if week["words"]:
            bar = element("span", class_="bar-fill")
            bar.style.width = str(100 * week["words"] / most) + "%"
            cell.append(bar)
        row.append(cell)
        row.append(element("td", str(week["words"]), class_="number"))
        row.append(element("td", str(week["notes"]), class_="number"))
        body.append(row)
    data.append(body)
    place.append(data)
