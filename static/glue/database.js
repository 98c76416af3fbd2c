// IndexedDB for app/page/indexeddb.py. It is JavaScript because a transaction ends as soon as
// control returns to the browser, and an `await` in MicroPython returns it.
// Every write is opened with strict durability and resolves when its transaction completes.
import { openDB } from "../vendor/idb/index.js";

const SCHEMA_VERSION = 1;

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

const writing = (db, store) => db.transaction(store, "readwrite", { durability: "strict" });

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

const committed = async (db, store, work) => {
  const tx = writing(db, store);
  // Both are awaited: a request that fails aborts the transaction, and `done` says why.
  const [result] = await Promise.all([work(tx.store), tx.done]);
  return result;
};

export const put = (db, store, record) => plainly(committed(db, store, (s) => s.put(record)));

export const replace = (db, store, record, revision) =>
  plainly(
    (async () => {
      const tx = writing(db, store);
      const stored = await tx.store.get(record.id);
      if ((stored?.revision ?? 0) !== revision) {
        tx.abort();
        await tx.done.catch(() => {});
        throw new DOMException("the stored revision is another", "Conflict");
      }
      await Promise.all([tx.store.put(record), tx.done]);
      return true;
    })(),
  );

export const remove = (db, store, id) => plainly(committed(db, store, (s) => s.delete(id)));
