// Keeps every unsent text on this device until the server has it, and sends it.
// One entry per card: {uid, list, table, theme, item, text, base, revision, sent, state}.
// `base` is the text the edit began from, `sent` are texts whose arrival is not known.

const PAUSE = 2000;
const AGAIN = 5000;

/** Unsent edits by card, in localStorage where there is one. */
export class Outbox {
  constructor(place) {
    this.prefix = `br-tafel:${place}:`;
    this.entries = new Map();
    for (const key of this.#keys()) {
      this.entries.set(key.slice(this.prefix.length), JSON.parse(localStorage.getItem(key)));
    }
  }

  #keys() {
    try {
      return Object.keys(localStorage).filter((key) => key.startsWith(this.prefix));
    } catch {
      return [];
    }
  }

  get(uid) {
    return this.entries.get(uid);
  }

  all() {
    return [...this.entries.values()];
  }

  put(entry) {
    this.entries.set(entry.uid, entry);
    try {
      localStorage.setItem(this.prefix + entry.uid, JSON.stringify(entry));
    } catch {
      // Private windows may refuse storage; the entry then lives as long as the page.
    }
  }

  drop(uid) {
    this.entries.delete(uid);
    try {
      localStorage.removeItem(this.prefix + uid);
    } catch {
      // see put
    }
  }
}

/** Sends entries after a pause, again after a failure, and reports what became of them. */
export class Sender {
  /** `on`: {local(uid), saved(uid, text, card), clash(uid), network(state)} */
  constructor(outbox, url, csrf, on) {
    Object.assign(this, { outbox, url, csrf, on });
    this.timers = new Map();
    this.busy = new Set();
    setInterval(() => this.flush(), AGAIN);
    window.addEventListener("online", () => this.flush());
    window.addEventListener("offline", () => on.network("weg"));
  }

  /** Keep the entry now, send it when nothing was typed for two seconds. */
  later(entry) {
    this.outbox.put(entry);
    this.on.local(entry.uid);
    clearTimeout(this.timers.get(entry.uid));
    this.timers.set(entry.uid, setTimeout(() => this.send(entry.uid), PAUSE));
  }

  forget(uid) {
    clearTimeout(this.timers.get(uid));
    this.timers.delete(uid);
    this.outbox.drop(uid);
  }

  /** Send everything that is not being typed this moment. */
  flush() {
    for (const { uid } of this.outbox.all()) if (!this.timers.has(uid)) this.send(uid);
  }

  async send(uid) {
    clearTimeout(this.timers.get(uid));
    this.timers.delete(uid);
    const entry = this.outbox.get(uid);
    if (!entry || !entry.text || entry.state === "clash" || this.busy.has(uid)) return;
    this.busy.add(uid);
    const text = entry.text;
    if (!entry.sent.includes(text)) entry.sent = [...entry.sent, text].slice(-8);
    this.outbox.put(entry);
    try {
      await this.#answered(uid, text, await this.#put(entry));
    } catch (error) {
      if (!(error instanceof TypeError)) throw error; // fetch: no network
      this.on.network("weg");
      this.on.local(uid);
    } finally {
      this.busy.delete(uid);
    }
    if (this.outbox.get(uid)?.again) {
      this.outbox.get(uid).again = false;
      await this.send(uid);
    }
  }

  #put(entry) {
    const { list, table, theme, item, text, base } = entry;
    return fetch(`${this.url}/${entry.uid}`, {
      method: "PUT",
      headers: {
        "Content-Type": "application/json",
        "If-Match": `"${entry.revision}"`,
        "X-CSRF-Token": this.csrf,
      },
      body: JSON.stringify({ list, table, theme, item, text, base }),
    });
  }

  async #answered(uid, text, response) {
    const isJson = (response.headers.get("Content-Type") || "").startsWith("application/json");
    if (response.redirected || response.status === 400 || !isJson) {
      this.on.network(response.status < 500 ? "konto" : "weg");
      this.on.local(uid);
      return;
    }
    this.on.network("verbunden");
    const answer = await response.json();
    if (response.ok) this.#saved(uid, text, answer.card);
    else if (answer.state === "clash") this.#clashed(uid, answer);
    else this.on.local(uid, answer.message);
  }

  #saved(uid, text, card) {
    const entry = this.outbox.get(uid);
    if (entry && entry.text !== text) {
      // Typed on meanwhile: what was sent is the new base; a merged text stays "stale" on
      // purpose, so that the server merges once more.
      if (card.text === text) entry.revision = card.revision;
      this.outbox.put({ ...entry, base: text, sent: [] });
    } else {
      this.outbox.drop(uid);
    }
    this.on.saved(uid, text, card);
  }

  #clashed(uid, answer) {
    const entry = this.outbox.get(uid);
    if (entry.sent.includes(answer.theirs)) {
      // The other text is our own, from an answer that never arrived.
      this.outbox.put({ ...entry, base: answer.theirs, revision: answer.revision, again: true });
      return;
    }
    this.outbox.put({ ...entry, state: "clash" });
    this.on.clash(uid);
  }
}
