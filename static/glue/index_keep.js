// Keeps the search index on the device, for app/engine/memory.py: parts by name, as bytes. It is
// JavaScript because IndexedDB is, and because 30 MB must not pass through text on their way.
//
// A database of its own: everything in it can be made anew from the notes, and what can be lost
// must not lie where a mistake could lose what can't. Every tab reads it; one writes, the
// first that asked.
import { deleteDB, openDB } from "../vendor/idb/index.js";

const NAME = "carryon-index";
const LOCK = "carryon-index";

let opened;
const database = () => (opened ??= openDB(NAME, 1, {
  upgrade: (db) => db.createObjectStore("parts"),
  blocking: (_from, _to, event) => event.target.close(),
  terminated: () => (opened = undefined),
}).catch((error) => { opened = undefined; throw error; }));

let writing = false;
const mayWrite = () => {
  if (writing || !navigator.locks) return true;
  return new Promise((resolve) => navigator.locks.request(LOCK, { ifAvailable: true }, (lock) => {
    writing = Boolean(lock);
    resolve(writing);
    return lock && new Promise(() => {}); // held until this worker ends
  }));
};

// A database that cannot be read is thrown away: the index is made anew.
export const names = async () => {
  try {
    return await (await database()).getAllKeys("parts");
  } catch (error) {
    console.warn(`Carryon: the search index could not be read and is made anew: ${error?.name}`);
    (await opened?.catch(() => {}))?.close();
    opened = undefined;
    await deleteDB(NAME);
    return [];
  }
};

// What cannot be read has no bytes, which are no part.
export const read = async (name) => {
  try {
    return new Uint8Array((await (await database()).get("parts", name)) ?? 0);
  } catch {
    return new Uint8Array(0);
  }
};

// False where another tab writes, or the device has no room: the index is in memory all the same.
export const write = async (name, bytes) => {
  if (!(await mayWrite())) return false;
  try {
    await (await database()).put("parts", bytes, name);
    return true;
  } catch (error) {
    console.warn(`Carryon: the search index could not be kept: ${error?.name}`);
    return false;
  }
};

export const remove = async (name) => {
  if (await mayWrite()) await (await database()).delete("parts", name);
};
