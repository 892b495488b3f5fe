// Section 7: the certificate, in exact fractions. Addition alone.
import { fraction, less, minus, negative, over, percent, plus, readFraction, same, shown, sum, times, ZERO } from "./fraction.js";
import { need, some } from "./report.js";
import { needShape } from "./shape.js";
import { ascends } from "./text.js";

function multipliers(given, pot) {
  const read = (name) => readFraction(given[name], `„${name}“ im Beweis`);
  const row = (name) => {
    need(given[name].length === pot.quotas.length, "Der Beweis gehört zu anderen Quoten.");
    return given[name].map((text) => readFraction(text, `Ein Wert von „${name}“`));
  };
  const minimum = row("minimum"), maximum = row("maximum");
  need(![...minimum, ...maximum].some(negative), "Ein Multiplikator im Beweis ist negativ.");
  const found = { seats: read("seats"), minimum, maximum, right: read("right"), total: read("total"),
    bound: read("bound"), homesRight: read("households_right"), homesTotal: read("households_total") };
  need(!negative(found.homesRight) && !negative(found.homesTotal), "Ein Multiplikator im Beweis ist negativ.");
  return found;
}

/** The sums of the full record: every weight on its own. */
function weights(given, proof, pot, excluded) {
  needShape("households", given.households, "Im Beweis fehlen die Werte der Haushalte.");
  const homes = new Map(Object.entries(given.households).map(([name, text]) =>
    [name, readFraction(text, "Der Wert eines Haushalts")]));
  need(![...homes.values()].some(negative), "Der Wert eines Haushalts ist negativ.");
  const names = new Set([...pot.persons.values()].map((one) => one.household || one.id));
  need([...homes.keys()].every((name) => names.has(name)), "Der Beweis nennt einen fremden Haushalt.");
  let total = ZERO, homesTotal = ZERO;
  for (const one of pot.persons.values()) {
    if (excluded.has(one.id)) continue;
    const home = homes.get(one.household || one.id) ?? ZERO;
    const quotas = one.counts.map((q) => minus(proof.maximum[q], proof.minimum[q]));
    const weight = sum([proof.seats, home, ...quotas]);
    need(!negative(weight), `Das Gewicht von ${one.id} im Beweis ist negativ.`);
    total = plus(total, weight);
    homesTotal = plus(homesTotal, home);
  }
  need(same(sum([...homes.values()]), proof.homesRight), "Die Summe der Haushalte im Beweis ist falsch.");
  need(same(homesTotal, proof.homesTotal), "Die Summe der Haushalte im Beweis ist falsch.");
  return total;
}

function fromPools(proof, pot) {
  const quotas = pot.quotas.map((quota, q) =>
    times(fraction(quota.pool), minus(proof.maximum[q], proof.minimum[q])));
  return sum([times(fraction(pot.known.size), proof.seats), proof.homesTotal, ...quotas]);
}

/** The lowest chance of those who can be on a list at all. */
function lowest(panel, pot, spread) {
  const never = spread.get(0) ?? 0;
  need(never >= panel.excluded, "Als ausgeschlossen gelten mehr Menschen, als auf keiner Liste stehen.");
  const numbers = [...spread.keys()].filter((on) => on > 0 || never > panel.excluded);
  need(numbers.length > 0, "Niemand steht auf einer Liste.");
  return fraction(numbers[0], pot.fixed.panels);
}

function excludedIds(panel, each) {
  const ids = panel.excluded_ids;
  need(Array.isArray(ids) && ids.length === panel.excluded && ascends(ids),
    "Wer auf keiner Liste stehen kann, ist nicht richtig genannt.");
  need(ids.every((id) => each.get(id) === 0), "Als ausgeschlossen ist jemand genannt, der auf einer Liste steht.");
  return new Set(ids);
}

function prove(panel, pot, { spread, each }) {
  const given = panel.certificate, proof = multipliers(given, pot);
  const right = sum([times(proof.seats, fraction(pot.fixed.seats)), proof.homesRight,
    ...pot.quotas.map((quota, q) => minus(times(proof.maximum[q], fraction(quota.max)),
      times(proof.minimum[q], fraction(quota.min))))]);
  need(same(right, proof.right), "Die rechte Seite des Beweises ist falsch zusammengezählt.");
  const total = pot.persons
    ? weights(given, proof, pot, excludedIds(panel, each))
    : panel.excluded ? proof.total : fromPools(proof, pot);
  need(same(total, proof.total), "Die Gewichte im Beweis sind falsch zusammengezählt.");
  need(less(ZERO, total), "Die Gewichte im Beweis ergeben zusammen nichts.");
  need(same(over(right, total), proof.bound) && shown(proof.bound) === panel.bound,
    "Die Schranke folgt nicht aus dem Beweis.");
  readFraction(panel.deviation, "Der Abstand von den fairsten Chancen");
  const least = lowest(panel, pot, spread);
  need(shown(least) === panel.lowest, "Die kleinste Chance ist eine andere, als im Losprotokoll steht.");
  need(!less(proof.bound, least), "Die kleinste Chance liegt über der bewiesenen Schranke.");
  return { bound: proof.bound, least };
}

/** Returns {bound, least} as fractions, or null. */
export function checkProof(report, panel, pot, lists) {
  const exact = (value) => `${percent(value)} (${shown(value)})`;
  const found = report.step("Gerechter ging es nicht", () => {
    const proven = prove(panel, pot, lists);
    return [`Keine Losung mit diesen Quoten könnte die kleinste Chance über ${exact(proven.bound)} heben; ` +
      `hier ist sie ${exact(proven.least)}.`, proven,
    "Das Losprotokoll enthält eine Zahl je Quote und je Haushalt. Zählt man sie nach einer " +
      "festen Regel zusammen, ergibt sich die Schranke. Dafür reicht Addieren, hier mit Brüchen ohne Rundung."];
  });
  if (!found) return null;
  if (!pot.persons) {
    report.open("Die Vorzeichen im Beweis", "Ob kein Gewicht negativ ist, zeigt nur das vollständige Losprotokoll." +
      (panel.excluded ? " Auch die Summe der Gewichte lässt sich hier nicht nachrechnen." : ""));
  }
  if (panel.excluded) {
    report.open("Wer auf keiner Liste stehen kann",
      `${some(panel.excluded, "Person kann", "Personen können")} bei diesen Quoten auf keiner Liste stehen. ` +
      "Die Schranke spricht von den übrigen.");
  }
  if (!panel.attained) {
    report.open("Die Schranke wird nicht erreicht", "Ganze Listen ergeben hier nicht genau die bewiesene Schranke.");
  }
  return found;
}
