// The learner's Python: with scikit-learn, whose wheels lie beside it (docs/adr/0013-the-learner.md).
import { hold as live } from "./alive.js";
import "./blocked.js";
import { connected } from "./channel.js";
import { loader, version } from "./on_demand.mjs";

export { version };

globalThis.carryon = { connected, live };

export const loadPyodide = loader("learner", async (python) => {
  // By Pyodide's own lock, which names the hash of each wheel.
  await python.loadPackage("scikit-learn", { messageCallback() {}, errorCallback() {} });
  if (!("scikit-learn" in python.loadedPackages)) throw new Error("scikit-learn could not be loaded.");
});
