/* Locks the screen when nobody has touched it for as long as the server allows.
   A minute before, a dialog asks. The server locks by itself too; this only makes
   sure that nothing stays on the screen. */

const form = document.querySelector("[data-lock-after]");
const warning = document.getElementById("lock-warning");
const WARN = 60;
const NOTE = "centre-touched";
const TOUCH_EVERY = 240;

let touched = Date.now();
let told = Date.now();

function now() {
  return Date.now();
}

function allowed() {
  return Number(form.dataset.lockAfter);
}

function touch() {
  touched = now();
  try {
    localStorage.setItem(NOTE, String(touched));
  } catch {
    /* Private windows may refuse; each window then counts for itself. */
  }
}

function latest() {
  let elsewhere = 0;
  try {
    elsewhere = Number(localStorage.getItem(NOTE)) || 0;
  } catch {
    elsewhere = 0;
  }
  return Math.min(Math.max(touched, elsewhere), now());
}

/* The server counts requests, not touches: a person reading one long page is told of. */
function tellServer() {
  told = now();
  return fetch(form.dataset.stay || window.location.pathname, {
    method: "HEAD",
    credentials: "same-origin",
    cache: "no-store",
  }).catch(() => undefined);
}

function lock() {
  window.dispatchEvent(new CustomEvent("centre:leaving"));
  form.requestSubmit();
}

function look() {
  const left = Math.round(allowed() - (now() - latest()) / 1000);
  if (left <= 0) {
    lock();
    return;
  }
  if (left <= WARN) {
    warning.querySelector("[data-lock-left]").textContent = String(left);
    if (!warning.open) {
      warning.showModal();
    }
    return;
  }
  if (warning.open) {
    warning.close();
  }
  if (latest() > told && (now() - told) / 1000 > Math.min(TOUCH_EVERY, allowed() / 3)) {
    tellServer();
  }
}

if (form && warning) {
  for (const kind of ["pointerdown", "keydown", "scroll"]) {
    document.addEventListener(
      kind,
      () => {
        if (!warning.open) {
          touch();
        }
      },
      { passive: true, capture: true },
    );
  }
  warning.querySelector("[data-lock-stay]").addEventListener("click", () => {
    touch();
    warning.close();
    tellServer();
  });
  warning.querySelector("[data-lock-now]").addEventListener("click", lock);
  warning.addEventListener("cancel", touch);
  touch();
  setInterval(look, 1000);
  document.addEventListener("visibilitychange", look);
}
