// Runs in a module worker beside the glue (tests/browser/test_full_device.py): does everything that writes while the device fails at the
// first, second … last write of it, in each of the ways in which a browser fails, and looks at every byte that is stored before and after.
// ORIGIN: where the app lies; the test puts it before this.

// How the device fails at the `at`-th write since `arm`.
let fault = null;
const FAULTS = {
  // There is no room, and the browser knows it at once.
  full: () => { throw new DOMException("full", "QuotaExceededError"); },
  // There is no room, and the browser finds out when it comes to writing.
  "full at the end": (tx) => queueMicrotask(() => {
    Object.defineProperty(tx, "error", { value: new DOMException("full", "QuotaExceededError") });
    try { tx.abort(); } catch {}
  }),
  // It gives up without a reason.
  aborted: (tx) => queueMicrotask(() => { try { tx.abort(); } catch {} }),
  // The connection is closed from under us: the transaction goes with it.
  closed: (tx) => {
    const { db } = tx;
    queueMicrotask(() => { try { tx.abort(); } catch {} db.close(); db.dispatchEvent(new Event("close")); });
  },
};
const struck = (tx) => fault && ++fault.writes === fault.at && (fault.fired = true) && FAULTS[fault.kind](tx);
for (const name of ["put", "add", "delete"]) {
  const real = IDBObjectStore.prototype[name];
  IDBObjectStore.prototype[name] = function (...what) { struck(this.transaction); return real.apply(this, what); };
}
// Files fail as a whole or cut short.
const noRoom = () => { throw new DOMException("full", "QuotaExceededError"); };
const { write: writeFile, truncate } = FileSystemSyncAccessHandle.prototype;
FileSystemSyncAccessHandle.prototype.write = function (bytes, options) {
  if (fault && ++fault.writes === fault.at && (fault.fired = true)) return fault.kind === "full" ? noRoom() : writeFile.call(this, bytes.subarray?.(0, bytes.length >> 1) ?? new Uint8Array(0), options);
  return writeFile.call(this, bytes, options);
};
FileSystemSyncAccessHandle.prototype.truncate = function (size) { return truncate.call(this, size); };
const { close, write: stream } = FileSystemWritableFileStream.prototype;
const struckFile = () => fault && ++fault.writes === fault.at && (fault.fired = true) && noRoom();
const pipeTo = ReadableStream.prototype.pipeTo;
ReadableStream.prototype.pipeTo = async function (target) {
  if (!(target instanceof FileSystemWritableFileStream)) return pipeTo.call(this, target);
  try { struckFile(); await pipeTo.call(this, target, { preventClose: true }); struckFile(); } catch (error) { await target.abort(); throw error; }
  await close.call(target);
};

// Argon2id, but quick.
self.Worker = class {
  postMessage({ secret, salt }) {
    crypto.subtle.digest("SHA-256", new Uint8Array([...secret, ...salt])).then((hash) => this.onmessage({ data: { hash: new Uint8Array(hash), ms: 1000 } }));
  }
  terminate() {}
};

const glue = (name) => import(`${ORIGIN}static/glue/${name}.js`);
const [database, vault, seal, porter, learned, index, copy, damaged] = await Promise.all(
  ["database", "vault", "seal", "porter_store", "learned_keep", "index_keep", "safe_copy", "damaged"].map(glue));

const NOW = "2026-03-01T00:00:00.000Z";
const id = (letter) => `01ARZ3NDEKTSV4RRFFQ69G5F${letter}`;
const note = (letter, text, revision = 1) => ({
  id: id(letter), created: NOW, updated: NOW, title: "", text, tags: [], pinned: false, archived: false, deleted: "", never_leaves: false, mood: "", refused: [], revision });
const state = (letter, number) => ({ id: `${id(letter)}-${number}`, note: id(letter), revision: number, created: NOW, updated: NOW, title: "", text: "before", tags: [], why: "pause" });
const file = (letter) => ({ id: id(letter), name: "cat.png", type: "image/png", bytes: 3, sha256: "", created: NOW, updated: NOW });
const bytes = (...values) => new Uint8Array(values);
const put = (store, record) => ({ kind: "put", store, record });
const replace = (record) => ({ kind: "replace", store: "notes", record, revision: record.revision - 1 });
const gone = (store, id, revision) => ({ kind: "delete", store, id, ...(revision ? { revision } : {}) });
const range = (count) => Array.from({ length: count }, (_, number) => number);

let notebook;
const outright = async (promise) => { const { value, error, message } = await promise; if (error) throw Object.assign(new Error(message), { name: error }); return value; };
const write = (changes) => outright(database.write(notebook, changes));
const carried = (changes, blobs = []) => outright(porter.write(JSON.stringify(changes), blobs));

const open = async () => { notebook = await outright(database.open("carryon", () => {}, () => {}, () => {})); };
const root = () => navigator.storage.getDirectory();

const reset = async (sealed) => {
  await notebook?.close();
  seal.forget();
  for (const { name } of await indexedDB.databases())
    await new Promise((resolve, reject) => { const going = indexedDB.deleteDatabase(name); going.onsuccess = resolve; going.onerror = reject; });
  for await (const name of (await root()).keys()) await (await root()).removeEntry(name, { recursive: true });
  await open();
  await write([replace(note("A0", "first")), replace(note("B0", "second")), put("revisions", state("A0", 1)), put("revisions", state("A0", 2)),
    put("attachments", file("C0")), put("blobs", { id: id("C0"), data: bytes(1, 2, 3) }), put("blobs", { id: `${id("C0")}-thumbnail`, data: bytes(1) }),
    put("settings", { id: "sample notebook", value: [id("B0")] })]);
  if (sealed) { await outright(vault.begin(notebook, "a passphrase", "A CODE")); await outright(vault.convert(notebook, () => {})); }
};

// Everything that is stored, record by record, as it lies there; `plain`: as the notebook's readers see it, without what belongs to the vault.
const text = (value) => JSON.stringify(value, (_, one) => (ArrayBuffer.isView(one) ? [...one] : one));
const all = async (plain) => {
  const found = {}, here = (await seal.where()).name;
  for (const { name } of await indexedDB.databases()) {
    if (plain && name !== here) continue;
    const db = await new Promise((resolve, reject) => { const opening = indexedDB.open(name); opening.onsuccess = () => resolve(opening.result); opening.onerror = reject; });
    for (const store of db.objectStoreNames) {
      const there = db.transaction(store).objectStore(store);
      const [keys, records] = await Promise.all([there.getAllKeys(), there.getAll()].map((request) => new Promise((resolve) => (request.onsuccess = () => resolve(request.result)))));
      for (const [at, key] of keys.entries()) {
        if (plain && key === "vault") continue;
        found[`${plain ? "" : name}/${store}/${key}`] = text(plain ? await seal.unsealed(store, records[at]) : records[at]);
      }
    }
    db.close();
  }
  const folder = await (await root()).getDirectoryHandle("folder").catch(() => null);
  if (folder) for await (const [name, handle] of folder) found[`folder/${name}`] = await (await handle.getFile()).text();
  return found;
};
const same = (one, other) => text(Object.entries(one).sort()) === text(Object.entries(other).sort());

// What writes: act() does it, or fails. `sealed`: with the vault on. `turns`: the notebook may lie elsewhere afterwards, but says the same.
const ACTS = {
  typing: { act: () => write([replace(note("A0", "first, and more", 2))]) },
  "a save with an earlier version": { act: () => write([replace(note("A0", "first", 2)), put("revisions", state("A0", 3))]) },
  "a new note": { act: () => write([replace(note("D0", "new"))]) },
  "an attachment": { act: () => write([put("attachments", file("E0")), put("blobs", { id: id("E0"), data: bytes(1, 2) }), put("blobs", { id: `${id("E0")}-thumbnail`, data: bytes(1) })]) },
  "emptying the trash": { act: () => write([gone("notes", id("A0"), 1), gone("revisions", `${id("A0")}-1`), gone("revisions", `${id("A0")}-2`)]) },
  "the sample notebook comes": { act: () => write([put("settings", { id: "sample notebook", value: range(8).map((n) => id(`G${n}`)) }), ...range(8).map((n) => put("notes", note(`G${n}`, "sample")))]) },
  "the sample notebook goes": { act: () => write([gone("notes", id("B0"), 1), gone("settings", "sample notebook")]) },
  "a setting": { act: () => write([put("settings", { id: "lock after", value: 5 })]) },
  "unused attachments go": { act: () => outright(database.removeUnused(notebook, "2026-03-09T00:00:00.000Z", "2026-03-08T00:00:00.000Z", JSON.stringify({ [id("C0")]: "" }), [])) },
  "a step of an import": { act: () => carried([...range(4).map((n) => ({ kind: "add", store: "notes", record: note(`H${n}`, "imported") })), { kind: "add", store: "blobs", record: { id: id("H0") } },
    put("settings", { id: "import x 000001", value: {} })], [bytes(4, 5)]) },
  "an import taken back": { act: () => carried([gone("notes", id("B0")), gone("settings", "sample notebook")]) },
  "learned words": { own: ["QuotaExceededError"], act: async () => { if (!(await learned.write("words", bytes(1, 2, 3)))) throw new DOMException("not kept", "QuotaExceededError"); } },
  "a part of the index": { act: async () => { if (!(await index.write("part", bytes(1, 2, 3, 4)))) throw new DOMException("not kept", "QuotaExceededError"); }, faults: ["full", "full at the end"] },
  "a copy into a folder": { act: async () => { await outright(copy.write({ name: "copy.zip", blob: new Blob(["a copy"]) })); }, faults: ["full"], folder: true },
  "deleting what is damaged": { before: () => write([put("notes", { id: id("A0"), updated: NOW })]), act: async () => outright(damaged.remove(notebook, await outright(damaged.gather(notebook, "2026-03-01")), false)) },
  "turning the vault on": { turns: true, act: async () => { if (!(await seal.where()).vault) await outright(vault.begin(notebook, "a passphrase", "A CODE")); await outright(vault.convert(notebook, () => {})); } },
  "turning the vault off": { turns: true, sealed: true, act: async () => { if ((await seal.where()).vault?.state === "on") await outright(vault.end(notebook, "passphrase", "a passphrase")); await outright(vault.convert(notebook, () => {})); } },
  "another passphrase": { sealed: true, act: () => outright(vault.setWay(notebook, "recovery", "A CODE", "passphrase", "another passphrase")) },
  "typing in a sealed notebook": { sealed: true, act: () => write([replace(note("A0", "first, and more", 2)), put("revisions", state("A0", 3))]) },
};

// What the page has a sentence for (app/page/indexeddb.py), by what happened.
const FULL = ["QuotaExceededError", "NoRoomForTwo"], GAVE_UP = ["AbortError", "InvalidStateError"];
const SAID = { full: FULL, "full at the end": FULL, aborted: GAVE_UP, closed: GAVE_UP };

const check = async (name, kind) => {
  const { act, sealed, turns, before: prepare, folder, own } = ACTS[name];
  const ready = async () => {
    await reset(sealed);
    await prepare?.();
    if (folder) await keepFolder();
  };
  await ready();
  await act();
  const wanted = await all(true);
  await ready();
  let before = await all(!!turns), said = new Set();
  for (let at = 1; ; at++) {
    fault = { kind, at, writes: 0, fired: false };
    const error = await act().then(() => null, (error) => error);
    const { fired } = fault;
    fault = null;
    // What only the glue's caller sees as a failure may have been done all the same where the browser fails and tries again by itself.
    if (!fired) {
      if (error) throw new Error(`${name}, ${kind}: fails without a fault: ${error.name}: ${error.message}`);
      return `${at - 1} ${[...said].join(" ")}`;
    }
    const now = await all(!!turns);
    if (error) {
      said.add(error.name);
      if (!SAID[kind].includes(error.name) && !own?.includes(error.name)) throw new Error(`${name}, ${kind} at ${at}: says ${error.name}: ${error.message}`);
      if (!same(before, now)) throw new Error(`${name}, ${kind} at ${at}: half of it is there: ${text(now)} and not ${text(before)}`);
      if (!turns && at === 1) continue; // nothing has changed: the next one begins from the same
    }
    // With room again the same succeeds.
    if (error) await act();
    const done = await all(true);
    if (!same(wanted, done)) throw new Error(`${name}, ${kind} at ${at}: with room again it became ${text(done)} and not ${text(wanted)}`);
    await ready();
    before = await all(!!turns);
  }
};

// The folder that a person would have chosen, kept as safe_copy.js keeps it.
const keepFolder = async () => {
  const handle = await (await root()).getDirectoryHandle("folder", { create: true });
  self.showDirectoryPicker = async () => handle;
  await outright(copy.choose());
};

self.onmessage = async ({ data }) => {
  const outcomes = {};
  for (const name of data ?? Object.keys(ACTS))
    for (const kind of ACTS[name].faults ?? Object.keys(FAULTS))
      outcomes[`${name}, ${kind}`] = await check(name, kind).catch((error) => `FAILED ${error.name}: ${error.message} ${error.stack ?? ""}`);
  self.postMessage(outcomes);
};
self.postMessage("ready");
