/* Placeholders as buttons: a press puts one where the cursor last stood. Without script the list
   shows what to type. */
(function () {
  "use strict";
  const form = document.getElementById("brieftext");
  const list = document.getElementById("platzhalterliste");
  if (!form || !list) return;
  let field = form.querySelector("textarea");
  form.addEventListener("focusin", (event) => {
    if (event.target.matches("textarea, input[type=text]")) field = event.target;
  });
  list.querySelectorAll("[data-platzhalter]").forEach((button) => {
    button.hidden = false;
    button.nextElementSibling.hidden = true;
    button.addEventListener("click", () => {
      field.setRangeText(button.dataset.platzhalter, field.selectionStart, field.selectionEnd, "end");
      field.focus();
      field.dispatchEvent(new Event("input", { bubbles: true }));
    });
  });
})();
