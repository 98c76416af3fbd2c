"""The web server: sockets in, answers out.

Offers:
    Server(release, port, …)            listens on 127.0.0.1; serve_forever(), shutdown()
    next_free_port(port) -> int | None

Standard library, one thread a connection, HTTP/1.1 with connections kept open.
It answers only requests that name this machine as their host, so that a foreign
web site cannot reach it through a name of its own (DNS rebinding).
"""

import socket
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from app.server.files import Answer, Files, problem
from app.server.headers import SECURITY_HEADERS
from app.server.release import Release, ReleaseError

# Only this machine can connect.
ADDRESS = "127.0.0.1"
# The names under which this machine may be asked for.
HOST_NAMES = ("localhost", "127.0.0.1", "[::1]")
# Seconds that an open connection may stay silent.
IDLE_SECONDS = 60
# Ports tried after the one that is in use.
PORTS_TRIED = 100
# Where the backend's features will be.
BACKEND_PATH = "/v1/"


class Server(ThreadingHTTPServer):
    """The app on 127.0.0.1. `port` 0 takes any free one; see `address`."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, release: Release, port: int, *, static: bool = False, log: bool = False):
        """Raises OSError (EADDRINUSE) when the port is in use."""
        super().__init__((ADDRESS, port), Handler)
        self.files = Files(release)
        self.static = static
        self.log = log
        self.hosts = {f"{name}:{self.server_port}" for name in HOST_NAMES}
        if self.server_port == 80:
            self.hosts.update(HOST_NAMES)

    @property
    def address(self) -> str:
        return f"http://{ADDRESS}:{self.server_port}/"

    def warm(self) -> None:
        """Compress what a first visit fetches while nobody is waiting."""
        threading.Thread(target=self._warm, daemon=True).start()

    def _warm(self) -> None:
        try:
            self.files.warm()
        except (OSError, ReleaseError):
            pass  # Whoever asks for the file in question is told.

    def handle_error(self, request, client_address):
        # A browser that hangs up in the middle is no error of ours.
        if not isinstance(sys.exc_info()[1], (ConnectionError, TimeoutError)):
            super().handle_error(request, client_address)


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    timeout = IDLE_SECONDS
    # Headers and body leave in one piece and at once.
    wbufsize = -1
    disable_nagle_algorithm = True

    def do_GET(self):
        self._send(self._answer())

    do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = do_GET

    def _answer(self) -> Answer:
        host = self.headers.get_all("Host") or []
        if len(host) != 1:
            return problem(400, "Bad Request", "A request names its host once.")
        if host[0].lower() not in self.server.hosts:
            return problem(421, "Misdirected Request", "This server answers for localhost only.")
        if self.path.startswith(BACKEND_PATH) or self.path == BACKEND_PATH[:-1]:
            reason = "It was started without the backend (STATIC=1)." if self.server.static else "This version has no backend."
            return problem(404, "Not Found", f"No server feature is here. {reason}")
        if self.command not in ("GET", "HEAD"):
            refused = problem(405, "Method Not Allowed", "Files can be read only.")
            return refused._replace(headers=refused.headers | {"Allow": "GET, HEAD"})
        try:
            return self.server.files.answer(self.path, self.headers)
        except ReleaseError as error:
            return problem(500, "Internal Server Error", str(error))

    def _send(self, answer: Answer) -> None:
        self.send_response(answer.status)
        for name, value in (SECURITY_HEADERS | answer.headers).items():
            self.send_header(name, value)
        if answer.status != 304:
            self.send_header("Content-Length", str(len(answer.body)))
        if self.command not in ("GET", "HEAD"):
            # Whatever body came with the request is not read, so the connection ends here.
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body)

    def version_string(self):
        return "Carryon"

    def log_message(self, format, *arguments):
        if self.server.log:
            super().log_message(format, *arguments)


def next_free_port(port: int) -> int | None:
    """The first free port above `port`, or None if none of the next hundred is."""
    for candidate in range(port + 1, min(port + PORTS_TRIED, 65_535) + 1):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((ADDRESS, candidate))
            except OSError:
                continue
            return candidate
    return None
