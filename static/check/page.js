// The page „Losung selbst prüfen“: files in, the worker's findings out. Sends nothing anywhere.
import { count } from "./report.js";
import { clear, showFile, showOutcome } from "./show.js";

const MOST_BYTES = 300 * 1024 * 1024;
const part = (id) => document.getElementById(id);
const place = part("pruefung");
const published = JSON.parse(place.dataset.published);
const worker = new Worker(new URL("./worker.js", import.meta.url), { type: "module" });
const chosen = { record: null, own: null };
let newest = 0;

function say(text) {
  part("pruefung-stand").textContent = text;
}

function progress(share) {
  part("pruefung-balken").value = Math.round(100 * share);
}

async function run() {
  const id = ++newest;
  clear();
  if (!chosen.record) {
    say(chosen.own ? "Jetzt fehlt noch das Losprotokoll." : "");
    return;
  }
  if (chosen.record.size > MOST_BYTES) {
    say(`Diese Datei ist zu groß. Es gehen höchstens ${count(MOST_BYTES / 1024 / 1024)} MB.`);
    return;
  }
  say("Die Prüfung läuft.");
  progress(0);
  part("pruefung-lauf").hidden = false;
  try {
    const record = await chosen.record.arrayBuffer();
    const own = chosen.own && (await chosen.own.arrayBuffer());
    if (id === newest) worker.postMessage({ id, record, own, published }, [record]);
  } catch {
    part("pruefung-lauf").hidden = true;
    say("Die Datei ließ sich nicht öffnen. Bitte wählen Sie sie noch einmal aus.");
  }
}

function take(files) {
  for (const file of files) {
    if (file.name.toLowerCase().endsWith(".json")) chosen.own = file;
    else chosen.record = file;
  }
  if (files.length) run();
}

worker.addEventListener("message", ({ data }) => {
  if (data.ready) place.hidden = false;
  if (data.id !== newest) return;
  if (data.outcome) {
    part("pruefung-lauf").hidden = true;
    say("");
    showFile(chosen.record, data.seconds);
    showOutcome(data.outcome);
  } else if (data.share !== undefined) progress(data.share);
});

worker.addEventListener("error", () => {
  part("pruefung-lauf").hidden = true;
  say("Die Prüfung ist abgebrochen, vielleicht war die Datei zu groß für dieses Gerät. Laden Sie die Seite neu oder nehmen Sie verify.py.");
});

for (const id of ["pruefung-datei", "pruefung-zeile"]) {
  const input = part(id);
  input.addEventListener("change", () => {
    take([...input.files]);
    input.value = ""; // so that the same file can be chosen again
  });
}

const drop = part("pruefung-feld");
for (const name of ["dragover", "drop"]) {
  document.addEventListener(name, (event) => event.preventDefault());
}
drop.addEventListener("dragover", () => drop.classList.add("br-drop--over"));
drop.addEventListener("dragleave", () => drop.classList.remove("br-drop--over"));
drop.addEventListener("drop", (event) => {
  drop.classList.remove("br-drop--over");
  take([...event.dataTransfer.files]);
});
