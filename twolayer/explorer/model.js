// The numbers of the explorer: what twolayer.phase, eta_crit, eta_max, final_curvature and simulate
// say of one network. The order of arguments is eta, curvature, output, width, target.
const model = (() => {
  "use strict";
  const { abs, max, min } = Math;
  const EPS = Number.EPSILON;
  const SLACK = 8; // units of rounding by which balanced networks fail Cauchy-Schwarz
  const ROUNDING = 8 * EPS; // of the sum of the terms' sizes
  const SAFE = [1e-60, 1e60]; // sizes whose products neither overflow nor underflow
  const NAMES = ["LAZY", "CATAPULT", "OSCILLATING", "DIVERGENT"]; // by their code

  function largestOutput(curvature, width) {
    return formulas.largest_output(curvature, width);
  }

  function isNetwork(curvature, output, width) {
    return abs(output) <= formulas.largest_output(curvature, width) * (1 + SLACK * EPS);
  }

  // An output that rounding has put beyond Cauchy-Schwarz, put on it.
  function bounded(curvature, output, width) {
    const largest = formulas.largest_output(curvature, width);
    return abs(output) > largest ? Math.sign(output) * largest : output;
  }

  // Exact, as powers of Math.pow need not be.
  function powerOfTwo(exponent) {
    let power = 1;
    for (let k = 0; k < exponent; k++) power *= 2;
    for (let k = 0; k > exponent; k--) power /= 2;
    return power;
  }

  // A power of two near a positive number.
  function unitOf(size) {
    if (!(size > 0)) return 1;
    return powerOfTwo(max(-1000, min(1000, Math.floor(Math.log2(size)))));
  }

  // The same network and label with a width in [1, 4) or so; outputs go with the root of the width.
  function narrowed(output, width, target) {
    if (width === Infinity) return [0, 1, 0]; // the limits of all that depends on the width
    const unit = unitOf(Math.sqrt(width));
    return [output / unit, width / unit / unit, target / unit];
  }

  function deciders(eta, curvature, output, width, target) {
    return {
      first: formulas.first_step(eta, curvature, output, width, target),
      V: formulas.invariant(eta, curvature, output, width, target),
      tau2: formulas.tau_squared(eta, width, target),
      r2: formulas.residual_squared(eta, output, width, target),
    };
  }

  // Where V > 0 and |tau| < 2 a step raises the loss by a factor below -1 only: derivations,
  // boundaries.not_above.
  function codeOf({ first, V, tau2, r2 }) {
    if (tau2 <= 1 && V > 0) return first < -1 ? 1 : 0;
    return tau2 <= 4 && (V > 0 || (V === 0 && r2 <= 4)) ? 2 : 3;
  }

  // The phase as float64 gives it, for pictures.
  function phaseCode(eta, curvature, output, width, target) {
    return codeOf(deciders(eta, curvature, output, width, target));
  }

  // Where rounding may have changed the phase, or something has overflowed. Beyond |tau| = 2, and
  // where V < 0, training diverges on both sides of the other boundaries.
  function isNear({ first, V, tau2 }, eta, curvature, output, width, target) {
    const size = abs(output);
    const label = abs(target);
    // the same formulas with every term positive
    const ofV = formulas.invariant(eta, -curvature, size + 2 * label, width, label);
    const ofFirst = formulas.first_step(eta, -curvature, size, width, -label);
    const farV = abs(V) > ROUNDING * ofV;
    const farFirst = abs(first + 1) > ROUNDING * ofFirst;
    if (abs(tau2 - 4) <= 4 * ROUNDING) return !(farV && V < 0);
    if (tau2 > 4) return false;
    const nearOne = abs(tau2 - 1) <= ROUNDING;
    return !(farV && (V <= 0 || !(nearOne || (tau2 <= 1 && !farFirst))));
  }

  function isExtreme(...numbers) {
    return numbers.some((number) => number !== 0 && !(number >= SAFE[0] && number <= SAFE[1]));
  }

  // How training ends. Within rounding of a boundary, where twolayer computes in fractions, the
  // name is that of either side.
  function phase(eta, curvature, output, width, target) {
    const f = bounded(curvature, output, width);
    let cell = [eta, curvature, f, width, target];
    const finite = width === Infinity ? [] : [width];
    if (isExtreme(eta, curvature, abs(f), abs(target), ...finite)) {
      const unit = unitOf(curvature);
      const [narrowF, n, y] = narrowed(f, width, target);
      cell = [eta * unit, curvature / unit, narrowF / unit, n, y / unit];
    }
    const decided = deciders(...cell);
    const unknown = Number.isNaN(decided.tau2);
    return { name: NAMES[codeOf(decided)], onBoundary: unknown || isNear(decided, ...cell) };
  }

  // A boundary in pairs of numbers, so that a radicand that nearly vanishes keeps its digits.
  function rooted(formula, curvature, output, width, target, root) {
    const f = bounded(curvature, output, width);
    const [narrowF, n, y] = narrowed(f, width, target);
    const unit = unitOf(max(curvature, abs(narrowF), abs(y)));
    const start = [curvature / unit, narrowF / unit, n, y / unit];
    return formula({ ...pairs, sqrt: root }, ...start.map(pairs.number))[0] / unit;
  }

  function positiveRoot(radicand) {
    return pairs.sqrt(radicand[0] > 0 ? radicand : pairs.number(0));
  }

  function etaDiv(curvature, output, width, target) {
    return rooted(formulas.eta_div_in, curvature, output, width, target, positiveRoot);
  }

  function etaMax(curvature, output, width, target) {
    return min(etaDiv(curvature, output, width, target), formulas.eta_flat(width, target));
  }

  function etaCrit(curvature, output, width, target) {
    const crit = rooted(formulas.eta_crit_in, curvature, output, width, target, pairs.sqrt);
    return crit < etaMax(curvature, output, width, target) ? crit : Infinity;
  }

  // The curvature at which training ends and how far it may be off: Infinity where it diverges, NaN
  // where it oscillates or, at infinite width, rises.
  function finalCurvature(eta, curvature, output, width, target) {
    const f = bounded(curvature, output, width);
    const { name, onBoundary } = phase(eta, curvature, f, width, target);
    const end = (value, off, steps) => {
      const error = off > value ? Infinity : off;
      return { curvature: value, error, phase: name, onBoundary, steps };
    };
    if (f === target) return end(curvature, 0, 0);
    if (name === "DIVERGENT") return end(Infinity, NaN, 0);
    if (name === "OSCILLATING") return end(NaN, NaN, 0);
    if (width === Infinity) return name === "LAZY" ? end(curvature, 0, 0) : end(NaN, NaN, 0);
    const { x, error, steps } = endings.solve(eta, curvature, f, width, target);
    return end(x / eta, error / eta, steps);
  }

  function scaled(eta, curvature, output, width, target) {
    return formulas.scaled(eta, curvature, bounded(curvature, output, width), width, target);
  }

  function tau(eta, curvature, output, width, target) {
    return scaled(eta, curvature, output, width, target)[2];
  }

  // The coordinates P, Q, V.
  function triangle(eta, curvature, output, width, target) {
    return formulas.triangle(...scaled(eta, curvature, output, width, target));
  }

  // The rate and output at which a network of this curvature is at (x, s), and the curvature and
  // output of a network at a point of the triangle. At infinite width no output is seen there.
  function fromPlane(x, s, curvature, width) {
    const [eta, output] = formulas.from_scaled(x, s, curvature, width);
    return [eta, width === Infinity ? 0 : output];
  }

  function fromTriangle(P, Q, eta, width) {
    const [curvature, output] = formulas.from_triangle(P, Q, eta, width);
    return [curvature, width === Infinity ? 0 : output];
  }

  // The largest P, Q and V of a label.
  function corners(label) {
    return formulas.corners(label);
  }

  // The curvature at which the first step leaves the loss as it is; without output that of the
  // edge of stability.
  function criticalCurvature(eta, output, width, target) {
    return formulas.critical_curvature(eta, output, width, target);
  }

  function edge(eta) {
    return formulas.critical_curvature(eta, 0, 1, 0);
  }

  // The run, number 0 the start; one that overflows is Infinity from the step on at which its loss
  // did so for good.
  function run(eta, curvature, output, width, target, steps) {
    const rows = [0, 1, 2].map(() => new Float64Array(steps + 1));
    const gain = formulas.gain(eta, width);
    let f = bounded(curvature, output, width);
    let lambda = curvature;
    for (let t = 0; t <= steps; t++) {
      rows[0][t] = f;
      rows[1][t] = lambda;
      rows[2][t] = formulas.loss(f, target);
      [lambda, f] =
        target === 0
          ? formulas.step_zero_target(eta, lambda, f, gain)
          : formulas.step(eta, lambda, f, gain, target);
    }
    freeze(rows, steps);
    return { output: rows[0], curvature: rows[1], loss: rows[2] };
  }

  function freeze(rows, steps) {
    const [output, curvature, loss] = rows;
    const gone = !Number.isFinite(output[steps]) || !Number.isFinite(curvature[steps]);
    if (!gone && !Number.isNaN(loss[steps])) return;
    for (let t = steps; t >= 0 && !Number.isFinite(loss[t]); t--) {
      for (const row of rows) row[t] = Infinity;
    }
  }

  return Object.freeze({
    largestOutput,
    isNetwork,
    phase,
    phaseCode,
    etaCrit,
    etaDiv,
    etaMax,
    finalCurvature,
    scaled,
    tau,
    triangle,
    corners,
    fromPlane,
    fromTriangle,
    criticalCurvature,
    edge,
    run,
  });
})();
