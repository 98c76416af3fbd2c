// Texts that were edited in two places, for app/page/text_merging.py: made one by a three-way merge, and changed on the
// page under the hands of whoever types there. node-diff3 merges what is not plain; it is loaded when it is first needed.

let library;
export const load = async () => {
  library ??= await import("../vendor/node-diff3/diff3.mjs");
  return true;
};

// Tokens of each side beyond which a region that both changed counts as changed at the same place: the search for
// what two sides have in common takes quadratic time.
const MOST_TOKENS = 4_000;
const MOST_CHARACTERS = 400_000;

const words = new Intl.Segmenter(undefined, { granularity: "word" });
const SPLITTERS = [
  (text) => text.match(/[^\n]*\n|[^\n]+$/g) ?? [],
  (text) => Array.from(words.segment(text), ({ segment }) => segment),
];

// What stands before a place at which a text may be cut for either.
const BOUNDARIES = [/\n/, /\s/];

// How many code units two texts have in common at their beginning, and after that at their end; no pair is cut in two.
const commonStart = (one, two) => {
  const most = Math.min(one.length, two.length);
  let count = 0;
  while (count < most && one.charCodeAt(count) === two.charCodeAt(count)) count++;
  return count && /[\ud800-\udbff]/.test(one[count - 1]) ? count - 1 : count;
};
const commonEnd = (one, two, start) => {
  const most = Math.min(one.length, two.length) - start;
  let count = 0;
  while (count < most && one.charCodeAt(one.length - 1 - count) === two.charCodeAt(two.length - 1 - count)) count++;
  return count && /[\udc00-\udfff]/.test(one[one.length - count]) ? count - 1 : count;
};

// The one edit that turns `base` into `text`: what stands at [start, end) is replaced by `put`.
const edit = (base, text) => {
  const start = commonStart(base, text);
  const end = commonEnd(base, text, start);
  return { start, end: base.length - end, put: text.slice(start, text.length - end) };
};

const isWord = (character) => /[\p{L}\p{N}]/u.test(character ?? "");

// Both were written at the same place, between `before` and `after`: theirs, then ours, with a gap where two lines or words
// would become one. But the end of a word goes with its beginning, and a beginning with its end.
const inTurn = (before, theirs, ours, after) => {
  const ends = (put) => isWord(before) && isWord(put[0]);
  const begins = (put) => isWord(put.at(-1)) && isWord(after);
  const [one, two] = (ends(ours) && !ends(theirs)) || (begins(theirs) && !begins(ours)) ? [ours, theirs] : [theirs, ours];
  const [last, first] = [one.at(-1), two[0]];
  const lines = /\n/.test(one + two) && last !== "\n" && first !== "\n";
  return one + (lines ? "\n" : isWord(last) && isWord(first) ? " " : "") + two;
};

// Both sides seen as one edit each: the merge, or null where the edits overlap or that is too rough a view: several edits
// seen as one may end in letters that only happen to be the same. `finest` says that nothing smaller can be told apart:
// then edits may also touch, as long as no word is torn. `around` is what stands before and after.
const oneEditEach = (base, ours, theirs, around, finest) => {
  const [a, b] = [edit(base, ours), edit(base, theirs)];
  if (a.start === a.end && b.start === b.end && a.start === b.start)
    return { text: base.slice(0, a.start) + inTurn(base[a.start - 1] ?? around[0], b.put, a.put, base[a.start] ?? around[1]) + base.slice(a.start), met: true };
  const [first, second] = a.start < b.start || (a.start === b.start && a.end <= b.start) ? [a, b] : [b, a];
  const at = second.start;
  if (first.end > at) return null;
  if (!finest && !/\s/.test(base.slice(first.end, at))) return null;
  if (first.end === at && ((isWord(base[at - 1] ?? around[0]) && isWord(second.put[0])) || (isWord(first.put.at(-1)) && isWord(base[at] ?? around[1])))) return null;
  return { text: base.slice(0, first.start) + first.put + base.slice(first.end, at) + second.put + base.slice(second.end), met: false };
};

// {text, met}; `met` says that both wrote at the same place. null: they changed the same, and no text has both.
const merged = (base, ours, theirs, around = [], depth = 0) => {
  if (ours === theirs || theirs === base) return { text: ours, met: false };
  if (ours === base) return { text: theirs, met: false };
  const plain = oneEditEach(base, ours, theirs, around, depth === SPLITTERS.length);
  if (plain || !library || depth === SPLITTERS.length) return plain;
  // What all three share at both ends is not searched: a note may be a book, and its edits lie close together.
  let start = Math.min(commonStart(base, ours), commonStart(base, theirs));
  while (start && !BOUNDARIES[depth].test(base[start - 1])) start--;
  let end = Math.min(commonEnd(base, ours, start), commonEnd(base, theirs, start));
  while (end && !BOUNDARIES[depth].test(base[base.length - end - 1])) end--;
  const middles = [base, ours, theirs].map((text) => text.slice(start, text.length - end));
  if (Math.max(...middles.map((text) => text.length)) > MOST_CHARACTERS) return null;
  const [o, a, b] = middles.map(SPLITTERS[depth]);
  if (Math.max(o.length, a.length, b.length) > MOST_TOKENS) return null;
  let text = base.slice(0, start);
  let met = false;
  for (const { ok, conflict } of library.diff3Merge(a, o, b)) {
    const part = ok ? { text: ok.join("") } : both(conflict);
    if (!part) return null;
    text += part.text;
    met ||= Boolean(part.met);
  }
  return { text: text + base.slice(base.length - end), met };

  function both({ o: base3, a: ours3, b: theirs3, oIndex }) {
    const before = o[oIndex - 1]?.at(-1) ?? base[start - 1] ?? around[0];
    const after = o[oIndex + base3.length]?.[0] ?? base[base.length - end] ?? around[1];
    return merged(base3.join(""), ours3.join(""), theirs3.join(""), [before, after], depth + 1);
  }
};

// null and not undefined: MicroPython knows only one nothing.
export const merge = (base, ours, theirs) => merged(base, ours, theirs);

// While an input method composes, what it composes must not be touched.
let composing = false;
globalThis.document?.addEventListener("compositionstart", () => (composing = true), true);
globalThis.document?.addEventListener("compositionend", () => (composing = false), true);

// The edits that turn one text into another, word by word where they are few enough: [start, end, put], in order.
const edits = (from, to) => {
  const { start, end, put } = edit(from, to);
  const [old, fresh] = [from.slice(start, end), put].map(SPLITTERS[1]);
  if (!library || Math.max(old.length, fresh.length) > MOST_TOKENS) return [[start, end, put]];
  const places = [start];
  for (const word of old) places.push(places.at(-1) + word.length);
  return library.diffIndices(old, fresh).map(({ buffer1: [at, count], buffer2Content }) => [places[at], places[at + count], buffer2Content.join("")]);
};

// Brings what was changed elsewhere (a text that was `was` and is `now`) into fields: [[field, was, now]]. What was typed
// in them since stays, and so does the caret. False, with nothing changed, where that can't be done at this moment.
export const weave = (rows) => {
  if (composing) return false;
  const changes = [];
  for (const [field, was, now] of rows) {
    const there = field.value;
    const text = there === was ? now : (library && merged(was, there, now)?.text);
    if (typeof text !== "string") return false;
    if (text !== there) changes.push([field, edits(there, text)]);
  }
  for (const [field, parts] of changes)
    for (const [start, end, put] of parts.reverse()) field.setRangeText(put, start, end, "preserve");
  return true;
};
