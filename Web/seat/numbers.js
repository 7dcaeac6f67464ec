// Numbers whose last character checks the others: a typing error is seen before it is proposed.

const IDENTITY_WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const IDENTITY_CHECKS = '10X98765432';
/** Without the letters that are mistaken for digits. */
const CREDIT_ALPHABET = '0123456789ABCDEFGHJKLMNPQRTUWXY';
const CREDIT_WEIGHTS = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];

/**
 * The check character of a resident identity number (GB 11643-1999: ISO 7064, MOD 11-2).
 * @param {string} number
 */
export function isIdentityNumber(number) {
  if (!/^\d{17}[\dX]$/.test(number)) return false;
  const sum = IDENTITY_WEIGHTS.reduce((total, weight, at) => total + weight * Number(number[at]), 0);
  return IDENTITY_CHECKS[sum % 11] === number[17];
}

/**
 * The check character of a unified social credit code (GB 32100-2015: MOD 31-3).
 * @param {string} code
 */
export function isCreditCode(code) {
  if (code.length !== 18) return false;
  const values = [...code].map((letter) => CREDIT_ALPHABET.indexOf(letter));
  if (values.includes(-1)) return false;
  const sum = CREDIT_WEIGHTS.reduce((total, weight, at) => total + weight * values[at], 0);
  return (31 - (sum % 31)) % 31 === values[17];
}

/**
 * Whether the field's own check holds.
 * @param {import("../signaling/messages.js").CaseFieldKey} key
 * @param {string} value
 * @returns {boolean | null} null: the field has no check, or is empty
 */
export function checkOf(key, value) {
  if (value === '') return null;
  switch (key) {
    case 'identity-number':
      return isIdentityNumber(value);
    case 'credit-code':
      return isCreditCode(value);
    case 'person-name':
    case 'organisation-name':
    case 'telephone':
      return null;
  }
}

/**
 * As it is stored: full-width signs narrow, numbers without blanks and in capitals.
 * @param {import("../signaling/messages.js").CaseFieldKey} key
 * @param {string} typed
 */
export function tidied(key, typed) {
  const text = typed.normalize('NFKC').trim();
  return key === 'identity-number' || key === 'credit-code' ? text.replace(/[\s-]/g, '').toUpperCase() : text;
}
