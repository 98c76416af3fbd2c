// Keeps on the device what was learned (app/engine/tags.py), as bytes by name, so that a start need not learn again.
// A database of its own, like the index's: all of it can be made anew from the notes, and none of it is needed.
import { deleteDB, openDB } from "../vendor/idb/index.js";

const NAME = "carryon-learned";

let opened;
const database = () => (opened ??= openDB(NAME, 1, {
  upgrade: (db) => db.createObjectStore("models"),
  blocking: (_from, _to, event) => { event.target.close(); opened = undefined; },
  terminated: () => (opened = undefined),
}).catch((error) => { opened = undefined; throw error; }));

// What is not there, or cannot be read, has no bytes.
export const read = async (name) => {
  try {
    return new Uint8Array((await (await database()).get("models", name)) ?? 0);
  } catch {
    return new Uint8Array(0);
  }
};

export const write = async (name, bytes) => {
  try {
    await (await database()).put("models", bytes, name);
    return true;
  } catch (error) {
    console.warn(`Carryon: what was learned could not be kept: ${error?.name}`);
    return false;
  }
};

export const remove = async (name) => {
  try {
    await (await database()).delete("models", name);
  } catch {
    // Then the whole database goes: what was to be forgotten may be in it.
    (await opened?.catch(() => {}))?.close();
    opened = undefined;
    await deleteDB(NAME);
  }
};
