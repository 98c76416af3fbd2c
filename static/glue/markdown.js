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

purify.addHook("afterSanitizeAttributes", (node) => {
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

export const show = (place, text) => {
  const html = marked.parse(text);
  place.replaceChildren(
    purify.sanitize(html, { ALLOWED_TAGS, ALLOWED_ATTR, ALLOW_DATA_ATTR: false, ALLOW_ARIA_ATTR: false, RETURN_DOM_FRAGMENT: true }),
  );
};
