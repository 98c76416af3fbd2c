"""Written on a plane: everything is there without a network, and without a server."""


import pytest
from playwright.sync_api import expect

from tests.browser.hosting import ROOT, StaticHost
from tools import site

# So sure a beginning that any model of English goes on with it: «forward».
SURE = "I am looking forw"


def write_on_the_ground(app):
    app.write_note("Packed: a toothbrush and a book.", title="Before the flight")
    app.wait_ready_to_fly()


def everything_works(app):
    """Reads the old note, writes another and takes a suggestion."""
    app.turn_to("Before the flight")
    expect(app.note).to_have_value("Packed: a toothbrush and a book.")
    app.write(" And a pen.")
    app.wait_saved()
    app.write_note("Clouds from above.")
    expect(app.notes).to_have_count(2)
    app.wait_engine("ready")
    app.new_note()
    app.write(SURE)
    expect(app.suggestion).not_to_be_empty()
    app.note.press("Tab")
    assert app.text.startswith("I am looking forward"), app.text
    app.wait_saved()


def everything_is_kept(app):
    expect(app.notes).to_have_count(3)
    expect(app.notes.nth(0)).to_contain_text("I am looking forward")
    expect(app.notes.nth(1)).to_contain_text("Clouds from above.")
    app.turn_to("Before the flight")
    expect(app.note).to_have_value("Packed: a toothbrush and a book. And a pen.")


def test_without_a_network_a_cold_start_has_everything(cold_browser, own_server):
    with cold_browser(own_server.address) as app:
        write_on_the_ground(app)
    with cold_browser(own_server.address, offline=True) as app:
        expect(app.network).to_have_text("Airplane mode")
        app.wait_ready_to_fly()
        everything_works(app)
    with cold_browser(own_server.address) as app:
        expect(app.network).to_have_text("Online, nothing sent")
        everything_is_kept(app)


def test_with_the_server_down_a_cold_start_has_everything(cold_browser, own_server):
    with cold_browser(own_server.address) as app:
        write_on_the_ground(app)
    own_server.stop()
    with cold_browser(own_server.address) as app:
        app.wait_ready_to_fly()
        everything_works(app)
    own_server.start()
    with cold_browser(own_server.address) as app:
        everything_is_kept(app)


@pytest.fixture(scope="module")
def site_host(tmp_path_factory):
    """What `make site` writes, below a path of a plain static file server."""
    folder = tmp_path_factory.mktemp("public")
    site.build(ROOT, folder / "notes")
    host = StaticHost(folder).start()
    yield host
    host.stop()


def test_on_a_plain_static_host_below_a_path_a_cold_start_has_everything(cold_browser, site_host):
    address = site_host.address + "notes/"
    with cold_browser(address) as app:
        write_on_the_ground(app)
    site_host.stop()
    with cold_browser(address, offline=True) as app:
        everything_works(app)
    site_host.start()
    with cold_browser(address) as app:
        everything_is_kept(app)


@pytest.mark.app(engine=False, offline_copy=True)
def test_the_network_may_go_and_come_back_while_somebody_writes(app):
    app.wait_ready_to_fly()
    app.write("Boarding. ")
    app.page.context.set_offline(True)
    expect(app.network).to_have_text("Airplane mode")
    app.write("Above the clouds. ")
    app.wait_saved()
    app.page.context.set_offline(False)
    expect(app.network).to_have_text("Online, nothing sent")
    app.write("Landed.")
    app.wait_saved()
    app.reload()
    expect(app.note).to_have_value("Boarding. Above the clouds. Landed.")


@pytest.mark.app(engine=False, offline_copy=True)
def test_every_view_opens_without_a_network(app):
    app.wait_ready_to_fly()
    app.page.context.set_offline(True)
    app.reload()
    for view in ("Insights", "What runs where", "Settings", "Notes"):
        app.open_view(view)


def test_the_second_visit_takes_nothing_from_the_network(cold_browser, host):
    with cold_browser(host.address) as app:
        app.wait_ready_to_fly()
    before = len(host.requests)
    with cold_browser(host.address) as app:
        app.wait_engine("ready")
        app.wait_ready_to_fly()
    # The browser looks whether there is a new version; the app itself is all there.
    assert set(host.requests[before:]) <= {"/sw.js"}, host.requests[before:]


KEPT = """() => Promise.all([fetch("precache.json").then((answer) => answer.json()), caches.open("carryon-files").then((cache) => cache.keys())])
    .then(([{ files }, kept]) => {
        const there = new Set(kept.map(({ url }) => decodeURIComponent(url.split("__file/")[1])));
        return files.filter((file) => file.later && there.has(file.sha256)).length;
    })"""


def test_what_only_the_learner_needs_comes_after_everything_else(open_app, host):
    app = open_app(address=host.address, engine=False, offline_copy=True).wait_ready_to_fly()
    assert app.page.evaluate(KEPT) == 0 and not host.requested(r"\.whl")
    # The page says it by itself, when its writer has had some time.
    app.page.evaluate("navigator.serviceWorker.ready.then(({ active }) => active.postMessage({ type: 'pack the rest' }))")
    app.until(f"(await ({KEPT})()) === 5", 60_000)
    expect(app.offline_copy).to_have_text("Ready to fly")
