"""A browser that is killed while the vault is turned on or off loses no note, and finishes at the next start."""

from tests.browser.vault_killing import kill_while_turning

# `python -m bench.killed_vault --kills 100` does a hundred.
KILLS = 5


def test_killed_while_the_vault_is_turned_on_or_off_every_note_is_there_and_whole(playwright, server, tmp_path):
    kills = kill_while_turning(playwright, server.address, tmp_path / "profile", KILLS, seed=5)
    assert len(kills) == KILLS
    assert any(kill.in_the_middle for kill in kills), f"no kill fell into a conversion: the test shows nothing: {kills}"
    for kill in kills:
        assert not kill.missing and not kill.damaged, kill
