// What the porter needs for an exit kit (app/porter/exit_kit.py): the reader's files, and a cipher from the browser's own cryptography.
const read_text = async (name) => {
  const answer = await fetch(new URL(`../kit/${name}`, import.meta.url));
  if (!answer.ok) throw new Error(`${name} could not be loaded (${answer.status})`);
  return answer.text();
};

export const read = async () => JSON.stringify({ style: await read_text("reader.css"), script: await read_text("reader.js") });

const base64 = (bytes) => btoa(String.fromCharCode(...bytes));

// AES-256-GCM under a key from PBKDF2-SHA-256; static/kit/reader.js is the other half. `rounds`: KIT_ROUNDS in app/everywhere/limits.py.
export const cipher = async (passphrase, rounds) => {
  if (!globalThis.crypto?.subtle) throw new Error("This address is not secure (https), so the browser encrypts nothing here.");
  const salt = crypto.getRandomValues(new Uint8Array(16));
  const secret = await crypto.subtle.importKey("raw", new TextEncoder().encode(passphrase.normalize("NFKC")), "PBKDF2", false, ["deriveKey"]);
  const key = await crypto.subtle.deriveKey({ name: "PBKDF2", hash: "SHA-256", salt, iterations: rounds }, secret, { name: "AES-GCM", length: 256 }, false, ["encrypt"]);
  return {
    header: JSON.stringify({ salt: base64(salt), rounds }),
    // A number used once, then the sealed bytes; `name` must be the same when it is opened.
    async seal(bytes, name) {
      const iv = crypto.getRandomValues(new Uint8Array(12));
      const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData: new TextEncoder().encode(name) }, key, bytes);
      const whole = new Uint8Array(12 + sealed.byteLength);
      whole.set(iv);
      whole.set(new Uint8Array(sealed), 12);
      return whole;
    },
  };
};
