// The format of a sealed copy: the zip of an export, encrypted under a vault's key (docs/adr/0021-sealed-copies.md). The page reads the head of
// one, to ask for its secret; the porter writes and reads whole ones (porter_copy.js). tools/open_copy.py reads them without this app.
//
//     Carryon sealed copy 1⏎     what the file is, in plain words
//     length                     of the header, four bytes, the greatest first
//     header                     JSON: about, key, salt, ways, chunk
//     chunks                     of 1 MiB of the zip each, the last one shorter or as long, never empty; AES-256-GCM, 16 bytes longer each
//
// The chunks are STREAM (Hoang, Reyhanitabar, Rogaway and Vizár, «Online Authenticated-Encryption and its Nonce-Reuse Misuse-Resistance», 2015):
// the nonce is the number of the chunk (11 bytes) and a byte that is 1 at the last one. So chunks cannot be dropped, added, repeated or change places.
// SHA-256 of everything before the chunks is authenticated with each. Their key is the file's own: HKDF of the vault key with the file's salt.
//
// Offers `headOf(blob)`; `begin(root, vault)` which seals; `open(slice, size, root, head)` which reads. What is not as it should be throws «BadCopy», whose
// message is a sentence for people.

const NAME = "Carryon sealed copy ";
const MAGIC = `${NAME}1\n`;
const INFO = "carryon sealed copy 1";
// For who finds such a file in ten years.
const ABOUT = "An encrypted copy of a Carryon notebook. Carryon opens it with the passphrase or the recovery code of the notebook, and so does " +
  "tools/open_copy.py of its source. The format: docs/adr/0021-sealed-copies.md.";
const CHUNK_BYTES = 1_048_576;
const TAG_BYTES = 16;
const SALT_BYTES = 32;
// A header has about 1,000 bytes.
const MOST_HEADER_BYTES = 16_384;
// What a header may ask of Argon2id at most: KiB of memory, passes, and the one times the other, so that a made-up one does not freeze the device. Carryon
// asks for 65,536, 16 and so 1,048,576 at most (vault.js), which takes about a second where it was chosen; this is ten times as much.
const LEAST_MEMORY_KIB = 8, MOST_MEMORY_KIB = 1_048_576, MOST_PASSES = 64, MOST_WORK_KIB = 10_485_760;
// Chunks that stay opened, 64 MiB: most notebooks as a whole, and of a greater copy its end, where a zip says what is in it, and what was read last.
const CHUNKS_HELD = 64;
// Numbers of chunks fit into four bytes here: four petabytes.
const MOST_CHUNKS = 2 ** 32 - 1;

const utf8 = (text) => new TextEncoder().encode(text);
const base64 = (bytes) => btoa(String.fromCharCode(...bytes));
const bytesOf = (text) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
const bad = (sentence) => Object.assign(new Error(sentence), { name: "BadCopy" });
const DAMAGED_HEAD = () => bad("This sealed copy is damaged at its beginning, where it says how it is opened. Use another copy.");

const isCount = (value) => Number.isInteger(value) && value > 0;

const wayOf = ({ kind, salt, iv, wrap, memory, passes }) => {
  const way = { kind, salt: bytesOf(salt), iv: bytesOf(iv), wrap: bytesOf(wrap) };
  if (way.salt.length !== 16 || way.iv.length !== 12 || way.wrap.length !== 48) throw DAMAGED_HEAD();
  if (kind === "recovery") return way;
  if (kind !== "passphrase" || !isCount(memory) || !isCount(passes) || memory < LEAST_MEMORY_KIB) throw DAMAGED_HEAD();
  if (memory > MOST_MEMORY_KIB || passes > MOST_PASSES || memory * passes > MOST_WORK_KIB)
    throw bad("This sealed copy asks for more work than any Carryon does before it opens: it was changed, or somebody made it to slow you down.");
  return { ...way, memory, passes };
};

// {key, ways, salt, about: what is authenticated with each chunk, begins: where they begin}, or null where this is no sealed copy. Nothing in it is secret, and
// nothing in it tells whether a secret is right, but the wraps themselves.
export const headOf = async (blob) => {
  const first = new Uint8Array(await blob.slice(0, MAGIC.length + 4 + MOST_HEADER_BYTES).arrayBuffer());
  const said = new TextDecoder("latin1").decode(first.subarray(0, MAGIC.length));
  if (!said.startsWith(NAME)) return null;
  if (said !== MAGIC) throw bad("This sealed copy was made by a newer Carryon, or is damaged at its beginning. Reload this page to update, and try again.");
  if (first.length < MAGIC.length + 4) throw DAMAGED_HEAD();
  const length = new DataView(first.buffer).getUint32(MAGIC.length);
  const begins = MAGIC.length + 4 + length;
  if (length > MOST_HEADER_BYTES || begins > first.length) throw DAMAGED_HEAD();
  let head;
  try {
    const { key, salt, ways, chunk } = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(first.subarray(MAGIC.length + 4, begins)));
    if (chunk !== CHUNK_BYTES || typeof key !== "string" || !/^[0-9a-f]{32}$/.test(key) || !ways.length) throw DAMAGED_HEAD();
    head = { key, salt: bytesOf(salt), ways: ways.map(wayOf) };
  } catch (error) {
    throw error.name === "BadCopy" ? error : DAMAGED_HEAD();
  }
  if (head.salt.length !== SALT_BYTES || new Set(head.ways.map(({ kind }) => kind)).size !== head.ways.length) throw DAMAGED_HEAD();
  return { ...head, about: await digest(first.subarray(0, begins)), begins };
};

const digest = async (bytes) => new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));

const keyFrom = (root, salt, extractable, usages) =>
  crypto.subtle.deriveKey({ name: "HKDF", hash: "SHA-256", salt, info: utf8(INFO) }, root, { name: "AES-GCM", length: 256 }, extractable, usages);

const nonce = (number, last) => {
  const iv = new Uint8Array(12);
  new DataView(iv.buffer).setUint32(7, number);
  iv[11] = last ? 1 : 0;
  return iv;
};

// Sealing, from the beginning to the end: {header; take(bytes); await drain(), what can leave; await end(), the rest}. `root`: the vault's CryptoKey;
// `vault`: its record. `take` holds the bytes until `drain` is called.
export const begin = async (root, vault) => {
  const salt = crypto.getRandomValues(new Uint8Array(SALT_BYTES));
  const key = await keyFrom(root, salt, false, ["encrypt"]);
  // Not the passkey: it opens nothing but on the device and at the address it was made for.
  const ways = vault.ways.filter(({ kind }) => kind === "passphrase" || kind === "recovery").map(({ kind, salt, iv, wrap, memory, passes }) =>
    ({ kind, ...(kind === "passphrase" ? { memory, passes } : {}), salt: base64(salt), iv: base64(iv), wrap: base64(wrap) }));
  const text = utf8(JSON.stringify({ about: ABOUT, key: vault.key, salt: base64(salt), ways, chunk: CHUNK_BYTES }));
  const header = new Uint8Array(MAGIC.length + 4 + text.length);
  header.set(utf8(MAGIC));
  new DataView(header.buffer).setUint32(MAGIC.length, text.length);
  header.set(text, MAGIC.length + 4);
  const additionalData = await digest(header);
  let held = [], length = 0, number = 0;

  const sealed = async (count, last) => {
    if (number > MOST_CHUNKS) throw bad("This is too large for a sealed copy.");
    const chunk = new Uint8Array(count);
    for (let at = 0; at < count; ) {
      const part = held[0].subarray(0, count - at);
      chunk.set(part, at);
      at += part.length;
      if (part.length === held[0].length) held.shift();
      else held[0] = held[0].subarray(part.length);
    }
    length -= count;
    return new Uint8Array(await crypto.subtle.encrypt({ name: "AES-GCM", iv: nonce(number++, last), additionalData }, key, chunk));
  };

  const drain = async () => {
    const parts = [];
    while (length > CHUNK_BYTES) parts.push(await sealed(CHUNK_BYTES, false)); // what could be the last one waits
    return parts;
  };

  return {
    header,
    take(bytes) {
      if (!bytes.length) return;
      held.push(bytes);
      length += bytes.length;
    },
    drain,
    async end() {
      const parts = await drain();
      if (!length) throw bad("There is nothing to seal.");
      return [...parts, await sealed(length, true)];
    },
  };
};

// A copy, to be read anywhere: {size of what is in it; chunks; await check(number), of a chunk; read(start, end)}. `slice(start, end)` gives bytes of the file
// at once. `check` is the browser's own cryptography, fast and asynchronous; what `read` does not find opened it opens in JavaScript, because whoever
// reads a zip in Python cannot wait (docs/adr/0021). Nothing is ever given out that was not authenticated.
export const open = async (slice, size, root, { salt, about, begins }) => {
  const whole = CHUNK_BYTES + TAG_BYTES, chunks = Math.ceil((size - begins) / whole);
  const cut = () => bad("This sealed copy is not whole: its end is missing, or it was changed or damaged. Use another copy.");
  const wrong = (number) => (number === chunks - 1 ? cut() : bad(`This sealed copy was changed or damaged, ${number} MB from its beginning. Use another copy.`));
  if (chunks < 1 || chunks > MOST_CHUNKS || size - begins - (chunks - 1) * whole <= TAG_BYTES) throw cut();
  const key = await keyFrom(root, salt, true, ["decrypt"]);
  const raw = new Uint8Array(await crypto.subtle.exportKey("raw", key));
  const { gcm } = await import("../vendor/noble-ciphers/aes.js");
  const sealed = (number) => slice(begins + number * whole, Math.min(size, begins + (number + 1) * whole));
  const held = new Map(); // number → what is in it, the last used last

  const hold = (number, chunk) => {
    held.delete(number);
    if (held.size >= CHUNKS_HELD) held.delete(held.keys().next().value);
    held.set(number, chunk);
    return chunk;
  };

  const opened = (number) => {
    if (held.has(number)) return hold(number, held.get(number));
    const data = sealed(number);
    try {
      return hold(number, gcm(raw, nonce(number, number === chunks - 1), about).decrypt(data));
    } catch {
      throw wrong(number);
    }
  };

  return {
    size: size - begins - chunks * TAG_BYTES,
    chunks,
    async check(number) {
      const data = sealed(number);
      try {
        hold(number, new Uint8Array(await crypto.subtle.decrypt({ name: "AES-GCM", iv: nonce(number, number === chunks - 1), additionalData: about }, key, data)));
      } catch {
        throw wrong(number);
      }
    },
    read(start, end) {
      const bytes = new Uint8Array(end - start);
      for (let at = start; at < end; ) {
        const number = Math.floor(at / CHUNK_BYTES);
        const part = opened(number).subarray(at - number * CHUNK_BYTES, end - number * CHUNK_BYTES);
        bytes.set(part, at - start);
        at += part.length;
      }
      return bytes;
    },
  };
};
