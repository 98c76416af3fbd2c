"""Has the porter carry notes in and out, one trip at a time, and says in words what became of it.

What is carried never passes through here: files go from the reader's hand to the porter and back over the trip's own channel
(static/glue/carry.js). Offers `Carrying`, and `exported`, `kit_made`, `looked`, `imported`, `undone`, `last_import` and `progress`, which write sentences.
"""

from app.everywhere.errors import Refused


class Carrying:
    """`call(name, payload)` is the router's; `new_channel()` a name that nobody can guess; `open_trip(channel, picked, secret, heard)` the page's end of a
    trip: `await ready()`, `cancel()`, `await file()`, `close()`; `await while_it_runs(coming)` gives what `coming()` does, and raises where the porter ends before."""

    def __init__(self, call, new_channel, open_trip, while_it_runs):
        self._call, self._new_channel, self._open_trip, self._while_it_runs = call, new_channel, open_trip, while_it_runs
        self._trip = None

    @property
    def busy(self):
        return self._trip is not None

    async def go(self, name, payload, heard, picked=None, secret="", makes=lambda answer: True):
        """(the porter's answer, the file that was made or None). `heard(done, total, what)`: how far it is; `makes(answer)`: whether there is a file."""
        if self.busy:
            raise Refused("One thing at a time: something is being carried already.")
        channel = self._new_channel()
        self._trip = trip = self._open_trip(channel, picked, secret, heard)
        try:
            await trip.ready()
            answer = await self._call(name, payload | {"channel": channel})
            return answer, await self._while_it_runs(lambda: trip.file()) if makes(answer) else None
        finally:
            trip.close()
            self._trip = None

    def cancel(self):
        if self.busy:
            self._trip.cancel()


def things(count, thing):
    """«1 note», «12,345 notes»."""
    digits, grouped = str(count), ""
    while len(digits) > 3:
        digits, grouped = digits[:-3], "," + digits[-3:] + grouped
    return digits + grouped + " " + thing + ("" if count == 1 else "s")


def _with_attachments(notes, attachments):
    return things(notes, "note") + (" and " + things(attachments, "attachment") if attachments else "")


def _rest(counts):
    """What comes where all notes are here: an import that was cut off after them left it out. "" where there is nothing."""
    return " and ".join([things(counts[name], thing) for name, thing in (("attachments", "attachment"), ("revisions", "earlier version")) if counts[name]])


def question(answer):
    """What is on the button that brings in what was looked at, «Import 12 notes»; "" where there is nothing to bring in."""
    counts = answer["counts"]
    if answer["cancelled"] or not (counts["notes"] or _rest(counts)):
        return ""
    return "Import " + (things(counts["notes"], "note") if counts["notes"] else "what is missing")


def progress(done, total, what):
    """«1,200 of 10,000 notes»; without a total «1,200 notes»."""
    thing = what[:-1]
    return things(done, thing).split(" ")[0] + " of " + things(max(done, total), thing) if total else things(done, thing)


def exported(answer, name):
    if answer["cancelled"]:
        return "Cancelled. Nothing was saved."
    said = _with_attachments(answer["notes"], answer["attachments"]) + (" are" if answer["notes"] + answer["attachments"] != 1 else " is") + " in " + name + "."
    if answer["missing"]:
        said += " The bytes of " + things(len(answer["missing"]), "attachment") + " were not on this device: " + ", ".join(answer["missing"][:3]) + (
            "…" if len(answer["missing"]) > 3 else ".")
    return said


def kit_made(answer, name):
    if answer["cancelled"]:
        return "Cancelled. Nothing was saved."
    said = exported(answer | {"missing": []}, name) + " Open it in any browser."
    if answer["left_out"]:
        said += " " + things(answer["left_out"], "attachment") + " had no room in it; the export has all."
    return said


def looked(answer):
    """What an import would bring, before anything is written."""
    if answer["cancelled"]:
        return "Cancelled. Nothing came in."
    notes, said = answer["counts"]["notes"], answer["said"]
    if notes:
        sentence = answer["title"] + ": " + _with_attachments(notes, answer["counts"]["attachments"]) + " to bring in."
    elif _rest(answer["counts"]):
        sentence = answer["title"] + ": the notes are here already, " + _rest(answer["counts"]) + " to bring in."
    elif said["here"]:
        sentence = answer["title"] + ": everything in it is here already."
    else:
        sentence = answer["title"] + ": there is no note in it that can be read."
    return sentence + _besides(answer, notes)


def _besides(answer, notes):
    said, sentence = answer["said"], ""
    if said["here"] and notes:
        sentence += " " + things(said["here"], "note") + (" are" if said["here"] > 1 else " is") + " here already."
    if said["copied"]:
        sentence += " " + things(said["copied"], "note") + (" are" if said["copied"] > 1 else " is") + " here with another text: both are kept."
    if said["skipped"]:
        sentence += " " + things(said["skipped"], "thing") + (" are" if said["skipped"] > 1 else " is") + " left out."
    if answer["problem"]:
        sentence += " It ended early: " + answer["problem"]
    return sentence


def imported(answer):
    notes, rest = answer["counts"]["notes"], _rest(answer["counts"])
    sentence = (_with_attachments(notes, answer["counts"]["attachments"]) if notes or not rest else rest) + " came in."
    if answer["cancelled"]:
        sentence = "Cancelled. " + (sentence if notes or rest else "Nothing came in.")
    return sentence + _besides(answer, notes)


def undone(answer):
    return ("Cancelled. " if answer["cancelled"] else "") + "Taken back: " + things(answer["gone"], "note") + "." + (
        " " + things(answer["stay"], "note") + " that you changed stay" + ("s" if answer["stay"] == 1 else "") + "." if answer["stay"] else "")


def last_import(value, day):
    return "Last import: " + (things(value["notes"], "note") if value["notes"] else "what was missing") + ", " + value["title"] + ", " + day + "."
