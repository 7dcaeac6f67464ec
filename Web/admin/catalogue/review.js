// One item: its state, who has which version, what another version says otherwise, and what can be done with it.

import { h, icon, replaceChildren } from '../../elements/dom.js';
import { announce } from '../../elements/announce.js';
import { confirmDialog } from '../../elements/confirm.js';
import { formatTime, t } from '../../text/text.js';
import { getJSON, postJSON } from '../../signaling/http.js';
import { drawDifferences } from '../differences.js';

/** @typedef {import("./rows.js").Row} Row */
/** @typedef {import("./rows.js").Adoption} Adoption */

/** @param {string} tone @param {string} drawing @param {string} words */
export function badge(tone, drawing, words) {
  return h('span', { class: `badge badge--${tone}` }, icon(drawing), words);
}

/** @param {Adoption} adoption */
export function since(adoption) {
  const when = formatTime(adoption.adopted_at, { date: true });
  return adoption.adopted_by ? t('admin.catalogue.since-by', { when, who: adoption.adopted_by }) : t('admin.catalogue.since', { when });
}

/**
 * One item: what another version says otherwise, and the button that adopts it.
 * @param {{ hallName: (id: string) => string, hall: string, refresh: () => Promise<Row[]>, edit: (row: Row) => void }} context
 */
export function createReview({ hallName, hall, refresh, edit }) {
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
    draw(row, proposed(row));
  }

  /** The version that one would look at first. @param {Row} row */
  function proposed(row) {
    const others = row.withdrawn ? [] : row.versions.filter((one) => one.version !== row.own?.version);
    return others[others.length - 1]?.version;
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
      acts(row),
      comings(row),
      facts(row),
      row.versions.length === 1 && chosen === undefined ? h('p', { class: 'quiet' }, t('admin.catalogue.only-version')) : null,
      chosen === undefined ? null : [chooser(row, chosen), place],
    );
    if (chosen === undefined) return;
    if (row.own) compare(row, row.own, chosen, place);
    else replaceChildren(place, h('p', {}, t('admin.catalogue.first-adoption', { n: chosen })), adoptButton(row, chosen));
  }

  /** @param {Row} row */
  function acts(row) {
    const toggle = h('button', { class: 'button', on: { click: () => setWithdrawn(row, toggle) } }, icon(row.withdrawn ? 'play' : 'pause'), t(row.withdrawn ? 'catalogue.restore' : 'catalogue.withdraw'));
    return [
      row.withdrawn
        ? h('p', { class: 'notice notice--warn' }, icon('pause'), h('span', {}, t('catalogue.withdrawn-since', { when: formatTime(row.withdrawn.at, { date: true }), who: row.withdrawn.by }), ' ', row.withdrawn.why))
        : null,
      h(
        'div',
        { class: 'cat-bar' },
        h('button', {
          class: 'button button--primary',
          on: {
            click: () => {
              element.close();
              edit(row);
            },
          },
        }, icon('file'), t(row.draft ? 'catalogue.edit-on' : 'catalogue.edit')),
        row.versions.length > 0 ? toggle : null,
      ),
    ];
  }

  /** Versions whose day has not come. @param {Row} row */
  function comings(row) {
    const coming = row.versions.filter((one) => one.is_coming);
    if (coming.length === 0) return null;
    return h(
      'section',
      {},
      h('h3', {}, t('catalogue.coming-title')),
      h(
        'ul',
        { class: 'who' },
        coming.map((one) => {
          const halls = row.planned.filter((plan) => plan.version === one.version);
          const own = halls.find((plan) => plan.hall_id === hall);
          return h(
            'li',
            {},
            h('strong', {}, t('catalogue.coming-from', { n: one.version, day: one.valid_from ?? '' })),
            ' ',
            h('span', { class: 'small quiet' }, halls.length > 0 ? t('catalogue.planned-by', { halls: halls.map((plan) => hallName(plan.hall_id)).join(t('seat.list-separator')) }) : t('catalogue.planned-by-nobody')),
            own ? h('button', { class: 'button button--quiet', on: { click: () => cancelPlan(row, one.version) } }, icon('cross'), t('catalogue.plan-cancel')) : null,
          );
        }),
      ),
    );
  }

  /** @param {Row} row @param {number} version */
  async function cancelPlan(row, version) {
    await act(row, () => postJSON(`/admin/halls/${encodeURIComponent(hall)}/planned-adoptions/cancel`, { item: row.code, version }), t('catalogue.plan-cancelled'));
  }

  /** @param {Row} row @param {HTMLButtonElement} button */
  async function setWithdrawn(row, button) {
    const isBack = Boolean(row.withdrawn);
    const isSure = await confirmDialog({
      title: t(isBack ? 'catalogue.restore-title' : 'catalogue.withdraw-title', { name: row.name }),
      body: t(isBack ? 'catalogue.restore-body' : 'catalogue.withdraw-body'),
      confirm: t(isBack ? 'catalogue.restore' : 'catalogue.withdraw'),
      cancel: t('catalogue.not-now'),
      danger: !isBack,
    });
    if (!isSure) return button.focus();
    const path = `/admin/catalogue/${encodeURIComponent(row.code)}/${isBack ? 'restore' : 'withdraw'}`;
    await act(row, () => postJSON(path, { why: '' }), t(isBack ? 'catalogue.restored' : 'catalogue.withdrawn-done', { name: row.name }));
  }

  /** Does something, says so, and shows the item as it is then. @param {Row} row @param {() => Promise<any>} work @param {string} done */
  async function act(row, work, done) {
    let problem = '';
    try {
      await work();
      announce(done);
    } catch (error) {
      problem = /** @type {Error} */ (error).message;
    }
    const rows = await refresh().catch(() => null);
    const now = rows?.find((one) => one.code === row.code) ?? row;
    draw(now, proposed(now), problem);
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
    const coming = row.versions.find((one) => one.version === chosen && one.is_coming);
    const button = h('button', { class: ['button', !isOlder && 'button--primary'], on: { click: () => adopt(row, chosen, button) } }, icon('check'), t('admin.catalogue.adopt', { n: chosen }));
    return h(
      'div',
      { class: 'review__act' },
      h(
        'div',
        {},
        coming ? h('p', {}, badge('accent', 'clock', t('catalogue.coming-from', { n: chosen, day: coming.valid_from ?? '' }))) : null,
        isOlder ? h('p', {}, badge('warn', 'warn', t('admin.catalogue.older', { n: chosen }))) : null,
        h('p', { class: 'small quiet' }, t('admin.catalogue.adopt-hint', { hall: hallName(hall) })),
      ),
      button,
    );
  }

  /** @param {Row} row @param {number} chosen @param {HTMLButtonElement} button */
  async function adopt(row, chosen, button) {
    const isSure = await confirmDialog({
      title: t('admin.catalogue.confirm', { n: chosen }),
      body: t('admin.catalogue.confirm-body', { hall: hallName(hall), name: row.name, n: chosen }),
      confirm: t('admin.catalogue.adopt', { n: chosen }),
      cancel: t('admin.catalogue.not-now'),
    });
    if (!isSure) return button.focus();
    button.disabled = true;
    let problem = '';
    try {
      const found = await postJSON(`/admin/halls/${encodeURIComponent(hall)}/adopt`, { item: row.code, version: chosen, replaces: row.own?.version ?? null });
      announce(found.valid_from ? t('catalogue.planned', { day: found.valid_from, n: chosen }) : t('admin.catalogue.adopted', { name: row.name, n: chosen }));
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
