// What two versions of an item say differently, in words and side by side.

import { h, icon } from '../elements/dom.js';
import { t } from '../text/text.js';

/** @typedef {{text: string, source?: string}} Stated */
/** @typedef {{id: string, name: string, change: string, fields: {field: string, old: string[], new: string[]}[]}} MaterialChange */
/**
 * @typedef {{
 *   fields: {field: string, old: Stated[], new: Stated[]}[],
 *   materials: MaterialChange[],
 *   reasons: {code: string, change: string, old?: string, new?: string}[],
 * }} Differences
 */

/** Sign and tone of a change; the word stands beside it. @type {Record<string, [string, string]>} */
const LOOKS = { added: ['plus', 'good'], removed: ['minus', 'bad'], changed: ['compare', 'warn'] };

/**
 * @param {Differences} differences
 * @param {number} from
 * @param {number} to
 */
export function drawDifferences(differences, from, to) {
  const { fields, materials, reasons } = differences;
  if (fields.length + materials.length + reasons.length === 0) return h('p', {}, t('admin.diff.none'));
  return h(
    'table',
    { class: 'diff' },
    h('caption', {}, t('admin.diff.title', { from, to })),
    h(
      'thead',
      {},
      h(
        'tr',
        {},
        h('th', { scope: 'col' }, t('admin.diff.what')),
        h('th', { scope: 'col' }, t('admin.diff.old', { n: from })),
        h('th', { scope: 'col' }, t('admin.diff.new', { n: to })),
      ),
    ),
    h('tbody', {}, materials.flatMap(materialRows), fields.map(fieldRow), reasons.map(reasonRow)),
  );
}

/** @param {any} what @param {string[]} old @param {string[]} next @param {string} [tone] */
function row(what, old, next, tone = '') {
  return h('tr', { class: tone }, h('th', { scope: 'row' }, what), cell(old, t('admin.diff.old-short')), cell(next, t('admin.diff.new-short')));
}

/** @param {string[]} texts @param {string} name */
function cell(texts, name) {
  if (texts.length === 0) return h('td', { class: 'quiet', 'data-name': name }, t('admin.diff.nothing'));
  return h('td', { 'data-name': name }, texts.length === 1 ? texts[0] : h('ul', {}, texts.map((text) => h('li', {}, text))));
}

/** @param {string} change */
function mark(change) {
  const [drawing, tone] = LOOKS[change] ?? LOOKS.changed;
  return h('span', { class: `badge badge--${tone}` }, icon(drawing), t(`admin.diff.${change}`));
}

/** A material that came or went is one row with what it asks for; a changed one has a row a field. @param {MaterialChange} material */
function materialRows(material) {
  if (material.change !== 'changed') {
    const told = material.fields.filter(({ field }) => !['name', 'source', 'keywords'].includes(field));
    const texts = [material.name, ...told.map(({ field, old, new: next }) => labelled(field, [...old, ...next]))];
    const isAdded = material.change === 'added';
    return [row([t('admin.diff.material'), ' ', mark(material.change)], isAdded ? [] : texts, isAdded ? texts : [])];
  }
  return material.fields.map(({ field, old, new: next }) =>
    row(
      [t('admin.diff.material-field', { name: material.name, field: t(`admin.diff.material.${field}`) }), ' ', mark('changed')],
      words(field, old),
      words(field, next),
    )
  );
}

/** @param {string} field @param {string[]} values */
function labelled(field, values) {
  return t('admin.diff.labelled', { field: t(`admin.diff.material.${field}`), text: words(field, values).join(t('seat.list-separator')) });
}

/** Words of ours become words of the page; the catalogue's own text stays as it is. @param {string} field @param {string[]} values */
function words(field, values) {
  if (field === 'form') return values.map((value) => t(`shared.form.${value}`));
  if (field === 'necessity') return values.map((value) => t(`admin.diff.necessity.${value}`));
  if (field === 'formats') return values.map((value) => value.replace(/^.*\//, '').toUpperCase());
  return values;
}

/** @param {Differences['fields'][number]} change */
function fieldRow({ field, old, new: next }) {
  return row([t(`admin.diff.field.${field}`), ' ', mark('changed')], said(field, old), said(field, next));
}

/** @param {string} field @param {Stated[]} values */
function said(field, values) {
  return values.map(({ text, source }) => {
    if (field === 'kinds') return t(`shared.kind.${text}`);
    if (field === 'mode') return t(`catalogue.mode.${text}`);
    if (field === 'tags') return t(`catalogue.tag.${text}`);
    if (field === 'verified') return t(text === 'true' ? 'admin.verified' : 'admin.unverified');
    return source ? t('admin.diff.sourced', { text, source }) : text;
  });
}

/** @param {Differences['reasons'][number]} reason */
function reasonRow({ code, change, old, new: next }) {
  return row([t('admin.diff.reason', { code }), ' ', mark(change)], old === undefined ? [] : [old], next === undefined ? [] : [next]);
}
