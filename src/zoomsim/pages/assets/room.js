// Keeps a room's page true: asks every three seconds, which also tells the simulator that somebody is still there.
"use strict";

const EVERY = 3000;

async function look() {
  const answer = await fetch(location.href, { headers: { "X-Zoomsim-Live": "1" } });
  const next = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("main");
  const present = document.querySelector("main");
  if (!next || next.dataset.state !== present.dataset.state) {
    location.reload();
    return;
  }
  for (const part of next.querySelectorAll("[data-live]")) {
    const old = document.getElementById(part.id);
    if (old && old.innerHTML !== part.innerHTML) {
      const focused = old.contains(document.activeElement) ? document.activeElement.id : "";
      old.innerHTML = part.innerHTML;
      if (focused) document.getElementById(focused)?.focus();
    }
  }
}

setInterval(() => look().catch(() => {}), EVERY);
look().catch(() => {});
