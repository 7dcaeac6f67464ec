// What the halls, seats, tickets, sessions and items are now; it looks again every few seconds. All that can be changed here is which version of an item
// the administrator's hall uses.

import { h, icon, replaceChildren } from '../../elements/dom.js';
import { formatTime, getLocale, t } from '../../text/text.js';
import { getJSON } from '../../signaling/http.js';
import { createTable } from '../table.js';
import { createTimeline } from '../timeline.js';

/** @typedef {import("../../signaling/messages.js").SeatState} SeatState */
/** @typedef {{id: string, number: string, hall: {id: string, name: string} | string, state: SeatState, not_ready_reason?: string, since: string, agent_name?: string}} SeatRow */
/** @typedef {{id: string, number: string, item: any, kind: string, state: string, taken_at: string}} TicketRow */
/**
 * @typedef {{id: string, ticket_number: string, item: any, kind: string, state: string, started_at: string, ended_at?: string,
 *   disposition?: string, agent_name: string, seat_number: string, case_number: string}} SessionRow
 */
/** @typedef {{id: string, kind: string, hall: any, case_number: string, item: any, version: number, material: string, session_id: string, raised_at: string}} TaskRow */
/** @typedef {{halls: {id: string, name: string, waiting: number, seats_open: number}[], seats: SeatRow[], tickets: TicketRow[], sessions: SessionRow[]}} Overview */

const REFRESH_MS = 5_000;

/** State, its drawing and its tone. @type {Record<string, [string, string]>} */
const LOOKS = {
  'signed-off': ['minus', ''],
  'not-ready': ['minus', 'warn'],
  ready: ['check', 'good'],
  ringing: ['bell', 'accent'],
  'in-session': ['camera', 'accent'],
  'wrap-up': ['file', 'warn'],
  waiting: ['clock', ''],
  reserved: ['bell', 'accent'],
  serving: ['camera', 'accent'],
  parked: ['clock', 'warn'],
  connected: ['camera', 'good'],
  held: ['pause', 'warn'],
  reconnecting: ['warn', 'warn'],
  closed: ['check', ''],
};

/** @param {string} kind @param {string} state @param {string} [more] */
function stateBadge(kind, state, more = '') {
  const [drawing, tone] = LOOKS[state] ?? ['info', ''];
  return h('span', { class: ['badge', tone && `badge--${tone}`] }, icon(drawing), t(`admin.${kind}.${state}`), more);
}

/** The contract allows a name or a reference. @param {any} item */
const itemName = (item) => (typeof item === 'string' ? item : item?.name ?? '');
/** @param {any} hall */
const hallName = (hall) => (typeof hall === 'string' ? hall : hall?.name ?? '');

/** @param {string} at */
function ago(at) {
  const minutes = Math.max(0, Math.round((Date.now() - Date.parse(at)) / 60_000));
  if (minutes < 1) return t('admin.just-now');
  return minutes < 60
    ? t('admin.minutes', { n: minutes })
    : t('admin.hours', { n: Math.floor(minutes / 60), m: minutes % 60 });
}

/** @param {string} at */
function dayAndTime(at) {
  const day = new Intl.DateTimeFormat(getLocale() === 'zh-Hant' ? 'zh-TW' : getLocale(), {
    month: 'numeric',
    day: 'numeric',
    timeZone: 'Asia/Shanghai',
  });
  return `${day.format(new Date(at))} ${formatTime(at)}`;
}

/** @type {import("../sections.js").Section} */
export const section = { id: 'overview', title: () => t('admin.overview'), tables: [], open };

/** @param {HTMLElement} host */
function open(host) {
  const timeline = createTimeline();
  const halls = h('div', { class: 'halls' });
  const fresh = h('p', { class: 'fresh small quiet' });
  const problem = h('p', { class: 'notice notice--warn', role: 'alert', hidden: true });
  const seats = createTable({
    title: t('admin.seats'),
    empty: t('admin.seats.empty'),
    columns: [
      { name: t('admin.column.number'), text: (/** @type {SeatRow} */ row) => row.number },
      { name: t('admin.column.hall'), text: (row) => hallName(row.hall) },
      {
        name: t('admin.column.state'),
        text: (row) => t(`admin.seat.${row.state}`),
        cell: (row) =>
          stateBadge(
            'seat',
            row.state,
            row.not_ready_reason ? ` · ${t(`seat.not-ready.${row.not_ready_reason}`)}` : '',
          ),
      },
      { name: t('admin.column.since'), text: (row) => row.since, cell: (row) => ago(row.since) },
      {
        name: t('admin.column.agent'),
        text: (row) => row.agent_name ?? '',
        cell: (row) => row.agent_name || h('span', { class: 'quiet' }, t('admin.nobody')),
      },
    ],
  });
  const tickets = createTable({
    title: t('admin.tickets'),
    empty: t('admin.tickets.empty'),
    columns: [
      { name: t('admin.column.ticket'), text: (/** @type {TicketRow} */ row) => row.number },
      { name: t('admin.column.item'), text: (row) => itemName(row.item) },
      { name: t('admin.column.kind'), text: (row) => t(`shared.kind.${row.kind}`) },
      {
        name: t('admin.column.state'),
        text: (row) => t(`admin.ticket.${row.state}`),
        cell: (row) => stateBadge('ticket', row.state),
      },
      { name: t('admin.column.waited'), text: (row) => row.taken_at, cell: (row) => ago(row.taken_at) },
    ],
  });
  const tasks = createTable({
    title: t('admin.tasks'),
    empty: t('admin.tasks.empty'),
    hint: t('admin.tasks.hint'),
    open: (/** @type {TaskRow} */ row) => timeline.open({ id: row.session_id, ticket_number: row.case_number, case_number: row.case_number }),
    openLabel: (/** @type {TaskRow} */ row) => t('admin.tasks.open', { number: row.case_number }),
    columns: [
      {
        name: t('admin.column.raised'),
        text: (/** @type {TaskRow} */ row) => row.raised_at,
        cell: (row) => dayAndTime(row.raised_at),
      },
      {
        name: t('admin.column.task'),
        text: (row) => t(`admin.task.${row.kind}`),
        cell: (row) => h('span', { class: 'badge badge--warn' }, icon('warn'), t(`admin.task.${row.kind}`)),
      },
      { name: t('admin.column.material'), text: (row) => row.material },
      { name: t('admin.column.item'), text: (row) => itemName(row.item) },
      { name: t('admin.column.hall'), text: (row) => hallName(row.hall) },
      { name: t('admin.column.case'), text: (row) => t('admin.task.case', { number: row.case_number, n: row.version }) },
    ],
  });
  const sessions = createTable({
    title: t('admin.sessions'),
    empty: t('admin.sessions.empty'),
    hint: t('admin.sessions.hint'),
    filter: t('admin.sessions.filter'),
    open: (/** @type {SessionRow} */ row) => timeline.open(row),
    openLabel: (/** @type {SessionRow} */ row) => t('admin.sessions.open', { number: row.ticket_number }),
    columns: [
      {
        name: t('admin.column.started'),
        text: (/** @type {SessionRow} */ row) => row.started_at,
        cell: (row) => dayAndTime(row.started_at),
      },
      { name: t('admin.column.ticket'), text: (row) => row.ticket_number },
      { name: t('admin.column.item'), text: (row) => itemName(row.item) },
      { name: t('admin.column.kind'), text: (row) => t(`shared.kind.${row.kind}`) },
      {
        name: t('admin.column.state'),
        text: (row) => t(`admin.session.${row.state}`),
        cell: (row) => stateBadge('session', row.state),
      },
      {
        name: t('admin.column.disposition'),
        text: (row) => (row.disposition ? t(`shared.disposition.${row.disposition}`) : ''),
      },
      {
        name: t('admin.column.agent'),
        text: (row) => t('admin.agent-at', { name: row.agent_name, number: row.seat_number }),
      },
      { name: t('admin.column.case'), text: (row) => row.case_number },
    ],
  });
  replaceChildren(
    host,
    problem,
    h(
      'section',
      { 'aria-label': t('admin.halls') },
      h('div', { class: 'section-head' }, h('h2', {}, t('admin.halls')), fresh),
      halls,
    ),
    tasks.element,
    h('div', { class: 'two' }, seats.element, tickets.element),
    sessions.element,
    timeline.element,
  );

  /** @param {Overview} overview */
  function show(overview) {
    problem.hidden = true;
    fresh.textContent = t('admin.fresh', { time: new Date().toLocaleTimeString('zh-CN', { hour12: false }) });
    replaceChildren(
      halls,
      overview.halls.length === 0 ? h('p', { class: 'quiet' }, t('admin.halls.empty')) : overview.halls.map((hall) =>
        h(
          'div',
          { class: 'card hall' },
          h('h3', {}, hall.name),
          h('p', {}, h('strong', { class: 'hall__figure' }, hall.waiting), t('admin.hall.waiting')),
          h('p', {}, h('strong', { class: 'hall__figure' }, hall.seats_open), t('admin.hall.seats')),
          hall.waiting > 0 && hall.seats_open === 0
            ? h('p', { class: 'badge badge--bad' }, icon('warn'), t('admin.hall.nobody'))
            : null,
        )
      ),
    );
    seats.show(overview.seats);
    tickets.show(overview.tickets);
    sessions.show(overview.sessions);
  }

  let isClosed = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;

  async function refresh() {
    try {
      // A page that nobody looks at asks nothing.
      if (document.visibilityState === 'visible') {
        const [overview, floor] = await Promise.all([getJSON('/admin/overview'), getJSON('/admin/tasks')]);
        tasks.show(floor.tasks);
        show(overview);
      }
    } catch (error) {
      const { code, message } = /** @type {any} */ (error);
      if (code === 'sign_in_required') return location.reload();
      replaceChildren(problem, icon('warn'), h('span', {}, t('admin.stale', { message })));
      problem.hidden = false;
    }
    if (!isClosed) timer = setTimeout(refresh, REFRESH_MS);
  }
  refresh();
  return () => {
    isClosed = true;
    clearTimeout(timer);
  };
}
