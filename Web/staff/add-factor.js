// Setting up a second factor: codes of an authenticator program, or a passkey. And the recovery codes that come with the first one.

import { h, icon, replaceChildren } from '../elements/dom.js';
import { createField } from '../elements/field.js';
import { qrDrawing } from '../elements/qr.js';
import { t } from '../text/text.js';
import { postJSON } from '../signaling/http.js';
import { makePasskey } from './passkey.js';

const NAME_CHARACTERS = 40;

/** @typedef {{id: string, kind: "totp" | "passkey", name: string, added_at: string, used_at?: string}} SecondFactor */
/**
 * @typedef {{second_factors: SecondFactor[], recovery_codes_left: number, second_factor_required: boolean, password_policy: string,
 *   password_set_at?: string, password_expires_at?: string}} OwnSecurity
 */
/** @typedef {{security: OwnSecurity, recovery_codes?: string[]}} Added */

/** @param {string} value @param {string} [hint] */
function nameField(value, hint = '') {
  return createField(t('security.name'), h('input', { value, maxlength: NAME_CHARACTERS, autocomplete: 'off' }), hint);
}

/** What went wrong where it happened. @param {any} problem @param {Record<string, ReturnType<typeof createField>>} fields @param {HTMLElement} place */
function say(problem, fields, place) {
  const field = fields[problem.field];
  if (!field) return void (place.textContent = problem.message);
  field.say(problem.message);
  field.input.focus();
}

/**
 * Begins to set up codes, and draws what to do.
 * @param {Element} host
 * @param {object} proof the password, where one is asked for
 * @param {(added: Added) => void} done
 * @param {() => void} [leave]
 * @throws {import("../signaling/http.js").RequestError} when it cannot begin
 */
export async function addCode(host, proof, done, leave) {
  const setUp = await postJSON('/staff/security/codes', proof);
  const trouble = h('p', { class: 'field__error', role: 'alert' });
  const name = nameField(t('security.code.usual-name'));
  const code = createField(
    t('security.code.now'),
    h('input', { autocomplete: 'one-time-code', inputmode: 'numeric', maxlength: 16, spellcheck: 'false' }), t('security.code.now-hint'),
  );
  const save = h('button', { class: 'button button--primary', type: 'submit' }, icon('check'), t('security.code.confirm'));
  const submit = async (/** @type {Event} */ event) => {
    event.preventDefault();
    trouble.textContent = '';
    for (const field of [name, code]) field.say('');
    save.disabled = true;
    try {
      done(await postJSON('/staff/security/codes/confirm', { challenge: setUp.challenge, name: name.input.value.trim(), code: code.input.value }));
    } catch (problem) {
      say(problem, { name, code }, trouble);
      /** @type {HTMLInputElement} */ (code.input).select();
    }
    save.disabled = false;
  };
  replaceChildren(
    host,
    h(
      'form',
      { class: 'set-up', novalidate: true, 'aria-label': t('security.code.title'), on: { submit } },
      h('ol', { class: 'set-up__steps' }, h('li', {}, t('security.code.step-program')), h('li', {}, t('security.code.step-scan')), h('li', {}, t('security.code.step-type'))),
      h('div', { class: 'set-up__scan' }, h('div', { class: 'set-up__qr' }, qrDrawing(setUp.rows, t('security.code.qr'))), h(
        'div', {}, h('p', { class: 'small quiet' }, t('security.code.by-hand')), h('output', { class: 'set-up__secret' }, setUp.secret.match(/.{1,4}/g).join(' ')),
      )),
      code.element,
      name.element,
      trouble,
      h('div', { class: 'set-up__buttons' }, save, leave ? h('button', { class: 'button', type: 'button', on: { click: leave } }, t('security.cancel')) : null),
    ),
  );
  code.input.focus();
}

/**
 * Draws the making of a passkey; the browser asks for the finger, the key or the telephone.
 * @param {Element} host
 * @param {object} proof the password, where one is asked for
 * @param {(added: Added) => void} done
 * @param {() => void} [leave]
 */
export function addPasskey(host, proof, done, leave) {
  const trouble = h('p', { class: 'field__error', role: 'alert' });
  const name = nameField(t('security.passkey.usual-name'), t('security.passkey.name-hint'));
  const make = h('button', { class: 'button button--primary', type: 'submit' }, icon('user'), t('security.passkey.make'));
  const submit = async (/** @type {Event} */ event) => {
    event.preventDefault();
    trouble.textContent = '';
    name.say('');
    if (!name.input.value.trim()) {
      name.say(t('security.name-missing'));
      return name.input.focus();
    }
    make.disabled = true;
    try {
      const setUp = await postJSON('/staff/security/passkeys', proof);
      /** @type {object} */
      let made;
      try {
        made = await makePasskey(setUp);
      } catch (refusal) {
        // Declined, too late, or there is one on this device already.
        const isThere = /** @type {Error} */ (refusal).name === 'InvalidStateError';
        throw new Error(t(isThere ? 'security.passkey.is-there' : 'security.passkey.not-made'));
      }
      done(await postJSON('/staff/security/passkeys/confirm', { challenge: setUp.challenge, name: name.input.value.trim(), ...made }));
    } catch (problem) {
      say(problem, { name }, trouble);
    }
    make.disabled = false;
  };
  replaceChildren(
    host,
    h(
      'form',
      { class: 'set-up', novalidate: true, 'aria-label': t('security.passkey.title'), on: { submit } },
      h('p', {}, t('security.passkey.what')),
      name.element,
      trouble,
      h('div', { class: 'set-up__buttons' }, make, leave ? h('button', { class: 'button', type: 'button', on: { click: leave } }, t('security.cancel')) : null),
    ),
  );
  name.input.focus();
}

/**
 * Shows recovery codes, this once.
 * @param {Element} host
 * @param {readonly string[]} codes
 * @param {() => void} done
 */
export function showRecoveryCodes(host, codes, done) {
  const said = h('span', { class: 'small quiet', role: 'status' });
  const list = h('ol', { class: 'recovery' }, codes.map((code) => h('li', {}, h('code', {}, code))));
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(codes.join('\n'));
      said.textContent = t('security.recovery.copied');
    } catch {
      // No clipboard here: selected, they can be copied by hand.
      getSelection()?.selectAllChildren(list);
    }
  };
  const save = () => {
    const url = URL.createObjectURL(new Blob([`${codes.join('\n')}\n`], { type: 'text/plain' }));
    h('a', { href: url, download: 'farwindow-recovery-codes.txt' }).click();
    setTimeout(() => URL.revokeObjectURL(url), 10_000);
  };
  const kept = h('button', { class: 'button button--primary', type: 'button', on: { click: done } }, icon('check'), t('security.recovery.kept'));
  replaceChildren(
    host,
    h(
      'section',
      { class: 'set-up', 'aria-label': t('security.recovery.title') },
      h('h2', {}, t('security.recovery.title')),
      h('p', {}, t('security.recovery.what')),
      list,
      h(
        'div', { class: 'set-up__buttons' },
        kept,
        h('button', { class: 'button', type: 'button', on: { click: copy } }, icon('copy'), t('security.recovery.copy')),
        h('button', { class: 'button', type: 'button', on: { click: save } }, icon('save'), t('security.recovery.save')),
      ),
      said,
    ),
  );
  kept.focus();
}
