// Imports every export of exports.py and every archive of malformed.py under Pyodide, as the browser's worker will, and prints what became of them.
// node pyodide.mjs FOLDER_OF_PYODIDE PROJECT_ROOT
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const [pyodide, root] = process.argv.slice(2);
const { loadPyodide } = await import(pathToFileURL(join(pyodide, "pyodide.mjs")));
const python = await loadPyodide({ indexURL: pyodide, env: { TZ: "America/New_York" } });

for (const folder of ["app/everywhere", "app/porter", "app/porter/formats", "tests/porter"]) {
  python.FS.mkdirTree(`/project/${folder}`);
  for (const name of readdirSync(join(root, folder)))
    if (name.endsWith(".py")) python.FS.writeFile(`/project/${folder}/${name}`, readFileSync(join(root, folder, name)));
}
python.runPython(`
import json, sys
sys.path.insert(0, "/project")
from tests.porter.everything import everything
print(json.dumps(everything()))
`);
