"""The kinds of work in the middle of which tests/browser/killing.py kills the browser.

Offers `WORKS`, {name: class}, and `Served(playwright)`: the app served so that nobody waits for what it does once in a while.

Whatever a work does, the notes that it does not touch are the same at the next start, byte for byte, with their earlier states and attachments; and
what is typed meanwhile keeps the promise of saving. Beyond that:

    typing       at most a second of it is lost
    attaching    a file that a saved note names is there, and its bytes are those that were attached
    import       each note came wholly or not at all; importing again completes it without copies; undoing takes back exactly what came
    backup       the folder holds whole copies only, and never fewer; one that was announced is there
    vault        turning it on and off, another passphrase, unlocking: one of the secrets that may be in force opens it, all of it
    compaction   the trash, earlier states and attachments: what may go, goes wholly or stays wholly, and nothing else
    index        the index opens or is made anew; what is saved is found, what is deleted is not
"""

import base64
import hashlib
import io
import json
import random
import re
import time
import zipfile

from playwright.sync_api import expect

from app.everywhere.clock import timestamp
from app.everywhere.history import DAY, thinned
from app.everywhere.limits import COPIES_KEPT
from app.everywhere.note import new_note
from app.everywhere.ulid import new_ulid
from app.server.packing import Packs
from tests.browser.hosting import ROOT, Host
from tests.browser.killing import MANY_CHANGED, STORES, Act, Work, compared, rewrite, snapshot
from tests.browser.vaulting import PASSPHRASE, VAULT_MS, confirm_code, vault_state
from tests.porter import desk

# Milliseconds for what starts a Python of its own, on a busy machine.
PATIENCE = 180_000
# What a work changes of the app is as long as what it replaces: a pack of modules tells how many bytes each has.
NO_TIDYING = ("TIDY_AFTER_MS = 20_000", "TIDY_AFTER_MS = 999999")


def click(app, id):
    """Presses a button wherever the page is."""
    app.page.evaluate("id => document.getElementById(id).click()", id)


def says(app, id, pattern):
    expect(app.page.locator("#" + id)).to_have_text(re.compile(pattern), timeout=PATIENCE)


def reads(id, words):
    """JavaScript: whether the element says one of these."""
    return f"() => {json.dumps(words)}.some((words) => document.getElementById({json.dumps(id)}).textContent.includes(words))"


def go_to(app, view):
    app.page.evaluate("view => { location.hash = '#/' + view; }", view)
    app.page.locator("#view-" + view).wait_for(state="visible")


def files(lot, count, size, moment=desk.NOW_MS):
    """[(record of an attachment, its bytes)]."""
    made = []
    for number in range(count):
        data = lot.randbytes(size)
        made.append((desk.an_attachment(number, data, f"noise {number}.bin", "application/octet-stream")
                     | {"id": new_ulid(moment + number, lot.randbytes(10)), "created": timestamp(moment), "updated": timestamp(moment)}, data))
    return made


class Typing(Work):
    endless = {"typing": 2.5}

    def next(self, app):
        return Act("typing", lambda: None)


class Attaching(Work):
    """One file after the other is dropped on the note."""

    endless = {"attaching": 1.5}
    drop = """() => setInterval(() => {
        const bytes = new Uint8Array(100_000);
        for (let at = 0; at < bytes.length; at += 50_000) crypto.getRandomValues(bytes.subarray(at, at + 50_000));
        const dataTransfer = new DataTransfer();
        dataTransfer.items.add(new File([bytes], "noise.bin"));
        document.getElementById("note").dispatchEvent(new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true }));
    }, 60)"""

    def __init__(self, chance):
        super().__init__(chance)
        self._sign = self._seen = "★"

    def heard(self, text):
        if text.startswith(self._sign):
            self._seen = text

    def next(self, app):
        self._sign, self._seen = f"★{self.chance.random()}", ""  # a beginning of its own, by which it is known
        app.new_note()
        app.write(self._sign + " ")
        app.wait_saved()
        return Act("attaching", lambda: app.page.evaluate(self.drop), types=False)

    def judge(self, app, act, before, after, ended):
        own = {id: note for id, note in after["notes"].items() if note["text"].startswith(self._sign)}
        lost, damaged = compared(before, after | {"notes": after["notes"] | {id: before["notes"][id] for id in own if id in before["notes"]}},
                                 may_come=lambda store, id, record: store != "notes")
        named = lambda text: set(re.findall(r"attachment:(\w{26})", text))
        texts = [note["text"] for note in own.values()]
        if len(texts) != 1 or not named(self._seen) <= named(texts[0]):
            lost.append(f"a note seen as saved was {self._seen!r} and is {texts!r}")
        return lost, damaged, f"{len(named(''.join(texts)))} files named, {len(named(self._seen))} of them acknowledged"


class Importing(Work):
    """An archive of ours comes in, and is taken back."""

    seconds = {"import": 1.5, "undo": 1.0}
    # The archive has notes from a year ago, and earlier states that would be thinned: not here, and not now. And more steps.
    changes = (NO_TIDYING, ("IMPORT_STEP_NOTES = 100", "IMPORT_STEP_NOTES = 25 "))
    notes = 300

    def __init__(self, chance):
        super().__init__(chance)
        lot, store = random.Random(7), desk.notebook(self.notes)
        for (record, data), note in zip(files(lot, self.notes // 6, 20_000), list(store.stores["notes"].values())[::5]):
            desk.put(store, "attachments", record)
            desk.put(store, "blobs", {"id": record["id"], "data": data})
            note["text"] += f"\n\n[noise](attachment:{record['id']})"
        self._zip = desk.export(store)[1]
        # What comes in, by the importer itself in memory.
        there = desk.Store()
        desk.bring(there, self._zip)
        self._came = {name: {id: hashlib.sha256(record["data"]).hexdigest() if name == "blobs" else record for id, record in there.stores[name].items()} for name in STORES}
        self._here = self._baseline = None  # whether something is here to be taken back; what is there when it has been

    def prepare(self, app):
        app.write_note("Before the import.")

    def _look(self, app):
        """How many notes would come in. The porter is up after it."""
        go_to(app, "carry")
        app.page.set_input_files("#import-files", [{"name": "in.zip", "mimeType": "application/zip", "buffer": self._zip}])
        says(app, "import-state", "to bring in|is here already")
        return "to bring in" in app.page.locator("#import-state").inner_text()

    def next(self, app):
        news = self._look(app)
        if not self._here:
            assert news, "nothing is to come in"
            self._baseline = self._rest(app)
            self._here = True
            return Act("import", lambda: click(app, "import-yes"), reads("import-state", [" came in"]))
        return Act("undo", lambda: click(app, "import-undo"), reads("import-state", ["Taken back"]))

    def _rest(self, app):
        return self.typed.taken_from(snapshot(app))[1]

    def judge(self, app, act, before, after, ended):
        came = lambda store, id, record: self._came[store].get(id) == record
        if act.kind == "import":
            lost, damaged = compared(before, after, may_come=came)
        else:
            lost, damaged = compared(before, after, may_go=lambda store, id: id not in self._baseline[store])
            self._here = not ended
        if ended:
            lost += [f"{store} {id} was said to have come in" for store in STORES for id in self._came[store] if act.kind == "import" and id not in after[store]]
            damaged += [f"{store} {id} was said to be taken back" for store in STORES for id in after[store] if act.kind == "undo" and id not in self._baseline[store]]
        return lost, damaged, f"{len(self._came['notes'].keys() & after['notes'].keys())} of {len(self._came['notes'])} notes"

    def settle(self, app, act):
        if act.kind == "import" and self.chance.random() < 0.5:
            # Again: it is completed without copies. After that, what this second import brought is what can be taken back.
            before = self._rest(app)
            if self._look(app):
                self._baseline = before
                click(app, "import-yes")
                says(app, "import-state", " came in")
            after = self._rest(app)
            wrong = sum(compared(before, after, may_come=lambda store, id, record: self._came[store].get(id) == record), [])
            return wrong + [f"{store} {id} did not come with the second import" for store in STORES for id in self._came[store] if id not in after[store]]
        go_to(app, "carry")
        app.page.wait_for_timeout(200)  # until it is drawn
        if app.page.locator("#import-last").is_visible():
            click(app, "import-undo")
            says(app, "import-state", "Taken back")
        wrong = sum(compared(self._baseline, self._rest(app)), [])
        # What an earlier import left, for only the last one can be taken back.
        left = {store: [id for id in self._baseline[store] if id in self._came[store]] for store in STORES}
        if left["notes"]:
            rewrite(app, {}, left)
            app.page.evaluate(MANY_CHANGED)
        self._here = False
        return wrong


class Backup(Work):
    """A safe copy goes into the reader's folder: one of the browser's own, with the same kind of handle."""

    seconds = {"backup": 1.5}
    scripts = ("window.showDirectoryPicker = async () => (await navigator.storage.getDirectory()).getDirectoryHandle('Backups', { create: true })",)
    older = [f"carryon-2020-01-{day:02}.zip" for day in range(1, COPIES_KEPT + 1)]
    # {name: [SHA-256, the file as base64 or null]}
    folder = """async (whole) => {
        const found = {};
        for await (const [name, handle] of await (await navigator.storage.getDirectory()).getDirectoryHandle("Backups")) {
            const bytes = new Uint8Array(await (await handle.getFile()).arrayBuffer());
            const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
            const text = whole === name && await new Promise((resolve) => {
                const reader = new FileReader(); reader.onload = () => resolve(reader.result.split(",")[1] ?? ""); reader.readAsDataURL(new Blob([bytes])); });
            found[name] = [bytes.length && [...hash].join(), text];
        }
        return found;
    }"""
    put = """async ([names, gone]) => {
        const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle("Backups");
        for (const name of gone) await folder.removeEntry(name);
        for (const name of names) {
            const stream = await (await folder.getFileHandle(name, { create: true })).createWritable();
            await stream.write(`An older copy, ${name}`);
            await stream.close();
        }
        await folder.getFileHandle("carryon-2020-02-01.zip", { create: true }); // a copy of that day was cut off before its bytes came
    }"""

    def prepare(self, app):
        notes = [desk.a_note(number, f"Note {number}. " * 40) for number in range(300)]
        attached = files(random.Random(3), 60, 40_000)
        for note, (record, _) in zip(notes, attached):
            note["text"] += f"\n\n[noise](attachment:{record['id']})"
        rewrite(app, {"notes": notes, "attachments": [record for record, _ in attached], "blobs": [{"id": record["id"], "data": data} for record, data in attached]}, {})
        app.reload()
        go_to(app, "settings")
        app.button("Choose a folder…").click()
        expect(app.page.get_by_text("Copies go into the folder «Backups».")).to_be_visible()

    def _today(self, app):
        return "carryon-" + app.page.evaluate("() => { const day = new Date(); return [day.getFullYear(), day.getMonth() + 1, day.getDate()].map((n) => String(n).padStart(2, '0')).join('-'); }") + ".zip"

    def _copy(self, app):
        go_to(app, "settings")
        click(app, "safe-make")
        says(app, "safe-state", "^The copy is in the folder")

    def next(self, app):
        self._copy(app)  # the porter is up, and there is a copy to be replaced
        there = app.page.evaluate(self.folder)
        today = self._today(app)
        gone = [today] if self.chance.random() < 0.5 else []
        app.page.evaluate(self.put, [[name for name in self.older if name not in there], gone])
        self._before = app.page.evaluate(self.folder)
        app.page.evaluate("() => { document.getElementById('safe-state').textContent = ''; }")
        return Act("backup", lambda: click(app, "safe-make"), reads("safe-state", ["The copy is in the folder"]))

    def judge(self, app, act, before, after, ended):
        lost, damaged = compared(before, after)
        today = self._today(app)
        there = app.page.evaluate(self.folder, today)
        hash, data = there.get(today, (0, ""))
        old = self._before.get(today, (0, ""))[0]
        new = bool(hash) and hash != old
        if new:
            damaged += self._wrong_in(base64.b64decode(data), before)
        if ended and not new:
            lost.append("the copy was said to be in the folder, and is not")
        if old and not hash:
            lost.append("the copy that was to be replaced is gone, and the new one is not there")
        for name, (hash, _) in self._before.items():
            # The oldest goes where there is a new one.
            if name != today and there.get(name, (0,))[0] != hash and not (new and name == self.older[0] and name not in there):
                lost.append(f"the older copy {name} was harmed")
        damaged += [f"{name} lies in the folder" for name in there if name not in self._before and name != today]
        return lost, damaged, "the new copy" if new else "the old copy" if old else "no copy yet" + (", its name is there" if today in there else "")

    def _wrong_in(self, data, before):
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                notes = {note["id"]: note for name in archive.namelist() if re.fullmatch(r"lossless/notes-\d+\.jsonl", name)
                         for note in map(json.loads, archive.read(name).decode().splitlines())}
                wrong = [] if archive.testzip() is None else ["a file in the copy is damaged"]
        except (zipfile.BadZipFile, EOFError, OSError) as error:
            return [f"the copy is not whole: {error}"]
        return wrong + [f"the copy lacks the note {id}, or has another" for id, note in before["notes"].items() if notes.get(id) != note]

    def settle(self, app, act):
        """The next copy is whole, and of those that were cut off nothing is left."""
        before = self.typed.taken_from(snapshot(app))[1]
        self._copy(app)
        today = self._today(app)
        there = app.page.evaluate(self.folder, today)
        return self._wrong_in(base64.b64decode(there[today][1]), before) + [f"{name} is empty" for name, (hash, _) in there.items() if not hash]


class Vaulting(Work):
    """The vault is turned on and off, unlocked, and gets other passphrases."""

    seconds = {"vault on": 5, "vault on, from its middle": 1, "vault off": 3, "vault off, from its middle": 1, "passphrase": 4, "unlock": 2}
    changes = (NO_TIDYING,)
    # Notes that are converted, some slices of them; of one text Chromium keeps a file of its own.
    notes, long = 1000, 150_000
    converts = "() => document.getElementById('vault-state').textContent.includes(' of ')"

    def __init__(self, chance):
        super().__init__(chance)
        self._secrets = [PASSPHRASE]  # what may open it: more than one where it is not known whether a change came to its end
        self._wanted = 0  # passphrases so far
        self._state = self._opened_by = ""  # at the last start

    def prepare(self, app):
        notes = [desk.a_note(number, f"It rained on day {number}. " * (1 + number % 40), title=f"Note {number}", tags=["rain"]) for number in range(self.notes)]
        notes[1]["text"] = "x" * self.long
        attached = files(random.Random(5), 20, 50_000)
        for note, (record, _) in zip(notes, attached):
            note["text"] += f"\n\n[noise](attachment:{record['id']})"
        revisions = [{"id": note["id"] + "-" + new_ulid(desk.NOW_MS, b"0123456789"), "note": note["id"], "revision": 1, "created": note["created"], "updated": note["updated"],
                      "title": "", "text": "Before.", "tags": [], "why": "pause"} for note in notes[::5]]
        rewrite(app, {"notes": notes, "revisions": revisions, "attachments": [record for record, _ in attached],
                      "blobs": [{"id": record["id"], "data": data} for record, data in attached]}, {})

    def arrive(self, app):
        app.page.wait_for_selector("html[data-page=ready], html[data-vault=locked]", state="attached", timeout=VAULT_MS)
        self._state = vault_state(app)
        if self._state != "off":
            self._unlock(app)

    def _unlock(self, app):
        for secret in list(self._secrets):
            self._type_secret(app, secret)
            app.page.evaluate("() => { document.getElementById('unlock-state').textContent = ''; document.getElementById('unlock').click(); }")
            app.page.wait_for_function("() => document.documentElement.dataset.page === 'ready' || document.getElementById('unlock-state').textContent.includes('does not open')",
                                       timeout=VAULT_MS)
            if app.page.evaluate("document.documentElement.dataset.page") == "ready":
                self._secrets, self._opened_by = [secret], secret
                return
        raise AssertionError(f"none of the secrets that may be in force opens the notebook: {self._secrets}")

    def _type_secret(self, app, secret):
        expect(app.button("Unlock")).to_be_enabled(timeout=VAULT_MS)
        app.page.get_by_role("textbox", name="Passphrase").fill(secret)

    def next(self, app):
        late = self.converts if self.chance.random() < 2 / 3 else ""
        self._opened_by = ""
        if vault_state(app) == "off":
            self._secrets = [PASSPHRASE]
            go_to(app, "settings")
            click(app, "vault-on")
            self._fill(app, PASSPHRASE)
            app.button("Go on").click()
            expect(app.page.get_by_role("group", name="Recovery code")).to_be_visible()
            return Act("vault on", lambda: confirm_code(app, "Turn on the vault"), reads("toast", ["The vault is on"]), late=late)
        kind = self.chance.choice(("vault off", "vault off", "passphrase", "unlock", "unlock"))
        if kind == "unlock":
            before = snapshot(app)
            app.page.reload(wait_until="domcontentloaded")
            app.page.wait_for_selector("html[data-vault=locked]", state="attached", timeout=VAULT_MS)
            self._type_secret(app, self._secrets[0])
            return Act(kind, lambda: click(app, "unlock"), "() => document.documentElement.dataset.page === 'ready'", types=False, before=before)
        go_to(app, "settings")
        click(app, "vault-off" if kind == "vault off" else "vault-new-passphrase")
        app.page.get_by_role("textbox", name="Passphrase or recovery code").fill(self._secrets[0])
        if kind == "vault off":
            return Act(kind, lambda: click(app, "vault-submit"), reads("toast", ["The vault is off"]), late=late)
        self._wanted += 1
        self._secrets.append(f"{PASSPHRASE} {self._wanted}")
        self._fill(app, self._secrets[-1])
        return Act(kind, lambda: click(app, "vault-submit"), reads("toast", ["The passphrase was changed"]))

    def _fill(self, app, secret):
        app.page.get_by_role("textbox", name="New passphrase").fill(secret)
        app.page.get_by_role("textbox", name="Repeat the passphrase").fill(secret)

    def judge(self, app, act, before, after, ended):
        lost, damaged = compared(before, after)
        found, self._state = self._state, vault_state(app)
        if act.kind == "passphrase" and ended:
            secret = f"{PASSPHRASE} {self._wanted}"
            if self._opened_by not in ("", secret):
                lost.append("the passphrase was said to be changed, and is not")
            self._secrets = [secret]
        if self._state not in ("on", "off"):
            damaged.append(f"a conversion that was cut off was not finished: {self._state}")
        if ended and act.kind in ("vault on", "vault off") and act.kind != f"vault {self._state}":
            lost.append(f"«{act.kind}» was said to be done, and the vault is {self._state}")
        return lost, damaged, f"{found}, then {self._state}" if found != self._state else found


class Compaction(Work):
    """What is old goes by itself: notes of the trash, earlier states, attachments that nothing names."""

    seconds = {"compaction": 2.5}
    changes = (("TIDY_AFTER_MS = 20_000", "TIDY_AFTER_MS = 100   "), ("TIDY_AFTER_START_MS = 60_000", "TIDY_AFTER_START_MS = 100   "))
    notes, trash, states, unused = 30, 30, 12, 30
    over = """async () => {
        const db = await new Promise((resolve) => (indexedDB.open("carryon").onsuccess = (event) => resolve(event.target.result)));
        const ask = (store, name, ...about) => new Promise((resolve) => (db.transaction(store).objectStore(store)[name](...about).onsuccess = ({ target }) => resolve(target.result)));
        const keys = await Promise.all(Object.keys(globalThis.old).map(async (store) => [store, await ask(store, "getAllKeys")]));
        const [clock, unused] = [await ask("settings", "get", "clock"), await ask("settings", "get", "unused attachments")];
        db.close();
        return Boolean(clock?.thinned) && !Object.keys(unused?.value ?? {}).length && keys.every(([store, ids]) => !ids.some((id) => globalThis.old[store].has(id)));
    }"""
    tell = "old => { globalThis.old = Object.fromEntries(Object.entries(old).map(([store, ids]) => [store, new Set(ids)])); }"

    def __init__(self, chance):
        super().__init__(chance)
        self._old, self._all = {store: [] for store in STORES}, {store: set() for store in STORES}

    def _fill(self):
        """{store: [record]} of another lot of notes, and in `_old` what of it is to go."""
        lot, now = self.chance, int(time.time() * 1000)
        old = self._old = {store: [] for store in STORES}
        stores = {store: [] for store in (*STORES, "settings")}

        def add(store, record, goes=False):
            stores[store].append(record)
            if goes:
                old[store].append(record["id"])

        for number in range(self.notes + self.trash):
            moment = timestamp(now - 300 * DAY + number * 60_000)
            note = new_note(new_ulid(now - 300 * DAY + number * 60_000, lot.randbytes(10)), moment, f"Note {number}", f"It rained on day {number}.") | {"revision": 20}
            goes = number >= self.notes and number % 3 != 0
            if number >= self.notes:
                note["deleted"] = timestamp(now - (40 if goes else 10) * DAY)
            else:
                [(record, data)] = files(lot, 1, 5_000, now - 300 * DAY)
                note["text"] += f"\n\n[noise](attachment:{record['id']})"
                add("attachments", record)
                add("blobs", {"id": record["id"], "data": data})
            add("notes", note, goes)
            kept = [note["id"] + "-" + new_ulid(now - (50 - number % 3) * DAY + state * 6 * DAY // self.states, lot.randbytes(10)) for state in range(self.states)]
            go = thinned(kept, now)
            for state, id in enumerate(kept):
                add("revisions", {"id": id, "note": note["id"], "revision": state + 1, "created": moment, "updated": moment, "title": "", "text": f"Before {state}.", "tags": [],
                                  "why": "pause"}, goes or id in go)
        for record, data in files(lot, self.unused, 20_000, now - 300 * DAY):
            add("attachments", record, True)
            add("blobs", {"id": record["id"], "data": data}, True)
            if lot.random() < 0.5:
                add("blobs", {"id": record["id"] + "-thumbnail", "data": data[:500]}, True)
        add("settings", {"id": "unused attachments", "value": {id: timestamp(now - 9 * DAY) for id in old["attachments"]}})
        add("settings", {"id": "clock", "moment": timestamp(now), "day": timestamp(now)[:10], "thinned": ""})
        return stores

    def next(self, app):
        self.settle(app, None)
        puts = self._fill()
        # What the last round left goes, or the notebook would grow and grow.
        before = self.typed.taken_from(snapshot(app))[1]
        rewrite(app, {}, {store: list(before[store]) for store in STORES})
        rewrite(app, puts, {})
        self._all = {store: {record["id"] for record in puts[store]} for store in STORES}

        def go():
            app.reload()
            app.page.evaluate(self.tell, self._old)
        return Act("compaction", go, self.over, late="() => Boolean(globalThis.old)")

    def judge(self, app, act, before, after, ended):
        old = {store: set(ids) for store, ids in self._old.items()}
        lost, damaged = compared(before, after, may_go=lambda store, id: id in old[store])
        left = sum(len(old[store] & after[store].keys()) for store in STORES)
        return lost, damaged, f"{left} of {sum(map(len, old.values()))} records were still to go"

    def settle(self, app, act):
        app.page.evaluate(self.tell, self._old)
        app.until(f"({self.over})()", patience=60_000)
        after = self.typed.taken_from(snapshot(app))[1]
        return [f"{store} {id} is gone with what was old" for store in STORES for id in self._all[store] - set(self._old[store]) - after[store].keys()]


class Indexing(Work):
    """The engine reads notes that changed, and writes its index: new segments, merged ones, and old ones without what is gone."""

    seconds = {"index": 5}
    engine = True
    changes = (NO_TIDYING, ("\nKEEP_AFTER_SECONDS = 4", "\nKEEP_AFTER_SECONDS =.2"), ("\nLEAST_SEGMENT_NOTES = 64", "\nLEAST_SEGMENT_NOTES = 8 "),
               ("FEW, KEEP_AFTER_SECONDS = 64, 4", "FEW, KEEP_AFTER_SECONDS = 9, .2"), ("\nSEGMENT_NOTES = 256", "\nSEGMENT_NOTES = 32 "))
    notes, changed = 150, 80
    # The notes are being read, or were read and nothing happened for a while: what waits for a pause has been written.
    over = """() => {
        const words = document.getElementById("index-state").textContent;
        if (words) globalThis.lastRead = performance.now();
        return globalThis.lastRead && performance.now() - globalThis.lastRead > 1000;
    }"""

    def __init__(self, chance):
        super().__init__(chance)
        self._round = 0
        self._says = {}  # id → (the word that only this note says, whether it is in the trash)

    def _note(self, number, revision=1):
        word = f"zq{number}x{self._round}q{self.chance.randrange(1000)}"
        note = desk.a_note(number, f"It rained {word} on the hills and nobody minded. " * 3, title=f"Note {word}") | {"revision": revision}
        note["deleted"] = timestamp(int(time.time() * 1000)) if revision > 1 and self.chance.random() < 0.1 else ""
        self._says[note["id"]] = word, bool(note["deleted"])
        return note

    def prepare(self, app):
        rewrite(app, {"notes": [self._note(number) for number in range(self.notes)]}, {})

    def arrive(self, app):
        app.wait_page()

    def next(self, app):
        self._wait_read(app)
        self._round += 1
        notes = [self._note(number, self._round + 1) for number in self.chance.sample(range(self.notes), self.changed)]
        rewrite(app, {"notes": notes}, {})
        app.page.evaluate("() => { globalThis.lastRead = 0; }")
        return Act("index", lambda: app.page.evaluate(MANY_CHANGED), self.over)

    def _wait_read(self, app):
        app.wait_engine()
        app.page.wait_for_function("() => document.getElementById('index-state').dataset.read === 'all' && !document.getElementById('index-state').textContent", timeout=PATIENCE)

    def settle(self, app, act):
        """All that is stored is found, by the engine; what is in the trash is not."""
        self._wait_read(app)
        wrong = []
        ids = self.chance.sample(sorted(self._says), 4) + self.chance.sample(sorted(id for id in self._says if self._says[id][1]), 1 if self._round else 0)
        typed = [f"word{ord(sign)}sign" for sign, text in self.typed.acknowledged.items() if len(text) > len(f"{sign} word{ord(sign)}sign ")]
        for word, gone in [self._says[id] for id in ids] + [(word, False) for word in typed[-2:]]:
            app.page.get_by_role("searchbox", name="Search notes").fill(word)
            app.page.wait_for_function("() => document.getElementById('search').value && /note|Nothing/.test(document.querySelector('[role=status][aria-label=Search]').textContent)")
            app.page.wait_for_timeout(300)
            marked = word in app.page.locator("#view-notes mark").all_inner_texts() or word in app.page.get_by_role("list", name="Search results").inner_text()
            if marked == gone:
                wrong.append(f"the search {'found' if marked else 'did not find'} {word!r}, which is in {'the trash' if gone else 'a stored note'}")
        app.page.get_by_role("searchbox", name="Search notes").fill("")
        return wrong


WORKS = {"typing": Typing, "attaching": Attaching, "import": Importing, "backup": Backup, "vault": Vaulting, "compaction": Compaction, "index": Indexing}


class Served:
    """A host of the app in this process, as a work wants it: `with Served(work) as address`."""

    def __init__(self, work):
        self._host, packs = Host(), Packs(ROOT)
        texts = {url: packs.read(url).decode() for url in packs.urls() if url.endswith(".pack")}
        for old, new in work.changes:
            assert len(old) == len(new) and any(old in text for text in texts.values()), f"no module reads {old!r}"
            texts = {url: text.replace(old, new) for url, text in texts.items()}
        for url, text in texts.items():
            self._host.answers(f"^/{re.escape(url)}$", text.encode())

    def __enter__(self):
        return self._host.start().address

    def __exit__(self, *error):
        self._host.stop()
