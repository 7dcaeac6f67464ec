// Hash routes: the back button, a bookmark and a reload all lead to the same place without help from the server.

/**
 * @typedef {{ name: 'find' }
 *   | { name: 'item', code: string }
 *   | { name: 'sign-in', code: string, kind: string, hall: string }
 *   | { name: 'devices', code: string, kind: string, hall: string }
 *   | { name: 'ticket' }
 *   | { name: 'prepare' }
 *   | { name: 'look-up', case?: string }} Route
 */

/**
 * An address that makes no sense leads to the first page, never to an error.
 * @param {string} hash
 * @returns {Route}
 */
export function parseRoute(hash) {
  const parts = hash.replace(/^#\/?/, '').split('/').map(decode);
  const [first, code, kind, hall] = parts;
  if (first === 'item' && code) return { name: 'item', code };
  if ((first === 'sign-in' || first === 'devices') && code && kind && hall) return { name: first, code, kind, hall };
  if (first === 'ticket' || first === 'prepare') return { name: first };
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
      return `#/${route.name}/${[route.code, route.kind, route.hall].map(encodeURIComponent).join('/')}`;
    case 'ticket':
    case 'prepare':
      return `#/${route.name}`;
    case 'look-up':
      return route.case ? `#/look-up/${encodeURIComponent(route.case)}` : '#/look-up';
  }
}

/** @param {string} part */
function decode(part) {
  try { return decodeURIComponent(part); } catch { return ''; }
}
