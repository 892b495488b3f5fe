// What was found, as page: a verdict, the lines, two pictures with their numbers.
import { chancesFigure, seatsFigure } from "./picture.js";
import { count } from "./report.js";

const WORDS = { ok: "Stimmt", bad: "Stimmt nicht", open: "Hier nicht prüfbar" };
const ROW = { ok: "br-check", bad: "br-check br-check--bad", open: "br-check br-check--skip" };
const part = (id) => document.getElementById(id);

/** An element with class and children (texts or elements). */
export function element(tag, css, ...children) {
  const made = document.createElement(tag);
  if (css) made.className = css;
  made.append(...children);
  return made;
}

const mark = (state) => part(`zeichen-${state}`).content.cloneNode(true);

export function fold(summary, ...body) {
  const made = part("zeichen-klappe").content.firstElementChild.cloneNode(true);
  made.querySelector("summary").prepend(summary);
  made.querySelector("div").append(...body);
  return made;
}

export function clear() {
  for (const id of ["pruefung-urteil", "pruefung-zeilen", "pruefung-bilder"]) part(id).replaceChildren();
  part("pruefung-gewaehlt").hidden = true;
  part("pruefung-hilfe").hidden = true;
}

export function showFile(file, seconds) {
  const size = file.size < 1024 * 1024
    ? `${count(Math.round(file.size / 1024))} KB`
    : `${count(Math.round((10 * file.size) / 1024 / 1024) / 10)} MB`;
  const now = new Date().toLocaleTimeString("de-DE", { hour: "2-digit", minute: "2-digit" }).replace(":", ".");
  const lasted = count(Math.max(0.1, Math.round(10 * seconds) / 10));
  part("pruefung-name").textContent = file.name;
  part("pruefung-angaben").textContent = `${size}, heute um ${now} Uhr geprüft, Dauer ${lasted} Sekunden`;
  part("pruefung-gewaehlt").hidden = false;
}

function verdict({ ok, lines, variant }) {
  if (!variant) return ["Etwas stimmt nicht", "Diese Datei ist kein unversehrtes Losprotokoll."];
  const n = (state) => lines.filter((line) => line.state === state).length;
  const left = n("open");
  const rest = left === 0 ? "" : left === 1
    ? " Ein Punkt lässt sich hier nicht prüfen."
    : ` ${count(left)} Punkte lassen sich hier nicht prüfen.`;
  if (ok) {
    return ["Alles stimmt", `${count(n("ok"))} von ${count(n("ok"))} Prüfungen bestanden. Die Losung ist so ` +
      `verlaufen, wie es im Losprotokoll steht.${rest}`];
  }
  const bad = n("bad"), all = count(bad + n("ok"));
  return ["Etwas stimmt nicht", (bad === 1
    ? `1 von ${all} Prüfungen ist nicht bestanden.`
    : `${count(bad)} von ${all} Prüfungen sind nicht bestanden.`) + rest];
}

function row({ state, title, text, proof }) {
  const body = element("div", "", element("h3", "br-h4", title), element("p", "br-klein", text));
  if (proof) {
    body.append(fold("Wie wird das geprüft?", element("p", "br-klein", proof)));
  }
  return element("li", ROW[state], mark(state), body, element("p", "br-check__word", WORDS[state]));
}

export function showOutcome(outcome) {
  const [title, text] = verdict(outcome);
  part("pruefung-urteil").append(
    element("div", outcome.ok ? "br-result" : "br-result br-result--bad", mark(outcome.ok ? "ok" : "bad"),
      element("div", "", element("h2", "br-h2", title), element("p", "", text))),
  );
  part("pruefung-zeilen").append(...outcome.lines.map(row));
  part("pruefung-hilfe").hidden = outcome.ok;
  if (!outcome.picture) return;
  const figures = [chancesFigure(outcome.picture)];
  if (outcome.picture.quotas?.length) figures.unshift(seatsFigure(outcome.picture));
  part("pruefung-bilder").append(...figures);
}
