"""The warm image: made once, started from, and never trusted more than it deserves."""

import re

import pytest
from playwright.sync_api import expect

MAKE = """() => new Promise((resolve, reject) => {
    const worker = new Worker('static/glue/warm.js', { type: 'module' });
    worker.onmessage = () => { worker.terminate(); resolve(); };
    worker.onerror = (event) => reject(new Error(event.message));
})"""


def start_of(app):
    """How the engine started: «plain» or «warm»."""
    [start] = [worker.evaluate("globalThis.carryon.start") for worker in app.page.workers]
    return start


@pytest.mark.app(offline_copy=False)
def test_the_engine_starts_warm_from_its_image_and_plainly_where_that_is_damaged(app):
    app.wait_engine()
    assert start_of(app) == "plain"
    app.page.evaluate(MAKE)

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
