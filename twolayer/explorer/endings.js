// Where training that converges ends, in the dimensionless coordinates: the final x, how far it may
// be off, and the steps taken to know it. As twolayer/unlabelled.py and labelled.py, for one run.
const endings = (() => {
  "use strict";
  const { abs, max, min, sqrt } = Math;
  const EPS = Number.EPSILON;
  const TINIEST = Number.MIN_VALUE;
  const OMITTED = 1e-14; // what the series leave out, as a share
  const NEGLIGIBLE = 4 * EPS; // a rest of the product
  const LIMIT = 20000; // steps that no run at label 0 needs
  const SAFETY = 4; // of first-order estimates
  const [CALM, FIRST_ORDER] = [1e-8, 0.1]; // larger errors are looked at again; say nothing
  const BUDGET = 100000; // steps of a run with a label
  // What without_label leaves out at a distance rho from (2, 0) was seen to be at most
  // 2.6 (tau^2 rho^2 + |tau| rho^3), of rho and |tau| up to these.
  const [LEFT_OUT, NEAR, LABEL] = [5, 0.03, 0.5];
  const TWIN_SAFETY = 8;
  const { MIRROR, MIRROR_END, MIRROR_RADIUS, FLAT, FLAT_END, FLAT_RADIUS } = formulas;
  const LEVEL = [MIRROR[0].slice(0, 4), MIRROR[1].slice(0, 2)];

  function horner(coefficients, x) {
    let total = coefficients[coefficients.length - 1];
    for (let k = coefficients.length - 2; k >= 0; k--) total = total * x + coefficients[k];
    return total;
  }

  function double(rows, a, b) {
    let total = horner(rows[rows.length - 1], a);
    for (let k = rows.length - 2; k >= 0; k--) total = total * b + horner(rows[k], a);
    return total;
  }

  // A run at label 0: V, s, the geometric mean of P and Q, how far rounding may have moved that,
  // and three changes of (V, s): roundings of x and of s at the start, and one of the steps.
  class Run {
    constructor(x, s) {
      const [p, opposed, V] = formulas.triangle(x, s, 0);
      const q = max(opposed, 0);
      const qError = 2 * EPS * p;
      this.V = max(V, EPS / 4);
      this.s = s;
      this.mean = sqrt(p) * sqrt(q);
      const meanMoved = (sqrt(p) * qError) / (sqrt(q + qError) + sqrt(q));
      this.meanShare = this.mean > 0 ? min(meanMoved / this.mean, 1) : 0;
      this.meanError = meanMoved;
      this.dV = new Float64Array([EPS * x, 0, 0]);
      this.ds = new Float64Array([0, max(EPS * s, TINIEST), 0]);
    }

    advance() {
      const { V, s, mean, dV, ds } = this;
      for (let k = 0; k < 3; k++) {
        const change = formulas.portrait_change(V, s, dV[k], ds[k]);
        dV[k] = change[0];
        ds[k] = change[1];
      }
      const least = 2 * EPS * abs(s); // by which the step itself may round the next s
      if (abs(ds[2]) < least) ds[2] = ds[2] < 0 ? -least : least;
      const next = formulas.portrait_step(V, s, mean);
      const factor = abs(mean) > 0 ? abs(next[2] / mean) : 1;
      this.meanError *= factor;
      [this.V, this.s, this.mean] = next;
    }

    moved() {
      const { dV, ds } = this;
      return [abs(dV[0]) + abs(dV[1]) + abs(dV[2]), abs(ds[0]) + abs(ds[1]) + abs(ds[2])];
    }
  }

  // The final x and its first-order change, by the series around (2, 0).
  function nearCritical(run) {
    const delta = 2 - run.V;
    const [dV, ds] = run.moved();
    const rho = sqrt(max(double(MIRROR, delta, run.s * run.s), 0));
    const change = abs(delta) * dV + 2 * abs(run.s) * ds;
    return [2 + rho * horner(MIRROR_END, rho), change / max(rho, sqrt(change) + 1e-300)];
  }

  // The same by the series around the origin.
  function nearOrigin(run) {
    const x = 4 - run.V;
    const mean = abs(run.mean);
    const [dV, ds] = run.moved();
    const root = sqrt(double(FLAT, x, mean * mean));
    const factor = root * horner(FLAT_END, mean * root);
    const larger = max(x / 2 + abs(run.s), mean); // of P and Q
    const side = Math.sign(run.s);
    let smallerMoved = 0; // a step rounds s, but the mean stays what it was
    for (let k = 0; k < 2; k++) smallerMoved += abs(run.dV[k] / 2 + side * run.ds[k]);
    const productMoved = smallerMoved * larger;
    const change =
      (mean * (dV / 2 + ds)) / larger +
      min(productMoved / max(mean, 1e-300), sqrt(productMoved));
    return [mean * factor, factor * (change / 2 + run.meanError)];
  }

  // The same where what is left of the exact product is negligible; null elsewhere.
  function settled(run) {
    const x = 4 - run.V;
    const [dV, ds] = run.moved();
    // an output below the smallest float: where it leads from above x = 2 is not known
    if (run.s === 0) return [x, x < 2 ? dV : Infinity];
    const s = abs(run.s) + ds;
    const [margin, slack] = formulas.certificate(x, s, 0);
    if (!(margin > 0 && slack >= 0)) return null;
    const rest = formulas.product_tail(x, s, 0);
    if (rest > NEGLIGIBLE) return null;
    return [formulas.product_curvature(x, run.s, 0), dV + rest * x];
  }

  function ended(run) {
    const x = 4 - run.V;
    if (x <= FLAT_RADIUS) return nearOrigin(run);
    const level = double(LEVEL, x - 2, run.s * run.s);
    const moves = x <= 2 || run.s !== 0;
    if (moves && x > 1 && level <= MIRROR_RADIUS * MIRROR_RADIUS) return nearCritical(run);
    return x < 2 || run.s === 0 ? settled(run) : null;
  }

  // The end of a converging run from (x, s) at label 0, with an error of first order.
  function followed(x, s) {
    const run = new Run(x, abs(s));
    for (let steps = 0; steps <= LIMIT; steps++) {
      const end = ended(run);
      if (end !== null) {
        const rounded = end[0] > FLAT_RADIUS ? 2 + end[0] / 2 : end[0];
        const shares = end[0] * (OMITTED + run.meanShare);
        return { x: end[0], error: SAFETY * end[1] + shares + EPS * steps * rounded, steps };
      }
      run.advance();
    }
    return { x: NaN, error: Infinity, steps: LIMIT };
  }

  // The end of a converging run from (x, s) at label 0. In chaos the first order says too little:
  // there twins start one rounding of x and of s away.
  function unlabelled(x, s) {
    const run = followed(x, s);
    if (!(run.error > CALM)) return run;
    const twins = [
      [x * (1 + EPS), s],
      [x * (1 - EPS), s],
      [x, s * (1 + EPS)],
      [x, s * (1 - EPS)],
    ];
    let apart = 0;
    for (const twin of twins) apart += abs(followed(...twin).x - run.x);
    const error = max(run.error, TWIN_SAFETY * apart);
    return { ...run, error: error <= FIRST_ORDER ? error : Infinity };
  }

  // The final x by its product so far, and the share by which it may be less; Infinity where it is
  // not certain.
  function product(x, r, tau) {
    const [margin, slack] = formulas.certificate(x, r, tau);
    const certain = margin > 0 && slack >= 0;
    const rest = certain ? formulas.product_tail(x, r, tau) : Infinity;
    return [formulas.product_curvature(x, r + tau, tau), rest];
  }

  // The state without a label that ends alike near the transition, and how far it may be off;
  // Infinity elsewhere.
  function bare(x, r, tau) {
    const [bareX, bareS] = formulas.without_label(x, r, tau);
    const distance = sqrt((bareX - 2) * (bareX - 2) + 2 * bareS * bareS);
    const label = abs(tau);
    const off = LEFT_OUT * label * distance * distance * (label + distance);
    return [bareX, bareS, distance <= NEAR && label <= LABEL ? off : Infinity];
  }

  // The end of one run with a label, or null where it has to go on.
  function certainEnd(x, r, tau, done) {
    const last = done >= BUDGET;
    const [end, rest] = product(x, r, tau);
    const [bareX, bareS, leftOut] = bare(x, r, tau);
    if (rest <= NEGLIGIBLE || (last && rest < Infinity && rest <= leftOut)) {
      return { x: end, error: rest * end, steps: done };
    }
    if (leftOut < Infinity && (last || leftOut <= EPS * (4 + done))) {
      const run = unlabelled(bareX, bareS);
      return { x: run.x, error: run.error + leftOut, steps: done + run.steps };
    }
    return last ? { x: NaN, error: Infinity, steps: done } : null;
  }

  // The ends of runs, which advance side by side: a processor waits for none of them.
  function untilCertain(states) {
    const [x, r, tau] = [0, 1, 2].map((part) => Float64Array.from(states, (state) => state[part]));
    const ends = Array(states.length).fill(null);
    for (let done = 0; ; ) {
      for (let k = 0; k < ends.length; k++) ends[k] ??= certainEnd(x[k], r[k], tau[k], done);
      if (!ends.includes(null)) return ends;
      const stride = min(1 + Math.floor(done / 8), 256, max(BUDGET - done, 1));
      for (let j = 0; j < stride; j++) advance(x, r, tau);
      done += stride;
    }
  }

  function advance(x, r, tau) {
    for (let k = 0; k < x.length; k++) {
      const state = formulas.scaled_step(x[k], r[k], tau[k]);
      x[k] = state[0];
      r[k] = state[1];
    }
  }

  // The run with a label, and twins that start one rounding of eta, of the curvature, of the output
  // and of the label away, lest one hide another.
  function withTwins(eta, curvature, output, width, target) {
    const up = 1 + EPS;
    const states = [
      formulas.scaled(eta, curvature, output, width, target),
      formulas.scaled(eta * up, curvature, output, width, target),
      formulas.scaled(eta, curvature * up, output, width, target),
      formulas.scaled(eta, curvature, output * up, width, target),
      formulas.scaled(eta, curvature, output, width, target * up),
    ];
    const [run, ...twins] = untilCertain(states);
    let apart = 0;
    for (const twin of twins) apart += Number.isNaN(twin.x - run.x) ? 2 : abs(twin.x - run.x);
    const error = TWIN_SAFETY * apart + run.error + EPS * (4 + run.steps) * run.x;
    return { ...run, error: Number.isNaN(run.x) ? Infinity : min(error, 2) };
  }

  // The end of a converging run. A label below rounding changes V by as much as a step rounds it.
  function solve(eta, curvature, output, width, target) {
    const [x, r, tau] = formulas.scaled(eta, curvature, output, width, target);
    if (abs(tau) > EPS) return withTwins(eta, curvature, output, width, target);
    const run = unlabelled(x, r);
    return { ...run, error: target === 0 ? run.error : 2 * run.error + 4 * abs(tau) };
  }

  return Object.freeze({ solve, unlabelled });
})();
