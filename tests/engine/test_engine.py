"""The engine's table: what is refused, and models that are loaded when they are first needed."""

import asyncio
import hashlib
import json
from pathlib import Path

import pytest

from app.engine.engine import Engine, as_read
from app.everywhere.errors import ModelError

PACKED = b"the weights"


class Files:
    """The app's files, of which one model can be damaged or lacking."""

    def __init__(self):
        self.asked = []
        rows = [{"name": "tiny", "file": "tiny.npz", "sha256": hashlib.sha256(PACKED).hexdigest()}]
        self.files = {"models/manifest.json": json.dumps({"models": rows}).encode(), "models/tiny.npz": PACKED}

    async def read(self, path):
        self.asked.append(path)
        if path not in self.files:
            raise ModelError(f"{path} could not be loaded.")
        return self.files[path]


class Feature:
    """A feature with one model."""

    def __init__(self, data):
        self.data = data

    @classmethod
    async def load(cls, models):
        return cls(await models.data("tiny"))

    def answer(self, payload):
        return {"said": payload["text"], "with": len(self.data)}


async def answer(engine, payload):
    return (await engine.loaded(Feature)).answer(payload)


def ask(engine, name, payload):
    return json.loads(asyncio.run(engine.call(name, json.dumps(payload))))


def engine_with(files):
    engine = Engine(files.read)
    # Under a name that the placement table knows.
    engine.handlers["complete"] = lambda payload: answer(engine, payload)
    return engine


def test_a_model_is_loaded_at_the_first_question_and_once():
    files = Files()
    engine = engine_with(files)
    assert files.asked == []
    for text in ("one", "two"):
        assert ask(engine, "complete", {"text": text}) == {"value": {"said": text, "with": len(PACKED)}}
    assert files.asked.count("models/tiny.npz") == 1


def test_two_questions_at_once_load_it_once():
    files = Files()
    engine = engine_with(files)

    async def both():
        return await asyncio.gather(*(engine.call("complete", json.dumps({"text": text})) for text in "ab"))

    assert len(asyncio.run(both())) == 2
    assert files.asked.count("models/tiny.npz") == 1


def test_a_model_that_could_not_be_had_is_said_and_asked_for_again():
    files = Files()
    lacking = files.files.pop("models/tiny.npz")
    engine = engine_with(files)
    assert ask(engine, "complete", {"text": "one"}) == {"error": "ModelError", "message": "models/tiny.npz could not be loaded."}
    files.files["models/tiny.npz"] = lacking
    assert ask(engine, "complete", {"text": "one"})["value"]["said"] == "one"


@pytest.mark.parametrize("damage", (b"", b"the weightz", bytes(100)))
def test_a_damaged_model_is_refused_by_name(damage):
    files = Files()
    files.files["models/tiny.npz"] = damage
    answer = ask(engine_with(files), "complete", {"text": "one"})
    assert answer["error"] == "ModelError" and "tiny.npz" in answer["message"]


@pytest.mark.parametrize("manifest", (b"", b"{}", b"[]", b'{"models": [{}]}', b"\xff"))
def test_a_damaged_list_of_models_is_said(manifest):
    files = Files()
    files.files["models/manifest.json"] = manifest
    answer = ask(engine_with(files), "complete", {"text": "one"})
    assert answer["error"] == "ModelError" and "manifest.json" in answer["message"]


def test_a_part_of_completion_that_is_lacking_is_said_and_costs_no_other_part():
    """The shipped models, without the recurrent network: the n-gram suggests, and the language is still told."""
    root = Path(__file__).resolve().parents[2]

    async def read(path):
        if "neural" in path:
            raise ModelError(f"{path} could not be loaded.")
        return (root / path).read_bytes()

    async def started():
        engine = Engine(read)
        await engine.load()
        return engine, await engine.load_rest()

    engine, lacking = asyncio.run(started())
    assert engine.problem == "" and lacking == ["models/completion.en.neural.npz could not be loaded."]
    assert engine.completer.neural is None
    assert ask(engine, "complete", {"before": "I am looking forw", "after": ""})["value"]["text"].startswith("ard")
    assert engine._detect("Ich war heute mit meiner Schwester lange im Garten.")[0] == "de"


def test_what_the_table_places_elsewhere_is_refused():
    engine = Engine(Files().read)
    assert ask(engine, "keep", {})["error"] == "Misplaced"
    assert ask(engine, "astrology", {})["error"] == "UnknownFeature"


def test_a_wipe_forgets_words_at_once_and_older_notes_teach_none():
    engine = Engine(Files().read)
    note = {"id": "1", "revision": 1, "title": "", "text": "Zubrowka with Mirela.", "deleted": "", "updated": "2026-01-01T00:00:00.000Z"}
    ask(engine, "learn", {"note": note})
    assert ask(engine, "learned", {"query": "", "limit": 10})["value"]["words"]
    assert ask(engine, "wipe", {"since": "2026-01-02T00:00:00.000Z"}) == {"value": None}
    assert ask(engine, "learned", {"query": "", "limit": 10})["value"] == {"words": [], "forgotten": []}
    ask(engine, "learn", {"note": note | {"id": "2"}})
    assert ask(engine, "learned", {"query": "", "limit": 10})["value"]["words"] == []
    ask(engine, "learn", {"note": note | {"updated": "2026-01-02T00:00:00.001Z", "revision": 2}})
    assert len(ask(engine, "learned", {"query": "", "limit": 10})["value"]["words"]) == 3


def test_what_stands_before_the_caret_is_read_without_attachments():
    cat = "![cat.png](attachment:01ARZ3NDEKTSV4RRFFQ69G5FAV)"
    assert as_read(f"We saw {cat} by the") == "We saw  by the"
    assert as_read(f"We saw {cat}") == "We saw )", "nothing is suggested as if «saw » came last"
    assert as_read("(We saw") == "(We saw" and as_read("(We saw)") == "(We saw)"
