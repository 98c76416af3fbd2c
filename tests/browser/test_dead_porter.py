"""The porter's worker dies in the middle of its work, or greets a page whose channel the browser has not connected yet."""

import re
import zipfile

import pytest
from playwright.sync_api import expect

from tests.browser.test_carry import FILL, PATIENCE, exported, open_carry
from tests.browser.vaulting import PASSPHRASE, VAULT_MS, confirm_code, settings, stored
from tests.porter.desk import a_note

# Ends the worker, as a browser without memory does, which tells nobody; with `mid` as soon as it said how far it is.
KILL = """(mid) => {
  const kill = () => document.querySelector("script[src='app/porter/main.py']").xworker.terminate();
  const count = document.getElementById("export-count");
  if (mid) new MutationObserver((_, observer) => { if (count.textContent) { observer.disconnect(); kill(); } }).observe(count, { childList: true, characterData: true, subtree: true });
  else kill();
}"""

# While `holdPack` is set, a trip never gets what it is to carry.
HOLD = """
  const post = BroadcastChannel.prototype.postMessage;
  BroadcastChannel.prototype.postMessage = function (message) { if (!(globalThis.holdPack && message?.kind === "pack")) post.call(this, message); };
"""


@pytest.mark.app(engine=False, offline_copy=False, scripts=[HOLD])
def test_a_porter_that_dies_is_said_at_once_and_another_one_is_started_with_and_without_a_vault(app, tmp_path):
    app.page.evaluate(FILL, {"notes": [a_note(number, f"Note {number}. " * 200) for number in range(1000)]})
    open_carry(app.reload())
    app.page.evaluate(KILL, True)
    app.button("Export notes").click()
    expect(app.status("Export")).to_contain_text("The part that carries notes stopped by itself.", timeout=PATIENCE)
    expect(app.button("Cancel")).to_be_hidden()
    assert len(zipfile.ZipFile(exported(app, tmp_path / "out.zip")).namelist()) > 1000

    # While something is carried, the vault is not turned; when the porter died over it, it is.
    app.page.evaluate("globalThis.holdPack = true")
    app.button("Export notes").click()
    expect(app.status("Export")).to_have_text("Getting ready…")
    settings(app)
    app.button("Turn on the vault").click()
    for name in ("New passphrase", "Repeat the passphrase"):
        app.page.get_by_role("textbox", name=name).fill(PASSPHRASE)
    app.button("Go on").click()
    confirm_code(app, "Turn on the vault")
    expect(app.status("Vault form")).to_contain_text("Notes are being carried in or out. Try again when that is done.")
    app.page.evaluate(KILL, False)
    app.until("document.getElementById('export-state').textContent.includes('stopped by itself')")
    app.page.evaluate("globalThis.holdPack = false")
    app.page.locator("#vault-form").get_by_role("button", name="Turn on the vault").click()
    expect(app.button("Lock now")).to_be_visible(timeout=VAULT_MS)
    assert all("sealed" in note for note in stored(app))
    open_carry(app).page.get_by_role("checkbox", name="Encrypted").uncheck()
    assert len(zipfile.ZipFile(exported(app, tmp_path / "out.zip")).namelist()) > 1000


# A browser that is busy connects a channel late, and what is said on it before that is lost.
LATE = """
  const Real = BroadcastChannel;
  globalThis.BroadcastChannel = function (name) {
    if (!/^[0-9a-f]{32}$/.test(name)) return new Real(name);
    const late = { onmessage: null, close() { closed = true; real?.close(); }, postMessage(message) { real ? real.postMessage(message) : waiting.push(message); } };
    const waiting = [];
    let real, closed = false;
    setTimeout(() => {
      if (closed) return;
      real = new Real(name);
      real.onmessage = (event) => late.onmessage?.(event);
      for (const message of waiting) real.postMessage(message);
    }, 500);
    return late;
  };
"""


@pytest.mark.app(engine=False, offline_copy=False, scripts=[LATE])
def test_a_porter_that_is_up_already_greets_no_channel_that_is_not_there_yet(app, tmp_path):
    app.write_note("The roof leaks")
    open_carry(app)
    exported(app, tmp_path / "out.zip")
    kit = exported(app, tmp_path / "kit.html", "Make an exit kit")  # this one need not start first
    assert "The roof leaks" in kit.read_text()
    expect(app.status("Exit kit")).to_have_text(re.compile("^1 note is in"))
