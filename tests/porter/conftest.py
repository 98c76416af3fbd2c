"""Moments without a zone mean the computer's, so these tests hold the zone still."""

import os
import signal
import time

import pytest


@pytest.fixture(autouse=True)
def in_utc(monkeypatch):
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.fixture
def in_new_york(monkeypatch):
    monkeypatch.setitem(os.environ, "TZ", "America/New_York")
    time.tzset()


@pytest.fixture
def no_hang():
    """Ends a test after five minutes: what is linear takes a second, also on a busy machine a few; what is quadratic would take an hour."""
    def ring(*_):
        raise TimeoutError("this took five minutes, so it is not linear")

    before = signal.signal(signal.SIGALRM, ring)
    signal.alarm(300)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)
