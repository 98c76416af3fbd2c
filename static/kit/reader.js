// The reader of an exit kit: shows the notes that lie in this file, finds words in them, opens the lock. It needs nothing but a browser.
// Notes are hostile: everything of them becomes text or an attribute from a short list, and nothing is ever parsed as HTML.
"use strict";
const at = (id) => document.getElementById(id);
const block = (name) => document.querySelector(`script[data-block="${name}"]`)?.textContent;
const bytesOf = (base64) => Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
const make = (tag, text = "", attributes = {}) => {
  const made = document.createElement(tag);
  if (text) made.textContent = text;
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return made;
};

// ---- the lock

const { lock } = JSON.parse(block("kit"));
let key = null;

const unlock = async (passphrase) => {
  const secret = await crypto.subtle.importKey("raw", new TextEncoder().encode(passphrase.normalize("NFKC")), "PBKDF2", false, ["deriveKey"]);
  key = await crypto.subtle.deriveKey({ name: "PBKDF2", hash: "SHA-256", salt: bytesOf(lock.salt), iterations: lock.rounds }, secret,
    { name: "AES-GCM", length: 256 }, false, ["decrypt"]);
};

const opened = async (name) => {
  const bytes = bytesOf(block(name));
  return new Uint8Array(await crypto.subtle.decrypt({ name: "AES-GCM", iv: bytes.subarray(0, 12), additionalData: new TextEncoder().encode(name) }, key, bytes.subarray(12)));
};
const json = async (name) => JSON.parse(lock ? new TextDecoder().decode(await opened(name)) : block(name));

// ---- notes

const PAGE = 100; // rows drawn at once
const LONGEST = 500_000; // characters from which on a note is shown as it was typed
let notes = [];
let files = new Map(); // id → attachment
let hits = [];
let drawn = 0;

const folded = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
const headline = ({ title, text }) => (title.trim() || text.split("\n").map((line) => line.replace(/^[\s#>*+-]+/, "").trim()).find(Boolean) || "Untitled").slice(0, 120);
const day = (moment) => new Date(moment).toLocaleDateString(undefined, { dateStyle: "medium" });

const load = async () => {
  notes = [];
  for (let number = 0; block(`notes ${number}`) !== undefined; number++) notes.push(...(await json(`notes ${number}`)));
  notes.sort((a, b) => b.pinned - a.pinned || (a.updated < b.updated ? 1 : -1));
  (await json("attachments")).forEach((file, number) => files.set(file.id, { ...file, number }));
};

const look = () => {
  const words = folded(at("search").value).split(/\s+/).filter(Boolean);
  hits = notes.filter((note) => {
    if (!words.length) return true;
    note.said ??= folded(`${note.title}\n${note.text}\n${note.tags.join(" ")}`);
    return words.every((word) => note.said.includes(word));
  });
  at("state").textContent = words.length ? (hits.length === 1 ? "1 note" : hits.length ? `${hits.length} notes` : "Nothing found.") : `${notes.length} notes`;
  at("list").replaceChildren();
  drawn = 0;
  more();
};

const more = () => {
  for (const note of hits.slice(drawn, drawn + PAGE)) {
    const row = make("li");
    const button = make("button", "", { type: "button", dir: "auto" });
    button.append(make("strong", headline(note)), make("small", [day(note.created), note.deleted && "in the trash", ...note.tags].filter(Boolean).join(" · ")));
    button.onclick = () => {
      for (const other of at("list").querySelectorAll("[aria-current]")) other.removeAttribute("aria-current");
      row.setAttribute("aria-current", "true");
      show(note);
      at("page").focus();
      if (innerWidth < 720) at("page").scrollIntoView();
    };
    row.append(button);
    at("list").append(row);
  }
  drawn += PAGE;
  at("more").hidden = drawn >= hits.length;
};

const show = (note) => {
  const head = make("header");
  if (note.title.trim()) head.append(make("h1", note.title, { dir: "auto" }));
  head.append(make("p", [`Written ${day(note.created)}`, note.updated.slice(0, 10) !== note.created.slice(0, 10) && `changed ${day(note.updated)}`,
    note.deleted && "in the trash", ...note.tags.map((tag) => `#${tag}`)].filter(Boolean).join(" · ")));
  const text = make("div", "", { dir: "auto" });
  if (note.text.length > LONGEST) text.append(make("pre", note.text));
  else text.append(blocks(note.text.split("\n"), 0));
  at("page").replaceChildren(head, text);
};

// ---- attachments

const urls = new Map();
const url = async (file) => {
  if (!urls.has(file.id)) {
    const name = `attachment ${file.number}`;
    const bytes = lock ? await opened(name) : bytesOf(block(name));
    urls.set(file.id, URL.createObjectURL(new Blob([bytes], { type: SHOWN.test(file.type) ? file.type : "application/octet-stream" })));
  }
  return urls.get(file.id);
};
const SHOWN = /^image\/(png|jpeg|gif|webp|avif)$/;

const attached = (id, name, asPicture) => {
  const file = files.get(id);
  if (!file?.here) return make("span", `[${name || file?.name || "attachment"}: not in this file]`, { class: "lacking" });
  if (asPicture && SHOWN.test(file.type)) {
    const picture = make("img", "", { alt: name || file.name });
    url(file).then((address) => (picture.src = address));
    return picture;
  }
  const button = make("button", name || file.name, { type: "button", class: "file" });
  button.onclick = async () => make("a", "", { href: await url(file), download: file.name }).click();
  return button;
};

// ---- Markdown, the common part of it, straight into elements

const DEEP = 8; // levels of quotations and lists
const INLINE = /`([^`\n]{1,500})`|(!?)\[([^\[\]\n]{0,500})\]\(<?([^()\s<>]{1,2000}(?:\([^()\s]{0,200}\)[^()\s<>]{0,200})?)>?(?: "[^"\n]{0,500}")?\)|\*\*(?=\S)([^*\n]{1,500})\*\*|__(?=\S)([^_\n]{1,500})__|\*(?=\S)([^*\n]{1,500})\*|(?<![\p{L}\p{N}])_(?=\S)([^_\n]{1,500})_(?![\p{L}\p{N}])|~~([^~\n]{1,500})~~|\\([\\`*_{}\[\]()#+.!~>|-])|(https?:\/\/[^\s<>"]{1,2000}[^\s<>".,;:!?)\]'])/gu;

const link = (address, text) => (/^(https?:|mailto:)/i.test(address) ? make("a", text, { href: address, target: "_blank", rel: "noopener noreferrer" }) : make("span", text));

const inline = (text, deep = 0) => {
  const made = document.createDocumentFragment();
  let done = 0;
  for (const found of deep > 3 ? [] : text.matchAll(INLINE)) {
    made.append(text.slice(done, found.index));
    done = found.index + found[0].length;
    const [, code, bang, name, address, bold, bold2, italic, italic2, struck, escaped, bare] = found;
    if (code) made.append(make("code", code));
    else if (address) {
      const id = /^attachment:([0-9A-HJKMNP-TV-Z]{26})$/.exec(address)?.[1];
      if (id) made.append(attached(id, name, bang));
      else if (bang) made.append(make("span", `[picture: ${name || address}]`, { class: "lacking" }));
      else made.append(link(address, name || address));
    } else if (bold || bold2 || italic || italic2 || struck) {
      const around = make(bold || bold2 ? "strong" : struck ? "del" : "em");
      around.append(inline(bold ?? bold2 ?? italic ?? italic2 ?? struck, deep + 1));
      made.append(around);
    } else made.append(escaped ?? link(bare, bare));
  }
  made.append(text.slice(done));
  return made;
};

const ITEM = /^(\s*)([-*+]|\d{1,9}[.)])\s+(.*)$/;

const blocks = (lines, deep) => {
  const made = document.createDocumentFragment();
  let paragraph = null;
  for (let n = 0; n < lines.length; n++) {
    const line = lines[n];
    const fence = /^\s{0,3}(```+|~~~+)/.exec(line);
    const heading = /^\s{0,3}(#{1,6})\s+(.*?)\s*#*\s*$/.exec(line.slice(0, 5000));
    const before = paragraph;
    paragraph = null;
    if (fence) {
      const code = [];
      while (++n < lines.length && !lines[n].trim().startsWith(fence[1])) code.push(lines[n]);
      const pre = make("pre");
      pre.append(make("code", code.join("\n")));
      made.append(pre);
    } else if (heading) {
      const title = make(`h${Math.min(6, heading[1].length + 1)}`);
      title.append(inline(heading[2]));
      made.append(title);
    } else if (/^\s{0,3}([-*_])(\s*\1){2,}\s*$/.test(line.slice(0, 500))) made.append(make("hr"));
    else if (deep < DEEP && /^\s{0,3}>/.test(line)) {
      const inside = [];
      for (; n < lines.length && /^\s{0,3}>/.test(lines[n]); n++) inside.push(lines[n].replace(/^\s{0,3}> ?/, ""));
      n--;
      const quote = make("blockquote");
      quote.append(blocks(inside, deep + 1));
      made.append(quote);
    } else if (deep < DEEP && ITEM.test(line)) {
      const [, indent, mark] = ITEM.exec(line);
      const numbered = /\d/.test(mark);
      const list = make(numbered ? "ol" : "ul", "", numbered ? { start: parseInt(mark) } : {});
      while (n < lines.length) {
        const item = ITEM.exec(lines[n]);
        if (!item || item[1].length > indent.length || /\d/.test(item[2]) !== numbered) break;
        const inside = [];
        const task = /^\[([ xX])\]\s+(.*)$/.exec(item[3]);
        inside.push(task ? task[2] : item[3]);
        for (n++; n < lines.length && /^\s+\S/.test(lines[n]) && /^\s*/.exec(lines[n])[0].length > indent.length; n++) inside.push(lines[n].replace(/^(\t| {1,4})/, ""));
        const row = make("li");
        if (task) {
          const box = make("input", "", { type: "checkbox", disabled: "" });
          box.checked = task[1] !== " ";
          row.append(box, " ");
        }
        const first = inside.findIndex((text, place) => place && (ITEM.test(text) || /^\s{0,3}(>|```|~~~)/.test(text)));
        row.append(inline(inside.slice(0, first < 0 ? undefined : first).join("\n")));
        if (first > 0) row.append(blocks(inside.slice(first), deep + 1));
        list.append(row);
      }
      n--;
      made.append(list);
    } else if (line.trim()) {
      paragraph = before ?? made.appendChild(make("p"));
      if (before) paragraph.append(make("br"));
      paragraph.append(inline(line));
    }
  }
  return made;
};

// ---- start

const start = async () => {
  await load();
  at("lock").hidden = true;
  at("notes-view").hidden = false;
  look();
  at("list").querySelector("button")?.parentElement.setAttribute("aria-current", "true");
  if (hits.length) show(hits[0]);
};

let asked = 0;
at("search").oninput = () => {
  const now = ++asked;
  setTimeout(() => now === asked && look(), 80);
};
at("more").onclick = more;

if (lock) {
  at("lock").hidden = false;
  at("passphrase").focus();
  at("lock").onsubmit = async (event) => {
    event.preventDefault();
    const button = at("lock").querySelector("button");
    button.disabled = true;
    at("lock-state").textContent = "Opening…";
    try {
      await unlock(at("passphrase").value);
      await start();
      at("passphrase").value = "";
    } catch (error) {
      at("lock-state").textContent = crypto?.subtle ? (error?.name === "OperationError" ? "That passphrase does not open it." : `It could not be opened: ${error}`)
        : "This browser does not decrypt files from a disk. Another one (Firefox, Chrome, Edge) will.";
    }
    button.disabled = false;
  };
} else start();
