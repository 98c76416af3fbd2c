// Keeps the search index on the device, for app/engine/memory.py: parts by name, as bytes.
//
// In files (the origin private file system, https://fs.spec.whatwg.org) and not in IndexedDB: 20 MB
// come back in less than half of the time, straight into Python's memory. Everything here can be made anew from the notes,
// and what can be lost must not lie where a mistake could lose what can't. Every tab reads; one writes, the
// first that asked. A browser that has no such files (a private window, an insecure address) keeps no index.
//
// A file: 16 bytes that say that it is whole (a mark, and the length), then the part. They are written last, so that a
// part whose writing was cut short is none.
//
// While the vault is on, the parts are sealed (seal.js) and lie in a folder of their own.
import * as seal from "./seal.js";

const FOLDER = "carryon-index";
const LOCK = "carryon-index";
const HEAD = 16;
const MARK = 0x4352594f;
// Milliseconds between two attempts at a file that another tab reads or writes, and how many there are.
const PATIENCE_MS = 25;
const ATTEMPTS = 40;

const folderName = (sealed) => (sealed ? seal.sealedName(FOLDER) : FOLDER);
const folder = async (sealed) => (await navigator.storage.getDirectory()).getDirectoryHandle(folderName(sealed), { create: true });

let writing = false;
const mayWrite = () => {
  if (writing || !navigator.locks) return true;
  return new Promise((resolve) => navigator.locks.request(LOCK, { ifAvailable: true }, (lock) => {
    writing = Boolean(lock);
    resolve(writing);
    return lock && new Promise(() => {}); // held until this worker ends
  }));
};

// Does something; again where another tab has a file open, which it has for a moment only.
const patiently = async (act) => {
  for (let attempt = 1; ; attempt++) {
    try {
      return await act();
    } catch (error) {
      if (error?.name !== "NoModificationAllowedError" || attempt === ATTEMPTS) throw error;
      await new Promise((resolve) => setTimeout(resolve, PATIENCE_MS));
    }
  }
};

// Does something with an open file; one tab at a time can have it open.
const withFile = async (sealed, name, create, act) => {
  const handle = await (await folder(sealed)).getFileHandle(name, { create });
  const file = await patiently(() => handle.createSyncAccessHandle());
  try {
    return act(file);
  } finally {
    file.close();
  }
};

const lengthOf = (file) => {
  const head = new DataView(new ArrayBuffer(HEAD));
  if (file.read(head, { at: 0 }) < HEAD || head.getUint32(0) !== MARK) return 0;
  const length = head.getFloat64(8);
  return length === file.getSize() - HEAD ? length : 0;
};

export const names = async () => {
  try {
    const found = [];
    for await (const name of (await folder(await seal.settled())).keys()) found.push(name);
    if (!found.length) indexedDB.deleteDatabase(FOLDER); // where earlier versions kept it
    return found;
  } catch {
    return [];
  }
};

// The bytes of a part, in memory that `allocate(length)` gives; what cannot be read has none.
export const read = async (name, allocate) => {
  try {
    const sealed = await seal.settled();
    const whole = await withFile(sealed, name, false, (file) => {
      const length = lengthOf(file);
      const bytes = sealed ? new Uint8Array(length) : allocate(length);
      file.read(bytes, { at: HEAD });
      return sealed ? bytes : length;
    });
    if (!sealed) return whole;
    const bytes = await seal.openedBytes("index", name, { sealed: whole });
    allocate(bytes.length).set(bytes);
    return bytes.length;
  } catch (error) {
    if (error?.name !== "NotFoundError") console.warn(`Carryon: a part of the search index could not be read and is made anew: ${error?.name}`);
    return 0;
  }
};

// False where another tab writes, or the device has no room: the index is in memory all the same.
export const write = async (name, bytes) => {
  if (!(await mayWrite())) return false;
  try {
    const sealed = await seal.settled();
    if (sealed) bytes = (await seal.bytes("index", name, bytes)).sealed;
    await withFile(sealed, name, true, (file) => {
      file.truncate(0);
      if (file.write(bytes, { at: HEAD }) < bytes.length) throw new DOMException("the device is full", "QuotaExceededError");
      file.flush();
      const head = new DataView(new ArrayBuffer(HEAD));
      head.setUint32(0, MARK);
      head.setFloat64(8, bytes.length);
      file.write(head, { at: 0 });
      file.flush();
    });
    if ((await seal.settled()) === sealed) return true;
    // The vault was turned on or off meanwhile.
    await forgetForm(sealed);
    return false;
  } catch (error) {
    console.warn(`Carryon: the search index could not be kept: ${error?.name}`);
    await remove(name);
    return false;
  }
};

export const remove = async (name) => {
  if (!(await mayWrite())) return;
  try {
    await (await folder(await seal.settled())).removeEntry(name);
  } catch {
    // It is not there; or another tab reads it, and finds it whole once more.
  }
};

// What lies sealed, or in clear, goes.
export const forgetForm = async (sealed) => {
  if (!navigator.storage?.getDirectory) return; // then nothing was ever kept
  try {
    const root = await navigator.storage.getDirectory();
    await patiently(() => root.removeEntry(folderName(sealed), { recursive: true }));
  } catch (error) {
    if (error?.name !== "NotFoundError" && error?.name !== "SecurityError") throw error; // there is none, or this window keeps no files
  }
};

// All of it goes. For the page, when there is no engine to ask.
export const forget = async () => {
  await forgetForm(true);
  await forgetForm(false);
};
