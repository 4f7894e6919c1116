/* Phases as colours: a canvas is filled block by block, and only blocks on a boundary are cut. */

const PHASES = ["LAZY", "CATAPULT", "OSCILLATING", "DIVERGENT"];
const NOWHERE = PHASES.length; // the code where there is no network
const COARSE = 8; // of the page's pixels: what is thinner may be missed
const UNSEEN = 255;
const SHARE = 0.55; // of a phase's colour on the page's, as in the package's figures

/** Colours of the codes on the page as it is, light or dark: red, green, blue, alpha. */
function palette() {
  const style = getComputedStyle(document.documentElement);
  const colour = (name) => {
    const text = style.getPropertyValue(name).trim();
    return [1, 3, 5].map((place) => Number.parseInt(text.slice(place, place + 2), 16));
  };
  const paper = colour("--paper");
  const mixed = PHASES.map((name) => colour(`--${name.toLowerCase()}`).map((part, k) =>
    Math.round(SHARE * part + (1 - SHARE) * paper[k])));
  return [...mixed.map((parts) => [...parts, 255]), [...paper, 0]];
}

/** A canvas of phases, as sharp as the screen. */
class Painting {
  constructor(canvas) {
    this.canvas = canvas;
    this.context = canvas.getContext("2d");
  }

  /** Make room for a drawing of this size in the page's pixels. */
  resize(width, height) {
    const ratio = Math.min(window.devicePixelRatio || 1, 2);
    this.width = Math.round(width * ratio);
    this.height = Math.round(height * ratio);
    Object.assign(this.canvas, { width: this.width, height: this.height });
    Object.assign(this.canvas.style, { width: `${width}px`, height: `${height}px` });
    this.coarse = ratio > 1 ? 2 * COARSE : COARSE; // a power of two
    const whole = (size) => Math.ceil(size / this.coarse) * this.coarse;
    const [columns, rows] = [whole(this.width), whole(this.height)];
    this.image = this.context.createImageData(columns, rows);
    this.pixels = new Uint32Array(this.image.data.buffer);
    this.codes = new Uint8Array((columns + 1) * (rows + 1));
    this.columns = columns;
    this.rows = rows;
  }

  /** Paint the code of each point, given by its shares of width and height. */
  paint(codeAt) {
    this.colours = palette();
    this.solid = new Uint32Array(new Uint8Array(this.colours.flat()).buffer);
    this.codeAt = codeAt;
    this.codes.fill(UNSEEN);
    for (let row = 0; row < this.rows; row += this.coarse) this.row(row);
    this.context.putImageData(this.image, 0, 0);
  }

  /** A row of blocks; neighbours of one code are filled together. */
  row(row) {
    const { coarse, columns } = this;
    let [from, code] = [0, -1];
    for (let column = 0; column <= columns; column += coarse) {
      const next = column < columns ? this.uniform(column, row, coarse) : -1;
      if (next !== code || next < 0) {
        if (code >= 0) this.fill(from, row, column - from, coarse, code);
        [from, code] = [column, next];
      }
      if (next < 0 && column < columns) this.cut(column, row, coarse);
    }
  }

  /** The code of all four corners of a block; -1 where they differ. */
  uniform(column, row, size) {
    const code = this.code(column, row);
    const same = code === this.code(column + size, row) &&
      code === this.code(column, row + size) && code === this.code(column + size, row + size);
    return same ? code : -1;
  }

  fill(column, row, width, height, code) {
    const start = row * this.columns + column;
    const end = start + height * this.columns;
    for (let place = start; place < end; place += this.columns) {
      this.pixels.fill(this.solid[code], place, place + width);
    }
  }

  code(column, row) {
    const place = row * (this.columns + 1) + column;
    if (this.codes[place] === UNSEEN) {
      this.codes[place] = this.codeAt(column / this.width, row / this.height);
    }
    return this.codes[place];
  }

  /** Cut a block on a boundary into four, down to single pixels. */
  cut(column, row, size) {
    if (size === 1) {
      this.pixels[row * this.columns + column] = this.blend(
        this.code(column, row), this.code(column + 1, row),
        this.code(column, row + 1), this.code(column + 1, row + 1),
      );
      return;
    }
    const half = size / 2;
    for (let k = 0; k < 4; k += 1) {
      const [x, y] = [column + (k % 2) * half, row + (k >> 1) * half];
      const code = this.uniform(x, y, half);
      if (code >= 0) this.fill(x, y, half, half, code);
      else this.cut(x, y, half);
    }
  }

  /** The mean of four colours, by how much they cover: edges are smooth. */
  blend(...codes) {
    const parts = [0, 0, 0, 0];
    for (const code of codes) {
      const [red, green, blue, alpha] = this.colours[code];
      parts[0] += red * alpha;
      parts[1] += green * alpha;
      parts[2] += blue * alpha;
      parts[3] += alpha;
    }
    const [red, green, blue] = parts.map((part) => Math.round(part / (parts[3] || 1)));
    return ((Math.round(parts[3] / 4) << 24) | (blue << 16) | (green << 8) | red) >>> 0;
  }
}
