// Bytes of files that were opened: enough of them to go back and forth within one case without loading them again.

import { getFile } from '../signaling/http.js';

const KEPT_FILES = 16;

export function createKeptFiles() {
  /** @type {Map<string, Promise<Blob>>} */
  const kept = new Map();

  /** @param {string} id @param {Promise<Blob>} bytes */
  function keep(id, bytes) {
    kept.set(id, bytes);
    if (kept.size > KEPT_FILES) kept.delete(/** @type {string} */ (kept.keys().next().value));
    return bytes;
  }

  return {
    /** @param {string} id @returns {Promise<Blob>} */
    load(id) {
      const known = kept.get(id);
      if (known) return known;
      const bytes = keep(id, getFile(id));
      // A failure is not kept: the next look tries again.
      bytes.catch(() => kept.delete(id));
      return bytes;
    },
    /** Forgets what belongs to a session that is over. */
    clear: () => kept.clear(),
  };
}
