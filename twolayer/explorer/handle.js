/* A handle that is dragged: by mouse, by touch, or by keys. */

const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
const LARGE = 10; // steps of a key with Shift
const TAP = 10; // pixels that a finger may move in a tap

/** The start as a handle on an area. `moveTo` gets pixels, `nudge` steps to the right and up. */
class Handle {
  constructor(area, moveTo, nudge) {
    this.area = area;
    this.node = area.querySelector(".handle");
    this.moveTo = moveTo;
    this.nudge = nudge;
    this.place = [0, 0];
    this.hold = null;
    this.tapped = null;
    area.addEventListener("pointerdown", (event) => this.down(event));
    area.addEventListener("pointermove", (event) => this.move(event));
    area.addEventListener("pointerup", (event) => this.tap(event));
    for (const end of ["pointerup", "pointercancel", "lostpointercapture"]) {
      area.addEventListener(end, () => this.release());
    }
    this.node.addEventListener("keydown", (event) => this.key(event));
  }

  /** Put it at a place in pixels; `text` is what is read aloud. */
  put([x, y], value, text) {
    this.place = [x, y];
    this.node.style.transform = `translate(${x.toFixed(1)}px, ${y.toFixed(1)}px)`;
    const [low, high] = ["min", "max"].map((end) => this.node.getAttribute(`aria-value${end}`));
    put(this.node, "aria-valuenow", tidy(within(value, low, high)));
    put(this.node, "aria-valuetext", text);
  }

  local(event) {
    const box = this.area.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  }

  /** The mouse takes the start from anywhere; a finger takes the handle, and scrolls elsewhere. */
  down(event) {
    const on = event.target === this.node;
    const [x, y] = this.local(event);
    if (event.button !== 0) return;
    if (!on && event.pointerType !== "mouse") {
      this.tapped = [x, y];
      return;
    }
    event.preventDefault();
    this.hold = on ? [this.place[0] - x, this.place[1] - y] : [0, 0];
    this.area.setPointerCapture(event.pointerId);
    this.node.focus({ preventScroll: true });
    this.node.classList.add("held");
    if (!on) this.moveTo(x, y);
  }

  move(event) {
    if (!this.hold) return;
    const [x, y] = this.local(event);
    this.moveTo(x + this.hold[0], y + this.hold[1]);
  }

  release() {
    this.hold = this.tapped = null;
    this.node.classList.remove("held");
  }

  /** A finger that is lifted where it came down; of a fast series browsers make no clicks. */
  tap(event) {
    if (!this.tapped) return;
    const [x, y] = this.local(event);
    if (Math.hypot(x - this.tapped[0], y - this.tapped[1]) <= TAP) this.moveTo(x, y);
  }

  key(event) {
    const arrow = ARROWS[event.key];
    if (!arrow || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const [right, up] = arrow;
    const steps = event.shiftKey ? LARGE : 1;
    this.nudge(right * steps, up * steps);
  }
}

/* What the two drawings of the start share: an area to drag in, lines, and colours beneath. */

class Figure {
  constructor(root, explorer) {
    this.explorer = explorer;
    this.area = root.querySelector(".area");
    this.svg = root.querySelector("svg");
    this.remark = root.querySelector(".remark");
    this.painting = new Painting(root.querySelector("canvas"));
    this.handle = new Handle(this.area, (x, y) => this.moveTo(x, y), (x, y) => this.nudge(x, y));
    this.key = "";
    this.build();
  }
}
