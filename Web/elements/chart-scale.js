// The arithmetic of charts, without a page: round numbers, places, and what fits.

/** @typedef {'count' | 'milliseconds' | 'share'} Unit */

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
/** What people call round on a clock. */
const TIME_STEPS = [SECOND, 2 * SECOND, 5 * SECOND, 10 * SECOND, 15 * SECOND, 30 * SECOND, MINUTE, 2 * MINUTE, 5 * MINUTE, 10 * MINUTE, 15 * MINUTE, 30 * MINUTE,
  HOUR, 2 * HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR, 24 * HOUR];

/** The smallest of 1, 2, 5, 10, 20, 50, … that is not below `least`; also 0.1, 0.2, 0.5, … @param {number} least */
export function niceStep(least) {
  if (!(least > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(least));
  // A hair of tolerance: 0.3 / 0.1 is a little more than 3.
  const factor = [1, 2, 5, 10].find((one) => one * power >= least * (1 - 1e-9)) ?? 10;
  return factor * power;
}

/**
 * Round numbers from nought to at least `highest`, at most `count` steps of them.
 * @param {number} highest
 * @param {Unit} unit
 * @param {number} [count]
 */
export function ticks(highest, unit, count = 4) {
  const step = tickStep(highest, unit, count);
  const steps = Math.max(1, Math.ceil(highest / step - 1e-9));
  return Array.from({ length: steps + 1 }, (_, index) => Number((index * step).toPrecision(12)));
}

/** @param {number} highest @param {Unit} unit @param {number} count */
function tickStep(highest, unit, count) {
  switch (unit) {
    case 'share': return [0.05, 0.1, 0.2].find((step) => step * count >= highest) ?? 0.25;
    case 'count': return Math.max(1, niceStep(highest / count));
    case 'milliseconds': return TIME_STEPS.find((step) => step * count >= highest) ?? 24 * HOUR * niceStep(highest / count / (24 * HOUR));
  }
}

/**
 * Which of `count` categories get a label, when each label takes `width` of the `room`.
 * @param {number} count
 * @param {number} room
 * @param {number} width
 * @returns {number[]}
 */
export function labelledPlaces(count, room, width) {
  const every = Math.max(1, Math.ceil((count * width) / Math.max(1, room)));
  return Array.from({ length: count }, (_, index) => index).filter((index) => index % every === 0);
}

/**
 * Moves labels apart until each is at least `gap` from the next, in their order and as little as it takes, and none is below `lowest`.
 * @param {number[]} wanted
 * @param {number} gap
 * @param {number} lowest
 * @param {number} highest
 * @returns {number[]}
 */
export function spread(wanted, gap, lowest, highest) {
  const order = wanted.map((_, index) => index).sort((one, other) => wanted[one] - wanted[other] || one - other);
  /** @type {number[]} */
  const places = [];
  let least = lowest;
  for (const index of order) {
    places[index] = Math.max(wanted[index], least);
    least = places[index] + gap;
  }
  // What was pushed out at the far end comes back, and pushes the others.
  let most = highest;
  for (const index of [...order].reverse()) {
    places[index] = Math.max(lowest, Math.min(places[index], most));
    most = places[index] - gap;
  }
  return places;
}

/**
 * Runs of places that have a value: a line is drawn through each run, and none over a gap.
 * @param {(number | null)[]} values
 * @returns {number[][]}
 */
export function runs(values) {
  /** @type {number[][]} */
  const found = [];
  values.forEach((value, index) => {
    if (value === null) return;
    const last = found.at(-1);
    if (last?.at(-1) === index - 1) last.push(index);
    else found.push([index]);
  });
  return found;
}

/** The largest of all values and upper bounds; nought when there is none. @param {{values: (number | null)[], range?: {high: (number | null)[]}}[]} series */
export function highest(series) {
  return Math.max(0, ...series.flatMap(({ values, range }) => [...values, ...(range?.high ?? [])]).map((value) => value ?? 0));
}

/** Hours, minutes and seconds of a length of time. @param {number} milliseconds */
export function timeParts(milliseconds) {
  const seconds = Math.round(milliseconds / SECOND);
  return { hours: Math.floor(seconds / 3_600), minutes: Math.floor(seconds / 60) % 60, seconds: seconds % 60 };
}
