// Who did what: filters above, page by page below, and one entry in plain words beside them. For the audit administrator, to read and to take away as a file.

import { h, icon, replaceChildren } from '../../elements/dom.js';
import { t } from '../../text/text.js';
import { getForFile, getJSON } from '../../signaling/http.js';
import { saveFile } from '../../elements/comma-separated.js';
import { createDrawer } from '../drawer.js';
import { lastDays, queryOf } from '../report-days.js';
import { ACTS } from './acts.js';

/**
 * @typedef {{sequence: number, at: string, actor_kind: string, actor_id?: string, account?: string, act: string, object?: string, hall_id?: string,
 *   address: string, outcome: string, reason?: string, detail: string}} Entry
 */

const COLUMNS = ['sequence', 'at', 'who', 'act', 'object', 'outcome'];

/**
 * @param {HTMLElement} host
 * @param {{announce: (sentence: string) => void}} context
 */
function open(host, { announce }) {
  const days = lastDays(7, Date.now());
  const drawer = createDrawer();
  const from = h('input', { type: 'date', class: 'input', value: days.from, 'data-filter': 'from' });
  const to = h('input', { type: 'date', class: 'input', value: days.to, 'data-filter': 'to' });
  const person = h('input', { type: 'search', class: 'input', maxlength: 64, autocapitalize: 'none', spellcheck: 'false', 'data-filter': 'person' });
  const act = h('select', { class: 'input', 'data-filter': 'act' }, option('', t('admin-audit.any')), ACTS.map((one) => option(one, t(`admin-audit.act.${one}`))));
  const object = h('input', { type: 'search', class: 'input', maxlength: 100, autocapitalize: 'none', spellcheck: 'false', 'data-filter': 'object' });
  const outcome = h('select', { class: 'input', 'data-filter': 'outcome' }, ['all', 'refused'].map((one) => option(one, t(`admin-audit.outcome.${one}`))));
  const fields = new Map(Object.entries({ from, to, person, act, object, outcome }));
  const problem = h('p', { class: 'notice notice--warn', role: 'alert', hidden: true });
  const count = h('p', { class: 'small quiet', role: 'status' });
  const body = h('tbody', {});
  const table = h(
    'table',
    { 'aria-label': t('admin-audit.title') },
    h('thead', {}, h('tr', {}, COLUMNS.map((name) => h('th', { scope: 'col' }, t(`admin-audit.column.${name}`))), h('td', {}))),
    body,
  );
  const list = h('div', { class: 'table__scroll audit__list', tabindex: '0', role: 'group', 'aria-label': t('admin-audit.title') }, table);
  const empty = h('p', { class: 'table__empty quiet', hidden: true }, t('admin-audit.empty'));
  const more = h('button', { class: 'button', hidden: true, on: { click: () => load(next) } }, t('admin-audit.more'));
  replaceChildren(
    host,
    h(
      'div',
      { class: 'report' },
      h('p', { class: 'small quiet' }, t('admin-audit.lead')),
      h(
        'form',
        { class: 'report-form', on: { submit: (/** @type {Event} */ event) => { event.preventDefault(); load(null); } } },
        [...fields].map(([name, input]) => h('label', { class: 'field report-form__field' }, h('span', { class: 'field__label' }, t(`admin-audit.filter.${name}`)), input)),
        h('button', { class: 'button button--primary', type: 'submit' }, icon('search'), t('admin-audit.show')),
        h('button', { class: 'button', type: 'button', on: { click: save } }, icon('save'), t('admin-audit.save')),
      ),
      problem,
      count,
      empty,
      list,
      more,
    ),
    drawer.element,
  );

  /** @type {number | null} */
  let next = null;
  let shown = 0;
  let turn = 0;

  const query = () => Object.fromEntries([...fields].map(([name, input]) => [name, input.value.trim()]));

  /** @param {number | null} before the next page of what is shown; null: anew */
  async function load(before) {
    const now = ++turn;
    count.textContent = t('shared.loading');
    try {
      const page = await getJSON(`/admin/audit?${queryOf({ ...query(), before: before === null ? undefined : String(before) })}`);
      if (now !== turn) return;
      const first = before === null ? 0 : shown;
      shown = first + page.entries.length;
      next = page.next ?? null;
      more.hidden = next === null;
      empty.hidden = shown > 0;
      list.hidden = shown === 0;
      tell(null);
      count.textContent = t(next === null ? 'admin-audit.count' : 'admin-audit.count-more', { n: shown });
      const rows = page.entries.map(row);
      if (before === null) replaceChildren(body, rows);
      else body.append(...rows);
      // Who went on by keyboard goes on at the first new row.
      if (before !== null) /** @type {HTMLElement | null} */ (body.children[first]?.querySelector('button'))?.focus();
      announce(count.textContent);
    } catch (error) {
      if (now === turn) tell(/** @type {any} */ (error));
    }
  }

  /** @param {import("../../signaling/http.js").RequestError | null} error */
  function tell(error) {
    const wrong = error?.field ? fields.get(error.field) : undefined;
    for (const input of fields.values()) input.setAttribute('aria-invalid', String(input === wrong));
    problem.hidden = error === null;
    if (!error) return;
    count.textContent = '';
    const sentence = wrong ? `${t(`admin-audit.filter.${error.field}`)}: ${t('admin-audit.bad-field')}` : error.message;
    replaceChildren(problem, icon('warn'), h('span', {}, sentence));
  }

  /** @param {Entry} entry */
  function row(entry) {
    const cells = [String(entry.sequence), moment(entry), who(entry), actName(entry.act), objectName(entry), outcomeOf(entry)];
    return h(
      'tr',
      {},
      cells.map((content, index) => h('td', { 'data-name': t(`admin-audit.column.${COLUMNS[index]}`) }, content)),
      h(
        'td',
        {},
        h('button', {
          class: 'button button--quiet table__open',
          'aria-label': t('admin-audit.open', { n: entry.sequence }),
          on: { click: () => show(entry) },
        }, icon('right')),
      ),
    );
  }

  /** @param {Entry} entry */
  function show(entry) {
    const sentence = t(entry.outcome === 'done' ? 'admin-audit.sentence.done' : 'admin-audit.sentence.refused', {
      at: moment(entry),
      who: who(entry),
      act: actName(entry.act),
      code: entry.outcome,
    });
    /** @type {[string, string | undefined][]} */
    const lines = [
      ['at', moment(entry)],
      ['who', who(entry)],
      ['actor-id', entry.actor_id],
      ['act', actName(entry.act)],
      ['object', objectName(entry)],
      ['hall', entry.hall_id],
      ['address', entry.address],
      ['outcome', outcomeOf(entry)],
      ['reason', entry.reason],
      ['detail', entry.detail],
    ];
    drawer.open(
      t('admin-audit.entry', { n: entry.sequence }),
      h('p', {}, sentence),
      h('dl', { class: 'audit__entry' }, lines.filter(([, text]) => text).flatMap(([name, text]) => [h('dt', {}, t(`admin-audit.column.${name}`)), h('dd', {}, text)])),
    );
  }

  async function save() {
    try {
      saveFile(await getForFile(`/admin/audit.csv?${queryOf(query())}`), `audit-${from.value}-${to.value}.csv`);
      tell(null);
      count.textContent = t('admin-audit.saved');
      announce(count.textContent);
    } catch (error) {
      tell(/** @type {any} */ (error));
    }
  }

  load(null);
  return () => {
    turn += 1;
  };
}

/** @param {string} value @param {string} label */
function option(value, label) {
  return h('option', { value }, label);
}

/** To the second, in the server's own writing: it is compared with logs. @param {Entry} entry */
function moment(entry) {
  return `${entry.at.slice(0, 10)} ${entry.at.slice(11, 19)}`;
}

/** @param {Entry} entry */
function who(entry) {
  if (entry.actor_kind === 'staff') return entry.account ?? t('admin-audit.actor.removed');
  return t(`admin-audit.actor.${entry.actor_kind}`);
}

/** An act that a newer server knows is shown by its code. @param {string} act */
function actName(act) {
  return ACTS.includes(act) ? t(`admin-audit.act.${act}`) : act;
}

const OBJECTS = [
  'account', 'case', 'case-number', 'file', 'hall', 'seat', 'ticket', 'session', 'item', 'leave', 'swap', 'calendar', 'report', 'import', 'planned-adoption', 'provider', 'citizen',
];

/** @param {Entry} entry */
function objectName({ object = '' }) {
  const colon = object.indexOf(':');
  const kind = object.slice(0, colon);
  return OBJECTS.includes(kind) ? `${t(`admin-audit.object.${kind}`)} ${object.slice(colon + 1)}` : object;
}

/** @param {Entry} entry */
function outcomeOf({ outcome }) {
  return outcome === 'done' ? t('admin-audit.outcome.done') : t('admin-audit.outcome.code', { code: outcome });
}

export const section = { id: 'audit', title: () => t('admin-audit.title'), forAuditors: true, open };
