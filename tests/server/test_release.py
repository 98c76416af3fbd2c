"""The release: what is shipped, its hashes, and its version."""

import base64
import hashlib
import os
from pathlib import Path

import pytest

from app.server.release import Release, ReleaseError, is_shipped

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def project(tmp_path):
    """The smallest app: one file of each kind that matters here."""
    for name, content in {
        "index.html": "<!doctype html>",
        "sw.js": 'const VERSION = "dev";\n',
        "app/page/main.py": "print('page')\n",
        "app/page/views/editor.py": "",
        "app/server/web.py": "SECRET = 1\n",
        "models/manifest.json": '{"models": [{"file": "completion.npz"}, {"file": "german.npz", "on_demand": true}]}',
        "models/completion.npz": "weights",
        "models/german.npz": "Gewichte",
        "models/training/train.py": "",
        "static/styles.css": "p { color: red }",
        "static/vendor/onnxruntime/ort.wasm.min.mjs": "",
        "static/vendor/pyodide/scipy-1.whl": "",
        "static/vendor/pyodide/pyodide.mjs": "",
        "app/learner/main.py": "",
        "static/vendor/pyodide/LICENSE": "",
        "serve.py": "",
        ".git/config": "",
    }.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    return tmp_path


def urls(listed):
    return [file["url"] for file in listed["files"]]


@pytest.mark.parametrize("url", ["index.html", "app/page/main.py", "app/page/views/editor.py", "app/everywhere/note.py",
                                 "models/completion.npz", "static/vendor/pyodide/pyodide.mjs"])
def test_the_allow_list_names(url):
    assert is_shipped(url)


@pytest.mark.parametrize("url", ["", "/index.html", "serve.py", "app/server/web.py", "app/page", "app/page/../server/web.py",
                                 "app/page/__pycache__/main.cpython-311.pyc", "app/page/.secret.py", "app/page/notes.txt",
                                 "models/training/train.py", "static/.cache/x", "static//x", "static/../serve.py",
                                 "static\\..\\serve.py", "static/x.css.part", ".git/config", "tests/server/test_release.py",
                                 "Makefile", "tools/setup.py", "package.json"])
def test_the_allow_list_does_not_name(url):
    assert not is_shipped(url)


def test_precache_lists_what_offline_use_needs_and_no_more(project):
    assert urls(Release(project).precache()) == [
        "app/learner/main.py", "app/page/main.py", "app/page/views/editor.py", "index.html", "models/completion.npz", "models/german.npz",
        "models/manifest.json", "static/styles.css", "static/vendor/pyodide/pyodide.mjs", "static/vendor/pyodide/scipy-1.whl"]


def test_a_model_on_demand_is_marked_so_that_it_is_kept_only_once_it_was_used(project):
    marked = [file["url"] for file in Release(project).precache()["files"] if file.get("on_demand")]
    assert marked == ["models/german.npz", "static/vendor/pyodide/scipy-1.whl"]


def test_what_only_the_learner_needs_is_marked_so_that_it_comes_after_everything_else(project):
    marked = [file["url"] for file in Release(project).precache()["files"] if file.get("later")]
    assert marked == ["static/vendor/pyodide/scipy-1.whl"]


def test_what_is_shipped_for_later_is_not_precached(project):
    shipped = [file.url for file in Release(project).files()]
    assert "static/vendor/onnxruntime/ort.wasm.min.mjs" in shipped and "static/vendor/pyodide/LICENSE" in shipped
    assert "sw.js" in shipped and "app/server/web.py" not in shipped


def test_hashes_and_sizes_are_those_of_the_bytes_that_are_sent(project):
    release = Release(project)
    for file in release.precache()["files"]:
        content, digest = release.read(file["url"])
        assert file["sha256"] == digest == "sha256-" + base64.b64encode(hashlib.sha256(content).digest()).decode()
        assert file["bytes"] == len(content)


@pytest.mark.parametrize("name", ["index.html", "app/page/views/editor.py", "models/completion.npz", "sw.js"])
def test_any_changed_file_makes_a_new_version_and_a_new_service_worker(project, name):
    release = Release(project)
    version, worker = release.version(), release.service_worker()
    assert release.version() == version
    path = project / name
    path.write_text(path.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    assert release.version() != version and release.service_worker() != worker


def test_a_new_file_makes_a_new_version_and_one_that_is_not_shipped_does_not(project):
    release = Release(project)
    version = release.version()
    (project / "app/server/new.py").write_text("", encoding="utf-8")
    assert release.version() == version
    (project / "app/page/new.py").write_text("", encoding="utf-8")
    assert release.version() != version


def test_the_service_worker_carries_the_version(project):
    release = Release(project)
    assert release.read("sw.js")[0].decode() == f'const VERSION = "{release.version()}";\n'
    assert release.precache()["version"] == release.version()


def test_a_service_worker_without_the_version_line_is_refused(project):
    (project / "sw.js").write_text("let VERSION;", encoding="utf-8")
    with pytest.raises(ReleaseError, match="sw.js must hold the line"):
        Release(project).service_worker()


def test_links_count_as_what_they_point_at(project, tmp_path_factory):
    outside = tmp_path_factory.mktemp("outside") / "diary.css"
    outside.write_text("private", encoding="utf-8")
    os.symlink(outside, project / "static/out.css")
    os.symlink(project / "app/server/web.py", project / "static/web.css")
    os.symlink(project / "static/styles.css", project / "static/same.css")
    release = Release(project)
    assert release.read("static/out.css") is None and release.read("static/web.css") is None
    assert release.read("static/same.css") == release.read("static/styles.css")
    assert "static/out.css" not in [file.url for file in release.files()]


def test_a_hash_is_made_once_until_the_file_changes(project, monkeypatch):
    release = Release(project)
    release.files()
    with monkeypatch.context() as patch:
        patch.setattr(Path, "read_bytes", lambda path: pytest.fail(f"{path} was read again"))
        release.files()


def test_the_real_project_ships_the_page_the_engine_and_the_runtime():
    kept = urls(Release(ROOT).precache())
    for url in ("index.html", "app/page/main.py", "pyscript.pack", "app/engine/main.py", "app/engine/pyscript.pack",
                "static/vendor/pyodide/pyodide.asm.wasm", "static/vendor/micropython/micropython.wasm",
                "static/vendor/pyscript/core.js"):
        assert url in kept
    assert not [url for url in kept if "onnxruntime" in url or "server" in url or "LICENSE" in url]
    assert [url for url in kept if url.endswith(".py")] == [
        "app/engine/main.py", "app/everywhere/unpacking.py", "app/learner/main.py", "app/page/main.py", "app/porter/main.py"]
