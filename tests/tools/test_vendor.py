"""The real tables and the real static/vendor (set-up runs before the tests)."""

import json
import posixpath
import re
from pathlib import Path

from tools import vendor
from tools.trim import TRIMMED
from tools.vendor import PACKAGES, PINS, Vendor

ROOT = Path(__file__).resolve().parents[2]
# A static import or re-export of a neighbouring file, in scripts minified or not.
STATIC_IMPORT = re.compile(r"""(?:\bfrom|\bimport)\s*["'](\.{1,2}/[^"']+)["']""")


def test_every_file_is_pinned_and_nothing_else_is():
    pins = json.loads((ROOT / PINS).read_text(encoding="utf-8"))
    wheels = vendor.wheels(ROOT / "static/vendor/pyodide/pyodide-lock.json")
    assert set(pins) == {name for package in PACKAGES for name in package.files} | set(wheels) | set(TRIMMED)


def test_every_wheel_is_pinned_as_pyodides_own_lock_has_it():
    pins = json.loads((ROOT / PINS).read_text(encoding="utf-8"))
    for name, wheel in vendor.wheels(ROOT / "static/vendor/pyodide/pyodide-lock.json").items():
        assert pins[name]["sha256"] == wheel["sha256"]


def test_static_vendor_holds_what_is_pinned():
    assert Vendor(ROOT).damaged(thoroughly=True) == []


def test_every_folder_of_static_vendor_has_its_licence():
    folders = {name.split("/")[0] for name in Vendor(ROOT).pins}
    assert all(f"{folder}/LICENSE" in Vendor(ROOT).pins for folder in folders)


def test_package_lock_json_names_no_address_and_has_a_hash_for_every_package():
    text = (ROOT / "package-lock.json").read_text(encoding="utf-8")
    assert "://" not in re.sub(r'"url": "[^"]*"', "", text)
    packages = json.loads(text)["packages"]
    assert all(entry["integrity"].startswith("sha512-") for path, entry in packages.items() if path)
    wanted = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))["dependencies"]
    assert set(wanted) == {package.name for package in PACKAGES}
    assert all(packages[f"node_modules/{name}"]["version"] == version for name, version in wanted.items())


def test_every_static_import_of_a_vendored_script_is_vendored():
    pins = Vendor(ROOT).pins
    for name in pins:
        if name.endswith((".js", ".mjs")):
            text = (ROOT / "static/vendor" / name).read_text(encoding="utf-8")
            for target in STATIC_IMPORT.findall(text):
                assert posixpath.normpath(posixpath.join(posixpath.dirname(name), target)) in pins, f"{name} imports {target}"


def test_no_vendored_script_asks_for_a_source_map():
    for name in Vendor(ROOT).pins:
        if name.endswith((".js", ".mjs")):
            last_line = (ROOT / "static/vendor" / name).read_text(encoding="utf-8").rstrip().rpartition("\n")[2]
            assert "sourceMappingURL=" not in last_line, name
