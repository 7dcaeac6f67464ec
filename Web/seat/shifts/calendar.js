// Reads one's own shifts out of one's own calendar file: there they stand with the names that a swap asks for.

/** @typedef {{id: string, date: string, from: string, to: string}} OwnShift */

/** `<shift>-<day>@farwindow`. */
const NAME = /^(.+)-(\d{4}-\d{2}-\d{2})@farwindow$/;

/** @param {string} written `20261201T010000Z` */
function wireTime(written) {
  const found = /^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})Z$/.exec(written);
  return found ? `${found[1]}-${found[2]}-${found[3]}T${found[4]}:${found[5]}:${found[6]}Z` : null;
}

/**
 * @param {string} text RFC 5545
 * @param {number} now milliseconds since 1970
 * @returns {OwnShift[]} those that have not begun, the next first; what cannot be read is left out
 */
export function readShifts(text, now) {
  const lines = text.replace(/\r\n[ \t]/g, '').split('\r\n');
  /** @type {OwnShift[]} */
  const shifts = [];
  /** @type {Record<string, string>} */
  let event = {};
  for (const line of lines) {
    if (line === 'BEGIN:VEVENT') event = {};
    const colon = line.indexOf(':');
    event[line.slice(0, colon)] ??= line.slice(colon + 1);
    if (line !== 'END:VEVENT') continue;
    const name = NAME.exec(event.UID ?? '');
    const [from, to] = [wireTime(event.DTSTART ?? ''), wireTime(event.DTEND ?? '')];
    if (name && from && to && Date.parse(from) > now) shifts.push({ id: name[1], date: name[2], from, to });
  }
  return shifts.sort((a, b) => Date.parse(a.from) - Date.parse(b.from));
}
