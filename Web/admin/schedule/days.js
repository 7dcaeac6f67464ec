// Days and times of day on the hall's clocks, as words of the wire: `2026-11-23` and `09:00`. No time zone can move them.

import { getLocale } from '../../text/text.js';

export const DAY_MINUTES = 1_440;
const DAY_MS = 86_400_000;

/** @param {string} date */
const msOf = (date) => Date.parse(`${date}T00:00:00Z`);
/** @param {number} ms */
const dateOf = (ms) => new Date(ms).toISOString().slice(0, 10);

/** A day that the calendar has, and not only its shape. @param {string} text */
export function isDate(text) {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const ms = msOf(text);
  return !Number.isNaN(ms) && dateOf(ms) === text;
}

/** @param {string} date @param {number} days */
export const addDays = (date, days) => dateOf(msOf(date) + days * DAY_MS);

/** @param {string} from @param {string} to */
export const daysBetween = (from, to) => Math.round((msOf(to) - msOf(from)) / DAY_MS);

/** 1 is Monday, 7 Sunday (ISO 8601). @param {string} date */
export const weekdayOf = (date) => new Date(msOf(date)).getUTCDay() || 7;

/** @param {string} date */
export const mondayOf = (date) => addDays(date, 1 - weekdayOf(date));

/** @param {string} monday */
export const weekFrom = (monday) => Array.from({ length: 7 }, (_, index) => addDays(monday, index));

/** The day that a place with these clocks has now. @param {string} zone @param {number} now milliseconds since 1970 */
export function todayIn(zone, now) {
  return new Intl.DateTimeFormat('en-CA', { year: 'numeric', month: '2-digit', day: '2-digit', timeZone: zone }).format(now);
}

/** Minutes since midnight; 24:00 is the end of the day. @param {string} time @returns {number | null} */
export function minuteOf(time) {
  const match = /^(\d{2}):(\d{2})$/.exec(time);
  if (!match) return null;
  const minute = Number(match[1]) * 60 + Number(match[2]);
  return Number(match[2]) < 60 && minute <= DAY_MINUTES ? minute : null;
}

/** @param {number} minute */
export const timeOf = (minute) => `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;

/**
 * A time as people type it: `9`, `930`, `9:30`, `９：３０`, `9点半`, `24:00`.
 * @param {string} text
 * @returns {number | null} null when it is no time of day
 */
export function readTime(text) {
  const plain = text.normalize('NFKC').trim().replace(/[点點时時h.]/gi, ':').replace(/半$/, '30').replace(/分$/, '').replace(/:$/, ':00');
  const match = /^(\d{1,2}):(\d{1,2})$/.exec(plain) ?? /^(\d{1,2})(\d{2})$/.exec(plain) ?? /^(\d{1,2})()$/.exec(plain);
  if (!match) return null;
  return minuteOf(`${match[1].padStart(2, '0')}:${match[2].padStart(2, '0')}`);
}

const tag = () => (getLocale() === 'zh-Hant' ? 'zh-TW' : getLocale());

/** @type {Map<string, Intl.DateTimeFormat>} */
const formats = new Map();

/** @param {string} date @param {Intl.DateTimeFormatOptions} options */
function format(date, options) {
  const key = tag() + JSON.stringify(options);
  let kept = formats.get(key);
  if (!kept) formats.set(key, kept = new Intl.DateTimeFormat(tag(), { ...options, timeZone: 'UTC' }));
  return kept.format(msOf(date));
}

/** `11月23日 周一`. @param {string} date */
export const dayText = (date) => format(date, { month: 'long', day: 'numeric', weekday: 'short' });
/** `11/23`. @param {string} date */
export const shortDay = (date) => format(date, { month: 'numeric', day: 'numeric' });
/** `周一`. @param {string} date */
export const weekdayText = (date) => format(date, { weekday: 'short' });
/** `星期一`, of a number 1…7. @param {number} weekday */
export const weekdayName = (weekday) => format(addDays('2026-11-22', weekday), { weekday: 'long' });
/** `2026年11月23日`. @param {string} date */
export const longDay = (date) => format(date, { year: 'numeric', month: 'long', day: 'numeric' });
