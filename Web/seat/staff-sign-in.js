// The staff's sign-in form, for the desk and for administration alike.

import { h, replaceChildren } from '../elements/dom.js';
import { t } from '../text/text.js';
import { getJSON, postJSON } from '../signaling/http.js';

import { enrolSecondFactor } from '../staff/enrol.js';
import { askSecondFactor } from '../staff/second-step.js';
import { chooseOwnPassword } from './own-password.js';

/**
 * @typedef {{name: string, account: string, roles: string[], hall: {id: string, name: string}, administers: {id: string, name: string}[],
 *   must_change_password: boolean, must_add_second_factor: boolean, password_policy: string}} StaffMember
 */

/** @returns {Promise<StaffMember | null>} null when nobody is signed in who may go on */
export async function currentStaff() {
  try {
    const staff = await getJSON('/staff/me');
    // Whoever left at the choice of a password or of a second step begins with the password again.
    return staff.must_change_password || staff.must_add_second_factor ? null : staff;
  } catch (error) {
    if (/** @type {any} */ (error).status === 401) return null;
    throw error;
  }
}

export async function signOutStaff() {
  await postJSON('/staff/sign-out');
}

/** How a sign-in by a provider of identities went; the address is made an ordinary one again. */
function comeBack() {
  const outcome = new URLSearchParams(location.search).get('sign-in');
  if (!outcome || !['done', 'refused', 'expired', 'unavailable'].includes(outcome)) return null;
  history.replaceState(null, '', location.pathname + location.hash);
  return outcome;
}

/** Without an answer there is the form alone. @param {Element} place @param {"agent" | "administrator"} role */
async function offerProviders(place, role) {
  try {
    const { providers } = await getJSON('/identity-providers');
    const page = role === 'agent' ? 'seat' : 'admin';
    replaceChildren(
      place,
      providers.filter((/** @type {{audience: string}} */ one) => one.audience === 'staff').map((/** @type {{id: string, name: string}} */ one) =>
        h(
          'a',
          { class: 'button button--block', href: `/api/v1/oidc/${encodeURIComponent(one.id)}/start?page=${page}` },
          t('seat.sign-in.provider', { name: one.name }),
        )
      ),
    );
  } catch { /* see above */ }
}

/**
 * Shows the form until somebody is signed in.
 * @param {Element} root
 * @param {{title: string, lead: string, role: "agent" | "administrator", roles?: string[], refused?: string, extra?: Node}} options
 *   `roles` one of which is needed; none: anybody may come in
 * @returns {Promise<StaffMember>}
 */
export function signInStaff(root, { title, lead, role, roles = [role], refused = '', extra }) {
  return new Promise((resolve) => {
    const error = h('p', { class: 'field__error', id: 'sign-in-error', role: 'alert' }, refused);
    const account = h('input', {
      id: 'account',
      name: 'account',
      autocomplete: 'username',
      required: true,
      maxlength: 64,
      autocapitalize: 'none',
      spellcheck: 'false',
      'aria-describedby': 'sign-in-error',
    });
    const password = h('input', {
      id: 'password',
      name: 'password',
      type: 'password',
      autocomplete: 'current-password',
      required: true,
      maxlength: 128,
      'aria-describedby': 'sign-in-error',
    });
    const button = h(
      'button',
      { class: 'button button--primary button--block', type: 'submit' },
      t('seat.sign-in.submit'),
    );
    const providers = h('div', { class: 'sign-in__providers' });
    const refuse = (/** @type {string} */ sentence, /** @type {HTMLElement} */ field) => {
      error.textContent = sentence;
      field.setAttribute('aria-invalid', 'true');
      field.focus();
    };
    const submit = async (/** @type {Event} */ event) => {
      event.preventDefault();
      error.textContent = '';
      for (const field of [account, password]) field.removeAttribute('aria-invalid');
      if (!account.value.trim()) return refuse(t('seat.sign-in.account-missing'), account);
      if (!password.value) return refuse(t('seat.sign-in.password-missing'), password);
      button.disabled = true;
      try {
        let staff = await postJSON('/staff/sign-in', { account: account.value.trim(), password: password.value });
        if (staff.second_factor_required) {
          staff = await askSecondFactor(root, staff);
          if (typeof staff === 'string') return resolve(signInStaff(root, { title, lead, role, roles, refused: staff, extra }));
        }
        if (roles.length === 0 || staff.roles.some((/** @type {string} */ one) => roles.includes(one))) {
          if (staff.must_change_password) staff = await chooseOwnPassword(root, staff, password.value);
          return resolve(staff.must_add_second_factor ? await enrolSecondFactor(root) : staff);
        }
        await signOutStaff();
        resolve(signInStaff(root, { title, lead, role, roles, refused: t(`seat.sign-in.not-${role}`), extra }));
      } catch (problem) {
        const { message, code, retryAfterMs } = /** @type {any} */ (problem);
        // The sentence of too many tries says by itself how long.
        const wait = retryAfterMs && code !== 'rate_limited' ? t('seat.sign-in.retry-after', { seconds: Math.ceil(retryAfterMs / 1000) }) : '';
        refuse(message + wait, password);
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
          h('h1', {}, title),
          h('p', { class: 'quiet' }, lead),
          h('div', { class: 'field' }, h('label', { for: 'account' }, t('seat.sign-in.account')), account),
          h('div', { class: 'field' }, h('label', { for: 'password' }, t('seat.sign-in.password')), password),
          error,
          button,
          providers,
          extra ?? null,
        ),
      ),
    );
    account.focus();
    const outcome = comeBack();
    if (outcome && outcome !== 'done') error.textContent = t(`seat.sign-in.provider-${outcome}`);
    offerProviders(providers, role);
  });
}
