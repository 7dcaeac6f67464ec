// The days of a year's calendar: read from the documented JSON, and looked through for what cannot be.

import { isDate, weekdayOf } from '../schedule/days.js';

/** @typedef {{date: string, rule: string, name: string}} CalendarDay */
const RULES = ['holiday', 'makeup-workday'];

/**
 * @param {string} text
 * @returns {{source: string, year: number | null, days: CalendarDay[]}}
 * @throws {Error} `broken` with what the parser said as its cause, or `no-days`
 */
export function readCalendar(text) {
  let found;
  try {
    found = JSON.parse(text);
  } catch (error) {
    throw new Error('broken', { cause: /** @type {Error} */ (error).message });
  }
  const list = Array.isArray(found) ? found : found?.days;
  if (!Array.isArray(list)) throw new Error('no-days');
  const days = list.map((one) => ({ date: String(one?.date ?? ''), rule: String(one?.rule ?? ''), name: String(one?.name ?? '') }));
  const year = Number(found.year ?? days.find((day) => isDate(day.date))?.date.slice(0, 4));
  return { source: typeof found.source === 'string' ? found.source : '', year: Number.isInteger(year) ? year : null, days };
}

/** What is wrong with each day, by its index. @param {readonly CalendarDay[]} days @param {number} year @returns {Map<number, string>} */
export function faultsOfDays(days, year) {
  /** @type {Map<number, string>} */
  const faults = new Map();
  const seen = new Set();
  for (const [index, { date, rule, name }] of days.entries()) {
    const kind = !isDate(date)
      ? 'no-date'
      : Number(date.slice(0, 4)) !== year
      ? 'other-year'
      : seen.has(date)
      ? 'twice'
      : !RULES.includes(rule)
      ? 'no-rule'
      : rule === 'makeup-workday' && weekdayOf(date) < 6
      ? 'workday'
      : name.trim() === ''
      ? 'no-name'
      : null;
    seen.add(date);
    if (kind) faults.set(index, kind);
  }
  return faults;
}
