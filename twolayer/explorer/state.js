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

/** What is wrong with a text that is no number. */
function noNumber(name, text) {
  return `${SIGNS[name]} = ${text.trim() || "nothing"} must be a number.`;
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

/** A part of an address as it was written, also where the browser has encoded it. */
function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Five numbers from such a part, defaults where it names none, and what is wrong with it. */
function fromHash(hash) {
  const numbers = { ...DEFAULTS };
  const seen = new Set();
  for (const part of hash.slice(1).split("&")) {
    const [name, ...texts] = part.split("=");
    const text = decoded(texts.join("="));
    if (!NAMES.includes(name)) return [DEFAULTS, `It may name ${NAMES.join(", ")} only.`];
    if (seen.has(name)) return [DEFAULTS, `It names ${name} twice.`];
    seen.add(name);
    numbers[name] = parsed(text);
    if (Number.isNaN(numbers[name])) return [DEFAULTS, noNumber(name, text)];
  }
  const wrong = refusal(numbers);
  return [wrong ? DEFAULTS : numbers, wrong];
}
