"""The warm image: made once, started from, and never trusted more than it deserves."""

import re

from playwright.sync_api import expect

from tests.browser.driver import MAKE_WARM_IMAGE


def start_of(app):
    """How the engine started: «plain» or «warm»."""
    [start] = [worker.evaluate("globalThis.carryon.start") for worker in app.page.workers]
    return start


def test_the_engine_starts_warm_from_its_image_and_plainly_where_that_is_damaged(open_app, host):
    app = open_app(address=host.address).wait_engine()
    assert start_of(app) == "plain"
    app.page.evaluate(MAKE_WARM_IMAGE)

    app.reload().wait_engine()
    assert start_of(app) == "warm"
    app.write("I am looking forw")
    expect(app.suggestion).to_have_text(re.compile("^ard"))

    app.page.evaluate("""async () => {
        const cache = await caches.open('carryon-warm');
        for (const request of await cache.keys()) await cache.put(request, new Response(new Uint8Array(4096).fill(7)));
    }""")
    app.reload().wait_engine()
    assert start_of(app) == "plain"
    # The damaged image was removed, so that the next one is made anew.
    assert app.page.evaluate("caches.has('carryon-warm')") is False
