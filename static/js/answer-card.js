// A card without a mouse: start at the answer, j and n choose it, Enter saves from every field.
const form = document.querySelector("#karte");
const answers = [...form.querySelectorAll("input[name=answer]")];
const failed = form.querySelector(".br-fehlerliste");

(failed ?? answers.find((input) => input.checked) ?? answers[0]).focus();

form.addEventListener("keydown", (event) => {
  if (event.altKey || event.ctrlKey || event.metaKey) return;
  if (event.key === "Enter" && event.target.tagName === "SELECT") {
    event.preventDefault();
    form.requestSubmit();
  }
  const wanted = { j: "yes", n: "no" }[event.key.toLowerCase()];
  if (wanted && event.target.name === "answer") {
    const input = answers.find((one) => one.value === wanted);
    input.checked = true;
    input.focus();
  }
});
