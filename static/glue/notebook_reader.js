// Reads the notes to the engine, in the engine's worker: ten thousand notes that pass through the
// page would make its typist wait. It writes nothing, makes no database, and gives way to upgrades.
import { openDB } from "../vendor/idb/index.js";
import * as seal from "./seal.js";

let opened;
const database = () => (opened ??= seal.where().then(({ name }) => openDB(name, undefined, {
  upgrade: (_db, _from, _to, tx) => tx.abort(), // the page makes the database; there is none yet
  blocking: (_from, _to, event) => { event.target.close(); opened = undefined; },
  terminated: () => (opened = undefined),
})).catch((error) => { opened = undefined; throw error; }));

// The next notes by id, as JSON: the fastest way into Python. A note that does not open is left out.
export const slice = async (after, count) => {
  await seal.settled();
  for (let from = after; ; ) {
    const part = await (await database()).getAll("notes", from ? IDBKeyRange.lowerBound(from, true) : null, count);
    const notes = await seal.openedAll("notes", part);
    if (notes.length || !part.length) return JSON.stringify(notes);
    from = part.at(-1).id;
  }
};
