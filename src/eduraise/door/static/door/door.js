// Whoever waited is let in by itself, once: coming back to this tab must not throw them into Zoom again.
function letIn() {
  const form = document.querySelector("form[data-let-in]");
  if (!form) return;
  const key = `let-in-${form.dataset.letIn}`;
  if (sessionStorage.getItem(key)) return;
  sessionStorage.setItem(key, "yes");
  form.requestSubmit();
}

new MutationObserver(letIn).observe(document.getElementById("main"), { childList: true, subtree: true, attributes: true });
letIn();
