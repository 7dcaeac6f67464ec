// What can be said of a photograph before it is sent: blurred, dark, a reflection, too small. Pure arithmetic on pixels.
//
// The server looks again and has the last word; here it saves the person a second round.

/** Pictures are judged at this long side, so that the figures below mean the same for every camera. */
export const LOOK_PIXELS = 640;
/** A page's long side below this cannot be read when it is shown full size. */
const LONG_SIDE_MIN_PIXELS = 900;
/**
 * Energy of the Laplacian over energy of the gradient: how narrow edges are, whatever stands there and however bright it is. Made-up forms and
 * cards gave 5.8 to 13 in focus, and less than 2 when letters ran into each other.
 */
const SHARP_MIN = 2.5;
/** Cells with this share of the strongest cell's edges are looked at; the others are empty paper. */
const EDGE_SHARE = 1 / 4;
/** Of all cells, the calmest tenth tells how much the sensor itself adds. */
const CALM_SHARE = 1 / 10;
/** Of 255: half of the picture is darker than this. */
const DARK_MEDIAN = 60;
/** Of 255: not even the brightest twentieth reaches this. */
const DARK_BRIGHTEST = 105;
/** From here on a pixel holds nothing but light. */
const BURNT = 250;
/** Paper that is itself nearly white (a scan, a screenshot) cannot be told from a reflection. */
const WHITE_PAPER = 244;
const GRID = 12;
/** Share of a cell's pixels that must be burnt. */
const CELL_BURNT = 0.7;
/** One cell may be a white label; a reflection covers more, and never the whole page. */
const GLARE_CELLS_MIN = 2;
const GLARE_CELLS_MAX = 60;

/** @typedef {'blurred' | 'dark' | 'glare' | 'low-resolution'} DoubtCode */
/** Where on the picture. @typedef {'top-left' | 'top' | 'top-right' | 'left' | 'middle' | 'right' | 'bottom-left' | 'bottom' | 'bottom-right'} Place */
/** @typedef {{ code: DoubtCode, place?: Place }} Doubt */
/**
 * `sharpness`: see `SHARP_MIN`. `median`, `brightest`: of the brightness, 0 to 255. `glare`: cells with nothing but light, as [column, row].
 * @typedef {{ sharpness: number, median: number, brightest: number, glare: [number, number][] }} Look
 */

/**
 * @param {ArrayLike<number>} pixels red, green, blue, opacity, row by row
 * @param {number} width
 * @param {number} height
 * @returns {Look}
 */
export function lookAt(pixels, width, height) {
  const light = brightness(pixels, width * height);
  const histogram = new Uint32Array(256);
  for (const value of light) histogram[value] += 1;
  return {
    sharpness: sharpness(light, width, height),
    median: percentile(histogram, light.length, 0.5),
    brightest: percentile(histogram, light.length, 0.95),
    glare: burntCells(light, width, height),
  };
}

/**
 * The worst first. Empty: it looks clear.
 * @param {Look} look
 * @param {{ width: number, height: number }} original size before it was scaled down for looking
 * @returns {Doubt[]}
 */
export function doubtsOf(look, { width, height }) {
  /** @type {Doubt[]} */
  const doubts = [];
  if (Math.max(width, height) < LONG_SIDE_MIN_PIXELS) doubts.push({ code: 'low-resolution' });
  if (look.median < DARK_MEDIAN && look.brightest < DARK_BRIGHTEST) doubts.push({ code: 'dark' });
  else if (look.sharpness < SHARP_MIN) doubts.push({ code: 'blurred' });
  const cells = look.glare.length;
  if (look.median < WHITE_PAPER && cells >= GLARE_CELLS_MIN && cells <= GLARE_CELLS_MAX) doubts.push({ code: 'glare', place: placeOf(look.glare) });
  return doubts;
}

/**
 * @param {ArrayLike<number>} pixels
 * @param {number} count
 */
function brightness(pixels, count) {
  const light = new Uint8Array(count);
  // Rec. 601, in 256ths.
  for (let i = 0, at = 0; i < count; i += 1, at += 4) light[i] = (77 * pixels[at] + 150 * pixels[at + 1] + 29 * pixels[at + 2]) >> 8;
  return light;
}

/**
 * Taken cell by cell, because most of a form is empty paper.
 * @param {Uint8Array} light
 * @param {number} width
 * @param {number} height
 */
function sharpness(light, width, height) {
  const bends = new Float64Array(GRID * GRID);
  const slopes = new Float64Array(GRID * GRID);
  const counts = new Uint32Array(GRID * GRID);
  for (let y = 1; y < height - 1; y += 1) {
    const row = Math.floor((y * GRID) / height) * GRID;
    for (let x = 1; x < width - 1; x += 1) {
      const at = y * width + x;
      const across = light[at + 1] - light[at - 1];
      const down = light[at + width] - light[at - width];
      const bend = light[at - 1] + light[at + 1] + light[at - width] + light[at + width] - 4 * light[at];
      const cell = row + Math.floor((x * GRID) / width);
      slopes[cell] += (across * across + down * down) / 4;
      bends[cell] += bend * bend;
      counts[cell] += 1;
    }
  }
  const cells = [...counts.keys()].filter((cell) => counts[cell] > 0)
    .map((cell) => ({ bend: bends[cell] / counts[cell], slope: slopes[cell] / counts[cell] }))
    .sort((a, b) => a.slope - b.slope);
  const strongest = cells.at(-1)?.slope ?? 0;
  // What a calm cell has is noise, and noise looks sharp.
  const calm = cells[Math.floor(cells.length * CALM_SHARE)] ?? { bend: 0, slope: 0 };
  let bend = 0;
  let slope = 0;
  for (const cell of cells) {
    if (cell.slope < strongest * EDGE_SHARE) continue;
    bend += Math.max(0, cell.bend - calm.bend);
    slope += Math.max(0, cell.slope - calm.slope);
  }
  return slope > 0 ? bend / slope : 0;
}

/**
 * @param {Uint32Array} histogram
 * @param {number} count
 * @param {number} share
 */
function percentile(histogram, count, share) {
  let seen = 0;
  for (let value = 0; value < histogram.length; value += 1) {
    seen += histogram[value];
    if (seen >= count * share) return value;
  }
  return histogram.length - 1;
}

/**
 * @param {Uint8Array} light
 * @param {number} width
 * @param {number} height
 * @returns {[number, number][]}
 */
function burntCells(light, width, height) {
  const burnt = new Uint32Array(GRID * GRID);
  const counts = new Uint32Array(GRID * GRID);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const cell = Math.floor((y * GRID) / height) * GRID + Math.floor((x * GRID) / width);
      counts[cell] += 1;
      if (light[y * width + x] >= BURNT) burnt[cell] += 1;
    }
  }
  /** @type {[number, number][]} */
  const cells = [];
  for (let cell = 0; cell < counts.length; cell += 1) {
    if (counts[cell] > 0 && burnt[cell] >= counts[cell] * CELL_BURNT) cells.push([cell % GRID, Math.floor(cell / GRID)]);
  }
  return cells;
}

/**
 * The third of the picture in which the cells' middle lies.
 * @param {[number, number][]} cells
 * @returns {Place}
 */
function placeOf(cells) {
  const mean = (/** @type {0 | 1} */ axis) => cells.reduce((total, cell) => total + cell[axis] + 0.5, 0) / cells.length / GRID;
  const third = (/** @type {number} */ share) => Math.min(2, Math.floor(share * 3));
  const across = ['left', '', 'right'][third(mean(0))];
  const down = ['top', '', 'bottom'][third(mean(1))];
  return /** @type {Place} */ ([down, across].filter(Boolean).join('-') || 'middle');
}
