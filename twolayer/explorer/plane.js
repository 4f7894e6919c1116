/* The phase plane: ηλ₀ to the right, s₀ = ηf₀/√n up; curvature, width and label are as they are. */

const PLANE = { left: 46, right: 12, top: 12, bottom: 42, room: 1.125, least: 0.02, step: 0.01 };
const WINDOW = { reach: 0.6, pieces: 40 }; // in which a narrow one is looked for
const STEEPEST = 1e300; // τ over x that is drawn
const SLOPE = model.largestOutput(1, 1); // of Cauchy-Schwarz, |s| over x

/** The rate above which the first step keeps the loss again: phases are not nested. */
function keptAgain(curvature, output, width, target) {
  const lazy = (rate) => model.phaseCode(rate, curvature, output, width, target) === 0;
  let high = model.etaMax(curvature, output, width, target) * (1 - 1e-9);
  if (!lazy(high)) return NaN;
  let low = model.etaCrit(curvature, output, width, target);
  if (!(low < high)) return NaN;
  for (let halving = 0; halving < 24; halving += 1) {
    const middle = (low + high) / 2;
    if (lazy(middle)) high = middle;
    else low = middle;
  }
  return high;
}

class Plane extends Figure {
  build() {
    this.grid = element(this.svg, "g", { class: "ticks" });
    const kinds = ["edge", "still", "diverge", "critical", "again", "maximal", "trail", "steps",
      "end"];
    this.clip = element(this.svg, "svg", { class: "clip" });
    const add = (kind) => [kind, element(this.clip, "path", { class: kind })];
    this.lines = Object.fromEntries(kinds.map(add));
    this.names = {
      critical: symbol(this.svg, "η", "crit", { class: "name", "text-anchor": "end" }),
      maximal: symbol(this.svg, "η", "max", { class: "name" }),
      across: symbol(this.svg, "ηλ", "0", { class: "axis", "text-anchor": "middle" }),
      up: element(this.svg, "text", { class: "axis", "text-anchor": "middle" }, "s₀ = ηf₀/√n"),
    };
  }

  resize() {
    const size = this.area.clientWidth;
    this.inner = Math.max(size - PLANE.left - PLANE.right, 1);
    this.area.style.height = `${this.inner + PLANE.top + PLANE.bottom}px`;
    Object.assign(this.painting.canvas.style, {
      left: `${PLANE.left}px`,
      top: `${PLANE.top}px`,
    });
    this.painting.resize(this.inner, this.inner);
    clipTo(this.clip, PLANE.left, PLANE.top, this.inner, this.inner);
    this.key = "";
  }

  /** The pixel of a point (x, s). */
  at(x, s) {
    const unit = this.inner / this.span;
    return [PLANE.left + x * unit, PLANE.top + this.inner / 2 - s * unit];
  }

  /** The point of a pixel. */
  point(across, down) {
    const unit = this.inner / this.span;
    return [(across - PLANE.left) / unit, (PLANE.top + this.inner / 2 - down) / unit];
  }

  draw(now) {
    this.now = now;
    const { curvature, width, target } = now.numbers;
    // τ over x: all that the plane depends on
    const rate = Math.min(1 / curvature, STEEPEST);
    const [unit, , tau] = model.scaled(rate, curvature, 0, width, target);
    this.bend = within(tau / unit, -STEEPEST, STEEPEST);
    const key = `${this.bend} ${this.explorer.theme}`;
    if (key !== this.key) this.repaint();
    this.key = key;
    const path = now.path.map(([x, s]) => this.at(x, s));
    put(this.lines.trail, "d", line(path));
    put(this.lines.steps, "d", dots(path.slice(0, 200)));
    const end = now.end && this.at(...now.end);
    put(this.lines.end, "d", end ? diamond(end, 6) : "");
    const [x, s] = now.path[0];
    const [left, top] = this.at(x, s);
    const [right, bottom] = [PLANE.left + this.inner, PLANE.top + this.inner];
    const place = [within(left, PLANE.left, right), within(top, PLANE.top, bottom)];
    const text = `ηλ₀ = ${shown(x, 4)}, s₀ = ${shown(s, 4)}: ${now.words.name}`;
    this.handle.put(place, x, text);
    const beyond = left > right + 1 || top !== place[1];
    put(this.handle.node, "data-beyond", beyond);
    say(this.remark, beyond ? `beyond: ηλ₀ = ${shown(x, 4)}` : "");
  }

  /** All that moves only with the curvature, the width and the label. */
  repaint() {
    const widest = [-SLOPE, 0, SLOPE].map((slope) => model.etaDiv(1, slope, 1, this.bend));
    this.span = PLANE.room * Math.max(...widest);
    put(this.handle.node, "aria-valuemax", tidy(this.span));
    this.painting.paint((across, down) => {
      const [x, s] = [across * this.span, (0.5 - down) * this.span];
      return Math.abs(s) > SLOPE * x ? NOWHERE : model.phaseCode(1, x, s, 1, this.bend * x);
    });
    const { span } = this;
    const edge = [SLOPE, 0, -SLOPE].map((slope) => this.at(slope ? span : 0, slope * span));
    put(this.lines.edge, "d", line(edge));
    this.drawBoundaries();
    const still = Math.abs(this.bend) <= SLOPE;
    const axis = [this.at(0, 0), this.at(span, this.bend * span)];
    put(this.lines.still, "d", still ? line(axis) : "");
    this.drawTicks();
  }

  /** The pixel of a boundary on the ray of one output. */
  onRay(rate, slope) {
    const x = rate(1, slope, 1, this.bend);
    return this.at(x, x * slope);
  }

  drawBoundaries() {
    const rays = (rate) => traced((slope) => this.onRay(rate, slope), -SLOPE, SLOPE);
    // close to where the first boundary ends, at the steepest rays that have it
    const steep = (side) => {
      const near = (share) => this.onRay(keptAgain, side * SLOPE * (1 - share * share));
      return traced(near, 0, WINDOW.reach, WINDOW.pieces);
    };
    const has = (slope) =>
      model.etaMax(1, slope, 1, this.bend) < model.etaDiv(1, slope, 1, this.bend);
    put(this.lines.critical, "d", line(rays(model.etaCrit)));
    put(this.lines.maximal, "d", line(rays(model.etaMax)));
    put(this.lines.again, "d", this.bend ? line(steep(1)) + line(steep(-1)) : "");
    const flat = [-SLOPE, 0, SLOPE].some(has);
    put(this.lines.diverge, "d", flat ? line(rays(model.etaDiv)) : "");
    this.label();
  }

  /** Names at the lines, below the middle, where the start is rarely. */
  label() {
    const slope = -0.5 * SLOPE;
    const placed = (name, rate, off) => {
      const [x, y] = this.onRay(rate, slope);
      show(name, finite([x, y]));
      if (finite([x, y])) put(name, "transform", `translate(${x + off},${y})`);
    };
    placed(this.names.critical, model.etaCrit, -8);
    placed(this.names.maximal, model.etaMax, 8);
  }

  drawTicks() {
    const [bottom, middle] = [PLANE.top + this.inner, PLANE.top + this.inner / 2];
    this.grid.replaceChildren();
    const mark = (d, x, y, anchor, value) => {
      element(this.grid, "path", { d });
      element(this.grid, "text", { x, y, "text-anchor": anchor }, shown(value, 3));
    };
    for (const value of ticks(0, this.span, 5)) {
      const [x] = this.at(value, 0);
      mark(`M${x} ${bottom}v4`, x, bottom + 17, "middle", value);
    }
    for (const value of ticks(-this.span / 2, this.span / 2, 5)) {
      const [, y] = this.at(0, value);
      mark(`M${PLANE.left} ${y}h-4`, PLANE.left - 8, y + 4, "end", value);
    }
    element(this.grid, "rect", {
      x: PLANE.left, y: PLANE.top, width: this.inner, height: this.inner, class: "frame",
    });
    const centre = PLANE.left + this.inner / 2;
    put(this.names.across, "transform", `translate(${centre},${bottom + 36})`);
    put(this.names.up, "transform", `translate(12,${middle}) rotate(-90)`);
  }

  /** Move the start to a pixel, or to the nearest point that a network has. */
  moveTo(across, down) {
    let [x, s] = this.point(across, down);
    if (Math.abs(s) > SLOPE * x) {
      const side = Math.sign(s);
      x = (x + SLOPE * Math.abs(s)) / (1 + SLOPE * SLOPE);
      s = side * SLOPE * x;
    }
    x = within(x, PLANE.least * this.span, this.span);
    this.set(x, within(s, -SLOPE * x, SLOPE * x), 4);
  }

  nudge(right, up) {
    const { eta, curvature, output, width } = this.explorer.numbers;
    const [x, s] = model.scaled(eta, curvature, output, width, 0);
    const step = (PLANE.step * this.span) / 4.5;
    const next = Math.max(x + right * step, step);
    this.set(next, within(s + up * step, -SLOPE * next, SLOPE * next), 6, !right);
  }

  set(x, s, digits, keepRate = false) {
    const { curvature, width, eta: rate } = this.explorer.numbers;
    const [found, output] = model.fromPlane(x, s, curvature, width);
    const eta = keepRate ? rate : tidy(found, digits);
    this.explorer.move({ eta }, output, digits);
  }
}
