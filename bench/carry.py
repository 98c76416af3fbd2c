"""Export → wipe → import of 10,000 notes with earlier states and attachments, in the whole app: whether all of it is the same, how long it takes, and what
memory it takes.

Offers ``run(quick=False)`` -> rows (see ``bench.rows``); also ``python -m bench.carry``.

Notes are ``bench.load``'s; every fifth has an earlier state, every fiftieth a file of 50,000 random bytes. The import goes into a profile that has never seen
them. Memory is the tab's own (bench.notebook), looked at five times a second: the page, and the porter's Python while it works.
"""

import tempfile
import time
from pathlib import Path

from bench.load import notes
from bench.keystrokes import SEED_NOTES
from bench.notebook import tab_mb
from bench.rows import row
from bench.stage import Stage

COUNT, QUICK_COUNT = 10_000, 200
TOGETHER = 1000
# Seconds that each step may take, and between two looks at the memory.
PATIENCE, LOOK_EVERY = 1200, 0.2

SEED_REST = """async () => {
  const db = await new Promise((resolve) => { const open = indexedDB.open("carryon"); open.onsuccess = () => resolve(open.result); });
  const all = await new Promise((resolve) => { const get = db.transaction("notes").objectStore("notes").getAll(); get.onsuccess = () => resolve(get.result); });
  const hex = (bytes) => [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  for (let n = 0; n < all.length; n += 50) {
    const data = crypto.getRandomValues(new Uint8Array(50_000));
    const sha256 = hex(await crypto.subtle.digest("SHA-256", data));
    const note = all[n], tx = db.transaction(["notes", "revisions", "attachments", "blobs"], "readwrite");
    tx.objectStore("attachments").put({ id: note.id, name: `file ${n}.bin`, type: "application/octet-stream", bytes: data.length, sha256, created: note.created, updated: note.created });
    tx.objectStore("blobs").put({ id: note.id, data });
    tx.objectStore("notes").put({ ...note, text: `${note.text}\\n\\n[file](attachment:${note.id})` });
    for (const earlier of all.slice(n, n + 50).filter((_, at) => at % 5 === 0))
      tx.objectStore("revisions").put({ id: `${earlier.id}-${earlier.id}`, note: earlier.id, revision: 1, created: earlier.created, updated: earlier.updated, title: "", text: `Before. ${earlier.text}`, tags: [], why: "pause" });
    await new Promise((resolve) => (tx.oncomplete = resolve));
  }
  db.close();
}"""
# The SHA-256 of all that is stored, keys in order, and how many records there are.
DIGEST = """async () => {
  const db = await new Promise((resolve) => { const open = indexedDB.open("carryon"); open.onsuccess = () => resolve(open.result); });
  const ordered = (_, value) => value instanceof Uint8Array ? [...value] : value && value.constructor === Object ? Object.fromEntries(Object.entries(value).sort()) : value;
  const sums = [];
  let count = 0;
  for (const name of ["notes", "revisions", "attachments", "blobs"]) {
    for (let after = ""; ; ) {
      const some = await new Promise((resolve) => { const get = db.transaction(name).objectStore(name).getAll(IDBKeyRange.lowerBound(after, true), 200); get.onsuccess = () => resolve(get.result); });
      if (!some.length) break;
      after = some.at(-1).id;
      count += some.length;
      const sum = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(name + JSON.stringify(some, ordered)));
      sums.push([...new Uint8Array(sum)].join());
    }
  }
  db.close();
  const sum = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(sums.join("\\n")));
  return { count, sum: [...new Uint8Array(sum)].join() };
}"""


def run(quick=False):
    count = QUICK_COUNT if quick else COUNT
    where = f"{count:,} notes"
    with Stage() as stage, tempfile.TemporaryDirectory(prefix="carryon-bench-") as folder:
        path = Path(folder) / "out.zip"
        with stage.visit("from", engine=False, offline_copy=False) as app:
            app.open()
            load = notes(count)
            for first in range(0, count, TOGETHER):
                app.page.evaluate(SEED_NOTES, load[first:first + TOGETHER])
            app.page.evaluate(SEED_REST)
            app.reload()
            before = app.page.evaluate(DIGEST)
            _open(app)
            idle_mb = tab_mb(stage.profile("from"))
            downloads = []
            app.page.on("download", lambda download: downloads.append(download))
            export_seconds, export_mb = _until(stage, "from", app, lambda: app.button("Export notes").click(), "export", " in carryon-")
            downloads[0].save_as(path)
        with stage.visit("to", engine=False, offline_copy=False) as app:
            app.open()
            _open(app)
            look_seconds, _ = _until(stage, "to", app, lambda: app.page.set_input_files("#import-files", path), "import", " to bring in")
            import_seconds, import_mb = _until(stage, "to", app, lambda: app.page.locator("#import-yes").click(), "import", " came in")
            after = app.page.evaluate(DIGEST)
        size = path.stat().st_size / 1e6
    same = before == after
    note = f"{size:.1f} MB; an idle tab with the notebook {idle_mb:.0f} MB"
    return [
        row(f"export → wipe → import, {where}: records that are the same", before["count"] if same else 0, "records", goal=f"all {before['count']:,}"),
        row(f"export, {where}", round(export_seconds, 1), "s", note=note), row(f"export, {where}: peak memory of the tab", round(export_mb), "MB"),
        row(f"look at an import, {where}", round(look_seconds, 1), "s", note="with the start of the porter"), row(f"import, {where}", round(import_seconds, 1), "s"),
        row(f"import, {where}: peak memory of the tab", round(import_mb), "MB")]


def _open(app):
    app.page.evaluate("location.hash = '#/carry'")
    app.page.locator("#view-carry").wait_for(state="visible")


def _until(stage, profile, app, act, name, said):
    """(seconds until the status of ``name`` says ``said``, the most MB meanwhile)."""
    began, most = time.monotonic(), 0
    act()
    while said not in app.page.locator(f"#{name}-state").inner_text():
        most = max(most, tab_mb(stage.profile(profile)))
        if time.monotonic() - began > PATIENCE:
            raise RuntimeError(f"after {PATIENCE} s: " + app.page.locator(f"#{name}-state").inner_text())
        time.sleep(LOOK_EVERY)
    return time.monotonic() - began, most


if __name__ == "__main__":
    from bench.table import print_table
    print_table(run())
