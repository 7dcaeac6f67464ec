// Hash routes: the back button, a bookmark and a reload all lead to the same place without help from the server.

/**
 * `book`: choosing a day, and with a day its time. `confirm`: a time was chosen and is being held. `at`: RFC 3339.
 * `replaces`: the appointment that the new one takes the place of.
 * @typedef {{ name: 'find' }
 *   | { name: 'item', code: string }
 *   | { name: 'sign-in', code: string, kind: string, hall: string }
 *   | { name: 'devices', code: string, kind: string, hall: string }
 *   | { name: 'book', code: string, kind: string, hall: string, day?: string, replaces?: string }
 *   | { name: 'confirm', code: string, kind: string, hall: string, at: string, replaces?: string }
 *   | { name: 'appointment', id: string }
 *   | { name: 'ticket' }
 *   | { name: 'prepare' }
 *   | { name: 'mine' }
 *   | { name: 'look-up', case?: string }} Route
 */

/**
 * An address that makes no sense leads to the first page, never to an error.
 * @param {string} hash
 * @returns {Route}
 */
export function parseRoute(hash) {
  const parts = hash.replace(/^#\/?/, '').split('/').map(decode);
  const [first, code, kind, hall, when, replaced] = parts;
  const replaces = replaced ? { replaces: replaced } : {};
  if (first === 'item' && code) return { name: 'item', code };
  if ((first === 'sign-in' || first === 'devices') && code && kind && hall) return { name: first, code, kind, hall };
  if (first === 'book' && code && kind && hall) return { name: first, code, kind, hall, ...(isDay(when) && { day: when }), ...replaces };
  if (first === 'confirm' && code && kind && hall) {
    // Without its time the question is which one.
    return Number.isNaN(Date.parse(when)) ? { name: 'book', code, kind, hall, ...replaces } : { name: first, code, kind, hall, at: when, ...replaces };
  }
  if (first === 'appointment' && code) return { name: first, id: code };
  if (first === 'ticket' || first === 'prepare' || first === 'mine') return { name: first };
  if (first === 'look-up') return code ? { name: 'look-up', case: code } : { name: 'look-up' };
  return { name: 'find' };
}

/**
 * @param {Route} route
 * @returns {string}
 */
export function formatRoute(route) {
  switch (route.name) {
    case 'find': return '#/';
    case 'item': return `#/item/${encodeURIComponent(route.code)}`;
    case 'sign-in':
    case 'devices':
      return path(route.name, route.code, route.kind, route.hall);
    case 'book':
      return path(route.name, route.code, route.kind, route.hall, ...(route.day || route.replaces ? [route.day ?? '-'] : []), ...(route.replaces ? [route.replaces] : []));
    case 'confirm':
      return path(route.name, route.code, route.kind, route.hall, route.at, ...(route.replaces ? [route.replaces] : []));
    case 'appointment':
      return path(route.name, route.id);
    case 'ticket':
    case 'prepare':
    case 'mine':
      return `#/${route.name}`;
    case 'look-up':
      return route.case ? `#/look-up/${encodeURIComponent(route.case)}` : '#/look-up';
  }
}

/** @param {...string} parts */
function path(...parts) {
  return `#/${parts.map(encodeURIComponent).join('/')}`;
}

/** @param {string | undefined} text */
function isDay(text) {
  return text !== undefined && /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text));
}

/** @param {string} part */
function decode(part) {
  try { return decodeURIComponent(part); } catch { return ''; }
}
