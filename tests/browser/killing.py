"""A browser that is killed while somebody types, and what is left of the typing.

Offers:
    KillableBrowser(playwright, profile)    a Chromium whose process group can be killed
    kill_while_typing(…) -> [Kill]          kills it at random moments and looks what came back
    Kill                                    one kill: what was typed, acknowledged, found, lost

«Acknowledged» is what a person has seen: the text that was in the note when the status
«Saving» turned to «Saved», as an observer inside the page told this process before the kill.
"""

import os
import random
import signal
import subprocess
import threading
import time
from pathlib import Path
from typing import NamedTuple

from playwright.sync_api import Error as PlaywrightError

from tests.browser.driver import CHROMIUM_ARGUMENTS, NO_ENGINE, NO_OFFLINE_COPY, Notebook, Watch
from tools.browser import chromium_path

# Seconds until a Chromium that was started says how to talk to it.
START_SECONDS = 30
# Seconds of typing within which each kill falls.
TYPING_SECONDS = 2.5
# Seconds between two keys: a fast typist's 0.12 down to a burst's 0.03.
KEY_SECONDS = (0.03, 0.12)
# Each note begins with a sign of its own, counted from this one (an ideograph: there are thousands).
FIRST_SIGN = 0x4E00
WORDS = ("the train was late again and I did not mind because there was time to read and to look out of "
         "the window at the fields while the light went slowly over the hills behind the small town").split()

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


class Kill(NamedTuple):
    """One kill while a note was typed. Lengths in characters, times in milliseconds."""
    typed: str          # what had been sent to the page
    acknowledged: int   # the longest text that was seen as «Saved»
    found: str | None   # the note at the next start; None where there is none
    after_ms: float     # the kill, after the first key
    lost_ms: float      # the age of the oldest lost character at the moment of the kill; 0 where nothing is lost

    @property
    def is_damaged(self) -> bool:
        return self.found is not None and not self.typed.startswith(self.found)

    @property
    def lost_acknowledged(self) -> bool:
        return len(self.found or "") < self.acknowledged


def kill_while_typing(playwright, address: str, profile: Path, kills: int, seed: int = 1, told=lambda kill: None) -> list[Kill]:
    """Kills one browser `kills` times while it types a new note; all on one profile, so notes add up.

    After each kill the browser is started again, the note looked for on the page and in the
    store, and every earlier note with it. `told(kill)` hears of each.
    """
    chance = random.Random(seed)
    browser = KillableBrowser(playwright, profile)
    done = []
    under_way = None  # (typed, times, acknowledged, began, killed)
    try:
        for round in range(kills + 1):
            acknowledged = []
            app = _opened(browser, address, acknowledged)
            if under_way is not None:
                done.append(_looked_up(app, *under_way))
                told(done[-1])
                _all_there(done, stored_texts(app))
            if round < kills:
                app.new_note()
                acknowledged.clear()
                under_way = _typed_until_killed(app, browser, chance, round, acknowledged)
            browser.close()
    finally:
        browser.close()
    return done


def _all_there(done: list[Kill], stored: list[str]) -> None:
    for kill in done:
        assert kill.found is None or kill.found in stored, (
            f"a note changed after it was found: {kill.found!r} is now "
            f"{[text for text in stored if text[:1] == kill.typed[0]]!r}; {len(stored)} notes are stored, "
            f"{sum(kill.found is not None for kill in done)} were found")


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


def open_app(browser: KillableBrowser, address: str, *, wait: bool = True, scripts=()) -> Notebook:
    """The app in a killable browser that was just started; only the page, without engine and offline copy."""
    context = browser.start()
    watch = Watch(context)
    for script in (NO_ENGINE, NO_OFFLINE_COPY, *scripts):
        context.add_init_script(script)
    page = context.pages[0] if context.pages else context.new_page()
    return Notebook(page, watch, address).open(wait=wait)


def _opened(browser, address, acknowledged) -> Notebook:
    context = browser.start()
    context.expose_binding("acknowledged", lambda source, text: acknowledged.append(text))
    for script in (NO_ENGINE, NO_OFFLINE_COPY, OBSERVER):
        context.add_init_script(script)
    page = context.pages[0] if context.pages else context.new_page()
    return Notebook(page, Watch(context), address).open()


def _typed_until_killed(app, browser, chance, round, acknowledged):
    # The first character is the round's own, so that its note is known by whatever is left of it.
    script = chr(FIRST_SIGN + round) + " " + " ".join(chance.choice(WORDS) for _ in range(80))
    after = chance.uniform(0, TYPING_SECONDS)
    killed = []

    def kill():
        killed.append(time.monotonic())
        browser.kill()

    began = time.monotonic()
    timer = threading.Timer(after, kill)
    timer.start()
    times = []  # when each character was on the page
    sent = 0
    try:
        for character in script:
            sent += 1
            app.page.keyboard.type(character)
            times.append(time.monotonic())
            app.page.wait_for_timeout(1000 * chance.uniform(*KEY_SECONDS))
    except PlaywrightError:
        pass  # The kill.
    timer.join()
    assert killed, "typing ended before the kill"
    return script[:sent], times, acknowledged, began, killed[0]


def _looked_up(app, typed, times, acknowledged, began, killed) -> Kill:
    found = next((text for text in stored_texts(app) if text.startswith(typed[0])), None)
    if found is not None:
        assert app.text == found, f"the newest note is not on the page: {app.text!r} instead of {found!r}"
    kept = len(found or "")
    typed_by_then = [moment for moment in times if moment <= killed]
    lost_ms = 1000 * (killed - typed_by_then[kept]) if kept < len(typed_by_then) else 0.0
    return Kill(typed, max(map(len, acknowledged), default=0), found, 1000 * (killed - began), lost_ms)
