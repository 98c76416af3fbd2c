// IndexedDB for app/page/indexeddb.py. It is JavaScript because a transaction ends as soon as
// control returns to the browser, and an `await` in MicroPython returns it.
// Every write is opened with strict durability and resolves when its transaction completes.
import { openDB } from "../vendor/idb/index.js";

const SCHEMA_VERSION = 2;

// An error travels as plain words, because only those cross to Python.
const plainly = (promise) =>
  promise.then(
    (value) => ({ value }),
    (error) => ({ error: error?.name ?? "Error", message: error?.message ?? String(error) }),
  );

export const open = (name, onBlocked, onBlocking, onClosed) =>
  plainly(
    // Inside a promise, because a browser without IndexedDB throws at once.
    // A fresh log before the first write: boot.js says why.
    Promise.resolve(globalThis.carryon?.freshLog).then(() => openDB(name, SCHEMA_VERSION, {
      upgrade(db, from) {
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
      },
      blocked: () => onBlocked(),
      // Another tab wants to upgrade: close, or it would wait for this tab for ever.
      blocking: (_from, _to, event) => {
        event.target.close();
        onBlocking();
      },
      terminated: () => onClosed(),
    })),
  );

// null and not undefined: MicroPython knows only one nothing.
export const get = (db, store, id) => plainly((async () => (await db.get(store, id)) ?? null)());

const cut = (records, characters) => {
  if (characters) for (const record of records) record.text = record.text.slice(0, characters);
  return records;
};

// Records cross to Python as JSON text, five times faster than as objects; in parts, because
// between two parts the page can answer a keystroke.
const PART = 100;

const after = (id) => (id ? IDBKeyRange.lowerBound(id, true) : null);

export const all = (db, store, orderBy, cutText) =>
  plainly(
    (async () => {
      const records = [];
      for (let part; (part = await db.getAll(store, after(records.at(-1)?.id), PART)).length; ) records.push(...cut(part, cutText));
      if (orderBy !== "id") records.sort((a, b) => (a[orderBy] < b[orderBy] ? -1 : a[orderBy] > b[orderBy] ? 1 : a.id < b.id ? -1 : 1));
      return Array.from({ length: Math.ceil(records.length / PART) }, (_, n) => records.slice(n * PART, (n + 1) * PART));
    })(),
  );

export const text = (part) => JSON.stringify(part);

export const newest = (db, store, count, cutText) =>
  plainly(
    (async () => {
      const records = [];
      let cursor = await db.transaction(store).store.index("updated").openCursor(null, "prev");
      while (cursor && records.length < count) {
        records.push(cursor.value);
        cursor = await cursor.continue();
      }
      return JSON.stringify(cut(records, cutText));
    })(),
  );

// A link to an attachment says its name; nobody looks for its id (app/everywhere/note.py).
const readable = (text) => text.replace(/\]\(attachment:[0-9A-HJKMNP-TV-Z]{26}\)/g, "]");

export const containing = (db, words, count, cutText) =>
  plainly(
    (async () => {
      const wanted = [...words].map((word) => word.toLowerCase());
      const found = [];
      let cursor = await db.transaction("notes").store.index("updated").openCursor(null, "prev");
      while (cursor && found.length < count) {
        const { deleted, title, text } = cursor.value;
        const said = `${title}\n${readable(text)}`.toLowerCase();
        if (!deleted && wanted.every((word) => said.includes(word))) found.push(cursor.value);
        cursor = await cursor.continue();
      }
      return JSON.stringify(cut(found, cutText));
    })(),
  );

export const slice = (db, store, afterId, count) => plainly((async () => db.getAll(store, after(afterId), count))());

const beginning = (prefix) => (prefix ? IDBKeyRange.bound(prefix, `${prefix}\uffff`) : null);

export const starting = (db, store, prefix) => plainly((async () => JSON.stringify(await db.getAll(store, beginning(prefix))))());

export const ids = (db, store, prefix) => plainly((async () => JSON.stringify(await db.getAllKeys(store, beginning(prefix))))());

// All of the changes in one transaction, or none: [{kind: "put" | "replace" | "delete", store, record or id, revision}].
export const write = (db, changes) =>
  plainly(
    (async () => {
      const tx = db.transaction([...new Set(changes.map(({ store }) => store))], "readwrite", { durability: "strict" });
      const failed = tx.done.then(() => null, (error) => error);
      try {
        for (const { kind, store, record, id, revision } of changes) {
          const there = tx.objectStore(store);
          const stored = typeof revision === "number" ? await there.get(kind === "delete" ? id : record.id) : null;
          if (kind === "replace" ? (stored?.revision ?? 0) !== revision : stored && stored.revision !== revision)
            throw new DOMException("the stored revision is another", "Conflict");
          await (kind === "delete" ? there.delete(id) : there.put(record));
        }
        tx.commit?.();
      } catch (error) {
        // A request that failed has aborted it already, and `failed` may know better why.
        try {
          tx.abort();
        } catch {}
        throw error?.name === "AbortError" ? ((await failed) ?? error) : error;
      }
      const error = await failed;
      if (error) throw error;
      return true;
    })(),
  );

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
async function* walk(db, store) {
  for (let records, last = ""; (records = await outright(slice(db, store, last, WALKED))).length; last = records.at(-1).id) {
    yield* records;
    await new Promise((next) => setTimeout(next));
  }
}

// app/page/storage.py, remove_unused. Texts are read in many short transactions; the last one removes only if no note and no revision
// has come or changed since it was read, which ids and revisions tell. Nothing but `id`, `revision` and `updated` is looked at there, for
// whatever takes a moment to be opened would end the transaction.
const sweep = async (db, now, before, known, inUse) => {
  const used = new Set(inUse);
  const seen = { notes: new Map(), revisions: new Map() };
  const see = (store, record) => {
    seen[store].set(record.id, record.revision);
    named(record, used);
  };
  const attachments = [];
  for await (const attachment of walk(db, "attachments")) attachments.push(attachment);
  if (attachments.length) for await (const note of walk(db, "notes")) see("notes", note);
  if (attachments.some(({ id }) => !used.has(id))) for await (const revision of walk(db, "revisions")) see("revisions", revision);

  const since = (id) => (known[id] === undefined || known[id] > now ? now : known[id]);
  let going = attachments.filter(({ id, created, updated }) => !used.has(id) && since(id) <= before && (updated ?? created) <= before);
  const gone = new Set();
  for (let round = 0; going.length && round < ROUNDS; round++) {
    const tx = db.transaction(["notes", "revisions", "attachments", "blobs"], "readwrite", { durability: "strict" });
    const notes = tx.objectStore("notes");
    const changed = [];
    for (let records, last = ""; (records = await notes.getAll(after(last), PART)).length; last = records.at(-1).id)
      for (const { id, revision } of records) if (!seen.notes.has(id) || seen.notes.get(id) !== revision) changed.push(["notes", id]);
    for (const id of await tx.objectStore("revisions").getAllKeys()) if (!seen.revisions.has(id)) changed.push(["revisions", id]);
    if (!changed.length) {
      for (const { id } of going) {
        // Attached again a moment ago?
        if ((await tx.objectStore("attachments").get(id))?.updated > before) continue;
        tx.objectStore("attachments").delete(id);
        for (const blob of [id, `${id}-thumbnail`]) tx.objectStore("blobs").delete(blob);
        gone.add(id);
      }
      await tx.done;
      break;
    }
    await tx.done;
    for (const [store, id] of changed) {
      const record = await outright(get(db, store, id));
      if (record) see(store, record);
    }
    going = going.filter(({ id }) => !used.has(id));
  }
  const unused = attachments.filter(({ id }) => !used.has(id) && !gone.has(id)).map(({ id }) => [id, since(id)]);
  return JSON.stringify({ gone: gone.size, unused: Object.fromEntries(unused) });
};

export const removeUnused = (db, now, before, known, inUse) => plainly(sweep(db, now, before, JSON.parse(known), [...inUse]));
