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
    """Ends a test after a minute: what is linear takes a second, what is quadratic would take an hour."""
    def ring(*_):
        raise TimeoutError("this took a minute, so it is not linear")

    before = signal.signal(signal.SIGALRM, ring)
    signal.alarm(60)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)
