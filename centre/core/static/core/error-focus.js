/* After a refused form: the focus goes to the summary, and from there to the fields. */

const CONTROLS = "input:not([type=hidden]), select, textarea, button";

function attend(root) {
  const summary = root.querySelector("[data-error-summary]");
  if (summary) {
    summary.focus();
    summary.scrollIntoView({ block: "start" });
  }
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-error-summary] a[href^='#']");
  const target = link && document.getElementById(link.hash.slice(1));
  const control = target && (target.matches(CONTROLS) ? target : target.querySelector(CONTROLS));
  if (control) {
    event.preventDefault();
    target.scrollIntoView({ block: "center" });
    control.focus({ preventScroll: true });
  }
});

attend(document);
document.addEventListener("htmx:afterSwap", (event) => attend(event.target));
