// Questions that are asked once, and the one-time password that is shown once.

import { h, icon, replaceChildren } from '../../elements/dom.js';
import { announce } from '../../elements/announce.js';
import { t } from '../../text/text.js';

let count = 0;

/**
 * Asks once. The dialog stays while the act is refused, and says why.
 * @param {{
 *   title: string, what: string, confirm: string, extra?: import("../../elements/dom.js").Child, isDangerous?: boolean,
 *   act: () => Promise<void>, refused?: (problem: any) => boolean,
 * }} question `refused` returns true when it has said itself what is wrong
 */
export function ask({ title, what, confirm, extra, isDangerous = false, act, refused }) {
  count += 1;
  const id = `ask-${count}`;
  const trouble = h('p', { class: 'field__error', role: 'alert' });
  const button = h('button', { class: ['button', isDangerous ? 'button--danger' : 'button--primary'], type: 'submit' }, confirm);
  const submit = async (/** @type {Event} */ event) => {
    event.preventDefault();
    button.disabled = true;
    trouble.textContent = '';
    try {
      await act();
      dialog.close();
    } catch (problem) {
      if (!refused?.(problem)) trouble.textContent = /** @type {Error} */ (problem).message;
    } finally {
      button.disabled = false;
    }
  };
  const dialog = h(
    'dialog',
    { class: 'card', 'aria-labelledby': id },
    h(
      'form',
      { class: 'people__ask', on: { submit } },
      h('h2', { id }, title),
      h('p', {}, what),
      extra,
      trouble,
      h('div', { class: 'confirm__buttons' }, h('button', { class: 'button', type: 'button', on: { click: () => dialog.close() } }, t('admin.people.cancel')), button),
    ),
  );
  show(dialog);
  return dialog;
}

/** @param {string} name @param {string} password */
export function showPassword(name, password) {
  count += 1;
  const id = `password-${count}`;
  const said = h('span', { class: 'small quiet', role: 'status' });
  const word = h('output', { class: 'people__password' }, password);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(password);
    } catch {
      // No clipboard on plain http: selected, it can be copied by hand.
      getSelection()?.selectAllChildren(word);
      return;
    }
    said.textContent = t('admin.people.copied');
  };
  const dialog = h(
    'dialog',
    { class: 'card', 'aria-labelledby': id },
    h(
      'div',
      { class: 'people__ask' },
      h('h2', { id }, t('admin.people.password-title', { name })),
      h('p', {}, t('admin.people.password-what')),
      h('p', { class: 'people__secret' }, word, h('button', { class: 'button', type: 'button', on: { click: copy } }, icon('copy'), t('admin.people.copy'))),
      said,
      h('button', { class: 'button button--primary', type: 'button', on: { click: () => dialog.close() } }, t('admin.people.done')),
    ),
  );
  show(dialog);
}

/** @param {HTMLDialogElement} dialog */
function show(dialog) {
  const before = /** @type {HTMLElement | null} */ (document.activeElement);
  dialog.addEventListener('close', () => {
    dialog.remove();
    if (before?.isConnected) before.focus();
  });
  document.body.append(dialog);
  dialog.showModal();
}

/** A sentence where it happened, for eyes and screen readers. @param {HTMLElement} place @param {string} sentence @param {"good" | "warn"} tone */
export function tell(place, sentence, tone) {
  replaceChildren(place, sentence ? h('p', { class: `notice notice--${tone}` }, icon(tone === 'good' ? 'check' : 'warn'), h('span', {}, sentence)) : null);
  announce(sentence);
}
