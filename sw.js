// Airplane mode: keeps a whole, verified copy of one release of Carryon on the device.
//
// A release is a list of files with their SHA-256 (precache.json). Files are kept by their hash, so
// a new release downloads only what changed, goes on where it was interrupted, and can never touch
// the files of the release that is in use. A release is installed only when every file of it
// is here and is what the list says; it takes over only when the reader agrees.
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

const tell = async (message) => {
  for (const client of await self.clients.matchAll({ includeUncontrolled: true, type: "window" })) client.postMessage(message);
};

// The list of this worker's release: from the cache, or from the network when it is not there yet.
const release = async () => {
  const cache = await caches.open(RELEASES);
  const kept = await cache.match(releaseKey(VERSION));
  if (kept) return kept.json();
  const answer = await fetch(`${SCOPE}precache.json?version=${VERSION}`, { cache: "no-store" });
  if (!answer.ok) throw new Error(`precache.json: ${answer.status}`);
  const list = await answer.clone().json();
  // A host that is half way through an update: try again at the next visit.
  if (list.version !== VERSION) throw new Error(`precache.json is of version ${list.version}, not ${VERSION}`);
  await cache.put(releaseKey(VERSION), answer);
  return list;
};

// Fetches what the release still lacks. The browser refuses bytes that don't match `integrity`.
const fill = async () => {
  const { files } = await release();
  const cache = await caches.open(FILES);
  const total = files.reduce((sum, file) => sum + file.bytes, 0);
  let done = 0;
  const waiting = [...files];
  const lane = async () => {
    for (let file; (file = waiting.shift()); ) {
      if (!(await cache.match(fileKey(file.sha256)))) {
        const answer = await fetch(SCOPE + file.url, { integrity: file.sha256, cache: "no-cache" });
        if (!answer.ok) throw new Error(`${file.url}: ${answer.status}`);
        await cache.put(fileKey(file.sha256), answer);
      }
      done += file.bytes;
      await tell({ type: "progress", done, total });
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
};

const isWhole = async () => {
  const cache = await caches.open(FILES);
  const kept = new Set((await cache.keys()).map((request) => request.url));
  return (await release()).files.every((file) => kept.has(fileKey(file.sha256)));
};

// Removes what only older releases need; not while a newer one is being fetched.
const tidy = async () => {
  if (self.registration.installing || self.registration.waiting) return;
  const needed = new Set((await release()).files.map((file) => fileKey(file.sha256)));
  const [files, releases] = await Promise.all([caches.open(FILES), caches.open(RELEASES)]);
  for (const request of await files.keys()) if (!needed.has(request.url)) await files.delete(request);
  for (const request of await releases.keys()) if (request.url !== releaseKey(VERSION)) await releases.delete(request);
};

let hashes; // path → SHA-256, read once a start of this worker
const hashOf = async (path) => {
  hashes ??= release().then(({ files }) => new Map(files.map((file) => [file.url, file.sha256])));
  try {
    return (await hashes).get(path);
  } catch (error) {
    hashes = undefined;
    throw error;
  }
};

const answer = async (request, path) => {
  const sha256 = await hashOf(path).catch(() => undefined);
  if (!sha256) return fetch(request);
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
    })(),
  );
});

self.addEventListener("activate", (event) => {
  event.waitUntil(tidy().then(() => self.clients.claim()));
});

self.addEventListener("message", (event) => {
  if (event.data?.type === "take over") self.skipWaiting();
  if (event.data?.type === "ready?")
    event.waitUntil(
      (async () => {
        // What the browser evicted is fetched again; offline that fails, and is said.
        if (!(await isWhole())) await fill().catch(() => {});
        event.source.postMessage({ type: (await isWhole()) ? "ready" : "incomplete" });
      })(),
    );
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || !url.href.startsWith(SCOPE)) return;
  const path = url.origin + url.pathname === SCOPE ? "index.html" : (url.origin + url.pathname).slice(SCOPE.length);
  // The list itself always comes from the network: it tells whether there is something new.
  if (path === "sw.js" || path === "precache.json") return;
  event.respondWith(answer(request, decodeURIComponent(path)));
});
