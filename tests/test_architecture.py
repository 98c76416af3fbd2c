"""The architecture, enforced: which way imports point, and that table, code and files agree."""

import ast
import json
import re
from pathlib import Path

import pytest

from app.everywhere.features import FEATURES
from app.everywhere.limits import MODEL_BYTES, MODELS_BYTES_TOGETHER
from app.everywhere.places import ENGINE, LEARNER, PAGE, PORTER

ROOT = Path(__file__).resolve().parents[1]
PLACES = ("page", "engine", "learner", "porter", "server")
SOURCES = sorted((ROOT / "app").rglob("*.py"))


def imported(path):
    """Every module that the file names in an import, at any depth."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute, so that arrows can be read"
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_point_inwards(path):
    place = path.relative_to(ROOT / "app").parts[0]
    for module in imported(path):
        if module.startswith("app."):
            target = module.split(".")[1]
            allowed = {"everywhere"} if place == "everywhere" else {"everywhere", place}
            assert target in allowed, f"{path.relative_to(ROOT)} imports {module}"


# What modules of `everywhere` need beyond it: one writes modules where its interpreter looks for them; the others are the command
# `advise` with its reader of the vectors, and a tokeniser that it shares with the engine (docs/adr/0023). MicroPython never sees those.
STANDARD_LIBRARY = {
    "unpacking.py": {"os", "importlib"},
    "advise.py": {"argparse", "json", "pathlib", "sys", "tomllib"},
    "plain_vectors.py": {"array", "ast", "io", "math", "operator", "sys", "zipfile", "zlib"},
    "pieces.py": {"re", "unicodedata"},
}


def test_everywhere_needs_nothing_but_itself():
    for path in SOURCES:
        if path.parent.name == "everywhere":
            allowed = STANDARD_LIBRARY.get(path.name, set())
            assert all(module.split(".")[0] in allowed or module.startswith("app.everywhere") for module in imported(path)), path


def test_the_page_loads_nothing_that_micropython_cannot_import():
    import tomllib

    listed = tomllib.loads((ROOT / "pyscript.toml").read_text())["files"].values()
    assert not {f"app/everywhere/{name}" for name in STANDARD_LIBRARY if name != "unpacking.py"} & set(listed)


def test_only_the_gate_is_given_the_network():
    # The page's one fetch stands in main.py, where it is handed to the gate.
    for path in SOURCES:
        text = path.read_text(encoding="utf-8")
        relative = str(path.relative_to(ROOT / "app"))
        reaches = re.findall(r"\bfetch\(|\bpyfetch\(|XMLHttpRequest|WebSocket|EventSource|sendBeacon", text)
        if relative == "page/main.py":
            assert len(reaches) == 1 and "fetch_text" in text.split("Gate(storage, ")[1][:20]
        elif relative == "engine/main.py":
            # The engine reads its models from where the app itself lies, and nothing else.
            assert re.findall(r"pyfetch\((.*?)\)", text) == ["js.carryon.base + path"]
        elif not relative.startswith("server/"):
            assert reaches == [], path


def handlers_of(path, opening):
    """The names in the one table of handlers that a place has."""
    table = path.read_text(encoding="utf-8").split(opening)[1].split("}")[0]
    return re.findall(r'"(\w+)":', table)


def test_every_feature_of_the_device_has_one_handler_where_the_table_says():
    page = handlers_of(ROOT / "app/page/main.py", "PAGE: Handlers(PAGE, {".replace("{", "") + "{")
    engine = handlers_of(ROOT / "app/engine/engine.py", "self.handlers = {")
    learner = handlers_of(ROOT / "app/learner/learner.py", "self.handlers = {")
    porter = handlers_of(ROOT / "app/porter/porter.py", "self.handlers = {")
    assert sorted(porter) == sorted(row.name for row in FEATURES if row.place == PORTER)
    assert sorted(learner) == sorted(row.name for row in FEATURES if row.place == LEARNER)
    assert sorted(page) == sorted(row.name for row in FEATURES if row.place == PAGE)
    assert sorted(engine) == sorted(row.name for row in FEATURES if row.place == ENGINE)


def test_the_heavy_answers_agree_with_the_measured_sizes_of_the_models():
    models = {row["name"]: row for row in json.loads((ROOT / "models/manifest.json").read_text())["models"]}
    on_device = set()
    for row in FEATURES:
        for name in row.models:
            assert name in models, f"{row.name} names the model {name}, which is not in the manifest"
            if row.on_device:
                on_device.add(name)
                assert models[name]["transferred"] <= MODEL_BYTES, f"{row.name} is heavy, and the table says no"
    # What is loaded on demand (another language) is counted apart: nobody writes in all of them.
    assert sum(models[name]["transferred"] for name in on_device if not models[name].get("on_demand")) <= MODELS_BYTES_TOGETHER


def test_what_the_pages_load_is_what_there_is():
    """A file missing in pyscript.toml would be found missing only in the browser."""
    import tomllib

    for config in (ROOT / "pyscript.toml", ROOT / "app/engine/pyscript.toml", ROOT / "app/learner/pyscript.toml", ROOT / "app/porter/pyscript.toml"):
        assert config.read_text().rpartition("\n[")[2].startswith("files]\n"), f"{config}: what app/server/packing.py rewrites is the last section"
        listed = set()
        for source, target in tomllib.loads(config.read_text())["files"].items():
            path = (config.parent / source).resolve()
            assert path.exists() and path.relative_to(ROOT) == Path(target)
            listed.add(path)
        place = "page" if config.parent == ROOT else config.parent.name
        wanted = {path for path in SOURCES if path.relative_to(ROOT / "app").parts[0] == place and path.name != "main.py"}
        assert wanted | {ROOT / "app/everywhere/unpacking.py"} <= listed
        for path in listed:
            for module in imported(path):
                if module.startswith("app."):
                    file = ROOT / (module.replace(".", "/") + ".py")
                    assert not file.exists() or file in listed, f"{config.name} lacks {module}, which {path.name} imports"
