// The check of a Losprotokoll, written from docs/losprotokoll.md alone. Pure: bytes in, words out.
import { hashHex } from "./bytes.js";
import { checkFiles, checkPublished } from "./files.js";
import { toNumber } from "./fraction.js";
import { checkInvitation } from "./invitation.js";
import { checkLists } from "./lists.js";
import { checkOwn } from "./own.js";
import { checkPick } from "./pick.js";
import { checkPot } from "./pot.js";
import { checkProof } from "./proof.js";
import { checkReplacing } from "./replacing.js";
import { Report, need } from "./report.js";
import { unzip } from "./zip.js";

const REST = "Weitere Prüfungen";

/** What the picture shows: the drawn list beside the quotas, the sorted chances, the bound. */
function picture(panel, pot, lists, proven) {
  const { pick } = panel;
  return {
    quotas: pick && pot.quotas.map(({ feature, value, min, max, pool }, q) =>
      ({ feature, value, min, max, pool, seats: pick.composition[q] })),
    seats: pot.fixed.seats,
    panels: pot.fixed.panels,
    people: pot.known.size,
    spread: [...lists.spread],
    excluded: panel.excluded,
    bound: toNumber(proven.bound),
  };
}

function secondDraw(report, given, files, hashes, own, progress) {
  const pot = checkPot(report, given, files, hashes);
  if (!pot) {
    report.open(REST, "Sie brauchen einen Lostopf, der stimmt.");
    return {};
  }
  const lists = checkLists(report, pot, files, progress);
  const { panel } = given.record;
  let shown = null;
  if (lists) {
    const proven = checkProof(report, panel, pot, lists);
    const drawn = checkPick(report, panel, pot, lists, hashes);
    if (drawn) checkReplacing(report, panel.pick, pot);
    if (proven && (drawn || !panel.pick)) shown = picture(panel, pot, lists, proven);
  } else report.open(REST, "Sie brauchen Listen, die stimmen.");
  const mine = own && checkOwn(report, own, pot, lists, panel.pick);
  return { picture: shown, own: mine, asked: Boolean(own) };
}

/** Check the files of a record (a Map from name to bytes).
 *
 * options: expect (the one published Prüfsumme), published ([{sum, day, newest}]), own (bytes of
 * „Meine Zeile“), progress(share from 0 to 1). Returns {ok, lines, sum, variant, picture, own};
 * a line is {state: ok|bad|open, title, text, proof}. */
export function check(files, options = {}) {
  const { expect, published = [], own = null, progress = () => {} } = options;
  const report = new Report();
  const read = checkFiles(report, files);
  const sums = files.get("SHA256SUMS");
  const sum = sums ? hashHex(sums) : "";
  if (sums) checkPublished(report, sum, published, expect);
  progress(0.1);
  let second = {};
  if (read) {
    const { record, hashes } = read;
    const given = { record, invitation: record.invitation, assembly: record.assembly };
    if (record.invitation) {
      checkInvitation(report, given, files, hashes, (part) => progress(0.1 + 0.3 * part));
    } else report.open("Die erste Losung", "Sie steht nicht in diesem Losprotokoll.");
    if (record.panel) {
      second = secondDraw(report, given, files, hashes, own, (part) => progress(0.4 + 0.6 * part));
    } else report.open("Die zweite Losung", "Sie steht noch nicht in diesem Losprotokoll.");
  } else report.open(REST, "Sie brauchen ein vollständiges Losprotokoll.");
  if (own && !second.asked) {
    report.step("Meine Zeile", () => need(false, "Mit diesem Losprotokoll lässt sie sich nicht prüfen."));
  }
  progress(1);
  const variant = read?.record.variant ?? "";
  return { ok: report.ok, lines: report.lines, sum, variant, picture: second.picture ?? null, own: second.own ?? null };
}

/** Check a record's zip (bytes); options as for `check`. */
export function checkZip(bytes, options = {}) {
  const report = new Report();
  const files = report.step("Das Zip ist unversehrt", () => ["", unzip(bytes)]);
  if (files) return check(files, options);
  report.open(REST, "Sie brauchen das Losprotokoll, wie es veröffentlicht ist.");
  return { ok: false, lines: report.lines, sum: "", variant: "", picture: null, own: null };
}
