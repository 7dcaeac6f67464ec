// The few fields of a case, all of them optional; the two numbers are checked while the card is still in the hand.

import { h, icon, replaceChildren } from '../../elements/dom.js';
import { t } from '../../text/text.js';
import { creditCodeFault, identityFault, plainNumber } from '../numbers.js';
import { fieldsFor } from '../questions.js';
import { actionButton } from './pieces.js';

/** @import { App } from '../app.js' */
/** @import { CaseFieldKey } from '../wire.js' */

/** @type {Record<CaseFieldKey, Record<string, string>>} */
const PROPS = {
  'person-name': { autocomplete: 'name', maxlength: '100' },
  'identity-number': { autocomplete: 'off', autocapitalize: 'characters', spellcheck: 'false', maxlength: '30' },
  'organisation-name': { autocomplete: 'organization', maxlength: '100' },
  'credit-code': { autocomplete: 'off', autocapitalize: 'characters', spellcheck: 'false', maxlength: '30' },
  'telephone': { type: 'tel', autocomplete: 'tel', inputmode: 'tel', maxlength: '20' },
};
/** @type {Partial<Record<CaseFieldKey, (text: string) => string | null>>} */
const CHECKS = { 'identity-number': identityFault, 'credit-code': creditCodeFault };

/**
 * @param {App} app
 * @param {{ onDone: () => void }} options
 */
export function formView(app, { onDone }) {
  const { ticket, items, matter } = app.state;
  const item = ticket ? items[ticket.item.code] : undefined;
  const fields = fieldsFor(item && item !== 'missing' ? item.applicants : []).map((key) =>
    field(key, matter?.fields.find((one) => one.key === key)?.value ?? ''));

  async function submit() {
    const wrong = fields.filter((one) => !one.check());
    if (wrong.length > 0) return wrong[0].input.focus();
    await app.work.enterFields(fields.filter((one) => one.value() !== one.was).map((one) => ({ key: one.key, value: one.value() })));
    onDone();
  }
  const next = actionButton({ label: t('handIn.form.next'), class: 'button button--primary button--large button--block', act: submit });
  return h('form', {
    class: 'stack', novalidate: true,
    on: { submit: (/** @type {Event} */ event) => { event.preventDefault(); next.querySelector('button')?.click(); } },
  },
    fields.map((one) => one.node),
    next,
    actionButton({
      label: t('handIn.form.skip'), class: 'button button--quiet button--block',
      act: async () => {
        await app.work.enterFields([]);
        onDone();
      },
    }),
    h('button', { type: 'submit', class: 'visually-hidden', tabindex: '-1', 'aria-hidden': 'true' }));
}

/**
 * @param {CaseFieldKey} key
 * @param {string} was
 */
function field(key, was) {
  const fault = CHECKS[key];
  // Its room is there from the beginning, so that nothing moves while one types.
  const said = h('p', { class: ['case-form__said small', fault && 'case-form__said--room'], id: `${key}-said`, 'aria-live': 'polite' });
  const input = h('input', { id: key, name: key, value: was, 'aria-describedby': `${key}-said`, ...PROPS[key] });
  const value = () => fault ? plainNumber(input.value) : input.value.trim();

  /** @returns {boolean} whether it may go as it is */
  function check() {
    const problem = fault && value() ? fault(value()) : null;
    said.classList.toggle('case-form__said--bad', problem !== null);
    if (problem) input.setAttribute('aria-invalid', 'true');
    else input.removeAttribute('aria-invalid');
    replaceChildren(said, problem
      ? [icon('warn'), ' ', t(`handIn.form.${key}.${problem}`)]
      : fault && value() ? [icon('check'), ' ', t('handIn.form.good')] : hintOf(key));
    return problem === null;
  }
  // On the spot: at the last character, and when the field is left; never in the middle of typing.
  input.addEventListener('input', () => {
    if (fault && (value().length >= 18 || input.getAttribute('aria-invalid'))) check();
  });
  input.addEventListener('change', check);
  if (was) check();
  else replaceChildren(said, hintOf(key));
  return {
    key, was, input, value, check,
    node: h('div', { class: 'field' }, h('label', { for: key }, t(`handIn.field.${key}`)), input, said),
  };
}

/** @param {CaseFieldKey} key */
function hintOf(key) {
  return CHECKS[key] ? t(`handIn.form.${key}.hint`) : '';
}
