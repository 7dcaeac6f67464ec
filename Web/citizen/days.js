// Days and times as people say them, always on the hall's clocks: a phone may be set to any zone. Pure.

import { getLocale, t } from '../text/text.js';

/** Where an answer names no zone of its own. */
export const HALL_ZONE = 'Asia/Shanghai';

const DAY_MS = 86_400_000;
const NOON = 12;

/**
 * The civil day of a moment.
 * @param {string | number} moment RFC 3339, or milliseconds since 1970
 * @param {string} [zone] IANA name
 * @returns {string} as 2026-11-25
 */
export function dayOf(moment, zone = HALL_ZONE) {
  return new Intl.DateTimeFormat('en-CA', { year: 'numeric', month: '2-digit', day: '2-digit', timeZone: zone }).format(new Date(moment));
}

/**
 * The time of day of a moment.
 * @param {string | number} moment RFC 3339, or milliseconds since 1970
 * @param {string} [zone] IANA name
 * @returns {string} as 09:30
 */
export function timeOf(moment, zone = HALL_ZONE) {
  // The Swedish way is HH:MM in every browser.
  return new Intl.DateTimeFormat('sv-SE', { hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZone: zone }).format(new Date(moment));
}

/**
 * How many days lie from one day to another; negative when `to` comes first.
 * @param {string} from as 2026-11-25
 * @param {string} to
 */
export function daysBetween(from, to) {
  return Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / DAY_MS);
}

/** @param {string} day as 2026-11-25 @param {number} count */
export function addDays(day, count) {
  return new Date(Date.parse(`${day}T00:00:00Z`) + count * DAY_MS).toISOString().slice(0, 10);
}

/**
 * The words of a day. `near`: today, tomorrow or the day after; empty for any other.
 * @param {string} day as 2026-11-25
 * @param {string} today
 * @returns {{ near: string, date: string, weekday: string }}
 */
export function dayWords(day, today) {
  const locale = getLocale() === 'zh-Hant' ? 'zh-TW' : getLocale() === 'en' ? 'en-GB' : 'zh-CN';
  const noon = new Date(`${day}T12:00:00Z`);
  /** @param {Intl.DateTimeFormatOptions} options */
  const part = (options) => new Intl.DateTimeFormat(locale, { ...options, timeZone: 'UTC' }).format(noon);
  const isOtherYear = day.slice(0, 4) !== today.slice(0, 4);
  const near = ['today', 'tomorrow', 'dayAfter'][daysBetween(today, day)];
  return {
    near: near ? t(`booking.day.${near}`) : '',
    date: part({ month: 'long', day: 'numeric', ...(isOtherYear && { year: 'numeric' }) }),
    weekday: part({ weekday: 'long' }),
  };
}

/**
 * A day in one line: 明天（11月24日 星期二）, or 11月27日 星期五.
 * @param {string} day
 * @param {string} today
 */
export function dayLine(day, today) {
  const words = dayWords(day, today);
  return t(words.near ? 'booking.day.near' : 'booking.day.plain', words);
}

/**
 * A moment in a few words, for a sentence: 明天 09:30, or 11月27日 星期五 09:30.
 * @param {string} moment RFC 3339
 * @param {number} now milliseconds since 1970
 * @param {string} [zone]
 */
export function momentWords(moment, now, zone = HALL_ZONE) {
  const words = dayWords(dayOf(moment, zone), dayOf(now, zone));
  return t(words.near ? 'booking.moment.near' : 'booking.moment.plain', { ...words, time: timeOf(moment, zone) });
}

/**
 * The part of the day, as people divide it.
 * @param {string} moment RFC 3339
 * @param {string} [zone]
 * @returns {'forenoon' | 'afternoon' | 'evening'}
 */
export function partOfDay(moment, zone = HALL_ZONE) {
  const hour = Number(timeOf(moment, zone).slice(0, 2));
  return hour < NOON ? 'forenoon' : hour < NOON + 6 ? 'afternoon' : 'evening';
}

/**
 * What is left of a time, as minutes and seconds for a countdown. Never below nothing.
 * @param {number} ms
 */
export function leftOf(ms) {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  return { minutes: Math.floor(seconds / 60), seconds: seconds % 60 };
}
