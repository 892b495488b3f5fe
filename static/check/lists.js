// Section 5: the lists. Sealed in both records; the full one opens them.
import { isHex } from "./bytes.js";
import { count, need, some } from "./report.js";
import { decimal, labelOf, seatsOf } from "./rules.js";
import { ascends, readCsv, whole } from "./text.js";

function marks(files, pot) {
  const { panels, seats } = pot.fixed;
  const { rows, head } = readCsv(files.get("marks.csv"), "marks.csv", ["panel"]);
  need(head.length === seats + 1 && head.slice(1).every((name, i) => name === `mark_${i + 1}`),
    `marks.csv hat nicht ${seats} Plätze.`);
  need(rows.length === panels, `Festgelegt waren ${count(panels)} Listen, es sind ${count(rows.length)}.`);
  const seen = new Set();
  rows.forEach((row, i) => {
    need(row[0] === labelOf(i, panels), `Die Liste an Stelle ${i} heißt ${row[0]}.`);
    for (let n = 1; n < row.length; n++) {
      need(isHex(row[n], 32), `Auf Liste ${row[0]} steht kein Platzzeichen.`);
      need(n === 1 || row[n - 1] < row[n], `Auf Liste ${row[0]} sind die Platzzeichen nicht geordnet.`);
      seen.add(row[n]);
    }
  });
  need(seen.size === panels * seats, "Ein Platzzeichen kommt zweimal vor.");
  const lists = panels === 1 ? "Eine Liste" : `${count(panels)} Listen`;
  return [`${lists} mit je ${some(seats, "Platz", "Plätzen")}, jeder Platz versiegelt.`,
    new Map(rows.map(([label, ...list]) => [label, list]))];
}

/** How many people are on how many lists: a Map, by number of lists. */
function counts(files, pot) {
  const { panels, seats } = pot.fixed;
  const head = ["panels", "people", "chance"];
  const { rows, head: found } = readCsv(files.get("counts.csv"), "counts.csv", head);
  need(found.length === 3, "counts.csv hat zu viele Spalten.");
  let all = 0, before = -1, persons = 0;
  const spread = new Map(rows.map(([lists, people, chance]) => {
    const on = whole(lists, "Zahl der Listen"), n = whole(people, "Zahl der Personen");
    need(on > before && n > 0, "counts.csv ist nicht aufsteigend geordnet.");
    need(on <= panels, `Auf ${count(on)} Listen kann niemand stehen.`);
    need(chance === decimal(on, panels), `Die Chance zu ${count(on)} Listen ist falsch gerechnet.`);
    before = on;
    all += on * n;
    persons += n;
    return [on, n];
  }));
  need(persons === pot.known.size, "Die Chancen ergeben zusammen nicht alle Menschen im Lostopf.");
  need(all === panels * seats, "Die Chancen ergeben zusammen nicht alle Plätze.");
  return [`Zusammen sind es ${some(persons, "Mensch", "Menschen")} und ${count(panels)} mal ` +
    `${some(seats, "Platz", "Plätze")}.`, spread];
}

function chances(files, pot, spread) {
  const { panels } = pot.fixed;
  const head = ["id", "panels", "chance"];
  const { rows, head: found } = readCsv(files.get("chances.csv"), "chances.csv", head);
  need(found.length === 3, "chances.csv hat zu viele Spalten.");
  need(ascends(rows.map((row) => row[0])), "chances.csv ist nicht nach Losnummern geordnet.");
  need(rows.length === pot.known.size && rows.every(([id]) => pot.known.has(id)),
    "In chances.csv stehen andere Menschen als im Lostopf.");
  const each = new Map(rows.map(([id, text, chance]) => {
    const on = whole(text, `Losnummer ${id}`);
    need(chance === decimal(on, panels), `Die Chance von ${id} ist falsch gerechnet.`);
    return [id, on];
  }));
  const people = new Map();
  for (const on of each.values()) people.set(on, (people.get(on) ?? 0) + 1);
  need(people.size === spread.size && [...spread].every(([on, n]) => people.get(on) === n),
    "chances.csv und counts.csv nennen verschiedene Anzahlen.");
  return ["Jede Losnummer hat die Chance, die zu ihrer Anzahl gehört.", each];
}

function opened(files, pot) {
  const { panels, seats } = pot.fixed;
  const { rows, head } = readCsv(files.get("panels.csv"), "panels.csv", ["panel"]);
  need(head.length === seats + 1 && head.slice(1).every((name, i) => name === `seat_${i + 1}`),
    `panels.csv hat nicht ${seats} Plätze.`);
  need(rows.length === panels, `panels.csv hat ${count(rows.length)} Listen.`);
  return rows.map(([label, ...ids], i) => {
    need(label === labelOf(i, panels), `Die Liste an Stelle ${i} heißt ${label}.`);
    need(ascends(ids), `Auf Liste ${label} sind die Losnummern nicht geordnet oder doppelt.`);
    need(ids.every((id) => pot.persons.has(id)), `Auf Liste ${label} steht jemand Fremdes.`);
    return { label, ids };
  });
}

export function composition(pot, ids) {
  const seats = new Array(pot.quotas.length).fill(0);
  for (const id of ids) for (const q of pot.persons.get(id).counts) seats[q]++;
  return seats;
}

function valid(lists, pot) {
  for (const { label, ids } of lists) {
    composition(pot, ids).forEach((n, q) => {
      const { min, max, name } = pot.quotas[q];
      need(n >= min && n <= max, `Liste ${label} verletzt die Quote ${name}: ${n} statt ${min} bis ${max}.`);
    });
  }
  return [`Auf jeder der ${count(lists.length)} Listen sind alle Quoten eingehalten.`];
}

function homes(lists, pot) {
  for (const { label, ids } of lists) {
    const found = ids.map((id) => pot.persons.get(id).household).filter(Boolean);
    need(new Set(found).size === found.length, `Auf Liste ${label} stehen zwei aus einem Haushalt.`);
  }
  return ["Auf keiner Liste stehen zwei Menschen aus demselben Haushalt."];
}

function sealed(lists, pot, marksOf, progress) {
  const seatOf = new Map([...pot.persons.values()].map((one) => [one.id, seatsOf(one.id, one.salt)]));
  lists.forEach(({ label, ids }, i) => {
    if (i % 20 === 0) progress(i / lists.length);
    const own = ids.map((id) => seatOf.get(id)(label).mark).sort();
    const listed = marksOf.get(label);
    need(own.every((mark, n) => mark === listed[n]),
      `Auf Liste ${label} gehört ein Platzzeichen nicht zu den genannten Losnummern.`);
  });
  return ["Jedes Platzzeichen gehört zu der Person, die dort steht."];
}

function counted(lists, counts) {
  const found = new Map([...counts.keys()].map((id) => [id, 0]));
  for (const { ids } of lists) for (const id of ids) found.set(id, found.get(id) + 1);
  for (const [id, n] of found) {
    need(counts.get(id) === n, `${id} steht auf ${n} Listen, nicht auf ${counts.get(id)}.`);
  }
  const all = [...counts.values()].reduce(([low, high], n) => [Math.min(low, n), Math.max(high, n)], [Infinity, 0]);
  return [`Nachgezählt: ${count(counts.size)} Menschen, jeder auf mindestens ${count(all[0])} und ` +
    `höchstens ${count(all[1])} Listen.`];
}

/** Equal people: same quotas, and housemates with the same quotas. */
function equal(pot, counts) {
  const groups = new Map(), home = new Map();
  for (const one of pot.persons.values()) {
    if (one.household) home.set(one.household, [...(home.get(one.household) ?? []), String(one.counts)]);
  }
  for (const one of pot.persons.values()) {
    const mates = one.household ? home.get(one.household).sort() : [String(one.counts)];
    const key = JSON.stringify([one.counts, mates]);
    groups.set(key, [...(groups.get(key) ?? []), counts.get(one.id)]);
  }
  for (const group of groups.values()) {
    const [low, high] = group.reduce(([a, b], n) => [Math.min(a, n), Math.max(b, n)], [Infinity, 0]);
    need(high - low <= 1, `Gleiche Menschen stehen auf ${low} und auf ${high} Listen.`);
  }
  return [`${some(groups.size, "Gruppe", "Gruppen")} gleicher Menschen: ihre Anzahlen unterscheiden sich höchstens um 1.`];
}

/** Returns {marks, spread} (in the full record also `each`: lists per Losnummer), or null. */
export function checkLists(report, pot, files, progress) {
  const sealedLists = report.step("Es gibt so viele Listen wie festgelegt", () => marks(files, pot));
  const spread = report.step("Die Chancen sind richtig gezählt", () => counts(files, pot));
  if (!sealedLists || !spread) return null;
  if (!pot.persons) {
    report.open("Jede Liste hält Quoten und Haushaltsregel ein",
      "Das steht nur im vollständigen Losprotokoll. Dort prüfen es Datenschutz und Rechnungsprüfung.");
    report.open("Wer auf welcher Liste steht",
      "Die Plätze sind versiegelt. Mit „Meine Zeile“ finden Sie Ihre eigenen.");
    return { marks: sealedLists, spread };
  }
  const each = report.step("Jede Person hat ihre Chance", () => chances(files, pot, spread));
  let lists = null;
  report.step("Jede Liste ist gültig", () => {
    lists = opened(files, pot);
    return valid(lists, pot);
  });
  if (!lists || !each) return null;
  report.step("Nie zwei aus einem Haushalt", () => homes(lists, pot));
  report.step("Jeder Platz ist richtig versiegelt", () => sealed(lists, pot, sealedLists, progress));
  report.step("Jede Anzahl ist nachgezählt", () => counted(lists, each));
  report.step("Gleiche Menschen haben gleiche Chancen", () => equal(pot, each));
  return { marks: sealedLists, spread, each };
}
