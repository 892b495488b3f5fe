// What the checker found, line by line, and how it says numbers.

/** Something in the record is not as it must be; the message says what, in German. */
export class Wrong extends Error {}

export function need(condition, text) {
  if (!condition) throw new Wrong(typeof text === "function" ? text() : text);
}

const SHAPELESS = "Die Angaben haben nicht die Form, die das Format verlangt.";

export class Report {
  constructor() {
    this.lines = [];
  }

  add(state, title, text, proof = "") {
    this.lines.push({ state, title, text, proof });
  }

  open(title, text) {
    this.add("open", title, text);
  }

  /** One check. `work` returns [sentence, value, how it is checked]; on failure null comes back. */
  step(title, work) {
    try {
      const [text, value = true, proof = ""] = work();
      this.add("ok", title, text, proof);
      return value;
    } catch (error) {
      this.add("bad", title, error instanceof Wrong ? error.message : SHAPELESS);
      return null;
    }
  }

  count(state) {
    return this.lines.filter((line) => line.state === state).length;
  }

  get ok() {
    return this.count("bad") === 0;
  }
}

const NUMBER = new Intl.NumberFormat("de-DE");

export const count = (n) => NUMBER.format(n);

export const some = (n, one, many) => `${n === 1 ? "1" : count(n)} ${n === 1 ? one : many}`;

/** Names for a sentence, at most `most` of them. */
export function named(list, most = 5) {
  const shown = list.slice(0, most).join(", ");
  return list.length > most ? `${shown} und ${count(list.length - most)} weitere` : shown;
}
