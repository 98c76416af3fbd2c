// The porter's Python: the standard library and nothing else (docs/adr/0017-in-and-out.md).
import { hold as live } from "./alive.js";
import "./blocked.js";
import { loader, version } from "./on_demand.mjs";

export { version };

// What the porter's Python needs of JavaScript, loaded at its first use.
globalThis.carryon = {
  live, porterStore: () => import("./porter_store.js"), porterCopy: () => import("./porter_copy.js"), kitParts: () => import("./kit_parts.js"), seal: () => import("./seal.js"),
};

export const loadPyodide = loader("porter");
