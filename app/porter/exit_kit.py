"""The exit kit: one HTML file with all notes and a reader, which opens from a disk, without a network and without Carryon, in any browser.

The notes lie in it as data that no browser runs: blocks of JSON, in which «<» is written as an escape, or of encrypted bytes. The reader
(static/kit/reader.js) shows them as text, and the page's own policy allows its script and its style by their hashes, and nothing else:
no request, no form, no other script. Offers ``ExitKit(store, trip, parts, cipher)`` with ``await run(payload)``.

With a passphrase every block is sealed by AES-256-GCM under a key from PBKDF2-SHA-256, its name as associated data, so that blocks cannot
change places. How many blocks there are and how long each is can be seen; nothing else.
"""

import base64
import hashlib
import json

from app.everywhere.limits import ATTACHMENT_BYTES, KIT_ATTACHMENT_BYTES
from app.porter import selection
from app.porter.layout import as_bytes

# Bytes of notes in one block.
BLOCK_BYTES = 1_000_000
# What the reader shows of a note.
FIELDS = ("id", "title", "text", "created", "updated", "tags", "pinned", "deleted")

_SHELL = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src '{script_hash}'; style-src '{style_hash}'; img-src data: blob:; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<meta name="robots" content="noindex">
<title>Notes</title>
<style>{style}</style>
</head>
<body>
<noscript><p>These notes are shown by a small script in this file. Please open it in a browser that runs scripts.</p></noscript>
<form id="lock" hidden>
<h1>These notes are locked</h1>
<label for="passphrase">Passphrase</label>
<input id="passphrase" type="password" autocomplete="off" autocapitalize="off" spellcheck="false">
<button type="submit">Open</button>
<p id="lock-state" role="status" aria-label="Lock"></p>
</form>
<main id="notes-view" hidden>
<nav id="shelf" aria-label="Notes">
<input id="search" type="search" aria-label="Search notes" placeholder="Search" autocomplete="off">
<p id="state" role="status" aria-label="Search"></p>
<ul id="list" aria-label="Notes"></ul>
<button id="more" type="button" hidden>Show more</button>
</nav>
<article id="page" tabindex="-1" aria-label="Note"></article>
</main>
"""


class ExitKit:
    """``parts``: {"style", "script"}; ``cipher``: ``header`` and ``await seal(data, name)``, or None for a kit that anybody can read."""

    def __init__(self, store, trip, parts, cipher):
        self._store, self._trip, self._parts, self._cipher = store, trip, parts, cipher

    async def run(self, payload):
        """``payload``: app/porter/selection.py. → {"notes", "attachments", "left_out": attachments that were too large, "cancelled"}."""
        trip, style, script = self._trip, self._parts["style"], self._parts["script"]
        assert "</" not in style and "</script" not in script and "<!--" not in script, "the reader's own text ends no element"
        trip.part(_SHELL.format(style=style, style_hash=_hash(style), script_hash=_hash(script)).encode())
        self._write("kit", json.dumps({"lock": self._cipher.header if self._cipher else None}).encode())
        total = await selection.total(self._store, payload)
        await trip.tell(0, total, "notes")
        attachments = await selection.attachments_of(self._store, payload)
        count, blocks, waiting, size = 0, 0, [], 0
        async for some in selection.notes(self._store, payload):
            for note in some:
                count += 1
                waiting.append(_json({field: note.get(field) for field in FIELDS}))
                size += len(waiting[-1])
                if size >= BLOCK_BYTES:
                    await self._block(f"notes {blocks}", b"[" + b",".join(waiting) + b"]")
                    blocks, waiting, size = blocks + 1, [], 0
            await trip.tell(count, total, "notes")
            if trip.cancelled:
                return {"cancelled": True}
        await self._block(f"notes {blocks}", b"[" + b",".join(waiting) + b"]")
        listed, left_out = await self._attachments(attachments)
        if trip.cancelled:
            return {"cancelled": True}
        await self._block("attachments", _json(listed))
        trip.part(f"<script>{script}</script>\n</body>\n</html>\n".encode())
        return {"cancelled": False, "notes": count, "attachments": len(listed) - left_out, "left_out": left_out}

    async def _attachments(self, attachments):
        """Writes their bytes, the small ones first, as many as there is room for. Returns (what is known of all, how many had no room)."""
        listed, left_out, room = [], 0, KIT_ATTACHMENT_BYTES
        for done, record in enumerate(sorted(attachments.values(), key=lambda record: (record["bytes"], record["id"]))):
            await self._trip.tell(done, len(attachments), "attachments")
            if self._trip.cancelled:
                break
            data = await self._store.blob(record["id"]) if record["bytes"] <= min(room, ATTACHMENT_BYTES) else None
            if data is None:
                left_out += 1
            else:
                room -= len(data)
                await self._block(f"attachment {len(listed)}", data, always_base64=True)
            listed.append({"id": record["id"], "name": record["name"], "type": record["type"], "bytes": record["bytes"], "here": data is not None})
        return listed, left_out

    async def _block(self, name, data, always_base64=False):
        if self._cipher is not None:
            data = await self._cipher.seal(data, name)
        self._write(name, base64.b64encode(data) if self._cipher is not None or always_base64 else data.replace(b"<", b"\\u003c"))

    def _write(self, name, data):
        self._trip.part(b'<script type="text/plain" data-block="' + name.encode() + b'">' + data + b"</script>\n")


def _json(value):
    return as_bytes(json.dumps(value, ensure_ascii=False, separators=(",", ":")))


def _hash(text):
    """As Content-Security-Policy names a script or style (W3C CSP3)."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
