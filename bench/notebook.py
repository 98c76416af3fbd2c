"""A notebook of 10,000 notes in the whole app: typing while it is indexed, and after; the memory of the tab.

Offers ``run(quick=False)`` -> rows (see ``bench.rows``); also ``python -m bench.notebook``.

Notes are ``bench.load``'s. Memory is what the tab's process has to itself (RssAnon and VmSwap of /proc/<pid>/status, as in the browser's own
task manager): page, both Pythons, models, index and learned words together. Beside it: an empty tab, and one that has loaded Pyodide and numpy.
"""

from pathlib import Path

from bench.keystrokes import SEED_NOTES, figures, held_out_text, typed
from bench.load import notes
from bench.rows import row
from bench.stage import Stage, engine_ready_ms

COUNT, QUICK_COUNT = 10_000, 200
KEYSTROKES, QUICK_KEYSTROKES = 300, 30
# Notes to a transaction while the notebook is made.
TOGETHER = 1000
# Milliseconds until 10,000 notes are read while somebody types, on a busy machine.
READ_MS = 600_000
ALL_READ = "() => document.querySelector('[aria-label=Index]').dataset.read === 'all'"
MEMORY_GOAL = "≤ 300 MB"


def run(quick=False):
    count = QUICK_COUNT if quick else COUNT
    text = held_out_text(QUICK_KEYSTROKES if quick else KEYSTROKES)
    rows, where = [], f"{count:,} notes"
    with Stage() as stage:
        bare = _bare_mb(stage)
        with stage.visit("full") as app:
            app.open()
            app.wait_ready_to_fly()
            load = notes(count)
            for first in range(0, count, TOGETHER):
                app.page.evaluate(SEED_NOTES, load[first:first + TOGETHER])
        with stage.visit("full") as app:
            app.open()
            engine_ready_ms(app.page)
            app.new_note()
            rows += figures(typed(app, text), f"{where}, while they are indexed", "")
            app.page.wait_for_function(ALL_READ, timeout=READ_MS)
            indexed_mb = tab_mb(stage.profile("full"))
            app.page.wait_for_timeout(6000)  # the index is being kept
        with stage.visit("full") as app:
            app.open()
            engine_ready_ms(app.page)
            app.new_note()
            rows += figures(typed(app, text), f"{where}, while they are read at a start", "")
            app.page.wait_for_function(ALL_READ, timeout=READ_MS)
            app.new_note()
            rows += figures(typed(app, text), f"{where}, when they have been read", "≤ 16 ms")
            read_mb = tab_mb(stage.profile("full"))
    note = f"an empty tab {bare['empty']:.0f} MB; just after all were indexed {indexed_mb:.0f} MB"
    return rows + [row(f"memory of the tab, {where}", round(read_mb), "MB", peer="a tab with Pyodide and numpy", peer_value=round(bare["pyodide"]),
                       goal=MEMORY_GOAL, note=note)]


def _bare_mb(stage):
    found = {}
    with stage.visit("bare", engine=False) as app:
        found["empty"] = tab_mb(stage.profile("bare"))
        app.page.goto(stage.peer_address)
        app.page.wait_for_function("() => window.numpyReady")
        found["pyodide"] = tab_mb(stage.profile("bare"))
    return found


def tab_mb(profile):
    """Return the private memory, in MB, of the greatest tab of the browser that runs on ``profile``."""
    parents, names = {}, {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                parents[int(folder.name)] = int(_status(folder)["PPid"])
                names[int(folder.name)] = (folder / "cmdline").read_bytes().decode(errors="replace")
            except (OSError, KeyError):
                continue  # it has ended
    browsers = {pid for pid, name in names.items() if f"--user-data-dir={profile}" in name and "--type=" not in name}

    def belongs(pid):
        while pid in parents and pid not in browsers:
            pid = parents[pid]
        return pid in browsers

    tabs = [pid for pid, name in names.items() if "--type=renderer" in name and belongs(pid)]
    return max(sum(int(_status(Path(f"/proc/{pid}")).get(key, "0 kB").split()[0]) for key in ("RssAnon", "VmSwap")) for pid in tabs) / 1000


def _status(folder):
    return dict(line.split(":\t", 1) for line in (folder / "status").read_text().splitlines() if ":\t" in line)


if __name__ == "__main__":
    from bench.table import print_table
    print_table(run())
