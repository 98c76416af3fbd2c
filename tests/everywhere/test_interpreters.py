"""One suite on every interpreter: the other files of this folder again, under MicroPython."""

import re
import subprocess
from pathlib import Path

from tools.node import node_path

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent


def test_everything_here_passes_under_micropython_too():
    files = sorted(path.name for path in HERE.glob("test_*.py") if path.name != Path(__file__).name)
    tests = sum(len(re.findall(r"^def test_", (HERE / name).read_text(), re.M)) for name in files)
    run = subprocess.run(
        [str(node_path(ROOT)), str(HERE / "micropython.mjs"), str(ROOT / "static/vendor/micropython/micropython.mjs"), str(ROOT), *files],
        capture_output=True, text=True, timeout=120)
    assert f"{tests} passed, 0 failed" in run.stdout, run.stdout + run.stderr
