// Records that do not open, or are not what their readers take them for (seal.js): what the reader can do about them, for
// app/page/views/damaged.py. Nothing goes before it was handed over as a file, and nothing that is not byte for byte what was handed over.
import { asExpected, keyOf, live } from "./database.js";
import { durably } from "./durably.js";
import * as seal from "./seal.js";

// Records that are looked into at once; of attachments, which may be large.
const SLICE = 100;
const SLICE_BLOBS = 2;

const plainly = (promise) =>
  promise.then(
    (value) => ({ value }),
    (error) => ({ error: error?.name ?? "Error", message: error?.message ?? String(error) }),
  );

// What was come across since the page was loaded: JSON {store: how many}.
export const known = () => JSON.stringify(Object.fromEntries(Object.entries(seal.seen()).map(([store, ids]) => [store, ids.length])));

const isDamaged = (store, record) => seal.opened(store, record).then(() => false, (error) => {
  if (error.name !== "Damaged") throw error;
  return true;
});

// Bytes as {base64: text}; what JSON has no word for, and what lies too deep, as a text that says what it was.
const DEEP = 30;
const base64 = (bytes) => {
  let text = "";
  for (let at = 0; at < bytes.length; at += 0x8000) text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return btoa(text);
};
const written = (value, depth = 0) => {
  if (ArrayBuffer.isView(value)) return { base64: base64(new Uint8Array(value.buffer, value.byteOffset, value.byteLength)) };
  if (depth < DEEP && Array.isArray(value)) return value.map((one) => written(one, depth + 1));
  if (depth < DEEP && value && Object.getPrototypeOf(value) === Object.prototype)
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, written(one, depth + 1)]));
  return value === null || ["string", "number", "boolean", "undefined"].includes(typeof value) ? value : `(${Object.prototype.toString.call(value)}) ${String(value)}`;
};

const same = (one, other) => JSON.stringify(written(one)) === JSON.stringify(written(other));

const ABOUT = "What is left of records of a Carryon notebook that could not be read. Sealed ones open only with the vault's key, which «vault» holds, wrapped by the "
  + "passphrase and by the recovery code: docs/adr/0019-the-locked-vault.md and static/glue/seal.js say how. Bytes are base64.";

// {file: {name, blob}, counts: JSON {store: how many}, found: [[store, record]]} of the damaged records among [[store, record]].
const gathered = async (db, day, found) => {
  const counts = {};
  for (const [store] of found) counts[store] = (counts[store] ?? 0) + 1;
  const records = found.map(([store, record]) => ({ store, record: written(record) }));
  const parts = [JSON.stringify({ carryon: 1, about: ABOUT, vault: written(await db.get("settings", seal.VAULT)) ?? null, records }, null, 1)];
  return { file: { name: `carryon-damaged-${day}.json`, blob: new Blob(parts, { type: "application/json" }) }, counts: JSON.stringify(counts), found };
};

// Looks into every record of the notebook.
export const gather = (notebook, day) =>
  plainly((async () => {
    const db = await live(notebook);
    const found = [];
    for (const store of db.objectStoreNames)
      for (let part, last; (part = await db.getAll(store, last === undefined ? null : IDBKeyRange.lowerBound(last, true), store === "blobs" ? SLICE_BLOBS : SLICE)).length; last = part.at(-1).id)
        for (const record of part) if (!(store === "settings" && record.id === seal.VAULT) && (await isDamaged(store, record))) found.push([store, record]);
    return gathered(db, day, found);
  })());

// The same of one note and its earlier states.
export const gatherNote = (notebook, day, id) =>
  plainly((async () => {
    const db = await live(notebook);
    const all = [["notes", await db.get("notes", id)], ...(await db.getAll("revisions", of(id))).map((record) => ["revisions", record])];
    const found = [];
    for (const [store, record] of all) if (record && (await isDamaged(store, record))) found.push([store, record]);
    return gathered(db, day, found);
  })());

const of = (id) => IDBKeyRange.bound(`${id}-`, `${id}-\uffff`);

// The newest earlier state of a note that can be read, as the note; null where there is none. What is known no more is set to what harms nobody.
const asItWas = async (db, { id }) => {
  if (typeof id !== "string") return null;
  const states = await seal.openedAll("revisions", await db.getAll("revisions", of(id)));
  states.sort((a, b) => a.revision - b.revision);
  const last = states.at(-1);
  return last ? {
    id, created: last.created, updated: last.updated, title: last.title, text: last.text, tags: last.tags, pinned: false, archived: false, deleted: "",
    never_leaves: true, mood: "", refused: [], revision: last.revision + 1,
  } : null;
};

// Removes what was gathered, each record only if it is still what it was, all in one step. With `whole`, a note goes with its earlier states;
// else it becomes the newest of them that can be read. Resolves to how many records went or came back.
export const remove = (notebook, { found }, whole) =>
  plainly((async () => {
    const db = await live(notebook);
    const key = keyOf(notebook, db);
    const instead = await Promise.all(found.map(async ([store, record]) => {
      const note = store === "notes" && !whole ? await asItWas(db, record) : null;
      return note && key ? seal.record(store, note) : note;
    }));
    const tx = db.transaction([...db.objectStoreNames], "readwrite", { durability: "strict" });
    const gone = [];
    await durably(tx, async () => {
      if (!(await asExpected(tx, key))) throw new DOMException("the vault was turned on or off", "InvalidStateError");
      for (const [at, [store, record]] of found.entries()) {
        const there = tx.objectStore(store);
        const now = await there.get(record.id);
        if (now !== undefined && !same(record, now)) continue;
        await (now !== undefined && instead[at] ? there.put(instead[at]) : there.delete(record.id));
        if (store === "notes" && whole) await tx.objectStore("revisions").delete(of(record.id));
        gone.push([store, record.id]);
      }
    });
    for (const [store, id] of gone) seal.mended(store, id);
    return gone.length;
  })());
