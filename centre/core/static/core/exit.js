/* Leave at once: the button, or Esc three times within two seconds.
   The page is blanked first, the session is locked on the way, and this page's place
   in the history is taken by the neutral one. Without JavaScript the form posts. */

const form = document.querySelector("[data-exit]");
const PRESSES = 3;
const WITHIN = 2000;
const PATIENCE = 1500;
let presses = [];
let leaving = false;

function leave(address) {
  window.location.replace(address);
}

function exit() {
  if (leaving) {
    return;
  }
  leaving = true;
  const body = new FormData(form);
  const { action, dataset: { exit: away } } = form;
  window.dispatchEvent(new CustomEvent("centre:leaving"));
  document.body.replaceChildren();
  document.title = "";
  setTimeout(() => leave(away), PATIENCE);
  fetch(action, { method: "POST", body, keepalive: true, credentials: "same-origin" })
    .then((answer) => leave(answer.ok ? answer.url : away))
    .catch(() => leave("about:blank"));
}

if (form) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    exit();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") {
      presses = [];
      return;
    }
    const now = Date.now();
    presses = [...presses.filter((then) => now - then < WITHIN), now];
    if (presses.length >= PRESSES) {
      exit();
    }
  });
}
