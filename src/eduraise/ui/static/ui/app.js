// Niceties over pages that work without them: copying, toasts, dialogs, busy buttons, focus, the reader's zone.
// One listener for each kind of event, on the document, so that parts swapped in later need no wiring.

const TOAST_MS = 10_000;
const polls = (element) => /\bevery\b/.test(element?.getAttribute?.("hx-trigger") ?? "");
const root = document.documentElement;

document.addEventListener("click", (event) => {
  const at = (selector) => event.target.closest?.(selector);
  if (event.target.closest?.("[aria-disabled=true]")) event.preventDefault();
  else if (at("[data-copy]")) copy(at("[data-copy]"));
  else if (at("[data-dialog]")) openDialog(event, at("[data-dialog]"));
  else if (at("[data-close]")) close(at("[data-close]"));
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest?.("input, textarea, select, [contenteditable]")) return;
  const find = document.querySelector("main input[type=search]") ?? document.querySelector("[data-find]");
  if (!find) return;
  event.preventDefault();
  find.focus();
  if (find.matches("a")) find.click();
});

// Copying: the button says so in place, and is itself again after a while.
async function copy(button) {
  const source = document.getElementById(button.dataset.copy);
  const words = button.querySelector("span");
  try {
    await navigator.clipboard.writeText(source.textContent.trim());
  } catch {
    return getSelection().selectAllChildren(source); // no permission, or not HTTPS: what to copy is at least marked
  }
  const before = (button.dataset.label ??= words.textContent);
  const quiet = (button.dataset.quiet ??= String(words.classList.contains("vh"))) === "true";
  words.textContent = button.dataset.copied;
  words.classList.remove("vh");
  words.ariaLive = "polite";
  setTimeout(() => {
    words.textContent = before;
    words.classList.toggle("vh", quiet);
  }, 2500);
}

// Dialogs: the link's own page does the same without JavaScript.
function openDialog(event, opener) {
  const dialog = document.getElementById(opener.dataset.dialog);
  if (!dialog) return;
  event.preventDefault();
  opener.closest("[popover]")?.hidePopover();
  dialog.showModal();
}

function close(button) {
  button.closest("[data-toast]")?.remove();
  button.closest("dialog")?.close();
}

// Toasts stay while pointed at or focused, and go ten seconds after that.
function time(toast) {
  if (toast.dataset.timed) return;
  toast.dataset.timed = "yes";
  toast.querySelector("[data-close]").hidden = false;
  let timer = 0;
  const start = () => (timer ||= setTimeout(() => toast.remove(), TOAST_MS));
  const stop = () => (timer = clearTimeout(timer) ?? 0);
  for (const name of ["pointerenter", "focusin"]) toast.addEventListener(name, stop);
  for (const name of ["pointerleave", "focusout"])
    toast.addEventListener(name, () => toast.matches(":hover, :focus-within") || start());
  start();
}

function say(words) {
  const list = document.getElementById("toasts");
  const toast = list?.querySelector("template")?.content.firstElementChild.cloneNode(true);
  if (!toast) return;
  toast.querySelector("span").textContent = words;
  list.append(toast);
}

const timeToasts = () => document.querySelectorAll("[data-toast]").forEach(time);
new MutationObserver(timeToasts).observe(document.getElementById("toasts") ?? root, { childList: true });

// Busy: the pressed button keeps its width, says what goes on, and can't be pressed twice.
function busy(button) {
  if (!button || button.ariaBusy === "true") return;
  button.ariaBusy = "true";
  const words = button.dataset.busy && button.querySelector("span");
  if (words) {
    button.dataset.label = words.textContent;
    words.textContent = button.dataset.busy;
  }
}

function ready(button) {
  if (!button) return;
  button.removeAttribute("aria-busy");
  if (button.dataset.busy && button.dataset.label) button.querySelector("span").textContent = button.dataset.label;
}

const pressed = (form, submitter) => submitter ?? form.querySelector(".btn.now, .btn.primary, .btn.danger");

document.addEventListener("submit", (event) => {
  const form = event.target;
  const button = pressed(form, event.submitter);
  if (event.defaultPrevented || form.target === "_blank") return;
  if (form.dataset.sent) return event.preventDefault();
  if (form.method !== "post") return;
  form.dataset.sent = "yes";
  busy(button);
});

// Back from the browser's own memory of the page: nothing is on its way any more.
addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  document.querySelectorAll("[data-sent]").forEach((form) => delete form.dataset.sent);
  document.querySelectorAll(".btn[aria-busy=true]").forEach(ready);
});

// htmx would queue what is pressed twice and send it again after the first answer.
for (const name of ["click", "submit"])
  document.addEventListener(name, stopSecond, true);
function stopSecond(event) {
  if (!event.target.closest?.("[data-asking]")) return;
  event.preventDefault();
  event.stopImmediatePropagation();
}

const asking = new WeakMap();
addEventListener("htmx:before:request", ({ detail: { ctx } }) => {
  const source = ctx.sourceElement;
  if (polls(source)) return;
  const button = source?.matches?.("form") ? pressed(source, document.activeElement?.closest?.(".btn")) : source;
  if (!button?.matches?.(".btn")) return;
  button.dataset.asking = "";
  if (source.matches("form")) source.dataset.asking = "";
  // Under 400 ms nothing shows: a flicker says less than stillness.
  asking.set(ctx, [button, setTimeout(() => busy(button), 400)]);
});
addEventListener("htmx:finally:request", ({ detail: { ctx } }) => {
  if (polls(ctx.sourceElement) && ctx.response && ctx.response.status < 400) stale(ctx.sourceElement, false);
  const [button, timer] = asking.get(ctx) ?? [];
  clearTimeout(timer);
  ready(button);
  for (const element of [button, ctx.sourceElement]) delete element?.dataset?.asking;
});

// A live part that can't refresh keeps what it shows, and says so until it can.
function stale(source, is = true) {
  source.querySelectorAll("[data-stale]").forEach((note) => (note.hidden = !is));
}
addEventListener("htmx:before:swap", (event) => {
  const { ctx } = event.detail;
  if (!polls(ctx.sourceElement) || (ctx.response?.status ?? 200) < 400) return;
  event.preventDefault();
  stale(ctx.sourceElement);
});
addEventListener("htmx:error", ({ detail: { ctx } }) => {
  if (!ctx) return;
  if (polls(ctx.sourceElement)) stale(ctx.sourceElement);
  else say(document.getElementById("toasts")?.dataset.offline);
});

// After a swap that carries errors the focus goes to them; htmx itself follows [autofocus].
addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
  if (ctx.response?.status !== 422) return;
  const target = ctx.target?.isConnected ? ctx.target : document;
  const first = target.querySelector("[autofocus]") ?? target.querySelector("[aria-invalid=true]");
  first?.focus();
});

// What a swap takes away gives its focus to what stands in its place: the same id, the same words, or the part
// itself. Nobody who works by keyboard begins at the top of the page again.
const held = new WeakMap();
addEventListener("htmx:before:swap", ({ detail: { ctx } }) => {
  const active = document.activeElement, target = ctx.target;
  if (!target?.contains || !active || active === document.body || !target.contains(active)) return;
  held.set(ctx, {
    id: active.id, words: active.textContent.trim(), selector: active.tagName.toLowerCase(),
    parent: target.parentElement, place: [...(target.parentElement?.children ?? [])].indexOf(target),
  });
});
addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
  const was = held.get(ctx);
  if (!was || (document.activeElement && document.activeElement !== document.body)) return;
  const part = was.parent?.isConnected ? was.parent.children[was.place] : ctx.target;
  const alike = (was.id && document.getElementById(was.id)) ||
    [...(part?.querySelectorAll(was.selector) ?? [])].find((each) => each.textContent.trim() === was.words);
  if (!alike && part) part.tabIndex = -1;
  (alike || part)?.focus({ preventScroll: true });
});

// Selection: the bar counts what is ticked, and is there while something is. Shift ticks a whole stretch.
const picks = (form) => [...form.elements].filter((each) => each.name === "pick");
function count(form) {
  const bar = form.querySelector(".selbar");
  const words = bar?.querySelector("[data-selected]");
  if (!words) return;
  const all = picks(form), picked = all.filter((each) => each.checked).length;
  const every = bar.querySelector("[data-pick-all]");
  if (every) {
    every.closest("label").hidden = false;
    every.checked = picked === all.length;
    every.indeterminate = picked > 0 && !every.checked;
  }
  bar.hidden = picked === 0;
  words.textContent = words.dataset.selected.replace("0", new Intl.NumberFormat(root.lang).format(picked));
}
document.addEventListener("change", ({ target }) => {
  if (!target.form || (target.name !== "pick" && !target.matches("[data-pick-all]"))) return;
  if (target.name !== "pick") for (const each of picks(target.form)) each.checked = target.checked;
  count(target.form);
});
let lastPick;
document.addEventListener("click", (event) => {
  const box = event.target;
  if (box.name !== "pick" || !box.form) return;
  const all = picks(box.form), [from, to] = [all.indexOf(lastPick), all.indexOf(box)].sort((a, b) => a - b);
  if (event.shiftKey && from >= 0) for (const each of all.slice(from, to + 1)) each.checked = box.checked;
  lastPick = box;
});

// The device's zone, offered once where it is another than the reader's.
function offerZone() {
  const offer = document.getElementById("zone-offer");
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (!offer || !here) return;
  const now = Date.now();
  const half = 182 * 86_400_000; // summer time may hide a difference today
  const clock = (zone, at) => new Date(at).toLocaleString("en", { timeZone: zone });
  const same = (zone) => [0, half].every((ahead) => clock(here, now + ahead) === clock(zone, now + ahead));
  offer.elements.zone.value = here;
  offer.querySelector("[data-city]").textContent = here.split("/").pop().replaceAll("_", " ");
  offer.hidden = here === offer.dataset.zone || same(offer.dataset.zone);
}

// A form that wants to know the device's zone has an empty field for it.
for (const field of document.querySelectorAll("[data-browser-zone]")) {
  field.value ||= Intl.DateTimeFormat().resolvedOptions().timeZone ?? "";
}

offerZone();
timeToasts();
document.querySelectorAll("form:has(.selbar)").forEach(count);
