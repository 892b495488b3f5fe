// Section 4: the seed, and what a commitment had announced about it.
import { need } from "./report.js";
import { isWritten, seedOf } from "./rules.js";

const KINDS = {
  dice: "Würfel", lotto: "Lottozahlen", drand: "die drand-Runde", invitation: "der Startwert der ersten Losung",
  text: "ein Text", local: "eine selbst erzeugte Zahl", digits: "einzeln gezogene Ziffern",
};

export const kindWord = (kind) => KINDS[kind];

/** Check a draw's seed against its commitment; says openly what was done otherwise. */
export function checkSeed(report, title, draw, planned, invitationSeed) {
  const { kind, value, rehearsal, seed } = draw.seed;
  report.step(title, () => {
    need(isWritten(kind, value), "Der öffentliche Wert steht nicht in der vorgeschriebenen Form.");
    need(kind !== "local" || rehearsal, "Ein selbst erzeugter Startwert ist nur für eine Probe erlaubt.");
    need(kind !== "invitation" || invitationSeed !== undefined, "Die erste Losung kann nicht aus sich selbst folgen.");
    need(kind !== "invitation" || !invitationSeed || value === invitationSeed,
      "Der Startwert der ersten Losung ist ein anderer.");
    const own = seedOf(draw.commitment, kind, value, rehearsal);
    need(own === seed, "Der Startwert folgt nicht aus der Festlegung und dem öffentlichen Wert.");
    const long = kind === "invitation" || kind === "local";
    return [`Er folgt aus der Festlegung und dem öffentlichen Wert. Die Quelle: ${KINDS[kind]}${long ? "" : `, ${value}`}.`,
      true, `Öffentlicher Wert: ${value}. Startwert: ${seed}`];
  });
  if (kind !== planned.kind) {
    report.open("Die Quelle war anders angekündigt",
      `Angekündigt: ${KINDS[planned.kind]}. Genommen: ${KINDS[kind]}.` +
      (planned.fallback ? ` Als Ersatz war genannt: ${planned.fallback}` : " Ein Ersatz war nicht genannt."));
  }
  if (kind === "text") {
    report.open("Der Startwert ist ein Text",
      "Der Startwert ist ein frei gewählter Text; wer ihn wählte, konnte vorher rechnen.");
  } else if (kind !== "local" && kind !== "invitation") {
    const day = planned.date ? ` vom ${planned.date.split("-").reverse().map(Number).join(".")}` : "";
    report.open("Der öffentliche Wert",
      `Ob die Quelle wirklich ${value} zeigte, vergleichen Sie mit der Bekanntmachung${day}.`);
  } else if (kind === "invitation" && invitationSeed === null) {
    report.open("Der öffentliche Wert",
      "Der Startwert kommt aus der ersten Losung. Sie steht nicht in diesem Losprotokoll.");
  }
}
