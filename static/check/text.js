// Strict readers: a text that is not written exactly as section 1 says is refused.
import { need } from "./report.js";

/** UTF-8 without BOM; nothing is repaired. */
export function decode(bytes, name) {
  let text;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    need(false, `${name} ist kein Text in UTF-8.`);
  }
  need(!text.startsWith("\ufeff"), `${name} beginnt mit einem unsichtbaren Zeichen (BOM).`);
  return text;
}

// Surrogates stand for code points above all others, but below U+E000 as UTF-16 units.
const rank = (unit) => (unit < 0xd800 ? unit : unit >= 0xe000 ? unit - 0x800 : unit + 0x2000);

/** Compare by code points, as the record does; JavaScript's own order is by UTF-16 units. */
export function byCodePoint(a, b) {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    if (a[i] !== b[i]) return rank(a.charCodeAt(i)) - rank(b.charCodeAt(i));
  }
  return a.length - b.length;
}

/** Whether a list of texts ascends, no two of them equal. */
export function ascends(texts) {
  return texts.every((text, i) => i === 0 || byCodePoint(texts[i - 1], text) < 0);
}

/** The one JSON text of a value. */
export function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (value !== null && typeof value === "object") {
    const keys = Object.keys(value).sort(byCodePoint);
    return `{${keys.map((key) => `${canonical(key)}:${canonical(value[key])}`).join(",")}}`;
  }
  return JSON.stringify(typeof value === "string" ? value.normalize("NFC") : value);
}

/** Read canonical JSON: what is written otherwise, also with a float, is refused. */
export function readJson(bytes, name) {
  const text = decode(bytes, name);
  let value;
  try {
    value = JSON.parse(text, (_key, item) => {
      need(typeof item !== "number" || Number.isSafeInteger(item), `${name} enthält Kommazahlen.`);
      return item;
    });
  } catch {
    need(false, `${name} ist kein JSON, wie das Format es verlangt.`);
  }
  need(canonical(value) === text, `${name} ist nicht in der einen Schreibweise geschrieben.`);
  return value;
}

function cells(text) {
  const rows = [];
  let row = [], field = "", at = 0;
  while (at < text.length) {
    if (text[at] === '"') {
      let end = at;
      do end = text.indexOf('"', end + 1) + 1;
      while (end > 0 && text[end] === '"');
      if (end === 0) return null;
      field = text.slice(at + 1, end - 1).replaceAll('""', '"');
      at = end;
    } else {
      let end = at;
      while (end < text.length && text[end] !== "," && text[end] !== "\n") end++;
      field = text.slice(at, end);
      at = end;
    }
    row.push(field);
    if (text[at] === "\n") {
      rows.push(row);
      row = [];
      if (text[at + 1] === undefined) return rows;
    } else if (text[at] !== ",") return null;
    at++;
    if (text[at] === "\n" && row.length) {
      row.push("");
      rows.push(row);
      row = [];
      at++;
    }
  }
  return rows;
}

const quoted = (field) => (/[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field);
const written = (row) => (row.length === 1 && row[0] === "" ? '""' : row.map(quoted).join(","));

/** Read CSV with the given first columns; returns {head, rows}. Every row has as many cells. */
export function readCsv(bytes, name, head) {
  const text = decode(bytes, name);
  need(text.endsWith("\n"), `${name} endet nicht mit einem Zeilenende.`);
  const plain = !/["\r]/.test(text);
  const rows = plain
    ? text.slice(0, -1).split("\n").map((line) => line.split(","))
    : cells(text);
  const exact = plain || (rows && rows.map((row) => `${written(row)}\n`).join("") === text);
  need(exact, `${name} ist nicht so geschrieben, wie das Format es verlangt.`);
  const [first, ...rest] = rows;
  const fits = head.every((column, i) => first[i] === column);
  need(fits, () => `${name} hat andere Spalten als ${head.join(", ")}.`);
  const even = rest.every((row) => row.length === first.length);
  need(even, `In ${name} sind nicht alle Zeilen gleich lang.`);
  return { head: first, rows: rest };
}

/** A whole number ≥ 0 as the record writes it. */
export function whole(text, where) {
  need(/^(0|[1-9][0-9]{0,9})$/.test(text), () => `${where}: „${text}“ ist keine ganze Zahl.`);
  return Number(text);
}
