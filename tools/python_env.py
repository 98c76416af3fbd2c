"""Private Python environments, and pip wherever the machine keeps it.

Offers:
    pip(setup) -> list[str]                 a command that runs pip
    make_venv(setup, folder)                a virtual environment, if it is not there
    pip_install(setup, folder, requirements, label=…)
    ensure_venv(setup, name, requirements, bytes, carriers=…) -> str | None
    downloaded_bytes(log) -> int            what pip says it downloaded

Requirements are pinned with hashes, and pip checks each file against them.
"""

import importlib.util
import os
import re
import shutil
import sys
from pathlib import Path

from tools.commands import run
from tools.errors import CommandFailed, ToolMissing
from tools.files import folder_size, require_space, sha256_of, write_whole

# Written into an environment when all its requirements are installed; holds their hash.
STAMP = "carryon-requirements.sha256"
# pip checks every file against the hashes that the requirements list, and builds nothing.
HASHED = ("--require-hashes", "--only-binary=:all:")
# What pip writes for each file that it fetches, not for one out of its cache.
DOWNLOADING = re.compile(r"Downloading \S+ \(([\d.]+) (bytes|[kMG]B)\)")
UNITS = {"bytes": 1, "kB": 1e3, "MB": 1e6, "GB": 1e9}


def pip(setup) -> list[str]:
    """Python's own pip, or one in a private environment where it has none."""
    if importlib.util.find_spec("pip"):
        return [sys.executable, "-m", "pip"]
    folder = setup.cache / "pip"
    make_venv(setup, folder)
    return [python_of(folder), "-m", "pip"]


def python_of(folder: Path) -> str:
    """The Python executable of a virtual environment."""
    return str(folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python"))


def make_venv(setup, folder: Path) -> None:
    """Make a virtual environment; one that was left unfinished is made again."""
    if _runs(folder):
        return
    shutil.rmtree(folder, ignore_errors=True)
    try:
        run([sys.executable, "-m", "venv", str(folder)], setup, folder.name, watch=lambda: folder_size(folder))
    except CommandFailed as error:
        if importlib.util.find_spec("ensurepip"):
            raise
        raise ToolMissing("This Python cannot make virtual environments (Debian and Ubuntu: "
                          "apt-get install python3-venv).") from error


def pip_install(setup, folder: Path, requirements: Path, *, label: str, options: tuple[str, ...] = HASHED) -> None:
    """Install pinned requirements into an environment; unless the options say otherwise every file is checked against its hash."""
    output = run([python_of(folder), "-m", "pip", "install", *options,
                  "--disable-pip-version-check", "--no-input", "-r", str(requirements)],
                 setup, label, env=pip_environment(setup), watch=lambda: folder_size(folder))
    setup.downloaded += downloaded_bytes(output)


def ensure_venv(setup, name: str, requirements: str, needed: int, *, carriers: str = "", unhashed: str = "") -> str | None:
    """Make the environment `name` hold exactly `requirements`; None if it does already.

    `carriers` lists packages that are wanted for the files they carry: they are installed
    without what they depend on. `unhashed` lists packages whose builds differ from system to system:
    their version is pinned, their bytes are not.
    """
    folder = setup.root / name
    parts = [(file, options) for file, options in
             ((requirements, HASHED), (carriers, (*HASHED, "--no-deps")), (unhashed, ("--only-binary=:all:",))) if file]
    listed = [setup.root / file for file, _ in parts]
    stamp = folder / STAMP
    wanted = " ".join(sha256_of(path) for path in listed)
    if stamp.exists() and stamp.read_text(encoding="utf-8") == wanted and _runs(folder):
        return None
    setup.console.say(f"  {name}: installing {requirements}")
    require_space(setup.root, needed, name)
    make_venv(setup, folder)
    for file, options in parts:
        pip_install(setup, folder, setup.root / file, label=name, options=options)
    write_whole(stamp, [wanted.encode()])
    return f"{name}: {requirements} installed, every file checked against its hash" + (f", and {unhashed}" if unhashed else "")


def pip_environment(setup) -> dict[str, str]:
    """Let pip unpack beside its destination, where the free space was checked."""
    folder = setup.cache / "tmp"
    folder.mkdir(parents=True, exist_ok=True)
    return {"TMPDIR": str(folder)}


def downloaded_bytes(log: str) -> int:
    """Bytes that pip says it fetched, to the three digits it gives."""
    return round(sum(float(number) * UNITS[unit] for number, unit in DOWNLOADING.findall(log)))


def _runs(folder: Path) -> bool:
    # A virtual environment points at the Python that made it, which may be gone.
    return os.access(python_of(folder), os.X_OK) and (folder / "pyvenv.cfg").exists()
