// Changing one's own password.

import { h, replaceChildren } from '../elements/dom.js';
import { createField } from '../elements/field.js';
import { t } from '../text/text.js';
import { postJSON } from '../signaling/http.js';

const SHORTEST = 10;
const LONGEST = 128;

/**
 * @param {Element} host
 * @param {{account: string, password_policy: string}} staff
 * @param {(isChanged: boolean) => void} done
 */
export function changePassword(host, staff, done) {
  const field = (/** @type {string} */ label, /** @type {string} */ autocomplete, hint = '') =>
    createField(label, h('input', { type: 'password', autocomplete, maxlength: LONGEST }), hint);
  const current = field(t('security.current-password'), 'current-password');
  const wanted = field(t('seat.password.new'), 'new-password', t(`security.password.hint.${staff.password_policy}`, { n: SHORTEST }));
  const again = field(t('seat.password.again'), 'new-password');
  const trouble = h('p', { class: 'field__error', role: 'alert' });
  const save = h('button', { class: 'button button--primary', type: 'submit' }, t('security.password.change'));
  const refuse = (/** @type {ReturnType<typeof createField>} */ where, /** @type {string} */ sentence) => {
    where.say(sentence);
    where.input.focus();
  };
  const submit = async (/** @type {Event} */ event) => {
    event.preventDefault();
    trouble.textContent = '';
    for (const one of [current, wanted, again]) one.say('');
    if (!current.input.value) return refuse(current, t('seat.sign-in.password-missing'));
    if ([...wanted.input.value].length < SHORTEST) return refuse(wanted, t('seat.password.short', { n: SHORTEST }));
    if (wanted.input.value !== again.input.value) return refuse(again, t('seat.password.differs'));
    save.disabled = true;
    try {
      await postJSON('/staff/password', { current_password: current.input.value, new_password: wanted.input.value });
      return done(true);
    } catch (problem) {
      const { field: name, message } = /** @type {any} */ (problem);
      if (name === 'current_password') refuse(current, message);
      else if (name === 'new_password') refuse(wanted, message);
      else trouble.textContent = message;
    } finally {
      save.disabled = false;
    }
  };
  replaceChildren(host, h(
    'form', { class: 'set-up', novalidate: true, 'aria-label': t('security.password.change'), on: { submit } },
    h('h2', { id: 'password-title' }, t('security.password')),
    // Password managers store it under this name.
    h('input', { type: 'text', class: 'visually-hidden', autocomplete: 'username', value: staff.account, readonly: true, tabindex: '-1', 'aria-hidden': 'true' }),
    current.element, wanted.element, again.element, trouble,
    h('div', { class: 'set-up__buttons' }, save, h('button', { class: 'button', type: 'button', on: { click: () => done(false) } }, t('security.cancel'))),
  ));
  current.input.focus();
}
