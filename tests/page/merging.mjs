// The page's own merging, for tests in Python: a question a line, [base, ours, theirs] as JSON, and an answer a line.
// node merging.mjs PATH_OF_MERGING_JS
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

const { load, merge } = await import(pathToFileURL(process.argv[2]));
await load();
for await (const line of createInterface({ input: process.stdin })) console.log(JSON.stringify(merge(...JSON.parse(line))));
