/* Ticks the packages of a set as their codes are scanned. Without this script the same
   codes are checked when the form is sent.

   [data-scan-set] li[data-code]   one package each
   [data-scan-list]                the field of scans, one code a line
   [data-scan-count]               says how many are still missing */

const PREFIX = "O1";

function read(line) {
  const plain = line.toUpperCase().replace(/[^A-Z0-9]/g, "");
  return plain.startsWith(PREFIX) ? plain.slice(PREFIX.length + 1) : plain;
}

function tick(set, field, count) {
  const scanned = new Set(field.value.split(/\s+/).map(read).filter(Boolean));
  const rows = [...set.querySelectorAll("[data-code]")];
  let missing = 0;
  for (const row of rows) {
    const done = scanned.delete(row.dataset.code);
    missing += done ? 0 : 1;
    row.classList.toggle("scanned", done);
    row.querySelector(".scan-word").textContent = done ? "scanned" : "";
  }
  const spare = scanned.size;
  const words = [missing ? `${missing} of ${rows.length} not scanned yet.` : "All are scanned."];
  if (spare) {
    words.push(`${spare} code${spare > 1 ? "s do" : " does"} not belong here.`);
  }
  count.textContent = words.join(" ");
  count.classList.toggle("wrong", spare > 0);
}

const set = document.querySelector("[data-scan-set]");
const field = document.querySelector("[data-scan-list]");
const count = document.querySelector("[data-scan-count]");
if (set && field && count) {
  field.addEventListener("input", () => tick(set, field, count));
  if (field.value.trim()) {
    tick(set, field, count);
  }
}
