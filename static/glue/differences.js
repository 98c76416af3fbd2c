// What was added to a text and removed from it since, word by word, for app/page/views/history.py. jsdiff compares; it is
// loaded when a history is first looked at. What is shown is set as text: nothing in it is ever parsed.

let diffArrays;
export const load = async () => {
  ({ diffArrays } = await import("../vendor/diff/diff/array.js"));
  return true;
};

// Milliseconds that a comparison may take; then lines are compared instead of words, and then nothing is.
const AT_MOST_MS = 400;
// Characters of an unchanged stretch beyond which its middle is folded, and that stay at each end of it.
const FOLD_FROM = 500;
const STAYS = 160;

const segmenter = new Intl.Segmenter(undefined, { granularity: "word" });
const words = (text) => Array.from(segmenter.segment(text), ({ segment }) => segment);
const lines = (text) => text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
const countWords = (text) => {
  let count = 0;
  for (const { isWordLike } of segmenter.segment(text)) count += isWordLike ? 1 : 0;
  return count;
};

// [{removed, added, same}]: of each stretch either `same` or the other two have text.
const compare = (then, now) => {
  if (then === now) return [{ removed: "", added: "", same: now }];
  let start = 0;
  while (start < then.length && then[start] === now[start]) start++;
  while (start && /\S/.test(then[start - 1])) start--;
  let end = 0;
  while (end < Math.min(then.length, now.length) - start && then.at(-1 - end) === now.at(-1 - end)) end++;
  while (end && /\S/.test(then[then.length - end])) end--;
  const [old, fresh] = [then, now].map((text) => text.slice(start, text.length - end));
  const found = [{ same: now.slice(0, start) }];
  for (const { value, added, removed } of differing(old, fresh)) {
    const text = value.join("");
    const last = found.at(-1);
    if (!added && !removed) {
      // A blank between two changes belongs to both: «old words» and not «old» and «words».
      if (/^[^\S\n]+$/.test(text) && found.length > 1) found.push({ same: text, blank: true });
      else found.push({ same: text });
    } else {
      let into = last;
      if (last.blank) {
        found.pop();
        into = found.at(-1);
        into.removed += last.same;
        into.added += last.same;
      } else if (last.same !== undefined) found.push((into = { removed: "", added: "" }));
      into[added ? "added" : "removed"] += text;
    }
  }
  found.push({ same: now.slice(now.length - end) });
  return found.map(({ removed = "", added = "", same = "" }) => ({ removed, added, same }));
};

const differing = (old, fresh) => {
  for (const split of old.length + fresh.length < 200_000 ? [words, lines] : [lines]) {
    const found = diffArrays(split(old), split(fresh), { timeout: AT_MOST_MS });
    if (found) return found;
  }
  return [{ value: [old], removed: true }, { value: [fresh], added: true }];
};

// [words added since, words removed since].
export const count = (then, now) => {
  const found = compare(then, now);
  return [countWords(found.map(({ added }) => added).join(" ")), countWords(found.map(({ removed }) => removed).join(" "))];
};

const mark = (name, text) => {
  const element = document.createElement(name);
  element.textContent = text;
  return element;
};

const folded = (text, first, last) => {
  if (text.length < FOLD_FROM) return [text];
  const [head, tail] = [first ? 0 : text.indexOf(" ", STAYS) + 1 || STAYS, last ? text.length : text.lastIndexOf(" ", text.length - STAYS)];
  const fold = mark("span", ` … ${countWords(text.slice(head, tail)).toLocaleString()} words unchanged … `);
  fold.className = "fold";
  return [text.slice(0, head), fold, text.slice(tail)];
};

// Draws the text as it is now, with what came since as <ins> and what is gone as <del>. `whole`: nothing is folded.
export const show = (place, then, now, whole) => {
  const found = compare(then, now).filter(({ removed, added, same }) => removed || added || same);
  place.replaceChildren(
    ...found.flatMap(({ removed, added, same }, at) => [
      ...(removed ? [mark("del", removed)] : []),
      ...(added ? [mark("ins", added)] : []),
      ...(same ? (whole ? [same] : folded(same, at === 0, at === found.length - 1)) : []),
    ]),
  );
};
