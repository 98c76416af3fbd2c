// Seals what is stored: AES-256-GCM by WebCrypto, on the page and in workers. While the vault is on, a record lies on the disk as
//
//     {id, updated, revision, sealed}         sealed: a byte for the format, 96 random bits (the nonce), the ciphertext with its tag
//
// with `updated` and `revision` where the record has them: IndexedDB orders by the first and writers compare the second. Both, the id
// and the name of the store are authenticated with the ciphertext, so a record that was changed, or put in another's place, does
// not open. Records say themselves whether they are sealed, so a notebook that is half converted can be read.
//
// For whoever reads or writes IndexedDB (static/glue/*.js):
//     await record(store, record)     the sealed record            await records(store, list)
//     await opened(store, record)     the record; one that is not sealed, as it is. Throws «Locked» without the key, «Damaged» where it does
//                                     not open, or is not what its readers take it for (shape.js)
//     await unsealed(store, record)   the same, whatever its shape
//     seen()                          {store: [id]} of what was found damaged since the page was loaded
//     await openedAll(store, list, instead)   the same for many; a damaged one becomes instead(record), or is left out
//     await bytes(store, name, bytes), await openedBytes(store, name, value)     the same for bytes that are no record;
//     await value(store, key, value), await openedValue(store, key, value)       and for what JSON can hold
//     await where()                   {name, sealed, vault}: which database is the notebook now. Nobody else knows its name
//     await settled()                 whether what is written now is to be sealed, asked of the notebook itself. Waits for the key
// An `await` on any of these ends an IndexedDB transaction: seal first, then open the transaction. Whoever writes to the stores of the
// notebook must read settings/vault in the same transaction, and write nothing where it is not what it was: `write` in database.js does.
//
// The vault key never is bytes here: it is a CryptoKey that cannot be exported, of which each store has a key of its own (HKDF).
// A worker has it from its page: page: `name = await offer()`; worker: `await receive(name)`. Another tab: `await ask(vault)`.
//
// Nonces are random. NIST SP 800-38D allows 2^32 of them a key; at four saves a second that is 34 years in each store.
import { openDB } from "../vendor/idb/index.js";
import { connected } from "./channel.js";
import { isVault, sound } from "./shape.js";

const FORMAT = 1;
const NONCE_BYTES = 12;
// Where the notebook keeps what it knows of its vault: settings/VAULT. It is never sealed itself, and no part of the settings.
export const VAULT = "vault";
// Milliseconds that another tab has to answer with the key: it may be busy drawing.
const ANSWER_MS = 400;
const TABS = "carryon-vault";

const utf8 = (text) => new TextEncoder().encode(text);
const wrong = (name, message) => Object.assign(new Error(message), { name });
const LOCKED = () => wrong("Locked", "The notebook is locked.");
const DAMAGED = (store, record) => {
  (damaged[store] ??= new Set()).add(record.id);
  return wrong("Damaged", `The stored record ${record.id} was changed or damaged, and does not open.`);
};

const damaged = {};
export const seen = () => Object.fromEntries(Object.entries(damaged).map(([store, ids]) => [store, [...ids]]));
// It is gone, or whole again.
export const mended = (store, id) => damaged[store]?.delete(id);

export const secret = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");

// The key

let held = null; // {vault: the key's name, root: CryptoKey, keys: Map of store → promise of its CryptoKey}
let arrived;
let arrival = new Promise((resolve) => (arrived = resolve));

export const hold = (vault, root) => {
  held = { vault, root, keys: new Map() };
  arrived();
};

export const forget = () => {
  held = null;
  arrival = new Promise((resolve) => (arrived = resolve));
};

export const holds = (vault) => held?.vault === vault;

// The vault key, for what derives another key from it (sealed_copy.js).
export const root = () => {
  if (!held) throw LOCKED();
  return held.root;
};

const keyOf = (store) => {
  if (!held) throw LOCKED();
  const { vault, root, keys } = held;
  if (!keys.has(store))
    keys.set(store, crypto.subtle.deriveKey(
      { name: "HKDF", hash: "SHA-256", salt: utf8(vault), info: utf8(`carryon ${store}`) }, root, { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]));
  return keys.get(store);
};

// Bytes

const sealedBytes = async (store, about, plain) => {
  const key = await keyOf(store);
  const sealed = new Uint8Array(1 + NONCE_BYTES + plain.byteLength + 16);
  sealed[0] = FORMAT;
  const iv = crypto.getRandomValues(sealed.subarray(1, 1 + NONCE_BYTES));
  sealed.set(new Uint8Array(await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData: about }, key, plain)), 1 + NONCE_BYTES);
  return sealed;
};

const unsealedBytes = async (store, about, sealed) => {
  const key = await keyOf(store);
  if (sealed[0] !== FORMAT) throw wrong("Damaged", "Sealed in a form that this version does not know.");
  return new Uint8Array(await crypto.subtle.decrypt(
    { name: "AES-GCM", iv: sealed.subarray(1, 1 + NONCE_BYTES), additionalData: about }, key, sealed.subarray(1 + NONCE_BYTES)));
};

// Records: their fields as JSON, and after it those that are bytes.

const about = (store, { id, updated, revision }) => utf8(JSON.stringify([FORMAT, store, id, updated ?? null, revision ?? null]));

const packed = ({ id, updated, revision, ...fields }) => {
  const parts = Object.entries(fields).filter(([, value]) => ArrayBuffer.isView(value));
  const rest = Object.fromEntries(Object.entries(fields).filter(([, value]) => !ArrayBuffer.isView(value)));
  const head = utf8(JSON.stringify([rest, parts.map(([name, value]) => [name, value.byteLength])]));
  const all = new Uint8Array(4 + head.length + parts.reduce((sum, [, value]) => sum + value.byteLength, 0));
  new DataView(all.buffer).setUint32(0, head.length);
  all.set(head, 4);
  let at = 4 + head.length;
  for (const [, value] of parts) {
    all.set(new Uint8Array(value.buffer, value.byteOffset, value.byteLength), at);
    at += value.byteLength;
  }
  return all;
};

const unpacked = (all) => {
  const length = new DataView(all.buffer, all.byteOffset).getUint32(0);
  const [fields, parts] = JSON.parse(new TextDecoder().decode(all.subarray(4, 4 + length)));
  let at = 4 + length;
  for (const [name, size] of parts) fields[name] = all.slice(at, (at += size));
  return fields;
};

const inClear = ({ id, updated, revision }) => ({ id, ...(updated === undefined ? {} : { updated }), ...(revision === undefined ? {} : { revision }) });

export const isSealed = (record) => record?.sealed instanceof Uint8Array;

export const record = async (store, record) => ({ ...inClear(record), sealed: await sealedBytes(store, about(store, record), packed(record)) });

export const unsealed = async (store, record) => {
  if (!isSealed(record)) return record;
  if (!held) throw LOCKED();
  try {
    return { ...inClear(record), ...unpacked(await unsealedBytes(store, about(store, record), record.sealed)) };
  } catch {
    throw DAMAGED(store, record);
  }
};

export const opened = async (store, record) => {
  const found = await unsealed(store, record);
  if (found !== null && !sound(store, found)) throw DAMAGED(store, record);
  return found;
};

export const records = (store, list) => Promise.all(list.map((one) => record(store, one)));

export const openedAll = async (store, list, instead = () => null) =>
  (await Promise.all(list.map((one) => opened(store, one).catch((error) => {
    if (error.name !== "Damaged") throw error;
    console.warn(`Carryon: ${error.message}`);
    return instead(one);
  })))).filter(Boolean);

// A value that is no record, under a key of its own.
export const value = (store, key, plain) => record(store, { id: key, value: plain });
export const openedValue = async (store, key, kept) => (isSealed(kept) ? (await unsealed(store, { ...kept, id: key })).value : kept);

export const bytes = async (store, name, plain) => ({ sealed: await sealedBytes(store, about(store, { id: name }), plain) });

export const openedBytes = async (store, name, value) =>
  isSealed(value) ? unsealedBytes(store, about(store, { id: name }), value.sealed) : new Uint8Array(value ?? 0);

// Where the notebook lies

// A sealed notebook is a database of its own, beside the one in clear: turning the vault on or off writes the one, then deletes the other, and
// with it every old copy of a record that the browser still had (docs/adr/0019).
export const SEALED = "-sealed";
export const sealedName = (name) => name + SEALED;

// What a database says of a vault: null where it says nothing, undefined where there is no such database.
export const vaultIn = async (name) => {
  if (indexedDB.databases && !(await indexedDB.databases()).some((there) => there.name === name)) return undefined;
  let none = false;
  const db = await openDB(name, undefined, {
    upgrade: (_db, _from, _to, tx) => { none = true; tx.abort(); },
    blocking: (_from, _to, event) => event.target.close(),
  }).catch((error) => { if (!none) throw error; });
  if (none) return undefined;
  try {
    return db.objectStoreNames.contains("settings") ? ((await db.get("settings", VAULT)) ?? null) : null;
  } finally {
    db.close();
  }
};

// {name, sealed, vault}: the database that is the notebook now, and what it says of its vault. The sealed one is the notebook from the moment
// at which it says that it has a vault, until it does not any more: each a single durable write. In clear, what is no vault's record says
// nothing; in the sealed one even a damaged record keeps it the notebook.
export const where = async (name = "carryon") => {
  const sealed = await vaultIn(sealedName(name));
  if (sealed) return { name: sealedName(name), sealed: true, vault: sealed };
  return { name, sealed: false, vault: vaultOf(await vaultIn(name)) };
};
export const vaultOf = (record) => (isVault(record) ? record : null);

// Resolves when no tab turns the vault on or off.
const TURNING = "carryon-vault";
const MOMENT_MS = 200;
export const turning = (act) => navigator.locks.request(TURNING, act);
export const turned = async () => {
  await new Promise((resolve) => setTimeout(resolve, MOMENT_MS));
  await navigator.locks?.request(TURNING, { mode: "shared" }, () => {});
};

export const settled = async () => {
  for (let waited = 0; ; ) {
    const { vault } = await where();
    if (!vault) return false;
    if (vault.state !== "on") {
      if (++waited > 2) throw LOCKED(); // the tab that did it is gone; the next start goes on
      await turned();
    } else if (holds(vault.key)) return true;
    else {
      await arrival;
      if (!holds(vault.key)) forget(); // the key of an older vault
    }
  }
};

// The key, for workers and other tabs. A name that nobody can guess is what lets a worker ask. Tabs ask on a name that any script of this
// origin knows: who can run one here can read the notes of the unlocked tab in any case (docs/threat-model.md).

export const offer = async () => {
  const name = secret();
  const channel = await connected(name);
  channel.onmessage = () => {
    channel.postMessage(held && { vault: held.vault, root: held.root });
    channel.close();
  };
  return name;
};

const answerOn = (channel, patience) =>
  new Promise((resolve) => {
    if (patience) setTimeout(() => resolve(null), patience);
    channel.onmessage = ({ data }) => resolve(data);
  }).finally(() => channel.close());

export const receive = async (name) => {
  const channel = new BroadcastChannel(name);
  const answer = answerOn(channel);
  channel.postMessage("ready");
  const key = await answer;
  if (key) hold(key.vault, key.root);
};

let tabs;

// From now on this tab answers others that ask for the key, and hears what they say: heard("locked" | "changed" | "active").
export const listen = (heard) => {
  tabs = new BroadcastChannel(TABS);
  tabs.onmessage = ({ data }) => {
    if (data.ask) {
      if (!holds(data.ask)) return;
      const channel = new BroadcastChannel(data.on);
      channel.postMessage({ vault: held.vault, root: held.root });
      channel.close();
    } else heard(data.said);
  };
};

export const say = (said) => tabs?.postMessage({ said });

// Whether another tab had the key of this vault and gave it.
export const ask = async (vault) => {
  if (holds(vault)) return true;
  const on = secret();
  const answer = answerOn(new BroadcastChannel(on), ANSWER_MS);
  const asking = new BroadcastChannel(TABS);
  asking.postMessage({ ask: vault, on });
  const key = await answer;
  asking.close();
  if (key?.vault !== vault || holds(vault)) return holds(vault);
  hold(key.vault, key.root);
  return true;
};
