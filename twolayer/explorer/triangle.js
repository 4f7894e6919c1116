/* The triangle: every network of every width, at this learning rate and label, is one point. */

const TRIANGLE = { side: 34, top: 30, foot: 0.07, below: 46, step: 0.005 };
const HEIGHT = Math.sqrt(3) / 2; // of a triangle of side 1

class Triangle extends Figure {
  build() {
    const kinds = ["levels", "sides", "still", "critical", "maximal", "trail", "steps", "end"];
    this.clip = element(this.svg, "svg", { class: "clip" });
    const add = (kind) => [kind, element(this.clip, "path", { class: kind })];
    this.lines = Object.fromEntries(kinds.map(add));
    const name = (anchor) => element(this.svg, "text", { class: "axis", "text-anchor": anchor });
    const told = (anchor, text) =>
      element(this.svg, "text", { class: "told", "text-anchor": anchor }, text);
    this.names = {
      P: [name("end"), told("end", "u = v")],
      Q: [name("start"), told("start", "u = −v")],
      V: [name("middle"), told("start", "u = v = 0")],
    };
    this.base = symbol(this.svg, "V = 0: η = η", "div", { class: "axis", "text-anchor": "middle" });
  }

  resize() {
    const size = this.area.clientWidth;
    this.size = size;
    this.side = Math.max(size - 2 * TRIANGLE.side, 1);
    this.left = TRIANGLE.side;
    this.foot = TRIANGLE.top + HEIGHT * this.side;
    this.depth = TRIANGLE.foot * this.side; // of the strip below the triangle
    this.area.style.height = `${this.foot + this.depth + TRIANGLE.below}px`;
    // the strip is wider than the triangle
    this.over = (TRIANGLE.foot / HEIGHT / 2) * this.side;
    Object.assign(this.painting.canvas.style, {
      left: `${this.left - this.over}px`,
      top: `${TRIANGLE.top}px`,
    });
    this.painting.resize(this.side + 2 * this.over, this.foot + this.depth - TRIANGLE.top);
    clipTo(this.clip, 0, 0, size, this.foot + this.depth);
    this.key = "";
  }

  /** The pixel of shares of the corners P, Q and V, which add up to 1. */
  at([p, q, v]) {
    const centre = this.left + this.side / 2;
    return [centre + ((p - q) / 2) * this.side, this.foot - v * HEIGHT * this.side];
  }

  /** Shares of a pixel. */
  shares(across, down) {
    const v = (this.foot - down) / (HEIGHT * this.side);
    const tilt = (2 * (across - this.left - this.side / 2)) / this.side;
    return [(1 - v + tilt) / 2, (1 - v - tilt) / 2, v];
  }

  /** The shares of P, Q and V at this τ. */
  sharesOf(corners) {
    return corners.map((value, k) => value / this.corners[k]);
  }

  draw(now) {
    this.now = now;
    this.tau = now.tau;
    this.corners = model.corners(this.tau);
    const real = this.corners.every((value) => value > 0);
    this.area.classList.toggle("empty", !real);
    say(this.remark, this.remarkOn(now, real));
    if (!real) return;
    const key = `${this.tau} ${this.explorer.theme}`;
    if (key !== this.key) this.repaint();
    this.key = key;
    const path = now.corners.map((corners) => this.at(this.sharesOf(corners)));
    put(this.lines.trail, "d", line(path));
    put(this.lines.steps, "d", dots(path.slice(0, 200)));
    const end = now.end && this.at(this.sharesOf(this.ofPoint(...now.end)));
    put(this.lines.end, "d", end ? diamond(end, 6) : "");
    this.drawHandle(path[0]);
  }

  drawHandle([left, top]) {
    const { size, side, depth, foot } = this;
    const limit = foot + depth;
    const place = [within(left, 0, size), Math.min(top, limit)];
    const [P, Q, V] = this.now.corners[0].map((value) => shown(value, 4));
    const text = `P = ${P}, Q = ${Q}, V = ${V}: ${this.now.words.name}`;
    this.handle.put(place, this.now.corners[0][2], text);
    put(this.handle.node, "data-beyond", top > limit + 1 || Math.abs(left - place[0]) > side);
  }

  remarkOn(now, real) {
    if (!real) return "No triangle: |τ| ≥ 2, and training diverges.";
    if (now.corners[0][2] > 0) return "";
    return now.corners[0][2] < 0 ? "Outside the triangle: V < 0." : "On the edge V = 0.";
  }

  /** P, Q and V of a point (x, s). */
  ofPoint(x, s) {
    return model.triangle(1, x, s, 1, this.tau);
  }

  /** All that moves only with τ. */
  repaint() {
    const [wide, high] = [this.side + 2 * this.over, this.foot + this.depth - TRIANGLE.top];
    // shares, x and s are linear in the place
    const values = (across, down) => {
      const [p, q] = this.shares(across + this.left - this.over, down + TRIANGLE.top);
      const [P, Q] = this.corners;
      return [p, q, ...model.fromTriangle(p * P, q * Q, 1, 1)];
    };
    const [from, right, under] = [values(0, 0), values(wide, 0), values(0, high)];
    const [p, q, x, s] = from.map((value, k) => [value, right[k] - value, under[k] - value]);
    const linear = (parts, across, down) => parts[0] + parts[1] * across + parts[2] * down;
    this.painting.paint((across, down) => {
      if (linear(p, across, down) < 0 || linear(q, across, down) < 0) return NOWHERE;
      return model.phaseCode(1, linear(x, across, down), linear(s, across, down), 1, this.tau);
    });
    const corner = { P: [1, 0, 0], Q: [0, 1, 0], V: [0, 0, 1] };
    const at = (shares) => this.at(shares);
    put(this.lines.sides, "d", line([corner.Q, corner.V, corner.P].map(at)));
    put(this.lines.maximal, "d", line([corner.Q, corner.P].map(at)));
    put(this.lines.levels, "d", this.levels());
    const catapults = this.painting.codes.includes(PHASES.indexOf("CATAPULT"));
    put(this.lines.critical, "d", catapults ? line(this.critical()) : "");
    put(this.lines.still, "d", this.still());
    this.label(corner);
  }

  levels() {
    const parts = [];
    for (const share of [0.25, 0.5, 0.75]) {
      const ends = [[share, 1 - share, 0], [share, 0, 1 - share]];
      for (const turn of [0, 1, 2]) {
        const turned = ends.map((end) => end.map((_, k) => end[(k + turn) % 3]));
        parts.push(line(turned.map((shares) => this.at(shares))));
      }
    }
    return parts.join("");
  }

  /** The pixel of a point (x, s); none outside the triangle. */
  inside(x, s) {
    if (Math.abs(s) > SLOPE * x) return [NaN, NaN];
    const shares = this.sharesOf(this.ofPoint(x, s));
    return shares.every((share) => share >= 0) ? this.at(shares) : [NaN, NaN];
  }

  /** Where the first step keeps the loss. */
  critical() {
    const place = (s) => this.inside(model.criticalCurvature(1, s, 1, this.tau), s);
    return traced(place, -this.corners[1], this.corners[0]);
  }

  /** Points of zero loss: s = τ. */
  still() {
    return line(traced((x) => this.inside(x, this.tau), 0, this.corners[0] + this.corners[1]));
  }

  label(corner) {
    const digits = (value) => shown(value, 3);
    const [right, left, top] = [corner.P, corner.Q, corner.V].map((shares) => this.at(shares));
    const row = this.foot + this.depth;
    const move = ([name, told], letter, value, [x, y], [dx, dy]) => {
      say(name, `${letter} = ${digits(value)}`);
      for (const [node, k] of [[name, 0], [told, 1]]) {
        put(node, "transform", `translate(${x + dx * k},${y + dy * k})`);
      }
    };
    const [P, Q, V] = this.corners;
    move(this.names.P, "P", P, [right[0] + 26, row + 20], [0, 16]);
    move(this.names.Q, "Q", Q, [left[0] - 26, row + 20], [0, 16]);
    move(this.names.V, "V", V, [top[0], top[1] - 10], [34, 0]);
    put(this.base, "transform", `translate(${top[0]},${row + 20})`);
  }

  /** Move the start to a pixel, or beside it where the strip ends. */
  moveTo(across, down) {
    const [p, q, v] = this.shares(across, down);
    this.set([p - q, v], 4);
  }

  nudge(right, up) {
    const numbers = NAMES.map((name) => this.explorer.numbers[name]);
    const [p, q, v] = this.sharesOf(model.triangle(...numbers));
    this.set([p - q + 2 * right * TRIANGLE.step, v + up * TRIANGLE.step], 6);
  }

  set([tilt, up], digits) {
    if (!(this.corners[2] > 0)) return;
    const v = within(up, -TRIANGLE.foot / HEIGHT, 0.995);
    const side = within(tilt, v - 1, 1 - v);
    const { eta, width } = this.explorer.numbers;
    const shares = [(1 - v + side) / 2, (1 - v - side) / 2];
    const [P, Q] = shares.map((share, k) => share * this.corners[k]);
    const [curvature, output] = model.fromTriangle(P, Q, eta, width);
    this.explorer.move({ curvature: tidy(curvature, digits) }, output, digits);
  }
}
