// The QR code leads to /antwort#CODE. What stands behind # is never sent to a server: put it into
// the field and take it out of the address, so that it stays in no history.
const field = document.querySelector("#code");
const code = decodeURIComponent(window.location.hash.slice(1)).slice(0, 40);

if (field && code && /^[0-9A-Za-z\s-]+$/.test(code)) {
  field.value = code;
  history.replaceState(null, "", window.location.pathname + window.location.search);
  field.closest("form").querySelector("button[type=submit]").focus();
}
