import { h, replaceChildren } from './dom.js';

/**
 * Asks once, with what will happen. Esc and a tap beside it mean no. The safe answer has the focus.
 * @param {{ title: string, body: string, confirm: string, cancel: string, danger?: boolean }} question
 * @returns {Promise<boolean>}
 */
export function confirmDialog({ title, body, confirm, cancel, danger = false }) {
  return new Promise((resolve) => {
    const dialog = h('dialog', { class: 'card confirm', 'aria-labelledby': 'confirm-title', 'aria-describedby': 'confirm-body' });
    const close = (/** @type {string} */ answer) => () => dialog.close(answer);
    const no = h('button', { class: 'button button--block', type: 'button', autofocus: true, on: { click: close('no') } }, cancel);
    const yes = h('button', {
      class: ['button button--block', danger ? 'button--danger' : 'button--primary'], type: 'button', on: { click: close('yes') },
    }, confirm);
    replaceChildren(
      dialog,
      h('h2', { id: 'confirm-title' }, title),
      h('p', { id: 'confirm-body' }, body),
      h('div', { class: 'confirm__buttons' }, no, yes),
    );
    dialog.addEventListener('click', (event) => { if (event.target === dialog) dialog.close('no'); });
    dialog.addEventListener('close', () => {
      dialog.remove();
      resolve(dialog.returnValue === 'yes');
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}
