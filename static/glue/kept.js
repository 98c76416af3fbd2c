// The databases beside the notebook that hold what was made from it (learned_keep.js) or is on its way into it (the draft of
// boot.js). What was made from it is thrown away when the vault is turned on or off, and made anew; drafts are carried over.
//
// What lies in clear has one name, what is sealed another: a tab that has not heard of the change finds its connection closed, and
// cannot write what it should not.
import { deleteDB, openDB } from "../vendor/idb/index.js";
import * as seal from "./seal.js";

// Those there are, and the index of earlier versions.
const KEPT = ["carryon-learned", "carryon-draft", "carryon-index"];

const named = (name, sealed) => (sealed ? seal.sealedName(name) : name);
const upgrade = (store) => (db) => db.createObjectStore(store);

// A connection to what lies as the vault asks for now; it waits for the key. `more`: what to do as for openDB.
export const openKept = async (name, store, more = {}) =>
  openDB(named(name, await seal.settled()), 1, { ...more, upgrade: upgrade(store) });

// Writes bytes as this connection's database is to hold them; what the vault said a moment ago does not count.
export const put = async (db, store, purpose, name, bytes) =>
  db.put(store, db.name.endsWith(seal.SEALED) ? await seal.bytes(purpose, name, bytes) : bytes, name);

// What could not be saved waits among the drafts, in the other form from now on.
const carryDrafts = async (sealed) => {
  const [from, to] = await Promise.all([!sealed, sealed].map((form) => openDB(named("carryon-draft", form), 1, { upgrade: upgrade("draft") })));
  try {
    for (const key of await from.getAllKeys("draft")) {
      const draft = await seal.openedValue("draft", key, await from.get("draft", key)).catch(() => null); // damaged
      if (draft) await to.put("draft", sealed ? await seal.value("draft", key, draft) : draft, key);
    }
  } finally {
    from.close();
    to.close();
  }
};

// Throws away what lies in the form that is not wanted any more.
export const forgetKept = async (sealed) => {
  await carryDrafts(sealed);
  for (const name of KEPT) await deleteDB(named(name, !sealed));
};
