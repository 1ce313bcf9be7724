// Niceties of a register that works without them: keys on the row in focus, printing, what a refresh leaves open.

const KEYS = { p: "present", l: "late", x: "left_early", a: "absent", e: "excused" };
// As they are seen: on a phone those to look at stand first, and the others may be folded.
const all = () => [...document.querySelectorAll("[data-row]")];
const rows = () => all().filter((row) => row.checkVisibility())
  .sort((one, other) => one.offsetTop - other.offsetTop);
const typing = "input:not([type=checkbox]), textarea, select, [contenteditable]";

// One row is in the order of tabs at a time; the arrows go on from there.
let current = "";
function rove() {
  const shown = rows();
  const at = shown.find((row) => row.id === current) ?? shown[0];
  for (const row of all()) row.tabIndex = row === at ? 0 : -1;
}
rove();
addEventListener("htmx:after:swap", rove);
document.addEventListener("toggle", rove, true);

document.addEventListener("focusin", ({ target }) => {
  const row = target.closest?.("[data-row]");
  if (!row || row.id === current) return;
  current = row.id;
  rove();
});

document.addEventListener("keydown", (event) => {
  const row = event.target.closest?.("[data-row]");
  if (!row || event.ctrlKey || event.metaKey || event.altKey || event.target.matches(typing)) return;
  const key = event.key.toLowerCase();
  if (key in KEYS) press(event, row.querySelector(`.marks [value=${KEYS[key]}]`));
  else if (key === ".") open(event, row);
  else if (key === "arrowdown" || key === "arrowup") go(event, row, key === "arrowdown" ? 1 : -1);
  else if (key === " " && event.target === row) press(event, row.querySelector("[name=pick]"));
});

function press(event, button) {
  if (!button) return;
  event.preventDefault();
  button.closest("[data-row]").focus();
  button.click();
}

function open(event, row) {
  const why = row.querySelector("details");
  if (!why) return;
  event.preventDefault();
  why.open = !why.open;
  if (why.open) why.querySelector("[data-otherwise]")?.focus();
}

function go(event, row, step) {
  const shown = rows(), next = shown[shown.indexOf(row) + step];
  if (!next) return;
  event.preventDefault();
  next.focus();
  next.scrollIntoView({ block: "nearest" });
}

// What somebody opened stays open when the register is refreshed, and where they were they stay: the same
// control of the same row, or the row where that control is gone.
let opened = [], unfolded = [], focused = [];
addEventListener("htmx:before:swap", () => {
  opened = all().filter((row) => row.querySelector("details")?.open).map((row) => row.id);
  unfolded = [...document.querySelectorAll("#register details[id][open]")].map((one) => one.id);
  const at = document.activeElement, row = at?.closest("[data-row]");
  focused = row ? [at.id, row.id] : [];
});
addEventListener("htmx:after:swap", () => {
  for (const id of opened) document.getElementById(id)?.querySelector("details")?.setAttribute("open", "");
  for (const id of unfolded) document.getElementById(id)?.setAttribute("open", "");
  if (document.activeElement && document.activeElement !== document.body) return;
  focused.map((id) => id && document.getElementById(id)).find(Boolean)?.focus({ preventScroll: true });
});

// The latest classes are what one looks for: a grid that is wider than its place begins with them.
for (const grid of document.querySelectorAll(".grid-scroll")) grid.scrollLeft = grid.scrollWidth;

// A form that was sent has had its turn.
addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
  if ((ctx.response?.status ?? 200) >= 400) return;
  const form = ctx.sourceElement;
  if (form?.id === "several") clear(form);
  else if (form?.closest?.("[hx-morph-skip]")) form.closest("[hx-morph-skip]").replaceChildren();
});

function clear(form) {
  for (const each of form.elements) if (each.name === "pick") each.checked = false;
  form.elements.why.value = "";
  form.querySelector("[data-pick-all]").dispatchEvent(new Event("change", { bubbles: true }));
}

// Whoever ticks all sees whom.
document.addEventListener("change", ({ target }) => {
  if (target.matches("[data-pick-all]")) document.getElementById("calm")?.setAttribute("open", "");
});

document.addEventListener("click", ({ target }) => {
  if (target.closest?.("[data-print]")) print();
});
