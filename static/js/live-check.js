// The quota check while one types: the server computes the page anew, and everything in it is
// taken over except the fields themselves, so that the cursor stays where it is.
const form = document.getElementById("quotenform");
let timer;
let newest = 0;

async function check() {
  const mine = ++newest;
  const body = new URLSearchParams(new FormData(form));
  body.delete("form_token");
  const answer = await fetch(`${form.getAttribute("action")}/pruefung`, { method: "POST", body });
  if (!answer.ok || mine !== newest) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.getElementById("quotenform");
  form.querySelector("aside").replaceChildren(...fresh.querySelector("aside").childNodes);
  const rows = form.querySelectorAll("tr, caption");
  fresh.querySelectorAll("tr, caption").forEach((row, index) => takeOver(rows[index], row));
}

function takeOver(row, fresh) {
  row.className = fresh.className;
  fresh.querySelectorAll("input").forEach((input) => {
    const here = document.getElementById(input.id);
    for (const name of ["class", "aria-invalid", "aria-describedby"]) {
      if (input.hasAttribute(name)) here.setAttribute(name, input.getAttribute(name));
      else here.removeAttribute(name);
    }
  });
  [...row.children].forEach((cell, index) => {
    if (!cell.querySelector("input")) cell.replaceChildren(...fresh.children[index].childNodes);
  });
}

form.addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(check, 250);
});
