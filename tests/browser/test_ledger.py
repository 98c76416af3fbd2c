"""The ledger beside the service worker's own count, and what is stopped that tries to get past the gate."""

import json

from playwright.sync_api import expect

from tests.browser.test_carry import FILL

# What a script that got into the page, or into a worker, could try; each gives what became of it.
TRIES = """async () => {
    const tries = [
        () => fetch("https://evil.example/page"),
        () => fetch("v1/steal", { method: "POST", body: "dear diary" }),
        () => fetch("steal?dear=diary"),
    ];
    const outcomes = [];
    for (const one of tries) outcomes.push(await one().then(() => "sent", () => "stopped"));
    return outcomes;
}"""


def stopped(app):
    return app.page.get_by_role("list", name="Stopped requests").get_by_role("listitem")


def test_what_tries_to_get_past_the_gate_is_stopped_and_shown_from_the_page_and_from_the_engine(open_app, host):
    app = open_app(address=host.address, offline_copy=True).wait_ready_to_fly()
    app.expects("evil.example|Failed to fetch|ERR_FAILED|v1/steal|steal|Content Security Policy")
    app.reload().wait_engine()
    assert app.page.evaluate(TRIES) == ["stopped"] * 3
    expect(app.message).to_contain_text("tried to reach the network past the gate, and was stopped")
    app.button("Show it").click()
    expect(app.page.get_by_role("heading", name="What runs where")).to_be_visible()
    expect(stopped(app)).to_have_count(3)
    expect(stopped(app).filter(has_text="evil.example")).to_contain_text("stopped by the browser's policy")
    expect(stopped(app).filter(has_text="v1/steal")).to_contain_text("stopped by the service worker")
    [engine] = [worker for worker in app.page.workers if worker.evaluate("typeof globalThis.carryon") == "object"]
    base = json.dumps(host.address)
    assert engine.evaluate(TRIES.replace('fetch("v1', f'fetch({base} + "v1').replace('fetch("steal', f'fetch({base} + "steal')) == ["stopped"] * 3
    expect(stopped(app)).to_have_count(6)
    assert [path for path in host.requests if "steal" in path] == []
    expect(app.page.get_by_text("Nothing was sent since the first start.")).to_be_visible()
    expect(app.status("Second count")).to_have_text("The service worker, which every request passes, has counted 0 as well.")


def test_the_ledger_tells_every_request_and_is_saved_as_json_and_the_second_count_notices_what_is_not_in_it(open_app, host):
    app = open_app(address=host.address, engine=False, offline_copy=True).wait_ready_to_fly()
    app.expects("v1/keep|404")
    app.reload()
    entry = {"id": "01J1", "when": "2026-11-20T08:00:00.000Z", "feature": "keep", "why": "secret", "bytes_out": 1200, "bytes_in": 3, "outcome": "answered",
             "body": "{\"text\": \"<b>beans</b>\"}"}
    app.page.evaluate(FILL, {"ledger": [entry, entry | {"id": "01J0", "outcome": "failed: cut off", "body": "older"}]})
    assert app.page.evaluate("fetch('v1/keep', { method: 'POST', headers: { 'carryon-ledger': '01J1' } }).then((answer) => answer.status)") in (404, 405, 501)
    app.open_view("What runs where")
    expect(app.page.get_by_text("2 requests since the first start.")).to_be_visible()
    rows = app.page.locator("#ledger tbody tr")
    expect(rows.first).to_contain_text("1,200 B")
    rows.first.get_by_text("What was sent").click()
    expect(rows.first.get_by_text("{\"text\": \"<b>beans</b>\"}")).to_be_visible()
    expect(rows.nth(1)).to_contain_text("failed: cut off")
    expect(app.status("Second count")).to_contain_text("has counted 1. They should agree")
    with app.page.expect_download() as download:
        app.button("Save the ledger as JSON").click()
    assert json.loads(download.value.path().read_text())["ledger"][1] == entry
