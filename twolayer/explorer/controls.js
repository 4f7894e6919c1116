/* What sets the numbers without the handles: fields, sliders, and the link. */

const WIDTHS = { step: 100, most: 600 }; // positions a decade of the width's slider; then inf
const TURNS = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1 };
const LABELS = 300; // positions on each side of the label's slider
const REACH = 1.5; // its ends, in outputs that a network may have

function widthAt(position) {
  return position > WIDTHS.most ? Infinity : Math.round(10 ** (position / WIDTHS.step));
}

function positionOf(width) {
  if (width === Infinity) return WIDTHS.most + 1;
  return Math.round(within(Math.log10(width) * WIDTHS.step, 0, WIDTHS.most));
}

function mark(field, wrong) {
  if (wrong) field.setAttribute("aria-invalid", "true");
  else field.removeAttribute("aria-invalid");
}

class Controls {
  constructor(root, explorer) {
    this.explorer = explorer;
    this.fields = NAMES.map((name) => root.querySelector(`#${name}`));
    this.width = root.querySelector("#width-slider");
    this.label = root.querySelector("#target-slider");
    this.line = document.querySelector("#refusal");
    this.copied = root.querySelector("#copied");
    for (const field of this.fields) this.wire(field);
    this.width.addEventListener("input", () => this.slide({ width: this.slidWidth() }));
    this.width.addEventListener("keydown", (event) => this.turn(event));
    this.label.addEventListener("input", () => this.slide({ target: this.slidLabel() }));
    root.querySelector("#copy").addEventListener("click", () => this.copy());
  }

  /** A field acts on each change that has a meaning; else it is marked, and says why when left. */
  wire(field) {
    field.addEventListener("input", () => {
      const change = { [field.id]: parsed(field.value) };
      const wrong = refusal({ ...this.explorer.numbers, ...change });
      this.refuse("");
      mark(field, wrong);
      if (!wrong) this.explorer.set(change);
    });
    field.addEventListener("change", () => this.enter(field));
    field.addEventListener("keydown", (event) => {
      if (event.key === "Enter") this.enter(field);
      if (event.key !== "Escape") return;
      mark(field, "");
      this.explorer.set({});
    });
  }

  enter(field) {
    const value = parsed(field.value);
    const wrong = Number.isNaN(value)
      ? noNumber(field.id, field.value)
      : this.explorer.set({ [field.id]: value });
    mark(field, wrong);
    if (wrong) this.refuse(wrong);
  }

  slide(change) {
    if (this.explorer.set(change)) this.drawSliders(this.explorer.numbers);
  }

  /** An arrow key leads to the next width, also where several positions are one. */
  turn(event) {
    const side = TURNS[event.key];
    if (!side || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const { width } = this.explorer.numbers;
    let position = positionOf(width);
    const more = () => position + side >= 0 && position + side <= WIDTHS.most + 1;
    do position += side; while (more() && widthAt(position) === width);
    this.slide({ width: widthAt(within(position, 0, WIDTHS.most + 1)) });
  }

  slidWidth() {
    return widthAt(Number(this.width.value));
  }

  slidLabel() {
    const { curvature, width } = this.explorer.numbers;
    const share = Number(this.label.value) / LABELS;
    return tidy(share * REACH * model.largestOutput(curvature, width), 4);
  }

  /** The one line about values that no network has; an empty one takes it away. */
  refuse(text) {
    say(this.line, text);
    this.line.hidden = !text;
  }

  draw({ numbers }) {
    if (numbers === this.numbers) return; // what is being typed stays
    this.numbers = numbers;
    for (const field of this.fields) {
      const text = written(numbers[field.id]);
      const typing = document.activeElement === field;
      if (typing && field.hasAttribute("aria-invalid")) continue;
      const same = typing && parsed(field.value) === numbers[field.id];
      if (!same && field.value !== text) field.value = text;
      mark(field, "");
    }
    this.drawSliders(numbers);
  }

  /** A thumb that stands for its number stays where it is: it may be in somebody's hand. */
  drawSliders({ curvature, width, target }) {
    if (this.slidWidth() !== width) this.width.value = positionOf(width);
    put(this.width, "aria-valuetext", width === Infinity ? "infinite width" : `width ${width}`);
    const share = target / (REACH * model.largestOutput(curvature, width));
    this.label.disabled = width === Infinity;
    if (this.slidLabel() !== target) this.label.value = Math.round(within(share, -1, 1) * LABELS);
    put(this.label, "aria-valuetext", `label ${shown(target, 4)}`);
  }

  async copy() {
    this.explorer.address();
    const address = this.explorer.link();
    let text = "Copied.";
    try {
      await navigator.clipboard.writeText(address);
    } catch {
      text = "Copy it from the address bar.";
    }
    say(this.copied, text);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => say(this.copied, ""), 3000);
  }
}
