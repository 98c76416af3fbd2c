"""Drives Carryon in a real Chromium as a person does: by roles and accessible names.

Offers:
    Notebook(page, watch)               the app in one tab, under the names of the design
    Watch(context)                      records every complaint of the tabs of a context
    launch_options(), quick_launch_options(), CHROMIUM_ARGUMENTS
    NO_ENGINE, NO_OFFLINE_COPY           scripts that keep a part of the app from starting
    MAKE_WARM_IMAGE                      a script for a page

The names are those that assistive technology relies on; a test that can't find something
here has found a person who can't either.
"""

import re
import time

from playwright.sync_api import BrowserContext, Locator, Page, expect

from tools.browser import chromium_path, shell_path

CHROMIUM_ARGUMENTS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)
# Milliseconds. Python on the page is up within one or two seconds; a busy machine takes longer.
PAGE_MS = 30_000
# Milliseconds until the engine is ready on a busy machine with two cores.
ENGINE_MS = 90_000
# Milliseconds until everything is kept for offline use.
PACKING_MS = 60_000
# Milliseconds for what happens on the page at once, on a busy machine.
SOON_MS = 20_000

# The switch in Settings as an earlier visit left it: off.
NO_ENGINE = "try { localStorage.setItem('carryon.engine', 'off') } catch {}"
# A first copy that never ends, for tests that are not about it: it costs two seconds of both cores.
NO_OFFLINE_COPY = "if (navigator.serviceWorker) ServiceWorkerContainer.prototype.register = () => new Promise(() => {})"

# Makes the engine's warm image now, which the app does some time after its first start.
MAKE_WARM_IMAGE = """() => new Promise((resolve, reject) => {
    const worker = new Worker('static/glue/warm.js', { type: 'module' });
    worker.onmessage = () => { worker.terminate(); resolve(); };
    worker.onerror = (event) => reject(new Error(event.message));
})"""


def launch_options(**more) -> dict:
    """Keywords for Playwright's `launch` and `launch_persistent_context`."""
    return {"executable_path": chromium_path(), "args": list(CHROMIUM_ARGUMENTS)} | more


def quick_launch_options() -> dict:
    """The same for Chromium's headless shell, where the machine has it."""
    return launch_options(executable_path=shell_path() or chromium_path())


class Watch:
    """What went wrong in a context's tabs and workers, service workers included.

    Console warnings and errors, errors that nobody caught, requests that failed and answers
    of 400 and above are complaints, unless a test said with `expects` that they may come.
    """

    def __init__(self, context: BrowserContext):
        self.requests: list[str] = []  # the URL of every request, in order
        self._complaints: list[str] = []
        self._expected: list[re.Pattern] = []
        self._heard = {
            "console": self._console,
            "weberror": lambda error: self._complaints.append(f"uncaught: {error.error}"),
            "request": lambda request: self.requests.append(request.url),
            "requestfailed": self._failed,
            "response": self._answered,
        }
        for event, heard in self._heard.items():
            context.on(event, heard)

    def expects(self, pattern: str) -> None:
        """Complaints in which this regular expression is found are part of the test."""
        self._expected.append(re.compile(pattern))

    def end(self, context: BrowserContext) -> None:
        """Hears no more of a context that goes on without this test."""
        for event, heard in self._heard.items():
            context.remove_listener(event, heard)

    def complaints(self) -> list[str]:
        return [said for said in self._complaints if not any(pattern.search(said) for pattern in self._expected)]

    def _console(self, message):
        if message.type in ("warning", "error"):
            self._complaints.append(f"console {message.type}: {message.text} ({message.location.get('url', '')})")

    def _failed(self, request):
        # A request that the browser drops because its page is left or its worker ended is no failure.
        if request.failure != "net::ERR_ABORTED":
            self._complaints.append(f"request failed: {request.url}: {request.failure}")

    def _answered(self, response):
        if response.status >= 400:
            self._complaints.append(f"status {response.status}: {response.url}")


class Notebook:
    """The app in one tab."""

    def __init__(self, page: Page, watch: Watch, address: str):
        self.page, self.watch, self.address = page, watch, address

    # What a person sees

    @property
    def note(self) -> Locator:
        return self.page.get_by_role("textbox", name="Note", exact=True)

    @property
    def title(self) -> Locator:
        return self.page.get_by_role("textbox", name="Title", exact=True)

    @property
    def notes(self) -> Locator:
        """The list's items, newest first."""
        return self.page.get_by_role("list", name="Notes", exact=True).get_by_role("listitem")

    @property
    def trash(self) -> Locator:
        """The items of the trash, once it is shown."""
        return self.page.get_by_role("list", name="Trash", exact=True).get_by_role("listitem")

    @property
    def tags(self) -> Locator:
        return self.page.get_by_role("list", name="Tags", exact=True).get_by_role("listitem")

    @property
    def chips(self) -> Locator:
        return self.page.get_by_role("toolbar", name="Suggestions").get_by_role("button")

    @property
    def preview(self) -> Locator:
        return self.page.get_by_role("region", name="Preview")

    @property
    def alarm(self) -> Locator:
        return self.page.get_by_role("alert")

    @property
    def alongside(self) -> Locator:
        return self.page.get_by_role("complementary", name="Alongside")

    @property
    def message(self) -> Locator:
        return self.status("Message")

    @property
    def saving(self) -> Locator:
        return self.status("Saving")

    @property
    def suggestion(self) -> Locator:
        return self.status("Suggestion")

    @property
    def network(self) -> Locator:
        return self.status("Network")

    @property
    def offline_copy(self) -> Locator:
        return self.status("Offline copy")

    def status(self, name: str) -> Locator:
        return self.page.get_by_role("status", name=name, exact=True)

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True)

    @property
    def text(self) -> str:
        return self.note.input_value()

    @property
    def engine(self) -> str:
        """`loading`, `ready`, `off` or `failed`."""
        return self.page.locator("html").get_attribute("data-engine")

    # What a person does

    def open(self, path: str = "", *, wait: bool = True) -> "Notebook":
        """Goes to the app; with `wait`, until its page is ready."""
        self.page.goto(self.address + path, wait_until="domcontentloaded")
        return self.wait_page() if wait else self

    def reload(self, *, wait: bool = True) -> "Notebook":
        self.page.reload(wait_until="domcontentloaded")
        return self.wait_page() if wait else self

    def new_note(self) -> None:
        self.button("New note").click()
        expect(self.note).to_be_focused()
        expect(self.note).to_have_value("")

    def write(self, text: str, *, delay_ms: float = 0) -> None:
        """Types at the end of the note, key by key."""
        self.note.press("Control+End")
        self.page.keyboard.type(text, delay=delay_ms)

    def wait_workers_ended(self) -> None:
        """A worker that is busy when it is ended takes a moment to be gone."""
        until = time.monotonic() + SOON_MS / 1000
        while self.page.workers:
            assert time.monotonic() < until, f"still running: {self.page.workers}"
            self.page.wait_for_timeout(50)

    def write_note(self, text: str, title: str = "") -> None:
        """A new note, saved."""
        self.new_note()
        if title:
            self.title.fill(title)
        self.write(text)
        self.wait_saved()

    def turn_to(self, text: str) -> None:
        """Opens the note whose list item holds `text`."""
        self.notes.filter(has_text=text).get_by_role("button").first.click()

    def open_view(self, name: str) -> None:
        """«Notes», «Insights», «What runs where» or «Settings», as the link is called."""
        link = self.page.get_by_role("navigation", name="Main").get_by_role("link", name=name, exact=True)
        link.click()
        expect(link).to_have_attribute("aria-current", "page")

    def open_learned(self) -> None:
        """«What I have learned», which Settings leads to."""
        self.open_view("Settings")
        self.page.get_by_role("link", name="What I have learned").click()
        expect(self.page.get_by_role("heading", name="What I have learned")).to_be_visible()

    def switch_completion(self, on: bool) -> None:
        """The switch «Finish my words» in Settings; comes back to the notes."""
        self.open_view("Settings")
        self.page.get_by_role("switch", name="Finish my words").set_checked(on)
        self.open_view("Notes")

    # What a person waits for

    def wait_page(self) -> "Notebook":
        # Looked at every 50 ms: `wait_for_selector` waits for half a second between two looks, and every test starts with this.
        self.page.wait_for_function("document.documentElement.dataset.page === 'ready'", polling=50, timeout=PAGE_MS)
        return self

    def wait_engine(self, state: str = "ready") -> "Notebook":
        self.page.wait_for_function(
            "state => document.documentElement.dataset.engine !== 'loading' || state === 'loading'", arg=state, timeout=ENGINE_MS)
        assert self.engine == state, f"the engine is «{self.engine}», not «{state}»: {self.alongside.inner_text()}"
        return self

    def wait_saved(self) -> "Notebook":
        """Until what is on the page is durable."""
        expect(self.saving).to_have_text("Saved", timeout=SOON_MS)
        return self

    def wait_ready_to_fly(self) -> "Notebook":
        expect(self.offline_copy).to_have_text("Ready to fly", timeout=PACKING_MS)
        return self

    def until(self, expression: str, patience: int = SOON_MS) -> None:
        """Until this JavaScript, which may await, is true. (Playwright's `wait_for_function` takes a promise for true.)"""
        given_up = time.monotonic() + patience / 1000
        while not self.page.evaluate(f"async () => Boolean(await ({expression}))"):
            assert time.monotonic() < given_up, f"it did not become true: {expression}"
            self.page.wait_for_timeout(100)

    def expects(self, pattern: str) -> None:
        """This complaint of the console or the network is part of the test (see Watch)."""
        self.watch.expects(pattern)
