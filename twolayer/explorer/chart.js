/* A small chart: steps to the right, a linear or logarithmic scale up. */

const CHART = { left: 52, right: 44, top: 10, bottom: 34, height: 190 };

class Chart {
  constructor(root, kinds) {
    this.area = root.querySelector(".area");
    this.svg = root.querySelector("svg");
    this.pools = { x: [], y: [] };
    this.ticks = element(this.svg, "g", { class: "ticks" });
    this.frame = element(this.ticks, "path", { class: "frame" });
    this.clip = element(this.svg, "svg", { class: "clip" });
    const add = (kind) => [kind, element(this.clip, "path", { class: kind })];
    this.lines = Object.fromEntries(kinds.map(add));
    this.across = element(this.svg, "text", { class: "axis", "text-anchor": "middle" }, "step");
  }

  resize() {
    this.wide = Math.max(this.area.clientWidth - CHART.left - CHART.right, 1);
    this.high = CHART.height - CHART.top - CHART.bottom;
    this.area.style.height = `${CHART.height}px`;
    const { left, top } = CHART;
    clipTo(this.clip, left, top - 4, this.wide + 8, this.high + 8);
    put(this.frame, "d", `M${left} ${top}v${this.high}h${this.wide}`);
    const centre = left + this.wide / 2;
    put(this.across, "transform", `translate(${centre},${CHART.height - 3})`);
  }

  /** Choose the scales: the last step, and the ends of the values. */
  scale(last, low, high, logarithmic) {
    this.last = last;
    this.turn = logarithmic ? Math.log10 : (value) => value;
    this.ends = [this.turn(low), this.turn(high)];
    const count = Math.max(2, Math.floor(this.wide / 70));
    this.mark("x", ticks(0, last, count).filter(Number.isInteger), shown);
    const values = ticks(...this.ends, 4).filter((v) => !logarithmic || Number.isInteger(v));
    this.mark("y", values, logarithmic ? power : (value) => shown(value, 3));
  }

  /** How far up a value on the scale is. */
  share(value) {
    const [low, high] = this.ends;
    return (value - low) / (high - low);
  }

  at(step, value) {
    const up = this.share(this.turn(value));
    return [CHART.left + (step / this.last) * this.wide, CHART.top + (1 - up) * this.high];
  }

  /** Marks of an axis at round values; elements are used again. */
  mark(axis, values, text) {
    const pool = this.pools[axis];
    while (pool.length < values.length) {
      const group = element(this.ticks, "g");
      const d = axis === "x" ? "M0 0v4" : "M0 0h-4";
      const shift = axis === "x" ? { y: 17, "text-anchor": "middle" }
        : { x: -8, y: 4, "text-anchor": "end" };
      element(group, "path", { d });
      pool.push([group, element(group, "text", shift)]);
    }
    pool.forEach(([group, label], place) => {
      show(group, place < values.length);
      if (place >= values.length) return;
      const share = axis === "x" ? values[place] / this.last
        : 1 - this.share(values[place]);
      const x = CHART.left + (axis === "x" ? share * this.wide : 0);
      const y = CHART.top + (axis === "x" ? this.high : share * this.high);
      put(group, "transform", `translate(${x.toFixed(1)},${y.toFixed(1)})`);
      say(label, text(values[place]));
    });
  }

  /** A level across the chart. */
  level(kind, value) {
    const [, y] = this.at(0, value);
    const [left, right] = [CHART.left, CHART.left + this.wide];
    put(this.lines[kind], "d", Number.isFinite(y) ? line([[left, y], [right, y]]) : "");
    return y;
  }
}
