// How the engine's Pyodide starts: from our own folder, with numpy fetched while the runtime compiles.
import * as pyodide from "../vendor/pyodide/pyodide.mjs";

export const { version } = pyodide;

// A blob worker has no address of its own: this is where the app lies.
globalThis.carryonBase = new URL("../../", import.meta.url).href;

export const loadPyodide = (options) =>
  pyodide.loadPyodide({
    ...options,
    indexURL: `${globalThis.carryonBase}static/vendor/pyodide/`,
    packages: ["numpy"],
  });
