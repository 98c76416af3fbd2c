"""The Makefile: every target is listed, and set-up runs before what needs it."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TARGETS = ("help", "serve", "test", "test-quick", "bench", "site", "models", "clean")


def make(*arguments):
    return subprocess.run(["make", "--no-print-directory", *arguments], cwd=ROOT, capture_output=True, text=True, timeout=60)


def test_make_lists_its_targets_with_what_they_do():
    for arguments in ([], ["help"]):
        lines = make(*arguments).stdout.splitlines()
        assert [line.split()[1] for line in lines] == list(TARGETS)
        assert all(re.fullmatch(r"make \S+ +\S.*", line) for line in lines)


@pytest.mark.parametrize("target, commands", [
    ("serve", ["tools.setup runtime", "serve.py"]),
    ("test", ["tools.setup runtime tests", '-m pytest -n 2 -m "not browser"', "-n 2 --dist worksteal -m browser"]),
    ("test-quick", ["tools.setup runtime tests", '-m pytest -n 2 -m "not browser"']),
    ("bench", ["tools.setup runtime tests bench", "-m bench"]),
    ("site", ["tools.setup runtime", "-m tools.site"]),
    ("models", ["tools.setup models", "-m models.training"]),
])
def test_a_target_sets_up_first(target, commands):
    lines = make("--dry-run", target).stdout.splitlines()
    assert len(lines) == len(commands)
    assert all(line.endswith(command) for line, command in zip(lines, commands, strict=True))


def test_ci_runs_all_tests():
    assert "exec make test\n" in (ROOT / ".ci/run").read_text(encoding="utf-8")


def test_an_older_python_is_told_so(tmp_path):
    # Stands in for an old Python: the same interpreter, saying that it is 3.10.
    check = (ROOT / "tools/__init__.py").read_text(encoding="utf-8").replace("sys.version_info", "(3, 10)")
    (tmp_path / "tools").mkdir()
    (tmp_path / "tools/__init__.py").write_text(check, encoding="utf-8")
    refused = subprocess.run(["python3", "-m", "tools"], cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert refused.returncode == 1
    assert refused.stderr.startswith("Carryon needs Python 3.11 or newer; this is ")
