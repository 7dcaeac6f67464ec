// Asks for the password once more, before something changes that protects the account.

import { h, replaceChildren } from '../elements/dom.js';
import { createField } from '../elements/field.js';
import { t } from '../text/text.js';

/**
 * @param {{title?: string, what?: string, confirm?: string, isDangerous?: boolean}} [question]
 * @returns {Promise<{current_password: string} | null>} null: the person thought better of it
 */
export function prove({ title = t('security.prove-title'), what = t('security.prove-what'), confirm = t('security.go-on'), isDangerous = false } = {}) {
  return new Promise((resolve) => {
    const before = /** @type {HTMLElement | null} */ (document.activeElement);
    const field = createField(t('security.current-password'), h('input', { type: 'password', autocomplete: 'current-password', maxlength: 128 }));
    const submit = (/** @type {Event} */ event) => {
      event.preventDefault();
      if (!field.input.value) {
        field.say(t('seat.sign-in.password-missing'));
        return field.input.focus();
      }
      dialog.close('yes');
    };
    const dialog = h('dialog', { class: 'card', 'aria-labelledby': 'prove-title' });
    replaceChildren(dialog, h(
      'form', { class: 'ask', novalidate: true, on: { submit } },
      h('h2', { id: 'prove-title' }, title), h('p', {}, what), field.element,
      h(
        'div', { class: 'confirm__buttons' }, h('button', { class: 'button', type: 'button', on: { click: () => dialog.close() } }, t('security.cancel')),
        h('button', { class: ['button', isDangerous ? 'button--danger' : 'button--primary'], type: 'submit' }, confirm),
      ),
    ));
    dialog.addEventListener('close', () => {
      dialog.remove();
      if (before?.isConnected) before.focus();
      resolve(dialog.returnValue === 'yes' ? { current_password: field.input.value } : null);
    });
    document.body.append(dialog);
    dialog.showModal();
    field.input.focus();
  });
}
