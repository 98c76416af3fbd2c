// IndexedDB for app/page/indexeddb.py. It is JavaScript because a transaction ends as soon as
// control returns to the browser, and an `await` in MicroPython returns it.
// Every write is opened with strict durability and resolves when its transaction completes.
//
// What is stored is sealed and opened here where the notebook has a vault (seal.js). WebCrypto answers later, and a transaction does
// not wait: reading takes the records first and opens them after, writing seals first.
import { openDB } from "../vendor/idb/index.js";
import { durably } from "./durably.js";
import * as seal from "./seal.js";
import { isMoment } from "./shape.js";

const SCHEMA_VERSION = 2;

// An error travels as plain words, because only those cross to Python.
const plainly = (promise) =>
  promise.then(
    (value) => ({ value }),
    (error) => ({ error: error?.name ?? "Error", message: error?.message ?? String(error) }),
  );

const upgrade = (db, from) => {
  if (from < 1) {
    db.createObjectStore("notes", { keyPath: "id" }).createIndex("updated", "updated");
    db.createObjectStore("settings", { keyPath: "id" });
    db.createObjectStore("ledger", { keyPath: "id" });
  }
  if (from < 2) {
    db.createObjectStore("revisions", { keyPath: "id" });
    db.createObjectStore("attachments", { keyPath: "id" });
    db.createObjectStore("blobs", { keyPath: "id" });
  }
};

// A database with the stores of a notebook. For vault.js, which makes another one.
export const make = (name) => openDB(name, SCHEMA_VERSION, { upgrade });

// An open notebook is {name, …}: with a vault it lies in another database than without (seal.js), and it moves while it is open. This is
// the connection to where it is now; `vault` is what it said there.
export const live = (notebook) => (notebook.opened ??= connect(notebook).catch((error) => { notebook.opened = null; throw error; }));

const connect = async (notebook) => {
  const { name, sealed, vault } = await seal.where(notebook.name);
  if (sealed && notebook.vault === null) await seal.ask(vault.key); // it was turned on in another tab
  notebook.vault = vault;
  return openDB(name, SCHEMA_VERSION, {
    upgrade,
    blocked: () => notebook.onBlocked(),
    // Another tab wants to upgrade: close, or it would wait for this tab for ever. Or it has moved the notebook, and deletes this one.
    blocking: (_from, to, event) => {
      event.target.close();
      if (to === null) notebook.opened = null;
      else notebook.onBlocking();
    },
    terminated: () => {
      notebook.opened = null; // it is opened again at the next question
      notebook.onClosed();
    },
  });
};

// Does something with the connection; once more where the notebook was moved under it.
const withLive = async (notebook, act) => {
  const opened = live(notebook);
  try {
    return await act(await opened);
  } catch (error) {
    if (error?.name !== "InvalidStateError" || notebook.opened === opened) throw error;
    return act(await live(notebook));
  }
};

export const open = (name, onBlocked, onBlocking, onClosed) =>
  plainly((async () => {
    await globalThis.carryon?.freshLog; // a fresh log before the first write: boot.js says why
    const notebook = { name, onBlocked, onBlocking, onClosed, opened: null, close: () => notebook.opened?.then((db) => db.close()) };
    await live(notebook);
    return notebook;
  })());

// The same notebook on another connection: the browser closed the old one.
export const again = (notebook) =>
  plainly((async () => {
    const before = await notebook.opened?.catch(() => null);
    notebook.opened = null;
    before?.close();
    await live(notebook);
    return notebook;
  })());

// The vault's own record lies among the settings and is none of them.
const own = (store, id) => store === "settings" && id === seal.VAULT;
const without = (store, records) => records.filter(({ id }) => !own(store, id));

// null and not undefined: MicroPython knows only one nothing.
// A setting that cannot be read counts as not set, and is replaced when it is set anew: none of them is worth a page that does not open.
export const get = (notebook, store, id) =>
  plainly(withLive(notebook, async (db) => (own(store, id) ? null : await seal.opened(store, (await db.get(store, id)) ?? null).catch((error) => {
    if (error.name !== "Damaged" || store !== "settings") throw error;
    console.warn(`Carryon: ${error.message}`);
    return null;
  }))));

const cut = (records, characters) => {
  if (characters) for (const record of records) record.text = record.text.slice(0, characters);
  return records;
};

// What stands in a list for a note that does not open. Opening it says what is wrong; nothing ever writes this.
const LONG_AGO = "1970-01-01T00:00:00.000Z";
const unreadable = ({ id, updated, revision }) => {
  if (typeof id !== "string") return null; // counted, but no list could name it
  if (!isMoment(updated)) updated = LONG_AGO;
  return {
    id, updated, revision: Number.isSafeInteger(revision) ? revision : 0, created: updated, title: "A note that cannot be read", text: "", tags: [],
    pinned: false, archived: false, deleted: "", never_leaves: true, mood: "", refused: [], damaged: true,
  };
};

const opened = async (store, records) => seal.openedAll(store, without(store, records), store === "notes" ? unreadable : undefined);

// Where every record is looked into, one that does not open is left out.
const openable = async (store, records) => seal.openedAll(store, without(store, records));

// Records cross to Python as JSON text, five times faster than as objects; in parts, because
// between two parts the page can answer a keystroke.
const PART = 100;

const after = (id) => (id ? IDBKeyRange.lowerBound(id, true) : null);

export const all = (notebook, store, orderBy, cutText) =>
  plainly(
    withLive(notebook, async (db) => {
      const records = [];
      for (let part, last; (part = await db.getAll(store, after(last), PART)).length; last = part.at(-1).id)
        records.push(...cut(await opened(store, part), cutText));
      if (orderBy !== "id") records.sort((a, b) => (a[orderBy] < b[orderBy] ? -1 : a[orderBy] > b[orderBy] ? 1 : a.id < b.id ? -1 : 1));
      return Array.from({ length: Math.ceil(records.length / PART) }, (_, n) => records.slice(n * PART, (n + 1) * PART));
    }),
  );

export const text = (part) => JSON.stringify(part);

export const newest = (notebook, store, count, cutText) =>
  plainly(
    withLive(notebook, async (db) => {
      const records = [];
      let cursor = await db.transaction(store).store.index("updated").openCursor(null, "prev");
      while (cursor && records.length < count) {
        records.push(cursor.value);
        cursor = await cursor.continue();
      }
      // A record without a moment of its last change is in no index. It is damaged, and listed all the same.
      if (records.length < count && records.length < (await db.count(store))) {
        const known = new Set(records.map(({ id }) => id));
        records.push(...(await db.getAll(store)).filter(({ id }) => !known.has(id)));
      }
      const found = await opened(store, records);
      found.sort((a, b) => (a.updated > b.updated ? -1 : a.updated < b.updated ? 1 : a.id > b.id ? -1 : 1)); // one that is damaged may say anything
      return JSON.stringify(cut(found, cutText));
    }),
  );

// A link to an attachment says its name; nobody looks for its id (app/everywhere/note.py).
const readable = (text) => text.replace(/\]\(attachment:[0-9A-HJKMNP-TV-Z]{26}\)/g, "]");

export const containing = (notebook, words, count, cutText) =>
  plainly(
    withLive(notebook, async (db) => {
      const wanted = [...words].map((word) => word.toLowerCase());
      const found = [];
      const ids = await db.getAllKeysFromIndex("notes", "updated");
      while (ids.length && found.length < count) {
        const { store } = db.transaction("notes");
        const records = await Promise.all(ids.splice(-PART).reverse().map((id) => store.get(id)));
        for (const record of await openable("notes", records.filter(Boolean))) {
          const said = `${record.title}\n${readable(record.text)}`.toLowerCase();
          if (!record.deleted && wanted.every((word) => said.includes(word))) found.push(record);
        }
      }
      return JSON.stringify(cut(found.slice(0, count), cutText));
    }),
  );

export const slice = (notebook, store, afterId, count) =>
  plainly(
    withLive(notebook, async (db) => {
      // Until something of it can be read: an empty slice means the end.
      for (let from = afterId; ; ) {
        const part = await db.getAll(store, after(from), count);
        const records = await openable(store, part);
        if (records.length || !part.length) return records;
        from = part.at(-1).id;
      }
    }),
  );

const beginning = (prefix) => (prefix ? IDBKeyRange.bound(prefix, `${prefix}\uffff`) : null);

export const starting = (notebook, store, prefix) =>
  plainly(withLive(notebook, async (db) => JSON.stringify(await openable(store, await db.getAll(store, beginning(prefix))))));

export const ids = (notebook, store, prefix) =>
  plainly(withLive(notebook, async (db) => JSON.stringify((await db.getAllKeys(store, beginning(prefix))).filter((id) => !own(store, id)))));

const ATTEMPTS = 4;

// All of the changes in one transaction, or none: [{kind: "put" | "replace" | "delete", store, record or id, revision}].
//
// Another tab may turn the vault on or off at any moment. So the transaction that writes reads what the database says of a vault, and
// where that is not what it said, nothing is written: it is tried again where the notebook is by then. Nothing is ever
// written in clear after the vault was turned on, and nothing into a database that is about to go.
export const write = (notebook, changes) =>
  plainly(
    (async () => {
      for (let attempts = 1; ; attempts++) {
        const opened = live(notebook);
        try {
          const db = await opened;
          const key = keyOf(notebook, db);
          if (key && !(await seal.ask(key))) throw LOCKED();
          const ready = await Promise.all([...changes].map(async (change) =>
            (key && change.kind !== "delete" ? { ...change, record: await seal.record(change.store, change.record) } : change)));
          if (await attempt(db, ready, key)) return true;
          db.close();
        } catch (error) {
          if (error?.name !== "InvalidStateError" || notebook.opened === opened) throw error;
        }
        if (attempts === ATTEMPTS) throw LOCKED();
        if (notebook.opened === opened) notebook.opened = null;
        await seal.turned();
      }
    })(),
  );

const LOCKED = () => Object.assign(new Error("locked in another tab"), { name: "Locked" });

// The key that the database is sealed with; null where it lies in clear.
export const keyOf = (notebook, db) => (db.name === notebook.name ? null : notebook.vault.key);

// Whether the database says «on» with this key; or, without a key, nothing of a vault. Nobody writes where it says anything else.
export const asExpected = async (tx, key) => {
  const vault = seal.vaultOf(await tx.objectStore("settings").get(seal.VAULT));
  return key ? vault?.key === key && vault.state === "on" : !vault;
};

// False, with nothing written, where it is not as expected.
const attempt = async (db, changes, key) => {
  const tx = db.transaction([...new Set(["settings", ...changes.map(({ store }) => store)])], "readwrite", { durability: "strict" });
  let expected = false;
  await durably(tx, async () => {
    expected = await asExpected(tx, key);
    for (const { kind, store, record, id, revision } of expected ? changes : []) {
      const there = tx.objectStore(store);
      if (own(store, record?.id ?? id)) throw new DOMException("this setting is the vault's own", "InvalidAccessError");
      const stored = typeof revision === "number" ? await there.get(kind === "delete" ? id : record.id) : null;
      if (kind === "replace" ? (stored ? stored.revision : 0) !== revision : stored && stored.revision !== revision)
        throw new DOMException("the stored revision is another", "Conflict");
      await (kind === "delete" ? there.delete(id) : there.put(record));
    }
  });
  return expected;
};

// The ids of attachments that a record names, wherever it does: app/everywhere/attachments.py, named_in.
const named = (value, ids) => {
  if (typeof value === "string") for (const [, id] of value.matchAll(/attachment:([0-7][0-9A-HJKMNP-TV-Z]{25})/g)) ids.add(id);
  else if (value && typeof value === "object" && !ArrayBuffer.isView(value)) for (const part of Object.values(value)) named(part, ids);
};

// Records that are read at once, and rounds of looking again at notes that were saved meanwhile, before it is left for another time.
const WALKED = 20;
const ROUNDS = 5;

const outright = async (answer) => {
  const { value, error, message } = await answer;
  if (error) throw new DOMException(message, error);
  return value;
};

// Every record of a store, a few at a time, as `slice` gives them; between two slices a keystroke may come.
async function* walk(notebook, store) {
  for (let records, last = ""; (records = await outright(slice(notebook, store, last, WALKED))).length; last = records.at(-1).id) {
    yield* records;
    await new Promise((next) => setTimeout(next));
  }
}

// app/page/storage.py, remove_unused. Texts are read in many short transactions; the last one removes only if no note and no revision
// has come or changed since it was read, which ids and revisions tell. Nothing but `id`, `revision` and `updated` is looked at there, for
// whatever takes a moment to be opened would end the transaction.
const sweep = async (notebook, now, before, known, inUse) => {
  const used = new Set(inUse);
  const seen = { notes: new Map(), revisions: new Map() };
  const see = (store, record) => {
    seen[store].set(record.id, record.revision);
    named(record, used);
  };
  const attachments = [];
  for await (const attachment of walk(notebook, "attachments")) attachments.push(attachment);
  if (attachments.length) for await (const note of walk(notebook, "notes")) see("notes", note);
  if (attachments.some(({ id }) => !used.has(id))) for await (const revision of walk(notebook, "revisions")) see("revisions", revision);

  const since = (id) => (known[id] === undefined || known[id] > now ? now : known[id]);
  let going = attachments.filter(({ id, created, updated }) => !used.has(id) && since(id) <= before && (updated ?? created) <= before);
  const gone = new Set();
  for (let round = 0; going.length && round < ROUNDS; round++) {
    const db = await live(notebook);
    const tx = db.transaction(["settings", "notes", "revisions", "attachments", "blobs"], "readwrite", { durability: "strict" });
    const changed = [], removed = [];
    let expected = false;
    await durably(tx, async () => {
      if (!(expected = await asExpected(tx, keyOf(notebook, db)))) return; // the vault is being turned on or off: another time
      const notes = tx.objectStore("notes");
      for (let records, last = ""; (records = await notes.getAll(after(last), PART)).length; last = records.at(-1).id)
        for (const { id, revision } of records) if (!seen.notes.has(id) || seen.notes.get(id) !== revision) changed.push(["notes", id]);
      for (const id of await tx.objectStore("revisions").getAllKeys()) if (!seen.revisions.has(id)) changed.push(["revisions", id]);
      for (const { id } of changed.length ? [] : going) {
        // Attached again a moment ago?
        if ((await tx.objectStore("attachments").get(id))?.updated > before) continue;
        await tx.objectStore("attachments").delete(id);
        for (const blob of [id, `${id}-thumbnail`]) await tx.objectStore("blobs").delete(blob);
        removed.push(id);
      }
    });
    for (const id of removed) gone.add(id);
    if (!expected || !changed.length) break;
    for (const [store, id] of changed) {
      const record = await outright(get(notebook, store, id));
      if (record) see(store, record);
    }
    going = going.filter(({ id }) => !used.has(id));
  }
  const unused = attachments.filter(({ id }) => !used.has(id) && !gone.has(id)).map(({ id }) => [id, since(id)]);
  return JSON.stringify({ gone: gone.size, unused: Object.fromEntries(unused) });
};

export const removeUnused = (notebook, now, before, known, inUse) => plainly(sweep(notebook, now, before, JSON.parse(known), [...inUse]));
