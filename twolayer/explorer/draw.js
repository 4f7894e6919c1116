/* What all drawings share: elements, paths, ticks, and numbers as text. */

const SPACE = document.querySelector("svg").namespaceURI;

/** A new SVG element in its parent. */
function element(parent, name, attributes = {}, text = "") {
  const node = document.createElementNS(SPACE, name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  node.textContent = text;
  parent.append(node);
  return node;
}

/** Set an attribute, unless it is so already: the browser lays out only what changed. */
function put(node, name, value) {
  const text = String(value);
  if (node.getAttribute(name) !== text) node.setAttribute(name, text);
}

/** Set a text, unless it is so already. */
function say(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/** Show an element or hide it. */
function show(node, shown) {
  put(node, "display", shown ? "inline" : "none");
}

/** A letter with an index, both in one SVG text. */
function symbol(parent, letter, index, attributes = {}) {
  const text = element(parent, "text", attributes);
  element(text, "tspan", { class: "letter" }, letter);
  element(text, "tspan", { class: "index", dy: "0.28em" }, index);
  return text;
}

function finite([x, y]) {
  return Number.isFinite(x) && Number.isFinite(y);
}

function within(value, low, high) {
  return Math.min(Math.max(value, low), high);
}

const FAR = 1e4; // pixels: beyond it nothing is seen

function pixel([x, y]) {
  return `${within(x, -FAR, FAR).toFixed(1)} ${within(y, -FAR, FAR).toFixed(1)}`;
}

/** The path through points in pixels; points that are not finite leave a gap. */
function line(points) {
  let text = "";
  let joined = false;
  for (const point of points) {
    const there = finite(point);
    if (there) text += (joined ? "L" : "M") + pixel(point);
    joined = there;
  }
  return text;
}

/** Show only a rectangle of what a nested SVG element draws. */
function clipTo(node, x, y, width, height) {
  for (const [name, value] of Object.entries({ x, y, width, height })) put(node, name, value);
  put(node, "viewBox", `${x} ${y} ${width} ${height}`);
}

/** The path of dots at points: with round ends, a line of no length is one. */
function dots(points) {
  return points.filter(finite).map((point) => `M${pixel(point)}h0`).join("");
}

/** The path of a diamond around a point. */
function diamond([x, y], size) {
  return `M${pixel([x - size, y])}L${pixel([x, y - size])}L${pixel([x + size, y])}` +
    `L${pixel([x, y + size])}Z`;
}

const DEPTH = 11; // halvings that find an end
const GAP = 9; // pixels between points of a curve: straight lines between them do not show
const PIECES = 16; // in which ends and gaps of a curve are looked for

/** A curve of one parameter, in points no farther apart than a few pixels. */
function traced(at, low, high, pieces = PIECES) {
  const points = [];
  const bisect = (a, first, b, last, depth) => {
    const gap = Math.hypot(last[0] - first[0], last[1] - first[1]);
    const ends = finite(first) + finite(last);
    if (depth && ends && !(gap < GAP)) {
      const middle = (a + b) / 2;
      const point = at(middle);
      bisect(a, first, middle, point, depth - 1);
      bisect(middle, point, b, last, depth - 1);
    } else {
      points.push(last);
    }
  };
  let [a, first] = [low, at(low)];
  points.push(first);
  for (let piece = 1; piece <= pieces; piece += 1) {
    const b = low + ((high - low) * piece) / pieces;
    const last = at(b);
    bisect(a, first, b, last, DEPTH);
    [a, first] = [b, last];
  }
  return points;
}

/** Round values between two ends, about as many as wanted. */
function ticks(low, high, wanted) {
  const rough = (high - low) / wanted;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * [1, 2, 5, 10].find((factor) => factor * power >= rough * 0.999);
  const first = Math.ceil(low / step - 1e-9);
  const count = Math.floor(high / step + 1e-9) - first + 1;
  return Array.from({ length: count }, (_, k) => Number(((first + k) * step).toPrecision(12)));
}

const RAISED = { "-": "⁻", 0: "⁰", 1: "¹", 2: "²", 3: "³", 4: "⁴", 5: "⁵", 6: "⁶", 7: "⁷",
  8: "⁸", 9: "⁹" };

/** A power of ten. */
function power(exponent) {
  return `10${Array.from(String(exponent), (sign) => RAISED[sign]).join("")}`;
}

/** A number as text, to so many digits. */
function shown(value, digits = 6) {
  if (Number.isNaN(value)) return "–";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  const size = Math.abs(value);
  let text;
  if (value === 0 || (size >= 1e-4 && size < 10 ** Math.max(digits, 7))) {
    text = String(Number(value.toPrecision(digits)));
  } else {
    const [mantissa, exponent] = value.toExponential(digits - 1).split("e");
    const times = Number(mantissa);
    text = (times === 1 ? "" : `${times} · `) + power(Number(exponent));
  }
  return text.replace("-", "−");
}

/** A number to few digits, as a hand gives it. */
function tidy(value, digits = 4) {
  return Number.isFinite(value) ? Number(value.toPrecision(digits)) : value;
}
