/* A box to sign in, kept as strokes in a hidden field: lists of [across, down] on a
   square of 1000 steps a side. Without this script, or for a hand that cannot draw, the
   form offers the mark or thumb print before the witness.

   <input type="hidden" data-signature>   gets the box, a clear button and its words */

const SIDE = 1000;
const NEAR = 4;

function box(field) {
  const figure = document.createElement("div");
  figure.className = "field signature";
  const words = document.createElement("p");
  words.className = "label";
  words.textContent = "Sign here with a finger, a pen or the mouse";
  const canvas = document.createElement("canvas");
  canvas.width = 600;
  canvas.height = 200;
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", "Box to sign in. Whoever cannot draw chooses the mark before the witness.");
  const clear = document.createElement("button");
  clear.type = "button";
  clear.className = "small";
  clear.textContent = "Clear the box";
  figure.append(words, canvas, clear);
  const method = document.querySelector("[name=method]")?.closest("[data-field]");
  (method || field).after(figure);

  const pen = canvas.getContext("2d");
  const style = getComputedStyle(canvas);
  let strokes = [];
  let stroke = null;

  const draw = () => {
    pen.clearRect(0, 0, canvas.width, canvas.height);
    pen.strokeStyle = style.color;
    pen.lineWidth = 3;
    pen.lineCap = "round";
    for (const points of strokes) {
      pen.beginPath();
      points.forEach(([x, y], at) => {
        const spot = [(x / SIDE) * canvas.width, (y / SIDE) * canvas.height];
        if (at) {
          pen.lineTo(...spot);
        } else {
          pen.moveTo(...spot);
          pen.lineTo(spot[0] + 0.1, spot[1]);
        }
      });
      pen.stroke();
    }
  };
  const keep = () => {
    field.value = strokes.length ? JSON.stringify(strokes) : "";
    draw();
  };
  const spot = (event) => {
    const { left, top, width, height } = canvas.getBoundingClientRect();
    const part = (at, size) => Math.min(SIDE, Math.max(0, Math.round((at / size) * SIDE)));
    return [part(event.clientX - left, width), part(event.clientY - top, height)];
  };

  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    stroke = [spot(event)];
    strokes.push(stroke);
    const drawn = document.querySelector('[name=method][value="drawn"]');
    if (drawn) {
      drawn.checked = true;
    }
    keep();
    event.preventDefault();
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!stroke) {
      return;
    }
    const [x, y] = spot(event);
    const [lastX, lastY] = stroke.at(-1);
    if (Math.abs(x - lastX) + Math.abs(y - lastY) >= NEAR) {
      stroke.push([x, y]);
      keep();
    }
  });
  for (const over of ["pointerup", "pointercancel"]) {
    canvas.addEventListener(over, () => {
      stroke = null;
    });
  }
  clear.addEventListener("click", () => {
    strokes = [];
    keep();
  });
  try {
    strokes = field.value ? JSON.parse(field.value) : [];
  } catch {
    strokes = [];
  }
  draw();
}

for (const field of document.querySelectorAll("[data-signature]")) {
  box(field);
}
