"""The command ``python -m app.everywhere.advise``: what it prints, and what it refuses."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from app.engine.vectors import Vectors
from app.everywhere import advise
from app.everywhere.errors import ModelError
from app.everywhere.plain_vectors import PlainVectors

ROOT = Path(__file__).resolve().parents[2]
LIKES = '[[feature]]\nname = "Likes"\ndescription = "A heart under every recipe, with how many people tapped it."\n'


def run(capsys, path, *options):
    status = advise.main([str(path), *options])
    return status, *capsys.readouterr()


@pytest.fixture
def manifest(tmp_path):
    def write(content):
        path = tmp_path / "features.toml"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path
    return write


def test_json_holds_exactly_the_fields_that_are_promised(capsys, manifest):
    status, out, err = run(capsys, manifest(LIKES + '[[feature]]\nname = "metronome"\ndescription = "metronome"\n'), "--json")
    likes, metronome = json.loads(out)["features"]
    assert (status, err, list(json.loads(out))) == (0, "", ["features"])
    assert list(likes) == ["name", "place", "decided_by", "secret", "shared", "heavy", "why", "confidence"]
    assert (likes["name"], likes["place"], likes["decided_by"], likes["shared"]) == ("Likes", "server", "shared", True)
    assert likes["why"] == "Likes must be shared across users, so the count lives on the backend."
    assert (metronome["place"], metronome["decided_by"]) == ("device", "none")
    assert 0 <= metronome["confidence"] <= 1 and [metronome[test] for test in ("secret", "shared", "heavy")] == [False] * 3


def test_the_table_has_a_line_for_each_feature(capsys, manifest):
    status, out, _ = run(capsys, manifest(LIKES * 2))
    assert status == 0 and out.count("the count lives on the backend") == 2 and "0 on the device, 2 on the server." in out


def test_where_it_is_unsure_the_table_asks_and_the_json_still_answers(capsys, manifest):
    path = manifest('[[feature]]\nname = "Ding"\ndescription = "Die Nutzer können ihre Termine verschieben."\n')
    assert "Unsure; ask yourself: " in run(capsys, path)[1]
    row = json.loads(run(capsys, path, "--json")[1])["features"][0]
    assert row["place"] in ("device", "server") and row["confidence"] < 0.5


def test_a_name_cannot_steer_the_terminal(capsys, manifest):
    out = run(capsys, manifest('[[feature]]\nname = "a\\u001b[2Jb"\ndescription = "notes\\u009b"\n'))[1]
    assert "\x1b" not in out and "\x9b" not in out


@pytest.mark.parametrize("content, said", [
    ("", "no [[feature]]"),
    ("feature = 1", "no [[feature]]"),
    ("[feature]\nname = 'a'", "no [[feature]]"),
    ("feature = []", "no [[feature]]"),
    ("feature = [1]", "not a [[feature]] table"),
    ("[[features]]\nname = 'a'\ndescription = 'b'", "no [[feature]]"),
    ("[[feature]]\nname = 'a'", "feature 1 has no description"),
    ("[[feature]]\ndescription = 'a'", "feature 1 has no name"),
    (LIKES + "[[feature]]\nname = 3\ndescription = 'b'", "the name of feature 2 is not text"),
    ("[[feature]]\nname = 'a'\ndescription = ['b']", "the description of feature 1 is not text"),
    ("[[feature]]\nname = ' '\ndescription = 'b'", "the name of feature 1 is empty"),
    ("[[feature]\nname = 'a'", "not TOML"),
    ("{\"feature\": []}", "not TOML"),
    (b"\xff\xfe[\x00", "not UTF-8"),
    (b"\x80", "not UTF-8"),
    ("a = " + "[" * 50_000, "not TOML"),
    ("a" + ".a" * 20_000 + " = 1", ""),
    ("a = " + "9" * 10_000, "not TOML"),
    (b"#" * 2_000_001, "larger than 2 MB"),
    ("[[feature]]\n" * 5_001, "more than 5000"),
], ids=lambda value: repr(value)[:30])
def test_a_bad_file_is_refused_in_one_sentence(capsys, manifest, content, said):
    status, out, err = run(capsys, manifest(content), "--json")
    assert status == 2 and out == "" and said in err and err.startswith("advise: ") and len(err.splitlines()) == 1


def test_a_file_that_is_not_there_is_refused(capsys, tmp_path):
    for path in (tmp_path / "none.toml", tmp_path, "a\0b"):
        status, out, err = run(capsys, path)
        assert status == 2 and out == "" and "cannot be read" in err and len(err.splitlines()) == 1


def test_it_runs_on_a_python_that_has_nothing_installed(manifest):
    command = [sys.executable, "-I", "-S", "-c", f"import sys, runpy; sys.path.insert(0, {str(ROOT)!r}); sys.argv = ['advise', {str(manifest(LIKES))!r}, '--json'];"
               "runpy.run_module('app.everywhere.advise', run_name='__main__')"]
    run = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert run.returncode == 0 and json.loads(run.stdout)["features"][0]["decided_by"] == "shared", run.stderr


def test_plain_vectors_are_the_engines_vectors():
    data = (ROOT / "models/vectors.en.npz").read_bytes()
    texts = ["See the same shopping list on my wife's phone!", "metronome", "", "\ud800", "\U0001f389", "xqzvy " * 5, "caf\u00e9 na\u00efve", "word " * 3000]
    plain, fast = PlainVectors(data).encode(texts), Vectors.read_file(data).encode(texts)
    assert np.allclose(plain, fast, atol=1e-4)


@pytest.mark.parametrize("damage", (b"", b"PK", b"{}"))
def test_damaged_vectors_are_refused(damage):
    with pytest.raises(ModelError, match="sentence vectors"):
        PlainVectors(damage)


@pytest.mark.parametrize("model", (None, "", "{}", "[]", '{"format": 2}', '{"format": 1}'))
def test_a_damaged_model_is_said_and_not_a_traceback(capsys, manifest, tmp_path, monkeypatch, model):
    if model is not None:
        (tmp_path / "advisor.json").write_text(model)
    (tmp_path / "vectors.en.npz").write_bytes((ROOT / "models/vectors.en.npz").read_bytes())
    monkeypatch.setattr(advise.advisor, "__defaults__", (tmp_path,))
    status, out, err = run(capsys, manifest(LIKES))
    assert status == 2 and out == "" and "advisor" in err and len(err.splitlines()) == 1
