// A labelled field that says beside itself what is wrong with it.

import { h, icon, replaceChildren } from '../elements/dom.js';

let count = 0;

/**
 * @param {string} label
 * @param {HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement} input
 * @param {string} [hint]
 */
export function createField(label, input, hint = '') {
  count += 1;
  input.id ||= `field-${count}`;
  const error = h('p', { class: 'field__error', id: `${input.id}-error` });
  const hintLine = hint ? h('p', { class: 'field__hint', id: `${input.id}-hint` }, hint) : null;
  input.setAttribute('aria-describedby', `${hintLine ? `${hintLine.id} ` : ''}${error.id}`);
  return {
    input,
    element: h('div', { class: 'field' }, h('label', { for: input.id }, label), hintLine, input, error),
    /** @param {string} sentence nothing when all is well */
    say(sentence) {
      replaceChildren(error, sentence ? [icon('warn'), h('span', {}, sentence)] : null);
      if (sentence) input.setAttribute('aria-invalid', 'true');
      else input.removeAttribute('aria-invalid');
    },
  };
}
