"""The locked vault as a person uses it: turns it on, unlocks, and reads what lies in the store.

Offers `PASSPHRASE`, `turn_on(app) -> recovery code`, `turn_off(app)`, `unlock(app)`, `locked(app)`, `stored(app, store)`, `vault_state(app)`.
"""

import re

from playwright.sync_api import expect

PASSPHRASE = "correct horse battery staple"
# Milliseconds that Argon2id and a small notebook may take on a busy machine.
VAULT_MS = 60_000


def settings(app):
    if not app.page.get_by_role("heading", name="Locked vault").is_visible():
        app.open_view("Settings")


def turn_on(app, passphrase: str = PASSPHRASE, *, wait: bool = True) -> str:
    """Turns the vault on in Settings, as the form asks, and returns the recovery code."""
    settings(app)
    app.button("Turn on the vault").click()
    app.page.get_by_role("textbox", name="New passphrase").fill(passphrase)
    app.page.get_by_role("textbox", name="Repeat the passphrase").fill(passphrase)
    app.button("Go on").click()
    code = confirm_code(app, "Turn on the vault")
    if wait:
        expect(app.button("Lock now")).to_be_visible(timeout=VAULT_MS)
        assert vault_state(app) == "on"
    return code


def confirm_code(app, button: str) -> str:
    """Types the groups of a new recovery code that are asked for."""
    shown = app.page.get_by_role("group", name="Recovery code")
    expect(shown).to_be_visible(timeout=VAULT_MS)
    code = shown.inner_text().strip()
    groups = re.sub(r"\s", "", code).split("-")
    fields = app.page.get_by_role("textbox", name=re.compile(r"^Group \d"))
    for field in fields.all():
        field.fill(groups[int(field.get_attribute("aria-label").split()[1]) - 1])
    app.page.locator("#vault-form").get_by_role("button", name=button).click()
    return code


def turn_off(app, passphrase: str = PASSPHRASE) -> None:
    settings(app)
    app.button("Turn off the vault").click()
    app.page.get_by_role("textbox", name="Passphrase or recovery code").fill(passphrase)
    app.button("Turn off").click()
    expect(app.message).to_contain_text("The vault is off", timeout=VAULT_MS)


def is_locked(app) -> None:
    expect(app.button("Unlock")).to_be_visible(timeout=VAULT_MS)


def unlock(app, passphrase: str = PASSPHRASE, *, wait: bool = True) -> None:
    expect(app.button("Unlock")).to_be_enabled(timeout=VAULT_MS)
    app.page.get_by_role("textbox", name="Passphrase").fill(passphrase)
    app.button("Unlock").click()
    if wait:
        app.page.wait_for_selector("html[data-page=ready]", state="attached", timeout=VAULT_MS)


def stored(app, store: str = "notes") -> list:
    """What lies in a store, read past the app; what is bytes as the number of them."""
    return app.page.evaluate("""async (store) => {
      const { name } = await (await import("./static/glue/seal.js")).where();
      return new Promise((resolve, reject) => {
        const opening = indexedDB.open(name);
        opening.onerror = () => reject(opening.error);
        opening.onsuccess = () => {
            const reading = opening.result.transaction(store).objectStore(store).getAll();
            reading.onerror = () => reject(reading.error);
            reading.onsuccess = () => {
                opening.result.close();
                resolve(reading.result.map((record) => Object.fromEntries(Object.entries(record).map(
                    ([name, value]) => [name, ArrayBuffer.isView(value) ? value.byteLength : value]))));
            };
        };
      });
    }""", store)


def vault_state(app) -> str:
    return next((record["state"] for record in stored(app, "settings") if record["id"] == "vault"), "off")
