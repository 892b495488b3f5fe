// Section 8: the list that was drawn.
import { kindWord } from "./announced.js";
import { hashLines } from "./bytes.js";
import { composition } from "./lists.js";
import { need, some } from "./report.js";
import { isWritten, labelOf, markOf, orderOf, pickNumber, replacementSeed } from "./rules.js";
import { ascends } from "./text.js";

function numbered(pick, pot, lists, draw, marksSum) {
  const { digits, source } = pick;
  need(lists.marks.has(digits), `Eine Liste ${digits} gibt es nicht.`);
  if (!source) return [`Gezogen wurden die Ziffern ${[...digits].join(", ")}: Liste ${digits}.`];
  need(source.kind !== "digits" && isWritten(source.kind, source.value),
    "Der öffentliche Wert steht nicht in der vorgeschriebenen Form.");
  const number = pickNumber(draw.seed.seed, marksSum, source.kind, source.value, pot.fixed.panels);
  need(labelOf(Number(number), pot.fixed.panels) === digits, "Die Nummer der Liste folgt nicht aus der Quelle.");
  return [`Aus der Quelle (${kindWord(source.kind)}, ${source.value}) folgt Liste ${digits}. ` +
    "Keine Liste war dabei bevorzugt."];
}

function unsealed(pick, pot, lists) {
  const { panel, openings, digits } = pick;
  need(panel.length === pot.fixed.seats && openings.length === panel.length,
    `Die gezogene Liste hat nicht ${pot.fixed.seats} Plätze.`);
  need(ascends(panel), "Die Losnummern der gezogenen Liste sind nicht geordnet oder doppelt.");
  need(panel.every((id) => pot.known.has(id)), "Auf der gezogenen Liste steht jemand Fremdes.");
  const marks = panel.map((id, i) => markOf(id, digits, openings[i])).sort();
  const listed = lists.marks.get(digits);
  need(marks.every((mark, i) => mark === listed[i]),
    `Die genannten Losnummern öffnen nicht die Plätze der Liste ${digits}.`);
  return [`Die ${some(panel.length, "Losnummer öffnet", "Losnummern öffnen")} genau die Plätze der Liste ${digits}.`];
}

function composed(pick, pot) {
  need(pick.composition.length === pot.quotas.length, "Die Zusammensetzung gehört zu anderen Quoten.");
  const feature = new Map();
  pot.quotas.forEach(({ name, min, max, pool, feature: of }, q) => {
    const n = pick.composition[q];
    need(n >= min && n <= max, `Die gezogene Liste verletzt die Quote ${name}: ${n} statt ${min} bis ${max}.`);
    need(n <= pool, `Bei ${name} sitzen mehr Menschen auf der Liste, als im Lostopf sind.`);
    feature.set(of, (feature.get(of) ?? 0) + n);
    need(feature.get(of) <= pot.fixed.seats, `Bei ${of} zählen mehr Menschen, als es Plätze gibt.`);
  });
  if (!pot.persons) return ["Die genannten Zahlen halten alle Quoten ein."];
  const own = composition(pot, pick.panel);
  need(own.every((n, q) => n === pick.composition[q]), "Die Zusammensetzung der Liste ist falsch gezählt.");
  return ["Nachgezählt: Die Zahlen stimmen und halten alle Quoten ein."];
}

/** Returns whether the drawn list could be read. */
export function checkPick(report, draw, pot, lists, hashes) {
  const { pick } = draw, marksSum = hashes.get("marks.csv");
  if (!pick) {
    report.open("Die Liste ist noch nicht gezogen", "Die Listen stehen fest. Welche gilt, entscheidet die Ziehung.");
    return false;
  }
  report.step("Die Nummer der Liste stimmt", () => numbered(pick, pot, lists, draw, marksSum));
  const planned = pot.fixed.pick, used = pick.source?.kind ?? "digits";
  if (planned.kind !== used) {
    report.open("Die Liste wurde anders gezogen als angekündigt",
      `Angekündigt: ${kindWord(planned.kind)}. Genommen: ${kindWord(used)}.`);
  }
  const opens = report.step("Die gezogene Liste ist der Bürgerrat", () => unsealed(pick, pot, lists));
  if (opens) report.step("Die gezogene Liste hält die Quoten ein", () => composed(pick, pot));
  if (opens && !pot.persons) {
    report.open("Die Zusammensetzung selbst nachzählen", "Dafür braucht es die Merkmale. Sie stehen nur im vollständigen Losprotokoll.");
  }
  report.step("Die Reihenfolge zum Nachrücken stimmt", () => {
    const seed = replacementSeed(draw.seed.seed, marksSum, pick.digits);
    const own = orderOf([...pot.known.keys()], seed);
    need(own.length === pick.order.length && own.every((id, i) => id === pick.order[i]),
      "Die Reihenfolge zum Nachrücken folgt nicht aus dem Startwert.");
    return ["Sie folgt aus dem Startwert und stand fest, als die Liste gezogen war.", true,
      `Prüfsumme der Reihenfolge: ${hashLines(...own)}`];
  });
  return Boolean(opens);
}
