// Fields of the editor: each knows its path in the item, writes one change when it is left, and has room for what is wrong with it.

import { h } from '../../elements/dom.js';
import { t } from '../../text/text.js';

/** @typedef {import("./draft.js").CatalogueItem} CatalogueItem */
/**
 * @typedef {object} Field
 * @property {string} path in the item, as the server names it
 * @property {string} label
 * @property {string} [hint]
 * @property {boolean} [wide]
 */
/** @typedef {(edit: (item: CatalogueItem) => void) => void} Change */

let count = 0;

/** @param {Field} field @param {(id: string) => HTMLElement} control */
function framed({ path, label, hint, wide }, control) {
  count += 1;
  const id = `cat-${count}`;
  const input = control(id);
  input.setAttribute('aria-describedby', `${id}-error`);
  input.dataset.path = path;
  return h(
    'div',
    { class: ['field', wide && 'cat-wide'] },
    h('label', { for: id }, label),
    hint ? h('span', { class: 'field__hint' }, hint) : null,
    input,
    h('span', { class: 'field__error', id: `${id}-error`, 'data-problem': path }),
  );
}

/**
 * @param {Field & {value: string | undefined, write: (item: any, value: string | undefined) => void, rows?: number, change: Change, type?: string,
 *   list?: string, readonly?: boolean, limit?: number}} field an empty one is written as undefined
 */
export function textField(field) {
  const write = (/** @type {Event} */ event) => {
    const value = /** @type {HTMLInputElement} */ (event.target).value.trim();
    field.change((item) => field.write(item, value === '' ? undefined : value));
  };
  return framed(field, (id) =>
    field.rows
      ? h('textarea', { id, rows: field.rows, value: field.value ?? '', maxlength: field.limit ?? 2000, on: { change: write } })
      : h('input', {
        id,
        type: field.type ?? 'text',
        value: field.value ?? '',
        list: field.list,
        maxlength: field.limit ?? 2000,
        readonly: field.readonly === true,
        autocomplete: 'off',
        on: { change: write },
      }));
}

/** @param {Field & {value: string | undefined, options: [string, string][], write: (item: any, value: string) => void, change: Change}} field */
export function selectField(field) {
  const known = field.options.some(([value]) => value === field.value);
  return framed(field, (id) =>
    h(
      'select',
      { id, on: { change: (event) => field.change((item) => field.write(item, event.target.value)) } },
      known ? null : h('option', { value: field.value ?? '', selected: true }, field.value || t('catalogue.choose')),
      field.options.map(([value, words]) => h('option', { value, selected: value === field.value }, words)),
    ));
}

/** Several of a few. @param {Field & {value: string[] | undefined, options: [string, string][], write: (item: any, values: string[]) => void, change: Change}} field */
export function choicesField(field) {
  const chosen = new Set(field.value ?? []);
  return h(
    'fieldset',
    { class: ['field', field.wide && 'cat-wide'] },
    h('legend', { class: 'field__label' }, field.label),
    field.hint ? h('span', { class: 'field__hint' }, field.hint) : null,
    h(
      'div',
      { class: 'cat-choices' },
      field.options.map(([value, words]) =>
        h(
          'label',
          { class: 'cat-choice' },
          h('input', {
            type: 'checkbox',
            checked: chosen.has(value),
            'data-path': `${field.path}/${value}`,
            on: {
              change: (event) => {
                if (event.target.checked) chosen.add(value);
                else chosen.delete(value);
                field.change((item) => field.write(item, field.options.map(([one]) => one).filter((one) => chosen.has(one))));
              },
            },
          }),
          words,
        )
      ),
    ),
    h('span', { class: 'field__error', 'data-problem': field.path }),
  );
}
