// The two numbers that a citizen types from a card, checked while the card is still in the hand. Pure.

/** @typedef {'length' | 'characters' | 'date' | 'check'} NumberFault */

const IDENTITY_LENGTH = 18;
const IDENTITY_WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const IDENTITY_CHECKS = '10X98765432';
/** Without I, O, S, V and Z, which are taken for digits (GB 32100-2015). */
const CREDIT_ALPHABET = '0123456789ABCDEFGHJKLMNPQRTUWXY';
const CREDIT_LENGTH = 18;
const CREDIT_WEIGHTS = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];

/**
 * As it was meant: full-width digits, spaces and hyphens between groups, a small x.
 * @param {string} text
 */
export function plainNumber(text) {
  return text.normalize('NFKC').replace(/[\s\-\u2010-\u2015]/g, '').toUpperCase();
}

/**
 * Resident identity number (GB 11643-1999; check character by ISO 7064 MOD 11-2).
 * @param {string} text
 * @returns {NumberFault | null} null: nothing is wrong with it
 */
export function identityFault(text) {
  const number = plainNumber(text);
  if (number.length !== IDENTITY_LENGTH) return 'length';
  if (!/^[1-9]\d{16}[\dX]$/.test(number)) return 'characters';
  if (!isDay(number.slice(6, 14))) return 'date';
  const sum = IDENTITY_WEIGHTS.reduce((total, weight, index) => total + weight * Number(number[index]), 0);
  return IDENTITY_CHECKS[sum % 11] === number[17] ? null : 'check';
}

/**
 * Unified social credit code (GB 32100-2015). A self-employed person may still have the older registration number of 15 digits, or their own
 * identity number in its place; both pass.
 * @param {string} text
 * @returns {NumberFault | null}
 */
export function creditCodeFault(text) {
  const code = plainNumber(text);
  if (/^\d{15}$/.test(code)) return null;
  if (code.length !== CREDIT_LENGTH) return 'length';
  if (identityFault(code) === null) return null;
  const values = [...code].map((letter) => CREDIT_ALPHABET.indexOf(letter));
  if (values.includes(-1)) return 'characters';
  const sum = CREDIT_WEIGHTS.reduce((total, weight, index) => total + weight * values[index], 0);
  return (31 - sum % 31) % 31 === values[17] ? null : 'check';
}

/** @param {string} digits yyyymmdd */
function isDay(digits) {
  const [year, month, day] = [digits.slice(0, 4), digits.slice(4, 6), digits.slice(6)].map(Number);
  if (year < 1800 || year > 2999) return false;
  const date = new Date(Date.UTC(year, month - 1, day));
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}
