// The catalogue as a file: saved for a spreadsheet, and taken in after a look at what would change.

import { h, icon, replaceChildren } from '../../elements/dom.js';
import { announce } from '../../elements/announce.js';
import { t } from '../../text/text.js';
import { getForFile, postFile } from '../../signaling/http.js';
import { drawDifferences } from '../differences.js';
import { badge } from './review.js';

/** By then the browser has taken the bytes. */
const KEPT_MS = 10_000;
/** More lines than anybody reads on a screen. */
const SHOWN_PROBLEMS = 200;

/** @typedef {{row?: number, column?: string, item?: string, path?: string, kind: string, value?: string}} ImportProblem */
/**
 * @typedef {{format: string, digest?: string, counts: {new: number, changed: number, unchanged: number, problems: number},
 *   lines: {code: string, name: string, change: string, from?: number, version: number, differences?: any}[], problems: ImportProblem[]}} Preview
 */

/** @param {'csv' | 'json'} format @param {(sentence: string) => void} failed */
async function exportCatalogue(format, failed) {
  try {
    const url = URL.createObjectURL(await getForFile(`/admin/catalogue-export?format=${format}`));
    h('a', { href: url, download: `catalogue.${format}` }).click();
    setTimeout(() => URL.revokeObjectURL(url), KEPT_MS);
    announce(t('catalogue.exported'));
  } catch (error) {
    failed(/** @type {Error} */ (error).message);
  }
}

/** @param {'csv' | 'json'} format @param {(sentence: string) => void} failed */
export function exportButton(format, failed) {
  return h('button', { class: 'button', on: { click: () => exportCatalogue(format, failed) } }, icon('save'), t(`catalogue.export.${format}`));
}

/** @param {{ taken: () => Promise<unknown> }} context */
export function createImport({ taken }) {
  const input = h('input', { type: 'file', id: 'cat-file', accept: '.csv,.json,text/csv,application/json', class: 'visually-hidden', on: { change: () => input.files?.[0] && look(input.files[0]) } });
  const result = h('div', { class: 'cat-preview', 'aria-live': 'polite' });
  const drop = h(
    'div',
    {
      class: 'cat-drop',
      on: {
        dragover: (event) => event.preventDefault(),
        drop: (event) => {
          event.preventDefault();
          const file = event.dataTransfer?.files[0];
          if (file) look(file);
        },
      },
    },
    h('p', {}, t('catalogue.import-drop')),
    input,
    h('label', { class: 'button', for: 'cat-file' }, icon('file'), t('catalogue.import-choose')),
  );
  const dialog = h(
    'dialog',
    { class: 'drawer drawer--wide', 'aria-labelledby': 'cat-import-title' },
    h(
      'div',
      { class: 'drawer__head' },
      h('h2', { id: 'cat-import-title' }, t('catalogue.import')),
      h('button', { class: 'button button--quiet', 'aria-label': t('shared.close'), on: { click: () => dialog.close() } }, icon('cross')),
    ),
    h('div', { class: 'drawer__body' }, h('p', {}, t('catalogue.import-hint')), drop, result),
  );
  let turn = 0;

  function open() {
    turn += 1;
    input.value = '';
    replaceChildren(result);
    dialog.showModal();
  }

  /** @param {File} file */
  async function look(file) {
    turn += 1;
    const mine = turn;
    const type = /\.json$/i.test(file.name) ? 'application/json' : 'text/csv';
    replaceChildren(result, h('p', { class: 'quiet', role: 'status' }, t('catalogue.import-reading', { name: file.name })));
    try {
      const preview = await postFile('/admin/catalogue-import/preview', file, type);
      if (mine === turn) draw(preview, file, type);
    } catch (error) {
      if (mine === turn) replaceChildren(result, h('p', { role: 'alert' }, /** @type {Error} */ (error).message));
    }
  }

  /** @param {Preview} preview @param {File} file @param {string} type @param {string} [problem] */
  function draw(preview, file, type, problem = '') {
    const { counts, digest } = preview;
    const moves = preview.lines.filter((line) => line.change === 'new' || line.change === 'changed');
    const take = h('button', { class: 'button button--primary', on: { click: () => commit(preview, file, type, take) } }, icon('check'), t('catalogue.import-take', { n: moves.length }));
    replaceChildren(
      result,
      problem ? h('p', { class: 'notice notice--warn', role: 'alert' }, icon('warn'), h('span', {}, problem)) : null,
      h('h3', {}, file.name),
      h(
        'p',
        { class: 'cat-counts' },
        badge('good', 'plus', t('catalogue.count.new', { n: counts.new })),
        badge('warn', 'compare', t('catalogue.count.changed', { n: counts.changed })),
        badge('', 'check', t('catalogue.count.unchanged', { n: counts.unchanged })),
        counts.problems > 0 ? badge('bad', 'warn', t('catalogue.count.problems', { n: counts.problems })) : null,
      ),
      preview.problems.length > 0 ? problemTable(preview.problems) : null,
      preview.problems.length > 0
        ? h('p', { class: 'notice notice--warn' }, icon('warn'), h('span', {}, t('catalogue.import-blocked')))
        : moves.length === 0
        ? h('p', { class: 'notice' }, icon('info'), h('span', {}, t('catalogue.import-nothing')))
        : h('div', { class: 'cat-bar' }, digest ? take : null, h('span', { class: 'small quiet' }, t('catalogue.import-take-hint'))),
      moves.map((line) =>
        h(
          'details',
          { class: 'cat-card' },
          h(
            'summary',
            {},
            line.change === 'new' ? badge('good', 'plus', t('catalogue.change.new')) : badge('warn', 'compare', t('catalogue.change.changed', { n: line.version })),
            ' ',
            h('strong', {}, line.name),
            ' ',
            h('span', { class: 'quiet small' }, line.code),
          ),
          line.differences ? drawDifferences(line.differences, line.from ?? 0, line.version) : h('p', {}, t('catalogue.first-version')),
        )
      ),
    );
  }

  /** @param {ImportProblem[]} problems */
  function problemTable(problems) {
    return h(
      'div',
      { class: 'table__scroll', tabindex: '0', role: 'group', 'aria-label': t('catalogue.import-problems') },
      h(
        'table',
        {},
        h('thead', {}, h('tr', {}, ['row', 'column', 'item', 'what'].map((name) => h('th', { scope: 'col', class: 'cat-th' }, t(`catalogue.import-column.${name}`))))),
        h(
          'tbody',
          {},
          problems.slice(0, SHOWN_PROBLEMS).map((one) =>
            h(
              'tr',
              {},
              h('td', { 'data-name': t('catalogue.import-column.row') }, one.row ?? '—'),
              h('td', { 'data-name': t('catalogue.import-column.column') }, one.column ?? one.path ?? '—'),
              h('td', { 'data-name': t('catalogue.import-column.item') }, one.item ?? '—'),
              h('td', { 'data-name': t('catalogue.import-column.what') }, h('span', {}, t(`catalogue.problem.${one.kind}`), one.value ? h('span', { class: 'quiet' }, ` ${one.value}`) : null)),
            )
          ),
        ),
      ),
      problems.length > SHOWN_PROBLEMS ? h('p', { class: 'quiet' }, t('catalogue.import-more', { n: problems.length - SHOWN_PROBLEMS })) : null,
    );
  }

  /** @param {Preview} preview @param {File} file @param {string} type @param {HTMLButtonElement} button */
  async function commit(preview, file, type, button) {
    button.disabled = true;
    try {
      await postFile(`/admin/catalogue-import/commit?digest=${preview.digest}`, file, type);
      announce(t('catalogue.import-done'));
      dialog.close();
      await taken();
    } catch (error) {
      const refused = /** @type {import("../../signaling/http.js").RequestError} */ (error);
      // Nothing was taken; what would happen now is shown in its place.
      draw(refused.details.preview ?? preview, file, type, refused.message);
    }
  }

  return { element: dialog, open };
}
