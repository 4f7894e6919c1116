/* The state: the five numbers of the package in its order, what they may be, and the permalink. */

const NAMES = ["eta", "curvature", "output", "width", "target"];
const SIGNS = { eta: "η", curvature: "λ₀", output: "f₀", width: "n", target: "y" };
const DEFAULTS = { eta: 1.4, curvature: 2, output: 1, width: 100, target: 0 };
const POSITIVE = ["positive and finite", (value) => value > 0 && value < Infinity];
const RULES = {
  eta: POSITIVE,
  curvature: POSITIVE,
  output: ["finite", Number.isFinite],
  width: ["positive, or inf", (value) => value > 0],
  target: ["finite", Number.isFinite],
};

/** The number that a text means; NaN if it means none. */
function parsed(text) {
  const plain = text.trim().replace("−", "-").replace("∞", "inf");
  if (/^\+?inf(inity)?$/i.test(plain)) return Infinity;
  return /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(plain) ? Number(plain) : NaN;
}

/** The text from which `parsed` gets this number again, to the last digit. */
function written(value) {
  return value === Infinity ? "inf" : Object.is(value, -0) ? "0" : String(value);
}

/** What is wrong with five numbers, in one line; nothing where some network has them. */
function refusal(numbers) {
  for (const name of NAMES) {
    const [allowed, obeys] = RULES[name];
    const value = numbers[name];
    if (Number.isNaN(value)) return `${SIGNS[name]} must be a number.`;
    if (!obeys(value)) return `${SIGNS[name]} = ${written(value)} must be ${allowed}.`;
  }
  const { curvature, output, width } = numbers;
  if (model.isNetwork(curvature, output, width)) return "";
  const most = shown(model.largestOutput(curvature, width));
  return `f₀ = ${written(output)} must be at most ${most} in size: no network has it ` +
    "(Cauchy–Schwarz).";
}

/** The permalink's part after the address. */
function toHash(numbers) {
  return `#${NAMES.map((name) => `${name}=${written(numbers[name])}`).join("&")}`;
}

/** Five numbers from such a part; no number where it is damaged. */
function fromHash(hash) {
  const parts = hash.slice(1).split("&").map((part) => part.split("="));
  const texts = Object.fromEntries(parts);
  const whole = parts.length === NAMES.length && NAMES.every((name) => name in texts);
  return Object.fromEntries(NAMES.map((name) => [name, whole ? parsed(texts[name] ?? "") : NaN]));
}
