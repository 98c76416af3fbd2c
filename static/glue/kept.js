// The databases beside the notebook that hold what was made from it (learned_keep.js) or is on its way into it (the draft of
// boot.js). All of it can be made anew, so turning the vault on or off throws them away instead of converting them.
//
// What lies in clear has one name, what is sealed another: a tab that has not heard of the change finds its connection closed, and
// cannot write what it should not.
import { deleteDB, openDB } from "../vendor/idb/index.js";
import * as seal from "./seal.js";

// Those there are, and the index of earlier versions.
const KEPT = ["carryon-learned", "carryon-draft", "carryon-index"];

// A connection to what lies as the vault asks for now; it waits for the key. `more`: what to do as for openDB.
export const openKept = async (name, store, more = {}) =>
  openDB((await seal.settled()) ? seal.sealedName(name) : name, 1, { ...more, upgrade: (db) => db.createObjectStore(store) });

// Writes bytes as this connection's database is to hold them; what the vault said a moment ago does not count.
export const put = async (db, store, purpose, name, bytes) =>
  db.put(store, db.name.endsWith(seal.SEALED) ? await seal.bytes(purpose, name, bytes) : bytes, name);

// Throws away what lies in the form that is not wanted any more.
export const forgetKept = async (sealed) => {
  for (const name of KEPT) await deleteDB(sealed ? name : seal.sealedName(name));
};
