// The page's end of a trip of the porter (app/porter/trip.py), for app/page/carrying.py: files and what was made stay Blobs here, and never
// pass through Python. Also: what the reader picks or drops, how a sealed copy is opened, and how a file is saved.
import * as seal from "./seal.js";
import { openedWith } from "./vault.js";

import { connected } from "./channel.js";

// What was picked: {files: [{path, file}]}.
export const picked = (input) => {
  const files = [...input.files].map((file) => ({ path: file.webkitRelativePath || file.name, file }));
  input.value = ""; // the same file can be picked again
  return { files };
};

const walk = async (entry, into) => {
  if (entry.isFile) into.push({ path: entry.fullPath.replace(/^\//, ""), file: await new Promise((resolve, reject) => entry.file(resolve, reject)) });
  else {
    const reader = entry.createReader();
    for (let some; (some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject))).length; ) for (const one of some) await walk(one, into);
  }
};

// What was dropped, folders with all that is in them.
export const dropped = async (event) => {
  const entries = [...event.dataTransfer.items].filter(({ kind }) => kind === "file").map((item) => item.webkitGetAsEntry()); // at once: it is gone after an await
  const files = [];
  for (const entry of entries) if (entry) await walk(entry, files);
  return { files };
};

// Sealed copies (sealed_copy.js). Their key stays with what was picked, and goes to the porter with it.

const plainly = (promise) =>
  promise.then(
    (value) => ({ value }),
    (error) => ({ error: error?.name ?? "Error", message: error?.message ?? String(error) }),
  );

// Whether a secret has to be asked for: what was picked is a sealed copy, and not one of this notebook's vault.
export const asksSecret = (what) =>
  plainly((async () => {
    if (what.files.length !== 1) return false;
    const { headOf } = await import("./sealed_copy.js");
    what.head = await headOf(what.files[0].file);
    return Boolean(what.head) && !seal.holds(what.head.key);
  })());

// Opens it. «Wrong» where the secret is.
export const openCopy = (what, kind, secret) => plainly((async () => { what.root = await openedWith(what.head, kind, secret); return true; })());

export const trip = (name, what, secret, heard) => {
  const arrived = [];
  let arrive;
  let here = false;
  let cancelled = false;
  let channel;
  const heardOnIt = ({ data }) => {
    if (data.kind === "here") {
      here = true;
      if (cancelled) channel.postMessage({ kind: "cancel" });
      channel.postMessage({ kind: "pack", files: what?.files ?? [], secret, root: what?.root }); // undefined is Python's None
    } else if (data.kind === "progress") heard(data.done, data.total, data.what);
    else if (data.kind === "file") {
      arrived.push(data);
      arrive?.();
    }
  };
  const opening = connected(name).then((there) => {
    channel = there;
    channel.onmessage = heardOnIt;
  });
  return {
    // Nobody is told the name of the channel before this: what is said on it earlier is lost.
    ready: () => opening,
    cancel() {
      cancelled = true;
      if (here) channel.postMessage({ kind: "cancel" });
    },
    // The file that was made, {name, blob}.
    async file() {
      while (!arrived.length) await new Promise((resolve) => (arrive = resolve));
      return arrived.shift();
    },
    close: () => opening.then(() => channel.close()),
  };
};

let address = "";

// Saves a file as the browser saves downloads; `link` saves it again.
export const save = ({ name, blob }, link) => {
  if (address) URL.revokeObjectURL(address);
  address = URL.createObjectURL(blob);
  link.href = address;
  link.download = name;
  link.click();
};

export const download = ({ name, blob }) => {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
};
