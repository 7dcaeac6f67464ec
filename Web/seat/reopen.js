// Opens a material again that an earlier visit accepted. The citizen relied on that, so they are told why.

import { h, icon } from '../elements/dom.js';
import { t } from '../text/text.js';
import { limits } from '../signaling/messages.js';
import { keycap } from './keyboard.js';

/**
 * @param {import("../signaling/messages.js").MaterialEntryView} entry
 * @param {(reason: string) => Promise<boolean>} reopen
 */
export function openReopen(entry, reopen) {
  const reason = h('input', { id: 'reopen-reason', maxlength: limits.note_characters, placeholder: t('seat.reopen.hint') });
  const problem = h('p', { class: 'field__error', role: 'alert' });
  const confirm = h('button', { class: 'button button--primary', type: 'submit' }, t('seat.reopen.confirm'), keycap('Enter'));
  const submit = async (/** @type {Event} */ event) => {
    event.preventDefault();
    const words = reason.value.trim();
    if (!words) {
      problem.textContent = t('seat.reopen.missing');
      return reason.focus();
    }
    confirm.disabled = true;
    if (await reopen(words)) return dialog.close();
    confirm.disabled = false;
    problem.textContent = t('seat.reopen.failed');
  };
  const dialog = h(
    'dialog',
    { class: 'card conclude', 'aria-labelledby': 'reopen-title' },
    h(
      'form',
      { class: 'conclude__form', on: { submit } },
      h('h2', { id: 'reopen-title' }, icon('rotate'), ' ', t('seat.reopen.title', { material: entry.material.name })),
      h('p', { class: 'quiet' }, t('seat.reopen.body', { version: entry.accepted_in ?? 1 })),
      h('div', { class: 'field' }, h('label', { for: 'reopen-reason' }, t('seat.reopen.reason')), reason),
      problem,
      h(
        'div',
        { class: 'conclude__buttons' },
        h('button', { class: 'button', type: 'button', on: { click: () => dialog.close() } }, t('seat.conclude.back')),
        confirm,
      ),
    ),
  );
  dialog.addEventListener('close', () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  reason.focus();
}
