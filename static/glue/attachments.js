// Attachments for app/page/attachments.py and its view: files are read, hashed and made small here, so that their bytes never become
// objects of Python; it only hands them on. Bytes are believed, and never what a file says of itself.

// Bytes that are read at once: between two reads somebody may cancel, or type.
const READ_AT_ONCE = 1 << 20;
// Bytes from the beginning of a file that are looked through for a picture's size. Cameras put metadata and a preview before it.
const LOOKED_THROUGH = 1 << 20;

const text = (bytes, at, length) => String.fromCharCode(...bytes.subarray(at, at + length));

// [width, height] by kind of picture, from the first bytes alone: nothing is unpacked to learn that it is too large.
const SIZES = {
  "image/png": (bytes, view) => text(bytes, 0, 8) === "\x89PNG\r\n\x1a\n" && text(bytes, 12, 4) === "IHDR" && [view.getUint32(16), view.getUint32(20)],
  "image/gif": (bytes, view) => /^GIF8[79]a$/.test(text(bytes, 0, 6)) && [view.getUint16(6, true), view.getUint16(8, true)],
  "image/jpeg": (bytes, view) => {
    if (view.getUint16(0) !== 0xffd8) return false;
    for (let at = 2; view.getUint8(at) === 0xff; at += 2 + view.getUint16(at + 2)) {
      while (view.getUint8(at + 1) === 0xff) at++;
      const marker = view.getUint8(at + 1);
      // A start of frame; three markers of that range say something else.
      if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)) return [view.getUint16(at + 7), view.getUint16(at + 5)];
    }
    return false;
  },
  "image/webp": (bytes, view) => {
    if (text(bytes, 0, 4) !== "RIFF" || text(bytes, 8, 4) !== "WEBP") return false;
    const kind = text(bytes, 12, 4);
    if (kind === "VP8X") return [24, 27].map((at) => 1 + (view.getUint32(at - 1, true) >>> 8));
    if (kind === "VP8L") return [1 + (view.getUint32(21, true) & 0x3fff), 1 + ((view.getUint32(21, true) >>> 14) & 0x3fff)];
    return kind === "VP8 " && [view.getUint16(26, true) & 0x3fff, view.getUint16(28, true) & 0x3fff];
  },
  "image/avif": (bytes, view) => {
    if (text(bytes, 4, 4) !== "ftyp" || !/avi[fs]/.test(text(bytes, 8, Math.min(view.getUint32(0), 64)))) return false;
    // «ispe» is there for the whole and for each tile.
    let size = false;
    for (let at = 12; at < view.byteLength - 16; at++)
      if (bytes[at] === 0x69 && text(bytes, at, 4) === "ispe") size = [8, 12].map((after, n) => Math.max(size ? size[n] : 0, view.getUint32(at + after)));
    return size;
  },
};

// {type, pixels} of a picture that browsers show, by what its bytes say; null for everything else.
export const picture = (bytes) => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, LOOKED_THROUGH));
  for (const [type, size] of Object.entries(SIZES)) {
    try {
      const found = size(bytes, view);
      if (found && found[0] && found[1]) return { type, pixels: found[0] * found[1] };
    } catch {
      // It ends before it says how large it is.
    }
  }
  return null;
};

// What came with a paste, a drop or the picker, by number: Python and the router know numbers only.
const waiting = new Map();
let last = 0;

// [{file: its number, name, type, bytes}] as JSON.
export const take = (files) =>
  JSON.stringify(Array.from(files, (file) => {
    waiting.set(++last, { file, cancelled: false });
    return { file: last, name: file.name.toWellFormed?.() ?? file.name, type: file.type, bytes: file.size };
  }));

export const drop = (number) => waiting.delete(number);

export const cancel = (number) => {
  const job = waiting.get(number);
  if (job) job.cancelled = true;
};

// Bytes that are free on this device for this notebook, as a text; "" where the browser does not say.
export const room = async () => {
  try {
    const { quota, usage } = await navigator.storage.estimate();
    return String(Math.max(0, Math.floor(quota - usage)));
  } catch {
    return "";
  }
};

const failure = (error) => ({ error: error?.name ?? "Error", message: error?.message ?? String(error) });

// All of a file: {data, sha256, type, thumbnail}. `type` is "" for what is not shown as a picture, and `thumbnail` null where there is none.
// {error, message} where it cannot be read or somebody cancelled. `progress(bytes)` hears how far it is.
export const read = async (number, mostPixels, thumbnailPixels, progress) => {
  const job = waiting.get(number);
  const stopped = () => {
    if (job.cancelled) throw new DOMException("cancelled", "AbortError");
  };
  try {
    const { file } = job;
    const data = new Uint8Array(file.size);
    for (let at = 0; at < file.size; at += READ_AT_ONCE) {
      data.set(new Uint8Array(await file.slice(at, Math.min(file.size, at + READ_AT_ONCE)).arrayBuffer()), at);
      progress(Math.min(file.size, at + READ_AT_ONCE));
      stopped();
    }
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", data));
    const sha256 = Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
    stopped();
    const { type, pixels } = picture(data) ?? { type: "", pixels: 0 };
    const whole = type && pixels <= mostPixels ? await unpacked(data, type) : null;
    const thumbnail = whole && (await smaller(whole, thumbnailPixels));
    stopped();
    return { data, sha256, type: whole ? type : "", thumbnail };
  } catch (error) {
    return failure(error);
  } finally {
    waiting.delete(number);
  }
};

// The picture, turned as its camera was held, of an animation the first frame; null where the browser cannot read it.
const unpacked = (data, type) => createImageBitmap(new Blob([data], { type }), { imageOrientation: "from-image" }).catch(() => null);

const smaller = async (whole, longest) => {
  try {
    const scale = Math.min(1, longest / Math.max(whole.width, whole.height));
    const canvas = new OffscreenCanvas(Math.max(1, Math.round(whole.width * scale)), Math.max(1, Math.round(whole.height * scale)));
    const drawing = canvas.getContext("2d");
    drawing.imageSmoothingQuality = "high";
    drawing.drawImage(whole, 0, 0, canvas.width, canvas.height);
    // Safari makes PNG where it is asked for WebP: right, if larger.
    return new Uint8Array(await (await canvas.convertToBlob({ type: "image/webp", quality: 0.8 })).arrayBuffer());
  } catch {
    return null; // An older browser: the picture is shown in the preview all the same.
  } finally {
    whole.close();
  }
};

// The images made for a place of the page; each holds its bytes under an address.
const images = new Map();

// An image of these bytes, or null where they are no picture that is shown, whatever the record says.
export const image = (data, name, place, mostPixels) => {
  const { type, pixels } = picture(data) ?? {};
  if (!type || pixels > mostPixels) return null;
  const img = new Image();
  img.alt = name;
  img.src = URL.createObjectURL(new Blob([data], { type }));
  if (!images.has(place)) images.set(place, []);
  images.get(place).push(img);
  return img;
};

// What the place showed is gone from the page, so its bytes may go from memory. One that is still being read goes when it has been.
export const release = (place) => {
  for (const img of images.get(place) ?? []) {
    const go = () => URL.revokeObjectURL(img.src);
    if (img.complete) go();
    else for (const event of ["load", "error"]) img.addEventListener(event, go, { once: true });
  }
  images.delete(place);
};

// Has the browser save a copy. The type is nobody's: whatever is in it never opens as a page of this origin.
export const save = (data, name) => {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([data], { type: "application/octet-stream" }));
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
};

// The ids that the text names, in order, as JSON.
export const named = ({ value }) => {
  const ids = new Set();
  // Most texts name none, and are looked through once by native code.
  if (value.includes("attachment:")) for (const [, id] of value.matchAll(/attachment:([0-7][0-9A-HJKMNP-TV-Z]{25})/g)) ids.add(id);
  return JSON.stringify([...ids]);
};

// Where the text names this one: [[start, end, what stands there]] as JSON, the last first. A link that has its line to itself goes with it.
export const places = ({ value }, id) => {
  const found = [];
  const link = new RegExp(`!?\\[(?:\\\\.|[^\\[\\]\\\\\\n])*\\]\\(attachment:${id}\\)|<?attachment:${id}>?`, "g");
  for (const { 0: said, index } of value.matchAll(link)) {
    let [start, end] = [index, index + said.length];
    if ((start === 0 || value[start - 1] === "\n") && value[end] === "\n") end++;
    else if (end === value.length && value[start - 1] === "\n") start--;
    found.unshift([start, end, value.slice(start, end)]);
  }
  return JSON.stringify(found);
};

// The files that a paste brings, or null where text was meant: a table comes as text and as a picture of it. A copied file comes with its
// own name as text on some systems.
export const pasted = ({ clipboardData }) => {
  const files = [...(clipboardData?.files ?? [])];
  const said = clipboardData?.getData("text/plain").trim();
  return files.length && (!said || said.split(/[\r\n]+/).every((line) => files.some(({ name }) => line.endsWith(name)))) ? files : null;
};

export const dragsFiles = ({ dataTransfer }) => [...(dataTransfer?.types ?? [])].includes("Files");
