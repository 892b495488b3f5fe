// Section 2.2: the pot and the quotas, as they were committed to before the seed.
import { checkSeed } from "./announced.js";
import { isHex } from "./bytes.js";
import { count, need, some } from "./report.js";
import { personCommitment } from "./rules.js";
import { needShape } from "./shape.js";
import { ascends, readCsv, readJson, whole } from "./text.js";

function committed(given, files, hashes) {
  const { record } = given;
  const found = readJson(files.get("panel_commitment.json"), "panel_commitment.json");
  needShape("panel_commitment.json", found);
  need(hashes.get("panel_commitment.json") === record.panel.commitment,
    "Die Festlegung ist nicht die, auf die sich das Losprotokoll beruft.");
  need(found.assembly === record.assembly, "Die Festlegung gehört zu einem anderen Bürgerrat.");
  need(found.seats === record.panel.seats, "Die Zahl der Plätze ist eine andere als festgelegt.");
  need(found.seats >= 1 && found.panels >= 1, "Ohne Plätze und Listen gibt es keine Losung.");
  need(hashes.get("people.csv") === found.people_sha256, "Der Lostopf ist ein anderer als festgelegt.");
  need(hashes.get("quotas.csv") === found.quotas_sha256, "Die Quoten sind andere als festgelegt.");
  const first = record.invitation?.commitment;
  need(!first || found.invitation === first, "Der Lostopf gehört zu einer anderen ersten Losung.");
  return [`${count(found.people)} Menschen im Lostopf, ${count(found.seats)} Plätze, ` +
    `${count(found.panels)} Listen: so war es vor der Ziehung festgelegt.`, found,
  `Prüfsumme der Festlegung: ${record.panel.commitment}`];
}

function people(files, fixed) {
  const { rows, head } = readCsv(files.get("people.csv"), "people.csv", ["id", "commitment"]);
  need(head.length === 2, "people.csv hat zu viele Spalten.");
  need(rows.length === fixed.people, `Festgelegt waren ${fixed.people} Menschen, es sind ${rows.length}.`);
  need(rows.every(([id, sum]) => id !== "" && isHex(sum, 64)), "people.csv enthält eine falsche Zeile.");
  need(ascends(rows.map((row) => row[1])), "Die Losnummern folgen nicht den Festlegungen.");
  const known = new Map(rows);
  need(known.size === rows.length, "Eine Losnummer steht zweimal im Lostopf.");
  return ["Jede Person hat eine Losnummer und eine eigene Festlegung.", known];
}

const ownIds = (ids) => {
  const width = Math.max(3, String(ids.length).length);
  return ids.some((id, i) => id !== String(i + 1).padStart(width, "0"));
};

function quotas(files, fixed) {
  const head = ["feature", "value", "min", "max", "pool"];
  const { rows, head: found } = readCsv(files.get("quotas.csv"), "quotas.csv", head);
  need(found.length === head.length, "quotas.csv hat zu viele Spalten.");
  const seen = new Set(), pools = new Map();
  const list = rows.map(([feature, value, min, max, pool]) => {
    const name = `${feature}: ${value}`, key = JSON.stringify([feature, value]);
    need(!seen.has(key), `Die Quote ${name} steht zweimal da.`);
    seen.add(key);
    const quota = { feature, value, name, min: whole(min, name), max: whole(max, name), pool: whole(pool, name) };
    need(quota.min <= quota.max, `Bei ${name} liegt das Minimum über dem Maximum.`);
    pools.set(feature, (pools.get(feature) ?? 0) + quota.pool);
    need(pools.get(feature) <= fixed.people, `Bei ${feature} zählen mehr Menschen, als im Lostopf sind.`);
    return quota;
  });
  return [`${some(list.length, "Quote", "Quoten")} zu ${some(pools.size, "Merkmal", "Merkmalen")}.`, list];
}

function opened(files, known, list) {
  const head = ["id", "salt", "household"];
  const { rows, head: columns } = readCsv(files.get("features.csv"), "features.csv", head);
  const names = columns.slice(3);
  need(ascends(names), "features.csv hat eine falsche Kopfzeile.");
  need(rows.length === known.size, "features.csv hat nicht so viele Zeilen wie der Lostopf.");
  const ids = [...known.keys()];
  const persons = rows.map(([id, salt, household, ...values], i) => {
    need(id === ids[i], "features.csv steht nicht in der Ordnung von people.csv.");
    need(isHex(salt, 64), `Das Salz von ${id} ist unlesbar.`);
    const pairs = names.map((name, n) => [name, values[n]]).filter(([, value]) => value !== "");
    const features = Object.fromEntries(pairs);
    need(personCommitment(features, household, salt) === known.get(id),
      `Die Merkmale von ${id} sind nicht die festgelegten.`);
    const counts = list.flatMap((quota, q) =>
      Object.hasOwn(features, quota.feature) && features[quota.feature] === quota.value ? [q] : []);
    return { id, salt, household, counts };
  });
  list.forEach((quota, q) => {
    const pool = persons.filter((one) => one.counts.includes(q)).length;
    need(pool === quota.pool, `Bei ${quota.name} zählen ${pool} Menschen, nicht ${quota.pool}.`);
  });
  return ["Alle Festlegungen sind geöffnet: Niemandes Merkmale wurden geändert.",
    new Map(persons.map((one) => [one.id, one]))];
}

/** Returns {fixed, known, quotas, persons} (persons only in the full record), or null. */
export function checkPot(report, given, files, hashes) {
  const fixed = report.step("Der Lostopf war vorher festgelegt", () => committed(given, files, hashes));
  if (!fixed) return null;
  const { record } = given;
  const seed = record.invitation ? record.invitation.seed.seed : null;
  checkSeed(report, "Der Startwert der Losung stimmt", record.panel, fixed.seed, seed);
  if (!record.invitation && fixed.invitation) {
    report.open("Die erste Losung", "Sie steht nicht in diesem Losprotokoll.");
  }
  const known = report.step("Der Lostopf hat keine Lücke", () => people(files, fixed));
  const list = report.step("Die Quoten sind lesbar", () => quotas(files, fixed));
  if (!known || !list) return null;
  if (ownIds([...known.keys()])) {
    report.open("Die Kennungen sind mitgebracht",
      "Sie heißen nicht 001, 002 und so fort. Festgelegt waren sie trotzdem vor dem Startwert.");
  }
  const full = record.variant === "full";
  const persons = full
    ? report.step("Die Merkmale sind die festgelegten", () => opened(files, known, list))
    : null;
  if (full && !persons) return null;
  return { fixed, known, quotas: list, persons };
}
