// What must happen before any Python runs, and so can't be Python:
// say what the browser lacks, keep what is typed in the first moments, start the engine's worker.
"use strict";

// A sentence that stays until there is another, or none; with `act`, a button below it that does something about it.
const alarm = (sentence, name, act) => {
  const place = document.getElementById("alarm");
  place.textContent = sentence;
  place.hidden = !sentence;
  if (!act) return;
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = name;
  button.addEventListener("click", act);
  place.append(" ", button);
};

const missing = [];
if (typeof WebAssembly !== "object") missing.push("WebAssembly, which runs Carryon");
if (!globalThis.indexedDB) missing.push("IndexedDB, which keeps your notes");
if (missing.length)
  alarm(`This browser lacks ${missing.join(" and ")}. What you type stays on this screen, but it can't be saved: please copy it elsewhere.`);

// Chromium goes on writing at the end of the log that a killed browser left, and if that kill fell
// between the two halves of a record, the log cannot be read the time after: then the browser
// drops the whole notebook (docs/adr/0009). Deleting a database, be it an empty one, makes it write
// what it has read into a table and begin a new log. So that comes before the first write.
const freshLog = new Promise((resolve) => {
  try {
    const opening = indexedDB.open("carryon-fresh-log", 1);
    opening.onerror = resolve; // A full disk, say. The notebook opens all the same and will speak for itself.
    opening.onsuccess = () => {
      opening.result.close();
      const deleting = indexedDB.deleteDatabase("carryon-fresh-log");
      deleting.onsuccess = deleting.onerror = resolve;
    };
  } catch {
    resolve(); // No IndexedDB.
  }
});

// What the notebook says of its vault (vault.js): null where it has none, undefined where that cannot be read.
const readVault = () => import("./seal.js").then((seal) => seal.where()).then(({ vault }) => vault, () => undefined);

// A locked notebook shows nothing of itself, and nothing can be typed, before it is unlocked: here in app/page/views/unlock.py,
// or in another tab, which is asked for the key.
const vaultAsked = freshLog.then(readVault).then(async (vault) => {
  if (!vault) return; // none; or it cannot be read, and the page will say why
  const { dataset } = document.documentElement;
  dataset.vault = "asking";
  if (await (await import("./seal.js")).ask(vault.key)) return;
  dataset.vault = "locked";
  document.getElementById("passphrase").focus();
});

// The draft: text typed before the notebook is open. It has a database of its own, because the
// notebook's schema belongs to the page. Once the notebook has it, the draft is cleared.
const draft = (() => {
  const title = document.getElementById("title");
  const note = document.getElementById("note");
  let db = null;
  let timer = 0;
  let over = false; // the page keeps what is typed

  let sealed = false; // in which of the two databases it is (kept.js)

  let opened = null;
  const there = () => (opened ??= freshLog.then(readVault).then(
    (vault) =>
      new Promise((resolve) => {
        sealed = vault !== null;
        const request = indexedDB.open(sealed ? "carryon-draft-sealed" : "carryon-draft", 1);
        request.onupgradeneeded = () => request.result.createObjectStore("draft");
        request.onsuccess = () => {
          db = request.result;
          // The vault was turned on or off, and this one goes.
          db.onversionchange = () => {
            db?.close();
            db = opened = null;
          };
          resolve(db);
        };
        request.onerror = () => resolve(null);
      }),
  ).catch(() => null)); // No IndexedDB, or none in this window: the alarm says so.
  there();

  // What this page can't save (the notebook was closed, say) waits under a name of its own, which is this page's as long as
  // it lives: a lock tells other pages so.
  const mine = `unsaved-${crypto.randomUUID?.() ?? Math.random()}`;
  const lockOf = (key) => `carryon-draft-${key}`;
  let held = false;

  const done = (request) =>
    new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });

  const store = (mode) => db.transaction("draft", mode, { durability: "strict" }).objectStore("draft");

  // Asked anew each time: another tab may have turned the vault on since.
  const keep = async () => {
    timer = 0;
    const vault = (await there()) && (await readVault());
    if (!db || vault === undefined || over || sealed !== (vault !== null)) return;
    const draft = { title: title.value, text: note.value };
    try {
      const kept = vault ? await (await import("./seal.js")).value("draft", "typed", draft) : draft;
      if (!over) store("readwrite").put(kept, "typed");
    } catch {
      // Locked: what was typed before that was known stays in its place, and becomes a note when it is unlocked.
    }
  };
  const typed = () => {
    timer ||= setTimeout(keep, 250);
  };
  addEventListener("input", typed);

  return {
    // What an earlier start could not hand over: {title, text} or null.
    async left() {
      if (!(await there()) || !db) return null;
      const left = await new Promise((resolve) => {
        const request = store("readonly").get("typed");
        request.onsuccess = () => resolve(request.result ?? null);
        request.onerror = () => resolve(null);
      });
      return (await import("./seal.js")).openedValue("draft", "typed", left).catch(() => null);
    },
    // The page keeps what is typed from now on.
    handOver() {
      over = true;
      removeEventListener("input", typed);
      clearTimeout(timer);
    },
    clear() {
      if (db) store("readwrite").delete("typed");
    },
    // Rows of app/page/notebook.py; true when they are durable.
    async keepUnsaved(rows) {
      if (!held && navigator.locks) {
        held = true;
        navigator.locks.request(lockOf(mine), () => new Promise(() => {})).catch(() => {});
      }
      try {
        const vault = (await there()) && (await readVault());
        if (!db || vault === undefined || sealed !== (vault !== null)) return false;
        const kept = vault ? await (await import("./seal.js")).value("draft", mine, rows) : rows;
        const rowsThere = store("readwrite");
        const durable = new Promise((resolve) => {
          rowsThere.transaction.oncomplete = () => resolve(true);
          rowsThere.transaction.onabort = () => resolve(false);
        });
        rowsThere.put(kept, mine);
        return await durable;
      } catch {
        return false;
      }
    },
    clearUnsaved(key = mine) {
      if (db) store("readwrite").delete(key);
    },
    // What pages that are gone could not save: JSON of [[key, rows]].
    async leftUnsaved() {
      if (!(await there()) || !db) return "[]";
      const seal = await import("./seal.js");
      const found = [];
      for (const key of await done(store("readonly").getAllKeys(IDBKeyRange.bound("unsaved-", "unsaved-\uffff")))) {
        const gone = !navigator.locks || (await navigator.locks.request(lockOf(key), { ifAvailable: true }, (lock) => Boolean(lock)));
        const rows = gone && (await seal.openedValue("draft", key, await done(store("readonly").get(key))).catch(() => null));
        if (rows) found.push([key, rows]);
      }
      return JSON.stringify(found);
    },
  };
})();

// Milliseconds after which an engine that is still loading is asked why. A slow line is no reason.
const DIAGNOSE_AFTER_MS = 8_000;

const engine = {
  // The reader's switch. localStorage, because it must be known before anything is loaded.
  get wanted() {
    try {
      return localStorage.getItem("carryon.engine") !== "off";
    } catch {
      return true;
    }
  },
  set wanted(yes) {
    try {
      localStorage.setItem("carryon.engine", yes ? "on" : "off");
    } catch {
      // Without localStorage the switch holds until the page is closed.
    }
  },
  // A worker is one script element; PyScript starts it. Its name is new each time, because
  // PyScript resolves a name once.
  starts: 0,
  // Rejects when a file of the engine can't be had: PyScript and Pyodide tell nobody but the console.
  failure: null,
  fail: () => {},
  start() {
    engine.failure = new Promise((_, reject) => (engine.fail = reject));
    engine.failure.catch(() => {});
    const { fail } = engine;
    setTimeout(async () => {
      if (document.documentElement.dataset.engine === "loading") (await import("./diagnosis.js")).diagnose().catch(fail);
    }, DIAGNOSE_AFTER_MS);
    const script = document.createElement("script");
    script.type = "py";
    script.src = "app/engine/main.py";
    script.setAttribute("worker", "");
    script.setAttribute("name", `engine-${++engine.starts}`);
    script.setAttribute("config", "app/engine/pyscript.toml");
    document.body.append(script);
    engine.script = script;
    document.documentElement.dataset.engine = "loading";
    return script.getAttribute("name");
  },
  // The worker, or the failure, whichever comes first.
  orFailure(worker) {
    return Promise.race([worker, engine.failure]);
  },
  stop() {
    engine.script?.xworker?.terminate();
    engine.script?.remove();
    engine.script = null;
    document.documentElement.dataset.engine = "off";
  },
};

addEventListener("unhandledrejection", ({ reason }) => {
  if (/app\/engine\//.test(reason?.message)) engine.fail(reason);
});

globalThis.carryon = { alarm, freshLog, vaultAsked, draft, engine };

if (typeof WebAssembly === "object" && engine.wanted) engine.start();
else engine.stop();

// A runtime that can't be loaded leaves a page that takes text; it must not look as if all was well.
addEventListener(
  "error",
  (event) => {
    if (event.target instanceof HTMLScriptElement)
      alarm("A part of Carryon could not be loaded. What you type stays on this screen and in a draft; reload the page to try again.");
  },
  true,
);
