// Exact fractions of whole numbers of any size: [numerator, denominator], reduced, denominator > 0.
import { need } from "./report.js";

function gcd(a, b) {
  if (a < 0n) a = -a;
  while (b) [a, b] = [b, a % b];
  return a;
}

export function fraction(n, d = 1n) {
  [n, d] = [BigInt(n), BigInt(d)];
  need(d !== 0n, "Ein Bruch hat den Nenner 0.");
  const common = gcd(n, d) * (d < 0n ? -1n : 1n);
  return common === 0n ? [0n, 1n] : [n / common, d / common];
}

export const ZERO = [0n, 1n];
export const plus = (a, b) => fraction(a[0] * b[1] + b[0] * a[1], a[1] * b[1]);
export const minus = (a, b) => fraction(a[0] * b[1] - b[0] * a[1], a[1] * b[1]);
export const times = (a, b) => fraction(a[0] * b[0], a[1] * b[1]);
export const over = (a, b) => fraction(a[0] * b[1], a[1] * b[0]);
export const sum = (list) => list.reduce(plus, ZERO);
export const same = (a, b) => a[0] === b[0] && a[1] === b[1];
export const less = (a, b) => a[0] * b[1] < b[0] * a[1];
export const negative = (a) => a[0] < 0n;
export const shown = (a) => (a[1] === 1n ? `${a[0]}` : `${a[0]}/${a[1]}`);

/** Read a fraction in the record's one form; anything else is refused. */
export function readFraction(text, what) {
  need(typeof text === "string" && text.length < 20_000, `${what} fehlt.`);
  need(/^(0|-?[1-9][0-9]*)(\/[1-9][0-9]*)?$/.test(text), `${what} ist kein Bruch.`);
  const [n, d = "1"] = text.split("/");
  const value = fraction(n, d);
  need(shown(value) === text, `${what} ist kein gekürzter Bruch.`);
  return value;
}

/** For a picture only. */
export const toNumber = (a) => Number((a[0] * 1_000_000_000n) / a[1]) / 1e9;

/** „13,2 %“, rounded half up by whole numbers. */
export function percent(a) {
  const tenths = (2000n * a[0] + a[1]) / (2n * a[1]);
  return `${tenths / 10n},${tenths % 10n}\u00a0%`;
}
