// A table that sorts by its headings, can be searched, and is drawn anew without losing the focus.

import { h, icon, replaceChildren } from '../elements/dom.js';
import { t } from '../text/text.js';

/** @typedef {{name: string, text: (row: any) => string, cell?: (row: any) => any, isNumber?: boolean}} Column */

/**
 * @param {{
 *   title: string, empty: string, columns: Column[], hint?: string, filter?: string,
 *   open?: (row: any) => void, openLabel?: (row: any) => string,
 * }} options
 */
export function createTable({ title, empty, columns, hint, filter, open, openLabel }) {
  const id = `table-${Math.random().toString(36).slice(2, 8)}`;
  const count = h('span', { class: 'small quiet', role: 'status' });
  const search = h('input', {
    class: 'input table__search',
    type: 'search',
    placeholder: filter ?? '',
    'aria-label': filter ?? '',
    on: { input: () => draw() },
  });
  const body = h('tbody', {});
  const headings = columns.map((column, index) =>
    h(
      'th',
      { scope: 'col', class: column.isNumber ? 'is-number' : '' },
      h(
        'button',
        { class: 'table__sort', on: { click: () => sortBy(index) } },
        column.name,
        h('span', { class: 'table__arrow', 'aria-hidden': 'true' }),
      ),
    )
  );
  const none = h('p', { class: 'table__empty quiet' });
  const table = h(
    'table',
    { 'aria-labelledby': id },
    h('thead', {}, h('tr', {}, headings, open ? h('td', {}) : null)),
    body,
  );
  const wrapper = h('div', { class: 'table__scroll', tabindex: '0', role: 'group', 'aria-labelledby': id }, table);
  const element = h(
    'section',
    { class: 'table' },
    h('div', { class: 'section-head' }, h('h2', { id }, title), count, filter ? search : null),
    hint ? h('p', { class: 'small quiet' }, hint) : null,
    wrapper,
    none,
  );
  /** @type {any[]} */
  let rows = [];
  let drawn = '';
  let sorted = -1;
  let direction = 1;

  /** @param {number} index */
  function sortBy(index) {
    direction = sorted === index ? -direction : 1;
    sorted = index;
    headings.forEach((heading, at) => {
      if (at === index) heading.setAttribute('aria-sort', direction > 0 ? 'ascending' : 'descending');
      else heading.removeAttribute('aria-sort');
    });
    draw();
  }

  function visibleRows() {
    const wanted = search.value.trim().toLowerCase();
    const found = wanted === ''
      ? [...rows]
      : rows.filter((row) => columns.some((column) => column.text(row).toLowerCase().includes(wanted)));
    if (sorted < 0) return found;
    const { text } = columns[sorted];
    return found.sort((a, b) => direction * text(a).localeCompare(text(b), 'zh-CN', { numeric: true }));
  }

  function draw() {
    const found = visibleRows();
    count.textContent = found.length === rows.length
      ? t('admin.rows', { n: rows.length })
      : t('admin.rows-of', { n: found.length, all: rows.length });
    wrapper.hidden = found.length === 0;
    none.hidden = found.length > 0;
    none.textContent = rows.length === 0 ? empty : t('admin.nothing-found');
    const focused = body.contains(document.activeElement)
      ? /** @type {HTMLElement} */ (document.activeElement).dataset.row
      : undefined;
    replaceChildren(
      body,
      found.map((row) =>
        h(
          'tr',
          {},
          columns.map((column) =>
            h(
              'td',
              { class: column.isNumber ? 'is-number' : '', 'data-name': column.name },
              column.cell ? column.cell(row) : column.text(row),
            )
          ),
          open
            ? h(
              'td',
              {},
              h('button', {
                class: 'button button--quiet table__open',
                'data-row': row.id,
                'aria-label': openLabel?.(row),
                on: { click: () => open(row) },
              }, icon('right')),
            )
            : null,
        )
      ),
    );
    if (focused) /** @type {HTMLElement | null} */ (body.querySelector(`[data-row="${CSS.escape(focused)}"]`))?.focus();
  }

  /** @param {any[]} next */
  function show(next) {
    rows = next;
    // Times like "3 minutes" move on even when the rows do not.
    const key = JSON.stringify(next) + Math.floor(Date.now() / 60_000);
    if (key === drawn) return;
    drawn = key;
    draw();
  }

  return { element, show };
}
