/* The picture and the list of marks, two ways to the same form.

   [data-body-map] holds one picture ([data-map-picture]) and one form whose rows
   ([data-mark-row]) carry number, kind, region, x, y and remove. Whatever happens in
   one is shown in the other; what is posted is the form alone. */

const SVG = "http://www.w3.org/2000/svg";
const STEP = 0.01;
const STEPS = Array.from({ length: 37 }, (_, n) => (n % 2 ? (n + 1) / 2 : -n / 2));
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const PULL = 4;

function element(name, attributes, ...children) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) {
    made.setAttribute(key, value);
  }
  made.append(...children);
  return made;
}

function limited(value, least, most) {
  return Math.min(Math.max(value, least), most);
}

class Row {
  constructor(root) {
    this.root = root;
  }

  field(name) {
    return this.root.querySelector(`[name$="-${name}"]`);
  }

  get place() {
    const [x, y] = [this.field("x").value, this.field("y").value];
    return x === "" || y === "" ? null : [Number(x), Number(y)];
  }

  set place([x, y]) {
    this.field("x").value = x.toFixed(4);
    this.field("y").value = y.toFixed(4);
  }

  get isGone() {
    return this.field("remove").checked;
  }

  get isBlank() {
    return !this.place && !this.field("kind").value && !this.field("region").value;
  }

  get option() {
    return this.field("kind").selectedOptions[0];
  }

  get number() {
    return this.field("number").value;
  }

  get label() {
    return `${this.number || "?"} ${this.option?.dataset.letters || "?"}`;
  }

  get words() {
    return this.field("kind").value ? `${this.number}, ${this.option.text.toLowerCase()},` : this.number;
  }

  told() {
    this.field("x").dispatchEvent(new Event("input", { bubbles: true }));
  }
}

class BodyMap {
  constructor(root) {
    this.root = root;
    this.svg = root.querySelector("[data-map-picture]");
    this.stage = root.querySelector("[data-map-stage]");
    this.says = root.querySelector("[data-map-says]");
    this.layer = root.querySelector("[data-map-marks]");
    this.cursor = root.querySelector("[data-map-cursor]");
    this.regions = [...root.querySelectorAll("[data-region]")];
    this.outlines = [...root.querySelectorAll(".figure-outline")];
    this.box = root.querySelector("[data-mark-rows]");
    this.form = root.querySelector("form");
    this.unit = Number(root.dataset.unit);
    this.size = [this.svg.viewBox.baseVal.width, this.svg.viewBox.baseVal.height];
    this.at = [0.5, 0.5];
    this.rows = [...this.box.querySelectorAll("[data-mark-row]")].map((row) => new Row(row));
    this.chosen = null;
    this.moving = false;
    this.prepare();
    this.draw();
  }

  prepare() {
    this.svg.setAttribute("tabindex", "0");
    this.svg.setAttribute("role", "application");
    this.root.querySelector("[data-map-tools]").hidden = false;
    this.root.querySelector("[data-mark-add]").hidden = false;
    this.svg.addEventListener("pointerdown", (event) => this.press(event));
    this.svg.addEventListener("pointermove", (event) => this.pull(event));
    this.svg.addEventListener("pointerup", (event) => this.release(event));
    this.svg.addEventListener("pointercancel", () => { this.held = null; });
    this.svg.addEventListener("keydown", (event) => this.key(event));
    this.svg.addEventListener("focus", () => this.showCursor());
    this.svg.addEventListener("blur", () => this.cursor.setAttribute("visibility", "hidden"));
    this.form.addEventListener("input", (event) => this.listChanged(event));
    this.form.addEventListener("click", (event) => this.listClicked(event));
    this.form.addEventListener("focusin", (event) => this.choose(this.rowOf(event.target)));
    for (const button of this.root.querySelectorAll("[data-map-zoom]")) {
      button.addEventListener("click", () => this.zoom(button.dataset.mapZoom === "in" ? 1 : -1));
    }
    this.showMoveButtons();
  }

  showMoveButtons() {
    for (const button of this.box.querySelectorAll("[data-mark-move]")) {
      button.hidden = false;
    }
  }

  /* What the picture says */

  placeOf(event) {
    const point = new DOMPoint(event.clientX, event.clientY);
    const { x, y } = point.matrixTransform(this.svg.getScreenCTM().inverse());
    return [limited(x / this.size[0], 0, 1), limited(y / this.size[1], 0, 1)];
  }

  pointOf([x, y]) {
    return [x * this.size[0], y * this.size[1]];
  }

  regionAt(place) {
    const [x, y] = this.pointOf(place);
    const point = this.svg.createSVGPoint();
    point.x = x;
    point.y = y;
    if (!this.outlines.some((path) => path.isPointInFill(point))) {
      return null;
    }
    return this.regions.find((region) => region.isPointInFill(point)) || null;
  }

  press(event) {
    const mark = this.moving ? null : event.target.closest("[data-row]");
    this.held = { from: [event.clientX, event.clientY], pulled: false, row: null };
    if (mark) {
      this.held.row = this.rows[Number(mark.dataset.row)];
      this.svg.setPointerCapture(event.pointerId);
    }
  }

  pull(event) {
    if (!this.held?.row) {
      return;
    }
    const [x, y] = this.held.from;
    if (this.held.pulled || Math.hypot(event.clientX - x, event.clientY - y) > PULL) {
      this.held.pulled = true;
      this.held.row.place = this.placeOf(event);
      this.draw();
    }
  }

  release(event) {
    const held = this.held;
    this.held = null;
    if (!held) {
      return;
    }
    if (held.row && held.pulled) {
      this.put(held.row, this.placeOf(event), "moved to");
    } else if (held.row) {
      this.choose(held.row);
      held.row.root.scrollIntoView({ block: "nearest" });
      this.say(`Mark ${held.row.label} is chosen.`);
    } else if (Math.hypot(event.clientX - held.from[0], event.clientY - held.from[1]) <= PULL) {
      this.set(this.placeOf(event));
    }
  }

  key(event) {
    const arrow = ARROWS[event.key];
    if (arrow) {
      const step = STEP * (event.shiftKey ? 5 : event.altKey ? 0.2 : 1);
      const longer = Math.max(...this.size);
      this.at = this.at.map((value, axis) => limited(value + (arrow[axis] * step * longer) / this.size[axis], 0, 1));
      this.showCursor();
      this.say(this.regionAt(this.at)?.dataset.words || "Off the figure");
    } else if (event.key === "Enter" || event.key === " ") {
      this.set(this.at);
    } else if (event.key === "Delete" && this.chosen) {
      this.take(this.chosen);
    } else {
      return;
    }
    event.preventDefault();
  }

  showCursor() {
    const [x, y] = this.pointOf(this.at);
    this.cursor.setAttribute("transform", `translate(${x} ${y}) scale(${this.unit})`);
    this.cursor.setAttribute("visibility", this.svg.matches(":focus-visible") ? "visible" : "hidden");
  }

  zoom(step) {
    const zoom = limited(Number(this.stage.dataset.zoom) + step, 1, 3);
    this.stage.dataset.zoom = String(zoom);
    this.say(`Picture ${zoom} times as large.`);
  }

  /* What happens to marks */

  set(place) {
    if (this.moving && this.chosen) {
      this.put(this.chosen, place, "moved to");
    } else {
      const row = this.rows.find((one) => one.isBlank && !one.isGone) || this.add();
      this.fillNumber(row);
      this.put(row, place, "set at");
    }
    this.moving = false;
  }

  put(row, place, deed) {
    const region = this.regionAt(place);
    row.place = place;
    this.at = place;
    if (region) {
      row.field("region").value = region.dataset.region;
    }
    this.choose(row);
    this.draw();
    row.told();
    row.root.scrollIntoView({ block: "nearest" });
    const where = region ? region.dataset.words.toLowerCase() : "a place off the figure";
    this.say(`Mark ${row.words} ${deed} ${where}.`);
  }

  take(row) {
    row.field("remove").checked = true;
    row.told();
    this.draw();
    this.say(`Mark ${row.words} is taken away when the marks are kept.`);
  }

  add() {
    const total = this.form.querySelector('[name$="-TOTAL_FORMS"]');
    const blank = this.form.querySelector("[data-mark-blank]").content.cloneNode(true);
    for (const one of blank.querySelectorAll("*")) {
      for (const name of ["id", "name", "for", "aria-describedby"]) {
        if (one.hasAttribute(name)) {
          one.setAttribute(name, one.getAttribute(name).replaceAll("__prefix__", total.value));
        }
      }
    }
    this.box.append(blank);
    total.value = String(Number(total.value) + 1);
    const row = new Row(this.box.lastElementChild);
    this.rows.push(row);
    this.showMoveButtons();
    return row;
  }

  fillNumber(row) {
    if (!row.number) {
      const numbers = this.rows.map((one) => Number(one.number) || 0);
      row.field("number").value = String(Math.max(Number(this.root.dataset.nextNumber) - 1, ...numbers) + 1);
    }
  }

  choose(row) {
    if (row && row !== this.chosen) {
      this.chosen = row;
      this.moving = false;
      this.draw();
    }
  }

  /* What the list says */

  rowOf(target) {
    const root = target.closest("[data-mark-row]");
    return this.rows.find((row) => row.root === root) || null;
  }

  listChanged(event) {
    const row = this.rowOf(event.target);
    if (!row) {
      return;
    }
    const place = row.field("region").selectedOptions[0]?.dataset.place;
    if (event.target === row.field("region") && place && this.regionAt(row.place || [0, 0])?.dataset.region !== event.target.value) {
      row.place = place.split(",").map(Number);
      this.say(`Mark ${row.words} set in the middle of the region. Move it if it lies elsewhere.`);
    }
    if (!row.isBlank) {
      this.fillNumber(row);
    }
    this.draw();
  }

  listClicked(event) {
    if (event.target.closest("[data-mark-add]")) {
      const row = this.add();
      this.fillNumber(row);
      this.choose(row);
      row.field("kind").focus();
    } else if (event.target.closest("[data-mark-move]")) {
      this.choose(this.rowOf(event.target));
      this.moving = true;
      this.at = this.chosen.place || this.at;
      this.svg.focus();
      this.say(`Touch the new place of mark ${this.chosen.words} or go there by arrow keys and press Enter.`);
    }
  }

  say(sentence) {
    this.says.textContent = sentence;
  }

  /* Drawing, in the same way as the server draws */

  draw() {
    const badges = [];
    const wanted = this.rows
      .map((row, index) => ({ row, index }))
      .filter(({ row }) => row.place && !row.isGone)
      .sort((a, b) => Number(a.row.number) - Number(b.row.number));
    const spots = wanted.map(({ row }) => this.pointOf(row.place));
    this.layer.replaceChildren(...wanted.map(({ row, index }) => this.mark(row, index, badges, spots)));
    for (const row of this.rows) {
      row.root.classList.toggle("chosen", row === this.chosen);
      row.root.classList.toggle("gone", row.isGone);
      const title = row.root.querySelector("[data-mark-title]");
      title.textContent = row.isBlank ? "New mark" : `Mark ${row.label}`;
    }
  }

  mark(row, index, badges, spots) {
    const [x, y] = this.pointOf(row.place);
    const [badgeX, badgeY] = this.badgePlace(x, y, badges, spots);
    badges.push([badgeX, badgeY]);
    const badge = element("path", { class: "shape", d: row.option?.dataset.badge || "M-20 -11 L20 -11 L20 11 L-20 11 Z" });
    if (row.option?.dataset.old === "1") {
      badge.setAttribute("stroke-dasharray", "4 3");
    }
    const text = element("text", { "font-size": 13 }, row.label);
    return element(
      "g",
      { class: row === this.chosen ? "mark chosen" : "mark", "data-row": index },
      element("title", {}, `Mark ${row.label}`),
      element("line", { class: "leader", x1: x, y1: y, x2: badgeX, y2: badgeY }),
      element("circle", { class: "spot", cx: x, cy: y, r: 3.5 * this.unit }),
      element("g", { transform: `translate(${badgeX} ${badgeY}) scale(${this.unit})` }, badge, text),
    );
  }

  badgePlace(x, y, badges, spots) {
    const [width, height] = this.size;
    const unit = this.unit;
    const side = x < width / 2 ? -1 : 1;
    let across = limited(x + side * 40 * unit, 26 * unit, width - 26 * unit);
    if (Math.abs(across - x) < 30 * unit) {
      across = x - side * 40 * unit;
    }
    const wanted = limited(y - 14 * unit, 14 * unit, height - 14 * unit);
    const covers = (down, others, wide, high) =>
      others.some(([a, b]) => Math.abs(a - across) < wide * unit && Math.abs(b - down) < high * unit);
    for (const step of STEPS) {
      const down = limited(wanted + step * 12.5 * unit, 14 * unit, height - 14 * unit);
      if (!covers(down, badges, 50, 24) && !covers(down, spots, 29, 15)) {
        return [across, down];
      }
    }
    return [across, wanted];
  }
}

for (const root of document.querySelectorAll("[data-body-map]")) {
  new BodyMap(root);
}
