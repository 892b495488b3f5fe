// The quota check while one types: the server computes the page anew, and everything in it is
// taken over except the fields themselves, so that the cursor stays where it is. For a large
// Lostopf it asks twice: first whether the quotas go together, then for ranges and advice.
const form = document.getElementById("quotenform");
const twice = form.hasAttribute("data-twice");
let timer;
let running = new AbortController();

async function check(quick) {
  running.abort();
  running = new AbortController();
  const body = new URLSearchParams(new FormData(form));
  body.delete("form_token");
  body.set("live", "1");
  if (quick) body.set("kurz", "1");
  const url = `${form.getAttribute("action")}/pruefung`;
  try {
    const answer = await fetch(url, { method: "POST", body, signal: running.signal });
    if (!answer.ok) throw new Error(answer.status);
    takeOver(new DOMParser().parseFromString(await answer.text(), "text/html"), quick);
    if (quick) timer = setTimeout(check, 300, false);
  } catch (error) {
    if (error.name !== "AbortError") offline();
  }
}

function offline() {
  const state = form.querySelector(".br-pruefstand span");
  if (state) state.textContent = form.dataset.offline;
}

function takeOver(page, quick) {
  const focused = document.activeElement?.id;
  for (const part of ["pruefung-feld", "festschreiben-feld", "pruefung-leiste"]) {
    const here = document.getElementById(part);
    const fresh = page.getElementById(part);
    if (here && fresh) here.replaceChildren(...fresh.childNodes);
  }
  form.classList.toggle("ist-alt", quick);
  if (!quick) page.querySelectorAll("#quotenform tr, #quotenform caption").forEach(row);
  if (focused && document.activeElement?.id !== focused) document.getElementById(focused)?.focus();
}

function row(fresh) {
  const here = fresh.id && document.getElementById(fresh.id);
  if (!here) return;
  here.className = fresh.className;
  fresh.querySelectorAll("input").forEach((input) => {
    const field = document.getElementById(input.id);
    for (const name of ["class", "aria-invalid", "aria-describedby"]) {
      if (input.hasAttribute(name)) field.setAttribute(name, input.getAttribute(name));
      else field.removeAttribute(name);
    }
  });
  [...here.children].forEach((cell, index) => {
    const made = fresh.children[index];
    const advice = cell.querySelector(".br-rat");
    if (advice) advice.replaceChildren(...made.querySelector(".br-rat").childNodes);
    else cell.replaceChildren(...made.childNodes);
  });
}

form.addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(check, 120, twice);
});
