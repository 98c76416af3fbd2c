"""Serve Carryon on this machine.

    make serve                  (which sets everything up first)
    PORT=8001 make serve        on another port; 0 takes any free one
    STATIC=1 make serve         the files alone, without a backend
    LOG=1 make serve            with a line for every request
"""

import errno
import os
import sys
from pathlib import Path

from app.server.release import Release
from app.server.web import Server, next_free_port

DEFAULT_PORT = 8000


def main() -> int:
    """Serve until Ctrl-C; returns the exit status."""
    written = os.environ.get("PORT") or str(DEFAULT_PORT)
    if not written.isascii() or not written.isdigit() or int(written) > 65_535:
        print(f"PORT is {written!r}; it takes a number from 0 to 65535.", file=sys.stderr)
        return 2
    port = int(written)
    static, log = os.environ.get("STATIC") == "1", os.environ.get("LOG") == "1"
    try:
        server = Server(Release(Path(__file__).parent), port, static=static, log=log)
    except PermissionError:
        print(f"Port {port} needs more rights than this user has: PORT={DEFAULT_PORT} make serve", file=sys.stderr)
        return 1
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise
        free = next_free_port(port)
        print(f"Port {port} is in use." + (f" The next free one: PORT={free} make serve" if free else ""), file=sys.stderr)
        return 1
    print(f"Carryon is at {server.address}  (Ctrl-C ends it)", flush=True)
    server.warm()
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        print()
    finally:
        server.server_close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
