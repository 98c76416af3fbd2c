"""Kills a browser while it turns the vault on or off, and looks for every note at the next start.

Offers `kill_while_turning(playwright, address, profile, kills, seed, told) -> [VaultKill]`.
"""

import random
import threading
import time
from pathlib import Path
from typing import NamedTuple

from playwright.sync_api import Error as PlaywrightError

from tests.browser.killing import KillableBrowser, open_app
from tests.browser.vaulting import PASSPHRASE, VAULT_MS, settings, turn_on, unlock, vault_state

# Notes that are converted: some dozens of slices of them, one text that Chromium keeps in a file of its own.
NOTES = 3000
LONG = 150_000
# Seconds after the first sign of the conversion within which a kill falls; one in three falls while the keys are made instead.
CONVERSION_SECONDS, KEY_SECONDS = 1.0, 4.0

WIDE = {"width": 1280, "height": 800}

# {id: everything that a note says}, opened by the app's own glue; a damaged one is missing.
READ = """async () => {
    const glue = await import("./static/glue/database.js");
    const db = (await glue.open("carryon", () => {}, () => {}, () => {})).value;
    const notes = {};
    for (let last = ""; ; ) {
        const { value } = await glue.slice(db, "notes", last, 100);
        if (!value.length) break;
        for (const note of value) notes[note.id] = JSON.stringify([note.title, note.text, note.tags, note.revision]);
        last = value.at(-1).id;
    }
    return notes;
}"""
WRITE = """async ([count, long]) => {
    const glue = await import("./static/glue/database.js");
    const db = (await glue.open("carryon", () => {}, () => {}, () => {})).value;
    const changes = Array.from({ length: count }, (_, n) => {
        const now = new Date(1.7e12 + 6e4 * n).toISOString();
        return { kind: "put", store: "notes", record: { id: "01HF" + String(n).padStart(22, "0"), created: now, updated: now, title: `Note ${n}`,
            text: n ? `It rained on day ${n}. `.repeat(1 + (n % 40)) : "x".repeat(long), tags: ["rain"], pinned: false, archived: false, deleted: "",
            never_leaves: false, mood: "", refused: [], revision: 1 } };
    });
    const answer = await glue.write(db, changes);
    if (answer.error) throw new Error(answer.message);
}"""


class VaultKill(NamedTuple):
    """One kill. `turning`: «on» or «off»; `state`: what the notebook said of its vault at the next start; the rest: notes after it."""
    turning: str
    state: str
    missing: int
    damaged: int

    @property
    def in_the_middle(self) -> bool:
        return self.state in ("sealing", "opening")


def kill_while_turning(playwright, address: str, profile: Path, kills: int, seed: int = 1, told=lambda kill: None) -> list[VaultKill]:
    chance = random.Random(seed)
    browser = KillableBrowser(playwright, profile)
    done = []
    try:
        app = open_app(browser, address)
        app.page.set_viewport_size(WIDE)
        app.page.evaluate(WRITE, [NOTES, LONG])
        expected = app.page.evaluate(READ)
        assert len(expected) == NOTES
        for round in range(kills):
            turning = "off" if vault_state(app) == "on" else "on"
            _kill_while(app, browser, turning, chance)
            browser.close()
            app = open_app(browser, address, wait=False)
            app.page.set_viewport_size(WIDE)
            app.page.wait_for_selector("html[data-page=ready], html[data-vault=locked]", state="attached")
            state = vault_state(app)
            if state != "off":
                unlock(app)
            found = app.page.evaluate(READ)
            done.append(VaultKill(turning, state, len(expected.keys() - found.keys()),
                                  sum(expected.get(id, said) != said for id, said in found.items())))
            told(done[-1])
            assert vault_state(app) in ("on", "off"), "a conversion that was cut off was not finished"
            # What is saved now must be there after the next kill.
            app.open_view("Notes")
            app.write_note(f"Round {round}")
            expected = app.page.evaluate(READ)
    finally:
        browser.close()
    return done


def _kill_while(app, browser, turning, chance):
    early = chance.random() < 1 / 3
    killed = threading.Event()

    def kill_after(seconds):
        time.sleep(seconds)
        browser.kill()
        killed.set()

    try:
        if turning == "on":
            turn_on(app, wait=False)
        else:
            settings(app)
            app.button("Turn off the vault").click()
            app.page.get_by_role("textbox", name="Passphrase or recovery code").fill(PASSPHRASE)
            app.button("Turn off").click()
        if not early:
            app.page.wait_for_function("document.getElementById('vault-state').textContent.includes(' of ')", timeout=VAULT_MS)
        threading.Thread(target=kill_after, args=(chance.uniform(0, KEY_SECONDS if early else CONVERSION_SECONDS),)).start()
        assert killed.wait(60)
    except (PlaywrightError, AssertionError):
        if not killed.is_set():
            browser.kill()
