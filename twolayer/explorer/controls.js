/* What sets the numbers without the handles: fields, sliders, and the link. */

const WIDTHS = { step: 100, most: 600 }; // positions a decade of the width's slider; then inf
const LABELS = 300; // positions on each side of the label's slider
const REACH = 1.5; // its ends, in outputs that a network may have

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
    this.label.addEventListener("input", () => this.slide({ target: this.slidLabel() }));
    root.querySelector("#copy").addEventListener("click", () => this.copy());
  }

  /** A field acts on each change that has a meaning, and says what is wrong when it is left. */
  wire(field) {
    field.addEventListener("input", () => {
      const change = { [field.id]: parsed(field.value) };
      if (!refusal({ ...this.explorer.numbers, ...change })) this.explorer.set(change);
    });
    field.addEventListener("change", () => this.enter(field));
    field.addEventListener("keydown", (event) => {
      if (event.key === "Enter") this.enter(field);
      if (event.key === "Escape") this.explorer.set({});
    });
  }

  enter(field) {
    const value = parsed(field.value);
    const wrong = Number.isNaN(value)
      ? `${SIGNS[field.id]} = ${field.value.trim() || "nothing"} must be a number.`
      : this.explorer.set({ [field.id]: value });
    if (!wrong) return;
    this.refuse(wrong);
    field.setAttribute("aria-invalid", "true");
  }

  slide(change) {
    if (this.explorer.set(change)) this.drawSliders(this.explorer.numbers);
  }

  slidWidth() {
    const position = Number(this.width.value);
    return position > WIDTHS.most ? Infinity : Math.round(10 ** (position / WIDTHS.step));
  }

  slidLabel() {
    const { curvature, width } = this.explorer.numbers;
    const share = Number(this.label.value) / LABELS;
    return tidy(share * REACH * model.largestOutput(curvature, width), 3);
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
      const same = typing && parsed(field.value) === numbers[field.id];
      if (!same && field.value !== text) field.value = text;
      field.removeAttribute("aria-invalid");
    }
    this.drawSliders(numbers);
  }

  drawSliders({ curvature, width, target }) {
    const decades = within(Math.log10(width) * WIDTHS.step, 0, WIDTHS.most);
    this.width.value = width === Infinity ? this.width.max : Math.round(decades);
    put(this.width, "aria-valuetext", width === Infinity ? "infinite width" : `width ${width}`);
    const share = target / (REACH * model.largestOutput(curvature, width));
    this.label.disabled = width === Infinity;
    this.label.value = Math.round(within(share, -1, 1) * LABELS);
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
