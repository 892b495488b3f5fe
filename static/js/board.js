// The live board: new cards and edits save themselves, others' cards appear by polling.
import { Outbox, Sender } from "./autosave.js";

const POLL = 4000;
const root = document.getElementById("tafel");
const { csrf, karten, url, tisch, thema, punkt, offen } = root.dataset;
const outbox = new Outbox(karten);
const editors = new Map(); // uid → {field, base, revision}
const drawn = new Map(); // uid → html of the last poll
let etag = `"${root.dataset.etag}"`;

const sections = [...root.querySelectorAll("[data-liste]")];
const cardOf = (uid) => root.querySelector(`li[data-uid="${uid}"]`);
const part = (name) => document.getElementById(name).content.cloneNode(true);
const clock = () =>
  new Intl.DateTimeFormat("de-DE", { hour: "2-digit", minute: "2-digit", timeZone: "Europe/Berlin" }).format();
const newUid = () =>
  [...crypto.getRandomValues(new Uint8Array(16))].map((b) => b.toString(16).padStart(2, "0")).join("");

function network(state) {
  const sign = document.getElementById("netz");
  sign.hidden = false;
  sign.dataset.zustand = state;
  const text = sign.querySelector("span");
  const word = text.dataset[state];
  if (text.textContent !== word) text.textContent = word;
}

// --- what a card looks like -------------------------------------------------------------

/** Put a card's HTML in place of what stands there; a card being edited keeps its field. */
function place(list, uid, html, before) {
  const old = cardOf(uid);
  if (old?.querySelector("textarea")) return old;
  const ground = document.createElement("template");
  ground.innerHTML = html.trim();
  const card = ground.content.firstElementChild;
  const focused = old?.contains(document.activeElement);
  if (old) old.replaceWith(card);
  else list.insertBefore(card, before ?? list.firstChild);
  if (focused) card.querySelector("a")?.focus();
  drawn.set(uid, html);
  overlay(uid);
  return card;
}

/** Draw the state of an unsent edit over its card; make a card that exists only here. */
function overlay(uid, message = "") {
  const entry = outbox.get(uid);
  let card = cardOf(uid);
  const bound = sections.some((section) => section.field?.uid === uid);
  if (card) card.hidden = bound;
  if (!entry || bound) return;
  if (!card) {
    card = part("nur-hier").firstElementChild;
    card.dataset.uid = uid;
    const section = sections.find((one) => one.dataset.liste === entry.list);
    card.querySelector(".br-karte__nr span").textContent = section.querySelector(".br-bst").textContent;
    section.querySelector("[data-karten]").prepend(card);
  }
  const article = card.querySelector("article");
  const clash = entry.state === "clash";
  article.classList.toggle("ist-lokal", !clash);
  article.classList.toggle("ist-strittig", clash);
  const text = article.querySelector("p");
  if (text.textContent !== entry.text) text.textContent = entry.text;
  const sign = article.querySelector(".br-stand");
  sign.replaceChildren(part(clash ? "stand-konflikt" : "stand-lokal"));
  if (message) sign.append(` – ${message}`);
  const form = sign.querySelector("form");
  if (form) {
    form.action = `${article.querySelector("a").getAttribute("href")}/fassungen`;
    for (const name of ["text", "base", "revision"]) form.elements[name].value = entry[name];
  }
}

function fieldState(uid, name, words = "") {
  const section = sections.find((one) => one.field?.uid === uid);
  const sign = section?.querySelector("[data-stand]");
  if (!sign) return;
  sign.dataset.zustand = name;
  sign.replaceChildren(name ? part(`stand-${name}`) : "", words);
}

const sender = new Sender(outbox, karten, csrf, {
  network,
  local(uid, message) {
    fieldState(uid, "lokal", message ? ` – ${message}` : "");
    overlay(uid, message);
  },
  clash: (uid) => {
    release(uid);
    overlay(uid);
  },
  saved(uid, text, card) {
    const editor = editors.get(uid);
    if (editor) {
      if (editor.field.value.trim() === text && card.text !== text) editor.field.value = card.text;
      const unsent = outbox.get(uid);
      editor.base = unsent ? unsent.base : card.text;
      editor.revision = unsent ? unsent.revision : card.revision;
    }
    const list = sections.find((one) => one.dataset.taste === card.label[0].toLowerCase());
    place(list.querySelector("[data-karten]"), uid, card.html);
    overlay(uid);
    fieldState(uid, "gespeichert", ` ${clock()}, ${card.label}`);
    count();
  },
});

function count() {
  for (const section of sections) {
    const cards = section.querySelectorAll("li[data-uid] > article:not(.ist-gestrichen)");
    section.querySelector("[data-zahl]").textContent = cards.length;
  }
}

// --- typing -------------------------------------------------------------------------------

/** Remember what stands in a field; `about` are the values of a card that is new. */
function typed(uid, about = {}) {
  const { field, base, revision } = editors.get(uid);
  const text = field.value.trim();
  const entry = outbox.get(uid) ?? { uid, base, revision, sent: [], ...about };
  if (!text && !entry.sent.length && !revision) sender.forget(uid);
  else if (text) sender.later({ ...entry, text });
}

/** The field of a new card lets go of its card: it stands in the list from here on. */
function release(uid) {
  const section = sections.find((one) => one.field?.uid === uid);
  if (!section) return;
  fieldState(uid, "");
  editors.delete(uid);
  section.field.value = "";
  section.field.uid = "";
  overlay(uid);
}

function prepareNew(section) {
  const form = section.querySelector("form.br-neu");
  if (!form) return;
  const field = (section.field = form.elements.text);
  field.uid = "";
  field.addEventListener("input", () => {
    if (!field.uid) {
      field.uid = newUid();
      editors.set(field.uid, { field, base: "", revision: 0 });
    }
    typed(field.uid, { list: section.dataset.liste, table: tisch, theme: thema, item: punkt });
  });
  const commit = () => {
    const uid = field.uid;
    if (!uid || !field.value.trim()) return;
    release(uid);
    sender.send(uid);
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    commit();
    field.focus();
  });
  field.addEventListener("blur", (event) => {
    if (!form.contains(event.relatedTarget)) commit();
  });
  field.addEventListener("keydown", (event) => onEnter(event, commit));
}

function onEnter(event, action) {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  action();
}

/** Edit a card where it stands. */
function open(card) {
  const { uid } = card.dataset;
  const text = card.querySelector("p");
  const entry = outbox.get(uid);
  const field = document.createElement("textarea");
  field.value = entry?.text ?? card.dataset.text ?? text.textContent;
  field.maxLength = 2000;
  field.setAttribute("aria-label", card.dataset.label ?? "");
  editors.set(uid, {
    field,
    base: entry?.base ?? card.dataset.text ?? "",
    revision: entry?.revision ?? Number(card.dataset.revision ?? 0),
  });
  text.hidden = true;
  const more = part("karte-mehr").firstElementChild;
  const link = card.querySelector(".br-karte__nr a");
  if (link) more.href = link.getAttribute("href");
  text.after(field, ...(link ? [more] : []));
  const { liste } = card.closest("[data-liste]").dataset;
  field.addEventListener("input", () => typed(uid, { list: liste }));
  let closed = false; // removing a field with focus makes it blur, which would close it again
  const close = () => {
    if (closed) return;
    closed = true;
    editors.delete(uid);
    text.hidden = false;
    field.remove();
    more.remove();
    if (outbox.get(uid)) overlay(uid);
    else if (drawn.has(uid)) place(card.parentElement, uid, drawn.get(uid));
    sender.send(uid);
  };
  field.addEventListener("blur", (event) => event.relatedTarget !== more && close());
  field.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close();
    onEnter(event, () => {
      close();
      cardOf(uid)?.querySelector("a")?.focus();
    });
  });
  field.focus();
}

// --- what others write --------------------------------------------------------------------

async function poll() {
  if (document.hidden) return;
  try {
    const answer = await fetch(url, { headers: { "If-None-Match": etag }, cache: "no-store" });
    if (answer.redirected) return network("konto");
    network(answer.status < 500 ? "verbunden" : "weg");
    if (answer.status !== 200) return;
    etag = answer.headers.get("ETag");
    show((await answer.json()).lists);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error; // fetch: no network
    network("weg");
  }
}

function show(lists) {
  for (const section of sections) {
    const ol = section.querySelector("[data-karten]");
    const cards = lists[section.dataset.liste];
    const there = new Set(cards.map((card) => card.uid));
    for (const li of [...ol.children]) {
      const { uid } = li.dataset;
      if (!there.has(uid) && !outbox.get(uid) && !editors.has(uid)) li.remove();
    }
    let next = [...ol.children].find((li) => there.has(li.dataset.uid)) ?? null;
    for (const { uid, html } of cards) {
      const li = drawn.get(uid) === html && cardOf(uid) ? cardOf(uid) : place(ol, uid, html, next);
      if (next && !next.isConnected) next = li;
      if (next !== li) ol.insertBefore(li, next);
      else next = li.nextElementSibling;
    }
  }
  count();
}

// --- keyboard -----------------------------------------------------------------------------

function shortcuts() {
  const button = document.getElementById("kuerzel");
  const apply = (on) => {
    button.setAttribute("aria-pressed", String(on));
    document.body.classList.toggle("br-kuerzel-aus", !on);
  };
  button.hidden = false;
  apply(localStorage.getItem("br-kuerzel") !== "aus");
  button.addEventListener("click", () => {
    const on = button.getAttribute("aria-pressed") !== "true";
    localStorage.setItem("br-kuerzel", on ? "an" : "aus");
    apply(on);
  });
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.target.matches("input, textarea, select")) return;
    if (button.getAttribute("aria-pressed") !== "true") return;
    const section = sections.find((one) => one.dataset.taste === event.key.toLowerCase());
    if (!section?.field) return;
    event.preventDefault();
    section.field.focus();
  });
}

function start() {
  document.body.classList.add("br-mit-skript");
  const address = new URL(location.href);
  const settled = address.searchParams.get("geklaert");
  if (settled) {
    sender.forget(settled);
    address.searchParams.delete("geklaert");
    history.replaceState(null, "", address);
  }
  sections.forEach(prepareNew);
  for (const { uid } of outbox.all()) overlay(uid);
  if (offen === "1") {
    shortcuts();
    root.addEventListener("click", (event) => {
      const link = event.target.closest(".br-karte__nr a");
      const card = link?.closest("li[data-uid]");
      if (!card || event.ctrlKey || event.metaKey || card.querySelector(".ist-gestrichen")) return;
      event.preventDefault();
      if (!editors.has(card.dataset.uid)) open(card);
    });
  }
  const top = () => document.body.classList.toggle("br-oben", window.scrollY < 40);
  top();
  window.addEventListener("scroll", top, { passive: true });
  network(navigator.onLine ? "verbunden" : "weg");
  sender.flush();
  setInterval(poll, POLL);
  window.addEventListener("online", poll);
  document.addEventListener("visibilitychange", poll);
}

start();
