// Whoever signed in with a one-time password, or one that has expired, chooses one of their own before anything else.

import { h, replaceChildren } from '../elements/dom.js';
import { t } from '../text/text.js';
import { postJSON } from '../signaling/http.js';

const SHORTEST = 10;
const LONGEST = 128;

/**
 * Shows the form until a password is chosen.
 * @param {Element} root
 * @param {{account: string, name: string, password_policy: string}} staff
 * @param {string} current the password that they came in with
 * @returns {Promise<import("./staff-sign-in.js").StaffMember>}
 */
export function chooseOwnPassword(root, staff, current) {
  return new Promise((resolve) => {
    const field = (/** @type {string} */ id, /** @type {string} */ label, /** @type {string} */ hint) => {
      const error = h('p', { class: 'field__error', id: `${id}-error`, role: 'alert' });
      const input = h('input', {
        id, type: 'password', autocomplete: 'new-password', required: true, maxlength: LONGEST,
        'aria-describedby': `${hint ? `${id}-hint ` : ''}${id}-error`,
      });
      return {
        input,
        element: h(
          'div', { class: 'field' }, h('label', { for: id }, label), hint ? h('p', { class: 'field__hint', id: `${id}-hint` }, hint) : null,
          input, error,
        ),
        /** @param {string} sentence */
        say(sentence) {
          error.textContent = sentence;
          if (!sentence) return input.removeAttribute('aria-invalid');
          input.setAttribute('aria-invalid', 'true');
          input.focus();
        },
      };
    };
    const wanted = field('new-password', t('seat.password.new'), t(`security.password.hint.${staff.password_policy}`, { n: SHORTEST }));
    const again = field('new-password-again', t('seat.password.again'), '');
    const button = h('button', { class: 'button button--primary button--block', type: 'submit' }, t('seat.password.submit'));
    const submit = async (/** @type {Event} */ event) => {
      event.preventDefault();
      wanted.say('');
      again.say('');
      const password = wanted.input.value;
      if ([...password].length < SHORTEST) return wanted.say(t('seat.password.short', { n: SHORTEST }));
      if (password === current || password === staff.account) return wanted.say(t('seat.password.same'));
      if (password !== again.input.value) return again.say(t('seat.password.differs'));
      button.disabled = true;
      try {
        resolve(await postJSON('/staff/password', { current_password: current, new_password: password }));
      } catch (problem) {
        wanted.say(/** @type {Error} */ (problem).message);
      } finally {
        button.disabled = false;
      }
    };
    replaceChildren(
      root,
      h(
        'main',
        { class: 'sign-in' },
        h(
          'form',
          { class: 'card sign-in__card', novalidate: true, on: { submit } },
          h('p', { class: 'sign-in__brand' }, t('shared.app'), h('span', { class: 'quiet' }, t('shared.tagline'))),
          h('h1', {}, t('seat.password.title')),
          h('p', { class: 'quiet' }, t('seat.password.lead', { name: staff.name })),
          // Password managers store it under this name.
          h('input', { type: 'text', class: 'visually-hidden', autocomplete: 'username', value: staff.account, readonly: true, tabindex: '-1', 'aria-hidden': 'true' }),
          wanted.element,
          again.element,
          button,
        ),
      ),
    );
    wanted.input.focus();
  });
}
