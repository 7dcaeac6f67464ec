// Items and their versions: which one each hall uses, where halls differ, and what is new. A hall adopts a version as it stands; nothing here edits one.

import { h, icon, replaceChildren } from '../elements/dom.js';
import { announce } from '../elements/announce.js';
import { confirmDialog } from '../elements/confirm.js';
import { formatTime, t } from '../text/text.js';
import { getJSON, postJSON } from '../signaling/http.js';
import { drawDifferences } from './differences.js';
import { createTable } from './table.js';

/** @typedef {{hall_id: string, item: string, version: number, adopted_at: string, adopted_by?: string, newer_exists?: boolean}} Adoption */
/** @typedef {{version: number, name: string, material_count: number, verified: boolean}} Version */
/** @typedef {{code: string, name: string, category: string, versions: Version[], adoptions: Adoption[], is_uniform: boolean}} Item */
/** @typedef {{halls: {id: string, name: string}[], own_hall_id: string, items: Item[]}} Versions */
/** @typedef {Item & {id: string, own: Adoption | undefined, newest: Version}} Row */

export function createCatalogue() {
  /** @type {Versions} */
  let known = { halls: [], own_hall_id: '', items: [] };

  /** @param {string} id */
  const hallName = (id) => known.halls.find((hall) => hall.id === id)?.name ?? id;

  const review = createReview({ hallName, ownHall: () => known.own_hall_id, refresh });
  const marks = h('p', { class: 'marks', role: 'status' });
  const table = createTable({
    title: t('admin.items'),
    empty: t('admin.items.empty'),
    filter: t('admin.items.filter'),
    hint: t('admin.catalogue.hint'),
    open: (/** @type {Row} */ row) => review.open(row),
    openLabel: (/** @type {Row} */ row) => t('admin.catalogue.open', { name: row.name }),
    columns: [
      { name: t('admin.column.code'), text: (/** @type {Row} */ row) => row.code, cell: (row) => h('span', { class: 'code' }, row.code) },
      { name: t('admin.column.item'), text: (row) => row.name },
      { name: t('admin.column.category'), text: (row) => row.category },
      { name: t('admin.column.materials'), text: (row) => String(present(row).material_count), isNumber: true },
      {
        name: t('admin.column.verified'),
        text: (row) => t(present(row).verified ? 'admin.verified' : 'admin.unverified'),
        cell: (row) =>
          present(row).verified ? badge('good', 'check', t('admin.verified')) : badge('warn', 'warn', t('admin.unverified')),
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

  /** What the hall serves, or would serve first. @param {Row} row @returns {Version} */
  const present = (row) => row.versions.find((one) => one.version === row.own?.version) ?? row.newest;

  /** @param {Row} row */
  const ownText = (row) => (row.own ? t('admin.catalogue.version', { n: row.own.version }) : t('admin.catalogue.not-used'));

  /** @param {Row} row */
  function newerText(row) {
    if (!row.own) return t('admin.catalogue.may-adopt', { n: row.newest.version });
    if (!row.own.newer_exists) return t('admin.catalogue.newest');
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

  /** @param {Versions} versions */
  function show(versions) {
    known = versions;
    const rows = rowsOf(versions);
    // What needs a look comes first; the rest keeps the order of its codes.
    const weight = (/** @type {Row} */ row) => (row.own?.newer_exists ? 0 : row.is_uniform ? 2 : 1);
    rows.sort((a, b) => weight(a) - weight(b));
    const newer = rows.filter((row) => row.own?.newer_exists).length;
    const apart = rows.filter((row) => !row.is_uniform).length;
    const said = [newer > 0 && t('admin.catalogue.newer-count', { n: newer }), apart > 0 && t('admin.catalogue.apart-count', { n: apart })].filter(Boolean);
    // A live region that is drawn anew every few seconds would be read out every few seconds.
    const line = said.join(t('seat.list-separator'));
    if (marks.dataset.said !== line) {
      marks.dataset.said = line;
      replaceChildren(marks, line ? [icon('warn'), h('span', {}, line)] : null);
    }
    table.show(rows);
  }

  async function refresh() {
    show(await getJSON('/admin/catalogue'));
    return rowsOf(known);
  }

  table.element.querySelector('.section-head')?.after(marks);
  return { element: table.element, dialog: review.element, show };
}

/** @param {Versions} versions @returns {Row[]} */
function rowsOf({ items, own_hall_id }) {
  return items.map((item) => ({
    ...item,
    id: item.code,
    own: item.adoptions.find((one) => one.hall_id === own_hall_id),
    newest: item.versions[item.versions.length - 1],
  }));
}

/** @param {string} tone @param {string} drawing @param {string} words */
function badge(tone, drawing, words) {
  return h('span', { class: `badge badge--${tone}` }, icon(drawing), words);
}

/** @param {Adoption} adoption */
function since(adoption) {
  const when = formatTime(adoption.adopted_at, { date: true });
  return adoption.adopted_by ? t('admin.catalogue.since-by', { when, who: adoption.adopted_by }) : t('admin.catalogue.since', { when });
}

/**
 * One item: what another version says otherwise, and the button that adopts it.
 * @param {{ hallName: (id: string) => string, ownHall: () => string, refresh: () => Promise<Row[]> }} context
 */
function createReview({ hallName, ownHall, refresh }) {
  const title = h('h2', { id: 'review-title' });
  const body = h('div', { class: 'drawer__body' });
  const element = h(
    'dialog',
    { class: 'drawer drawer--wide', 'aria-labelledby': 'review-title' },
    h(
      'div',
      { class: 'drawer__head' },
      title,
      h('button', { class: 'button button--quiet', 'aria-label': t('shared.close'), on: { click: () => element.close() } }, icon('cross')),
    ),
    body,
  );
  element.addEventListener('click', (event) => {
    if (event.target === element) element.close();
  });
  /** Counts what is loaded, so that an answer that comes late is dropped. */
  let turn = 0;

  /** @param {Row} row */
  function open(row) {
    title.textContent = row.name;
    if (!element.open) element.showModal();
    const others = row.versions.filter((one) => one.version !== row.own?.version);
    draw(row, others[others.length - 1]?.version);
  }

  /**
   * @param {Row} row
   * @param {number | undefined} chosen the version that may be adopted; none when there is only the one in use
   * @param {string} [problem]
   */
  function draw(row, chosen, problem = '') {
    turn += 1;
    const place = h('div', { class: 'review', 'aria-live': 'polite' });
    replaceChildren(
      body,
      problem ? h('p', { class: 'notice notice--warn', role: 'alert' }, icon('warn'), h('span', {}, problem)) : null,
      facts(row),
      row.versions.length === 1 && chosen === undefined ? h('p', { class: 'quiet' }, t('admin.catalogue.only-version')) : null,
      chosen === undefined ? null : [chooser(row, chosen), place],
    );
    if (chosen === undefined) return;
    if (row.own) compare(row, row.own, chosen, place);
    else replaceChildren(place, h('p', {}, t('admin.catalogue.first-adoption', { n: chosen })), adoptButton(row, chosen));
  }

  /** Who has what. @param {Row} row */
  function facts(row) {
    return h(
      'section',
      {},
      h('h3', {}, t('admin.catalogue.who-has-what')),
      row.is_uniform ? null : h('p', {}, badge('warn', 'warn', t('admin.catalogue.differ'))),
      h(
        'ul',
        { class: 'who' },
        row.adoptions.map((one) =>
          h(
            'li',
            {},
            h('strong', {}, t('admin.catalogue.hall-has', { hall: hallName(one.hall_id), n: one.version })),
            ' ',
            h('span', { class: 'small quiet' }, since(one)),
          )
        ),
      ),
    );
  }

  /** @param {Row} row @param {number} chosen */
  function chooser(row, chosen) {
    const select = h(
      'select',
      { class: 'input', id: 'review-version', on: { change: () => draw(row, Number(select.value)) } },
      row.versions.filter((one) => one.version !== row.own?.version).map((one) =>
        h('option', { value: String(one.version), selected: one.version === chosen }, t('admin.catalogue.version', { n: one.version }))
      ),
    );
    // With one to choose from there is nothing to choose.
    return select.options.length > 1 ? h('p', { class: 'review__choice' }, h('label', { for: 'review-version' }, t('admin.catalogue.look-at')), select) : null;
  }

  /** @param {Row} row @param {Adoption} own @param {number} chosen @param {HTMLElement} place */
  async function compare(row, own, chosen, place) {
    const mine = turn;
    replaceChildren(place, h('p', { class: 'quiet', role: 'status' }, t('shared.loading')));
    try {
      const found = await getJSON(`/admin/catalogue/${encodeURIComponent(row.code)}/differences?from=${own.version}&to=${chosen}`);
      if (mine !== turn) return;
      replaceChildren(place, drawDifferences(found.differences, own.version, chosen), adoptButton(row, chosen));
    } catch (error) {
      if (mine !== turn) return;
      replaceChildren(
        place,
        h('p', { role: 'alert' }, /** @type {Error} */ (error).message),
        h('button', { class: 'button', on: { click: () => compare(row, own, chosen, place) } }, t('shared.retry')),
      );
    }
  }

  /** @param {Row} row @param {number} chosen */
  function adoptButton(row, chosen) {
    // A step back is possible, and is not what is proposed.
    const isOlder = chosen < (row.own?.version ?? 0);
    const button = h('button', { class: ['button', !isOlder && 'button--primary'], on: { click: () => adopt(row, chosen, button) } }, icon('check'), t('admin.catalogue.adopt', { n: chosen }));
    return h(
      'div',
      { class: 'review__act' },
      h(
        'div',
        {},
        isOlder ? h('p', {}, badge('warn', 'warn', t('admin.catalogue.older', { n: chosen }))) : null,
        h('p', { class: 'small quiet' }, t('admin.catalogue.adopt-hint', { hall: hallName(ownHall()) })),
      ),
      button,
    );
  }

  /** @param {Row} row @param {number} chosen @param {HTMLButtonElement} button */
  async function adopt(row, chosen, button) {
    const isSure = await confirmDialog({
      title: t('admin.catalogue.confirm', { n: chosen }),
      body: t('admin.catalogue.confirm-body', { hall: hallName(ownHall()), name: row.name, n: chosen }),
      confirm: t('admin.catalogue.adopt', { n: chosen }),
      cancel: t('admin.catalogue.not-now'),
    });
    if (!isSure) return button.focus();
    button.disabled = true;
    let problem = '';
    try {
      await postJSON(`/admin/halls/${encodeURIComponent(ownHall())}/adopt`, { item: row.code, version: chosen, replaces: row.own?.version ?? null });
      announce(t('admin.catalogue.adopted', { name: row.name, n: chosen }));
    } catch (error) {
      problem = /** @type {Error} */ (error).message;
    }
    const rows = await refresh().catch(() => null);
    const now = rows?.find((one) => one.code === row.code) ?? row;
    if (problem) draw(now, now.own?.version === chosen ? undefined : chosen, problem);
    else element.close();
  }

  return { element, open };
}
