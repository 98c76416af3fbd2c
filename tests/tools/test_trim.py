"""The engine's archives: what is left out, what is not, and the same bytes on every machine."""

import io
import json
import zipfile
from pathlib import Path

import pytest

from tools.errors import DamagedFile
from tools.trim import TRIMMED, trimmed, whole
from tools.vendor import Vendor

ROOT = Path(__file__).resolve().parents[2]


def members(name):
    vendor = Vendor(ROOT)
    return (zipfile.ZipFile(vendor.path(whole(name, vendor))), zipfile.ZipFile(vendor.path(name)))


@pytest.mark.parametrize("name", TRIMMED)
def test_what_is_kept_is_what_the_whole_archive_holds_and_every_checksum_is_right(name):
    archive, trim = members(name)
    assert trim.testzip() is None
    assert 0 < len(trim.namelist()) < len(archive.namelist())
    assert all(trim.read(path) == archive.read(path) for path in trim.namelist())


@pytest.mark.parametrize("name", TRIMMED)
def test_it_is_less_than_two_thirds_of_the_whole(name):
    vendor = Vendor(ROOT)
    assert vendor.path(name).stat().st_size * 3 < vendor.path(whole(name, vendor)).stat().st_size * 2


def test_the_licence_of_numpy_goes_with_it():
    assert (ROOT / "static/vendor/pyodide/LICENSE.numpy").read_text(encoding="utf-8").strip()


def test_every_module_that_the_engine_names_is_there():
    """What its own files import from the standard library and numpy; what those import in turn, the browser tests show."""
    import ast
    import sys
    _, stdlib = members("pyodide/engine-stdlib.zip")
    there = {path.split("/")[0].removesuffix(".py") for path in stdlib.namelist()} | set(sys.builtin_module_names)
    for path in (ROOT / "app/engine").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else \
                [node.module] if isinstance(node, ast.ImportFrom) else []
            for top in (name.split(".")[0] for name in names):
                if top in sys.stdlib_module_names and not top.startswith("_"):
                    assert top in there or top in ("zlib", "math", "unicodedata", "array"), f"{path.name} imports {top}"


def test_an_archive_that_is_none_is_refused_by_name(tmp_path):
    (tmp_path / "python_stdlib.zip").write_bytes(b"no archive")
    with pytest.raises(DamagedFile, match="engine-stdlib.zip cannot be made: python_stdlib.zip is no whole archive"):
        trimmed("pyodide/engine-stdlib.zip", tmp_path / "python_stdlib.zip")


def test_the_same_members_give_the_same_bytes_whenever_they_were_written(tmp_path):
    written = []
    for date in ((1990, 1, 1, 0, 0, 0), (2026, 11, 21, 12, 0, 0)):
        path = tmp_path / f"{date[0]}.zip"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name in ("json/__init__.py", "tkinter/__init__.py", "encodings/utf_8.py", "encodings/big5.py"):
                archive.writestr(zipfile.ZipInfo(name, date), f"# {name}\n" * 100, zipfile.ZIP_DEFLATED)
        written.append(trimmed("pyodide/engine-stdlib.zip", path))
    assert written[0] == written[1]
    assert zipfile.ZipFile(io.BytesIO(written[0])).namelist() == ["json/__init__.py", "encodings/utf_8.py"]


def test_the_pins_name_them():
    assert set(TRIMMED) <= set(json.loads((ROOT / "tools/vendor.sha256.json").read_text(encoding="utf-8")))
