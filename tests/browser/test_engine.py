"""The engine arrives late, fails, is switched off: the notebook works all the same."""

import pytest
from playwright.sync_api import expect

RUNTIME = r"static/vendor/pyodide|^/models/|^/app/engine/"

# An engine that is slow and says to what it answers, in the place of the real one.
SLOW_ENGINE = """
import js, json, time

asked = 0

def call(name, payload):
    global asked
    if name != "complete":
        return json.dumps({"value": {"words": [], "forgotten": []}})
    asked += 1
    time.sleep(0.25)
    before = json.loads(payload)["before"]
    return json.dumps({"value": {"text": f"<{asked} questions, the last: {before}>", "words": []}})

def problem():
    return ""

async def live(lock):
    await js.carryon.live(lock)

__export__ = ["call", "live", "problem"]
"""


@pytest.fixture
def open_on_host(open_app, host):
    """The app from a host with faults; without an offline copy, which would ask for the same files."""
    return lambda **options: open_app(address=host.address, offline_copy=False, **options)


# Before the engine is there

def test_a_note_typed_before_the_engine_is_ready_is_saved_and_stays(open_on_host, host):
    host.delays(r"pyodide\.asm\.wasm$", 5)
    app = open_on_host()
    app.write("Typed at once.")
    app.wait_saved()
    assert app.engine == "loading"
    app.wait_engine("ready")
    expect(app.note).to_have_value("Typed at once.")
    app.reload()
    expect(app.note).to_have_value("Typed at once.")


def test_typing_before_python_is_up_loses_no_key(open_on_host, host):
    host.delays(r"micropython\.wasm$", 2)
    app = open_on_host(engine=False, wait=False)
    text = "Nobody waits for a program to start before a thought is written down. " * 2
    app.write(text, delay_ms=25)
    app.wait_page()
    app.write("The end.")
    app.wait_saved()
    expect(app.note).to_have_value(text + "The end.")
    app.reload()
    expect(app.note).to_have_value(text + "The end.")
    expect(app.notes).to_have_count(1)


def test_what_is_typed_before_python_is_up_becomes_a_note_of_its_own(open_on_host, host):
    app = open_on_host(engine=False)
    app.write_note("An older note.")
    host.delays(r"micropython\.wasm$", 1)
    app.reload(wait=False)
    app.write("A newer one.")
    app.wait_page()
    app.wait_saved()
    expect(app.notes).to_have_count(2)
    expect(app.note).to_have_value("A newer one.")


# An engine that does not start

@pytest.mark.parametrize(("fault", "file"), [
    ("refuses", r"pyodide\.asm\.wasm$"),
    ("damages", r"pyodide\.asm\.wasm$"),
    ("damages", r"engine-stdlib\.zip$"),
    ("refuses", r"engine-numpy\.zip$"),
    ("damages", r"engine-numpy\.zip$"),
    ("refuses", r"^/app/engine/main\.py$"),
    ("refuses", r"^/models/manifest\.json$"),
    ("damages", r"^/models/.*\.npz$"),
])
def test_an_engine_that_cannot_start_leaves_a_notebook_that_works_and_says_so(open_on_host, host, fault, file):
    getattr(host, fault)(file)
    app = open_on_host()
    app.expects(".")  # Whatever PyScript and the browser have to say about it.
    app.wait_engine("failed")
    expect(app.alongside).to_contain_text("works without it")
    app.write_note("Written without an engine.")
    app.reload()
    expect(app.note).to_have_value("Written without an engine.")


# The switch

def test_off_means_off(open_on_host, host):
    app = open_on_host().wait_engine("ready")
    app.switch_completion(False)
    app.wait_engine("off")
    app.wait_workers_ended()

    before = len(host.requests)
    app.reload()
    app.write("I am looking forw")
    app.wait_saved()
    expect(app.suggestion).to_be_empty()
    assert app.engine == "off"
    assert app.page.workers == []
    asked = set(host.requested(RUNTIME)) & set(host.requests[before:])
    assert not asked, f"loaded although it is off: {sorted(asked)}"


def test_switched_on_again_it_is_ready_and_suggests(open_on_host):
    app = open_on_host().wait_engine("ready")
    app.switch_completion(False)
    app.wait_engine("off")
    app.switch_completion(True)
    app.wait_engine("ready")
    app.write("I am looking forw")
    expect(app.suggestion).not_to_be_empty()


def test_switched_off_while_it_loads_it_stays_off(open_on_host):
    app = open_on_host()
    app.switch_completion(False)
    app.wait_engine("off")
    app.page.wait_for_timeout(3000)
    assert app.engine == "off"
    app.wait_workers_ended()


# One question at a time

def test_while_the_engine_is_busy_only_the_newest_question_waits(open_on_host, host):
    host.answers(r"^/app/engine/main\.py$", SLOW_ENGINE.replace("0.25", "1").encode())  # slow beside any machine's typing
    app = open_on_host().wait_engine("ready")
    app.page.evaluate("""() => {
        const status = document.querySelector("[role=status][aria-label=Suggestion]");
        const note = document.querySelector("[aria-label=Note]");
        window.shown = [];
        new MutationObserver(() => shown.push([note.value, status.textContent]))
            .observe(status, { childList: true, characterData: true, subtree: true });
    }""")
    app.write("twenty letters long!", delay_ms=50)
    expect(app.suggestion).to_contain_text("the last: twenty letters long!", timeout=10_000)
    shown = [(text, suggested) for text, suggested in app.page.evaluate("shown") if suggested]
    assert shown
    for text, suggested in shown:
        assert suggested.endswith(f"the last: {text}>"), f"{suggested!r} was shown at {text!r}"
    questions = int(shown[-1][1].strip("<").split(" ")[0])
    assert questions < 10, f"{questions} questions were answered for twenty keys"


def test_keys_are_on_the_page_at_once_while_the_engine_is_busy(open_on_host, host):
    host.answers(r"^/app/engine/main\.py$", SLOW_ENGINE.replace("0.25", "2").encode())
    app = open_on_host().wait_engine("ready")
    app.write("a")
    started = app.page.evaluate("performance.now()")
    app.write("bcdefghij")
    assert app.text == "abcdefghij"
    assert app.page.evaluate("performance.now()") - started < 1500
    app.wait_saved()
