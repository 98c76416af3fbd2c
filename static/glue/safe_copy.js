// What the browser says of its keeping, and the folder that the reader chose for copies (File System Access,
// https://wicg.github.io/file-system-access/), for app/page/views/safety.py.
//
// The folder's handle can be kept in IndexedDB only, so it has a small database of its own. It holds no content of notes.
import { openDB } from "../vendor/idb/index.js";

const NAME = "carryon-folder";

const plainly = (promise) =>
  promise.then(
    (value) => ({ value }),
    (error) => ({ error: error?.name ?? "Error", message: error?.message ?? String(error) }),
  );

const database = () => Promise.resolve(globalThis.carryon?.freshLog).then(() => openDB(NAME, 1, {
  upgrade: (db) => db.createObjectStore("folder"),
  blocking: (_from, _to, event) => event.target.close(),
}));

const kept = async () => {
  const db = await database();
  try {
    return (await db.get("folder", "folder")) ?? null;
  } finally {
    db.close();
  }
};

const keep = async (handle) => {
  const db = await database();
  try {
    await (handle ? db.put("folder", handle, "folder") : db.delete("folder", "folder"));
  } finally {
    db.close();
  }
};

// Installed: the browser then keeps what the app has.
export const installed = () => matchMedia("(display-mode: standalone)").matches || navigator.standalone === true;

// WebKit throws away what a page keeps after seven days of use in which nobody opened it
// (https://webkit.org/blog/10218/, «7-Day Cap on All Script-Writeable Storage»); an installed app is exempt.
export const evicts = () => /AppleWebKit\//.test(navigator.userAgent) && !/Chrom(e|ium)\/|Android/.test(navigator.userAgent) && !installed();

// null where the browser cannot say.
export const persisted = () => plainly((async () => (navigator.storage?.persisted ? navigator.storage.persisted() : null))());
export const persist = () => plainly((async () => (navigator.storage?.persist ? navigator.storage.persist() : false))());

export const canChoose = () => typeof globalThis.showDirectoryPicker === "function";

// The folder: {name, allowed}, or null where there is none. The browser may want to be asked anew at each visit.
export const folder = () =>
  plainly((async () => {
    const handle = await kept();
    return handle && { name: handle.name, allowed: (await handle.queryPermission({ mode: "readwrite" })) === "granted" };
  })());

export const choose = () =>
  plainly((async () => {
    const handle = await showDirectoryPicker({ id: "carryon", mode: "readwrite", startIn: "documents" });
    await keep(handle);
    return { name: handle.name, allowed: true };
  })());

// Only at once after a click: the browser shows its question then.
export const allow = () => plainly((async () => (await (await kept()).requestPermission({ mode: "readwrite" })) === "granted")());

export const leave = () => plainly(keep(null));

// A file is written beside and put into its place when it is whole: a copy that was cut short leaves the old one. Its size is read back.
export const write = ({ name, blob }) =>
  plainly((async () => {
    const handle = await kept();
    const file = await handle.getFileHandle(name, { create: true });
    try {
      await blob.stream().pipeTo(await file.createWritable());
    } catch (error) {
      // Nothing that looks like a copy and is none.
      if ((await file.getFile()).size === 0) await handle.removeEntry(name).catch(() => {});
      throw error;
    }
    if ((await file.getFile()).size !== blob.size) throw new DOMException("the file is not as long as it should be", "DataError");
    return handle.name;
  })());

export const names = () =>
  plainly((async () => {
    const found = [];
    for await (const entry of (await kept()).values()) if (entry.kind === "file") found.push(entry.name);
    return JSON.stringify(found);
  })());

// Whether only its name was made: for a copy that was cut off before its bytes came.
export const isEmpty = (name) => plainly((async () => (await (await (await kept()).getFileHandle(name)).getFile()).size === 0)());

export const remove = (name) => plainly((async () => (await kept()).removeEntry(name))());

// The right to be the only tab that makes a copy: {release}, or null where another one has it.
export const alone = () =>
  new Promise((resolve) => {
    if (!navigator.locks) resolve({ release() {} });
    else
      navigator.locks.request("carryon-copy", { ifAvailable: true }, (lock) => {
        if (lock) return new Promise((release) => resolve({ release }));
        resolve(null);
      });
  });
