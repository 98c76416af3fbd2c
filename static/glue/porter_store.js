// The notebook for the porter (app/porter/main.py), in its worker: what leaves is read in slices, what comes in is only ever added.
// Records cross to Python and back as JSON text, bytes as bytes. It makes no database, and gives way to upgrades.
import { openDB } from "../vendor/idb/index.js";

let opened;
const database = () => (opened ??= openDB("carryon", undefined, {
  upgrade: (_db, _from, _to, tx) => tx.abort(), // the page makes the database; there is none yet
  blocking: (_from, _to, event) => { event.target.close(); opened = undefined; },
  terminated: () => (opened = undefined),
}).catch((error) => { opened = undefined; throw error; }));

// An error travels as plain words: {value, error: ""} or {error, message}. Nothing is undefined, which is Python's None; null is not.
const plainly = (act) => async (...parameters) => {
  try {
    return { value: await act(await database(), ...parameters), error: "" };
  } catch (error) {
    return { error: error?.name ?? "Error", message: error?.message ?? String(error) };
  }
};

const after = (id) => (id ? IDBKeyRange.lowerBound(id, true) : null);

// Characters of text from which on a slice ends: a few notes of megabytes are as much as hundreds of lines.
const MOST_CHARACTERS = 4_000_000;

export const slice = plainly(async (db, store, afterId, count) => {
  const records = [];
  let characters = 0;
  let cursor = await db.transaction(store).store.openCursor(after(afterId));
  while (cursor && records.length < count && characters < MOST_CHARACTERS) {
    records.push(cursor.value);
    characters += cursor.value.text?.length ?? 0;
    cursor = await cursor.continue();
  }
  return JSON.stringify(records);
});

export const stored = plainly(async (db, store, ids) => {
  const { store: there } = db.transaction(store);
  return JSON.stringify((await Promise.all(JSON.parse(ids).map((id) => there.get(id)))).filter(Boolean));
});

export const ids = plainly(async (db, store, prefix) => JSON.stringify(await db.getAllKeys(store, IDBKeyRange.bound(prefix, `${prefix}\uffff`))));

export const count = plainly((db, store) => db.count(store));

export const blob = plainly(async (db, id) => (await db.get("blobs", id))?.data);

// All of the changes in one transaction, or none. The records of the store «blobs» get their bytes from `blobs`, in order.
export const write = plainly(async (db, changes, blobs) => {
  const list = JSON.parse(changes);
  const tx = db.transaction([...new Set(list.map(({ store }) => store))], "readwrite", { durability: "strict" });
  const failed = tx.done.then(() => null, (error) => error);
  const bytes = [...blobs].reverse();
  try {
    // Not one after the other: the transaction orders them, and the first that fails ends it.
    await Promise.all(list.map(({ kind, store, record, id }) => {
      const there = tx.objectStore(store);
      if (kind === "delete") return there.delete(id);
      return there[kind](store === "blobs" ? { ...record, data: bytes.pop() } : record);
    }));
    tx.commit?.();
  } catch (error) {
    try {
      tx.abort();
    } catch {}
    throw error?.name === "AbortError" ? ((await failed) ?? error) : error;
  }
  const error = await failed;
  if (error) throw error;
  return true;
});

// A function that gives the place free again, or nothing where another tab holds it.
export const alone = plainly(() => new Promise((resolve, reject) => {
  if (!navigator.locks) return resolve(() => {});
  navigator.locks.request("carryon-import", { ifAvailable: true }, (lock) => {
    if (!lock) return resolve();
    return new Promise((release) => resolve(release));
  }).catch(reject);
}));
