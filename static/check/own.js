// Section 5, „Die eigene Datei“: what a resident's own row says beside the record.
import { isHex } from "./bytes.js";
import { decode } from "./text.js";
import { count, named, need, some } from "./report.js";
import { personCommitment, seatsOf } from "./rules.js";
import { needShape } from "./shape.js";

const UNREADABLE = "Die Datei „Meine Zeile“ lässt sich nicht lesen.";

function read(bytes) {
  let value;
  try {
    value = JSON.parse(decode(bytes, "„Meine Zeile“"));
  } catch {
    need(false, UNREADABLE);
  }
  needShape("own", value, UNREADABLE);
  need(isHex(value.salt, 64), UNREADABLE);
  return value;
}

/** Returns {id, lists, drawn} or null; `lists` are the numbers of one's own lists. */
export function checkOwn(report, bytes, pot, lists, pick) {
  const own = report.step("Meine Zeile: Ich war im Lostopf", () => {
    const value = read(bytes);
    need(pot.known.has(value.losnummer), `Die Losnummer ${value.losnummer} steht nicht im Lostopf.`);
    const sum = personCommitment(value.features, value.household, value.salt);
    need(pot.known.get(value.losnummer) === sum,
      `Ihre Angaben passen nicht zu dem, was für die Losnummer ${value.losnummer} festgelegt war.`);
    return [`Ihre Losnummer ist ${value.losnummer}. Ihre Angaben waren so vor der Ziehung festgelegt.`, value];
  });
  if (!own || !lists) return null;
  const id = own.losnummer;
  const mine = report.step("Meine Zeile: Meine Listen", () => {
    const seatOn = seatsOf(id, own.salt), found = [];
    for (const [label, marks] of lists.marks) if (marks.includes(seatOn(label).mark)) found.push(label);
    const listed = lists.each ? lists.each.get(id) === found.length : lists.spread.has(found.length);
    need(listed, `Ihre Platzzeichen stehen auf ${count(found.length)} Listen. Diese Zahl nennt das Losprotokoll nicht.`);
    const text = found.length ? `Die Nummern: ${named(found, 12)}.` : "Dann konnten Sie nicht gezogen werden.";
    return [`Sie stehen auf ${some(found.length, "Liste", "Listen")}. Diese Zahl steht auch im Losprotokoll. ${text}`, found];
  });
  if (!mine) return null;
  if (!pick) return { id, lists: mine, drawn: null };
  const drawn = mine.includes(pick.digits);
  report.step("Meine Zeile: Die gezogene Liste", () => {
    need(drawn === pick.panel.includes(id), "Ihr Platzzeichen und die gezogene Liste widersprechen sich.");
    return [drawn
      ? `Sie stehen auf der gezogenen Liste ${pick.digits}.`
      : `Sie stehen nicht auf der gezogenen Liste ${pick.digits}.`];
  });
  return { id, lists: mine, drawn };
}
