import asyncio
import json

import pytest

from app.everywhere.errors import Misplaced, Refused, UnknownFeature
from app.everywhere.features import NO, Feature
from app.page import gate as gate_module
from app.page.gate import Blocked, Gate
from app.page.storage import MemoryStorage

TABLE = (
    Feature("complete", "Complete", secret=NO, shared=NO, heavy=NO),
    Feature("explain", "Explain", secret="an API key", shared=NO, heavy="a large model", sends="the text", instead="complete"),
)


class Network:
    """Keeps what was sent, and what the ledger said at that moment."""

    def __init__(self, storage, answer='{"text": "so"}'):
        self.storage, self.answer, self.sent, self.ledger_then = storage, answer, [], None

    async def __call__(self, path, body, line):
        self.line = line
        self.ledger_then = await self.storage.all("ledger")
        self.sent.append((path, body))
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def desk(answer='{"text": "so"}'):
    storage = MemoryStorage()
    network = Network(storage, answer)
    ids = iter(f"{n:05}" for n in range(100000))
    gate = Gate(storage, network, lambda: next(ids), lambda: "2026-11-21T06:35:44.123Z", lambda requests: None, TABLE, json.dumps)
    return gate, network, storage


def test_what_belongs_on_the_device_is_never_sent():
    gate, network, storage = desk()
    with pytest.raises(Misplaced):
        asyncio.run(gate.call("complete", {"before": "dear diary"}))
    with pytest.raises(UnknownFeature):
        asyncio.run(gate.call("fly", {}))
    assert network.sent == [] and asyncio.run(storage.all("ledger")) == []


def test_a_note_that_never_leaves_is_refused_and_so_is_one_that_does_not_say():
    gate, network, _ = desk()
    for note in ({"never_leaves": True}, {}):
        with pytest.raises(Refused, match="never leaves"):
            asyncio.run(gate.call("explain", {"notes": [{"never_leaves": False}, note]}))
    assert network.sent == []


def test_a_request_is_in_the_ledger_before_a_byte_of_it_is_sent_and_complete_after():
    gate, network, storage = desk()
    asyncio.run(gate.call("explain", {"text": "é"}))
    assert [entry["outcome"] for entry in network.ledger_then] == ["sent"]
    [entry] = asyncio.run(storage.all("ledger"))
    assert entry["feature"] == "explain" and entry["why"] == "secret" and entry["outcome"] == "answered"
    assert entry["bytes_out"] == len(json.dumps({"text": "é"}).encode())
    assert entry["bytes_in"] == len('{"text": "so"}')
    assert gate.requests == 1
    assert entry["body"] == json.dumps({"text": "é"}) and network.line == entry["id"]


def test_a_request_that_failed_stays_in_the_ledger():
    gate, _, storage = desk(answer=OSError("cut off"))
    with pytest.raises(OSError):
        asyncio.run(gate.call("explain", {"text": "x"}))
    [entry] = asyncio.run(storage.all("ledger"))
    assert entry["outcome"] == "failed: cut off"


def test_what_was_sent_is_kept_for_the_newest_requests_only(monkeypatch):
    monkeypatch.setattr(gate_module, "LEDGER_BODIES", 2)
    gate, _, _ = desk()
    for text in "abcd":
        asyncio.run(gate.call("explain", {"text": text}))
    assert [entry.get("body") for entry in asyncio.run(gate.ledger())] == [None, None, '{"text": "c"}', '{"text": "d"}']


def test_what_is_blocked_is_counted_and_the_first_of_it_listed(monkeypatch):
    monkeypatch.setattr(gate_module, "BLOCKED_LISTED", 2)
    heard = []
    blocked = Blocked(lambda: heard.append(None))
    for n in range(3):
        blocked.add(f"https://evil.example/{n}", "the browser's policy")
    assert blocked.count == len(heard) == 3
    assert blocked.listed == [("https://evil.example/0", "the browser's policy"), ("https://evil.example/1", "the browser's policy")]


def test_the_count_goes_on_after_a_restart_and_the_ledger_does_not_grow_for_ever(monkeypatch):
    monkeypatch.setattr(gate_module, "LEDGER_ENTRIES", 3)
    gate, network, storage = desk()
    for _ in range(5):
        asyncio.run(gate.call("explain", {"text": "x"}))
    assert [entry["id"] for entry in asyncio.run(storage.all("ledger"))] == ["00002", "00003", "00004"]
    assert gate.requests == 5
    again = Gate(storage, network, None, None, lambda requests: None, TABLE, json.dumps)
    asyncio.run(again.open())
    assert again.requests == 3
