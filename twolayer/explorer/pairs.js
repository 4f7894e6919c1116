// Numbers of twice the digits of float64, as pairs [high, low] whose sum is the number: what is
// left of a difference that nearly vanishes keeps its digits. Sizes are far from overflow.
const pairs = (() => {
  "use strict";
  const SPLITTER = 2 ** 27 + 1;

  // The rounded sum or product, and exactly what rounding has taken from it.
  function exactSum(a, b) {
    const sum = a + b;
    const share = sum - a;
    return [sum, a - (sum - share) + (b - share)];
  }

  function split(a) {
    const large = SPLITTER * a;
    const high = large - (large - a);
    return [high, a - high];
  }

  function exactProduct(a, b) {
    const product = a * b;
    const [aHigh, aLow] = split(a);
    const [bHigh, bLow] = split(b);
    return [product, aLow * bLow - (product - aHigh * bHigh - aLow * bHigh - aHigh * bLow)];
  }

  function number(a) {
    return [a, 0];
  }

  function add([a, aLow], [b, bLow]) {
    const [high, low] = exactSum(a, b);
    const [tail, lost] = exactSum(aLow, bLow);
    const [first, second] = exactSum(high, low + tail);
    return exactSum(first, second + lost);
  }

  function sub(a, [b, bLow]) {
    return add(a, [-b, -bLow]);
  }

  function mul([a, aLow], [b, bLow]) {
    const [high, low] = exactProduct(a, b);
    return exactSum(high, low + (a * bLow + aLow * b));
  }

  function div(a, b) {
    const first = a[0] / b[0];
    const rest = sub(a, mul(b, [first, 0]));
    return exactSum(first, rest[0] / b[0]);
  }

  // One step of Newton's from the rounded root; NaN of a negative number.
  function sqrt(a) {
    if (a[0] === 0) return [0, 0];
    const root = Math.sqrt(a[0]);
    const rest = sub(a, exactProduct(root, root));
    return exactSum(root, rest[0] / (2 * root));
  }

  return Object.freeze({ number, add, sub, mul, div, sqrt });
})();
