// Bytes, hex and UTF-8 as the record writes them (section 1).
import { hmacUnder, sha256 } from "./sha256.js";

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));
const encoder = new TextEncoder();

export const utf8 = (text) => encoder.encode(text);

export function toHex(bytes) {
  let text = "";
  for (const byte of bytes) text += HEX[byte];
  return text;
}

/** Bytes of a text of lower-case hex digits (checked by the caller). */
export function fromHex(text) {
  const bytes = new Uint8Array(text.length / 2);
  for (let i = 0; i < bytes.length; i++) bytes[i] = parseInt(text.substr(2 * i, 2), 16);
  return bytes;
}

export function concat(...parts) {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

export const isHex = (text, digits) =>
  typeof text === "string" && text.length === digits && /^[0-9a-f]+$/.test(text);

export const hashHex = (bytes) => toHex(sha256(bytes));

/** SHA-256 in hex of lines joined by line feeds, none at the end. */
export const hashLines = (...lines) => hashHex(utf8(lines.join("\n")));

/** HMAC in hex under a key given in hex: a function from a text to hex. */
export function hmacHex(keyHex) {
  const hmac = hmacUnder(fromHex(keyHex));
  return (text) => toHex(hmac(utf8(text)));
}
