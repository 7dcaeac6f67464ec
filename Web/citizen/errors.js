// What went wrong, as a code for the page and a sentence for the person.

import { t } from '../text/text.js';

/** @param {unknown} error */
export function codeOf(error) {
  return /** @type {{ code?: string }} */ (error)?.code ?? '';
}

/** @param {unknown} error */
export function sentenceOf(error) {
  const { code, message } = /** @type {{ code?: string, message?: string }} */ (error) ?? {};
  return code && message ? message : t('citizen.trouble.unknown');
}
