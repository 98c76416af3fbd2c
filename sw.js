// Airplane mode: keeps a whole, verified copy of one release of Carryon on the device.
//
// A release is a list of files with their SHA-256 (precache.json). Files are kept by their hash, so
// a new release downloads only what changed, goes on where it was interrupted, and can never touch
// the files of the release that is in use. A release is installed only when every file of it
// is here and is what the list says; it takes over only when the reader agrees: a browser starts
// a new worker when all tabs are closed, and that one goes on serving the release agreed on.
//
// And it guards the way out: of what goes to the network, only the app's own files are asked for freely. Anything else must name its line in
// the reader's ledger (app/page/gate.py), and is counted here apart from the page's own count; or it does not leave (docs/adr/0024-a-guard-at-the-way-out.md).
"use strict";

// Written by the server and by `make site`: any changed file makes another version.
const VERSION = "dev";

const SCOPE = self.registration.scope;
const FILES = "carryon-files"; // SHA-256 → response
const RELEASES = "carryon-releases"; // version → precache.json

// Requests under way at once while a release is fetched.
const LANES = 4;

const fileKey = (sha256) => `${SCOPE}__file/${encodeURIComponent(sha256)}`;
const releaseKey = (version) => `${SCOPE}__release/${version}`;

// The version that the reader agreed to: the first one, until «Update now».
const AGREED = `${SCOPE}__release/agreed`;
let agreed; // read once a start of this worker

const agreedVersion = async () => (agreed ??= (await (await (await caches.open(RELEASES)).match(AGREED))?.text()) ?? VERSION);

const agree = async () => {
  await (await caches.open(RELEASES)).put(AGREED, new Response(VERSION));
  agreed = VERSION;
  hashes = undefined;
};

// How many requests named a line of the ledger, since the first start.
const COUNTED = `${SCOPE}__counted`;
const LEDGER_LINE = "carryon-ledger";
let counting = Promise.resolve();

const counted = async () => Number(await (await (await caches.open(RELEASES)).match(COUNTED))?.text()) || 0;

const count = () => (counting = counting.then(async () => (await caches.open(RELEASES)).put(COUNTED, new Response((await counted()) + 1))));

const guarded = async (request) => {
  if (request.headers.get(LEDGER_LINE) && new URL(request.url).origin === self.location.origin) {
    await count();
    return fetch(request);
  }
  await tell({ type: "refused", address: request.url });
  return Response.error();
};

const tell = async (message) => {
  for (const client of await self.clients.matchAll({ includeUncontrolled: true, type: "window" })) client.postMessage(message);
};

// The list of a release: from the cache, or from the network when it is this worker's and not there yet.
const release = async (version = VERSION) => {
  const cache = await caches.open(RELEASES);
  const kept = await cache.match(releaseKey(version));
  if (kept) return kept.json();
  if (version !== VERSION) throw new Error(`the list of version ${version} is gone`);
  const answer = await fetch(`${SCOPE}precache.json?version=${VERSION}`, { cache: "no-store" });
  if (!answer.ok) throw new Error(`precache.json: ${answer.status}`);
  const list = await answer.clone().json();
  // A host that is half way through an update: try again at the next visit.
  if (list.version !== VERSION) throw new Error(`precache.json is of version ${list.version}, not ${VERSION}`);
  await cache.put(releaseKey(VERSION), answer);
  return list;
};

// The files that a release must have here. One that is loaded on demand (the model of a language) is
// among them once its reader has used it, also in another version.
const needed = async (version) => {
  const [{ files }, before] = await Promise.all([release(version), agreedVersion().then(release).catch(() => ({ files: [] }))]);
  const kept = new Set((await (await caches.open(FILES)).keys()).map((request) => request.url));
  const used = new Set(before.files.filter((file) => file.on_demand && kept.has(fileKey(file.sha256))).map((file) => file.url));
  return files.filter((file) => !file.on_demand || used.has(file.url));
};

// What comes after everything else: the learner, of which a first visit has no need.
const later = async (version) => (await release(version)).files.filter((file) => file.later);

// Fetches what a release still lacks. The browser refuses bytes that don't match `integrity`.
const fill = async (version, list = needed) => {
  const files = await list(version);
  const cache = await caches.open(FILES);
  const total = files.reduce((sum, file) => sum + file.bytes, 0);
  let done = 0;
  const waiting = [...files];
  let failure;
  const lane = async () => {
    for (let file; !failure && (file = waiting.shift()); ) {
      if (!(await cache.match(fileKey(file.sha256)))) {
        const answer = await fetch(SCOPE + file.url, { integrity: file.sha256, cache: "no-cache" });
        if (!answer.ok) throw new Error(`${file.url}: ${answer.status}`);
        await cache.put(fileKey(file.sha256), answer);
      }
      done += file.bytes;
      if (!failure && list === needed) await tell({ type: "progress", done, total });
    }
  };
  // The other lanes end before the failure is told: nothing reports progress after it.
  await Promise.all(Array.from({ length: LANES }, () => lane().catch((error) => (failure ??= error))));
  if (failure) throw failure;
};

const isWhole = async (version) => {
  const cache = await caches.open(FILES);
  const kept = new Set((await cache.keys()).map((request) => request.url));
  return (await needed(version)).every((file) => kept.has(fileKey(file.sha256)));
};

// Removes what only older releases need; not while a newer one is being fetched.
const tidy = async () => {
  if (self.registration.installing || self.registration.waiting) return;
  const versions = [VERSION, await agreedVersion()];
  const lists = await Promise.all(versions.map((version) => release(version)));
  const listed = new Set(lists.flatMap(({ files }) => files.map((file) => fileKey(file.sha256))));
  const [files, releases] = await Promise.all([caches.open(FILES), caches.open(RELEASES)]);
  for (const request of await files.keys()) if (!listed.has(request.url)) await files.delete(request);
  const known = [AGREED, COUNTED, ...versions.map(releaseKey)];
  for (const request of await releases.keys()) if (!known.includes(request.url)) await releases.delete(request);
};

let hashes; // path → SHA-256, read once a start of this worker
const hashOf = async (path) => {
  hashes ??= agreedVersion().then(release).then(({ files }) => new Map(files.map((file) => [file.url, file.sha256])));
  try {
    return (await hashes).get(path);
  } catch (error) {
    hashes = undefined;
    throw error;
  }
};

const answer = async (request, path) => {
  const sha256 = await hashOf(path).catch(() => null);
  // Without the list nobody knows which files are the app's. A page that the reader goes to is the reader's own doing.
  if (sha256 === null || (!sha256 && request.mode === "navigate")) return fetch(request);
  if (!sha256) return guarded(request);
  const cache = await caches.open(FILES);
  const kept = await cache.match(fileKey(sha256));
  if (kept) return kept;
  // The browser made room and took this file: fetch it again, if it is still the same one.
  try {
    const fetched = await fetch(SCOPE + path, { integrity: sha256, cache: "no-cache" });
    if (fetched.ok) await cache.put(fileKey(sha256), fetched.clone());
    return fetched;
  } catch {
    return fetch(request);
  }
};

self.addEventListener("install", (event) => {
  // Chromium would else ask the network for the page while this worker wakes up.
  event.addRoutes?.({ condition: { urlPattern: new URLPattern({}) }, source: "fetch-event" });
  event.waitUntil(
    (async () => {
      await fill();
      if (!(await isWhole())) throw new Error("the offline copy is not whole");
      if (!(await (await caches.open(RELEASES)).match(AGREED))) await agree();
    })(),
  );
});

self.addEventListener("activate", (event) => {
  event.waitUntil(tidy().then(() => self.clients.claim()));
});

self.addEventListener("message", (event) => {
  if (event.data?.type === "take over")
    event.waitUntil(
      (async () => {
        await agree();
        await self.skipWaiting();
        await tell({ type: "taken over" });
        await tidy();
      })(),
    );
  // What fails is fetched at the next visit, or at its first use.
  if (event.data?.type === "pack the rest") event.waitUntil(agreedVersion().then((version) => fill(version, later)).catch(() => {}));
  if (event.data?.type === "counted?") event.waitUntil(counted().then((sent) => event.source.postMessage({ type: "counted", sent })));
  if (event.data?.type === "ready?")
    event.waitUntil(
      (async () => {
        const version = await agreedVersion();
        // What the browser evicted is fetched again; offline that fails, and is said.
        if (!(await isWhole(version))) await fill(version).catch(() => {});
        event.source.postMessage({ type: (await isWhole(version)) ? "ready" : "incomplete", newer: version !== VERSION });
      })(),
    );
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || !url.href.startsWith(SCOPE)) {
    if (request.mode !== "navigate") event.respondWith(guarded(request));
    return;
  }
  const path = url.origin + url.pathname === SCOPE ? "index.html" : (url.origin + url.pathname).slice(SCOPE.length);
  // The list itself always comes from the network: it tells whether there is something new.
  if (path === "sw.js" || path === "precache.json") return;
  event.respondWith(answer(request, decodeURIComponent(path)));
});
