// The catalogue: every item with its versions, drafts and halls; where it is edited, published, withdrawn, taken out and taken in.

import { h, icon, replaceChildren } from '../../elements/dom.js';
import { t } from '../../text/text.js';
import { getJSON } from '../../signaling/http.js';
import { createTable } from '../table.js';
import { openEditor } from './editor.js';
import { createImport, exportButton } from './files.js';
import { badge, createReview, since } from './review.js';
import { filtered, ordered, rowsOf, STATES, statesOf } from './rows.js';

/** @typedef {import("./rows.js").Row} Row */
/** @typedef {import("./rows.js").Adoption} Adoption */

const REFRESH_MS = 5_000;
const CODE = /^[A-Za-z0-9._-]{1,64}$/;
const TAGS = ['cross-province', 'in-province', 'in-city', 'video'];

/** Sign and tone of a state; the word stands beside it. @type {Record<string, [string, string]>} */
const LOOKS = { adopted: ['good', 'check'], newer: ['accent', 'info'], 'not-used': ['', 'minus'], coming: ['accent', 'clock'], draft: ['warn', 'file'], withdrawn: ['bad', 'pause'], differ: ['warn', 'warn'] };

export const section = {
  id: 'catalogue',
  title: () => t('admin.items'),
  /**
   * @param {HTMLElement} host
   * @param {import("../sections.js").SectionContext} context
   * @returns {() => void} stops it
   */
  open(host, { hall: own }) {
    /** @type {import("./rows.js").Catalogue} */
    let known = { halls: [], own_hall_id: '', today: '', items: [] };
    const wanted = { category: '', tag: '', state: '' };
    let isOpen = true;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    let timer;
    /** Stops the editor while it is open. @type {(() => void) | null} */
    let closeEditor = null;

    /** @param {string} id */
    const hallName = (id) => known.halls.find((hall) => hall.id === id)?.name ?? id;
    const review = createReview({ hallName, hall: own.id, refresh, edit: (row) => edit(row.code, false) });
    const files = createImport({ taken: refresh });
    const marks = h('p', { class: 'marks', role: 'status' });
    const problem = h('p', { class: 'notice notice--warn', role: 'alert', hidden: true });
    const category = filterBox('category', []);
    const tag = filterBox('tag', TAGS.map((one) => [one, t(`catalogue.tag.${one}`)]));
    const state = filterBox('state', STATES.map((one) => [one, t(`catalogue.state.${one}`)]));
    const table = createTable({
      title: t('admin.items'),
      empty: t('admin.items.empty'),
      filter: t('admin.items.filter'),
      hint: t('admin.catalogue.hint'),
      open: (/** @type {Row} */ row) => review.open(row),
      openLabel: (/** @type {Row} */ row) => t('admin.catalogue.open', { name: row.name }),
      columns: [
        { name: t('admin.column.code'), text: (/** @type {Row} */ row) => row.code, cell: (row) => h('span', { class: 'code' }, row.code) },
        {
          name: t('admin.column.item'),
          text: (row) => `${row.name} ${row.tags.map((/** @type {string} */ one) => t(`catalogue.tag.${one}`)).join(' ')}`,
          cell: (row) => h('span', {}, row.name, h('span', { class: 'cat-tags small quiet' }, row.tags.map((/** @type {string} */ one) => h('span', {}, t(`catalogue.tag.${one}`))))),
        },
        { name: t('admin.column.category'), text: (row) => row.category },
        { name: t('admin.column.materials'), text: (row) => String(row.newest?.material_count ?? 0), isNumber: true },
        {
          name: t('admin.column.verified'),
          text: (row) => t(row.verified ? 'admin.verified' : 'admin.unverified'),
          cell: (row) => [row.verified ? badge('good', 'check', t('admin.verified')) : badge('warn', 'warn', t('admin.unverified')), h('div', { class: 'small quiet' }, t('catalogue.sources', { n: row.source_count }))],
        },
        {
          name: t('catalogue.column.state'),
          text: (row) => statesOf(row).map((one) => t(`catalogue.state.${one}`)).join(' '),
          cell: (row) =>
            h('span', { class: 'cat-states' }, statesOf(row).filter((one) => one !== 'differ' && one !== 'newer').map((one) => {
              const [tone, drawing] = LOOKS[one];
              return badge(tone, drawing, t(`catalogue.state.${one}`));
            })),
        },
        {
          name: t('admin.column.own-version'),
          text: (row) => ownText(row),
          cell: (row) => [h('span', {}, ownText(row)), row.own ? h('span', { class: 'small quiet' }, ` ${since(row.own)}`) : null],
        },
        {
          name: t('admin.column.newer'),
          text: (row) => newerText(row),
          cell: (row) => row.own?.newer_exists ? badge('accent', 'info', newerText(row)) : h('span', { class: 'quiet' }, newerText(row)),
        },
        {
          name: t('admin.column.halls'),
          text: (row) => hallsText(row),
          cell: (row) =>
            row.is_uniform
              ? h('span', { class: 'quiet' }, hallsText(row))
              : [badge('warn', 'warn', t('admin.catalogue.differ')), h('ul', { class: 'who small' }, row.adoptions.map((/** @type {Adoption} */ one) => h('li', {}, hallText(one))))],
        },
      ],
    });
    const code = h('input', { class: 'input', id: 'cat-new-code', maxlength: 64, autocomplete: 'off', 'aria-describedby': 'cat-new-error' });
    const codeError = h('span', { class: 'field__error', id: 'cat-new-error', role: 'alert' });
    const fresh = createNewDialog();
    const bar = h(
      'div',
      { class: 'cat-bar cat-bar--list' },
      category.element,
      tag.element,
      state.element,
      h('span', { class: 'cat-space' }),
      h('button', { class: 'button', on: { click: () => fresh.showModal() } }, icon('plus'), t('catalogue.new')),
      h('button', { class: 'button', on: { click: files.open } }, icon('file'), t('catalogue.import')),
      exportButton('csv', fail),
      exportButton('json', fail),
    );
    const listing = h('div', { class: 'cat-listing' }, problem, table.element);
    const editing = h('div', { hidden: true });
    table.element.querySelector('.section-head')?.after(marks, bar);
    replaceChildren(host, listing, editing, review.element, files.element, fresh);

    /** @param {'category' | 'tag' | 'state'} name @param {[string, string][]} options */
    function filterBox(name, options) {
      const select = h('select', {
        class: 'input',
        'aria-label': t(`catalogue.filter.${name}`),
        on: {
          change: () => {
            wanted[name] = select.value;
            show();
          },
        },
      });
      const set = (/** @type {[string, string][]} */ entries) =>
        replaceChildren(select, [['', t(`catalogue.filter.${name}`)], ...entries].map(([value, words]) => h('option', { value, selected: value === wanted[name] }, words)));
      set(options);
      return { element: select, set };
    }

    function createNewDialog() {
      const dialog = h(
        'dialog',
        { class: 'card cat-new', 'aria-labelledby': 'cat-new-title' },
        h('h2', { id: 'cat-new-title' }, t('catalogue.new')),
        h('div', { class: 'field' }, h('label', { for: 'cat-new-code' }, t('catalogue.new-code')), h('span', { class: 'field__hint' }, t('catalogue.new-code-hint')), code, codeError),
        h('div', { class: 'confirm__buttons' }, h('button', { class: 'button', on: { click: () => dialog.close() } }, t('catalogue.not-now')), h('button', { class: 'button button--primary', on: { click: begin } }, t('catalogue.new-begin'))),
      );
      code.addEventListener('keydown', (event) => {
        if (event.key === 'Enter' && !event.isComposing) begin();
      });
      return dialog;
    }

    function begin() {
      const chosen = code.value.trim();
      const wrong = !CODE.test(chosen) ? t('catalogue.problem.not-a-code') : known.items.some((item) => item.code === chosen) ? t('catalogue.new-taken') : '';
      replaceChildren(codeError, wrong ? [icon('warn'), wrong] : null);
      code.setAttribute('aria-invalid', String(wrong !== ''));
      if (wrong) return;
      code.value = '';
      fresh.close();
      edit(chosen, true);
    }

    /** @param {string} chosen @param {boolean} isNew */
    function edit(chosen, isNew) {
      listing.hidden = true;
      editing.hidden = false;
      closeEditor = openEditor(editing, {
        code: chosen,
        isNew,
        halls: known.halls,
        ownHall: own.id,
        today: known.today,
        close: () => {
          closeEditor?.();
          closeEditor = null;
          replaceChildren(editing);
          editing.hidden = true;
          listing.hidden = false;
          refresh().catch(() => {});
          /** @type {HTMLElement | null} */ (table.element.querySelector(`[data-row="${CSS.escape(chosen)}"]`))?.focus();
        },
      });
    }

    /** @param {Row} row */
    const ownText = (row) => (row.own ? t('admin.catalogue.version', { n: row.own.version }) : t('admin.catalogue.not-used'));

    /** @param {Row} row */
    function newerText(row) {
      if (!row.newest) return '';
      if (!row.own) return row.newest.is_coming ? '' : t('admin.catalogue.may-adopt', { n: row.newest.version });
      if (!row.own.newer_exists) return row.newest.is_coming ? t('catalogue.coming-from', { n: row.newest.version, day: row.newest.valid_from ?? '' }) : t('admin.catalogue.newest');
      return t('admin.catalogue.waiting', { n: row.newest.version });
    }

    /** @param {Adoption} one */
    const hallText = (one) => t('admin.catalogue.hall-has', { hall: hallName(one.hall_id), n: one.version });

    /** @param {Row} row */
    function hallsText(row) {
      if (row.adoptions.length === 0) return t('admin.catalogue.nowhere');
      return row.is_uniform
        ? t('admin.catalogue.same', { n: row.adoptions.length })
        : `${t('admin.catalogue.differ')} ${row.adoptions.map(hallText).join(t('seat.list-separator'))}`;
    }

    function show() {
      const rows = rowsOf(known, own.id);
      const newer = rows.filter((row) => row.own?.newer_exists).length;
      const apart = rows.filter((row) => !row.is_uniform).length;
      const unused = rows.length > 0 && rows.every((row) => !row.own);
      const said = [unused && t('admin.catalogue.none-adopted'), newer > 0 && t('admin.catalogue.newer-count', { n: newer }), apart > 0 && t('admin.catalogue.apart-count', { n: apart })].filter(Boolean);
      // A live region that is drawn anew every few seconds would be read out every few seconds.
      const line = said.join(t('seat.list-separator'));
      if (marks.dataset.said !== line) {
        marks.dataset.said = line;
        replaceChildren(marks, line ? [icon('warn'), h('span', {}, line)] : null);
      }
      table.show(filtered(ordered(rows), wanted));
    }

    /** @param {string} message */
    function fail(message) {
      replaceChildren(problem, icon('warn'), h('span', {}, message));
      problem.hidden = false;
    }

    async function refresh() {
      known = await getJSON(`/admin/catalogue?hall=${encodeURIComponent(own.id)}`);
      if (isOpen) {
        const categories = [...new Set(known.items.map((item) => item.category))].sort((a, b) => a.localeCompare(b, 'zh-CN'));
        // A box that somebody has open would close under their hand.
        if (document.activeElement !== category.element) category.set(categories.map((one) => [one, one]));
        show();
      }
      return rowsOf(known, own.id);
    }

    async function poll() {
      try {
        // A page that nobody looks at asks nothing, and neither does one that is being written in.
        if (document.visibilityState === 'visible' && !closeEditor) {
          await refresh();
          problem.hidden = true;
        }
      } catch (error) {
        const { code: refused, message } = /** @type {any} */ (error);
        if (refused === 'sign_in_required') return location.reload();
        fail(t('admin.stale', { message }));
      }
      if (isOpen) timer = setTimeout(poll, REFRESH_MS);
    }
    poll();

    return () => {
      isOpen = false;
      clearTimeout(timer);
      closeEditor?.();
    };
  },
};
