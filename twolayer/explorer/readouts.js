/* What is known of a start: its run, its phase, its boundaries, its end; and how that is said. */

const LONGEST = 1000; // steps of a run that are looked at
const CONVERGED = 1e-12; // of the loss at the start, as `outcome` has it
const GROWN = 1e12; // of the loss at the start: where a diverging run is cut
const LENGTHS = [8, 10, 12, 15, 20, 25, 30, 40, 50, 60, 80, 100, 120, 150, 200, 250, 300, 400, 500,
  600, 800, LONGEST];
const WAVES = 60; // steps that show an oscillating run
const SAME = 8 * Number.EPSILON; // of the larger of P and Q: the smaller is 0 to rounding
const BLURRED = 1e-3; // of λ_∞: a larger error is worth a word

const WORDS = {
  LAZY: ["lazy", "The first step does not raise the loss, and training converges."],
  CATAPULT: ["catapult", "The first step raises the loss; then training converges, below 2/η."],
  OSCILLATING: ["oscillating", "The loss stays bounded, and training never settles."],
  DIVERGENT: ["divergent", "The loss grows without bound."],
};
const STILL = "This start has the output of its label and never moves; the phase is that of its " +
  "neighbours.";
const WIDE = "The phase is that of very wide networks; the run drawn is the linear model's.";

/** The first step at which a run has converged; -1 if there is none. */
function settledAt({ loss, curvature }, twoOverEta) {
  if (loss[0] === 0) return 0; // it never moves
  return loss.findIndex((value, step) =>
    value <= CONVERGED * loss[0] && curvature[step] < twoOverEta);
}

/** How many steps to draw. */
function horizonOf(phase, { loss }, settled) {
  if (!(loss[0] > 0)) return LENGTHS[0];
  if (phase === "OSCILLATING") return WAVES;
  const grown = loss.findIndex((value) => !(value <= GROWN * loss[0]));
  const last = settled >= 0 ? settled : grown >= 0 ? grown : LONGEST;
  return LENGTHS.find((length) => length >= last);
}

/** Whether u = ±v to rounding, at label 0: then the curvature falls to 0 as one over the step. */
function shrinksForEver(cell, { phase, curvature, error }) {
  if (phase !== "LAZY" || cell[4] !== 0 || error <= curvature) return false;
  const [P, Q] = model.triangle(...cell);
  return Math.min(P, Q) <= SAME * Math.max(P, Q);
}

/** Why no loss is drawn; nothing where it is. */
function withoutLoss({ output, target }, loss0) {
  if (output === target) return "The loss is zero: this start has the output of its label.";
  if (loss0 === 0) return "The loss is too small for a float.";
  return loss0 < Infinity ? "" : "The loss is too large for a float.";
}

/** All that is drawn and said of five numbers. */
function situation(numbers) {
  const { eta, width, target } = numbers;
  const start = NAMES.slice(1).map((name) => numbers[name]);
  const cell = [eta, ...start];
  const phase = model.phase(...cell);
  const final = model.finalCurvature(...cell);
  const run = model.run(...cell, LONGEST);
  const twoOverEta = model.edge(eta);
  const settled = settledAt(run, twoOverEta);
  const steps = Array.from(run.output.subarray(0, settled >= 0 ? settled + 1 : LONGEST));
  // a run whose loss is too large for a float still has a start
  const present = (output, step) => (step
    ? [eta, run.curvature[step], output, width]
    : [eta, numbers.curvature, numbers.output, width]);
  const [, , tau] = model.scaled(...cell);
  const shrinks = shrinksForEver(cell, final);
  const known = final.error <= final.curvature;
  const lambdaEnd = shrinks ? 0 : known ? final.curvature : NaN;
  const [name, sentence] = WORDS[phase.name];
  const still = numbers.output === target;
  return {
    numbers, phase, final, lambdaEnd, shrinks, run, tau, twoOverEta, settled,
    horizon: horizonOf(phase.name, run, settled),
    loss0: run.loss[0],
    lossless: withoutLoss(numbers, run.loss[0]),
    path: steps.map((output, step) => model.scaled(...present(output, step), 0)),
    corners: steps.map((output, step) => model.triangle(...present(output, step), target)),
    end: lambdaEnd >= 0 ? [model.scaled(eta, lambdaEnd, 0, width, 0)[0], tau] : null,
    words: { name, sentence: still ? STILL : width === Infinity ? WIDE : sentence },
    boundaries: [model.etaCrit, model.etaMax, model.etaDiv].map((rate) => rate(...start)),
  };
}

/** The final curvature in words, to the digits that are known. */
function finalText({ final, phase, shrinks, numbers }) {
  const { curvature, error } = final;
  if (phase.name === "DIVERGENT") return "none: training diverges";
  if (phase.name === "OSCILLATING") return "none: it never settles";
  if (shrinks) return "0: u = ±v, it shrinks for ever";
  if (Number.isNaN(curvature)) {
    return numbers.width === Infinity ? "no limit: log-periodic in n" : "not reached";
  }
  if (!(error <= curvature)) return "lost to rounding";
  const digits = error > 0 ? Math.floor(Math.log10(curvature / error)) + 1 : 12;
  const text = shown(curvature, within(digits, 1, 12));
  const told = error > 0 ? `${text} ± ${shown(error, 1)}` : text;
  return error > BLURRED * curvature ? `${told}: the rest is lost to rounding` : told;
}

/** The numbers of a situation, as tests and readers of the console get them. */
function numbersOf(now) {
  const [etaCrit, etaMax, etaDiv] = now.boundaries;
  const { curvature, error, steps } = now.final;
  const peakLoss = now.run.loss.reduce((high, value) => Math.max(high, value));
  const grows = now.phase.name === "DIVERGENT" && !now.words.sentence.startsWith(STILL);
  return {
    phase: now.phase.name,
    onBoundary: now.phase.onBoundary,
    etaCrit, etaMax, etaDiv,
    ratio: now.numbers.eta / etaCrit,
    finalCurvature: curvature,
    error,
    finalSteps: steps,
    peakLoss: grows ? Infinity : peakLoss,
    peakStep: now.run.loss.indexOf(peakLoss),
    steps: now.settled >= 0 ? now.settled : Infinity,
  };
}

/** The panel that says them. */
class Readouts {
  constructor(root) {
    this.root = root;
    this.live = document.querySelector("#live");
    this.badge = document.querySelector("#phase");
    this.node = (name) => root.querySelector(`[data-name=${name}]`);
    this.timer = 0;
  }

  draw(now) {
    const values = numbersOf(now);
    this.values = values;
    document.body.dataset.phase = values.phase;
    say(this.badge.querySelector(".word"), now.words.name);
    say(this.badge.querySelector(".sentence"), now.words.sentence);
    this.badge.classList.toggle("edge", values.onBoundary);
    const final = finalText(now);
    const none = values.etaCrit === Infinity;
    const linear = now.numbers.width === Infinity && values.phase === "CATAPULT";
    const unseen = now.lossless && now.numbers.output !== now.numbers.target;
    const texts = {
      etaCrit: none ? "none" : shown(values.etaCrit, 8),
      etaMax: shown(values.etaMax, 8),
      etaDiv: shown(values.etaDiv, 8),
      ratio: none ? "–" : shown(values.ratio, 5),
      final,
      peakLoss: linear ? "without limit in n" : unseen ? "–" : this.peak(values),
      steps: linear ? "first rise: as ln n" : unseen ? "–" : this.steps(values),
    };
    for (const [name, text] of Object.entries(texts)) say(this.node(name), text);
    const bent = values.etaDiv !== values.etaMax;
    this.node("etaDiv").parentNode.hidden = !bent;
    this.announce(now, values, final);
  }

  peak({ peakLoss, peakStep }) {
    return peakLoss < Infinity ? `${shown(peakLoss, 5)} at step ${peakStep}` : "unbounded";
  }

  steps({ steps, phase }) {
    if (steps < Infinity) return shown(steps);
    return phase === "LAZY" || phase === "CATAPULT" ? `more than ${LONGEST}` : "never";
  }

  /** Say the phase and the end aloud, once the start rests. */
  announce(now, values, final) {
    clearTimeout(this.timer);
    const edge = values.onBoundary ? ", on the boundary" : "";
    const text = `${now.words.name}${edge}. Final curvature: ${final}.`;
    this.timer = setTimeout(() => say(this.live, text), 400);
  }
}
