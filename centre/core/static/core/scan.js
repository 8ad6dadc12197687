/* Fields marked data-scan take a code from a scanner or from the camera.

   A scanner types the code and presses Enter: in a line of one code that leads to the
   next field instead of sending the form half filled. Where the browser can read codes
   itself a button opens the camera; its picture never leaves the screen. */

const FORMATS = ["qr_code", "code_128"];
const EVERY = 200;
const FIELDS = "input:not([type=hidden]), select, textarea, button";

function next(field) {
  const all = [...field.form.querySelectorAll(FIELDS)].filter(
    (one) => !one.disabled && !one.hasAttribute("data-scan-camera"),
  );
  return all[all.indexOf(field) + 1];
}

function take(field, code) {
  if (field.tagName === "TEXTAREA") {
    const before = field.value.trimEnd();
    field.value = `${before}${before ? "\n" : ""}${code}\n`;
  } else {
    field.value = code;
  }
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.dispatchEvent(new Event("change", { bubbles: true }));
}

document.addEventListener("keydown", (event) => {
  const field = event.target.closest("input[data-scan]");
  if (field && field.form && event.key === "Enter" && field.value) {
    const after = next(field);
    if (after && after.tagName !== "BUTTON") {
      event.preventDefault();
      after.focus();
    }
  }
});

async function look(field) {
  const dialog = document.createElement("dialog");
  dialog.className = "camera";
  const words = document.createElement("p");
  words.textContent = "Hold the code before the camera.";
  const video = document.createElement("video");
  video.muted = true;
  video.playsInline = true;
  const close = document.createElement("button");
  close.type = "button";
  close.textContent = "Stop the camera";
  dialog.append(words, video, close);
  document.body.append(dialog);
  dialog.showModal();

  let stream = null;
  let timer = null;
  const stop = () => {
    clearInterval(timer);
    stream?.getTracks().forEach((track) => track.stop());
    dialog.remove();
    field.focus();
  };
  close.addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", stop, { once: true });
  addEventListener("pagehide", stop, { once: true });

  try {
    stream = await navigator.mediaDevices.getUserMedia({
      video: { facingMode: "environment" },
    });
  } catch {
    words.textContent = "The camera cannot be used here. Type the code, or use a scanner.";
    video.hidden = true;
    return;
  }
  if (!dialog.open) {
    stop();
    return;
  }
  video.srcObject = stream;
  video.play().catch(() => {});
  const detector = new BarcodeDetector({ formats: FORMATS });
  timer = setInterval(async () => {
    const found = await detector.detect(video).catch(() => []);
    if (found.length && dialog.open) {
      take(field, found[0].rawValue);
      dialog.close();
    }
  }, EVERY);
}

if ("BarcodeDetector" in window && navigator.mediaDevices) {
  for (const field of document.querySelectorAll("[data-scan]")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "small";
    button.dataset.scanCamera = "";
    button.textContent = "Use the camera";
    button.addEventListener("click", () => look(field));
    field.after(button);
  }
}
