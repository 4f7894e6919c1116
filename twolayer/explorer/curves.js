/* The curves of a run: loss and curvature against step. */

const FLOOR = 1e-14; // of the loss at the start: below it rounding is drawn
const SPREAD = 15; // pixels between two names
const FEW = 100; // steps that are drawn as dots too
const HIGHEST = 1e300; // curvature that is drawn

class Curves {
  constructor(loss, curvature) {
    this.loss = new Chart(loss, ["still", "trail", "steps"]);
    this.curvature = new Chart(curvature, ["two-over-eta", "trail", "steps", "end"]);
    this.remark = loss.querySelector(".remark");
    this.start = element(this.loss.svg, "text", { class: "told" }, "start");
    this.edge = element(this.curvature.svg, "text", { class: "axis" }, "2/η");
    this.end = symbol(this.curvature.svg, "λ", "∞", { class: "axis" });
  }

  resize() {
    this.loss.resize();
    this.curvature.resize();
  }

  draw(now) {
    this.drawLoss(now);
    this.drawCurvature(now);
  }

  drawLoss({ run, horizon, loss0, lossless }) {
    const { loss } = this;
    loss.area.classList.toggle("empty", Boolean(lossless));
    say(this.remark, lossless);
    if (lossless) return;
    const seen = Array.from(run.loss.subarray(0, horizon + 1)).filter(Number.isFinite);
    const low = Math.max(Math.min(...seen), FLOOR * loss0);
    const high = Math.min(Math.max(...seen), GROWN * loss0);
    const decade = (value, round) => 10 ** round(Math.log10(value));
    const top = Math.min(decade(high * 1.5, Math.ceil), 1e300);
    loss.scale(horizon, Math.min(decade(low, Math.floor), loss0 / 10), top, true);
    this.drawRun(loss, run.loss, horizon, (value) => Math.max(value, FLOOR * FLOOR * loss0));
    const y = loss.level("still", loss0);
    put(this.start, "transform", `translate(${CHART.left + loss.wide + 6},${y + 4})`);
  }

  drawCurvature({ run, horizon, twoOverEta, lambdaEnd, numbers }) {
    const { curvature } = this;
    const seen = run.curvature.subarray(0, horizon + 1).filter(Number.isFinite);
    const level = twoOverEta < HIGHEST ? twoOverEta : 0;
    const start = numbers.curvature;
    const high = Math.min(Math.max(...seen, start), 3 * Math.max(start, level), HIGHEST);
    curvature.scale(horizon, 0, Math.max(high, level) * 1.08, false);
    this.drawRun(curvature, run.curvature, horizon, (value) => value);
    const y = curvature.level("two-over-eta", level || Infinity);
    show(this.edge, level > 0);
    const right = CHART.left + curvature.wide;
    const place = curvature.at(horizon, lambdaEnd);
    const ends = Number.isFinite(lambdaEnd);
    put(curvature.lines.end, "d", ends ? diamond([right - 1, place[1]], 6) : "");
    show(this.end, ends);
    const apart = ends ? place[1] - y : Infinity;
    const push = Math.max(0, (SPREAD - Math.abs(apart)) / 2) * (apart < 0 ? 1 : -1);
    if (level) put(this.edge, "transform", `translate(${right + 10},${y + 4 + push})`);
    if (ends) put(this.end, "transform", `translate(${right + 10},${place[1] + 4 - push})`);
  }

  drawRun(chart, values, horizon, kept) {
    const points = [];
    for (let step = 0; step <= horizon; step += 1) points.push(chart.at(step, kept(values[step])));
    put(chart.lines.trail, "d", line(points));
    put(chart.lines.steps, "d", horizon <= FEW ? dots(points) : "");
  }
}
