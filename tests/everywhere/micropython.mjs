// Runs tests/everywhere/test_*.py under MicroPython, as the browser will: plain functions, plain asserts.
// node micropython.mjs PATH_OF_MICROPYTHON_MJS PROJECT_ROOT FILE…
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const [runtime, root, ...files] = process.argv.slice(2);
const { loadMicroPython } = await import(pathToFileURL(runtime));
const python = await loadMicroPython({
  url: runtime.replace(/\.mjs$/, ".wasm"),
  linebuffer: false,
  stdout: (text) => process.stdout.write(text),
  stderr: (text) => process.stderr.write(text),
});

const { FS } = python._module;
for (const folder of ["app", "app/everywhere", "tests"]) FS.mkdir(folder);
for (const name of readdirSync(join(root, "app/everywhere")))
  if (name.endsWith(".py")) FS.writeFile(`app/everywhere/${name}`, readFileSync(join(root, "app/everywhere", name)));
for (const file of files) FS.writeFile(`tests/${file}`, readFileSync(join(root, "tests/everywhere", file)));

python.runPython(`
import sys
passed = failed = 0
for name in ${JSON.stringify(files.map((file) => file.replace(/\.py$/, "")))}:
    module = getattr(__import__("tests." + name), name)
    for test in dir(module):
        if test.startswith("test_"):
            try:
                getattr(module, test)()
                passed += 1
            except Exception as error:
                failed += 1
                print("FAILED", name, test)
                sys.print_exception(error)
print("%d passed, %d failed" % (passed, failed))
`);
