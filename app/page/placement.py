"""What «What runs where» says of a feature: all of it from the placement table, the models' manifest and what was measured on this device.

Offers `about(row, table, models, ms)`, `summed_up(table)`, `verdict(advice)`, `spent(ms)` and `Timings`.
"""

from app.everywhere.attachments import in_bytes
from app.everywhere.errors import StorageError
from app.everywhere.features import feature
from app.everywhere.places import ENGINE, LEARNER, PAGE, PORTER, SERVER, TESTS

QUESTIONS = {"secret": "Needs a secret?", "shared": "Shared with others?", "heavy": "Too heavy?"}
WHERE = {
    PAGE: "In the page itself",
    ENGINE: "In the engine: Python and its models, in a worker of this page",
    LEARNER: "In the learner: scikit-learn, in a worker that is started when there is something to learn",
    PORTER: "In the porter: a worker that is started when notes are carried in or out",
    SERVER: "On the server",
}
# The parts of an advisor's inventory, as they are called.
INVENTORY = (("secrets", "Secrets"), ("shared", "Shared records"), ("heavy", "Heavy work"))
# The setting that keeps the times from one start to the next.
SETTING = "feature times"


def about(row, table, models, ms=None):
    """[(term, [definition])] of a row of the table. `models`: name → {"transferred": bytes, "licence"}; `ms`: how long its last answer took, None where
    it was not asked yet."""
    lines = []
    for test in TESTS:
        answer = row.answers[test]
        lines.append((QUESTIONS[test], ["Yes: " + answer + (". This decided." if test == row.decided_by else ".") if answer else "No."]))
        if test == row.decided_by:
            break  # the first yes decides, and nobody asks on
    lines.append(("Where it runs", [WHERE[row.place] + "."]))
    if row.models:
        lines.append(("Models", [name + ", " + in_bytes(models[name]["transferred"]) + ". Licence: " + models[name]["licence"] + "." for name in row.models]))
    lines.append(("Last time here", [spent(ms) + ", from question to answer." if ms is not None else "Not asked on this device yet."]))
    if row.on_device:
        lines.append(("What it sends", ["Nothing."]))
        lines.append(("Without a network", ["The same."]))
    else:
        lines.append(("What it sends", [_sentence(row.sends)]))
        lines.append(("Without a network", ["«" + feature(row.instead, table).title + "» serves instead." if row.instead else _sentence(row.instead_why_none)]))
    return lines


def verdict(advice):
    """What the advisor says of one feature in a few words, «On a server: it must be shared. 93 % sure.»"""
    because = {"secret": "On a server: it needs a secret", "shared": "On a server: it must be shared", "heavy": "On a server: it is too heavy", "none": "On the device"}
    return because[advice["decided_by"]] + ". " + str(round(100 * advice["confidence"])) + " % sure."


def summed_up(table):
    """One sentence on the whole table."""
    device = len([row for row in table if row.on_device])
    if device == len(table):
        return "All " + str(device) + " features of Carryon run on this device. No server is needed for any of them."
    rest = len(table) - device
    return str(device) + " of " + str(len(table)) + " features run on this device; " + str(rest) + (" needs" if rest == 1 else " need") + " a server."


def spent(ms):
    """A time in words, «8 ms», «1.2 s»."""
    if ms < 1:
        return "under 1 ms"
    return str(round(ms)) + " ms" if ms < 1000 else "%.1f s" % (ms / 1000)


def _sentence(words):
    return words[0].upper() + words[1:] + ("" if words.endswith(".") else ".")


class Timings:
    """How long the last answer of each feature took on this device. `storage` keeps it."""

    def __init__(self, storage):
        self._storage = storage
        self._ms, self._changed, self._read = {}, False, False

    def took(self, name, ms):
        self._ms[name], self._changed = ms, True

    async def known(self):
        """{name: ms}."""
        if not self._read:
            self._read = True
            setting = await self._storage.get("settings", SETTING)
            if setting:
                self._ms = setting["value"] | self._ms
        return self._ms

    async def keep(self):
        """Kept for the next start; a device without room has other worries."""
        if self._changed:
            self._changed = False
            try:
                await self._storage.put("settings", {"id": SETTING, "value": await self.known()})
            except StorageError:
                pass
