"""While the vault is on, nothing of what was written, learned or searched for lies on the disk: every byte of the profile is searched, with a safe copy in it."""

import random
import re
import string

from playwright.sync_api import expect

from tests.browser.on_disk import found_on_disk
from tests.browser.test_safe_copies import FOLDER, IN_FOLDER, PATIENCE
from tests.browser.vaulting import PASSPHRASE, turn_on

CANARIES = 200
# Characters that make a text long enough for Chromium to keep it in a file of its own, beside LevelDB.
LONG = 200_000

# Writes through the app's own glue what takes a person long: notes with every field, a revision, a file with its bytes, a setting, a ledger line.
WRITE = """async ([canaries, long]) => {
    const glue = await import("./static/glue/database.js");
    const db = (await glue.open("carryon", () => {}, () => {}, () => {})).value;
    const next = () => canaries.shift();
    const now = new Date().toISOString(), changes = [];
    for (let n = 0; n < 12; n++) {
        const text = `${next()} ${next()} ${next()} ` + (n ? "" : "filling words ".repeat(long / 14)) + ` ${next()}`;
        const note = { id: "01J0000000000000000000000" + "0123456789AB"[n], created: now, updated: now, title: next(), text, tags: [next(), next()], pinned: false, archived: false,
            deleted: n === 11 ? now : "", never_leaves: false, mood: "", refused: [next()], revision: 1 };
        changes.push({ kind: "put", store: "notes", record: note }, { kind: "put", store: "revisions", record: { ...note, id: note.id + "-01J", note: note.id, text: next(), why: "pause" } });
    }
    const bytes = (text) => new TextEncoder().encode(text);
    changes.push({ kind: "put", store: "attachments", record: { id: "01J1", name: next(), type: "text/plain", bytes: 9, created: now, updated: now } });
    changes.push({ kind: "put", store: "blobs", record: { id: "01J1", data: bytes(next() + " ".repeat(long) + next()) } });
    changes.push({ kind: "put", store: "settings", record: { id: "forgotten words", value: [next(), next()] } });
    changes.push({ kind: "put", store: "ledger", record: { id: "01J2", feature: next() } });
    const answer = await glue.write(db, changes);
    if (answer.error) throw new Error(answer.message);
    return canaries;
}"""

# Whether the engine has kept its index and the learned words.
KEPT = """(async () => {
    const names = [];
    try {
        const root = await navigator.storage.getDirectory();
        const { sealed } = await (await import("./static/glue/seal.js")).where();
        for await (const name of (await root.getDirectoryHandle(sealed ? "carryon-index-sealed" : "carryon-index")).keys()) names.push(name);
    } catch {}
    return names.includes("words") && names.length > 1;
})()"""


def canaries():
    chance = random.Random(19)
    return ["zq" + "".join(chance.choice(string.ascii_lowercase) for _ in range(12)) for _ in range(CANARIES)]


def write_with(app, words):
    left = app.page.evaluate(WRITE, [words, LONG])
    queries, left = left[:5], left[5:]
    app.open_view("Notes")
    app.new_note()
    app.title.fill(left.pop())
    for _ in range(3):
        app.page.get_by_label("Add a tag").fill(left.pop())
        app.page.keyboard.press("Enter")
    app.note.focus()
    # Words that are learned, several times each: they go into the index, the kept words and the list.
    app.page.keyboard.insert_text(" ".join(f"I saw {word} today. I saw {word} again." for word in left))
    app.wait_saved()
    for query in queries:
        app.page.get_by_role("searchbox", name="Search notes").fill(query)
        # Asked and answered: a made-up word may sound to the model like something that was written.
        expect(app.status("Search")).to_have_text(re.compile("Nothing found|note"), timeout=30_000)
    app.page.get_by_role("searchbox", name="Search notes").fill(left[0])
    expect(app.status("Search")).to_contain_text("1 note", timeout=30_000)
    app.page.get_by_role("searchbox", name="Search notes").fill("")
    return queries


def wait_kept(app):
    """Until the engine has kept its index and the learned words: forgetting one of them has the others kept at once (else many notes must change), and itself, so as to stay forgotten."""
    app.open_learned()
    app.page.get_by_role("button", name=re.compile("^Forget zq")).first.click()
    app.until(KEPT, PATIENCE)


def copy_and_look(app):
    """Makes a safe copy into a folder that lies in the profile, and has it read again."""
    app.open_view("Settings")
    app.button("Choose a folder…").click()
    expect(app.page.get_by_text("Copies go into the folder «Backups».")).to_be_visible()
    app.button("Make a safe copy now").click()
    expect(app.status("Safe copy")).to_have_text("The copy is in the folder «Backups».", timeout=PATIENCE)
    ((name, data),) = app.page.evaluate(IN_FOLDER).items()
    assert name.endswith(".sealed")
    app.page.get_by_role("link", name="Export and import").click()
    with app.page.expect_file_chooser() as chooser:
        app.button("Import notes…").click()
    chooser.value.set_files({"name": name, "mimeType": "application/octet-stream", "buffer": bytes(data)})
    expect(app.status("Import")).to_contain_text("everything in it is here already", timeout=PATIENCE)


def test_what_is_written_with_the_vault_on_is_nowhere_on_the_disk(cold_browser, server, tmp_path):
    words = canaries()
    with cold_browser(server.address, scripts=[FOLDER], warm=True) as app:
        app.wait_engine()
        turn_on(app)
        app.wait_engine()
        write_with(app, list(words))
        wait_kept(app)
        copy_and_look(app)
    assert found_on_disk(tmp_path / "profile", [*words, PASSPHRASE]) == {}


def test_without_a_vault_all_lies_there_but_what_was_searched_for_and_nothing_once_it_is_turned_on(cold_browser, server, tmp_path):
    words = canaries()
    with cold_browser(server.address, scripts=[FOLDER], warm=True) as app:
        app.wait_engine()
        queries = write_with(app, list(words))
        wait_kept(app)
    found = found_on_disk(tmp_path / "profile", words)
    missing = set(words) - set(queries) - found.keys()
    assert not missing, f"the search misses what is there in clear: {len(missing)} canaries"
    assert not set(queries) & found.keys(), "a search was written down"
    with cold_browser(server.address, scripts=[FOLDER], warm=True) as app:
        turn_on(app)
        app.wait_engine()
        wait_kept(app)
        copy_and_look(app)
    assert found_on_disk(tmp_path / "profile", [*words, PASSPHRASE]) == {}
