"""Hosts for the app: the real serve.py, and one in this process that tests can break.

Offers:
    ServeProcess(root)      `python serve.py` on a port of its own: start(), stop()
    Host(root)              the same server, counting requests, with faults on demand

Both keep their port from one start to the next, so that the browser meets the same origin.
"""

import os
import re
import shutil
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

from app.server.files import Answer
from app.server.release import Release
from app.server.web import Handler, Server

ROOT = Path(__file__).resolve().parents[2]
# Seconds until serve.py must have said where it is.
START_SECONDS = 30
# Seconds that tests wait for something to happen here, on a busy machine.
WAIT_SECONDS = 30


class _Process:
    """A server as its own process, ended by its id."""

    def __init__(self, folder: Path):
        self._folder = folder
        self._process = None
        self._port = 0

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._port}/"

    def command(self, port: int) -> list[str]:
        raise NotImplementedError

    def start(self) -> "_Process":
        """Returns when it listens; RuntimeError with its own words where it does not."""
        self._process = subprocess.Popen(
            [sys.executable, "-u", *self.command(self._port)], cwd=self._folder, env=os.environ | {"PORT": str(self._port)},
            stdout=subprocess.PIPE, stderr=self.errors, text=True)
        timer = threading.Timer(START_SECONDS, self._process.kill)
        timer.start()
        said = self._process.stdout.readline()
        timer.cancel()
        found = re.search(r"http://[^:/]+:(\d+)/", said)
        if not found:
            raise RuntimeError(f"the server did not start: {said}{self._process.communicate()[0]}")
        self._port = int(found[1])
        return self

    def stop(self) -> None:
        """As a machine that is switched off: open connections end as well."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()
            process.stdout.close()


class ServeProcess(_Process):
    """serve.py of the project in `root`."""

    errors = subprocess.STDOUT

    def __init__(self, root: Path = ROOT):
        super().__init__(root)

    def command(self, port):
        return ["serve.py"]


class StaticHost(_Process):
    """Python's own file server: no headers of ours, no compression, no release."""

    errors = subprocess.DEVNULL  # it writes a line for every request

    def command(self, port):
        return ["-m", "http.server", str(port), "--bind", "127.0.0.1"]


class Host:
    """The app's own server in this process, for tests that need it to count or to fail.

    `requests` lists the paths that were asked for, in order, without their queries, and
    `answers_sent` what was answered: (path, status, bytes of the body as sent).
    """

    def __init__(self, root: Path = ROOT):
        self.root = root
        self.requests: list[str] = []
        self.answers_sent: list[tuple[str, int, int]] = []
        self._faults: list[tuple[re.Pattern, object]] = []
        self._port = 0
        self._server = None
        self._connections: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._dies_at = None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._port}/"

    def start(self) -> "Host":
        self._server = _HostServer(Release(self.root), self._port)
        self._server.host = self
        self._port = self._server.server_port
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def stop(self) -> None:
        """As a machine that is switched off: open connections end as well."""
        server, self._server = self._server, None
        if server is None:
            return
        server.shutdown()
        server.server_close()
        with self._lock:
            connections, self._connections = self._connections, set()
        for connection in connections:
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass  # The browser was faster.

    def requested(self, pattern: str) -> list[str]:
        """The requests so far whose path matches this regular expression."""
        return [path for path in self.requests if re.search(pattern, path)]

    def wait_for(self, pattern: str, *, since: int = 0) -> None:
        """Until a path is asked for that matches; `since`: not counting so many requests."""
        self._wait(lambda: any(re.search(pattern, path) for path in self.requests[since:]), f"a request of {pattern}")

    def wait_until_down(self) -> None:
        self._wait(lambda: self._server is None, "the end of the host")

    def _wait(self, happened, what: str) -> None:
        until = time.monotonic() + WAIT_SECONDS
        while not happened():
            assert time.monotonic() < until, f"waited {WAIT_SECONDS} s for {what}"
            time.sleep(0.02)

    # Faults: each for the paths that match a regular expression, until `heal`.

    def refuses(self, pattern: str) -> None:
        """404, as for a file that was forgotten in the upload."""
        self._fault(pattern, lambda answer: Answer(404, {"Content-Type": "text/plain"}, b"Not found\n"))

    def damages(self, pattern: str) -> None:
        """Other bytes, as a broken disk or proxy would send them."""
        self.answers(pattern, bytes(100_000))

    def delays(self, pattern: str, seconds: float) -> None:
        def wait(answer: Answer) -> Answer:
            time.sleep(seconds)
            return answer
        self._fault(pattern, wait)

    def answers(self, pattern: str, content: bytes) -> None:
        """Something else instead, under the same type."""
        def replaced(answer: Answer) -> Answer:
            headers = {name: value for name, value in answer.headers.items() if name not in ("Content-Encoding", "ETag")}
            return Answer(200, headers, content)
        self._fault(pattern, replaced)

    def dies_at(self, pattern: str) -> None:
        """Stops when a path is asked for that matches, without answering; later requests find nobody."""
        self._dies_at = re.compile(pattern)

    def heal(self) -> None:
        self._faults.clear()
        self._dies_at = None

    def copy(self, folder: Path) -> "Host":
        """Serves a copy of the release from now on, which a test may change: `change(url, …)`."""
        for source in [path for file in Release(self.root).files() if (path := self.root / file.url).exists()]:  # a pack is no file
            path = folder / source.relative_to(self.root)
            path.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, path)
        self.root = folder
        return self

    def change(self, url: str, old: str, new: str) -> None:
        """A new release, in which this file reads `new` where it read `old`."""
        path = self.root / url
        text = path.read_text(encoding="utf-8")
        assert old in text, f"{url} does not hold {old!r}"
        path.write_text(text.replace(old, new), encoding="utf-8")

    def _fault(self, pattern, change) -> None:
        self._faults.append((re.compile(pattern), change))

    # What the handlers call, each from its own thread.

    def _connected(self, connection) -> None:
        with self._lock:
            self._connections.add(connection)

    def _asked(self, path: str) -> bool:
        """Counts the request; False when the host dies of it."""
        if self._dies_at and self._dies_at.search(path):
            # Not from this thread: stopping waits for the loop that serves it.
            threading.Thread(target=self.stop, daemon=True).start()
            return False
        self.requests.append(path)
        return True

    def _changed(self, path: str, answer: Answer) -> Answer:
        for pattern, change in list(self._faults):
            if pattern.search(path):
                answer = change(answer)
        return answer


class _HostHandler(Handler):
    def setup(self):
        super().setup()
        self.server.host._connected(self.connection)

    def _answer(self) -> Answer:
        path = self.path.partition("?")[0]
        if not self.server.host._asked(path):
            raise ConnectionAbortedError("the host died")
        answer = self.server.host._changed(path, super()._answer())
        self.server.host.answers_sent.append((path, answer.status, len(answer.body)))
        return answer


class _HostServer(Server):
    host: Host

    def __init__(self, release, port):
        super().__init__(release, port)
        self.RequestHandlerClass = _HostHandler
