"""The engine alone in a real browser: the shipped files and models, without the page around them.

Offers:
    EnginePage(playwright, host)    a context manager; `host` serves a copy of the app (Host().copy(…))
    engine.ask(feature, payload)    the feature's answer; RuntimeError with its words where it refuses
    engine.ask_ms(feature, payloads) milliseconds of each call, in order, measured inside the browser
    engine.python(code), engine.start_again(), engine.page
"""

import json
import tomllib

from tests.browser.driver import launch_options

# Does what PyScript does with app/engine/pyscript.toml, in a worker as it does, and runs the very same main.py.
PAGE = """<!doctype html><title>The engine alone</title><script type="module" src="engine-alone-page.js"></script>
"""
PAGE_SCRIPT = """
const worker = new Worker(new URL("engine-alone.js", import.meta.url), { type: "module" });
const waiting = new Map();
let count = 0;
worker.onmessage = ({ data: { number, value, error } }) => {
  const [resolve, reject] = waiting.get(number);
  waiting.delete(number);
  error === undefined ? resolve(value) : reject(new Error(error));
};
worker.onerror = (event) => (window.problem = event.message ?? "no worker");
const told = (kind, ...what) => new Promise((resolve, reject) => {
  waiting.set(++count, [resolve, reject]);
  worker.postMessage({ number: count, kind, what });
});
told("begin").then((problem) => {
  window.problem = problem;
  window.tell = told;
}, (error) => (window.problem = error.message));
"""
SCRIPT = """
import { loadPyodide } from "./glue/pyodide.mjs";
const begun = (async () => {
  const python = await loadPyodide({});
  const files = %s;
  const base = globalThis.carryon.base;
  await Promise.all(files.map(async (file) => {
    python.FS.mkdirTree(file.split("/").slice(0, -1).join("/"));
    python.FS.writeFile(file, await (await fetch(base + file)).text());
  }));
  await python.runPythonAsync("import sys; sys.path.insert(0, '.')");
  await python.runPythonAsync(await (await fetch(base + "app/engine/main.py")).text());
  await python.globals.get("rest");
  return python;
})();
const does = {
  begin: (python) => python.globals.get("problem")(),
  ask: (python, name, payload) => python.globals.get("call")(name, payload),
  python: (python, code) => python.runPythonAsync(code),
  async ask_ms(python, name, payloads) {
    const call = python.globals.get("call"), times = [];
    for (const payload of payloads) {
      const began = performance.now();
      const answer = await call(name, payload);
      times.push(performance.now() - began);
      if ("error" in JSON.parse(answer)) throw new Error(answer);
    }
    return times;
  },
};
onmessage = async ({ data: { number, kind, what } }) => {
  try {
    postMessage({ number, value: await does[kind](await begun, ...what) });
  } catch (error) {
    postMessage({ number, error: String(error?.message ?? error) });
  }
};
"""
# Milliseconds until Pyodide with numpy and the first model must be there, on a busy machine.
READY_MS = 120_000


class EnginePage:
    def __init__(self, playwright, host):
        self._playwright, self._host = playwright, host

    def __enter__(self):
        config = tomllib.loads((self._host.root / "app/engine/pyscript.toml").read_text(encoding="utf-8"))
        static = self._host.root / "static"
        (static / "engine-alone.html").write_text(PAGE)
        (static / "engine-alone-page.js").write_text(PAGE_SCRIPT)
        (static / "engine-alone.js").write_text(SCRIPT % json.dumps(list(config["files"].values())))
        self._browser = self._playwright.chromium.launch(**launch_options())
        self._page = self._browser.new_page()
        self._page.set_default_timeout(READY_MS)
        self._page.goto(self._host.address + "static/engine-alone.html")
        self._wait()
        return self

    def _wait(self):
        self._page.wait_for_function("Boolean(window.tell || window.problem)")
        problem = self._page.evaluate("window.problem")
        if problem:
            raise RuntimeError(f"the engine did not start: {problem}")

    def start_again(self):
        """Another engine in the same browser: what the last one kept on the device is still there."""
        self._page.reload()
        self._wait()

    @property
    def page(self):
        return self._page

    def python(self, code: str):
        """What the last expression of `code` gives in the engine's Python, plain; it may await."""
        return self._page.evaluate("(code) => tell('python', code)", code)

    def __exit__(self, *error):
        self._browser.close()

    def ask(self, feature: str, payload):
        answer = json.loads(self._page.evaluate("([name, payload]) => tell('ask', name, payload)", [feature, json.dumps(payload)]))
        if "error" in answer:
            raise RuntimeError(f"{answer['error']}: {answer['message']}")
        return answer["value"]

    def ask_ms(self, feature: str, payloads) -> list[float]:
        return self._page.evaluate("([name, payloads]) => tell('ask_ms', name, payloads)", [feature, [json.dumps(payload) for payload in payloads]])
