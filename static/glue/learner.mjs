// How the learner's Pyodide starts: with the whole standard library and scikit-learn, whose wheels lie
// beside it. Nothing of it is fetched before somebody needs the learner (docs/adr/0013-the-learner.md).
import * as pyodide from "../vendor/pyodide/pyodide.mjs";

export const { version } = pyodide;

// A blob worker has no address of its own: this is where the app lies.
const indexURL = new URL("../vendor/pyodide/", import.meta.url).href;

export const loadPyodide = async (options) => {
  try {
    const python = await pyodide.loadPyodide({ ...options, indexURL });
    // By Pyodide's own lock, which names the hash of each wheel.
    await python.loadPackage("scikit-learn", { messageCallback() {}, errorCallback() {} });
    if (!("scikit-learn" in python.loadedPackages)) throw new Error("scikit-learn could not be loaded.");
    return python;
  } catch (error) {
    // PyScript tells nobody but the console; app/page/learner_worker.py waits for this.
    const channel = new BroadcastChannel("carryon-learner-failed");
    channel.postMessage(String(error?.message ?? error));
    channel.close();
    throw error;
  }
};
