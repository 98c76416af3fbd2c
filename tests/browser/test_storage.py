"""The storage contract again, on the real IndexedDB, by the interpreter that the page runs on."""

import json
import re
from pathlib import Path

import pytest

from tests.page.storage_contract import CONTRACT

ROOT = Path(__file__).resolve().parents[2]

PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><link rel="icon" href="static/icons/icon.svg">
<script src="contract/beside.js"></script>
<script type="module" src="static/vendor/pyscript/core.js"></script></head><body>
<script type="mpy" src="contract/main.py" config="contract/pyscript.toml"></script></body></html>"""

CONFIG = """interpreter = "../static/vendor/micropython/micropython.mjs"
plugins = ["!deprecations-manager", "!donkey", "!error", "!py-editor", "!py-game", "!py-terminal"]
[js_modules.main]
"../static/glue/database.js" = "database"
"../static/glue/vault.js" = "vault_glue"
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
from app.page.indexeddb import answered, open_indexeddb
from pyscript.js_modules import vault_glue
from storage_contract import CONTRACT

outcomes = {}
for number, check in enumerate(CONTRACT):
    storage = await open_indexeddb("contract-%d" % number, print)
    if js.location.search == "?sealed":
        if number == 0:
            await answered(vault_glue.begin(storage.db, "a passphrase", "A CODE"))
            vault = await js.vault("contract-0")
        else:
            await js.vault("contract-%d" % number, vault)  # the same one: each of its own would take a passphrase's second of work
        await answered(vault_glue.convert(storage.db, lambda done, total: None))
    try:
        await check(storage)
        outcomes[check.__name__] = "kept"
        if js.location.search == "?sealed":
            in_clear = await js.inClear("contract-%d-sealed" % number)
            assert in_clear == "", in_clear
    except Exception as error:
        said = io.StringIO()
        sys.print_exception(error, said)
        outcomes[check.__name__] = said.getvalue()
js.document.title = json.dumps(outcomes)
"""


# Past the app: the record of a database's vault, read or written, and what of a database is not sealed, but for what may be in clear.
BESIDE = """
globalThis.vault = (name, record) => new Promise((resolve, reject) => {
  const opening = indexedDB.open(name);
  opening.onerror = () => reject(opening.error);
  opening.onsuccess = () => {
    const settings = opening.result.transaction("settings", record ? "readwrite" : "readonly").objectStore("settings");
    const asking = record ? settings.put(record) : settings.get("vault");
    settings.transaction.oncomplete = () => { opening.result.close(); resolve(asking.result); };
  };
});
globalThis.inClear = (name) => new Promise((resolve, reject) => {
  const opening = indexedDB.open(name);
  opening.onerror = () => reject(opening.error);
  opening.onsuccess = () => {
    const stores = [...opening.result.objectStoreNames], tx = opening.result.transaction(stores), found = [];
    for (const store of stores) {
      const reading = tx.objectStore(store).getAll();
      reading.onsuccess = () => {
        for (const record of reading.result)
          if (record.id !== "vault" && Object.keys(record).some((field) => !["id", "updated", "revision", "sealed"].includes(field)) || !(record.sealed ?? record.ways))
            found.push(store + "/" + record.id);
      };
    }
    tx.oncomplete = () => { opening.result.close(); resolve(found.join(" ")); };
  };
});
"""


@pytest.fixture(scope="module", params=["", "?sealed"], ids=["in clear", "sealed"])
def outcomes(browser, server, request):
    answers = {
        "contract.html": ("text/html", PAGE),
        "contract/beside.js": ("text/javascript", BESIDE),
        "contract/pyscript.toml": ("text/plain", CONFIG),
        "contract/main.py": ("text/plain", MAIN),
        "contract/storage_contract.py": ("text/plain", (ROOT / "tests/page/storage_contract.py").read_text()),
    }
    context = browser.new_context()
    page = context.new_page()
    for path, (kind, body) in answers.items():
        page.route(re.compile(re.escape(server.address + path) + r"(\?.*)?$"), lambda route, kind=kind, body=body: route.fulfill(content_type=kind, body=body))
    page.goto(server.address + "contract.html" + request.param)
    page.wait_for_function("document.title.startsWith('{')", timeout=300_000)
    yield json.loads(page.title())
    context.close()


@pytest.mark.parametrize("check", CONTRACT, ids=lambda check: check.__name__)
def test_indexeddb_keeps_the_contract(outcomes, check):
    assert outcomes[check.__name__] == "kept"
