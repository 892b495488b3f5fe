// A card without a mouse. Single keys work while a tile, a list or a box of this form has the focus,
// never inside a text; without a script Tab, arrows, digits in lists and the space bar do the same.
const form = document.querySelector("#karte");
const answers = [...form.querySelectorAll("input[name=answer]")];
const failed = form.querySelector(".br-fehlerliste");
const field = (name) => form.elements.namedItem(name);
const features = ["education", "migration_history"];
const KEYS = { j: "yes", u: "yes_support", n: "no" };

for (const line of document.querySelectorAll("[data-keys]")) line.hidden = false;
(failed ?? answers.find((input) => input.checked) ?? answers[0]).focus();

const save = () => form.querySelector("button[type=submit]");

function after(name) {
  const place = features.indexOf(name.replace("_consent", ""));
  const next = field(features[place + 1]);
  if (next) return next;
  if (answers.some((input) => input.checked && input.value === "yes_support")) {
    const need = form.querySelector("input[name=needs]");
    need.closest("details").open = true;
    return need;
  }
  return save();
}

function answer(value) {
  const input = answers.find((one) => one.value === value);
  if (!input) return;
  input.checked = true;
  const first = field("sex") ?? field("age_band") ?? field(features[0]);
  (value === "no" ? input : first).focus();
}

function choose(list, digit) {
  const option = list.options[Number(digit)];
  if (!option) return;
  list.value = option.value;
  const consent = field(`${list.name}_consent`);
  if (!consent) return;
  (option.value ? consent : after(list.name)).focus();
}

form.addEventListener("keydown", (event) => {
  if (event.altKey || event.ctrlKey || event.metaKey) return;
  const target = event.target;
  const tag = target.tagName;
  if (event.key === "Enter" && tag === "SELECT") {
    event.preventDefault();
    form.requestSubmit();
    return;
  }
  const typing = tag === "TEXTAREA" || (tag === "INPUT" && !["radio", "checkbox"].includes(target.type));
  if (typing) return;
  const key = event.key.toLowerCase();
  if (/^\d$/.test(key) && tag === "SELECT" && features.includes(target.name)) choose(target, key);
  else if (key in KEYS) answer(KEYS[key]);
  else if (key === "z" && target.name?.endsWith("_consent")) {
    target.checked = true;
    after(target.name).focus();
  } else if (key === "t" && field("phone")) field("phone").focus();
  else return;
  event.preventDefault();
});
