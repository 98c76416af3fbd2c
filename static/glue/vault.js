// The vault: its key, the ways to that key, and turning it on and off, for app/page/vault.py. What is sealed, and how, is in seal.js.
//
// The vault key is 256 random bits. It is stored only wrapped (AES-256-GCM), once for each way to open it:
//     passphrase   Argon2id of the passphrase (NFKC), with the parameters that suited the device that chose them
//     recovery     HKDF of the recovery code, which has 130 random bits and needs no slowing down
//     passkey      HKDF of what the authenticator's PRF makes of a salt (WebAuthn Level 3); never the only way
// So a change of the passphrase writes one record anew and no note. The key is taken out of its wrap as a CryptoKey that cannot be exported;
// only making another wrap holds its bytes, for as long as that takes.
//
// Its record lies in the notebook, settings/vault: {id: "vault", key: a name for the vault key, state, ways}. The states:
//     sealing      it lies in clear still; a sealed copy is being made. Nobody writes meanwhile (database.js)
//     on           it lies sealed
//     opening      it lies sealed still; a copy in clear is being made
// No record means off. A copy is another database; it becomes the notebook by one durable write (`where` in seal.js), and the other
// one is deleted after that, and every old copy of a record with it. A kill at any moment leaves one whole notebook; `convert` begins again.
import { live, make } from "./database.js";
import { durably } from "./durably.js";
import { forgetForm } from "./index_keep.js";
import { forgetKept } from "./kept.js";
import * as seal from "./seal.js";
import { deleteDB } from "../vendor/idb/index.js";

// Argon2id: KiB of memory and at least so many passes (RFC 9106's second choice), as many more as take about a second on this device; where
// there is no room for that, OWASP's least. What a stored record may ask for at most: a damaged one must not freeze the device.
const MEMORY_KIB = 65_536, PASSES = 3, MOST_PASSES = 16, TARGET_MS = 1000;
const LITTLE_MEMORY_KIB = 19_456, PASSES_WITH_LITTLE_MEMORY = 2;
const MOST_MEMORY_KIB = 1_048_576, MOST_PASSES_ASKED = 64;

// Records to a slice; of attachments, which may be large.
const SLICE = 100;
const SLICE_BLOBS = 2;

// Milliseconds that other tabs have to let go of a database that is emptied.
const LET_GO_MS = 15_000;

const utf8 = (text) => new TextEncoder().encode(text);
const random = (bytes) => crypto.getRandomValues(new Uint8Array(bytes));

const plainly = (promise) =>
  promise.then(
    (value) => ({ value }),
    (error) => ({ error: error?.name ?? "Error", message: error?.message ?? String(error) }),
  );

// Whether this browser can have a vault: WebCrypto is for https: and this machine only.
export const possible = () => Boolean(globalThis.isSecureContext && globalThis.crypto?.subtle && globalThis.indexedDB && navigator.locks);

// From a secret to the key that wraps the vault key

const argon2 = (secret, salt, memory, passes) =>
  new Promise((resolve, reject) => {
    const worker = new Worker(new URL("./argon2.js", import.meta.url));
    worker.onmessage = ({ data }) => {
      worker.terminate();
      if (data.error) reject(new Error(data.error));
      else resolve(data);
    };
    worker.onerror = (event) => {
      worker.terminate();
      reject(new Error(event.message || "Argon2 could not be loaded"));
    };
    worker.postMessage({ secret: utf8(secret.normalize("NFKC")), salt, memory, passes });
  });

// How much work a passphrase is to be on this device: {memory (KiB), passes}.
const measured = async () => {
  try {
    const { ms } = await argon2("measure", random(16), MEMORY_KIB, 1);
    return { memory: MEMORY_KIB, passes: Math.max(PASSES, Math.min(MOST_PASSES, Math.round(TARGET_MS / ms))) };
  } catch {
    return { memory: LITTLE_MEMORY_KIB, passes: PASSES_WITH_LITTLE_MEMORY };
  }
};

const fromStrong = async (bytes, salt, kind) =>
  crypto.subtle.deriveKey(
    { name: "HKDF", hash: "SHA-256", salt, info: utf8(`carryon ${kind}`) },
    await crypto.subtle.importKey("raw", bytes, "HKDF", false, ["deriveKey"]),
    { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt", "unwrapKey"]);

const wrappingKey = async (way, secret) => {
  if (way.kind === "passphrase") {
    if (!(way.memory <= MOST_MEMORY_KIB && way.passes <= MOST_PASSES_ASKED)) throw new Error("the vault's record is damaged");
    const { hash } = await argon2(secret, way.salt, way.memory, way.passes);
    return crypto.subtle.importKey("raw", hash, "AES-GCM", false, ["encrypt", "decrypt", "unwrapKey"]);
  }
  if (way.kind === "recovery") return fromStrong(utf8(secret), way.salt, way.kind);
  return fromStrong(await prf(way), way.salt, way.kind);
};

// Wraps. What is said of a way beside the wrap is authenticated with it.

const aboutWay = (name, { kind, salt, memory, passes }) => utf8(JSON.stringify(["carryon vault 1", name, kind, [...salt], memory ?? 0, passes ?? 0]));

const wrapped = async (name, way, secret, raw) => {
  const iv = random(12);
  const key = await wrappingKey(way, secret);
  const wrap = new Uint8Array(await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData: aboutWay(name, way) }, key, raw));
  return { ...way, iv, wrap };
};

const newWay = async (kind) => ({ kind, salt: random(kind === "passkey" ? 32 : 16), ...(kind === "passphrase" ? await measured() : {}) });

const rootOf = (raw) => crypto.subtle.importKey("raw", raw, "HKDF", false, ["deriveKey"]);

// A wrong secret and a damaged wrap are the same: the tag does not fit. Nothing else is told, and it takes as long as a right one.
const WRONG = () => Object.assign(new Error("It does not open."), { name: "Wrong" });

const wayOf = (vault, kind) => {
  const way = vault?.ways.find((one) => one.kind === kind);
  if (!way) throw WRONG();
  return way;
};

const rawOf = async (vault, kind, secret) => {
  const way = wayOf(vault, kind);
  const key = await wrappingKey(way, secret);
  try {
    return new Uint8Array(await crypto.subtle.decrypt({ name: "AES-GCM", iv: way.iv, additionalData: aboutWay(vault.key, way) }, key, way.wrap));
  } catch {
    throw WRONG();
  }
};

// The vault key as it is used: a CryptoKey that cannot be exported. `vault`: what says {key, ways}, a record or the head of a sealed copy.
export const openedWith = async (vault, kind, secret) => {
  const way = wayOf(vault, kind);
  const key = await wrappingKey(way, secret);
  try {
    return await crypto.subtle.unwrapKey(
      "raw", way.wrap, key, { name: "AES-GCM", iv: way.iv, additionalData: aboutWay(vault.key, way) }, "HKDF", false, ["deriveKey"]);
  } catch {
    throw WRONG();
  }
};

// The record

const read = async (notebook) => (await seal.where(notebook.name)).vault;

// {state, kinds} as JSON, or null: nothing of it is secret.
export const state = (notebook) =>
  plainly((async () => {
    const vault = await read(notebook);
    if (vault && !seal.vaultOf(vault)) throw Object.assign(new Error("the vault's own record is damaged"), { name: "VaultDamaged" });
    return vault && JSON.stringify({ state: vault.state, kinds: vault.ways.map(({ kind }) => kind) });
  })());

// Changes the record in one transaction, if it is still the one that was read.
const change = async (db, before, after) => {
  const tx = db.transaction("settings", "readwrite", { durability: "strict" });
  await durably(tx, async () => {
    const there = await tx.store.get(seal.VAULT);
    if (["key", "state", "changes"].some((field) => there?.[field] !== before?.[field]))
      throw Object.assign(new Error("The vault was changed in another tab. Reload this page."), { name: "VaultChanged" });
    await (after ? tx.store.put({ ...after, changes: (before?.changes ?? 0) + 1 }) : tx.store.delete(seal.VAULT));
  });
};

// Turning on: a new key, wrapped by both secrets, durable before anything is sealed with it. `convert` does the rest.
export const begin = (notebook, passphrase, code) =>
  plainly((async () => {
    const key = seal.secret();
    const raw = random(32);
    const vault = { id: seal.VAULT, key, state: "sealing", ways: [
      await wrapped(key, await newWay("passphrase"), passphrase, raw), await wrapped(key, await newWay("recovery"), code, raw)] };
    // What cannot be opened again is never begun.
    for (const [kind, secret] of [["passphrase", passphrase], ["recovery", code]]) (await rawOf(vault, kind, secret)).fill(0);
    const root = await rootOf(raw);
    raw.fill(0);
    await change(await live(notebook), null, vault);
    seal.hold(key, root);
    seal.say("changed");
    return true;
  })());

// Opens the vault for this page. «Wrong» where the secret is.
export const unlock = (notebook, kind, secret) =>
  plainly((async () => {
    const vault = await read(notebook);
    seal.hold(vault.key, await openedWith(vault, kind, secret));
    return true;
  })());

// Whether another tab is unlocked and gave this one the key.
export const askOtherTab = (notebook) => plainly((async () => { const vault = await read(notebook); return Boolean(vault) && seal.ask(vault.key); })());

// Another way in, in the place of the one of its kind; `by` is one that opens.
export const setWay = (notebook, by, secret, kind, newSecret) =>
  plainly((async () => {
    const vault = await read(notebook);
    const raw = await rawOf(vault, by, secret);
    try {
      const way = await wrapped(vault.key, kind === "passkey" ? await newPasskey() : await newWay(kind), newSecret, raw);
      await change(await live(notebook), vault, { ...vault, ways: [...vault.ways.filter((one) => one.kind !== kind), way] });
    } finally {
      raw.fill(0);
    }
    return true;
  })());

export const removePasskey = (notebook) =>
  plainly((async () => {
    const vault = await read(notebook);
    await change(await live(notebook), vault, { ...vault, ways: vault.ways.filter(({ kind }) => kind !== "passkey") });
    return true;
  })());

// Turning off: who asks must know a secret. `convert` does the rest.
export const end = (notebook, kind, secret) =>
  plainly((async () => {
    const vault = await read(notebook);
    (await rawOf(vault, kind, secret)).fill(0);
    await change(await live(notebook), vault, { ...vault, state: "opening" });
    seal.say("changed");
    return true;
  })());

// Converting what is stored

const sameValue = (one, other) => {
  if (ArrayBuffer.isView(one)) return ArrayBuffer.isView(other) && one.byteLength === other.byteLength && one.every((byte, at) => byte === other[at]);
  if (one === null || typeof one !== "object") return one === other;
  const names = Object.keys(one).filter((name) => one[name] !== undefined);
  return other !== null && typeof other === "object" && names.length === Object.keys(other).length && names.every((name) => sameValue(one[name], other[name]));
};

// The other form of a record, whatever its shape. A seal that would not open again as what it was is none: what is in it is nothing of ours.
const turned = async (store, record, sealing) => {
  if (!sealing) return seal.unsealed(store, record);
  const sealed = await seal.record(store, record).catch(() => null);
  if (!sealed || !sameValue(record, await seal.unsealed(store, sealed)))
    throw Object.assign(new Error(`${store} ${record.id} could not be sealed faithfully`), { name: "Damaged" });
  return sealed;
};

const records = (store, list) => (store === "settings" ? list.filter(({ id }) => id !== seal.VAULT) : list);

// Copies one store in the other form. Resolves to how many records are damaged and therefore are not in the copy.
const copyStore = async (from, to, store, sealing, told) => {
  let damaged = 0;
  for (let last; ; ) {
    const part = await from.getAll(store, last ? IDBKeyRange.lowerBound(last, true) : null, store === "blobs" ? SLICE_BLOBS : SLICE);
    if (!part.length) return damaged;
    last = part.at(-1).id;
    const copies = (await Promise.all(records(store, part).map((record) =>
      turned(store, record, sealing).catch((error) => {
        if (error.name !== "Damaged") throw error;
        damaged += 1;
      })))).filter(Boolean);
    const tx = to.transaction(store, "readwrite", { durability: "strict" });
    await durably(tx, () => Promise.all(copies.map(async (copy) => tx.store.put(copy))));
    told(part.length);
  }
};

const withinPatience = (promise) => Promise.race([promise, new Promise((_, reject) => setTimeout(() => reject(new Error(
  "another tab of Carryon does not let go of the notebook: close it, then reload this page")), LET_GO_MS))]);

// Away with what lies in the form that the notebook has no more: the database it was, and what was made from it.
const tidyUp = async (name) => {
  const { sealed, vault } = await seal.where(name);
  if (!sealed) await withinPatience(deleteDB(seal.sealedName(name)));
  else if ((await seal.vaultIn(name))?.key === vault.key) await withinPatience(deleteDB(name)); // what was copied; never what an older Carryon wrote there since
  if (name !== "carryon") return;
  await withinPatience(forgetKept(sealed));
  await forgetForm(!sealed);
};

const conversion = async (notebook, told) => {
  const { name, sealed, vault } = await seal.where(notebook.name);
  const sealing = vault?.state === "sealing";
  const damaged = {}; // store: how many of its records
  if (sealing || vault?.state === "opening") {
    const other = sealing ? seal.sealedName(notebook.name) : notebook.name;
    await withinPatience(deleteDB(other)); // a copy that was cut off
    // A connection of its own: who types meanwhile has the notebook's closed, and waits for the end of this (`write` in database.js).
    const from = await make(name);
    const to = await make(other);
    const counts = await Promise.all([...from.objectStoreNames].map((store) => from.count(store)));
    const total = counts.reduce((sum, count) => sum + count, 0);
    let done = 0, lacking = 0;
    try {
      for (const store of from.objectStoreNames) {
        const some = await copyStore(from, to, store, sealing, (more) => told((done += more), total));
        if (some) damaged[store] = some;
        lacking += some;
      }
      const copied = await Promise.all([...to.objectStoreNames].map((store) => to.count(store)));
      if (copied.reduce((sum, count) => sum + count, lacking + 1) !== total) throw new Error("not every record arrived in the copy"); // 1: the vault's own
      // Without the key these would be gone for good; and what cannot be sealed must not get lost by the way. It stays as it was.
      if (lacking) await change(from, vault, sealing ? null : { ...vault, state: "on" });
      else if (sealing) await change(to, undefined, { ...vault, state: "on" });
      else await change(from, vault, null);
    } catch (error) {
      if (error?.name !== "QuotaExceededError") throw error;
      // Nobody can write while the notebook waits for a copy that has no room. So it is as it was before; what was copied goes first, for room.
      to.close();
      await withinPatience(deleteDB(other));
      await change(from, vault, sealing ? null : { ...vault, state: "on" });
      notebook.vault = (await seal.where(notebook.name)).vault;
      if (sealing) seal.forget();
      seal.say("changed");
      throw Object.assign(new Error("no room for the notebook twice"), { name: "NoRoomForTwo" });
    } finally {
      from.close();
      to.close();
    }
    notebook.opened?.then((db) => db.close(), () => {});
    notebook.opened = null;
  }
  if (vault || sealed) notebook.vault = (await seal.where(notebook.name)).vault;
  await tidyUp(notebook.name);
  if (!(await read(notebook))) seal.forget();
  return JSON.stringify(damaged);
};

// Brings the notebook into the form that its vault's state asks for, and throws away what an earlier form left. Resolves to JSON {store: how many}
// of the damaged records that kept it from that; {} where nothing did. It may be killed at any moment, and is begun again at the next start. One tab does it at a time.
export const convert = (notebook, told) => plainly(seal.turning(() => conversion(notebook, told)));

// Passkeys

export const passkeysPossible = () =>
  plainly((async () => {
    if (!possible() || !globalThis.PublicKeyCredential || /^[\d.]+$|:/.test(location.hostname)) return false; // an address of digits is no name for a passkey
    const can = (await PublicKeyCredential.getClientCapabilities?.()) ?? {};
    return can["extension:prf"] !== false;
  })());

const NO_PRF = () => Object.assign(new Error("This passkey cannot open a vault: its authenticator has no PRF. The passphrase stays."), { name: "NotSupportedError" });

const newPasskey = async () => {
  const salt = random(32);
  const credential = await navigator.credentials.create({ publicKey: {
    rp: { name: "Carryon" }, user: { id: random(16), name: "Carryon notebook", displayName: "Carryon notebook" },
    challenge: random(32), // nobody checks it: the PRF is what is wanted
    pubKeyCredParams: [{ type: "public-key", alg: -7 }, { type: "public-key", alg: -257 }],
    authenticatorSelection: { residentKey: "preferred", userVerification: "required" },
    extensions: { prf: { eval: { first: salt } } },
  } });
  if (!credential.getClientExtensionResults().prf?.enabled) throw NO_PRF();
  return { kind: "passkey", salt, credential: new Uint8Array(credential.rawId) };
};

const prf = async ({ salt, credential }) => {
  const answer = await navigator.credentials.get({ publicKey: {
    challenge: random(32), userVerification: "required", allowCredentials: [{ type: "public-key", id: credential }],
    extensions: { prf: { eval: { first: salt } } },
  } });
  const first = answer.getClientExtensionResults().prf?.results?.first;
  if (!first) throw NO_PRF();
  return new Uint8Array(first);
};

// For the page

export { forget, listen, offer, say } from "./seal.js";
