// Markdown to safe HTML: marked parses, DOMPurify keeps what is on a short list.
// A note is hostile until it has been through here: it may have been pasted or imported.
import { Marked } from "../vendor/marked/marked.esm.js";
import DOMPurify from "../vendor/dompurify/purify.es.mjs";

const ALLOWED_TAGS = [
  "a", "b", "blockquote", "br", "code", "dd", "del", "dl", "dt", "em", "h1", "h2", "h3", "h4", "h5", "h6",
  "hr", "i", "img", "input", "ins", "kbd", "li", "mark", "ol", "p", "pre", "s", "strong", "sub", "sup",
  "table", "tbody", "td", "th", "thead", "tr", "ul",
];
const ALLOWED_ATTR = ["href", "title", "alt", "src", "align", "start", "type", "checked", "disabled"];

// HTML inside a note is shown as the text it is: it never becomes elements.
const escaped = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
const marked = new Marked({ async: false, gfm: true, breaks: true, renderer: { html: ({ text }) => escaped(text) } });

const purify = DOMPurify(window);

// The pictures and links of what is being drawn that name an attachment, and which. Only these elements of ours are filled later, by
// what the notebook has under that id; the address itself is dropped like any other that is not on the list.
const ATTACHMENT = /^attachment:([0-7][0-9A-HJKMNP-TV-Z]{25})$/;
let slots = new Map();

purify.addHook("uponSanitizeAttribute", (node, { attrName, attrValue }) => {
  const id = ATTACHMENT.exec(attrValue)?.[1];
  if (id && ((node.nodeName === "IMG" && attrName === "src") || (node.nodeName === "A" && attrName === "href"))) slots.set(node, id);
});

purify.addHook("afterSanitizeAttributes", (node) => {
  if (slots.has(node)) return;
  if (node.nodeName === "A") {
    if (!/^(https?:|mailto:)/i.test(node.getAttribute("href") ?? "")) node.removeAttribute("href");
    node.setAttribute("target", "_blank");
    node.setAttribute("rel", "noopener noreferrer");
  }
  // A picture from elsewhere would tell its host that the note was opened; only a picture that
  // lies in the note itself is shown, and never SVG, which is a document of its own.
  if (node.nodeName === "IMG" && !/^data:image\/(png|jpeg|gif|webp);base64,/i.test(node.getAttribute("src") ?? ""))
    node.replaceWith(document.createTextNode(`[picture: ${node.getAttribute("alt") || "not shown"}]`));
  if (node.nodeName === "INPUT") {
    if (node.getAttribute("type") === "checkbox") node.setAttribute("disabled", "");
    else node.remove();
  }
});

// A text as it will look, in two steps: `draft` makes it, then each attachment that it names is put in its place, then `show` shows it.
export const draft = (text) => {
  slots = new Map();
  const fragment = purify.sanitize(marked.parse(text), {
    ALLOWED_TAGS, ALLOWED_ATTR, ALLOW_DATA_ATTR: false, ALLOW_ARIA_ATTR: false, RETURN_DOM_FRAGMENT: true,
  });
  return { fragment, slots: [...slots.keys()], ids: [...slots.values()], pictures: [] };
};

// [{id, picture: whether it is to be shown as one, name: what the note calls it}] as JSON, in order.
export const attachments = ({ slots, ids }) =>
  JSON.stringify(slots.map((node, at) => ({
    id: ids[at], picture: node.nodeName === "IMG", name: (node.nodeName === "IMG" ? node.getAttribute("alt") : node.textContent) ?? "",
  })));

// `element` takes the place of the attachment `at`; `other` that of a picture which turns out to be none.
export const put = (drawing, at, element, other) => {
  drawing.slots[at].replaceWith(element);
  if (element.nodeName !== "IMG") return;
  element.addEventListener("error", () => element.replaceWith(other));
  drawing.pictures.push(element);
};

// Shows it once its pictures are unpacked, so that nothing moves when they come; but soon in any case.
export const show = async (place, { fragment, pictures }, mostMs) => {
  await Promise.race([
    Promise.all(pictures.map((picture) => picture.decode().catch(() => {}))),
    new Promise((done) => setTimeout(done, mostMs)),
  ]);
  place.replaceChildren(fragment);
};
