"""The porter itself, without the browser: its handlers, and what it refuses.

`Porter.handlers` is the one list of what the porter can do, under the names of the placement table. A handler takes the payload, whose "channel"
names the channel of this one trip (app/porter/trip.py), and answers with counts and sentences; what was made goes over the channel.
"""

import json

from app.everywhere.clock import timestamp
from app.everywhere.errors import BadArchive, CarryonError, Misplaced, Refused, UnknownFeature
from app.everywhere.features import feature
from app.everywhere.limits import REPORT_ROWS_SHOWN
from app.everywhere.places import PORTER
from app.porter import undoing
from app.porter.account import Account
from app.porter.exit_kit import ExitKit
from app.porter.exporting import Export
from app.porter.formats import detect
from app.porter.importing import Import
from app.porter.tree import FolderTree, open_tree

# What the name of a sealed copy ends in.
SEALED = ".sealed"


class Porter:
    """``store``: the notebook (app/porter/main.py); ``new_trip(channel)`` a ``Trip``; ``await kit_parts()`` the files of the exit kit; ``await cipher(passphrase)``
    what encrypts it; ``await sealer()`` what seals a copy under the notebook's vault; ``await reader(file, root)`` what reads a picked file that is a sealed
    copy: ``chunks``, ``await check(number)``, ``file``; None where it is none; ``now_ms()``: milliseconds since 1970."""

    def __init__(self, store, new_trip, kit_parts, cipher, sealer, reader, now_ms):
        self._store, self._new_trip, self._kit_parts, self._cipher, self._now_ms = store, new_trip, kit_parts, cipher, now_ms
        self._sealer, self._reader = sealer, reader
        self.handlers = {
            "export": self._export,
            "exit_kit": self._exit_kit,
            "import_look": self._look,
            "import": self._import,
            "import_undo": self._undo,
        }

    async def call(self, name, payload):
        """Answers one question. JSON text in; out {"value": …} or {"error": its type, "message": a sentence}."""
        try:
            row = feature(name)
            if row.place != PORTER:
                raise Misplaced(f"«{name}» runs in the {row.place}, not in the porter.")
            if name not in self.handlers:
                raise UnknownFeature(f"The porter has no handler for «{name}».")
            payload = json.loads(payload)
            trip = self._new_trip(payload["channel"])
            try:
                await trip.begin()
                return json.dumps({"value": await self.handlers[name](payload, trip)})
            finally:
                trip.end()
        except CarryonError as error:
            return json.dumps({"error": type(error).__name__, "message": str(error)})

    def _now(self):
        return timestamp(self._now_ms())

    async def _export(self, payload, trip):
        """{"tag", "ids", "trash"} (app/porter/selection.py), "day", the reader's, and "sealed" → what ``Export.run`` answers; the zip, or the sealed copy
        of it, goes over the channel."""
        if payload["sealed"]:
            trip.seal(await self._sealer())
        answer = await Export(self._store, trip, self._now).run(payload)
        if not answer["cancelled"]:
            ending, type = (SEALED, "application/octet-stream") if payload["sealed"] else (".zip", "application/zip")
            await trip.hand_over(f"carryon-{payload['day']}{ending}", type)
        return answer | {"bytes": trip.bytes}

    async def _exit_kit(self, payload, trip):
        """Likewise; the page is encrypted where the trip has a secret."""
        cipher = await self._cipher(trip.secret) if trip.secret else None
        answer = await ExitKit(self._store, trip, await self._kit_parts(), cipher).run(payload)
        if not answer["cancelled"]:
            await trip.hand_over(f"carryon-{payload['day']}.html", "text/html")
        return answer | {"bytes": trip.bytes}

    async def _look(self, payload, trip):
        return await self._bring(trip, write=False)

    async def _import(self, payload, trip):
        async with self._store.alone() as alone:
            if not alone:
                raise Refused("Another tab is importing. Wait until it is done.")
            return await self._bring(trip, write=True)

    async def _bring(self, trip, write):
        """→ {"title" of the format, "counts" of what came in (or would), "said": {kind of line: how many}, "rows": the first [kind, path, sentence],
        "problem", "cancelled"}; the whole report goes over the channel as a text file."""
        account, title = Account(), ""
        bringing = Import(self._store, trip, account, self._now_ms, write)
        files = await self._opened(trip)
        if not trip.cancelled:
            format, tree = _found(files)
            title = format.title
            await bringing.run(format, tree)
        counts = bringing.counts
        opening = [f"Carryon: {'import' if write else 'a look at an import'} of {self._now()}", f"Format: {title}",
                   f"Notes: {counts['notes']}", f"Attachments: {counts['attachments']}", f"Earlier states of notes: {counts['revisions']}"]
        opening += [f"It ended early: {bringing.problem}"] if bringing.problem else []
        trip.hand_over_text("Carryon import report.txt", account.text(opening))
        return {"title": title, "counts": counts, "said": account.counts, "rows": account.rows(REPORT_ROWS_SHOWN),
                "problem": bringing.problem, "cancelled": trip.cancelled}

    async def _opened(self, trip):
        """What was picked, with the zip in the place of a sealed copy of it. Every part of the copy is tried first, its end before all others: one that was
        cut off, changed or damaged is refused as a whole, with a sentence (BadArchive)."""
        if len(trip.files) != 1:
            return trip.files
        copy = await self._reader(trip.files[0]["blob"], trip.root)
        if copy is None:
            return trip.files
        try:
            await copy.check(copy.chunks - 1)
            for number in range(copy.chunks - 1):
                await trip.tell(number, copy.chunks, "megabytes")
                if trip.cancelled:
                    break
                await copy.check(number)
        except OSError as error:
            raise BadArchive(f"The file cannot be read any more ({error}). Choose it again.") from None
        return [trip.files[0] | {"file": copy.file}]

    async def _undo(self, payload, trip):
        async with self._store.alone() as alone:
            if not alone:
                raise Refused("Another tab is importing. Wait until it is done.")
            return await undoing.undo(self._store, trip)


def _found(files):
    """(the format, the tree) of what was picked: one archive or file, or a folder. BadArchive where there are no notes in it."""
    if not files:
        raise BadArchive("Nothing was chosen.")
    one = files[0]
    tree = open_tree(one["file"], one["path"]) if len(files) == 1 else FolderTree([(one["path"], one["file"], one["modified"]) for one in files])
    format = detect(tree)
    if format is None and len(files) > 1 and any(one["path"].endswith(SEALED) for one in files):
        raise BadArchive("Sealed copies are opened one at a time. Choose the one that you want.")
    if format is None:
        raise BadArchive("No notes were found in it.")
    return format, tree
