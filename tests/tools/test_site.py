"""dist/: the files that the server serves, whole, and at home below any path."""

import base64
import hashlib
import json
import shutil
import threading
import urllib.request
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest

from app.server.headers import SECURITY_HEADERS
from app.server.release import Release, ReleaseError
from tools import site
from tools.errors import NoSpace


@pytest.fixture
def app(tmp_path):
    """The smallest app."""
    root = tmp_path / "project"
    for name, content in {"index.html": "<!doctype html>", "sw.js": 'const VERSION = "dev";\n', "app/page/main.py": "x = 1\n" * 99,
                          "app/server/web.py": "SECRET = 1", "static/styles.css": "p {}"}.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(content, encoding="utf-8")
    return root


def names(folder):
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def test_dist_holds_what_is_shipped_and_what_the_server_makes(app):
    count, raw, packed = site.build(app, app / "dist")
    assert names(app / "dist") == [".nojekyll", "_headers", "app/page/main.py", "index.html", "precache.json", "static/styles.css", "sw.js"]
    release = Release(app)
    for url in ("index.html", "sw.js", "precache.json", "app/page/main.py"):
        assert (app / "dist" / url).read_bytes() == release.read(url)[0]
    assert count == 5 and packed < raw


def test_the_headers_file_carries_the_servers_headers(app):
    site.build(app, app / "dist")
    first, *lines = (app / "dist/_headers").read_text(encoding="utf-8").splitlines()
    assert first == "/*"
    assert SECURITY_HEADERS.items() <= dict(line.strip().split(": ", 1) for line in lines).items()


def test_a_new_site_replaces_the_old_one_completely(app):
    site.build(app, app / "dist")
    (app / "static/styles.css").unlink()
    site.build(app, app / "dist")
    assert "static/styles.css" not in names(app / "dist")
    assert [path.name for path in app.iterdir() if path.name.startswith("dist")] == ["dist"]


def test_a_site_that_cannot_be_written_leaves_the_old_one(app, monkeypatch):
    site.build(app, app / "dist")
    before = names(app / "dist")
    (app / "sw.js").write_text("broken", encoding="utf-8")
    with pytest.raises(ReleaseError):
        site.build(app, app / "dist")
    full = shutil.disk_usage(app)._replace(free=0)
    monkeypatch.setattr("tools.files.shutil.disk_usage", lambda path: full)
    with pytest.raises(NoSpace, match="are needed in .* for dist/"):
        site.build(app, app / "dist")
    assert names(app / "dist") == before


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


def test_every_listed_file_is_found_below_a_path_of_a_plain_file_server(app):
    site.build(app, app / "dist")
    (app / "host").mkdir()
    (app / "dist").rename(app / "host/notes")
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(app / "host"))) as host:
        threading.Thread(target=host.serve_forever, daemon=True).start()
        base = f"http://127.0.0.1:{host.server_port}/notes/"
        listed = json.load(urllib.request.urlopen(base + "precache.json", timeout=30))["files"]
        assert len(listed) == 3
        for file in listed:
            content = urllib.request.urlopen(base + file["url"], timeout=30).read()
            assert file["sha256"] == "sha256-" + base64.b64encode(hashlib.sha256(content).digest()).decode()
        host.shutdown()
