// Sections 2.1 and 3: the first draw, from the register to the letters.
import { checkSeed } from "./announced.js";
import { isHex } from "./bytes.js";
import { count, need, some } from "./report.js";
import { rootFrom, ticketsUnder } from "./rules.js";
import { needShape } from "./shape.js";
import { byCodePoint, readCsv, readJson, whole } from "./text.js";

const HEAD = ["wave", "draw_id", "stratum", "rank", "row_id", "ticket", "path"];

function committed(given, files, hashes) {
  const found = readJson(files.get("commitment.json"), "commitment.json");
  needShape("commitment.json", found);
  need(hashes.get("commitment.json") === given.invitation.commitment,
    "Die Festlegung ist nicht die, auf die sich das Losprotokoll beruft.");
  need(found.assembly === given.assembly, "Die Festlegung gehört zu einem anderen Bürgerrat.");
  const eligible = found.strata.reduce((sum, one) => sum + one.eligible, 0);
  return [`Die Prüfsumme passt. Im Melderegister standen ${count(eligible)} Menschen, die gelost ` +
    "werden konnten.", found, `Prüfsumme der Festlegung: ${given.invitation.commitment}`];
}

function readRows(files) {
  const { rows } = readCsv(files.get("tickets.csv"), "tickets.csv", HEAD);
  return rows.map((cells) => {
    need(cells.length === HEAD.length, "tickets.csv hat zu viele Spalten.");
    const [wave, drawId, stratum, rank, rowId, ticket, path] = cells;
    need(isHex(rowId, 64) && isHex(ticket, 64), "In tickets.csv steht eine falsche Kennung.");
    return { wave: whole(wave, "Welle"), drawId, stratum, rank: whole(rank, "Rang"), rowId, ticket, path };
  });
}

function tickets(rows, seed, fixed, progress) {
  const ticket = ticketsUnder(seed, fixed.draw_id);
  const last = new Map(), seen = new Set();
  let before = null;
  rows.forEach((row, i) => {
    if (i % 500 === 0) progress(i / rows.length);
    need(row.drawId === fixed.draw_id, "Ein Los gehört zu einer anderen Ziehung.");
    need(ticket(row.rowId) === row.ticket, `Das Los der Zeile ${row.rowId} ist falsch.`);
    need(!seen.has(row.rowId), `Die Zeile ${row.rowId} wurde zweimal gezogen.`);
    seen.add(row.rowId);
    const least = last.get(row.stratum);
    need(!least || least < row.ticket, `In der Gruppe ${row.stratum} steigen die Lose nicht an.`);
    last.set(row.stratum, row.ticket);
    const next = before && before.wave === row.wave && before.stratum === row.stratum;
    need(row.rank === (next ? before.rank + 1 : 1), "Die Ränge haben eine Lücke.");
    need(!before || next || before.wave < row.wave ||
      (before.wave === row.wave && byCodePoint(before.stratum, row.stratum) < 0),
    "Die Lose stehen nicht in der richtigen Ordnung.");
    before = row;
  });
  return [`${some(rows.length, "Brief ging", "Briefe gingen")} an die Zeilen mit den kleinsten Losen. ` +
    "Jedes Los ist nachgerechnet."];
}

/** Per wave and stratum as many letters as planned; returns strata that had too few people. */
function letters(rows, given, fixed) {
  const { waves } = given.invitation;
  const drawn = new Map();
  for (const row of rows) {
    const key = JSON.stringify([row.wave, row.stratum]);
    drawn.set(key, (drawn.get(key) ?? 0) + 1);
  }
  const strata = new Map(fixed.strata.map((one) => [one.name, one]));
  need(strata.size === fixed.strata.length, "Eine Gruppe steht zweimal in der Festlegung.");
  need(waves.length > 0, "Es steht keine Welle im Losprotokoll.");
  for (const { name, letters: planned } of fixed.strata) {
    need((waves[0].letters[name] ?? 0) === planned, `Für die Gruppe ${name} waren ${planned} Briefe festgelegt.`);
  }
  const short = new Set(), all = new Map();
  waves.forEach((wave, i) => {
    need(wave.draw_id === fixed.draw_id, "Eine Welle gehört zu einer anderen Ziehung.");
    for (const [name, wanted] of Object.entries(wave.letters)) {
      need(strata.has(name), `Die Gruppe ${name} gibt es nicht.`);
      const key = JSON.stringify([i + 1, name]);
      const had = drawn.get(key) ?? 0;
      drawn.delete(key);
      need(had <= wanted, `In der Gruppe ${name} gingen mehr Briefe hinaus als vorgesehen.`);
      if (had < wanted) short.add(name);
      all.set(name, (all.get(name) ?? 0) + had);
    }
  });
  need(drawn.size === 0, "Es gingen Briefe hinaus, die in keiner Welle vorgesehen sind.");
  for (const [name, had] of all) {
    const { eligible } = strata.get(name);
    need(had <= eligible, `In der Gruppe ${name} wurden mehr Menschen gezogen, als es gibt.`);
    const emptied = !short.has(name) || had === eligible || fixed.household_rule;
    need(emptied, `In der Gruppe ${name} gingen weniger Briefe hinaus als vorgesehen.`);
  }
  return [`${some(waves.length, "Welle", "Wellen")}, ${some(strata.size, "Gruppe", "Gruppen")}: überall so ` +
    "viele Briefe wie festgelegt.", [...short].filter((name) => all.get(name) < strata.get(name).eligible)];
}

function proofs(rows, root, progress) {
  rows.forEach((row, i) => {
    if (i % 500 === 0) progress(i / rows.length);
    need(rootFrom(row.rowId, row.path) === root, `Die Zeile ${row.rowId} stand nicht im Auszug.`);
  });
  return ["Jede gezogene Zeile stand im Auszug, der vorher festgelegt war.", true,
    `Merkle-Wurzel: ${root}`];
}

/** Returns the seed of the first draw (hex), or undefined when it cannot be read. */
export function checkInvitation(report, given, files, hashes, progress) {
  const fixed = report.step("Die Einladung war vorher festgelegt", () => committed(given, files, hashes));
  if (!fixed) return;
  checkSeed(report, "Der Startwert der Einladung stimmt", given.invitation, fixed.seed);
  const title = "Die Einladungen wurden ausgelost";
  let rows = null;
  report.step(title, () => {
    rows = readRows(files);
    return tickets(rows, given.invitation.seed.seed, fixed, (part) => progress(part / 2));
  });
  if (!rows) return;
  const short = report.step("Die Briefe sind verteilt wie festgelegt", () => letters(rows, given, fixed));
  if (short?.length) {
    report.open("Weniger Briefe als vorgesehen",
      `In ${short.join(", ")} reichten die Haushalte nicht. Das zeigt nur der Auszug selbst.`);
  }
  report.step("Die Eingeladenen standen im Melderegister",
    () => proofs(rows, fixed.merkle_root, (part) => progress(0.5 + part / 2)));
  report.open("Niemand mit kleinerem Los wurde übergangen",
    "Das zeigt nur, wer den Auszug und den Schlüssel hat. Im Losprotokoll stehen nur die Gezogenen.");
}
