// The player: lines of the transcript lead to their moment in their part, the line that is spoken is marked, what
// ran is told now and then, and a slice that did not come is asked for again.
const player = document.querySelector("[data-player]");
const medium = player?.querySelector("[data-recording]");
const others = [...document.querySelectorAll("[data-plays]")];
const lines = [...document.querySelectorAll("[data-at]")];

const TRIES = 5;
const PAUSE = 4000;
const TELLS_EVERY = 15;
let tries = 0;
let ran = 0;
let told = 0;
let lastAt = null;
let current = null;
let part = medium?.dataset.part;
let said = [];
let starts = [];

function turnTo(wanted) {
  part = wanted;
  said = lines.filter((line) => line.dataset.part === part);
  starts = said.map((line) => Number(line.dataset.at));
}

// What shows another part, if it can be watched: from the same view where there is one.
function showing(wanted) {
  const view = others.find((each) => each.getAttribute("aria-pressed") === "true")?.dataset.view;
  const fit = others.filter((each) => each.dataset.part === wanted);
  return fit.find((each) => each.dataset.view === view) ?? fit[0];
}

function turnOn(other, at) {
  for (const each of others) each.setAttribute("aria-pressed", String(each === other));
  turnTo(other.dataset.part);
  medium.src = other.dataset.plays;
  playFrom(at);
}

function playFrom(at) {
  medium.currentTime = at;
  medium.play().catch(() => {});
}

function place(at) {
  let found = -1;
  let low = 0;
  let high = starts.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    if (starts[middle] <= at + 0.05) {
      found = middle;
      low = middle + 1;
    } else {
      high = middle - 1;
    }
  }
  return found;
}

function mark(at) {
  const line = said[place(at)] ?? null;
  if (line === current) return;
  current?.removeAttribute("aria-current");
  current = line;
  if (!line) return;
  line.setAttribute("aria-current", "true");
  const list = line.closest(".cues");
  if (list && !list.matches(":hover, :focus-within")) {
    list.scrollTop = line.offsetTop - list.offsetTop - list.clientHeight / 3;
  }
}

function token() {
  const inherited = document.body.getAttribute("hx-headers:inherited");
  return inherited ? JSON.parse(inherited)["X-CSRFToken"] : "";
}

function tell() {
  if (Math.floor(ran) <= told) return;
  told = Math.floor(ran);
  const body = new URLSearchParams({ seconds: String(told) });
  fetch(player.dataset.viewing, { method: "POST", body, headers: { "X-CSRFToken": token() }, keepalive: true }).catch(
    () => {},
  );
}

function tryAgain() {
  const waits = player.querySelector("[data-waits]");
  if (tries >= TRIES) {
    waits.hidden = true;
    player.querySelector("[data-fails]").hidden = false;
    return;
  }
  tries += 1;
  waits.hidden = false;
  const at = medium.currentTime;
  setTimeout(() => {
    medium.load();
    medium.currentTime = at;
    if (ran) medium.play().catch(() => {});
  }, PAUSE * tries);
}

if (medium) {
  turnTo(part);
  medium.addEventListener("timeupdate", () => {
    const at = medium.currentTime;
    const step = lastAt === null ? 0 : at - lastAt;
    if (!medium.seeking && step > 0 && step < 2) ran += step;
    lastAt = at;
    mark(at);
    if (ran - told >= TELLS_EVERY) tell();
  });
  medium.addEventListener("pause", tell);
  addEventListener("pagehide", tell);
  medium.addEventListener("canplay", () => {
    tries = 0;
    player.querySelector("[data-waits]").hidden = true;
  });
  medium.addEventListener("error", tryAgain);
  for (const line of lines) {
    line.addEventListener("click", () => {
      const at = Number(line.dataset.at);
      if (line.dataset.part === part) return playFrom(at);
      const other = showing(line.dataset.part);
      if (other) turnOn(other, at);
    });
  }
  for (const other of others) {
    other.addEventListener("click", () => {
      turnOn(other, other.dataset.part === part ? medium.currentTime : 0);
    });
  }
}

const search = document.querySelector("[data-find-words]");
search?.addEventListener("input", () => {
  const wanted = search.value.trim().toLocaleLowerCase();
  let number = 0;
  for (const line of lines) {
    const fits = !wanted || line.textContent.toLocaleLowerCase().includes(wanted);
    line.parentElement.hidden = !fits;
    number += fits ? 1 : 0;
  }
  document.querySelector("[data-found]").textContent = wanted ? `${number} / ${lines.length}` : "";
});
