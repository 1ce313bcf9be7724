// Arrow keys move, T is today: each presses the link that does the same.
const typing = "input, textarea, select, [contenteditable], [popover], dialog";
const backwards = { ArrowLeft: "ArrowRight", ArrowRight: "ArrowLeft" };

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey || event.target.closest?.(typing)) return;
  const pressed = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const key = document.documentElement.dir === "rtl" ? (backwards[pressed] ?? pressed) : pressed;
  const link = [...document.querySelectorAll("[data-key]")].find((each) => each.dataset.key === key);
  if (!link) return;
  event.preventDefault();
  link.click();
});
