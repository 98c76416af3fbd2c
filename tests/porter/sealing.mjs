// The app's own sealed copies (static/glue/sealed_copy.js, and openedWith of vault.js), for tests in Python: a question a line, as JSON, and an answer a line.
// node sealing.mjs ROOT_OF_PROJECT
//     {"do": "seal", "key": base64, "vault": {key, ways}, "plain": path, "part": bytes handed over at once, "out": path}     → the most bytes that waited
//     {"do": "open", "key": base64 or null, "kind", "secret", "copy": path, "read": [[start, end]], "try": bool}
//         → {"size", "read": [base64]}, with "try" once every chunk was tried as the porter does, or {"error", "message", "argon2": how often it was asked}
import { readFileSync, writeFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";
import { runInThisContext } from "node:vm";

const [root] = process.argv.slice(2);
const glue = (name) => import(pathToFileURL(`${root}/static/glue/${name}`));
runInThisContext(readFileSync(`${root}/static/vendor/hash-wasm/argon2.umd.min.js`, "utf8"));

// Node has no such workers: argon2.js does its work here.
let asked = 0;
globalThis.Worker = class {
  async postMessage({ secret, salt, memory, passes }) {
    asked += 1;
    const hash = await hashwasm.argon2id({ password: secret, salt, parallelism: 1, iterations: passes, memorySize: memory, hashLength: 32, outputType: "binary" });
    this.onmessage({ data: { hash } });
  }
  terminate() {}
};
const { begin, headOf, open } = await glue("sealed_copy.js");
const { openedWith } = await glue("vault.js");

const bytes = (text) => new Uint8Array(Buffer.from(text, "base64"));
const rootOf = (raw) => crypto.subtle.importKey("raw", bytes(raw), "HKDF", false, ["deriveKey"]);

const seal = async ({ key, vault, plain, part, out }) => {
  const sealer = await begin(await rootOf(key), { ...vault, ways: vault.ways.map((way) => ({ ...way, salt: bytes(way.salt), iv: bytes(way.iv), wrap: bytes(way.wrap) })) });
  const data = new Uint8Array(readFileSync(plain)), parts = [sealer.header];
  for (let at = 0; at < data.length; at += part) {
    sealer.take(data.slice(at, at + part));
    parts.push(...(await sealer.drain()));
  }
  parts.push(...(await sealer.end()));
  writeFileSync(out, Buffer.concat(parts));
  return Math.max(...parts.map(({ length }) => length));
};

const unseal = async ({ key, kind, secret, copy, read, try: tries }) => {
  const blob = new Blob([readFileSync(copy)]), whole = new Uint8Array(await blob.arrayBuffer());
  const head = await headOf(blob);
  if (!head) return null;
  const reader = await open((start, end) => whole.slice(start, end), whole.length, key ? await rootOf(key) : await openedWith(head, kind, secret), head);
  if (tries) await reader.check(reader.chunks - 1);
  for (let number = 0; tries && number < reader.chunks - 1; number++) await reader.check(number);
  return { size: reader.size, read: read.map(([start, end]) => Buffer.from(reader.read(start, end)).toString("base64")) };
};

for await (const line of createInterface({ input: process.stdin })) {
  const question = JSON.parse(line);
  asked = 0;
  const answer = await (question.do === "seal" ? seal : unseal)(question).catch(({ name, message }) => ({ error: name, message, argon2: asked }));
  console.log(JSON.stringify(answer));
}
