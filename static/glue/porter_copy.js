// Sealed copies for the porter (app/porter/main.py), in its worker: the format (sealed_copy.js) with the vault's key and the picked file. An error travels as
// plain words, as in porter_store.js.
import * as seal from "./seal.js";
import * as copy from "./sealed_copy.js";

const plainly = (act) => async (...parameters) => {
  try {
    return { value: await act(...parameters), error: "" };
  } catch (error) {
    return { error: error?.name ?? "Error", message: error?.message ?? String(error) };
  }
};

// What seals a copy under the notebook's vault.
export const sealer = plainly(async () => {
  await seal.settled();
  const { vault } = await seal.where();
  if (!vault || !seal.holds(vault.key)) throw Object.assign(new Error("The notebook is locked."), { name: "Locked" });
  return copy.begin(seal.root(), vault);
});

// What reads a picked file: undefined, which is Python's None, where it is no sealed copy. `root`: the key of the vault it was made from, where that is not this notebook's.
export const reader = plainly(async (file, root) => {
  const head = await copy.headOf(file);
  if (!head) return undefined;
  if (!root && !seal.holds(head.key)) throw Object.assign(new Error("This copy is of another vault."), { name: "Locked" });
  const files = new FileReaderSync();
  return copy.open((start, end) => new Uint8Array(files.readAsArrayBuffer(file.slice(start, end))), file.size, root ?? seal.root(), head);
});
