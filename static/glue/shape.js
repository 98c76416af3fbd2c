// Whether a stored record is what its readers take it for: a disk that lost a part of it, a browser's bug or another script of this
// origin may have left something else. seal.js asks for every record that is read; what fails counts as damaged.
const text = (value) => typeof value === "string";
const moment = (value) => text(value) && /^\d{4}-\d\d-\d\d/.test(value);
const flag = (value) => typeof value === "boolean";
const whole = (value) => Number.isSafeInteger(value);
const count = (value) => Number.isFinite(value);
const texts = (value) => Array.isArray(value) && value.every(text);
const fields = (value) => value !== null && typeof value === "object" && !Array.isArray(value);
const maybe = (kind) => (value) => value === undefined || kind(value);
const shaped = (kinds) => (value) => fields(value) && Object.entries(kinds).every(([name, kind]) => kind(value[name]));

// What app/everywhere/note.py, history.py and attachments.py say.
const NOTE = { created: moment, updated: moment, title: text, text, tags: texts, revision: whole };
const STORES = {
  notes: shaped({ ...NOTE, pinned: flag, archived: flag, deleted: (value) => value === "" || moment(value), never_leaves: flag, mood: text, refused: maybe(texts) }),
  revisions: shaped({ ...NOTE, note: text, why: text }),
  attachments: shaped({ name: text, bytes: count, created: moment }),
};

// Settings that are read while the notebook opens, or beside it; those that have no line here are looked at by who reads them.
const SETTINGS = {
  "forgotten words": shaped({ value: texts }),
  "forgotten tags": shaped({ value: texts }),
  "learned since": shaped({ value: text }),
  "alongside off": shaped({ value: texts }),
  "feature times": shaped({ value: fields }),
  "lock after": shaped({ value: count }),
  "safe copies": shaped({ value: shaped({ every: maybe(count), day: maybe(text), where: maybe(text), state: maybe(text) }) }),
  clock: shaped({ moment: text, day: text, thinned: text }),
  "last import": shaped({ value: shaped({ title: text, moment: text, notes: count }) }),
  "unused attachments": shaped({ value: fields }),
  "sample notebook": shaped({ value: texts }),
};

export const isMoment = moment;

// What JSON can hold, and bytes beside it: only that can be sealed and exported faithfully. It ends with what goes in circles.
const DEEP = 30;
const plain = (value, depth = 0) =>
  value === null || text(value) || flag(value) || count(value) || (value === undefined && depth === 1) || (ArrayBuffer.isView(value) && depth === 1) ||
  (typeof value === "object" && depth < DEEP && (Array.isArray(value) || Object.getPrototypeOf(value) === Object.prototype) &&
    Object.values(value).every((one) => plain(one, depth + 1)));

export const sound = (store, record) => plain(record) && text(record.id) && ((store === "settings" ? SETTINGS[record.id] : STORES[store])?.(record) ?? true);

// The vault's own record, settings/vault.
export const isVault = shaped({ key: text, state: (value) => ["sealing", "on", "opening"].includes(value), ways: Array.isArray });
