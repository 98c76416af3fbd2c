"""What the page decides about the vault; what the glue does is tested in a browser (tests/browser/test_vault.py)."""

import asyncio

import pytest

from app.everywhere.errors import WrongSecret
from app.everywhere.limits import FREE_TRIES, LONGEST_TRY_DELAY_SECONDS
from app.everywhere.recovery_code import ENTROPY_BYTES, groups, new_code
from app.page.vault import OFF, PASSPHRASE, RECOVERY, Idle, Vault, advice, told


class Glue:
    """Opens with «right»; `record` is what the notebook says of its vault."""

    def __init__(self, record=""):
        self.record = record

    def state(self, db):
        return self.record

    def unlock(self, db, kind, secret):
        return WrongSecret("") if secret != "right" else True

    async def offer(self):
        return "a channel"

    def possible(self):
        return True


class Tries:
    number = 0

    def read(self):
        return self.number

    def write(self, number):
        self.number = number


async def answered(value):
    if isinstance(value, Exception):
        raise value
    return value


def vault(record="", tries=None):
    return Vault(Glue(record), "a database", answered, tries or Tries())


def test_a_notebook_without_a_record_has_no_vault_and_hands_out_no_key():
    one = vault()
    asyncio.run(one.read())
    assert one.state == OFF and not one.is_on and asyncio.run(one.offer()) == ""


def test_with_a_record_a_worker_gets_a_channel_to_the_key():
    one = vault('{"state": "sealing", "kinds": ["passphrase", "recovery"]}')
    asyncio.run(one.read())
    assert one.is_on and asyncio.run(one.offer()) == "a channel"


def test_memory_has_no_vault():
    assert not Vault(Glue(), None, answered, Tries()).possible


def test_each_wrong_try_beyond_the_first_few_waits_twice_as_long_and_a_right_one_forgets_them():
    tries = Tries()
    one = vault(tries=tries)
    delays = []
    for _ in range(FREE_TRIES + 8):
        assert not asyncio.run(one.unlock(PASSPHRASE, "wrong"))
        delays.append(one.delay())
    assert delays[:FREE_TRIES - 1] == [0] * (FREE_TRIES - 1)
    assert delays[FREE_TRIES - 1:FREE_TRIES + 2] == [2, 4, 8]
    assert delays[-1] == LONGEST_TRY_DELAY_SECONDS
    assert vault(tries=tries).delay() == LONGEST_TRY_DELAY_SECONDS  # also after a restart
    assert asyncio.run(one.unlock(PASSPHRASE, "right"))
    assert one.delay() == 0


def test_what_is_typed_is_the_recovery_code_where_it_is_one_and_the_passphrase_else():
    code = new_code(bytes(range(ENTROPY_BYTES)))
    assert told("-".join(groups(code)).lower()) == (RECOVERY, code)
    assert told("correct horse") == (PASSPHRASE, "correct horse")


@pytest.mark.parametrize("passphrase, good", [
    ("", False), ("short", False), ("aaaaaaaaaaaaaaa", False), ("hunter2hunter", True), ("correct horse battery staple", True)])
def test_a_passphrase_is_taken_by_its_length(passphrase, good):
    assert advice(passphrase)[0] is good


def test_it_is_time_to_lock_after_so_many_minutes_without_a_sign_of_anybody():
    now = [0]
    idle = Idle(lambda: now[0], 5)
    now[0] = 299
    assert not idle.is_due
    idle.active()
    now[0] = 598
    assert not idle.is_due
    now[0] = 599
    assert idle.is_due


def test_it_never_locks_where_that_was_chosen():
    now = [0]
    idle = Idle(lambda: now[0], 0)
    now[0] = 10_000_000
    assert not idle.is_due


def test_a_clock_that_is_set_back_does_not_keep_it_open_for_ever():
    now = [1_000_000]
    idle = Idle(lambda: now[0], 5)
    now[0] = 0
    assert not idle.is_due
    now[0] = 300
    assert idle.is_due
