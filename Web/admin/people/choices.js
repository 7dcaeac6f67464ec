// Several of a few words: checkboxes under one heading.

import { h } from '../../elements/dom.js';

/**
 * @param {string} title
 * @param {[value: string, words: string][]} options
 * @param {string[]} chosen
 * @param {string} [hint]
 */
export function createChoices(title, options, chosen, hint) {
  const boxes = options.map(([value]) => h('input', { type: 'checkbox', value, checked: chosen.includes(value) }));
  return {
    element: h(
      'fieldset',
      { class: 'people__choices' },
      h('legend', {}, title),
      hint ? h('p', { class: 'field__hint' }, hint) : null,
      boxes.map((box, index) => h('label', { class: 'people__choice' }, box, options[index][1])),
    ),
    /** @returns {string[]} */
    get chosen() {
      return boxes.filter((box) => box.checked).map((box) => box.value);
    },
  };
}
