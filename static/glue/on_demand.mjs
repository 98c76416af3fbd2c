// How the Pyodide of a place on demand starts: with the whole standard library, which lies beside it. Nothing of it is fetched
// before somebody needs the place. Used by learner.mjs and porter.mjs, the interpreters that their pyscript.toml name.
import * as pyodide from "../vendor/pyodide/pyodide.mjs";

export const { version } = pyodide;

// A blob worker has no address of its own: this is where the app lies.
const indexURL = new URL("../vendor/pyodide/", import.meta.url).href;

// A loadPyodide for `place`, whose Python `prepare` readies.
export const loader = (place, prepare = async () => {}) => async (options) => {
  try {
    const python = await pyodide.loadPyodide({ ...options, indexURL });
    await prepare(python);
    return python;
  } catch (error) {
    // PyScript tells nobody but the console; app/page/on_demand_worker.py waits for this.
    const channel = new BroadcastChannel(`carryon-${place}-failed`);
    channel.postMessage(String(error?.message ?? error));
    channel.close();
    throw error;
  }
};
