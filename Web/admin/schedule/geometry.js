// Where a moment of a day is drawn, and which moment was pointed at. Days lie side by side, seats one below the other.

import { DAY_MINUTES } from './days.js';
import { movedBy, overlaps, resized, span } from './plan.js';

/** @typedef {import("./plan.js").Shift} Shift */
/**
 * @typedef {object} Field
 * @property {number} days how many are side by side
 * @property {number} from first minute of each day that is drawn
 * @property {number} to
 * @property {number} dayWidth pixels
 * @property {number} rowHeight pixels
 * @property {number} rows
 */
/** @typedef {{day: number, row: number, minute: number}} Spot */

const USUAL_FROM = 8 * 60;
const USUAL_TO = 18 * 60;
const HOUR = 60;
export const SHORTEST_MINUTES = 15;

/** The part of the day that is drawn: office hours, and whole hours around whatever lies outside. @param {Iterable<Shift>} shifts */
export function axisOf(shifts) {
  let from = USUAL_FROM;
  let to = USUAL_TO;
  for (const shift of shifts) {
    const one = span(shift);
    from = Math.min(from, Math.floor(one.from / HOUR) * HOUR);
    to = Math.max(to, Math.ceil(one.to / HOUR) * HOUR);
  }
  return { from, to };
}

/** @param {number} value @param {number} low @param {number} high */
const clamp = (value, low, high) => Math.max(low, Math.min(high, value));

/** @param {number} minute @param {number} step */
export const snap = (minute, step) => Math.round(minute / step) * step;

/** Pixels from the left edge of the first day. @param {Field} field @param {number} day @param {number} minute */
export function xOf(field, day, minute) {
  return day * field.dayWidth + (clamp(minute, field.from, field.to) - field.from) / (field.to - field.from) * field.dayWidth;
}

/**
 * The spot under a point, always inside the field; `minute` is not snapped.
 * @param {Field} field @param {number} x @param {number} y @returns {Spot}
 */
export function spotAt(field, x, y) {
  const day = clamp(Math.floor(x / field.dayWidth), 0, field.days - 1);
  const within = clamp(x - day * field.dayWidth, 0, field.dayWidth);
  return {
    day,
    row: clamp(Math.floor(y / field.rowHeight), 0, Math.max(0, field.rows - 1)),
    minute: field.from + within / field.dayWidth * (field.to - field.from),
  };
}

/** Which rows are seen, and a few around them. @param {number} scrollTop @param {number} height @param {Field} field @param {number} [around] */
export function rowsInSight(scrollTop, height, field, around = 4) {
  const first = clamp(Math.floor(scrollTop / field.rowHeight) - around, 0, Math.max(0, field.rows - 1));
  const end = clamp(Math.ceil((scrollTop + height) / field.rowHeight) + around, 0, field.rows);
  return { first, end };
}

/**
 * Shifts of one seat and day that share a moment are drawn in lanes of their own, so that none hides another.
 * @param {readonly Shift[]} shifts @returns {{shift: Shift, lane: number, lanes: number}[]}
 */
export function inLanes(shifts) {
  const sorted = [...shifts].sort((a, b) => a.from < b.from ? -1 : a.from > b.from ? 1 : a.id < b.id ? -1 : 1);
  /** @type {{shift: Shift, lane: number, lanes: number}[]} */
  const placed = [];
  /** Those that hang together. @type {typeof placed} */
  let cluster = [];
  let clusterEnd = '';
  const settle = () => {
    const lanes = Math.max(0, ...cluster.map((one) => one.lane)) + 1;
    for (const one of cluster) one.lanes = lanes;
    cluster = [];
  };
  for (const shift of sorted) {
    if (cluster.length > 0 && shift.from >= clusterEnd) settle();
    if (cluster.length === 0) clusterEnd = shift.to;
    let lane = 0;
    while (cluster.some((one) => one.lane === lane && overlaps(one.shift, shift))) lane += 1;
    const one = { shift, lane, lanes: 1 };
    cluster.push(one);
    placed.push(one);
    if (shift.to > clusterEnd) clusterEnd = shift.to;
  }
  settle();
  return placed;
}

/** @typedef {'create' | 'move' | 'from' | 'to'} Grip */

/**
 * What a drag means, as it stands.
 * @param {{grip: Grip, start: Spot, shift?: Shift}} drag where it began, and on which shift
 * @param {Spot} now @param {number} step minutes to snap to
 * @returns {{from: number, to: number, day: number, row: number}}
 */
export function dragged({ grip, start, shift }, now, step) {
  if (grip === 'create' || !shift) {
    // A drag stays in the day where it began: a shift never goes past midnight.
    const minute = now.day === start.day ? now.minute : now.day > start.day ? DAY_MINUTES : 0;
    const a = snap(Math.min(start.minute, minute), step);
    const b = snap(Math.max(start.minute, minute), step);
    return { from: Math.min(a, DAY_MINUTES - step), to: Math.min(DAY_MINUTES, Math.max(b, a + step)), day: start.day, row: start.row };
  }
  const { from, to } = span(shift);
  if (grip === 'move') {
    const moved = span(movedBy(shift, snap(from + now.minute - start.minute, step) - from));
    return { ...moved, day: now.day, row: now.row };
  }
  const minute = now.day === start.day ? snap(now.minute, step) : now.day > start.day ? DAY_MINUTES : 0;
  return grip === 'from'
    ? { from: clamp(minute, 0, to - SHORTEST_MINUTES), to, day: start.day, row: start.row }
    : { from, to: clamp(minute, from + SHORTEST_MINUTES, DAY_MINUTES), day: start.day, row: start.row };
}

/** The shift that a finished drag makes of another. @param {Shift} shift @param {Grip} grip @param {{from: number, to: number}} result @returns {Shift} */
export function settled(shift, grip, result) {
  return grip === 'move' ? movedBy(shift, result.from - span(shift).from) : resized(shift, result.from, result.to);
}
