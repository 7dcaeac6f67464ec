// The address of a section: `#/schedule/2026-11-23` names the section `schedule` and leaves it the rest.

/**
 * @param {string} hash as `location.hash` gives it
 * @returns {{ id: string, rest: string[] }}
 */
export function parseRoute(hash) {
  const [id = '', ...rest] = hash.replace(/^#?\/?/, '').split('/').filter(Boolean).map(decoded);
  return { id, rest };
}

/** An address that somebody mangled names no section; it breaks nothing. @param {string} part */
function decoded(part) {
  try { return decodeURIComponent(part); } catch { return part; }
}
