// What a field of the case's form can say of its own value.

import { creditCodeFault, identityFault, plainNumber } from '../citizen/numbers.js';

/** @typedef {import("../signaling/messages.js").CaseFieldKey} CaseFieldKey */

/**
 * Whether the field's own check holds.
 * @param {CaseFieldKey} key
 * @param {string} value
 * @returns {boolean | null} null: the field has no check, or is empty
 */
export function checkOf(key, value) {
  if (value === '') return null;
  switch (key) {
    case 'identity-number':
      return identityFault(value) === null;
    case 'credit-code':
      return creditCodeFault(value) === null;
    case 'person-name':
    case 'organisation-name':
    case 'telephone':
      return null;
  }
}

/**
 * As it is stored: full-width signs narrow, numbers without blanks and in capitals.
 * @param {CaseFieldKey} key
 * @param {string} typed
 */
export function tidied(key, typed) {
  return key === 'identity-number' || key === 'credit-code' ? plainNumber(typed) : typed.normalize('NFKC').trim();
}
