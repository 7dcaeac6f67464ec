// Asks once for what an act needs: its reason, and where to.

import { h, icon, replaceChildren } from '../../elements/dom.js';
import { t } from '../../text/text.js';
import { createField } from '../../elements/field.js';

const REASON_LENGTH = 500;

/**
 * @param {{
 *   title: string, body: string, label: string, confirm: string, isOptional?: boolean, isDanger?: boolean,
 *   targets?: { value: string, text: string }[], act: (words: string, target: string) => Promise<unknown>,
 * }} question `act` is done while the dialog is open; what it throws is said there and nothing written is lost
 */
export function ask({ title, body, label, confirm, isOptional = false, isDanger = false, targets, act }) {
  const words = createField(label, h('textarea', { rows: 2, maxlength: REASON_LENGTH, autofocus: true }));
  const choice = targets ? h('select', { id: 'floor-target' }, targets.map(({ value, text }) => h('option', { value }, text))) : null;
  const failure = h('p', { class: 'notice notice--warn', role: 'alert', hidden: true });
  const yes = h('button', { class: ['button button--block', isDanger ? 'button--danger' : 'button--primary'], type: 'submit' }, confirm);
  const form = h(
    'form',
    { class: 'floor-ask', method: 'dialog', on: { submit } },
    h('h2', { id: 'floor-ask-title' }, title),
    h('p', {}, body),
    choice ? h('div', { class: 'field' }, h('label', { for: 'floor-target' }, t('admin.floor.move.to')), choice) : null,
    words.element,
    failure,
    h('div', { class: 'confirm__buttons' }, h('button', { class: 'button button--block', type: 'button', on: { click: () => dialog.close() } }, t('admin.floor.cancel')), yes),
  );
  const dialog = h('dialog', { class: 'card confirm', 'aria-labelledby': 'floor-ask-title' }, form);

  /** @param {Event} event */
  async function submit(event) {
    event.preventDefault();
    const text = words.input.value.trim();
    words.say(text || isOptional ? '' : t('admin.floor.reason-missing'));
    if (!text && !isOptional) return words.input.focus();
    yes.disabled = true;
    try {
      await act(text, choice?.value ?? '');
      dialog.close();
    } catch (error) {
      yes.disabled = false;
      failure.hidden = false;
      replaceChildren(failure, icon('warn'), h('span', {}, /** @type {Error} */ (error).message));
    }
  }
  words.input.addEventListener('keydown', (event) => {
    const { key, shiftKey, isComposing } = /** @type {KeyboardEvent} */ (event);
    if (key !== 'Enter' || shiftKey || isComposing) return;
    event.preventDefault();
    form.requestSubmit();
  });
  dialog.addEventListener('close', () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}
