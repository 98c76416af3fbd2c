"""The server, asked over a real socket: what it gives, what it refuses, and how it says so."""

import base64
import gzip
import hashlib
import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from app.server import headers
from app.server.files import GZIP_MEMORY, Files, accepts_gzip
from app.server.release import Release
from app.server.web import Server

ROOT = Path(__file__).resolve().parents[2]
# Seconds to wait for another process before a test counts as failed.
PATIENCE = 30
# Large enough to be compressed, small enough to read.
STYLES = "p { color: black }\n" * 100


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """A server of the smallest app."""
    root = tmp_path_factory.mktemp("project")
    for name, content in {
        "index.html": "<!doctype html>\n", "sw.js": 'const VERSION = "dev";\n', "manifest.webmanifest": "{}",
        "app/page/main.py": "", "app/server/web.py": "SECRET = 1", "static/styles.css": STYLES, "static/a b.txt": "space",
        "static/vendor/m.mjs": "", "static/vendor/m.wasm": "", "static/vendor/numpy.whl": "", "models/c.npz": "",
        "static/f.woff2": "", "static/i.svg": "<svg/>", "serve.py": "", ".git/config": "", "tests/test_x.py": "",
    }.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(content, encoding="utf-8")
    os.symlink("/etc/passwd", root / "static/passwd.txt")
    with Server(Release(root), 0) as running:
        running.project = root
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield running
        running.shutdown()


def ask(server, path, method="GET", **request_headers):
    """One request with exactly these headers (and Host); returns status, headers, body."""
    connection = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=PATIENCE)
    try:
        connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
        for name, value in ({"Host": f"localhost:{server.server_port}"} | request_headers).items():
            if value is not None:
                connection.putheader(name.replace("_", "-"), value)
        connection.endheaders()
        answer = connection.getresponse()
        return answer.status, dict(answer.getheaders()), answer.read()
    finally:
        connection.close()


# What is served

@pytest.mark.parametrize("path, content_type", [
    ("/", "text/html; charset=utf-8"),
    ("/index.html", "text/html; charset=utf-8"),
    ("/?source=homescreen", "text/html; charset=utf-8"),
    ("/static/vendor/m.mjs", "text/javascript; charset=utf-8"),
    ("/sw.js", "text/javascript; charset=utf-8"),
    ("/static/vendor/m.wasm", "application/wasm"),
    ("/static/vendor/numpy.whl", "application/octet-stream"),
    ("/models/c.npz", "application/octet-stream"),
    ("/manifest.webmanifest", "application/manifest+json; charset=utf-8"),
    ("/app/page/main.py", "text/x-python; charset=utf-8"),
    ("/static/f.woff2", "font/woff2"),
    ("/static/i.svg", "image/svg+xml; charset=utf-8"),
    ("/static/a%20b.txt", "text/plain; charset=utf-8"),
    ("/precache.json", "application/json; charset=utf-8"),
])
def test_a_shipped_file_comes_with_its_type(server, path, content_type):
    status, sent, _ = ask(server, path)
    assert (status, sent["Content-Type"]) == (200, content_type)


@pytest.mark.parametrize("path", [
    "/app/server/web.py", "/serve.py", "/tests/test_x.py", "/.git/config", "/static/passwd.txt", "/static", "/static/", "/app/page",
    "/static/../serve.py", "/static/%2e%2e/serve.py", "/../../etc/passwd", "//etc/passwd", "/static//styles.css",
    "/static%2fstyles.css", "/static%2Fstyles.css", "/static%5cstyles.css", "/static\\styles.css", "/static/styles.css%00", "/%ff",
    "/static/./styles.css", "http://localhost/index.html", "*", "/STATIC/styles.css",
])
def test_whatever_else_a_path_tries_is_not_found(server, path):
    status, _, body = ask(server, path)
    assert (status, body) == (404, b"Not found\n")


def test_head_sends_the_headers_of_get_and_no_body(server):
    _, of_get, content = ask(server, "/static/styles.css")
    status, of_head, body = ask(server, "/static/styles.css", "HEAD")
    assert (status, body) == (200, b"") and len(content) == len(STYLES)
    assert {**of_get, "Date": ""} == {**of_head, "Date": ""}


def test_a_file_that_did_not_change_is_not_sent_again(server):
    _, sent, _ = ask(server, "/static/styles.css")
    status, again, body = ask(server, "/static/styles.css", If_None_Match=f'"other", {sent["ETag"]}')
    assert (status, body, again["ETag"]) == (304, b"", sent["ETag"])
    assert ask(server, "/static/styles.css", If_None_Match='"other"')[0] == 200


def test_a_changed_file_is_sent_again_at_once(server):
    path = server.project / "static/changing.txt"
    path.write_text("before", encoding="utf-8")
    _, sent, _ = ask(server, "/static/changing.txt")
    path.write_text("after it", encoding="utf-8")
    assert ask(server, "/static/changing.txt", If_None_Match=sent["ETag"])[2] == b"after it"


def test_text_is_compressed_for_who_can_read_that(server):
    _, plain, body = ask(server, "/static/styles.css")
    _, packed, squeezed = ask(server, "/static/styles.css", Accept_Encoding="br, gzip")
    assert "Content-Encoding" not in plain and body == STYLES.encode()
    assert packed["Content-Encoding"] == "gzip" and gzip.decompress(squeezed) == body and len(squeezed) < len(body) / 4
    assert plain["Vary"] == packed["Vary"] == "Accept-Encoding" and plain["ETag"] != packed["ETag"]
    assert ask(server, "/static/styles.css", Accept_Encoding="gzip", If_None_Match=packed["ETag"])[0] == 304


def test_what_is_small_or_packed_already_is_sent_as_it_is(server):
    for path in ("/index.html", "/static/vendor/numpy.whl", "/static/f.woff2"):
        assert "Content-Encoding" not in ask(server, path, Accept_Encoding="gzip")[1]


@pytest.mark.parametrize("accepted, answer", [("gzip", True), ("deflate, GZIP;q=0.5", True), ("*", True), ("", False),
                                              ("br", False), ("gzip;q=0", False), ("gzip; q=0.0, br", False)])
def test_gzip_is_sent_only_to_who_accepts_it(accepted, answer):
    assert accepts_gzip(accepted) is answer


def test_compressed_files_are_forgotten_when_they_fill_their_memory(server, monkeypatch):
    monkeypatch.setattr("app.server.files.GZIP_MEMORY", 1000)
    files = Files(Release(server.project))
    for number in range(5):
        files.compressed(os.urandom(400), str(number))
    assert list(files._compressed) == ["3", "4"]
    assert GZIP_MEMORY > 2 * 10_000_000, "Pyodide and onnxruntime-web must fit together"


def test_two_requests_for_one_file_compress_it_once(server, monkeypatch):
    made = []

    def slowly(content, *_, **__):
        made.append(len(content))
        time.sleep(0.1)
        return b"small"

    monkeypatch.setattr("app.server.files.gzip.compress", slowly)
    files = Files(Release(server.project))
    asking = [threading.Thread(target=files.compressed, args=(b"content", "hash")) for _ in range(4)]
    for thread in asking:
        thread.start()
    for thread in asking:
        thread.join()
    assert made == [7]


# The offline copy

def test_precache_json_tells_the_truth_about_every_file(server):
    listed = json.loads(ask(server, "/precache.json")[2])
    assert [file["url"] for file in listed["files"]][:2] == ["app/page/main.py", "index.html"]
    for file in listed["files"]:
        status, _, body = ask(server, "/" + file["url"].replace(" ", "%20"))
        digest = base64.b64encode(hashlib.sha256(body).digest()).decode()
        assert (status, f"sha256-{digest}", len(body)) == (200, file["sha256"], file["bytes"])


def test_the_service_worker_is_stamped_with_the_version(server):
    version = json.loads(ask(server, "/precache.json")[2])["version"]
    assert re.fullmatch("[0-9a-f]{16}", version)
    assert ask(server, "/sw.js")[2] == f'const VERSION = "{version}";\n'.encode()


# What protects the reader

@pytest.mark.parametrize("path", ["/", "/static/styles.css", "/nothing", "/v1/explain"])
def test_every_answer_carries_the_security_headers(server, path):
    _, sent, _ = ask(server, path)
    assert headers.SECURITY_HEADERS.items() <= sent.items()
    assert "Cross-Origin-Embedder-Policy" not in sent
    assert sent["Server"] == "Carryon"


def test_files_may_be_kept_and_are_asked_for_again(server):
    assert ask(server, "/index.html")[1]["Cache-Control"] == "no-cache"


def test_the_policy_opens_no_way_out():
    assert headers.POLICY["default-src"] == headers.POLICY["form-action"] == headers.POLICY["frame-src"] == "'none'"
    # Whatever is allowed comes from here, or was made in the page.
    allowed = {source for sources in headers.POLICY.values() for source in sources.split()}
    assert allowed == {"'none'", "'self'", "'wasm-unsafe-eval'", "'unsafe-eval'", "'unsafe-inline'", "blob:", "data:"}
    assert "'unsafe-inline'" not in headers.POLICY["script-src"]


def test_index_html_carries_the_same_policy():
    page = (ROOT / "index.html").read_text(encoding="utf-8")
    written = re.search(r'<meta http-equiv="Content-Security-Policy"\s+content="([^"]*)"', page)
    assert written and written[1] == headers.policy_meta()
    assert headers.policy_header() == headers.policy_meta() + "; frame-ancestors 'none'"


@pytest.mark.parametrize("host, status", [
    ("localhost:{port}", 200), ("127.0.0.1:{port}", 200), ("[::1]:{port}", 200), ("LOCALHOST:{port}", 200),
    ("localhost", 421), ("localhost:1", 421), ("evil.example:{port}", 421), ("localhost.evil.example:{port}", 421), (None, 400),
])
def test_only_this_machines_own_names_are_answered(server, host, status):
    host = host and host.format(port=server.server_port)
    assert ask(server, "/", Host=host)[0] == status


def test_two_hosts_are_refused(server):
    assert ask(server, "/", Host=f"localhost:{server.server_port}", HOST="evil.example")[0] == 400


def test_it_listens_on_this_machine_only(server):
    assert server.socket.getsockname()[0] == "127.0.0.1"


# The backend that is not there yet

@pytest.mark.parametrize("static", [False, True])
def test_server_features_are_not_found_with_and_without_static(server, monkeypatch, static):
    monkeypatch.setattr(server, "static", static)
    for method in ("GET", "POST"):
        status, sent, body = ask(server, "/v1/explain", method)
        assert (status, sent["Content-Type"]) == (404, "application/problem+json")
        assert json.loads(body)["status"] == 404
        assert ("STATIC=1" in json.loads(body)["detail"]) is static


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "PATCH"])
def test_files_can_only_be_read(server, method):
    status, sent, _ = ask(server, "/index.html", method)
    assert (status, sent["Allow"], sent["Connection"]) == (405, "GET, HEAD", "close")


# Connections

def test_a_connection_stays_open_for_the_next_request(server):
    connection = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=PATIENCE)
    connection.connect()
    first = connection.sock
    for path in ("/", "/nothing", "/static/styles.css"):
        connection.request("GET", path, headers={"Host": f"localhost:{server.server_port}"})
        connection.getresponse().read()
        assert connection.sock is first
    connection.close()


def test_a_client_that_hangs_up_leaves_no_traceback(server, capfd):
    for _ in range(3):
        with socket.create_connection(("127.0.0.1", server.server_port)) as client:
            client.sendall(b"GET /static/styles.css HTTP/1.1\r\nHost: localhost:%d\r\n\r\n" % server.server_port * 50)
            # Close with unread data: the server meets a reset in the middle of an answer.
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
    assert ask(server, "/")[0] == 200
    time.sleep(0.1)
    assert "Traceback" not in "".join(capfd.readouterr())


# serve.py

def serve(**environment):
    # A shell starts background jobs with Ctrl+C ignored, and children inherit that; a terminal does not.
    return subprocess.Popen([sys.executable, "serve.py"], cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                            env=os.environ | {"PYTHONUNBUFFERED": "1"} | environment,
                            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))


def test_serve_prints_its_address_answers_and_ends_quietly_on_ctrl_c():
    running = serve(PORT="0")
    try:
        port = int(re.search(r"http://127\.0\.0\.1:(\d+)/", running.stdout.readline())[1])
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        connection.request("GET", "/")
        answer = connection.getresponse()
        assert answer.status == 200 and b"<title>Carryon</title>" in answer.read()
        connection.close()
        running.send_signal(signal.SIGINT)
        _, complaint = running.communicate(timeout=PATIENCE)
        assert (running.returncode, complaint) == (0, "")
    finally:
        running.kill()
        running.communicate()


def test_a_port_in_use_is_told_with_the_next_free_one():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        refused = serve(PORT=str(port))
        _, complaint = refused.communicate(timeout=PATIENCE)
    assert refused.returncode == 1
    offered = re.fullmatch(rf"Port {port} is in use\. The next free one: PORT=(\d+) make serve\n", complaint)
    assert offered and int(offered[1]) > port


@pytest.mark.parametrize("port", ["eighty", "-1", "65536"])
def test_a_port_that_is_none_is_refused(port):
    refused = serve(PORT=port)
    _, complaint = refused.communicate(timeout=PATIENCE)
    assert (refused.returncode, complaint) == (2, f"PORT is {port!r}; it takes a number from 0 to 65535.\n")
