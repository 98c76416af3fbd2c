// The textarea, for app/page/views/suggestion.py and editor.py. It is JavaScript because a value
// that is read from Python is copied whole, and a note may hold megabytes: only windows of
// the text cross here.

// The text before the caret (at most `limit` characters), the rest of its line, and whether
// there is a caret at all (no selection), parted by a character that can't be typed.
export const around = (area, limit) => {
  const { selectionStart: caret, selectionEnd, value } = area;
  if (caret !== selectionEnd) return "";
  let end = value.indexOf("\n", caret);
  if (end < 0) end = value.length;
  const start = Math.max(0, caret - limit);
  return `${value.slice(start, caret)}\u0000${value.slice(caret, Math.min(end, caret + 80))}\u0000${caret}`;
};

// The beginning of the text and its end, at most so many characters of each.
export const head = ({ value }, limit) => value.slice(0, limit);
export const tail = ({ value }, limit) => value.slice(-limit);

// What stands before the caret, at most so many characters of it.
export const before = ({ value, selectionStart }, limit) => value.slice(Math.max(0, selectionStart - limit), selectionStart);

// Lays `text` out after the caret. The mirror lies over the textarea with the same metrics;
// all it shows is the ghost. It follows the textarea's own scrolling.
export const ghost = (area, mirror, text) => {
  if (!text) {
    if (mirror.firstChild) mirror.replaceChildren();
    return;
  }
  const span = document.createElement("span");
  span.textContent = text;
  mirror.replaceChildren(area.value.slice(0, area.selectionStart), span);
  mirror.scrollTop = area.scrollTop;
};

// Inserts at the caret so that the browser's own undo takes it back.
export const insert = (area, text) => {
  area.focus();
  if (!document.execCommand("insertText", false, text)) {
    area.setRangeText(text, area.selectionStart, area.selectionEnd, "end");
    area.dispatchEvent(new InputEvent("input", { bubbles: true, inputType: "insertText", data: text }));
  }
};

// Another text in the field; the caret stays where it was as far as the text allows.
export const fill = (area, text, keepCaret) => {
  if (area.value === text) return;
  const { selectionStart, selectionEnd } = area;
  area.value = text;
  if (keepCaret) area.setSelectionRange(Math.min(selectionStart, text.length), Math.min(selectionEnd, text.length));
  else area.setSelectionRange(text.length, text.length);
};

// Puts `text` where the text from `start` to `end` is, so that the browser's own undo takes it back. The focus stays where it is, and the
// caret with what it stood beside; what is inserted at the caret ends before it.
export const put = (area, start, end, text) => {
  const { selectionStart, selectionEnd } = area;
  const focused = document.activeElement;
  area.setSelectionRange(start, end);
  area.focus({ preventScroll: true });
  if (!document.execCommand(text ? "insertText" : "delete", false, text)) {
    area.setRangeText(text, start, end, "end");
    area.dispatchEvent(new InputEvent("input", { bubbles: true, inputType: text ? "insertText" : "deleteContent", data: text }));
  }
  const moved = (at) => (at < start ? at : at >= end ? at + text.length - (end - start) : start + text.length);
  area.setSelectionRange(start === end ? moved(end) : moved(selectionStart), moved(selectionEnd));
  if (focused !== area && focused !== document.body) focused?.focus({ preventScroll: true });
};
