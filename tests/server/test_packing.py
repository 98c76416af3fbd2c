"""The modules of a place travel as one file, and the place's Python finds each of them where the list says."""

import os
import sys
import subprocess
import tomllib
from pathlib import Path

import pytest

from app.server.packing import CONFIGS, UNPACKING, Packs
from app.server.release import Release

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def project(tmp_path):
    """A place with two modules, of which one is everybody's."""
    for name, content in {
        "index.html": "<!doctype html>",
        "sw.js": 'const VERSION = "dev";\n',
        "app/everywhere/unpacking.py": (ROOT / UNPACKING).read_text(encoding="utf-8"),
        "app/everywhere/days.py": "DAYS = 'häufig'\n",
        "app/engine/main.py": "from app.everywhere.unpacking import unpack\nunpack()\nfrom app.engine.words import WORDS\nfrom app.everywhere.days import DAYS\nprint(WORDS, DAYS)\n",
        "app/engine/words.py": "WORDS = 3\n",
        "app/engine/pyscript.toml": 'name = "An engine"\n\n[files]\n"../everywhere/days.py" = "app/everywhere/days.py"\n'
                                    '"../everywhere/unpacking.py" = "app/everywhere/unpacking.py"\n"words.py" = "app/engine/words.py"\n',
    }.items():
        path = tmp_path / "project" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    return tmp_path / "project"


def test_a_list_of_modules_is_served_as_the_unpacker_and_one_pack(project):
    config = tomllib.loads(Packs(project).read("app/engine/pyscript.toml").decode())
    assert config == {"name": "An engine", "files": {"../everywhere/unpacking.py": "app/everywhere/unpacking.py", "pyscript.pack": "modules.pack"}}


def test_a_place_that_fetches_what_the_served_list_names_runs(project, tmp_path):
    release = Release(project)
    (tmp_path / "device").mkdir()
    for source, target in tomllib.loads(release.read("app/engine/pyscript.toml")[0].decode())["files"].items():
        path = tmp_path / "device" / target
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(release.read(os.path.normpath("app/engine/" + source))[0])
    ran = subprocess.run([sys.executable, "-c", release.read("app/engine/main.py")[0].decode()], cwd=tmp_path / "device", capture_output=True, text=True,
                         env=os.environ | {"PYTHONPATH": str(tmp_path / "device"), "PYTHONIOENCODING": "utf-8"})
    assert ran.stdout == "3 häufig\n", ran.stderr


def test_what_is_packed_is_kept_for_offline_use_once(project):
    kept = [file["url"] for file in Release(project).precache()["files"]]
    assert kept == ["app/engine/main.py", "app/engine/pyscript.pack", "app/engine/pyscript.toml", "app/everywhere/unpacking.py", "index.html"]


def test_data_that_a_pack_holds_can_be_asked_for_offline_by_others_too(project):
    (project / "models").mkdir()
    (project / "models/manifest.json").write_text('{"models": []}', encoding="utf-8")
    with (project / "app/engine/pyscript.toml").open("a", encoding="utf-8") as config:
        config.write('"../../models/manifest.json" = "models/manifest.json"\n')
    assert b'models/manifest.json 14\n{"models": []}' in Packs(project).read("app/engine/pyscript.pack")
    assert "models/manifest.json" in [file["url"] for file in Release(project).precache()["files"]]


def test_a_module_that_changes_makes_another_pack_and_another_release(project):
    release = Release(project)
    pack, version = release.read("app/engine/pyscript.pack"), release.version()
    (project / "app/engine/words.py").write_text("WORDS = 4\n", encoding="utf-8")
    assert release.read("app/engine/pyscript.pack") != pack and release.version() != version


@pytest.mark.parametrize("config", CONFIGS)
def test_every_place_of_the_real_project_is_packed_whole(config):
    packs = Packs(ROOT)
    modules = [path for path in tomllib.loads((ROOT / config).read_text(encoding="utf-8"))["files"].values() if path != UNPACKING]
    pack, found = packs.read(config.replace(".toml", ".pack")), {}
    while pack:
        head, _, pack = pack.partition(b"\n")
        path, size = head.decode().split(" ")
        found[path], pack = pack[:int(size)], pack[int(size):]
    assert list(found) == modules
    assert all(content == (ROOT / path).read_bytes() for path, content in found.items())
