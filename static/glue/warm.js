// Makes the warm image that static/glue/pyodide.mjs starts from, in a worker of its own, then ends.
import { CACHE, IMAGE, fetchNumpy, stdLibURL, unpackNumpy } from "./pyodide.mjs";
import { loadPyodide } from "../vendor/pyodide/pyodide.mjs";

const indexURL = new URL("../vendor/pyodide/", import.meta.url).href;

// The standard library that numpy, PyScript and the engine import: part of the snapshot, so
// that no later start compiles it. None of it may hold a reference into JavaScript.
const IMPORTED = `asyncio bisect collections ctypes dataclasses datetime email encodings.cp437 functools hashlib heapq
  importlib.metadata inspect io ipaddress json numbers pathlib pickle platform re shutil sysconfig tarfile tempfile
  typing unicodedata urllib.parse zipfile`;

const snapshot = async () => {
  const python = await loadPyodide({ indexURL, stdLibURL, _makeSnapshot: true });
  python.runPython(`import importlib\nfor name in """${IMPORTED}""".split(): importlib.import_module(name)\ndel name`);
  return python.makeMemorySnapshot();
};

// numpy's modules, compiled.
const numpy = async () => {
  const python = await loadPyodide({ indexURL, stdLibURL });
  unpackNumpy(python, await fetchNumpy(), "zip");
  python.runPython(`
import os, py_compile, tarfile
import numpy
packages = os.path.dirname(os.path.dirname(numpy.__file__))
with tarfile.open("/tmp/numpy.tar", "w") as archive:
    for folder, _, names in sorted(os.walk(os.path.dirname(numpy.__file__))):
        for path in sorted(os.path.join(folder, name) for name in names if name.endswith((".py", ".so"))):
            if path.endswith(".py"):
                compiled = path[:-3] + ".pyc"
                py_compile.compile(path, cfile=compiled, doraise=True, invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH)
                path = compiled
            archive.add(path, arcname=os.path.relpath(path, packages))
`);
  return python.FS.readFile("/tmp/numpy.tar");
};

const cache = await caches.open(CACHE);
await cache.put(`${IMAGE}numpy.tar`, new Response(await numpy()));
await cache.put(`${IMAGE}snapshot`, new Response(await snapshot()));
postMessage("done");
