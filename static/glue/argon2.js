// Argon2id in a worker of its own (static/glue/vault.js), for it takes a second and 64 MiB, which go with the worker.
"use strict";
importScripts("../vendor/hash-wasm/argon2.umd.min.js");

onmessage = async ({ data: { secret, salt, memory, passes } }) => {
  try {
    const began = performance.now();
    const hash = await hashwasm.argon2id({
      password: secret, salt, parallelism: 1, iterations: passes, memorySize: memory, hashLength: 32, outputType: "binary" });
    postMessage({ hash, ms: performance.now() - began });
  } catch (error) {
    postMessage({ error: String(error?.message ?? error) });
  }
};
