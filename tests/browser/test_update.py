"""The offline copy goes on where it was cut off, and a new version waits until the reader agrees."""

import json

from playwright.sync_api import expect

from tests.browser.driver import NO_ENGINE, PACKING_MS

# Requests that the service worker has under way at once (LANES in sw.js).
LANES = 4
OLD, NEW = "What happened today?", "What is new today?"
# What only the offline copy asks for while the engine is off.
ONLY_OFFLINE_COPY = r"^/(app/engine|models|static/icons/icon-\w+\.png|static/vendor/pyodide)"


def publish_a_new_version(host):
    host.change("index.html", OLD, NEW)


def shows(app, placeholder):
    expect(app.note).to_have_attribute("placeholder", placeholder)


def update_is_offered(app):
    expect(app.message).to_contain_text("A new version of Carryon is ready.")


# A first copy that is cut off

def test_a_first_copy_that_was_cut_off_goes_on_with_what_is_missing(open_app, host):
    host.dies_at(r"engine-stdlib\.zip$")
    app = open_app(address=host.address, engine=False, offline_copy=True)
    app.expects("engine-stdlib|ERR_|Failed to fetch|No offline copy")
    expect(app.offline_copy).to_have_text("Offline copy not complete", timeout=PACKING_MS)
    first = host.requested(ONLY_OFFLINE_COPY)
    app.write_note("Written while the copy was cut off.")

    host.heal()
    before = len(host.requests)
    host.start()
    app.reload().wait_ready_to_fly()
    again = set(first) & set(host.requests[before:])
    assert "/static/vendor/pyodide/engine-stdlib.zip" in host.requests[before:]
    assert len(first) > LANES, "the host died before anything was there: the test shows nothing"
    assert len(again) <= LANES, f"fetched twice: {sorted(again)}"

    app.page.context.set_offline(True)
    app.reload()
    expect(app.note).to_have_value("Written while the copy was cut off.")


def test_a_first_copy_whose_bytes_are_damaged_is_never_called_ready(open_app, host):
    host.damages(r"engine-stdlib\.zip$")
    app = open_app(address=host.address, engine=False, offline_copy=True)
    app.expects("integrity|engine-stdlib")
    expect(app.offline_copy).to_have_text("Offline copy not complete", timeout=PACKING_MS)
    host.heal()
    app.reload().wait_ready_to_fly()


def test_a_first_copy_goes_on_by_itself_when_the_network_is_back(open_app, host):
    host.dies_at(r"engine-stdlib\.zip$")
    app = open_app(address=host.address, engine=False, offline_copy=True)
    app.expects("engine-stdlib|ERR_|Failed to fetch")
    expect(app.offline_copy).to_have_text("Offline copy not complete", timeout=PACKING_MS)
    app.page.context.set_offline(True)
    host.heal()
    host.start()
    app.page.context.set_offline(False)
    app.wait_ready_to_fly()


def test_a_browser_closed_in_the_middle_of_the_first_copy_goes_on_at_the_next_visit(cold_browser, host):
    host.delays(r"engine-stdlib\.zip$", 20)
    with cold_browser(host.address) as app:
        app.page.wait_for_function("() => document.querySelector('progress')?.value > 0")
    host.heal()
    with cold_browser(host.address) as app:
        app.wait_ready_to_fly()


# Updates

def test_a_new_version_waits_until_the_reader_agrees_and_keeps_the_note(open_app, releasing_host):
    host = releasing_host
    app = open_app(address=host.address, engine=False, offline_copy=True)
    app.wait_ready_to_fly()
    app.write_note("Begun in the old version.")
    publish_a_new_version(host)
    before = len(host.requests)

    app.reload()
    update_is_offered(app)
    shows(app, OLD)
    app.reload()
    update_is_offered(app)
    shows(app, OLD)
    # Of the new version only what differs was fetched.
    fetched = {path for path in host.requests[before:] if path not in ("/sw.js", "/precache.json")}
    assert fetched == {"/index.html"}, fetched

    app.write(" And this was not saved yet.")
    app.button("Update now").click()
    shows(app, NEW)
    app.wait_page()
    expect(app.note).to_have_value("Begun in the old version. And this was not saved yet.")
    app.wait_ready_to_fly()


def test_a_new_version_waits_even_when_all_tabs_are_closed(cold_browser, releasing_host):
    host = releasing_host
    with cold_browser(host.address, scripts=[NO_ENGINE]) as app:
        app.wait_ready_to_fly()
    publish_a_new_version(host)
    with cold_browser(host.address, scripts=[NO_ENGINE]) as app:
        update_is_offered(app)
    with cold_browser(host.address, scripts=[NO_ENGINE]) as app:
        shows(app, OLD)
        update_is_offered(app)


def test_all_tabs_take_the_new_version_together(open_app, releasing_host):
    host = releasing_host
    app = open_app(address=host.address, engine=False, offline_copy=True)
    app.wait_ready_to_fly()
    other = open_app(beside=app)
    other.write_note("On the other tab.")
    publish_a_new_version(host)
    app.reload()
    update_is_offered(app)
    app.button("Update now").click()
    shows(app, NEW)
    shows(other, NEW)
    other.wait_page()
    expect(other.note).to_have_value("On the other tab.")


def old_version_works_offline(cold_browser, host):
    host.stop()
    with cold_browser(host.address, offline=True, scripts=[NO_ENGINE]) as app:
        shows(app, OLD)
        app.wait_ready_to_fly()
        expect(app.note).to_have_value("Safe.")
        app.write_note("Still writing.")


def test_an_update_whose_server_dies_half_way_leaves_the_old_version_whole(cold_browser, releasing_host):
    host = releasing_host
    with cold_browser(host.address, scripts=[NO_ENGINE]) as app:
        app.write_note("Safe.")
        app.wait_ready_to_fly()
    publish_a_new_version(host)
    host.change("static/styles.css", "\n", "\n\n")
    host.dies_at(r"styles\.css$")
    with cold_browser(host.address, scripts=[NO_ENGINE]) as app:
        app.expects("styles.css|ERR_|Failed to fetch|Failed to update")
        host.wait_until_down()
        shows(app, OLD)
    old_version_works_offline(cold_browser, host)


def test_an_update_with_a_damaged_file_leaves_the_old_version_whole(cold_browser, releasing_host):
    host = releasing_host
    with cold_browser(host.address, scripts=[NO_ENGINE]) as app:
        app.write_note("Safe.")
        app.wait_ready_to_fly()
    publish_a_new_version(host)
    host.damages(r"index\.html$")
    with cold_browser(host.address, scripts=[NO_ENGINE]) as app:
        app.expects("integrity|index.html")
        host.wait_for(r"index\.html$")
        app.page.wait_for_timeout(500)
        shows(app, OLD)
        expect(app.message).to_be_hidden()
    old_version_works_offline(cold_browser, host)


def test_an_update_that_was_cut_off_is_offered_once_it_is_whole(cold_browser, releasing_host):
    host = releasing_host
    with cold_browser(host.address, scripts=[NO_ENGINE]) as app:
        app.wait_ready_to_fly()
    publish_a_new_version(host)
    host.refuses(r"index\.html$")
    with cold_browser(host.address, scripts=[NO_ENGINE]) as app:
        app.expects("index.html|404")
        host.wait_for(r"index\.html$")
        shows(app, OLD)
    host.heal()
    with cold_browser(host.address, scripts=[NO_ENGINE]) as app:
        update_is_offered(app)
        app.button("Update now").click()
        shows(app, NEW)


# A model that is loaded on demand (another language)

READ = "() => fetch('models/later.npz').then((answer) => answer.text())"


def publish_a_model_on_demand(host, content):
    (host.root / "models/later.npz").write_text(content)
    path = host.root / "models/manifest.json"
    models = [model for model in json.loads(path.read_text())["models"] if model["name"] != "later"]
    path.write_text(json.dumps({"models": [*models, {"name": "later", "file": "later.npz", "bytes": len(content), "on_demand": True}]}))


def test_a_model_on_demand_is_fetched_at_its_first_use_kept_from_then_on_and_updated_with_the_rest(open_app, releasing_host):
    host = releasing_host
    publish_a_model_on_demand(host, "Gewichte")
    app = open_app(address=host.address, engine=False, offline_copy=True).wait_ready_to_fly()
    assert not host.requested(r"later\.npz$")
    assert app.page.evaluate(READ) == "Gewichte"
    host.wait_for(r"later\.npz$")
    app.page.context.set_offline(True)
    assert app.page.evaluate(READ) == "Gewichte"

    app.page.context.set_offline(False)
    publish_a_model_on_demand(host, "neue Gewichte")
    publish_a_new_version(host)
    app.reload()
    update_is_offered(app)
    assert app.page.evaluate(READ) == "Gewichte", "the version agreed on is served until the reader agrees to another"
    app.button("Update now").click()
    shows(app, NEW)
    app.page.context.set_offline(True)
    assert app.page.evaluate(READ) == "neue Gewichte"
