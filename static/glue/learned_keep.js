// Keeps on the device what was learned (app/engine/tags.py), as bytes by name, so that a start need not learn again.
// A database of its own, like the index's: all of it can be made anew from the notes, and none of it is needed.
import { deleteDB } from "../vendor/idb/index.js";
import { openKept, put } from "./kept.js";
import * as seal from "./seal.js";

const NAME = "carryon-learned";

let opened;
const database = () => (opened ??= openKept(NAME, "models", {
  blocking: (_from, _to, event) => { event.target.close(); opened = undefined; },
  terminated: () => (opened = undefined),
}).catch((error) => { opened = undefined; throw error; }));

// What is not there, or cannot be read, has no bytes.
export const read = async (name) => {
  try {
    return await seal.openedBytes("learned", name, await (await database()).get("models", name));
  } catch {
    return new Uint8Array(0);
  }
};

export const write = async (name, bytes) => {
  try {
    await put(await database(), "models", "learned", name, bytes);
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
    const db = await opened?.catch(() => {});
    db?.close();
    opened = undefined;
    await deleteDB(db?.name ?? NAME);
  }
};
