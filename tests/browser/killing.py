"""A browser that is killed in the middle of its work, and what is left of the notes.

Offers:
    KillableBrowser(playwright, profile)    a Chromium whose process group can be killed
    Work, Act                               what a kind of work is (tests/browser/killed_works.py has the table of them)
    kill_while(work, …) -> [Kill]           kills it at moments that are spread over the work, and compares what came back with what was there
    Kill                                    one kill: where it fell, what was typed, acknowledged, found, lost or damaged
    open_app, stored_texts, compared, unsound, snapshot

While the work goes on, somebody types, so that each kill tries the promise of saving too. «Acknowledged» is what a person has seen:
the text that was in the note when the status «Saving» turned to «Saved», as an observer inside the page told this process before the kill.
"""

import base64
import json
import os
import random
import re
import signal
import subprocess
import threading
import time
from pathlib import Path
from typing import Callable, NamedTuple

from playwright.sync_api import Error as PlaywrightError

from app.everywhere.attachments import THUMBNAIL
from app.everywhere.errors import BadNote
from app.everywhere.note import checked
from tests.browser.driver import CHROMIUM_ARGUMENTS, NO_ENGINE, NO_OFFLINE_COPY, Notebook, Watch
from tools.browser import chromium_path

# Seconds until a Chromium that was started says how to talk to it.
START_SECONDS = 30
# Seconds between two keys: a fast typist's 0.12 down to a burst's 0.03.
KEY_SECONDS = (0.03, 0.12)
# Each note that is typed begins with a sign of its own, counted from this one (an ideograph: there are thousands).
FIRST_SIGN, SIGNS = 0x4E00, 20_000
WORDS = ("the train was late again and I did not mind because there was time to read and to look out of "
         "the window at the fields while the light went slowly over the hills behind the small town").split()

# Kills fall between the beginning of a work and so many times its duration: some come when it has just ended.
BEYOND = 1.1
# Seconds that a work may take on a busy machine.
WORK_SECONDS = 180
# The golden ratio's fraction: its multiples, without their whole part, lie evenly however many there are.
GOLDEN = 0.6180339887498949

STORES = ("notes", "revisions", "attachments", "blobs")
REVISION_FIELDS = ("id", "note", "revision", "created", "updated", "title", "text", "tags", "why")

# Tells this process each time that the status turns to «Saved», and which text it spoke of.
OBSERVER = """
addEventListener("DOMContentLoaded", () => {
  const status = document.querySelector("[role=status][aria-label=Saving]");
  const note = document.querySelector("[aria-label=Note]");
  new MutationObserver(() => {
    if (status.textContent === "Saved") acknowledged(note.value);
  }).observe(status, { childList: true, characterData: true, subtree: true });
});
"""
# Everything that is stored, opened by the app's own glue, as JSON: {store: {id: record}}; of blobs their SHA-256. What does not open is missing.
SNAPSHOT = """async () => {
    const glue = await import("./static/glue/database.js");
    const outright = ({ value, error, message }) => { if (error) throw new Error(`${error}: ${message}`); return value; };
    const notebook = outright(await glue.open("carryon", () => {}, () => {}, () => {}));
    const hex = (bytes) => Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, "0")).join("");
    const stores = {};
    for (const store of ["notes", "revisions", "attachments", "blobs", "settings"]) {
        stores[store] = {};
        for (let some, last = ""; (some = outright(await glue.slice(notebook, store, last, 50))).length; last = some.at(-1).id)
            for (const record of some) stores[store][record.id] = record.data ? hex(await crypto.subtle.digest("SHA-256", record.data)) : record;
    }
    notebook.close();
    return JSON.stringify(stores);
}"""
# Writes and deletes records past the app, where there is no vault; bytes come as base64.
REWRITE = """async (changes) => {
    const [puts, deletes] = JSON.parse(changes);
    const db = await new Promise((resolve) => (indexedDB.open("carryon").onsuccess = (event) => resolve(event.target.result)));
    const tx = db.transaction(["notes", "revisions", "attachments", "blobs", "settings"], "readwrite");
    for (const [store, records] of Object.entries(puts))
        for (const record of records) tx.objectStore(store).put(record.data ? { ...record, data: Uint8Array.from(atob(record.data), (one) => one.charCodeAt(0)) } : record);
    for (const [store, ids] of Object.entries(deletes)) for (const id of ids) tx.objectStore(store).delete(id);
    await new Promise((resolve, reject) => { tx.oncomplete = resolve; tx.onabort = () => reject(tx.error); });
    db.close();
}"""
# What another tab says after it brought in or removed many notes.
MANY_CHANGED = "() => { const tab = new BroadcastChannel('carryon-notes'); tab.postMessage('many notes'); tab.close(); }"


class KillableBrowser:
    """A headless Chromium in a process group of its own, on a profile that outlives it."""

    def __init__(self, playwright, profile: Path):
        self._playwright, self._profile = playwright, profile
        self._process = self._browser = None

    def start(self):
        """Starts it and returns its browser context (Playwright's, connected over CDP)."""
        self._profile.mkdir(parents=True, exist_ok=True)
        # What a killed Chromium left would name the port and the process of that one.
        for left_over in ("DevToolsActivePort", "SingletonLock", "SingletonCookie", "SingletonSocket"):
            (self._profile / left_over).unlink(missing_ok=True)
        self._process = subprocess.Popen(
            [chromium_path() or self._playwright.chromium.executable_path, *CHROMIUM_ARGUMENTS, "--headless=new",
             "--remote-debugging-port=0", f"--user-data-dir={self._profile}", "--hide-crash-restore-bubble", "about:blank"],
            start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self._browser = self._playwright.chromium.connect_over_cdp(f"http://127.0.0.1:{self._debugging_port()}")
        return self._browser.contexts[0]

    def _debugging_port(self) -> int:
        until = time.monotonic() + START_SECONDS
        port_file = self._profile / "DevToolsActivePort"
        while time.monotonic() < until:
            if port_file.exists() and port_file.read_text().count("\n"):
                return int(port_file.read_text().split("\n")[0])
            if self._process.poll() is not None:
                raise RuntimeError(f"Chromium ended with status {self._process.returncode}")
            time.sleep(0.01)
        self.kill()
        raise RuntimeError(f"Chromium did not start within {START_SECONDS} s")

    def kill(self) -> None:
        """SIGKILL to every process of it: nothing in it gets to do anything any more."""
        os.killpg(self._process.pid, signal.SIGKILL)

    def close(self) -> None:
        """After a kill, or instead of one: waits for its end and lets go of it."""
        if self._process is None:
            return
        if self._process.poll() is None:
            self.kill()
        self._process.wait()
        if self._browser:
            try:
                self._browser.close()
            except PlaywrightError:
                pass  # It went with its process.
        self._process = self._browser = None


def open_app(browser: KillableBrowser, address: str, *, wait: bool = True, scripts=(), engine: bool = False, bindings=()) -> Notebook:
    """The app in a killable browser that is started for it; without offline copy, and unless `engine` without that.

    `bindings`: [(name, act)] of functions that the page may call, which `act(…)` hears.
    """
    context = browser.start()
    watch = Watch(context)
    for name, act in bindings:
        context.expose_binding(name, lambda source, *what, act=act: act(*what))
    for script in (*(() if engine else (NO_ENGINE,)), NO_OFFLINE_COPY, *scripts):
        context.add_init_script(script)
    page = context.pages[0] if context.pages else context.new_page()
    return Notebook(page, watch, address).open(wait=wait)


def stored_texts(app: Notebook) -> list[str]:
    """The text of every note that is stored, read past the app."""
    return app.page.evaluate("""() => new Promise((resolve, reject) => {
        const opening = indexedDB.open("carryon");
        opening.onerror = () => reject(opening.error);
        opening.onsuccess = () => {
            const reading = opening.result.transaction("notes").objectStore("notes").getAll();
            reading.onerror = () => reject(reading.error);
            reading.onsuccess = () => { opening.result.close(); resolve(reading.result.map((note) => note.text)); };
        };
    })""")


def snapshot(app: Notebook) -> dict:
    """{store: {id: record}} of all that is stored and opens; of blobs their SHA-256."""
    return json.loads(app.page.evaluate(SNAPSHOT))


def rewrite(app: Notebook, puts: dict, deletes: dict) -> None:
    """Changes what is stored past the app, as if another tab had: {store: [record]} is written, {store: [id]} goes."""
    puts = {store: [record | ({"data": base64.b64encode(record["data"]).decode()} if "data" in record else {}) for record in records] for store, records in puts.items()}
    app.page.evaluate(REWRITE, json.dumps([puts, {store: list(ids) for store, ids in deletes.items()}]))


# What is compared

def compared(before: dict, after: dict, may_go=lambda store, id: False, may_come=lambda store, id, record: False) -> tuple[list, list]:
    """(what was lost, what was damaged) from one snapshot to the next, in sentences; but for what may go and come."""
    lost, damaged = [], []
    for store in STORES:
        for id, record in before[store].items():
            if id not in after[store]:
                if not may_go(store, id):
                    lost.append(f"{store} {id} is gone: {record}")
            elif after[store][id] != record:
                damaged.append(f"{store} {id} was {record} and is {after[store][id]}")
        damaged += [f"{store} {id} came from nowhere: {after[store][id]}" for id in after[store].keys() - before[store].keys()
                    if not may_come(store, id, after[store][id])]
    return lost, damaged


def unsound(stores: dict) -> list[str]:
    """What is wrong with a snapshot by itself: notes that cannot be kept, files that are not what they were, or that nobody has."""
    wrong = []
    for id, note in stores["notes"].items():
        try:
            checked(note)
        except BadNote as error:
            wrong.append(f"note {id}: {error}")
        wrong += [f"note {id} names the file {file}, which is not there" for file in re.findall(r"attachment:(\w{26})", note.get("text", ""))
                  if file not in stores["attachments"]]
    for id, revision in stores["revisions"].items():
        if any(field not in revision for field in REVISION_FIELDS):
            wrong.append(f"revision {id} lacks a field: {revision}")
    for id, file in stores["attachments"].items():
        if stores["blobs"].get(id) != file["sha256"]:
            wrong.append(f"the bytes of the file {id} are not those that were attached")
    wrong += [f"the bytes {id} belong to no file" for id in stores["blobs"] if id.removesuffix(THUMBNAIL) not in stores["attachments"]]
    return wrong


class Typed:
    """The notes that were typed on one profile: what was sent to each, and what of it was acknowledged."""

    def __init__(self):
        self.sent, self.acknowledged = {}, {}  # sign → text; sign → the longest text seen as «Saved»

    def heard(self, text: str) -> None:
        if text[:1] in self.sent and len(text) > len(self.acknowledged.get(text[0], "")):
            self.acknowledged[text[0]] = text

    def taken_from(self, stores: dict) -> tuple[dict, dict]:
        """({sign: [texts]} of typed notes, the snapshot without them and their revisions)."""
        found, ids = {}, set()
        for id, note in stores["notes"].items():
            if note["text"][:1] in self.sent:
                found.setdefault(note["text"][0], []).append(note["text"])
                ids.add(id)
        rest = {store: {id: record for id, record in records.items() if id not in ids and id[:26] not in ids or store in ("attachments", "blobs")}
                for store, records in stores.items()}
        return found, rest

    def judged(self, found: dict) -> tuple[list, list]:
        """(what was lost, what was damaged) of the typed notes."""
        lost, damaged = [], []
        for sign, sent in self.sent.items():
            texts, seen = found.get(sign, []), self.acknowledged.get(sign, "")
            if len(max(texts, key=len, default="")) < len(seen):
                lost.append(f"a note seen as saved was {seen!r} and is {texts!r}")
            damaged += [f"a note reads {text!r}, but {sent!r} was typed" for text in texts if not sent.startswith(text)]
            if len(texts) > 1:
                damaged.append(f"one note became {len(texts)}: {texts!r}")
        return lost, damaged


# A kind of work

class Act(NamedTuple):
    """One piece of work, ready to begin. `over`: JavaScript that is true once it has ended; `types`: whether somebody types meanwhile;
    `late`: JavaScript; where it is given, the moments count from when it is true and not from the beginning. `before`: the snapshot of what was there, where
    it cannot be had any more."""
    kind: str
    go: Callable[[], None]
    over: str = "() => false"
    types: bool = True
    late: str = ""
    before: dict | None = None

    @property
    def paced(self) -> str:
        return self.kind + (", from its middle" if self.late else "")


class Work:
    """A kind of work, done again and again on one profile. Subclasses are in tests/browser/killed_works.py.

    `seconds`: {kind: how long it takes, about}; `endless`: the same for kinds that have no end of their own; `changes`: [(what a module of the app reads,
    what it reads instead)] so that nobody waits for what the app does once in a while; `scripts`: what runs in each page before the app.
    """

    seconds, endless, changes, scripts, engine = {}, {}, (), (), False

    def __init__(self, chance: random.Random):
        self.chance = chance
        self.typed = Typed()

    def prepare(self, app: Notebook) -> None:
        """Once, on a profile without a past."""

    def arrive(self, app: Notebook) -> None:
        """At each start: until the notebook can be read."""
        app.wait_page()

    def next(self, app: Notebook) -> Act:
        """Makes the next piece of work ready."""
        raise NotImplementedError

    def judge(self, app: Notebook, act: Act, before: dict, after: dict, ended: bool) -> tuple[list, list, str]:
        """(what was lost, what was damaged, what was found in words), from the snapshots without typed notes; `ended`: its end had been seen."""
        return *compared(before, after), ""

    def settle(self, app: Notebook, act: Act) -> list[str]:
        """After a kill: does to the end what was cut off. What is wrong then."""
        return []

    def heard(self, text: str) -> None:
        """This text was in the note when its status turned to «Saved»."""
        self.typed.heard(text)


class Kill(NamedTuple):
    """One kill. Lengths in characters, times in milliseconds."""
    kind: str
    after_ms: float      # the kill, after the beginning of the work
    of_ms: float         # how long the work takes
    in_the_middle: bool  # the work had begun, and its end was not seen
    typed: int           # what had been sent to the page
    acknowledged: int    # the longest text that was seen as «Saved»
    kept: int            # the note at the next start
    lost_ms: float       # the age of the oldest lost character at the moment of the kill; 0 where nothing is lost
    found: str
    lost: list           # acknowledged and not there any more: sentences
    damaged: list        # there, and not what it was: sentences


def kill_while(work: Work, playwright, address: str, profile: Path, kills: int, *, pace: dict | None = None, first: int = 0,
               told=lambda kill: None) -> list[Kill]:
    """Kills one browser `kills` times while it does `work`; all on one profile, so that whatever was damaged has time to show.

    `pace`: {kind: seconds}; what is not in it is measured first; without it, it takes what it usually takes. `first`: kills that other calls made, so
    that the moments go on. `told(kill)` hears of each.
    """
    browser = KillableBrowser(playwright, profile)
    pace = dict(work.seconds) if pace is None else pace
    pace.update(work.endless)
    session = _Session(work, browser, address, pace, first)
    done = []
    try:
        session.open()
        work.prepare(session.app)
        session.app.reload()
        under_way = None
        for round in range(kills + 1):
            if under_way is not None:
                session.open()
                done.append(session.judged(*under_way))
                told(done[-1])
            if round < kills:
                under_way = session.until_killed(round)
            browser.close()
    except Exception as error:
        error.add_note(f"The browser complained of: {session.app and session.app.watch.complaints()}")
        raise
    finally:
        browser.close()
    return done


class _Session:
    """One start of the browser after the other, on one profile."""

    def __init__(self, work, browser, address, pace, first):
        self._work, self._browser, self._address = work, browser, address
        self._pace, self._number = pace, first
        self._offset = work.chance.random()
        self.app = None

    def open(self):
        self._over = None
        self.app = open_app(self._browser, self._address, wait=False, engine=self._work.engine, scripts=(OBSERVER, *self._work.scripts),
                            bindings=(("acknowledged", self._work.heard), ("workOver", self._ended)))
        self._work.arrive(self.app)

    def _ended(self):
        self._over = time.monotonic()

    def until_killed(self, round):
        """Does one piece of work and kills the browser meanwhile. What takes how long is measured first, by work that nobody interrupts."""
        while (act := self._work.next(self.app)).paced not in self._pace:
            self._measure(act)
        _, before = self._work.typed.taken_from(act.before or snapshot(self.app))
        self._number += 1
        of = self._pace[act.paced]
        after = BEYOND * of * ((self._offset + self._number * GOLDEN) % 1)
        killed = []

        def kill():
            killed.append(time.monotonic())
            self._browser.kill()

        timer = threading.Timer(after, kill)
        times, sign = [], chr(FIRST_SIGN + round % SIGNS)
        try:
            began = self._begin(act, timer)
            self._go_on(act, sign, times, lambda: False)
        except (PlaywrightError, AssertionError) as error:
            if not killed and not timer.is_alive():
                raise  # it did not even begin
            # Else it is the kill, or what waited for a page that is not there any more.
            last = error
        timer.join()
        assert killed, f"the work ended before the kill: {last}"
        return act, before, sign, times, began, killed[0], of, self._over

    def _begin(self, act, timer=None):
        """The moment at which it began."""
        self._over = None
        watch = f"""() => {{
            const over = {act.over};
            const look = async () => (await over()) ? workOver() : setTimeout(look, 50);
            look();
        }}"""
        if act.late:
            act.go()
            self.app.page.wait_for_function(act.late, timeout=1000 * WORK_SECONDS)
        self.app.page.evaluate(watch)
        began = time.monotonic()
        if timer:
            timer.start()
        if not act.late:
            act.go()
        return began

    def _go_on(self, act, sign, times, enough):
        """Types into a new note until it is enough."""
        page, chance = self.app.page, self._work.chance
        if not act.types:
            while not enough():
                page.wait_for_timeout(50)
            return
        page.evaluate("() => { location.hash = '#/notes'; document.getElementById('new-note').click(); }")
        # The first character is the note's own, so that it is known by whatever is left of it; then a word that a search can look for.
        script = f"{sign} word{ord(sign)}sign " + " ".join(chance.choice(WORDS) for _ in range(3000))
        self._work.typed.sent[sign] = ""
        for character in script:
            if enough():
                return
            self._work.typed.sent[sign] += character
            page.keyboard.type(character)
            times.append(time.monotonic())
            page.wait_for_timeout(1000 * chance.uniform(*KEY_SECONDS))

    def _measure(self, act):
        """Lets it come to its end, and judges that as well."""
        _, before = self._work.typed.taken_from(act.before or snapshot(self.app))
        began, until = self._begin(act), time.monotonic() + WORK_SECONDS
        sign = chr(FIRST_SIGN + SIGNS + len(self._pace))

        def enough():
            assert time.monotonic() < until, f"«{act.kind}» did not end within {WORK_SECONDS} s"
            return self._over is not None
        self._go_on(act, sign, [], enough)
        self._pace[act.paced] = self._over - began
        if act.types:
            self.app.wait_saved()
        found, after = self._work.typed.taken_from(snapshot(self.app))
        lost, damaged, _ = self._work.judge(self.app, act, before, after, True)
        wrong = [*lost, *damaged, *unsound(after), *sum(self._work.typed.judged(found), [])]
        assert not wrong, f"«{act.kind}» is wrong even where nobody kills the browser: {wrong[:5]}"

    def judged(self, act, before, sign, times, began, killed, of, over):
        """What the start after a kill found."""
        work, typed = self._work, self._work.typed
        ended = over is not None and over <= killed
        if act.kind not in work.endless:
            # The machine is now faster, now slower.
            self._pace[act.paced] = (of + over - began) / 2 if ended else max(of, killed - began)
        found, after = typed.taken_from(snapshot(self.app))
        lost, damaged, words = work.judge(self.app, act, before, after, ended)
        typed_lost, typed_damaged = typed.judged(found)
        damaged = damaged + typed_damaged + unsound(after) + work.settle(self.app, act)
        kept = len(max(found.get(sign, []), key=len, default=""))
        there = [moment for moment in times if moment <= killed]
        return Kill(act.kind, round(1000 * (killed - began)), round(1000 * of), not ended, len(typed.sent.get(sign, "")), len(typed.acknowledged.get(sign, "")), kept,
                    round(1000 * (killed - there[kept])) if kept < len(there) else 0, words, lost + typed_lost, damaged)
