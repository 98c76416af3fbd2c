"""Every shipped model answers in a real browser as its reference implementation does.

The cases are made with the model, by what trained it or read it first (scikit-learn, PyTorch, the
original library): `models/reference/<feature>.json`, `{"feature", "tolerance", "cases": [{"payload", "value"}]}`.
"""

import json

import pytest

from app.everywhere.features import FEATURES
from tests.browser.engine_page import EnginePage
from tests.browser.hosting import ROOT, Host

REFERENCES = sorted((ROOT / "models/reference").glob("*.json"))


def read(path):
    return json.loads(path.read_text(encoding="utf-8"))


def agree(ours, theirs, tolerance) -> bool:
    """Numbers within the tolerance, everything else exactly; the reference may leave out keys."""
    if isinstance(theirs, (int, float)) and not isinstance(theirs, bool):
        return isinstance(ours, (int, float)) and abs(ours - theirs) <= tolerance
    if isinstance(theirs, dict):
        return isinstance(ours, dict) and all(key in ours and agree(ours[key], value, tolerance) for key, value in theirs.items())
    if isinstance(theirs, list):
        return isinstance(ours, list) and len(ours) == len(theirs) and all(agree(a, b, tolerance) for a, b in zip(ours, theirs))
    return ours == theirs


@pytest.fixture(scope="module")
def engine(playwright, tmp_path_factory):
    host = Host().copy(tmp_path_factory.mktemp("app")).start()
    with EnginePage(playwright, host) as engine:
        yield engine
    host.stop()


@pytest.mark.parametrize("path", REFERENCES, ids=lambda path: path.stem)
def test_the_browser_answers_as_the_reference_does(engine, path):
    reference = read(path)
    assert reference["cases"], "no case is no comparison"
    for case in reference["cases"]:
        ours = engine.ask(reference["feature"], case["payload"])
        assert agree(ours, case["value"], reference["tolerance"]), f"{case['payload']}: {ours} instead of {case['value']}"


def test_every_model_is_compared_with_a_reference():
    compared = {read(path)["feature"] for path in REFERENCES}
    used = {model for row in FEATURES if row.name in compared for model in row.models}
    shipped = {row["name"] for row in read(ROOT / "models/manifest.json")["models"]}
    assert shipped == used, "these models have no reference cases"
    languages = {case["payload"].get("language", "en") for path in REFERENCES if read(path)["feature"] == "complete" for case in read(path)["cases"]}
    assert languages == {name.split(".")[1] for name in shipped if name.startswith("completion.")}
