"""The storage contract again, on the real IndexedDB, by the interpreter that the page runs on."""

import json
from pathlib import Path

import pytest

from tests.page.storage_contract import CONTRACT

ROOT = Path(__file__).resolve().parents[2]

PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><link rel="icon" href="static/icons/icon.svg">
<script type="module" src="static/vendor/pyscript/core.js"></script></head><body>
<script type="mpy" src="contract/main.py" config="contract/pyscript.toml"></script></body></html>"""

CONFIG = """interpreter = "../static/vendor/micropython/micropython.mjs"
plugins = ["!deprecations-manager", "!donkey", "!error", "!py-editor", "!py-game", "!py-terminal"]
[js_modules.main]
"../static/glue/database.js" = "database"
[files]
"../app/everywhere/attachments.py" = "app/everywhere/attachments.py"
"../app/everywhere/errors.py" = "app/everywhere/errors.py"
"../app/everywhere/limits.py" = "app/everywhere/limits.py"
"../app/everywhere/note.py" = "app/everywhere/note.py"
"../app/everywhere/ulid.py" = "app/everywhere/ulid.py"
"../app/page/storage.py" = "app/page/storage.py"
"../app/page/indexeddb.py" = "app/page/indexeddb.py"
"storage_contract.py" = "storage_contract.py"
"""

MAIN = """
import json, sys, io, js
from app.page.indexeddb import open_indexeddb
from storage_contract import CONTRACT

outcomes = {}
for number, check in enumerate(CONTRACT):
    storage = await open_indexeddb("contract-%d" % number, print)
    try:
        await check(storage)
        outcomes[check.__name__] = "kept"
    except Exception as error:
        said = io.StringIO()
        sys.print_exception(error, said)
        outcomes[check.__name__] = said.getvalue()
js.document.title = json.dumps(outcomes)
"""


@pytest.fixture(scope="module")
def outcomes(browser, server):
    answers = {
        "contract.html": ("text/html", PAGE),
        "contract/pyscript.toml": ("text/plain", CONFIG),
        "contract/main.py": ("text/plain", MAIN),
        "contract/storage_contract.py": ("text/plain", (ROOT / "tests/page/storage_contract.py").read_text()),
    }
    context = browser.new_context()
    page = context.new_page()
    for path, (kind, body) in answers.items():
        page.route(server.address + path, lambda route, kind=kind, body=body: route.fulfill(content_type=kind, body=body))
    page.goto(server.address + "contract.html")
    page.wait_for_function("document.title.startsWith('{')", timeout=60_000)
    yield json.loads(page.title())
    context.close()


@pytest.mark.parametrize("check", CONTRACT, ids=lambda check: check.__name__)
def test_indexeddb_keeps_the_contract(outcomes, check):
    assert outcomes[check.__name__] == "kept"
