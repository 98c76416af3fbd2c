"""The locked vault, in a real browser: turned on and off, unlocked by each way, locked by itself, two tabs, damaged records."""

import re
import time
import zipfile

import pytest
from playwright.sync_api import expect

from tests.browser.killing import rewrite
from tests.browser.test_carry import PATIENCE, choose, exported, open_carry
from tests.browser.vaulting import PASSPHRASE, VAULT_MS, confirm_code, is_locked, settings, stored, turn_off, turn_on, unlock, vault_state
from tests.porter.desk import a_note

ALONE = pytest.mark.app(engine=False, offline_copy=False)


def lock(app):
    app.button("Lock now").click()
    is_locked(app)


def refused(app, sentence="This does not open the notebook."):
    expect(app.status("Vault")).to_contain_text(sentence, timeout=VAULT_MS)


@ALONE
def test_turned_on_everything_that_is_stored_is_sealed_and_still_there(app):
    app.write_note("The roof leaks", title="Monday")
    app.write_note("Tea with Noor")
    turn_on(app)
    for note in stored(app):
        assert set(note) == {"id", "updated", "revision", "sealed"}, note
    app.open_view("Notes")
    app.turn_to("Monday")
    expect(app.note).to_have_value("The roof leaks")
    app.write(" again")
    app.wait_saved()
    assert all("sealed" in note for note in stored(app))


@ALONE
def test_a_locked_notebook_shows_nothing_and_opens_with_its_passphrase(app):
    app.write_note("The roof leaks", title="Monday")
    turn_on(app)
    lock(app)
    assert "Monday" not in app.page.inner_text("body") and app.page.title() == "Carryon"
    expect(app.note).not_to_be_visible()
    expect(app.notes).to_have_count(0)
    unlock(app)
    app.open_view("Notes")
    expect(app.note).to_have_value("The roof leaks")


@ALONE
def test_locking_saves_what_was_typed_a_moment_ago(app):
    turn_on(app)
    app.open_view("Notes")
    app.write("Not saved yet, and locked at once")
    app.page.keyboard.press("Alt+Shift+KeyL")
    is_locked(app)
    unlock(app)
    expect(app.note).to_have_value("Not saved yet, and locked at once")


@ALONE
def test_a_wrong_passphrase_opens_nothing_says_one_sentence_and_soon_has_to_wait(app):
    app.write_note("The roof leaks")
    turn_on(app)
    lock(app)
    for _ in range(3):
        unlock(app, "wrong horse battery staple", wait=False)
        refused(app)
        expect(app.button("Unlock")).to_be_enabled(timeout=VAULT_MS)
    unlock(app, "", wait=False)  # nothing typed is no try
    unlock(app, PASSPHRASE[:-1], wait=False)
    refused(app, "Wait 4 seconds.")
    app.page.reload()
    refused(app, "Wait 4 seconds.")  # a restart is no way around it
    unlock(app)
    app.open_view("Notes")
    expect(app.note).to_have_value("The roof leaks")
    lock(app)
    expect(app.button("Unlock")).to_be_enabled()


@ALONE
def test_the_recovery_code_opens_it_however_it_is_typed_and_sets_another_passphrase(app):
    app.write_note("The roof leaks")
    code = turn_on(app)
    before = stored(app)
    lock(app)
    app.button("Use recovery code").click()
    field = app.page.get_by_role("textbox", name="Recovery code")
    field.fill(code[:-1] + ("0" if code[-1] != "0" else "1"))
    app.button("Unlock").click()
    refused(app, "This is no recovery code")
    field.fill(code.replace("-", " ").lower())
    app.button("Unlock").click()
    app.wait_page()
    settings(app)
    app.button("Change passphrase").click()
    app.page.get_by_role("textbox", name="Passphrase or recovery code").fill(code)
    app.page.get_by_role("textbox", name="New passphrase").fill("a quite different passphrase")
    app.page.get_by_role("textbox", name="Repeat the passphrase").fill("a quite different passphrase")
    app.button("Change it").click()
    expect(app.message).to_contain_text("The passphrase was changed", timeout=VAULT_MS)
    assert stored(app) == before, "notes were written anew"
    lock(app)
    unlock(app, wait=False)
    refused(app)
    unlock(app, "a quite different passphrase")
    app.open_view("Notes")
    expect(app.note).to_have_value("The roof leaks")


@ALONE
def test_a_new_recovery_code_puts_the_old_one_out_of_force(app):
    old = turn_on(app)
    app.button("New recovery code").click()
    app.page.get_by_role("textbox", name="Passphrase or recovery code").fill(PASSPHRASE)
    app.button("Go on").click()
    new = confirm_code(app, "Use this code")
    expect(app.message).to_contain_text("The new recovery code is in force", timeout=VAULT_MS)
    assert new != old
    lock(app)
    app.button("Use recovery code").click()
    app.page.get_by_role("textbox", name="Recovery code").fill(old)
    app.button("Unlock").click()
    refused(app)
    app.page.get_by_role("textbox", name="Recovery code").fill(new)
    app.button("Unlock").click()
    app.wait_page()


@ALONE
def test_the_recovery_code_must_be_typed_before_anything_happens(app):
    app.write_note("The roof leaks")
    settings(app)
    app.button("Turn on the vault").click()
    app.page.get_by_role("textbox", name="New passphrase").fill("short")
    app.page.get_by_role("textbox", name="Repeat the passphrase").fill("short")
    app.button("Go on").click()
    expect(app.status("Vault form")).to_have_text("At least 10 characters.")
    app.page.get_by_role("textbox", name="New passphrase").fill(PASSPHRASE)
    app.page.get_by_role("textbox", name="Repeat the passphrase").fill(PASSPHRASE + "s")
    app.button("Go on").click()
    expect(app.status("Vault form")).to_have_text("The two passphrases are not the same.")
    app.page.get_by_role("textbox", name="Repeat the passphrase").fill(PASSPHRASE)
    app.button("Go on").click()
    expect(app.page.get_by_role("group", name="Recovery code")).to_be_visible()
    for field in app.page.get_by_role("textbox", name=re.compile(r"^Group \d")).all():
        field.fill("UUUU")  # no symbol of the code
    app.page.locator("#vault-form").get_by_role("button", name="Turn on the vault").click()
    expect(app.status("Vault form")).to_contain_text("look at what you wrote down")
    assert vault_state(app) == "off" and "text" in stored(app)[0]
    app.button("Cancel").click()
    expect(app.page.get_by_role("group", name="Recovery code")).not_to_be_visible()


@ALONE
def test_turned_off_everything_is_in_clear_again_and_asks_for_the_passphrase_first(app):
    app.write_note("The roof leaks", title="Monday")
    turn_on(app)
    app.button("Turn off the vault").click()
    app.page.get_by_role("textbox", name="Passphrase or recovery code").fill("wrong horse battery staple")
    app.button("Turn off").click()
    expect(app.status("Vault form")).to_have_text("This does not open the vault.", timeout=VAULT_MS)
    assert vault_state(app) == "on"
    app.button("Cancel").click()
    turn_off(app)
    assert vault_state(app) == "off"
    assert [note["title"] for note in stored(app)] == ["Monday"]
    app.reload()
    app.open_view("Notes")
    expect(app.note).to_have_value("The roof leaks")
    turn_on(app)  # and on again, with another key


@ALONE
def test_a_passkey_opens_it_beside_the_passphrase(open_app, server):
    app = open_app(address=server.address.replace("127.0.0.1", "localhost"), engine=False, offline_copy=False)
    session = app.page.context.new_cdp_session(app.page)
    session.send("WebAuthn.enable")
    session.send("WebAuthn.addVirtualAuthenticator", {"options": {
        "protocol": "ctap2", "ctap2Version": "ctap2_1", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True, "isUserVerified": True,
        "hasPrf": True, "automaticPresenceSimulation": True}})
    app.write_note("The roof leaks")
    turn_on(app)
    app.button("Add a passkey").click()
    app.page.get_by_role("textbox", name="Passphrase or recovery code").fill(PASSPHRASE)
    app.button("Go on").click()
    expect(app.message).to_contain_text("The passkey opens this notebook", timeout=VAULT_MS)
    lock(app)
    app.button("Use passkey").click()
    app.wait_page()
    app.open_view("Notes")
    expect(app.note).to_have_value("The roof leaks")
    settings(app)
    app.button("Remove the passkey").click()
    expect(app.button("Add a passkey")).to_be_visible()
    lock(app)
    expect(app.button("Use passkey")).not_to_be_visible()
    unlock(app)


@ALONE
def test_another_tab_has_the_key_from_the_unlocked_one_and_locks_with_it(app, open_app):
    app.write_note("The roof leaks")
    turn_on(app)
    other = open_app(beside=app)
    expect(other.note).to_have_value("The roof leaks")
    other.write(" badly")
    other.wait_saved()
    app.open_view("Notes")
    expect(app.note).to_have_value("The roof leaks badly")
    app.button("Lock now").click()
    is_locked(app)
    is_locked(other)


@ALONE
def test_who_types_on_while_the_vault_is_turned_on_and_off_stops_neither_and_is_saved_after_it(app):
    rewrite(app, {"notes": [a_note(number) for number in range(600)]}, {})  # so many that saves fall into the conversion
    app.reload()
    app.new_note()
    turn_on(app, wait=False)
    typed_until(app, "The vault is on.")
    assert vault_state(app) == "on" and len(stored(app)) == 601
    settings(app)
    app.button("Turn off the vault").click()
    app.page.get_by_role("textbox", name="Passphrase or recovery code").fill(PASSPHRASE)
    app.button("Turn off").click()
    typed_until(app, "The vault is off.")
    assert app.text in [note["text"] for note in stored(app)]


def typed_until(app, said):
    app.open_view("Notes")
    app.note.focus()
    until = time.monotonic() + VAULT_MS / 1000
    while not app.message.is_visible():
        assert time.monotonic() < until, "the conversion did not end"
        app.page.keyboard.type("x")
        app.page.wait_for_timeout(40)
    expect(app.message).to_contain_text(said)
    app.wait_saved()


@ALONE
def test_a_tab_that_is_open_when_the_vault_is_turned_on_or_off_writes_nothing_in_the_wrong_form(app, open_app):
    app.write_note("The roof leaks")
    other = open_app(beside=app)
    other.new_note()
    other.write("Typed while the other tab turns the vault")
    turn_on(app)
    other.wait_page()
    expect(other.note).to_have_value("Typed while the other tab turns the vault")
    other.write(" on")
    other.wait_saved()
    assert len(stored(app)) == 2 and all("sealed" in note for note in stored(app))
    turn_off(app)
    other.wait_page()
    other.write(", and off")
    other.wait_saved()
    assert sorted(note["text"] for note in stored(app)) == ["The roof leaks", "Typed while the other tab turns the vault on, and off"]


TAMPER = """async (how) => {
    const db = await new Promise((resolve) => { const opening = indexedDB.open("carryon-sealed"); opening.onsuccess = () => resolve(opening.result); });
    const tx = db.transaction("notes", "readwrite"), notes = tx.objectStore("notes");
    const reading = notes.getAll();
    reading.onsuccess = () => {
        const [one, other] = reading.result;
        if (how === "a bit is flipped") { one.sealed[40] ^= 1; notes.put(one); }
        else if (how === "two are swapped") { [one.sealed, other.sealed] = [other.sealed, one.sealed]; notes.put(one); notes.put(other); }
        else if (how === "another revision is claimed") { one.revision += 1; notes.put(one); }
        else { one.sealed = one.sealed.slice(0, 5); notes.put(one); }
    };
    await new Promise((resolve) => (tx.oncomplete = resolve));
    db.close();
}"""


@ALONE
@pytest.mark.parametrize("how, damaged", [("a bit is flipped", 1), ("two are swapped", 2), ("another revision is claimed", 1), ("it is cut short", 1)])
def test_of_records_that_were_tampered_with_each_says_so_and_the_rest_is_readable(app, how, damaged):
    app.expects("was changed or damaged")
    for text in ("First", "Second", "Third"):
        app.write_note(text)
    turn_on(app)
    app.page.evaluate(TAMPER, how)
    lock(app)
    unlock(app)
    app.open_view("Notes")
    expect(app.notes).to_have_count(3)
    unreadable = app.notes.filter(has_text="A note that cannot be read")
    expect(unreadable).to_have_count(damaged)
    app.turn_to("Third")
    expect(app.note).to_have_value("Third")
    unreadable.first.get_by_role("button").click()
    expect(app.page.get_by_role("heading", name="This note cannot be read")).to_be_focused()
    app.button("Back to the text").click()
    expect(app.note).to_have_value("Third")


@ALONE
def test_a_damaged_record_keeps_the_vault_from_being_turned_off(app):
    app.expects("was changed or damaged")
    for text in ("First", "Second"):
        app.write_note(text)
    turn_on(app)
    app.page.evaluate(TAMPER, "a bit is flipped")
    app.button("Turn off the vault").click()
    app.page.get_by_role("textbox", name="Passphrase or recovery code").fill(PASSPHRASE)
    app.button("Turn off").click()
    expect(app.message).to_contain_text("1 note is damaged and cannot be opened, so the vault stays on", timeout=VAULT_MS)
    assert vault_state(app) == "on" and all("sealed" in note for note in stored(app))


@ALONE
def test_it_locks_by_itself_when_nobody_is_there(app):
    turn_on(app)
    app.page.get_by_role("combobox", name="Lock by itself after").select_option("1 minute")
    app.page.clock.install()
    app.page.clock.fast_forward(30_000)
    app.page.get_by_role("heading", name="Locked vault").click()  # somebody is there
    app.page.clock.fast_forward(45_000)
    app.page.clock.run_for(6_000)
    expect(app.button("Lock now")).to_be_visible()
    app.page.clock.fast_forward(61_000)
    app.page.clock.run_for(6_000)
    is_locked(app)


def test_with_the_vault_on_notes_go_out_readable_where_that_is_wished_and_come_in_sealed(open_app, tmp_path):
    app = open_app(engine=False, offline_copy=False)
    app.write_note("The roof leaks", title="Monday")
    turn_on(app)
    open_carry(app).page.get_by_role("checkbox", name="Encrypted").uncheck()
    path = exported(app, tmp_path / "out.zip")
    with zipfile.ZipFile(path) as archive:
        assert any("The roof leaks" in archive.read(name).decode("utf-8", "replace") for name in archive.namelist())
    other = open_app(engine=False, offline_copy=False)
    turn_on(other)
    choose(open_carry(other), path)
    other.button("Import 1 note").click(timeout=PATIENCE)
    expect(other.status("Import")).to_have_text("1 note came in.", timeout=PATIENCE)
    assert len(stored(other)) == 1 and "sealed" in stored(other)[0]
    other.open_view("Notes")
    other.turn_to("Monday")
    expect(other.note).to_have_value("The roof leaks")


def test_a_browser_that_offers_no_encryption_is_told_so(open_app):
    app = open_app(engine=False, offline_copy=False, scripts=["Object.defineProperty(globalThis, 'isSecureContext', { value: false })"])
    app.open_view("Settings")
    expect(app.page.get_by_text("Here it cannot be turned on.")).to_be_visible()
    expect(app.button("Turn on the vault")).not_to_be_visible()
