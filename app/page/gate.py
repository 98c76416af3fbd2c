"""The one way out of this device. Everything that is sent after start-up goes through `Gate`.

It refuses what the placement table does not allow, refuses any note marked «never leaves
this device», and writes every request to the ledger before a byte of it is sent: when, which
feature, why (the test that decided), bytes out and in, and of the newest hundred the body. No feature needs it yet: in this
notebook everything runs on the device, and the ledger stays empty.

Offers `Gate` and `Blocked`.
"""

from app.everywhere.errors import Misplaced, Refused
from app.everywhere.features import FEATURES, feature
from app.everywhere.limits import BLOCKED_LISTED, LEDGER_BODIES, LEDGER_ENTRIES


class Gate:
    """`send(path, body, line)` is the network (`async`, text to text); `line` is the id of the request in the ledger, without which the service worker
    lets nothing out. Tests pass their own.

    `storage` keeps the ledger; `new_id` and `now` make an entry's id and moment; `changed`
    is called with the number of requests after each.
    """

    def __init__(self, storage, send, new_id, now, changed, table=FEATURES, to_text=None):
        self._storage, self._send, self._new_id, self._now = storage, send, new_id, now
        self._changed, self._table, self._to_text = changed, table, to_text
        self.requests = 0
        self._kept = 0  # entries in the ledger

    async def open(self):
        """Counts what the ledger holds from earlier starts."""
        self.requests = self._kept = len(await self._storage.all("ledger"))
        self._changed(self.requests)

    async def ledger(self):
        """All entries, the oldest first."""
        return await self._storage.all("ledger")

    async def call(self, name, payload):
        """Sends `payload` (JSON-like) to the server's handler of feature `name`; Refused says why not."""
        row = feature(name, self._table)
        if row.on_device:
            raise Misplaced("«" + name + "» runs on this device: nothing of it may be sent.")
        for note in payload.get("notes", []):
            if note.get("never_leaves", True):
                raise Refused("This note never leaves this device, so it was not sent.")
        body = self._to_text(payload)
        entry = {
            "id": self._new_id(), "when": self._now(), "feature": name, "why": row.decided_by,
            "bytes_out": len(body.encode()), "bytes_in": 0, "outcome": "sent", "body": body,
        }
        await self._storage.put("ledger", entry)
        self.requests += 1
        self._kept += 1
        self._changed(self.requests)
        try:
            answer = await self._send("v1/" + name, body, entry["id"])
        except Exception as error:
            await self._storage.put("ledger", entry | {"outcome": "failed: " + str(error)})
            raise
        await self._storage.put("ledger", entry | {"bytes_in": len(answer.encode()), "outcome": "answered"})
        await self._forget_oldest()
        return answer

    async def _forget_oldest(self):
        ids = await self._storage.ids("ledger")
        if len(ids) > LEDGER_BODIES:
            entry = await self._storage.get("ledger", ids[-LEDGER_BODIES - 1])
            if entry and "body" in entry:
                del entry["body"]
                await self._storage.put("ledger", entry)
        if self._kept > LEDGER_ENTRIES:
            for entry in await self._storage.slice("ledger", count=self._kept - LEDGER_ENTRIES):
                await self._storage.delete("ledger", entry["id"])
                self._kept -= 1


class Blocked:
    """What something tried to send past the gate, and who stopped it: the browser's policy or the service worker. `changed()` is called at each."""

    def __init__(self, changed):
        self.count, self.listed, self._changed = 0, [], changed

    def add(self, address, stopped_by):
        self.count += 1
        if len(self.listed) < BLOCKED_LISTED:
            self.listed.append((address, stopped_by))
        self._changed()
