// Live and past sessions: filters above, page by page below, and one session's steps beside them.

import { h, icon, replaceChildren } from '../../elements/dom.js';
import { formatTime, t } from '../../text/text.js';
import { getForFile, getJSON } from '../../signaling/http.js';
import { formatValue } from '../../elements/chart.js';
import { saveFile } from '../../elements/comma-separated.js';
import { words } from '../../signaling/messages.js';
import { lastDays, queryOf, shortDate } from '../report-days.js';
import { createTimeline } from '../timeline.js';

/**
 * @typedef {{id: string, ticket_number: string, case_number: string, item: {code: string, name: string}, kind: string, state: string, started_at: string,
 *   ended_at?: string, closed_at?: string, disposition?: string, hall: {id: string, name: string}, seat_id: string, seat_number: string, agent_name: string}} Line
 */

const STATES = ['live', ...Object.values(words.sessionState)];
const DISPOSITIONS = Object.values(words.disposition);

/**
 * @param {HTMLElement} host
 * @param {{hall: {id: string, name: string}, announce: (sentence: string) => void}} context
 */
function open(host, { hall, announce }) {
  const first = lastDays(30, Date.now());
  const timeline = createTimeline();
  const from = h('input', { type: 'date', class: 'input', value: first.from, required: true });
  const to = h('input', { type: 'date', class: 'input', value: first.to, required: true });
  const state = choice('state', STATES, (one) => one === 'live' ? t('admin-sessions.live') : t(`admin.session.${one}`));
  const disposition = choice('disposition', DISPOSITIONS, (one) => t(`shared.disposition.${one}`));
  const item = choice('item', [], (one) => one);
  const seat = choice('seat', [], (one) => one);
  const number = h('input', { type: 'search', class: 'input', maxlength: 100 });
  const problem = h('p', { class: 'notice notice--warn', role: 'alert', hidden: true });
  const count = h('p', { class: 'small quiet', role: 'status' });
  const body = h('tbody', {});
  const table = h(
    'table',
    { 'aria-label': t('admin-sessions.title') },
    h(
      'thead',
      {},
      h('tr', {}, ['started', 'lasted', 'ticket', 'item', 'state', 'disposition', 'agent', 'case'].map((name) => h('th', { scope: 'col', class: 'sessions__head' }, t(`admin-sessions.column.${name}`))), h('td', {})),
    ),
    body,
  );
  const list = h('div', { class: 'table__scroll sessions__list', tabindex: '0', role: 'group', 'aria-label': t('admin-sessions.title') }, table);
  const more = h('button', { class: 'button', hidden: true, on: { click: () => load(next) } }, t('admin-sessions.more'));
  replaceChildren(
    host,
    h(
      'div',
      { class: 'report' },
      h(
        'form',
        { class: 'report-form', on: { submit: (/** @type {Event} */ event) => { event.preventDefault(); load(null); } } },
        field('from', from),
        field('to', to),
        field('state', state),
        field('disposition', disposition),
        field('item', item),
        field('seat', seat),
        field('number', number),
        h('button', { class: 'button button--primary', type: 'submit' }, icon('search'), t('admin-sessions.show')),
        h('button', { class: 'button', type: 'button', on: { click: save } }, icon('save'), t('admin-sessions.save')),
      ),
      problem,
      count,
      list,
      more,
    ),
    timeline.element,
  );

  /** @type {string | null} */
  let next = null;
  /** @type {Line[]} */
  let lines = [];
  let turn = 0;

  const query = () => ({
    hall: hall.id,
    from: from.value,
    to: to.value,
    state: state.value,
    disposition: disposition.value,
    item: item.value,
    seat: seat.value,
    q: number.value.trim(),
  });

  /** @param {string | null} cursor the next page of what is shown; null: anew */
  async function load(cursor) {
    const now = ++turn;
    count.textContent = t('shared.loading');
    try {
      const page = await getJSON(`/admin/sessions?${queryOf({ ...query(), cursor: cursor ?? undefined })}`);
      if (now !== turn) return;
      const before = cursor === null ? 0 : lines.length;
      lines = cursor === null ? page.sessions : [...lines, ...page.sessions];
      next = page.next ?? null;
      more.hidden = next === null;
      tell(null);
      count.textContent = t(next === null ? 'admin-sessions.count' : 'admin-sessions.count-more', { n: lines.length });
      const rows = page.sessions.map(row);
      if (cursor === null) replaceChildren(body, rows);
      else body.append(...rows);
      // Who went on by keyboard goes on at the first new row.
      if (cursor !== null) /** @type {HTMLElement | null} */ (body.children[before]?.querySelector('button'))?.focus();
      announce(count.textContent);
    } catch (error) {
      if (now === turn) tell(/** @type {any} */ (error));
    }
  }

  /** @param {import("../../signaling/http.js").RequestError | null} error */
  function tell(error) {
    const wrong = error?.field === 'from' ? from : error?.field === 'to' ? to : null;
    for (const input of [from, to]) input.setAttribute('aria-invalid', String(input === wrong));
    problem.hidden = error === null;
    if (!error) return;
    count.textContent = '';
    replaceChildren(problem, icon('warn'), h('span', {}, wrong ? t('admin-sessions.bad-period') : error.message));
  }

  /** @param {Line} line */
  function row(line) {
    const lasted = line.ended_at ? formatValue(Date.parse(line.ended_at) - Date.parse(line.started_at), 'milliseconds') : t('admin-sessions.goes-on');
    const cells = [
      ['started', `${shortDate(line.started_at.slice(0, 10))} ${formatTime(line.started_at)}`],
      ['lasted', lasted],
      ['ticket', line.ticket_number],
      ['item', line.item.name],
      ['state', h('span', { class: ['badge', line.state !== 'closed' && 'badge--accent'] }, t(`admin.session.${line.state}`))],
      ['disposition', line.disposition ? t(`shared.disposition.${line.disposition}`) : ''],
      ['agent', t('admin.agent-at', { name: line.agent_name, number: line.seat_number })],
      ['case', line.case_number],
    ];
    return h(
      'tr',
      {},
      cells.map(([name, content]) => h('td', { 'data-name': t(`admin-sessions.column.${name}`) }, content)),
      h(
        'td',
        {},
        h('button', {
          class: 'button button--quiet table__open',
          'aria-label': t('admin.sessions.open', { number: line.ticket_number }),
          on: { click: () => timeline.open(line) },
        }, icon('right')),
      ),
    );
  }

  async function save() {
    try {
      saveFile(await getForFile(`/admin/sessions.csv?${queryOf(query())}`), `sessions-${from.value}-${to.value}.csv`);
    } catch (error) {
      tell(/** @type {any} */ (error));
    }
  }

  /** Items and seats to choose from: those of the hall. */
  async function fillChoices() {
    try {
      const [catalogue, overview] = await Promise.all([getJSON(`/catalogue?hall=${encodeURIComponent(hall.id)}`), getJSON('/admin/overview')]);
      item.append(...catalogue.items.map((/** @type {any} */ one) => h('option', { value: one.code }, one.name)));
      seat.append(...overview.seats.filter((/** @type {any} */ one) => one.hall.id === hall.id).map((/** @type {any} */ one) => h('option', { value: one.id }, one.number)));
    } catch (error) {
      tell(/** @type {any} */ (error));
    }
  }

  fillChoices();
  load(null);
  return () => {
    turn += 1;
  };
}

/** @param {string} name @param {readonly string[]} values @param {(value: string) => string} label */
function choice(name, values, label) {
  return h(
    'select',
    { class: 'input', 'data-filter': name },
    h('option', { value: '' }, t('admin-sessions.any')),
    values.map((one) => h('option', { value: one }, label(one))),
  );
}

/** @param {string} name @param {HTMLElement} input */
function field(name, input) {
  return h('label', { class: 'field report-form__field' }, h('span', { class: 'field__label' }, t(`admin-sessions.filter.${name}`)), input);
}

export const section = { id: 'sessions', title: () => t('admin-sessions.title'), tables: ['admin-sessions', 'chart'], open };
