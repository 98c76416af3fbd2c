"""Where the browser benchmarks happen: a served copy of the app, and browsers to visit it.

Offers:
    Stage()                     a context manager: `address`, `peer_address`, `visit(…)`, `host`
    WATCH_ENGINE                script that notes when the engine becomes ready
    engine_ready_ms(page)       milliseconds from navigation to the engine, waited for
    make_warm(app)              waits until a later visit finds everything: offline copy and warm image
    start_of_engine(page)       «plain» or «warm»

The copy holds one thing more than the app: the peer, a page that does what any Pyodide page
does (`loadPyodide`, `loadPackage("numpy")`, `import numpy`) with the same files.
"""

import shutil
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.browser.driver import NO_ENGINE, NO_OFFLINE_COPY, Notebook, Watch, launch_options
from tests.browser.hosting import ROOT, Host, ServeProcess

# Seconds until the engine's warm image must be made: it begins 15 s after the engine is ready,
# and takes two starts of Pyodide.
WARM_IMAGE_SECONDS = 120
WARM_PARTS = "async () => (await (await caches.open('carryon-warm')).keys()).length"

WATCH_ENGINE = """
window.engineReady = new Promise((resolve) => {
  const look = () => {
    const state = document.documentElement?.dataset.engine;
    if (state === "ready") resolve(performance.now());
    else if (state === "failed") resolve(null);
    else setTimeout(look, 1);
  };
  look();
});
"""

PEER_PAGE = """<!doctype html><title>peer</title><script type="module" src="peer.js"></script>
"""
PEER_SCRIPT = """
import { loadPyodide } from "./vendor/pyodide/pyodide.mjs";
const python = await loadPyodide({ indexURL: new URL("vendor/pyodide/", import.meta.url).href });
await python.loadPackage("numpy");
python.runPython("import numpy");
window.numpyReady = performance.now();
"""


class Stage:
    """A copy of the app behind serve.py, or with `counting` behind a host that counts in this process."""

    def __init__(self, *, counting: bool = False):
        self._counting = counting

    def __enter__(self):
        self._folder = tempfile.TemporaryDirectory(prefix="carryon-bench-", ignore_cleanup_errors=True)
        self._copy = Path(self._folder.name) / "app"
        self.host = Host().copy(self._copy)
        (self._copy / "static" / "peer.html").write_text(PEER_PAGE)
        (self._copy / "static" / "peer.js").write_text(PEER_SCRIPT)
        if not self._counting:
            shutil.copy(ROOT / "serve.py", self._copy)
            shutil.copytree(ROOT / "app" / "server", self._copy / "app" / "server")
            self.host = ServeProcess(self._copy)
        self.host.start()
        self._playwright = sync_playwright().start()
        return self

    def __exit__(self, *error):
        self._playwright.stop()
        self.host.stop()
        self._folder.cleanup()

    @property
    def address(self) -> str:
        return self.host.address

    @property
    def peer_address(self) -> str:
        return self.host.address + "static/peer.html"

    def profile(self, name: str) -> Path:
        return Path(self._folder.name) / "profiles" / name

    @contextmanager
    def visit(self, profile: str, *, engine: bool = True, offline_copy: bool = True):
        """A browser process of its own on this profile, its tab still empty, as a Notebook."""
        context = self._playwright.chromium.launch_persistent_context(
            self.profile(profile), viewport={"width": 1280, "height": 800}, **launch_options())
        try:
            context.add_init_script(WATCH_ENGINE)
            for script in ([] if engine else [NO_ENGINE]) + ([] if offline_copy else [NO_OFFLINE_COPY]):
                context.add_init_script(script)
            yield Notebook(context.pages[0], Watch(context), self.address)
        finally:
            context.close()

    def forget(self, profile: str) -> None:
        shutil.rmtree(self.profile(profile), ignore_errors=True)


def engine_ready_ms(page) -> float:
    """Waits for the engine; RuntimeError where it fails, for then there is nothing to measure."""
    ready = page.evaluate("() => window.engineReady")
    if ready is None:
        raise RuntimeError("the engine failed: " + page.locator("#engine-state").inner_text())
    return ready


def make_warm(app: Notebook) -> bool:
    """Whether the warm image was made in time (the offline copy must be)."""
    app.wait_ready_to_fly()
    app.wait_engine("ready")
    until = time.monotonic() + WARM_IMAGE_SECONDS
    while app.page.evaluate(WARM_PARTS) < 2:
        if time.monotonic() > until:
            return False
        time.sleep(0.5)
    return True


def start_of_engine(page) -> str:
    """How the engine of this page started: «plain» or «warm»."""
    return next(start for start in [worker.evaluate("globalThis.carryon?.start") for worker in page.workers] if start)
