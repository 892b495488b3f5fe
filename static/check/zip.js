// The record's zip: files stored in order, nothing else, every byte as section 9 says.
import { utf8, concat } from "./bytes.js";
import { need } from "./report.js";
import { byCodePoint, decode } from "./text.js";

const TABLE = Uint32Array.from({ length: 256 }, (_, n) => {
  for (let k = 0; k < 8; k++) n = n & 1 ? (n >>> 1) ^ 0xedb88320 : n >>> 1;
  return n >>> 0;
});

function crc32(bytes) {
  let crc = 0xffffffff;
  for (let i = 0; i < bytes.length; i++) crc = TABLE[(crc ^ bytes[i]) & 255] ^ (crc >>> 8);
  return ~crc >>> 0;
}

/** Fields of two or four bytes, little-endian: [size, value]. */
function packed(...fields) {
  const bytes = new Uint8Array(fields.reduce((sum, [size]) => sum + size, 0));
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const [size, value] of fields) {
    if (size === 2) view.setUint16(at, value, true);
    else view.setUint32(at, value, true);
    at += size;
  }
  return bytes;
}

const JANUARY_1980 = 0x21; // day 1, month 1, year 1980
const UNIX_2_0 = 0x0314;
const RIGHTS = 0o644 * 0x10000;

/** The one zip of some files (a Map from name to bytes). */
export function zipOf(files) {
  const locals = [], centrals = [];
  let at = 0;
  for (const name of [...files.keys()].sort(byCodePoint)) {
    const data = files.get(name), label = utf8(name);
    const about = [
      [2, 20], [2, 0], [2, 0], [2, 0], [2, JANUARY_1980], [4, crc32(data)],
      [4, data.length], [4, data.length], [2, label.length], [2, 0],
    ];
    locals.push(packed([4, 0x04034b50], ...about), label, data);
    const more = [[2, 0], [2, 0], [2, 0], [4, RIGHTS], [4, at]];
    centrals.push(packed([4, 0x02014b50], [2, UNIX_2_0], ...about, ...more), label);
    at += 30 + label.length + data.length;
  }
  const central = concat(...centrals);
  const n = files.size;
  const end = packed(
    [4, 0x06054b50], [2, 0], [2, 0], [2, n], [2, n], [4, central.length], [4, at], [2, 0],
  );
  return concat(...locals, central, end);
}

const FOREIGN =
  "Das ist kein Losprotokoll, wie es veröffentlicht wird: Das Zip ist verändert, neu gepackt " +
  "oder unvollständig.";

/** Read the zip into a Map from name to bytes; refuses what is not byte for byte as written. */
export function unzip(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const files = new Map();
  let at = 0;
  while (at + 30 <= bytes.length && view.getUint32(at, true) === 0x04034b50) {
    const size = view.getUint32(at + 18, true), length = view.getUint16(at + 26, true);
    const start = at + 30 + length;
    need(start + size <= bytes.length, FOREIGN);
    const name = decode(bytes.subarray(at + 30, start), "Ein Dateiname");
    need(!files.has(name), FOREIGN);
    const data = bytes.subarray(start, start + size);
    need(view.getUint32(at + 14, true) === crc32(data), `Im Zip wurde die Datei ${name} verändert.`);
    files.set(name, data);
    at = start + size;
  }
  need(files.size > 0, "Diese Datei ist kein Losprotokoll: Es fehlt der Anfang eines Zip.");
  const again = zipOf(files);
  need(again.length === bytes.length && again.every((byte, i) => byte === bytes[i]), FOREIGN);
  return files;
}
