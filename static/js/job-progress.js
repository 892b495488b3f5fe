// A page that waits for a job: only the bar is looked at again, so that a button keeps its focus.
// When there is no bar any more, the job has ended and the whole page is new.
const bar = document.getElementById("fortschritt");

async function look() {
  try {
    const answer = await fetch(location.href);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.getElementById("fortschritt");
    if (!answer.ok || !fresh) {
      location.reload();
      return;
    }
    bar.replaceChildren(...fresh.childNodes);
  } catch {
    // no network just now: ask again
  }
  setTimeout(look, 1500);
}

setTimeout(look, 1500);
