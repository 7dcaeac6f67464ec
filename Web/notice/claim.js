// Number and code as people bring them: in a fragment, typed, or in the name of a file.

/** @typedef {{ number: string, code: string }} Claim */

/** A hall's code, a date, a count and a version. */
const NUMBER = /^[A-Za-z0-9._]+-\d{6}-\d+-\d+$/;

/**
 * `#NUMBER.CODE`, as the QR code leads here. The code is after the last point: a hall's code may have one.
 * @param {string} hash
 * @returns {Claim | null}
 */
export function claimFromFragment(hash) {
  let text = hash.replace(/^#/, '');
  try { text = decodeURIComponent(text); } catch { return null; }
  const cut = text.lastIndexOf('.');
  if (cut <= 0) return null;
  const claim = { number: tidyNumber(text.slice(0, cut)), code: tidyCode(text.slice(cut + 1)) };
  return claim.number && claim.code ? claim : null;
}

/** Full-width digits and hyphens become plain ones; spaces go. @param {string} text */
export function tidyNumber(text) {
  return text.normalize('NFKC').replace(/[\s\u200b]/g, '').replace(/[\u2010-\u2015\u2212\u30fc\uff0d]/g, '-');
}

/** @param {string} text */
export function tidyCode(text) {
  return text.normalize('NFKC').replace(/[\s\u200b\u2010-\u2015\u2212-]/g, '').toUpperCase();
}

/**
 * The number in `notice-NUMBER.pdf` or `notice-NUMBER (1).pdf`, as browsers save it; empty when there is none.
 * @param {string} name
 */
export function numberFromFileName(name) {
  const number = /^notice-([A-Za-z0-9._-]+?)(?:\s?\(\d+\))?\.pdf$/i.exec(name)?.[1] ?? '';
  return NUMBER.test(number) ? number : '';
}

/**
 * SHA-256 in lower-case hexadecimal; null where the browser has no cryptography (plain http on another machine).
 * @param {Blob} file
 */
export async function sha256Of(file) {
  if (!globalThis.crypto?.subtle) return null;
  const digest = await crypto.subtle.digest('SHA-256', await file.arrayBuffer());
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
