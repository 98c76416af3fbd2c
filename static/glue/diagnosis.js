// Why the engine does not come up. Pyodide never answers where one of its files is missing or damaged
// (a first visit on a bad line; the offline copy holds only verified files), so the page looks itself.

const ENGINE = ["app/engine/pyscript.toml", "app/engine/main.py", "static/glue/pyodide.mjs"];
const RUNTIME = ["pyodide.asm.mjs", "pyodide.asm.wasm", "engine-stdlib.zip", "engine-numpy.zip", "pyodide-lock.json"];

// Rejects, naming the file, where one is not as set-up verified it.
export const diagnose = async () => {
  const vendor = new URL("../vendor/", import.meta.url).href;
  for (const name of ENGINE) {
    const answer = await fetch(new URL(`../../${name}`, import.meta.url), { cache: "force-cache" });
    if (!answer.ok) throw new Error(`${name} could not be loaded: ${answer.status}`);
  }
  const pins = await (await fetch(`${vendor}verified.json`)).json();
  for (const name of RUNTIME) {
    const answer = await fetch(`${vendor}pyodide/${name}`, { cache: "force-cache" });
    if (!answer.ok) throw new Error(`${name} could not be loaded: ${answer.status}`);
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", await answer.arrayBuffer()));
    const sha256 = Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
    if (sha256 !== pins[`pyodide/${name}`].sha256) throw new Error(`${name} is damaged`);
  }
};
