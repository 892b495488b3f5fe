// The hall's screen follows the board.
let etag = "";

async function follow() {
  try {
    const answer = await fetch(location.href, { headers: { "If-None-Match": etag }, cache: "no-store" });
    if (answer.status !== 200 || answer.redirected) return;
    etag = answer.headers.get("ETag");
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.getElementById("leinwand");
    const shown = document.getElementById("leinwand");
    if (fresh && fresh.innerHTML !== shown.innerHTML && !shown.contains(document.activeElement)) {
      shown.replaceWith(fresh);
    }
  } catch (error) {
    if (!(error instanceof TypeError)) throw error; // fetch: no network; the next try comes
  }
}

setInterval(follow, 4000);
