/* The page: one state, one update a frame, and the parts that draw it. */

const REST = 300; // milliseconds after which the address gets the state

class Explorer {
  constructor() {
    const part = (name) => document.querySelector(`#${name}`);
    this.numbers = { ...DEFAULTS };
    this.frame = 0;
    this.waiting = [];
    this.lastUpdateMs = 0;
    this.dark = window.matchMedia("(prefers-color-scheme: dark)");
    this.readouts = new Readouts(part("readouts"));
    this.controls = new Controls(part("controls"), this);
    this.plane = new Plane(part("plane"), this);
    this.triangle = new Triangle(part("triangle"), this);
    this.curves = new Curves(part("loss"), part("curvature-curve"));
    this.parts = [this.readouts, this.plane, this.triangle, this.curves, this.controls];
    this.dark.addEventListener("change", () => this.schedule());
    window.addEventListener("hashchange", () => this.restore());
    new ResizeObserver(() => this.resize()).observe(document.querySelector("main"));
    this.resize();
    this.restore();
    this.update();
  }

  get theme() {
    return this.dark.matches ? "dark" : "light";
  }

  /** Change some of the five numbers; returns what is wrong, and then nothing changes. */
  set(change) {
    const numbers = { ...this.numbers, ...change };
    const wrong = refusal(numbers);
    this.controls.refuse(wrong);
    if (wrong) return wrong;
    this.numbers = numbers;
    this.schedule();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.address(), REST);
    return "";
  }

  /** As a hand moves the start: an output beyond the largest is put on it. */
  move(change, output, digits) {
    const numbers = { ...this.numbers, ...change };
    if (numbers.width < Infinity) {
      const largest = model.largestOutput(numbers.curvature, numbers.width);
      numbers.output = within(tidy(output, digits), -largest, largest);
    }
    this.set(numbers);
  }

  schedule() {
    this.frame ||= requestAnimationFrame(() => this.update());
  }

  /** The whole update; what has not changed is not drawn again. */
  update() {
    const begin = performance.now();
    cancelAnimationFrame(this.frame);
    this.frame = 0;
    const now = situation(this.numbers);
    for (const part of this.parts) part.draw(now);
    this.lastUpdateMs = performance.now() - begin;
    for (const done of this.waiting.splice(0)) done();
  }

  /** Once what was set is drawn. */
  drawn() {
    return this.frame ? new Promise((done) => this.waiting.push(done)) : Promise.resolve();
  }

  resize() {
    for (const part of [this.plane, this.triangle, this.curves]) part.resize();
    this.schedule();
  }

  /** The state that the address names; the defaults, and a line, where it is damaged. */
  restore() {
    const { hash } = window.location;
    if (hash.length < 2) return;
    const [numbers, wrong] = fromHash(hash);
    const same = NAMES.every((name) => Object.is(numbers[name], this.numbers[name]));
    if (same && !wrong) return;
    this.set(numbers);
    clearTimeout(this.timer);
    if (wrong) this.controls.refuse(`This link is damaged, so these are the defaults. ${wrong}`);
  }

  address() {
    window.history.replaceState(null, "", toHash(this.numbers));
  }

  link() {
    return window.location.href.split("#")[0] + toHash(this.numbers);
  }
}

const explorer = new Explorer();

/** For the console, and for tests. */
window.explorer = {
  get state() {
    return { ...explorer.numbers };
  },
  get readouts() {
    return { ...explorer.readouts.values };
  },
  get lastUpdateMs() {
    return explorer.lastUpdateMs;
  },
  /** Change numbers; resolves, once they are drawn, to what was wrong with them. */
  async set(change) {
    const wrong = explorer.set(change);
    await explorer.drawn();
    return wrong;
  },
  drawn: () => explorer.drawn(),
};
