"""A browser that is killed at any moment loses no word that it called «Saved»."""

import pytest
from playwright.sync_api import expect

from tests.browser.killing import KillableBrowser, kill_while_typing, open_app

# `python -m bench.killed --kills 100` does a hundred.
KILLS = 10
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
