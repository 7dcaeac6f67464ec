// A hall's schedule as one value: what changes do to it, who is planned on a day, and what is wrong with a shift. Nothing here draws or sends.

import { DAY_MINUTES, minuteOf, timeOf, weekdayOf } from './days.js';

/** @typedef {{groups: string[], kinds: string[], languages: string[]}} Covers empty lists mean everything */
/** @typedef {{from: string, to: string}} Break */
/**
 * @typedef {object} Shift
 * @property {string} id
 * @property {number} [weekday] 1 is Monday; of the weekly template
 * @property {string} [date] of an exception; a shift has the one or the other
 * @property {string} from
 * @property {string} to
 * @property {string} seat_id
 * @property {string | null} agent_id
 * @property {Covers} covers
 * @property {number} capacity
 * @property {Break[]} breaks
 */
/** @typedef {{date: string, note: string, shifts: Shift[]}} Exception */
/** @typedef {Record<string, number>} Settings */
/** @typedef {{zone?: string, settings: Settings, shifts: Shift[], exceptions: Exception[]}} Body */
/**
 * @typedef {{kind: 'put-shift', shift: Shift} | {kind: 'remove-shift', id: string} | {kind: 'put-exception', date: string, note: string}
 *   | {kind: 'remove-exception', date: string} | {kind: 'copy-week', from: string, to: string} | {kind: 'put-settings', settings: Settings}} Change
 */
/**
 * A day as the calendar has it.
 * @typedef {{date: string, kind: 'ordinary' | 'holiday' | 'makeup-workday' | 'exception' | 'unknown', name: string | null, note: string | null,
 *   missing_year: number | null}} Day
 */

/** @type {Body} */
export const EMPTY = Object.freeze({ settings: {}, shifts: [], exceptions: [] });
export const HALF_HOUR = 30;

/**
 * The schedule after these changes; the old value stays as it is. What only the server can work out (`copy-week`) is left to its answer.
 * @param {Body} body @param {readonly Change[]} changes @returns {Body}
 */
export function applyChanges(body, changes) {
  return changes.reduce(applyChange, body);
}

/** @param {Body} body @param {Change} change @returns {Body} */
function applyChange(body, change) {
  switch (change.kind) {
    case 'put-shift': {
      const { shift } = change;
      const rest = withoutShift(body, shift.id);
      if (shift.date === undefined) return { ...rest, shifts: [...rest.shifts, shift] };
      return { ...rest, exceptions: rest.exceptions.map((one) => one.date === shift.date ? { ...one, shifts: [...one.shifts, shift] } : one) };
    }
    case 'remove-shift':
      return withoutShift(body, change.id);
    case 'put-exception': {
      const known = body.exceptions.find((one) => one.date === change.date);
      const next = { date: change.date, note: change.note, shifts: known?.shifts ?? [] };
      return { ...body, exceptions: [...body.exceptions.filter((one) => one.date !== change.date), next] };
    }
    case 'remove-exception':
      return { ...body, exceptions: body.exceptions.filter((one) => one.date !== change.date) };
    case 'put-settings':
      return { ...body, settings: change.settings };
    case 'copy-week':
      return body;
  }
}

/** @param {Body} body @param {string} id @returns {Body} */
function withoutShift(body, id) {
  const isOther = (/** @type {Shift} */ shift) => shift.id !== id;
  if (!body.shifts.every(isOther)) return { ...body, shifts: body.shifts.filter(isOther) };
  if (body.exceptions.every((one) => one.shifts.every(isOther))) return body;
  return { ...body, exceptions: body.exceptions.map((one) => one.shifts.every(isOther) ? one : { ...one, shifts: one.shifts.filter(isOther) }) };
}

/**
 * The shifts of each of these days, and what the body makes of the day: an exception goes before calendar and template.
 * @param {Body} body @param {readonly Day[]} days
 * @returns {{ day: Day, shifts: Shift[] }[]}
 */
export function planOf(body, days) {
  const exceptions = new Map(body.exceptions.map((one) => [one.date, one]));
  /** @type {Map<number, Shift[]>} */
  const template = new Map();
  for (const shift of body.shifts) {
    const list = template.get(shift.weekday ?? 0);
    if (list) list.push(shift);
    else template.set(shift.weekday ?? 0, [shift]);
  }
  return days.map((day) => {
    const exception = exceptions.get(day.date);
    if (exception) return { day: { ...day, kind: 'exception', note: exception.note, missing_year: null }, shifts: exception.shifts };
    return { day, shifts: template.get(templateDay(body, day) ?? 0) ?? [] };
  });
}

/** The weekday whose template this day follows; null when it follows none. @param {Body} body @param {Day} day @returns {number | null} */
export function templateDay(body, day) {
  switch (day.kind) {
    case 'ordinary':
      return weekdayOf(day.date);
    case 'makeup-workday':
      return body.settings.makeup_workday ?? 1;
    case 'holiday':
    case 'unknown':
    case 'exception':
      return null;
  }
}

/**
 * Where a shift that is drawn on this day belongs; null when the day is closed and must first be made to differ.
 * @param {Body} body @param {Day} day @returns {{date: string} | {weekday: number} | null}
 */
export function placeOn(body, day) {
  if (body.exceptions.some((one) => one.date === day.date)) return { date: day.date };
  const weekday = templateDay(body, day);
  return weekday === null ? null : { weekday };
}

/** The shift at another place. @param {Shift} shift @param {{date: string} | {weekday: number}} place @returns {Shift} */
export function putOn(shift, place) {
  const { weekday: _weekday, date: _date, ...rest } = shift;
  return { ...rest, ...place };
}

/**
 * Moved in time; it keeps its length, its breaks go with it, and it stays within the day.
 * @param {Shift} shift @param {number} minutes @returns {Shift}
 */
export function movedBy(shift, minutes) {
  const { from, to } = span(shift);
  const by = Math.max(-from, Math.min(DAY_MINUTES - to, minutes));
  if (by === 0) return shift;
  const move = (/** @type {string} */ time) => timeOf((minuteOf(time) ?? 0) + by);
  return { ...shift, from: move(shift.from), to: move(shift.to), breaks: shift.breaks.map((one) => ({ from: move(one.from), to: move(one.to) })) };
}

/** With another begin or end; breaks that no longer fit are cut, and what is left of none is gone. @param {Shift} shift @param {number} from @param {number} to @returns {Shift} */
export function resized(shift, from, to) {
  return { ...shift, from: timeOf(from), to: timeOf(to), breaks: breaksWithin(shift.breaks, from, to) };
}

/** @param {Break[]} breaks @param {number} from @param {number} to @returns {Break[]} */
function breaksWithin(breaks, from, to) {
  return breaks
    .map((one) => ({ from: Math.max(from, minuteOf(one.from) ?? 0), to: Math.min(to, minuteOf(one.to) ?? 0) }))
    .filter((one) => one.from < one.to)
    .map((one) => ({ from: timeOf(one.from), to: timeOf(one.to) }));
}

/**
 * The changes that cut a shift in two; none when the moment does not lie inside.
 * @param {Shift} shift @param {number} minute @param {string} newID of the later half @returns {Change[]}
 */
export function split(shift, minute, newID) {
  const { from, to } = span(shift);
  if (minute <= from || minute >= to) return [];
  return [
    { kind: 'put-shift', shift: resized(shift, from, minute) },
    { kind: 'put-shift', shift: { ...resized(shift, minute, to), id: newID } },
  ];
}

/**
 * The changes that free a day from template and calendar and begin it with what it has.
 * @param {Body} body @param {Day} day @param {string} note @param {() => string} makeID @returns {Change[]}
 */
export function differ(body, day, note, makeID) {
  const [{ shifts }] = planOf(body, [day]);
  return [
    { kind: 'put-exception', date: day.date, note },
    ...shifts.map((shift) => /** @type {Change} */ ({ kind: 'put-shift', shift: { ...putOn(shift, { date: day.date }), id: makeID() } })),
  ];
}

/** @param {{from: string, to: string}} stretch @returns {{from: number, to: number}} minutes */
export function span(stretch) {
  return { from: minuteOf(stretch.from) ?? 0, to: minuteOf(stretch.to) ?? 0 };
}

/** Whether two stretches of a day share a moment; touching is not sharing. @param {{from: string, to: string}} a @param {{from: string, to: string}} b */
export const overlaps = (a, b) => a.from < b.to && b.from < a.to;

/**
 * What is wrong with a shift, by field; empty when nothing is.
 * @param {Shift} shift @param {readonly Shift[]} others of the same day
 * @returns {{field: string, kind: string, other?: Shift}[]} `field` is `from`, `to`, `seat_id`, `agent_id`, `capacity` or `breaks/n`
 */
export function faultsOf(shift, others) {
  const faults = [];
  const from = minuteOf(shift.from);
  const to = minuteOf(shift.to);
  if (from === null) faults.push({ field: 'from', kind: 'no-time' });
  if (to === null) faults.push({ field: 'to', kind: 'no-time' });
  if (from !== null && to !== null && from >= to) faults.push({ field: 'to', kind: 'past-midnight' });
  if (!shift.seat_id) faults.push({ field: 'seat_id', kind: 'no-seat' });
  if (!(Number.isInteger(shift.capacity) && shift.capacity >= 1)) faults.push({ field: 'capacity', kind: 'capacity' });
  shift.breaks.forEach((one, index) => {
    const kind = faultOfBreak(one, index, shift);
    if (kind) faults.push({ field: `breaks/${index}`, kind });
  });
  if (faults.length > 0) return faults;
  for (const other of others) {
    if (other.id === shift.id || !overlaps(shift, other)) continue;
    if (other.seat_id === shift.seat_id) faults.push({ field: 'seat_id', kind: 'seat-taken', other });
    if (shift.agent_id && other.agent_id === shift.agent_id) faults.push({ field: 'agent_id', kind: 'agent-taken', other });
  }
  return faults;
}

/** @param {Break} one @param {number} index @param {Shift} shift @returns {string | null} */
function faultOfBreak(one, index, shift) {
  const from = minuteOf(one.from);
  const to = minuteOf(one.to);
  if (from === null || to === null) return 'no-time';
  if (from >= to) return 'break-order';
  if (one.from < shift.from || one.to > shift.to) return 'break-outside';
  return shift.breaks.slice(0, index).some((earlier) => overlaps(earlier, one)) ? 'break-overlap' : null;
}

/**
 * Seats planned in each half hour that a shift of the day touches; a seat whose shift is in a break for the whole half hour does not count.
 * @param {readonly Shift[]} shifts @returns {Map<number, number>} by the minute at which the half hour begins
 */
export function plannedSeats(shifts) {
  /** @type {Map<number, Set<string>>} */
  const seats = new Map();
  for (const shift of shifts) {
    const { from, to } = span(shift);
    const breaks = shift.breaks.map(span);
    for (let at = from - from % HALF_HOUR; at < to; at += HALF_HOUR) {
      const set = seats.get(at) ?? new Set();
      seats.set(at, set);
      if (!breaks.some((one) => one.from <= Math.max(at, from) && one.to >= Math.min(at + HALF_HOUR, to))) set.add(shift.seat_id);
    }
  }
  return new Map([...seats].map(([at, set]) => [at, set.size]));
}

/** What changes touch, to see whether two people changed the same thing. @param {readonly Change[]} changes @returns {Set<string>} */
export function touched(changes) {
  const names = new Set();
  for (const change of changes) {
    switch (change.kind) {
      case 'put-shift':
        names.add(change.shift.id);
        if (change.shift.date !== undefined) names.add(change.shift.date);
        break;
      case 'remove-shift':
        names.add(change.id);
        break;
      case 'put-exception':
      case 'remove-exception':
        names.add(change.date);
        break;
      case 'put-settings':
        names.add('settings');
        break;
      case 'copy-week':
        names.add(change.to);
        break;
    }
  }
  return names;
}
