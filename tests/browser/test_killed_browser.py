"""A browser that is killed at any moment loses no word that it called «Saved»."""

import random
import re
import struct
import threading

import pytest
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import expect

from tests.browser.killing import KillableBrowser, kill_while_typing, open_app, stored_texts

# `python -m bench.killed --kills 100` does a hundred.
KILLS = 10
# Kills while files are attached, on one profile; seconds within which each falls, after the first file.
ATTACHING_KILLS = 5
ATTACHING_SECONDS = 1.5
# Milliseconds: the promise.
TYPING_AT_RISK_MS = 1000


@pytest.fixture
def killable(playwright, tmp_path):
    browser = KillableBrowser(playwright, tmp_path / "profile")
    yield browser
    browser.close()


def test_killed_while_typing_it_loses_no_acknowledged_word_and_at_most_a_second(playwright, server, tmp_path):
    kills = kill_while_typing(playwright, server.address, tmp_path / "profile", KILLS, seed=2)
    assert len(kills) == KILLS
    assert any(kill.acknowledged for kill in kills), "nothing was ever acknowledged"
    assert any(kill.found != kill.typed for kill in kills), "no kill fell into unsaved typing: the test shows nothing"
    for kill in kills:
        assert not kill.is_damaged, kill
        assert not kill.lost_acknowledged, kill
        assert kill.lost_ms <= TYPING_AT_RISK_MS, kill


def test_killed_before_python_is_up_the_draft_comes_back_as_a_note(killable, host):
    host.delays(r"micropython\.wasm$", 60)
    app = open_app(killable, host.address, wait=False)
    app.write("Written in the first second")
    app.page.wait_for_timeout(1000)
    killable.close()
    host.heal()
    app = open_app(killable, host.address)
    expect(app.note).to_have_value("Written in the first second")
    app.wait_saved()
    expect(app.notes).to_have_count(1)


def test_a_draft_comes_back_once(killable, host):
    host.delays(r"micropython\.wasm$", 60)
    app = open_app(killable, host.address, wait=False)
    app.write("Only once")
    app.page.wait_for_timeout(1000)
    killable.close()
    host.heal()
    open_app(killable, host.address).wait_saved()
    killable.close()
    app = open_app(killable, host.address)
    expect(app.note).to_have_value("Only once")
    expect(app.notes).to_have_count(1)


def test_a_kill_in_the_middle_of_a_log_record_costs_no_note_at_any_later_start(killable, server, tmp_path):
    """Chromium writes a record of its log in two halves. What follows the first half alone is unreadable."""
    app = open_app(killable, server.address)
    app.write("Before the kill")
    app.wait_saved()
    killable.close()

    log, = (tmp_path / "profile").glob("Default/IndexedDB/*.leveldb/*.log")
    # A record's head (LevelDB's log format): checksum, length of the body, type. Its body never came.
    with log.open("ab") as end:
        end.write(struct.pack("<IHB", 0x12345678, 300, 1))

    app = open_app(killable, server.address)
    assert stored_texts(app) == ["Before the kill"]
    app.new_note()
    app.write("After the kill")
    app.wait_saved()
    killable.close()
    assert sorted(stored_texts(open_app(killable, server.address))) == ["After the kill", "Before the kill"]


# One file of 300 kB after the other is dropped on the note.
DROP_FILES = """() => {
    setInterval(() => {
        const bytes = new Uint8Array(300_000);
        for (let at = 0; at < bytes.length; at += 60_000) crypto.getRandomValues(bytes.subarray(at, at + 60_000));
        const dataTransfer = new DataTransfer();
        dataTransfer.items.add(new File([bytes], "noise.bin"));
        document.getElementById("note").dispatchEvent(new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true }));
    }, 80);
}"""
# The ids that stored notes name, and those of them whose bytes are there and are what was attached.
NAMED_AND_WHOLE = """async () => {
    const db = await new Promise((resolve) => (indexedDB.open("carryon").onsuccess = (event) => resolve(event.target.result)));
    const ask = (request) => new Promise((resolve) => (request.onsuccess = () => resolve(request.result)));
    const get = (store, ...id) => ask(db.transaction(store).objectStore(store)[id.length ? "get" : "getAll"](...id));
    const named = new Set((await get("notes")).flatMap(({ text }) => text.match(/(?<=attachment:)\\w{26}/g) ?? []));
    const whole = [];
    for (const id of named) {
        const [record, blob] = [await get("attachments", id), await get("blobs", id)];
        const digest = blob && new Uint8Array(await crypto.subtle.digest("SHA-256", blob.data));
        if (digest && record?.sha256 === Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("")) whole.push(id);
    }
    db.close();
    return [named.size, whole.length];
}"""


def test_killed_while_files_are_attached_every_file_that_a_note_names_is_whole(killable, server):
    chance, found = random.Random(3), []
    for _ in range(ATTACHING_KILLS):
        app = open_app(killable, server.address)
        found.append(app.page.evaluate(NAMED_AND_WHOLE))
        app.new_note()
        app.page.evaluate(DROP_FILES)
        expect(app.note).to_have_value(re.compile("attachment:"))
        killer = threading.Timer(chance.uniform(0, ATTACHING_SECONDS), killable.kill)
        killer.start()
        try:
            app.page.wait_for_timeout(1000 * ATTACHING_SECONDS + 5000)
        except PlaywrightError:
            pass  # The kill.
        killer.join()
        killable.close()
    found.append(open_app(killable, server.address).page.evaluate(NAMED_AND_WHOLE))
    assert all(named == whole for named, whole in found), found
    assert found[-1][0] > ATTACHING_KILLS, "hardly anything was attached: the test shows nothing"
