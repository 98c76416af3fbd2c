// How the engine's Pyodide starts: plainly the first time, from a warm image after that.
//
// The warm image is a memory snapshot of a started Python and an archive of numpy as bytecode
// (static/glue/warm.js makes both, once, in the background). It more than halves the start
// (docs/adr/0003-warm-start.md). The snapshot's option names are private to Pyodide, so whatever
// goes wrong with it ends in a plain start and a new image.
import { hold as live } from "./alive.js";
import "./blocked.js";
import * as pyodide from "../vendor/pyodide/pyodide.mjs";

export const { version } = pyodide;

// A blob worker has no address of its own: this is where the app lies.
const base = new URL("../../", import.meta.url).href;
const indexURL = `${base}static/vendor/pyodide/`;

// The standard library and numpy without what the engine never imports (tools/trim.py): half the bytes.
export const stdLibURL = `${indexURL}engine-stdlib.zip`;
export const fetchNumpy = async () => {
  const answer = await fetch(`${indexURL}engine-numpy.zip`);
  if (!answer.ok) throw new Error(`engine-numpy.zip could not be loaded: ${answer.status}`);
  return answer.arrayBuffer();
};
export const unpackNumpy = (python, archive, format) =>
  python.unpackArchive(archive, format, { extractDir: python.runPython("import site; site.getsitepackages()[0]") });

// What an image is good for; warm.js files it under the same name. Raise the number when the
// packages or what the image holds change.
export const CACHE = "carryon-warm";
export const IMAGE = `${base}__warm/${version}-3/`;

// Milliseconds after the engine is ready until the image is made: the first minutes belong to the writer.
const WARM_UP_AFTER_MS = 15_000;

const image = async () => {
  try {
    const cache = await caches.open(CACHE);
    const parts = await Promise.all(["snapshot", "numpy.tar"].map((part) => cache.match(IMAGE + part)));
    if (!parts.every(Boolean)) return null;
    return await Promise.all(parts.map(async (part) => new Uint8Array(await part.arrayBuffer())));
  } catch {
    return null; // No Cache Storage here (a private window): every start is a plain one.
  }
};

const warmUp = () => {
  if (!globalThis.caches) return;
  setTimeout(() => {
    const worker = new Worker(`${base}static/glue/warm.js`, { type: "module" });
    worker.onmessage = worker.onerror = () => worker.terminate();
  }, WARM_UP_AFTER_MS);
};

// What the engine's Python needs to know of this start.
globalThis.carryon = { base, start: "plain", warmUp() {}, live, indexKeep: () => import("./index_keep.js"), notebookReader: () => import("./notebook_reader.js"), learnedKeep: () => import("./learned_keep.js"), seal: () => import("./seal.js") };

export const loadPyodide = async (options) => {
  const found = await image();
  if (found) {
    const [_loadSnapshot, numpy] = found;
    try {
      const python = await pyodide.loadPyodide({ ...options, indexURL, stdLibURL, _loadSnapshot });
      unpackNumpy(python, numpy, "tar");
      globalThis.carryon.start = "warm";
      return python;
    } catch {
      await caches.delete(CACHE);
    }
  }
  globalThis.carryon.warmUp = warmUp;
  const [python, numpy] = await Promise.all([pyodide.loadPyodide({ ...options, indexURL, stdLibURL }), fetchNumpy()]);
  unpackNumpy(python, numpy, "zip");
  return python;
};
