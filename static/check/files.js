// Section 9: are all files there and unchanged, and is it the record that was published?
import { hashHex } from "./bytes.js";
import { need, some } from "./report.js";
import { needShape } from "./shape.js";
import { ascends, decode, readJson } from "./text.js";

const SUMS = "SHA256SUMS";
const FORMAT = "buergerrat-losprotokoll/2";

/** The names that a record must hold. */
function expected(record) {
  const names = [SUMS, "record.json"];
  if (record.invitation) names.push("commitment.json", "tickets.csv");
  if (record.panel) {
    names.push("panel_commitment.json", "people.csv", "quotas.csv", "marks.csv", "counts.csv");
    if (record.variant === "full") names.push("panels.csv", "features.csv", "chances.csv");
  }
  return names;
}

function sums(files) {
  need(files.has(SUMS), `Die Datei ${SUMS} fehlt.`);
  const text = decode(files.get(SUMS), SUMS);
  need(/^([0-9a-f]{64} {2}[^\n]+\n)+$/.test(text), `${SUMS} ist nicht lesbar.`);
  const pairs = text.slice(0, -1).split("\n").map((line) => [line.slice(66), line.slice(0, 64)]);
  need(ascends(pairs.map(([name]) => name)), `${SUMS} ist nicht nach Namen geordnet.`);
  return new Map(pairs);
}

function unchanged(files, found) {
  const listed = sums(files);
  for (const [name, sum] of listed) {
    need(files.has(name), `Die Datei ${name} fehlt.`);
    found.set(name, hashHex(files.get(name)));
    need(found.get(name) === sum, `Die Datei ${name} wurde verändert.`);
  }
  for (const name of files.keys()) {
    need(name === SUMS || listed.has(name), `Die Datei ${name} steht nicht in ${SUMS}.`);
  }
  return [`${some(files.size, "Datei", "Dateien")}: Keine wurde verändert.`, true,
    "Aus jeder Datei wird eine Prüfsumme berechnet (SHA-256). Ändert sich ein Zeichen, ändert " +
    "sich die ganze Prüfsumme. Sie müssen so in der Datei SHA256SUMS stehen."];
}

function complete(files) {
  need(files.has("record.json"), "Die Datei record.json fehlt.");
  const record = readJson(files.get("record.json"), "record.json");
  need(record && record.format === FORMAT, `Das Losprotokoll hat nicht das Format ${FORMAT}.`);
  needShape("record.json", record);
  const names = expected(record);
  for (const name of names) need(files.has(name), `Die Datei ${name} fehlt.`);
  for (const name of files.keys()) {
    need(names.includes(name), `Die Datei ${name} gehört nicht in dieses Losprotokoll.`);
  }
  need(record.invitation || record.panel, "In diesem Losprotokoll steht keine Losung.");
  const variant = record.variant === "full" ? "vollständige" : "öffentliche";
  return [`Alle Dateien sind da, keine ist zu viel. Es ist das ${variant} Losprotokoll.`, record];
}

/** Returns {record, hashes} or null. */
export function checkFiles(report, files) {
  const hashes = new Map();
  report.step("Die Dateien sind unversehrt", () => unchanged(files, hashes));
  const record = report.step("Das Losprotokoll ist vollständig", () => complete(files));
  if (!record) return null;
  const seeds = [record.invitation, record.panel].filter(Boolean).map((draw) => draw.seed);
  report.step("Echte Losung oder Probe", () => {
    const any = seeds.some((seed) => seed.rehearsal);
    need(record.rehearsal === any, "Die Angabe, ob es eine Probe war, passt nicht zum Startwert.");
    return [any ? "Das war eine Probe. Sie hat für niemanden Folgen." : "Es war eine echte Losung."];
  });
  for (const [name, data] of files) if (!hashes.has(name)) hashes.set(name, hashHex(data));
  return { record, hashes };
}

/** Compare with what the town published: [{sum, day, newest}], the newest one last. */
export function checkPublished(report, sum, published, expect) {
  const title = "Dieses Losprotokoll ist veröffentlicht";
  const known = published.find((one) => one.sum === sum);
  if (expect) {
    report.step(title, () => {
      need(sum === expect, `Die Prüfsumme ist ${sum}. Veröffentlicht wurde ${expect}.`);
      return [`Die Prüfsumme ist die veröffentlichte: ${sum}`];
    });
  } else if (published.length) {
    report.step(title, () => {
      need(known, `Die Prüfsumme ${sum} wurde hier nie veröffentlicht.`);
      return [known.newest
        ? `Die Prüfsumme steht auf dieser Seite: ${sum}`
        : `Es ist eine frühere Fassung vom ${known.day}. Seitdem ist jemand nachgerückt.`];
    });
  } else {
    report.open(title, `Vergleichen Sie die Prüfsumme mit der veröffentlichten: ${sum}`);
  }
}
