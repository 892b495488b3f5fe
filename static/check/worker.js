// Checks beside the page, so that the page stays responsive. It is handed bytes and answers with
// words; it loads nothing after it has started.
import { checkZip } from "./checker.js";

const STEPS = 100; // so many messages about the progress at most

self.addEventListener("message", ({ data }) => {
  const { id, record, own, published } = data;
  let told = -1;
  const progress = (share) => {
    const step = Math.floor(share * STEPS);
    if (step > told) {
      told = step;
      self.postMessage({ id, share });
    }
  };
  const started = performance.now();
  const bytes = own && new Uint8Array(own);
  const outcome = checkZip(new Uint8Array(record), { own: bytes, published, progress });
  self.postMessage({ id, outcome, seconds: (performance.now() - started) / 1000 });
});

self.postMessage({ ready: true });
