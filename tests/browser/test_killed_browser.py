"""A browser that is killed at any moment, whatever it is doing, loses nothing that it called «Saved», and damages no note."""

import random
import struct

import pytest
from playwright.sync_api import expect

from tests.browser.killed_works import WORKS, Served
from tests.browser.killing import KillableBrowser, kill_while, open_app, stored_texts

# Kills in each kind of work; `python -m bench.killed --kills 1000` does a thousand.
KILLS = {"typing": 3, "attaching": 1, "import": 1, "backup": 1, "vault": 2, "compaction": 1, "index": 1}
# Milliseconds: the promise.
TYPING_AT_RISK_MS = 1000


@pytest.fixture
def killable(playwright, tmp_path):
    browser = KillableBrowser(playwright, tmp_path / "profile")
    yield browser
    browser.close()


@pytest.mark.parametrize("name", WORKS)
def test_killed_in_the_middle_of_any_work_it_loses_nothing_acknowledged_and_damages_nothing(playwright, tmp_path, name):
    work = WORKS[name](random.Random(2))
    with Served(work) as address:
        kills = kill_while(work, playwright, address, tmp_path / "profile", KILLS[name])
    assert len(kills) == KILLS[name]
    assert any(kill.in_the_middle for kill in kills), f"no kill fell into the work: the test shows nothing: {kills}"
    for kill in kills:
        assert not kill.lost and not kill.damaged, kill
    if name == "typing":
        assert any(kill.acknowledged for kill in kills), "nothing was ever acknowledged"
        assert any(kill.kept < kill.typed for kill in kills), "no kill fell into unsaved typing: the test shows nothing"
        assert max(kill.lost_ms for kill in kills) <= TYPING_AT_RISK_MS


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
