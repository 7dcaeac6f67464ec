// What the machine found in a file, as the agent sees it, and which coded reason says the same to the citizen.

import { hasText, t } from '../text/text.js';

/** @typedef {import("../signaling/messages.js").FindingView} FindingView */
/** @typedef {import("../signaling/messages.js").FindingCode} FindingCode */
/** @typedef {import("../signaling/messages.js").FileView} FileView */
/** @typedef {import("../signaling/messages.js").CodedReason} CodedReason */

/**
 * Reasons that obviously say what was found, by their code in the catalogue. What needs a person's look has none: a wrong document may be
 * the right one under another name, and a duplicate may be meant.
 * @type {Partial<Record<FindingCode, string[]>>}
 */
const REASONS = {
  'blurred': ['R-BLUR'],
  'dark': ['R-BLUR'],
  'glare': ['R-BLUR'],
  'cut-corner': ['R-BLUR'],
  'low-resolution': ['R-BLUR'],
  'sideways': ['R-BLUR'],
  'expired': ['R-ID-EXPIRED'],
  // Which of the two an item uses depends on what its papers name: a person or an organisation.
  'name-mismatch': ['R-NAME-USCC', 'R-ID-MISMATCH'],
  'number-mismatch': ['R-NAME-USCC', 'R-ID-MISMATCH'],
  'number-invalid': ['R-NAME-USCC'],
};

/**
 * Codes of the item's reasons that the findings suggest, in the item's order.
 * @param {FileView[]} files
 * @param {CodedReason[]} reasons those the agent can give
 * @returns {string[]}
 */
export function suggestedReasons(files, reasons) {
  const known = new Set(reasons.map(({ code }) => code));
  const wanted = new Set();
  for (const file of files) {
    for (const { code } of file.findings ?? []) {
      const reason = REASONS[code]?.find((candidate) => known.has(candidate));
      if (reason) wanted.add(reason);
    }
  }
  return reasons.map(({ code }) => code).filter((code) => wanted.has(code));
}

/** @param {FileView[]} files */
export const findingCount = (files) => files.reduce((sum, { findings }) => sum + (findings?.length ?? 0), 0);

/**
 * `第2页 照片有点模糊`; the page only where there are several.
 * @param {FindingView} finding
 * @param {FileView} file
 */
export function findingText({ code, page }, { pages = 1 }) {
  // The citizen's sentence says 您; where that would be the agent, there is one of the desk's own.
  const own = `seat.finding.title.${code}`;
  const title = t(hasText(own) ? own : `finding.${code}.title`);
  return page && pages > 1 ? t('seat.finding.on-page', { page, text: title }) : title;
}
