// Section 8: who moved up. The public record shows that it was possible, the full one the rule.
import { composition } from "./lists.js";
import { need, some } from "./report.js";
import { byCodePoint } from "./text.js";

const HIDDEN = "eine Quote oder die Haushaltsregel";
const HOUSEHOLD = "Haushalt";

/** How far a list breaks the quotas, and which: too few counts as far as free seats cannot mend. */
function broken(pot, ids) {
  const free = pot.fixed.seats - ids.length, names = [], lacking = new Map();
  let amount = 0;
  composition(pot, ids).forEach((n, q) => {
    const { min, max, name, feature } = pot.quotas[q];
    if (n > max) {
      amount += n - max;
      names.push(name);
    } else if (n < min) lacking.set(feature, [...(lacking.get(feature) ?? []), [name, min - n]]);
  });
  for (const rows of lacking.values()) {
    const missing = rows.reduce((all, [, n]) => all + n, 0) - free;
    if (missing > 0) {
      amount += missing;
      names.push(...rows.map(([name]) => name));
    }
  }
  return { amount, names: names.sort(byCodePoint) };
}

/** Who is next by the rule: {id, broken}, or null when nobody is left. */
function nextInTurn(pot, order, seated, gone) {
  const homes = new Set([...seated].map((id) => pot.persons.get(id).household).filter(Boolean));
  let best = null;
  for (const id of order) {
    if (seated.has(id) || gone.has(id)) continue;
    const shared = homes.has(pot.persons.get(id).household);
    const { amount, names } = broken(pot, [...seated, id]);
    const better = !best || shared < best.shared || (shared === best.shared && amount < best.amount);
    if (better) best = { id, shared, amount, broken: shared ? [...names, HOUSEHOLD] : names };
    if (!best.shared && best.amount === 0) break;
  }
  return best;
}

function turn(event, pick, pot, seated, gone) {
  const where = `Beim Vorgang ${event.left.join(", ") || "ohne Abgang"}`;
  for (const id of event.left) {
    need(seated.delete(id), `${where}: ${id} war nicht auf der Liste.`);
    gone.add(id);
  }
  for (const id of event.declined) {
    need(pot.known.has(id) && !seated.has(id), `${where}: ${id} kann nicht abgelehnt haben.`);
    gone.add(id);
  }
  if (event.seated === null) {
    need(event.broken.length === 0, `${where} blieb der Platz frei, verletzt aber Quoten.`);
    return;
  }
  const id = event.seated;
  need(seated.size < pot.fixed.seats, `${where} war kein Platz frei.`);
  need(pot.known.has(id) && !seated.has(id) && !gone.has(id), `${where}: ${id} konnte nicht nachrücken.`);
  if (pot.persons) {
    const next = nextInTurn(pot, pick.order, seated, gone);
    need(next.id === id, `${where} war ${next.id} an der Reihe, nicht ${id}.`);
    need(String(next.broken) === String(event.broken), `${where} sind die verletzten Quoten falsch genannt.`);
  } else {
    const words = event.broken;
    need(words.length === 0 || (words.length === 1 && words[0] === HIDDEN), `${where} stehen Merkmale im öffentlichen Losprotokoll.`);
  }
  seated.add(id);
}

/** Returns who is on the list now. */
export function checkReplacing(report, pick, pot) {
  const seated = new Set(pick.panel), gone = new Set(), { events } = pick;
  if (!events.length) return seated;
  const title = pot.persons ? "Freie Plätze wurden nach der Regel besetzt" : "Freie Plätze wurden nachbesetzt";
  report.step(title, () => {
    for (const event of events) turn(event, pick, pot, seated, gone);
    const up = events.filter((event) => event.seated !== null).length;
    const bent = events.filter((event) => event.broken.length).length;
    return [`${some(events.length, "Vorgang", "Vorgänge")}, ${some(up, "Person rückte", "Personen rückten")} nach.` +
      (bent ? ` ${some(bent, "Mal", "Mal")} ließ sich nicht alles einhalten; so steht es im Losprotokoll.` : "") +
      (up < events.length ? " Mindestens ein Platz blieb zunächst frei." : "")];
  });
  if (!pot.persons) {
    report.open("Die Regel beim Nachrücken", "Ob die richtige Person nachrückte, zeigt nur das vollständige Losprotokoll.");
  }
  return seated;
}
