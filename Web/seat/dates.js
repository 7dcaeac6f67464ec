// Days of the calendar at the halls, which all keep Beijing time: a promise's date, a date to answer by.

const DAY_MS = 24 * 60 * 60 * 1000;
const SATURDAY = 6;

/**
 * Today at the hall, as `2026-12-01`.
 * @param {number} now milliseconds since 1970
 */
export function today(now) {
  const parts = new Intl.DateTimeFormat('en', {
    timeZone: 'Asia/Shanghai',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  }).formatToParts(now);
  const part = (/** @type {string} */ type) => parts.find((found) => found.type === type)?.value ?? '';
  return `${part('year')}-${part('month')}-${part('day')}`;
}

/**
 * The day so many days later, and the Monday after when that falls on a weekend. Public holidays are not known here: the agent looks.
 * @param {string} day `2026-12-01`
 * @param {number} days
 */
export function suggestedDay(day, days) {
  const found = new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY_MS);
  const weekday = found.getUTCDay();
  if (weekday === SATURDAY) found.setTime(found.getTime() + 2 * DAY_MS);
  if (weekday === 0) found.setTime(found.getTime() + DAY_MS);
  return found.toISOString().slice(0, 10);
}

/**
 * A day as typed: `2026-12-01`, `20261201`, `12-1` or `12.1` (then the next one that comes).
 * @param {string} text
 * @param {string} from the earliest that counts, `2026-11-23`
 * @returns {string | null} null when there is no such day, or it has passed
 */
export function readDay(text, from) {
  const plain = text.normalize('NFKC').trim().replace(/[年月./／]/g, '-').replace(/日$/, '');
  const found = /^(\d{4})-?(\d{1,2})-?(\d{1,2})$/.exec(plain) ?? /^()(\d{1,2})-(\d{1,2})$/.exec(plain);
  if (!found) return null;
  const [, year, month, day] = found;
  const on = (/** @type {string} */ inYear) => existing(`${inYear}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`);
  if (year) return notBefore(on(year), from);
  const thisYear = from.slice(0, 4);
  return notBefore(on(thisYear), from) ?? on(String(Number(thisYear) + 1));
}

/** @param {string | null} day @param {string} from */
const notBefore = (day, from) => (day !== null && day >= from ? day : null);

/** @param {string} day */
function existing(day) {
  const date = new Date(`${day}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().slice(0, 10) === day ? day : null;
}

/**
 * The latest of some days, or null.
 * @param {(string | undefined)[]} days
 */
export function latest(days) {
  return days.reduce((/** @type {string | null} */ last, day) => (day && (!last || day > last) ? day : last), null);
}
