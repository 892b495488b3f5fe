// Two pictures in the house's grammar, drawn from what the check found; the numbers stand below.
import { count } from "./report.js";
import { element, fold } from "./show.js";

const SVG = "http://www.w3.org/2000/svg";
let serial = 0;

function drawn(tag, css, attributes, text) {
  const made = document.createElementNS(SVG, tag);
  if (css) made.setAttribute("class", css);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  if (text !== undefined) made.textContent = text;
  return made;
}

function canvas(width, height, css, title, desc) {
  const id = `pruefung-bild-${++serial}`;
  const svg = drawn("svg", css, { width, height, viewBox: `0 0 ${width} ${height}`, role: "img",
    "aria-labelledby": `${id}t ${id}d` });
  svg.append(drawn("title", "", { id: `${id}t` }, title), drawn("desc", "", { id: `${id}d` }, desc));
  return svg;
}

/** A table; the first cell of a row is its head, all others are numbers. */
function table(caption, head, rows) {
  const cell = (tag, scope, text, css) => {
    const made = element(tag, css, text);
    if (scope) made.setAttribute("scope", scope);
    return made;
  };
  const line = (cells) => element("tr", "", ...cells.map((text, i) =>
    cell(i ? "td" : "th", i ? "" : "row", String(text), i ? "r" : "")));
  return element("div", "br-tabellenrahmen", element("table", "kern-table br-tabelle",
    element("caption", "br-unsichtbar", caption),
    element("thead", "", element("tr", "", ...head.map((text, i) => cell("th", "col", text, i ? "r" : "")))),
    element("tbody", "", ...rows.map(line))));
}

function figure(title, note, ...body) {
  return element("figure", "br-figur br-pruefbild", element("figcaption", "",
    element("h3", "br-h3", title), element("p", "br-klein br-neben", note)), ...body);
}

const limits = ({ min, max }) => (min === max ? count(min) : `${count(min)}–${count(max)}`);
const WIDTH = 338, ROW = 58;

/** One feature: a bar of seats in front of the band that the quota allows. */
function feature(name, rows, seats) {
  const most = Math.max(...rows.map((row) => Math.max(row.seats, Math.min(row.max, seats))), 1);
  const x = (n) => Math.min(n, most) * ((WIDTH - 2) / most) + 1;
  const desc = rows.map((row) => `${row.value}: ${row.seats} Plätze, erlaubt ${limits(row)}.`).join(" ");
  const svg = canvas(WIDTH, ROW * rows.length, "br-bild", name, desc);
  rows.forEach((row, i) => {
    const top = i * ROW;
    const from = x(row.min), to = x(row.max);
    svg.append(
      drawn("text", "d-name", { x: 0, y: top + 16 }, row.value.length > 34 ? `${row.value.slice(0, 33)}…` : row.value),
      drawn("text", "d-zahl d-rechts", { x: WIDTH, y: top + 16 }, count(row.seats)),
      drawn("path", "d-grund", { d: `M0 ${top + 37}H${WIDTH}` }),
      drawn("rect", "d-quote", { x: from, y: top + 26, width: Math.max(to - from, 2), height: 22 }),
      drawn("rect", "d-rat", { x: 0, y: top + 32, width: row.seats ? x(row.seats) : 0, height: 10 }),
      drawn("path", "d-bev", { d: `M${from} ${top + 24}v26M${Math.max(to, from)} ${top + 24}v26` }),
    );
  });
  return element("div", "", element("h4", "br-h4", name), svg);
}

export function seatsFigure({ quotas, seats }) {
  const features = new Map();
  for (const row of quotas) features.set(row.feature, [...(features.get(row.feature) ?? []), row]);
  const title = "Die gezogene Liste und ihre Quoten";
  const rows = quotas.map((row) => [`${row.feature}: ${row.value}`, count(row.seats), limits(row), count(row.pool)]);
  return figure(title, `${count(seats)} Plätze. Der Balken zeigt, wie viele davon besetzt sind; zwischen den ` +
    "beiden Strichen liegt, was die Quote erlaubt.",
  element("div", "br-comps", ...[...features].map(([name, list]) => feature(name, list, seats))),
  fold("Zahlen als Tabelle", table(title, ["Merkmal", "Plätze", "Quote", "Im Lostopf"], rows)));
}

const percent = (share, digits = 1) =>
  `${share.toLocaleString("de-DE", { style: "percent", minimumFractionDigits: digits, maximumFractionDigits: digits })}`;

function stairs({ spread, people, panels, bound }, width, height, css, desc) {
  const svg = canvas(width, height, css, "Die Chancen, nach Größe", desc);
  const left = 52, right = width - 8, ceiling = 24, ground = height - 34;
  const highest = Math.max(...spread.map(([on]) => on / panels), bound);
  const top = [0.2, 0.4, 0.6, 0.8, 1].find((end) => highest <= end + 1e-9) ?? 1;
  const y = (share) => ground - ((ground - ceiling) * Math.min(share, top)) / top;
  for (let quarter = 0; quarter <= 4; quarter++) {
    const share = (top * quarter) / 4;
    svg.append(drawn("path", quarter ? "d-gitter" : "d-achse", { d: `M${left} ${y(share)}H${right}` }),
      drawn("text", "d-rechts", { x: left - 8, y: y(share) + 5 }, percent(share, 0)));
  }
  let at = left, edge = "";
  for (const [on, n] of spread) {
    at += ((right - left) * n) / people;
    edge += `V${y(on / panels).toFixed(1)}H${at.toFixed(1)}`;
  }
  const words = `Schranke für die kleinste Chance: ${percent(bound)}`;
  svg.append(
    drawn("path", "d-rat-flaeche", { d: `M${left} ${ground}${edge}V${ground}Z` }),
    drawn("path", "d-rat-linie", { d: `M${left} ${y(spread[0][0] / panels).toFixed(1)}${edge}` }),
    drawn("path", "d-grenze", { d: `M${left} ${y(bound)}H${right}` }),
    drawn("text", "d-rechts d-wert", { x: right, y: y(bound) + (y(bound) + 22 < ground ? 18 : -8) },
      width < 500 ? `Schranke ${percent(bound)}` : words),
    drawn("text", "", { x: left, y: height - 8 }, `${count(people)} Menschen im Lostopf, nach Chance`),
  );
  return svg;
}

export function chancesFigure(found) {
  const { spread, panels, bound } = found;
  const low = spread[0][0] / panels, high = spread.at(-1)[0] / panels;
  const desc = `Die kleinste Chance ist ${percent(low)}, die größte ${percent(high)}. ` +
    `Die bewiesene Schranke für die kleinste ist ${percent(bound)}.`;
  const rows = spread.map(([on, n]) => [percent(on / panels), count(on), count(n)]);
  return figure("Die Chancen aller Menschen im Lostopf", desc,
    stairs(found, 768, 290, "br-bild br-nur-breit", desc), stairs(found, 338, 240, "br-bild br-nur-schmal", desc),
    fold("Zahlen als Tabelle", table("Die Chancen, nach Größe", ["Chance", "Listen", "Menschen"], rows)));
}
