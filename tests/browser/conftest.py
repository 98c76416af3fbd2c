"""Fixtures for tests in a real Chromium.

Offers:
    app                 the app, opened in a browser without a past
    open_app(…)         the same as a function, for other conditions or several tabs
    next_note           an empty note of a notebook without engine that many tests write in, one after the other
    server              serve.py, one for the whole run
    own_server          serve.py for this test alone: stop() and start() as often as needed
    host                the same server in this process; it counts requests and fails on demand
    cold_browser(…)     a browser process of its own on a profile that outlives it

`@pytest.mark.app(engine=False, touch=True, viewport=(390, 844), …)` sets
what `app` is opened with: any keyword of `open_app`.

Every test fails on any complaint (console warning or error, uncaught error, failed request,
answer of 400 and above) that it did not say it expects: `app.expects("…")`.
"""

import shutil
from contextlib import contextmanager

import pytest
from playwright.sync_api import expect, sync_playwright

from tests.browser.driver import MAKE_WARM_IMAGE, NO_ENGINE, NO_OFFLINE_COPY, SOON_MS, Notebook, Watch, quick_launch_options
from tests.browser.hosting import Host, ServeProcess

WIDE = (1280, 800)

# What is expected comes at once, or on a busy machine a little later: Playwright's own five seconds are not enough for that.
expect.set_options(timeout=SOON_MS)


def pytest_configure(config):
    config.addinivalue_line("markers", "app(**conditions): what the `app` fixture is opened with (see open_app)")


def pytest_collection_modifyitems(items):
    for item in items:
        if "/tests/browser/" in item.path.as_posix():
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def playwright():
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="session")
def browser(playwright):
    browser = playwright.chromium.launch(**quick_launch_options())
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def server():
    server = ServeProcess().start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def warm_profile(playwright, server, tmp_path_factory):
    """The profile of a browser that has started the engine before, and did nothing else: a start from it, or from a copy, takes about a third of the work."""
    folder = tmp_path_factory.mktemp("warm") / "profile"
    context = playwright.chromium.launch_persistent_context(folder, **quick_launch_options())
    context.add_init_script(NO_OFFLINE_COPY)
    watch = Watch(context)
    Notebook(context.pages[0], watch, server.address).open().wait_engine().page.evaluate(MAKE_WARM_IMAGE)
    watch.end(context)
    as_new(context, server.address)
    context.close()
    return folder


@pytest.fixture(scope="session")
def seasoned(playwright, warm_profile, tmp_path_factory):
    """A browser for the tests that use the engine and are not about its first start. Nothing of a visit is there at the next one: see `as_new`."""
    context = playwright.chromium.launch_persistent_context(
        shutil.copytree(warm_profile, tmp_path_factory.mktemp("seasoned") / "profile"), viewport={"width": WIDE[0], "height": WIDE[1]}, **quick_launch_options())
    context.add_init_script(NO_OFFLINE_COPY)
    yield context
    context.close()


def as_new(context, address):
    """Closes the tabs of the context and removes what they stored, but for the engine's warm image."""
    blank = context.new_page()
    for page in context.pages:
        if page is not blank:
            page.close()
    blank.goto(address + "static/icons/icon.svg")
    session = context.new_cdp_session(blank)
    session.send("Storage.clearDataForOrigin", {"origin": address.rstrip("/"), "storageTypes": "indexeddb,local_storage,file_systems,service_workers"})
    blank.goto("about:blank")


@pytest.fixture
def hosts():
    """Every host of this test, to be stopped when its browsers are closed (they depend on this)."""
    hosts = []
    yield hosts
    for host in hosts:
        host.stop()


@pytest.fixture
def own_server(hosts):
    hosts.append(ServeProcess().start())
    return hosts[-1]


@pytest.fixture
def host(hosts):
    hosts.append(Host().start())
    return hosts[-1]


@pytest.fixture
def releasing_host(hosts, tmp_path):
    """A host of a copy of the app, for tests that publish another release: `change(…)`."""
    hosts.append(Host().copy(tmp_path / "release").start())
    return hosts[-1]


@pytest.fixture
def watches():
    """The watches of this test's contexts; their complaints fail it at its end."""
    watches = []
    yield watches
    complaints = [said for watch in watches for said in watch.complaints()]
    assert not complaints, "the browser complained:\n" + "\n".join(complaints)


@pytest.fixture
def open_app(browser, request, hosts, watches):
    """`open_app(address=…, viewport=…, touch=…, engine=…, offline_copy=…, wait=…)` → Notebook.

    Each call is a new browser context, so a user without a past (but for the engine's warm image, where
    the engine is all that is asked for); `beside=app` opens another tab of that app's context instead. `engine=False`: the switch is off, as an earlier visit
    left it. `offline_copy=True`: with the service worker, whose first copy costs two seconds of both cores.
    `wait=False`: don't wait for the page.
    `path` and any further keyword (`locale`, `color_scheme` …) go to the browser.
    """
    contexts, used = [], []

    def new_context(engine, offline_copy, scripts, viewport, touch, context_options):
        context = browser.new_context(
            viewport={"width": viewport[0], "height": viewport[1]}, has_touch=touch, is_mobile=touch, **context_options)
        contexts.append(context)
        for script in ([] if engine else [NO_ENGINE]) + ([] if offline_copy else [NO_OFFLINE_COPY]) + list(scripts):
            context.add_init_script(script)
        return context

    def open_app(*, address=None, path="", viewport=WIDE, touch=False, engine=True, offline_copy=False, wait=True,
                 beside=None, scripts=(), **context_options):
        if beside:
            context, watch = beside.page.context, beside.watch
        else:
            plain = engine and not (offline_copy or address or scripts or touch or context_options) and viewport == WIDE
            if plain and not used:
                used.append(context := request.getfixturevalue("seasoned"))
            else:
                context = new_context(engine, offline_copy, scripts, viewport, touch, context_options)
            watch = Watch(context)
            watches.append(watch)
        address = address or (beside.address if beside else request.getfixturevalue("server").address)
        return Notebook(context.new_page(), watch, address).open(path, wait=wait)

    yield open_app
    for context in contexts:
        context.close()
    for context in used:
        for watch in watches:
            watch.end(context)
        as_new(context, request.getfixturevalue("server").address)


@pytest.fixture(scope="session")
def lasting(browser, server):
    """A page that is opened once for the whole run."""
    context = browser.new_context(viewport={"width": WIDE[0], "height": WIDE[1]})
    for script in (NO_ENGINE, NO_OFFLINE_COPY):
        context.add_init_script(script)
    watch = Watch(context)
    yield Notebook(context.new_page(), watch, server.address).open()
    context.close()


@pytest.fixture
def next_note(lasting, watches):
    """For what is tried of dozens of notes in turn, none of which may do anything to the page: opening one takes longer than such a test."""
    watches.append(lasting.watch)
    lasting.new_note()
    return lasting


@pytest.fixture
def app(open_app, request):
    marker = request.node.get_closest_marker("app")
    return open_app(**(marker.kwargs if marker else {}))


@pytest.fixture
def cold_browser(playwright, tmp_path, hosts, watches, request):
    """`with cold_browser(address) as app:` a browser process of its own, closed at the end.

    All of a test's share one profile, as one person's browser on one machine does: what the
    first stored is there for the next. `offline=True` starts it without a network.
    `open=False` leaves the tab empty. `warm=True`: one that has started the engine of `server` before.
    """
    @contextmanager
    def cold_browser(address, *, offline=False, open=True, wait=True, scripts=(), profile="profile", warm=False, **options):
        if warm and not (tmp_path / profile).exists():
            shutil.copytree(request.getfixturevalue("warm_profile"), tmp_path / profile)
        context = playwright.chromium.launch_persistent_context(
            tmp_path / profile, viewport={"width": WIDE[0], "height": WIDE[1]}, offline=offline, **(quick_launch_options() | options))
        try:
            watch = Watch(context)
            watches.append(watch)
            for script in scripts:
                context.add_init_script(script)
            app = Notebook(context.pages[0] if context.pages else context.new_page(), watch, address)
            yield app.open(wait=wait) if open else app
        finally:
            context.close()

    return cold_browser
