// Whoever has no second factor where one is required sets one up before anything else.

import { h, icon, replaceChildren } from '../elements/dom.js';
import { t } from '../text/text.js';
import { getJSON } from '../signaling/http.js';
import { addCode, addPasskey, showRecoveryCodes } from './add-factor.js';
import { arePasskeysPossible } from './passkey.js';

/**
 * Shows it until one is set up.
 * @param {Element} root
 * @returns {Promise<import("../seat/staff-sign-in.js").StaffMember>}
 */
export function enrolSecondFactor(root) {
  return new Promise((resolve, reject) => {
    const place = h('div', {});
    const done = async (/** @type {import("./add-factor.js").Added} */ added) => {
      const goOn = () => getJSON('/staff/me').then(resolve, reject);
      if (!added.recovery_codes) return await goOn();
      lead.hidden = true;
      showRecoveryCodes(place, added.recovery_codes, goOn);
    };
    const trouble = h('p', { class: 'field__error', role: 'alert' });
    const choose = () => {
      const code = h('button', {
        class: 'button button--primary button--block', type: 'button',
        on: {
          async click() {
            trouble.textContent = '';
            try { await addCode(place, {}, done, choose); } catch (problem) { trouble.textContent = /** @type {Error} */ (problem).message; }
          },
        },
      }, icon('phone-hand'), t('security.add-code'));
      const passkey = h('button', { class: 'button button--block', type: 'button', on: { click: () => addPasskey(place, {}, done, choose) } }, icon('user'), t('security.add-passkey'));
      replaceChildren(place, h('div', { class: 'set-up' }, code, h('p', { class: 'small quiet' }, t('security.add-code-what')), arePasskeysPossible()
        ? [passkey, h('p', { class: 'small quiet' }, t('security.add-passkey-what'))]
        : null, trouble));
      code.focus();
    };
    const lead = h('p', { class: 'quiet' }, t('security.enrol.lead'));
    replaceChildren(
      root,
      h(
        'main',
        { class: 'sign-in' },
        h(
          'div',
          { class: 'card sign-in__card sign-in__card--wide' },
          h('p', { class: 'sign-in__brand' }, t('shared.app'), h('span', { class: 'quiet' }, t('shared.tagline'))),
          h('h1', {}, t('security.enrol.title')),
          lead,
          place,
        ),
      ),
    );
    choose();
  });
}
