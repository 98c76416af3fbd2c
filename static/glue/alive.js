// Whether a worker still lives. A worker that is ended, or crashes, says nothing to anybody; but the browser gives a lock free again with
// whoever held it. So the worker holds a lock for as long as it lives, and the page waits for the same lock.

// In the worker: resolves when the lock is held. Without locks nobody notices the end.
export const hold = (name) =>
  navigator.locks ? new Promise((resolve) => { navigator.locks.request(name, () => { resolve(); return new Promise(() => {}); }); }) : Promise.resolve();

// On the page: calls gone() when the worker that held the lock is no more; forget() stops waiting.
export const watch = (name, gone) => {
  const stop = new AbortController();
  navigator.locks?.request(name, { signal: stop.signal }, () => gone()).catch(() => {});
  return { forget: () => stop.abort() };
};
