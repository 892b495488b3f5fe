// The board's clock ticks; what runs and how late it is comes from the server.
const head = document.getElementById("uhr");
const format = new Intl.DateTimeFormat("de-DE", { hour: "2-digit", minute: "2-digit", timeZone: "Europe/Berlin" });

function tick() {
  const time = head.querySelector("[data-uhr]");
  if (head.dataset.laeuft === "1") time.textContent = format.format();
}

async function refresh() {
  if (document.hidden || head.contains(document.activeElement)) return;
  try {
    const answer = await fetch(head.dataset.url, { cache: "no-store" });
    if (answer.ok && !answer.redirected) head.innerHTML = await answer.text();
  } catch (error) {
    if (!(error instanceof TypeError)) throw error; // fetch: no network; the board says so
  }
}

tick();
setInterval(tick, 1000);
setInterval(refresh, 20000);
