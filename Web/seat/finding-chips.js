// What the machine says of a file, as chips over it. A chip that is about one page opens that page.

import { h, icon } from '../elements/dom.js';
import { t } from '../text/text.js';
import { findingText } from './findings.js';

/**
 * @param {import("../signaling/messages.js").FileView} file
 * @param {(page: number) => void} goTo
 */
export function findingChips(file, goTo) {
  const findings = file.findings ?? [];
  return [
    findings.map((finding) => {
      // A photograph is one page, and it is open already.
      const page = (file.pages ?? 1) > 1 ? finding.page : undefined;
      return h(
        'li',
        {},
        h(
          page ? 'button' : 'span',
          {
            class: 'badge badge--warn viewer__finding',
            // The sentence that the citizen is given for it: what to do.
            title: t(`finding.${finding.code}.do`),
            on: page ? { click: () => goTo(page) } : {},
          },
          icon('warn'),
          findingText(finding, file),
        ),
      );
    }),
    file.check === 'pending' ? chip('accent', 'clock', t('seat.finding.pending')) : null,
    file.check === 'done' && findings.length === 0 ? chip('good', 'check', t('seat.finding.none')) : null,
    file.still_id ? chip('accent', 'photo', t('seat.viewer.is-still')) : null,
  ];
}

/** @param {string} tone @param {string} drawing @param {string} text */
function chip(tone, drawing, text) {
  return h('li', {}, h('span', { class: ['badge', `badge--${tone}`] }, icon(drawing), text));
}
