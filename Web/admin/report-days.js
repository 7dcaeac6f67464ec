// The days of a report: what the fields hold at first, and the quick choices.

/** The hall's calendar day of a moment, as the server writes it. @param {number} milliseconds since 1970 */
export function dayOf(milliseconds) {
  return new Intl.DateTimeFormat('en-CA', { year: 'numeric', month: '2-digit', day: '2-digit', timeZone: 'Asia/Shanghai' }).format(milliseconds);
}

/**
 * The last `days` days until today.
 * @param {number} days
 * @param {number} now milliseconds since 1970
 */
export function lastDays(days, now) {
  return { from: dayOf(now - (days - 1) * 86_400_000), to: dayOf(now) };
}

/** A date as it stands at an axis: month and day. @param {string} date */
export function shortDate(date) {
  const [, month, day] = date.split('-');
  return `${Number(month)}/${Number(day)}`;
}

/** A query from what is filled in. @param {Record<string, string | undefined>} fields */
export function queryOf(fields) {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(fields)) if (value) query.set(name, value);
  return query.toString();
}
