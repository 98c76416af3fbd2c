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

export const containing = (db, words, count, cutText) =>
  plainly(
    (async () => {
      const wanted = [...words].map((word) => word.toLowerCase());
      const found = [];
      let cursor = await db.transaction("notes").store.index("updated").openCursor(null, "prev");
      while (cursor && found.length < count) {
        const { deleted, title, text } = cursor.value;
        const said = `${title}\n${text}`.toLowerCase();
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
          if (kind === "replace" && ((await there.get(record.id))?.revision ?? 0) !== revision)
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
