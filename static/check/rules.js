// The small sums of the method: one function per formula of docs/losprotokoll.md.
import { concat, fromHex, hashHex, hashLines, hmacHex, toHex, utf8 } from "./bytes.js";
import { hmacUnder, sha256 } from "./sha256.js";
import { byCodePoint, canonical } from "./text.js";

const HEX64 = /^[0-9a-f]{64}$/;

function lotto(value) {
  if (!/^([0-9]{2}-){5}[0-9]{2}\/[0-9]$/.test(value)) return false;
  const six = value.slice(0, 17).split("-").map(Number);
  return six.every((n, i) => n >= 1 && n <= 49 && (i === 0 || six[i - 1] < n));
}

function freeText(value) {
  const length = [...value].length;
  return length >= 1 && length <= 300 && value === value.normalize("NFC") &&
    !/[\u0000-\u001f\u007f-\u009f]|^ | $| {2}/.test(value) && !/\p{Surrogate}/u.test(value);
}

const FORMS = {
  dice: (value) => /^[0-9]{20,}$/.test(value),
  lotto,
  drand: (value) => /^(0|[1-9][0-9]*):[0-9a-f]{64}$/.test(value),
  invitation: (value) => HEX64.test(value),
  local: (value) => HEX64.test(value),
  text: freeText,
};

/** Section 4: whether a public value stands in its one written form. */
export function isWritten(kind, value) {
  return Object.hasOwn(FORMS, kind) && typeof value === "string" && FORMS[kind](value);
}

/** Section 4: the seed in hex. */
export function seedOf(commitment, kind, value, rehearsal) {
  return hashLines("buergerrat/startwert/1", commitment, kind, rehearsal ? "probe" : "echt", value);
}

/** Section 3: the ticket of a row, in hex, under a seed given in hex. */
export function ticketsUnder(seed, drawId) {
  const hmac = hmacHex(seed);
  return (rowId) => hmac(`${drawId}\0${rowId}`);
}

/** Section 2.1: the Merkle root that a leaf (hex) and its proof lead to; null: no proof. */
export function rootFrom(leaf, path) {
  let node = sha256(concat(Uint8Array.of(0), fromHex(leaf)));
  for (const step of path === "" ? [] : path.split(" ")) {
    if (!/^[lr][0-9a-f]{64}$/.test(step)) return null;
    const other = fromHex(step.slice(1));
    const [left, right] = step[0] === "l" ? [other, node] : [node, other];
    node = sha256(concat(Uint8Array.of(1), left, right));
  }
  return toHex(node);
}

/** Section 2.2: the commitment to a person's features. */
export function personCommitment(features, household, salt) {
  return hashHex(utf8(canonical({ features, household, salt })));
}

/** Section 5: a function from a list's number (text) to {opening, mark} of one person. */
export function seatsOf(id, salt) {
  const hmac = hmacUnder(fromHex(salt));
  return (label) => {
    const opening = toHex(hmac(utf8(`buergerrat/platz/1\0${label}`)));
    return { opening, mark: markOf(id, label, opening) };
  };
}

/** Section 5: the Platzzeichen that an opening leads to. */
export function markOf(id, label, opening) {
  return hashLines("buergerrat/platzzeichen/1", id, label, opening).slice(0, 32);
}

/** Section 5: a list's number as text. */
export const labelOf = (number, panels) =>
  String(number).padStart(String(panels - 1).length, "0");

/** Section 5: a chance with six digits. */
export function decimal(count, panels) {
  const [n, m] = [BigInt(count), BigInt(panels)];
  const millionths = (2n * n * 1_000_000n + m) / (2n * m);
  return `${millionths / 1_000_000n}.${String(millionths % 1_000_000n).padStart(6, "0")}`;
}

/** Section 8: the list that a public source names, as a BigInt; no remainder favours any. */
export function pickNumber(seed, marksSum, kind, value, panels) {
  const m = BigInt(panels);
  const limit = ((1n << 256n) / m) * m;
  for (let i = 0; ; i++) {
    const hash = hashLines("buergerrat/liste/1", seed, marksSum, kind, value, String(i));
    const x = BigInt(`0x${hash}`);
    if (x < limit) return x % m;
  }
}

/** Section 8: seed of the order in which people move up. */
export const replacementSeed = (seed, marksSum, digits) =>
  hashLines("buergerrat/nachruecken/2", seed, marksSum, digits);

/** Section 8: everybody, by ticket. */
export function orderOf(ids, seed) {
  const ticket = ticketsUnder(seed, "nachruecken");
  const turns = ids.map((id) => [ticket(id), id]);
  turns.sort((a, b) => byCodePoint(a[0], b[0]) || byCodePoint(a[1], b[1]));
  return turns.map(([, id]) => id);
}
