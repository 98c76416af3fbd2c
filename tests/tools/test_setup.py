"""Set-up: completes from nothing, does nothing twice, repairs, refuses by name, survives being killed."""

import contextlib
import errno
import json
import os
import shutil
import stat
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tools import files, setup, vendor
from tools.console import Console
from tools.errors import DamagedFile, NoSpace, SetupError

ROOT = Path(__file__).resolve().parents[2]
# Seconds to wait for another process before a test counts as failed.
PATIENCE = 30


# A set-up from nothing, and after that

def test_a_set_up_from_nothing_completes_and_says_what_it_did(project):
    said = project.set_up()
    assert project.complete()
    assert f"Pyodide: {5 + len(vendor.WHEELS)} files taken" in said and "placed and verified" in said


def test_a_second_set_up_reads_no_file_and_says_nothing(project, monkeypatch):
    project.set_up()
    monkeypatch.setattr(vendor, "sha256_of", lambda path: pytest.fail(f"{path} was read again"))
    assert project.set_up() == ""


def test_the_command_ends_with_bytes_and_seconds_then_with_nothing_to_do(project, monkeypatch):
    monkeypatch.setenv("PYODIDE_DIST", str(project.distribution))
    assert setup.main(["runtime"], root=project.root, stream=project.said) == 0
    assert project.said.getvalue().splitlines()[-1].startswith("Set-up done: 0.0 MB downloaded in ")
    assert setup.main(["runtime"], root=project.root, stream=project.said) == 0
    assert project.said.getvalue().splitlines()[-1] == "Set-up: runtime ready, nothing to do"


def test_verified_json_tells_hash_size_package_version_and_licence(project):
    project.set_up()
    listed = json.loads(project.placed("verified.json").read_text(encoding="utf-8"))
    assert listed["marked/marked.esm.js"] == project.pins["marked/marked.esm.js"] | {
        "package": "marked", "version": "1.0.0", "licence": "MIT"}
    assert listed[f"pyodide/{project.wheel}"]["licence"] == "BSD-3-Clause"
    assert set(listed) == set(project.pins)


def test_what_no_pin_names_is_removed_from_static_vendor(project):
    project.set_up()
    project.write(project.placed("pyscript/old-chunk.js"), b"from a former version")
    project.set_up()
    assert not project.placed("pyscript/old-chunk.js").exists() and project.complete()


# Repair and refusal

@pytest.mark.parametrize("name", ["idb/index.js", "pyodide/pyodide.asm.wasm"])
@pytest.mark.parametrize("damage", [b"", b"other bytes"])
def test_a_damaged_file_in_static_vendor_is_named_and_taken_again(project, name, damage):
    project.set_up()
    project.placed(name).write_bytes(damage)
    assert f"static/vendor/{name} is not as pinned" in project.set_up()
    assert project.complete()


def test_a_change_that_keeps_size_and_time_is_found_with_verify(project):
    project.set_up()
    path = project.placed("idb/index.js")
    before = path.stat()
    path.write_bytes(path.read_bytes().swapcase())
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert project.set_up() == ""
    assert "static/vendor/idb/index.js is not as pinned" in project.set_up(verify=True)
    assert project.complete()


@pytest.mark.parametrize("name", ["pyodide.asm.wasm", "pyodide-lock.json", "python_stdlib.zip", "the wheel"])
@pytest.mark.parametrize("damage", [lambda content: content[:-1], lambda content: content[:-1] + b"!", lambda content: b""],
                         ids=["truncated", "tampered", "empty"])
def test_a_damaged_file_of_the_distribution_is_refused_by_name(project, name, damage):
    name = project.wheel if name == "the wheel" else name
    source = project.distribution / name
    source.write_bytes(damage(source.read_bytes()))
    with pytest.raises(DamagedFile, match=f"static/vendor/pyodide/{name} is refused"):
        project.set_up()
    assert not project.placed(f"pyodide/{name}").exists()
    assert not list(project.root.rglob("*.part"))


def test_a_wheel_that_pyodides_own_lock_does_not_vouch_for_is_refused(project):
    other = b"a wheel of somebody's own"
    project.write(project.distribution / project.wheel, other)
    pins = project.pins | {f"pyodide/{project.wheel}": {"sha256": "0" * 64, "bytes": len(other)}}
    project.write(project.root / vendor.PINS, json.dumps(pins).encode())
    with pytest.raises(DamagedFile, match=f"{project.wheel} is refused: pyodide-lock.json gives it"):
        project.set_up()


def test_a_distribution_that_is_not_there_is_named(project):
    with pytest.raises(SetupError, match="PYODIDE_DIST names /nowhere/pyodide, and there is no such folder"):
        project.set_up(distribution="/nowhere/pyodide")


def test_a_file_that_the_distribution_lacks_is_named(project):
    (project.distribution / "python_stdlib.zip").unlink()
    with pytest.raises(SetupError, match="static/vendor/pyodide/python_stdlib.zip could not be taken"):
        project.set_up()


def test_a_distribution_may_be_a_file_url(project):
    project.set_up(distribution=project.distribution.as_uri())
    assert project.complete()


def test_source_map_lines_are_left_out_and_nothing_else(project):
    script = b"const a = 1; // sourceMappingURL is a word\n"
    assert b"".join(vendor.prepared("a.mjs", [script, b"//# sourceMappingURL=a.mjs.map\n"])) == script
    assert b"".join(vendor.prepared("a.js", [script])) == script
    assert b"".join(vendor.prepared("a.wasm", [b"x\n//# sourceMappingURL=a.map"])) == b"x\n//# sourceMappingURL=a.map"


# Over HTTP, and killed half way

class DistributionServer(ThreadingHTTPServer):
    """Serves a folder; sends only half of file number `stops_at` and then waits until `go_on` is set."""

    daemon_threads = True

    def __init__(self, folder: Path):
        super().__init__(("127.0.0.1", 0), DistributionHandler)
        self.folder, self.asked, self.stops_at, self.closes_early = folder, [], None, None
        self.half_way, self.go_on = threading.Event(), threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/full/"


class DistributionHandler(BaseHTTPRequestHandler):
    def do_GET(self):
        name = self.path.removeprefix("/full/")
        number = len(self.server.asked)
        self.server.asked.append(name)
        content = (self.server.folder / name).read_bytes()
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        half = len(content) // 2
        self.wfile.write(content[:half])
        if number == self.server.stops_at:
            self.server.half_way.set()
            self.server.go_on.wait(PATIENCE)
        if name != self.server.closes_early:
            with contextlib.suppress(ConnectionError):
                self.wfile.write(content[half:])

    def log_message(self, *_):
        pass


@pytest.fixture
def server(project):
    with DistributionServer(project.distribution) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield running
        running.go_on.set()
        running.shutdown()


def start(project, distribution: str, **environment) -> subprocess.Popen:
    """Set-up in a process of its own."""
    program = "import sys, pathlib; from tools.setup import main; sys.exit(main(['runtime'], root=pathlib.Path(sys.argv[1])))"
    return subprocess.Popen([sys.executable, "-c", program, str(project.root)], cwd=ROOT, text=True,
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                            env=os.environ | {"PYODIDE_DIST": distribution} | environment)


def test_a_distribution_may_be_an_http_url(project, server):
    project.set_up(distribution=server.url)
    assert project.complete() and len(server.asked) == 5 + len(vendor.WHEELS)


def test_a_download_that_ends_early_is_refused_by_name(project, server):
    server.closes_early = "pyodide.asm.wasm"
    with pytest.raises(SetupError, match="static/vendor/pyodide/pyodide.asm.wasm"):
        project.set_up(distribution=server.url)
    assert not project.placed("pyodide/pyodide.asm.wasm").exists()


def test_a_server_that_does_not_answer_is_named_with_the_file(project):
    # A port that nobody listens on any more: the connection is refused at once.
    with DistributionServer(project.distribution) as gone:
        url = gone.url
    with pytest.raises(SetupError, match="pyodide-lock.json could not be taken from http://127.0.0.1"):
        project.set_up(distribution=url)


@pytest.mark.parametrize("stops_at", range(6))
def test_a_set_up_killed_in_the_middle_of_a_file_goes_on_from_there(project, server, stops_at):
    server.stops_at = stops_at
    killed = start(project, server.url)
    assert server.half_way.wait(PATIENCE)
    killed.kill()
    killed.communicate()
    server.go_on.set()
    finished = server.asked[:stops_at]
    assert all(project.placed(f"pyodide/{name}").exists() for name in finished)
    assert not project.placed(f"pyodide/{server.asked[stops_at]}").exists()

    again = start(project, server.url)
    said, complaint = again.communicate(timeout=PATIENCE)
    assert again.returncode == 0, complaint
    assert project.complete() and not list(project.root.rglob("*.part"))
    assert not set(finished) & set(server.asked[stops_at + 1:]), "a finished file was fetched again"


FAKE_NPM = """#!/bin/sh
if [ "$1" = --version ]; then echo 11.0.0; exit; fi
rm -rf node_modules
mkdir node_modules
cp -r "$REGISTRY/idb" node_modules/
if [ ! -e "$REGISTRY/interrupted" ]; then touch "$REGISTRY/interrupted"; sleep 1; exit 1; fi
cp -r "$REGISTRY/." node_modules/
"""


def test_a_set_up_killed_while_npm_works_waits_for_that_npm_and_goes_on(project, tmp_path):
    registry = (project.root / "node_modules").rename(tmp_path / "registry")
    for name, program in (("npm", FAKE_NPM), ("node", "#!/bin/sh\necho v20.0.0\n")):
        project.write(tmp_path / "bin" / name, program.encode())
        (tmp_path / "bin" / name).chmod(stat.S_IRWXU)
    environment = {"PATH": f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}", "REGISTRY": str(registry)}
    killed = start(project, str(project.distribution), **environment)
    deadline = time.monotonic() + PATIENCE
    while not (registry / "interrupted").exists() and time.monotonic() < deadline:
        time.sleep(0.01)
    killed.kill()
    killed.communicate()

    again = start(project, str(project.distribution), **environment)
    said, complaint = again.communicate(timeout=PATIENCE)
    assert again.returncode == 0, complaint
    assert project.complete()
    assert f"Another set-up (process {killed.pid}) is at work" in said
    assert "npm packages: installed" in said


def test_two_set_ups_at_once_take_turns(project):
    lock = files.Lock(project.root / ".cache" / "setup.lock", Console(project.said))
    with lock:
        second = threading.Thread(target=project.set_up, daemon=True)
        second.start()
        deadline = time.monotonic() + PATIENCE
        while "Another set-up" not in project.said.getvalue() and time.monotonic() < deadline:
            time.sleep(0.01)
        assert not project.complete()
    second.join(PATIENCE)
    assert project.complete()


# A full disk

def test_a_disk_that_is_too_full_is_noticed_before_anything_is_written(project, monkeypatch):
    usage = shutil.disk_usage(project.root)._replace(free=10)
    monkeypatch.setattr(files.shutil, "disk_usage", lambda path: usage)
    with pytest.raises(NoSpace, match=" MB are needed in .* for static/vendor, and 0.0 MB are free"):
        project.set_up()
    assert not project.placed("").exists()


def test_a_disk_that_runs_full_leaves_only_whole_files_and_the_next_run_goes_on(project, monkeypatch):
    written = []

    def full_after_three(descriptor):
        written.append(descriptor)
        if len(written) > 3:
            raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(files.os, "fsync", full_after_three)
        with pytest.raises(NoSpace, match="The disk ran full while writing .* Free some space"):
            project.set_up()
    assert not list(project.root.rglob("*.part"))
    for path in project.placed("").rglob("*.*"):
        assert files.sha256_of(path) == project.pins[path.relative_to(project.placed("")).as_posix()]["sha256"]
    project.set_up()
    assert project.complete()


def test_the_command_tells_a_full_disk_in_one_line(project, monkeypatch, capsys):
    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device", "a-file")

    monkeypatch.setattr(setup, "set_up", full)
    assert setup.main(["runtime"], root=project.root, stream=project.said) == 1
    assert capsys.readouterr().err.startswith("Set-up stopped: The disk ran full")
