// Which fields record.json and the commitments must have, and of what kind.
import { isHex } from "./bytes.js";
import { need } from "./report.js";

const text = (value) => typeof value === "string";
const bool = (value) => typeof value === "boolean";
const whole = (value) => Number.isSafeInteger(value) && value >= 0;
const hash = (value) => isHex(value, 64);
const list = (of) => (value) => Array.isArray(value) && value.every(of);
const either = (...kinds) => (value) => kinds.some((kind) => kind(value));
const nothing = (value) => value === null;
const exactly = (wanted) => (value) => value === wanted;
const isObject = (value) => value !== null && typeof value === "object" && !Array.isArray(value);
const object = (fields) => (value) =>
  isObject(value) &&
  Object.entries(fields).every(([name, fits]) => Object.hasOwn(value, name) && fits(value[name]));
const map = (of) => (value) => isObject(value) && Object.values(value).every(of);

const source = { event: text, date: text, fallback: text };
const seedKind = (value) =>
  ["dice", "lotto", "drand", "invitation", "text", "local"].includes(value);
const pickKind = (value) => ["digits", "dice", "lotto", "drand"].includes(value);
const seed = object({ kind: seedKind, value: text, rehearsal: bool, seed: hash });
const event = object({
  left: list(text), declined: list(text), seated: either(nothing, text), broken: list(text),
});
const pick = object({
  digits: (value) => text(value) && /^[0-9]+$/.test(value),
  source: either(nothing, object({ kind: pickKind, value: text })),
  panel: list(text), openings: list(hash), composition: list(whole), order: list(text),
  events: list(event),
});
const certificate = object({
  seats: text, minimum: list(text), maximum: list(text), households_right: text,
  households_total: text, right: text, total: text, bound: text,
});
const SHAPES = {
  "record.json": object({
    format: text,
    variant: either(exactly("full"), exactly("public")),
    assembly: text, software: text, audit_head: text, rehearsal: bool,
    invitation: either(nothing, object({
      commitment: hash, seed, waves: list(object({ draw_id: text, letters: map(whole) })),
    })),
    panel: either(nothing, object({
      commitment: hash, seed, seats: whole, lowest: text, bound: text, deviation: text,
      attained: bool, excluded: whole, certificate, pick: either(nothing, pick),
    })),
  }),
  "commitment.json": object({
    assembly: text, draw_id: text, reference_date: text, rules: list(text), row_fields: list(text),
    household_rule: bool, strata: list(object({ name: text, eligible: whole, letters: whole })),
    refused: Array.isArray, merkle_root: hash, seed: object({ kind: seedKind, ...source }),
    software: text,
  }),
  "panel_commitment.json": object({
    assembly: text, draw_id: text, invitation: either(exactly(""), hash), seats: whole,
    panels: whole, household_rule: bool, people: whole, people_sha256: hash, quotas_sha256: hash,
    seed: object({ kind: seedKind, ...source }), pick: object({ kind: pickKind, ...source }),
    rules: list(text), software: text,
  }),
  households: map(text),
  own: object({ losnummer: text, salt: hash, features: map(text), household: text }),
};

/** Refuse a value that lacks a field of its file, or has one of another kind. */
export function needShape(name, value, words = `${name} hat nicht die Angaben, die das Format nennt.`) {
  need(SHAPES[name](value), words);
}

