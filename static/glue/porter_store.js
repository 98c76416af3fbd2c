// The notebook for the porter (app/porter/main.py), in its worker: what leaves is read in slices, what comes in is only ever added.
// Records cross to Python and back as JSON text, bytes as bytes. It makes no database, and gives way to upgrades.
//
// What is stored is opened and sealed here where the notebook has a vault (seal.js). A record that does not open is left out.
import { openDB } from "../vendor/idb/index.js";
import { durably } from "./durably.js";
import * as seal from "./seal.js";

let opened;
const database = () => (opened ??= seal.settled().then(() => seal.where()).then(({ name }) => openDB(name, undefined, {
  upgrade: (_db, _from, _to, tx) => tx.abort(), // the page makes the database; there is none yet
  blocking: (_from, _to, event) => { event.target.close(); opened = undefined; },
  terminated: () => (opened = undefined),
})).catch((error) => { opened = undefined; throw error; }));

// An error travels as plain words: {value, error: ""} or {error, message}. Nothing is undefined, which is Python's None; null is not.
const plainly = (act) => async (...parameters) => {
  try {
    return { value: await act(await database(), ...parameters), error: "" };
  } catch (error) {
    return { error: error?.name ?? "Error", message: error?.message ?? String(error) };
  }
};

// The vault's own record is no part of what comes or goes.
const openable = (store, records) => seal.openedAll(store, records.filter(({ id }) => !(store === "settings" && id === seal.VAULT)));

const after = (id) => (id ? IDBKeyRange.lowerBound(id, true) : null);

// Characters of text from which on a slice ends: a few notes of megabytes are as much as hundreds of lines.
const MOST_CHARACTERS = 4_000_000;

export const slice = plainly(async (db, store, afterId, count) => {
  for (let from = afterId; ; ) {
    const part = [];
    let characters = 0;
    let cursor = await db.transaction(store).store.openCursor(after(from));
    while (cursor && part.length < count && characters < MOST_CHARACTERS) {
      part.push(cursor.value);
      characters += cursor.value.text?.length ?? cursor.value.sealed?.length ?? 0;
      cursor = await cursor.continue();
    }
    const records = await openable(store, part);
    if (records.length || !part.length) return JSON.stringify(records); // an empty slice means the end
    from = part.at(-1).id;
  }
});

export const stored = plainly(async (db, store, ids) => {
  const { store: there } = db.transaction(store);
  return JSON.stringify(await openable(store, (await Promise.all(JSON.parse(ids).map((id) => there.get(id)))).filter(Boolean)));
});

export const ids = plainly(async (db, store, prefix) => JSON.stringify(await db.getAllKeys(store, IDBKeyRange.bound(prefix, `${prefix}\uffff`))));

export const count = plainly((db, store) => db.count(store));

// Bytes that do not open are as if they were not on this device: an export goes on without them, and says so.
export const blob = plainly(async (db, id) => (await seal.openedAll("blobs", [await db.get("blobs", id)].filter(Boolean)))[0]?.data);

// All of the changes in one transaction, or none. The records of the store «blobs» get their bytes from `blobs`, in order.
export const write = plainly(async (db, changes, blobs) => {
  const bytes = [...blobs].reverse();
  const sealed = db.name.endsWith(seal.SEALED);
  const list = await Promise.all(JSON.parse(changes).map((change) => {
    if (change.kind === "delete") return change;
    const record = change.store === "blobs" ? { ...change.record, data: bytes.pop() } : change.record;
    return sealed ? seal.record(change.store, record).then((kept) => ({ ...change, record: kept })) : { ...change, record };
  }));
  const tx = db.transaction([...new Set(["settings", ...list.map(({ store }) => store)])], "readwrite", { durability: "strict" });
  await durably(tx, async () => {
    // As in database.js: nobody writes while another tab turns the vault on or off, nor with an older key.
    const vault = seal.vaultOf(await tx.objectStore("settings").get(seal.VAULT));
    if (sealed ? vault?.state !== "on" || !seal.holds(vault.key) : vault) throw new DOMException("the vault was turned on or off", "InvalidStateError");
    // Not one after the other: the transaction orders them, and the first that fails ends it.
    await Promise.all(list.map(async ({ kind, store, record, id }) => (kind === "delete" ? tx.objectStore(store).delete(id) : tx.objectStore(store)[kind](record))));
  });
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
