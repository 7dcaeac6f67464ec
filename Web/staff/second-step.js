// The second step of a sign-in: a code, a passkey or a recovery code.

import { h, icon, replaceChildren } from '../elements/dom.js';
import { createField } from '../elements/field.js';
import { t } from '../text/text.js';
import { postJSON } from '../signaling/http.js';
import { arePasskeysPossible, usePasskey } from './passkey.js';

/**
 * @typedef {{second_factor_required: true, methods: ("totp" | "passkey" | "recovery-code")[], challenge: string, expires_at: string,
 *   passkey?: {challenge: string, relying_party: string, credentials: string[]}}} SecondFactorRequest
 */

/** What is typed for each way. */
const TYPED = { totp: 'code', 'recovery-code': 'recovery_code' };

/**
 * Asks until the second step is done.
 * @param {Element} root
 * @param {SecondFactorRequest} request
 * @returns {Promise<import("../seat/staff-sign-in.js").StaffMember | string>} a sentence when the sign-in must begin again, empty when the person chose so
 */
export function askSecondFactor(root, request) {
  return new Promise((resolve) => {
    /** @type {"totp" | "recovery-code"} */
    let way = request.methods.includes('totp') ? 'totp' : 'recovery-code';
    const mayType = request.methods.includes('totp') || request.methods.includes('recovery-code');
    const { passkey } = request;
    const mayTouch = passkey !== undefined && arePasskeysPossible();

    /** @param {object} proof @param {(sentence: string) => void} say */
    const send = async (proof, say) => {
      try {
        resolve(await postJSON('/staff/second-factor', { challenge: request.challenge, ...proof }));
      } catch (problem) {
        const { code, message, retryAfterMs } = /** @type {any} */ (problem);
        // What a passkey was asked is asked once; and some steps took too long.
        if (code === 'second_factor_expired' || ('passkey' in proof && code === 'second_factor_refused')) return resolve(message);
        say(message + (retryAfterMs ? t('seat.sign-in.retry-after', { seconds: Math.ceil(retryAfterMs / 1000) }) : ''));
      }
    };

    const touchError = h('p', { class: 'field__error', role: 'alert' });
    const touch = h('button', {
      class: ['button button--block', !mayType && 'button--primary'], type: 'button',
      on: {
        async click() {
          if (!passkey) return;
          touch.disabled = true;
          touchError.textContent = '';
          try {
            const used = await usePasskey(passkey);
            await send({ passkey: used }, (sentence) => { touchError.textContent = sentence; });
          } catch {
            // Declined or too late: nothing has happened.
            touchError.textContent = t('security.passkey.not-used');
          }
          touch.disabled = false;
        },
      },
    }, icon('user'), t('security.second-step.use-passkey'));

    const draw = () => {
      const isCode = way === 'totp';
      const field = createField(
        t(isCode ? 'security.second-step.code' : 'security.second-step.recovery-code'),
        h('input', {
          id: 'second-code', autocomplete: 'one-time-code', inputmode: isCode ? 'numeric' : 'text', maxlength: 32, autocapitalize: 'none', spellcheck: 'false',
        }),
        t(isCode ? 'security.second-step.code-hint' : 'security.second-step.recovery-code-hint'),
      );
      const go = h('button', { class: 'button button--primary button--block', type: 'submit' }, t('security.second-step.submit'));
      const submit = async (/** @type {Event} */ event) => {
        event.preventDefault();
        field.say('');
        if (!mayType) return;
        if (!field.input.value.trim()) {
          field.say(t('security.second-step.missing'));
          return field.input.focus();
        }
        go.disabled = true;
        await send({ [TYPED[way]]: field.input.value }, (sentence) => {
          field.say(sentence);
          /** @type {HTMLInputElement} */ (field.input).select();
        });
        go.disabled = false;
      };
      const other = request.methods.includes('totp') && request.methods.includes('recovery-code')
        ? h('button', {
          class: 'button button--quiet button--block', type: 'button',
          on: { click() { way = isCode ? 'recovery-code' : 'totp'; draw(); } },
        }, t(isCode ? 'security.second-step.use-recovery-code' : 'security.second-step.use-code'))
        : null;
      replaceChildren(
        root,
        h(
          'main',
          { class: 'sign-in' },
          h(
            'form',
            { class: 'card sign-in__card', novalidate: true, on: { submit } },
            h('p', { class: 'sign-in__brand' }, t('shared.app'), h('span', { class: 'quiet' }, t('shared.tagline'))),
            h('h1', {}, t('security.second-step.title')),
            h('p', { class: 'quiet' }, t('security.second-step.lead')),
            mayType ? [field.element, go] : null,
            mayTouch ? [touch, touchError] : null,
            other,
            h('button', { class: 'button button--quiet button--block', type: 'button', on: { click: () => resolve('') } }, t('security.second-step.back')),
          ),
        ),
      );
      (mayType ? field.input : touch).focus();
    };
    draw();
  });
}
