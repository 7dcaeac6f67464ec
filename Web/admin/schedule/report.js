// A rehearsal's report: three charts over the same half hours, the same as a table, and what was assumed.

import { h, icon } from '../../elements/dom.js';
import { t } from '../../text/text.js';
import { dayText } from './days.js';
import { drawLines } from './report-chart.js';

/**
 * @typedef {{at: string, arrivals: number, served: number, abandoned: number, wait_p50_ms: number | null, wait_p80_ms: number | null, wait_p95_ms: number | null,
 *   occupancy: number, planned: number, needed_erlang_c: number | null, needed_erlang_a: number | null}} HalfHour
 */
/** @typedef {{assumptions: Record<string, any>, half_hours: HalfHour[], total: Record<string, any>, uncovered: {item_code: string, kind: string, from: string, to: string}[], runs: number}} Report */

/** A half hour's key on the hall's clocks: the wire gives the hall's own offset or UTC. @param {string} at */
export function localKey(at) {
  const parts = new Intl.DateTimeFormat('sv-SE', { dateStyle: 'short', timeStyle: 'short', timeZone: 'Asia/Shanghai' });
  return parts.format(new Date(at));
}

/** Needed seats by `2026-11-23 09:00`; patience counts, so Erlang A goes before C. @param {Report} report @returns {Map<string, number>} */
export function neededSeats({ half_hours }) {
  /** @type {Map<string, number>} */
  const needed = new Map();
  for (const one of half_hours) {
    const seats = one.needed_erlang_a ?? one.needed_erlang_c;
    if (seats !== null && seats !== undefined) needed.set(localKey(one.at), seats);
  }
  return needed;
}

/** @param {number | null | undefined} ms */
const minutes = (ms) => (ms === null || ms === undefined ? '' : (ms / 60_000).toFixed(1));
/** @param {number | null | undefined} share */
const percent = (share) => (share === null || share === undefined ? '' : `${Math.round(share * 100)}%`);

/** @param {Report} report */
export function drawReport(report) {
  const { half_hours, total, uncovered, assumptions, runs } = report;
  const labels = half_hours.map(({ at }) => localKey(at));
  const series = (/** @type {string} */ name, /** @type {(one: HalfHour) => number | null} */ value) => ({ name: t(`admin.schedule.report.${name}`), values: half_hours.map(value) });
  return h(
    'div',
    { class: 'report' },
    h(
      'dl',
      { class: 'report__total' },
      [
        ['arrivals', total.arrivals], ['served', total.served], ['abandoned', total.abandoned], ['p50', minutes(total.wait_p50_ms)], ['p80', minutes(total.wait_p80_ms)],
        ['p95', minutes(total.wait_p95_ms)], ['occupancy', percent(total.occupancy)],
      ].filter(([, value]) => value !== undefined && value !== '').map(([name, value]) => h('div', {}, h('dt', {}, t(`admin.schedule.report.${name}`)), h('dd', {}, value))),
    ),
    uncovered.length === 0 ? null : h(
      'div',
      { class: 'notice notice--warn' },
      icon('warn'),
      h('div', {}, h('strong', {}, t('admin.schedule.report.uncovered', { n: uncovered.length })), h('ul', {}, uncovered.map((one) =>
        h('li', { class: 'small' }, t('admin.schedule.report.uncovered-one', { item: one.item_code, kind: t(`shared.kind.${one.kind}`), day: dayText(localKey(one.from).slice(0, 10)), from: localKey(one.from).slice(11), to: localKey(one.to).slice(11) }))))),
    ),
    drawLines({ title: t('admin.schedule.report.waits'), labels, series: [series('p50', (one) => one.wait_p50_ms === null ? null : one.wait_p50_ms / 60_000), series('p80', (one) => one.wait_p80_ms === null ? null : one.wait_p80_ms / 60_000), series('p95', (one) => one.wait_p95_ms === null ? null : one.wait_p95_ms / 60_000)] }),
    drawLines({ title: t('admin.schedule.report.abandonment'), labels, series: [series('arrivals', (one) => one.arrivals), series('abandoned', (one) => one.abandoned)] }),
    drawLines({ title: t('admin.schedule.report.seats'), labels, series: [series('planned', (one) => one.planned), series('erlang-c', (one) => one.needed_erlang_c), series('erlang-a', (one) => one.needed_erlang_a)] }),
    h('details', {}, h('summary', {}, t('admin.schedule.report.table')), drawTable(half_hours)),
    h(
      'details',
      { open: true },
      h('summary', {}, t('admin.schedule.report.assumptions')),
      h('p', { class: 'small' }, t('admin.schedule.report.runs', { n: runs })),
      h('ul', { class: 'small report__assumed' }, Object.entries(assumptions).map(([name, value]) => h('li', {}, assumptionText(name, value)))),
    ),
  );
}

/** @param {string} name @param {any} value */
function assumptionText(name, value) {
  if (name === 'arrivals' && ['recorded', 'given'].includes(value)) return t('admin.schedule.assumed.arrivals', { value: t(`admin.schedule.rehearsal.${value}`) });
  const key = `admin.schedule.assumed.${name}`;
  const sentence = t(key, { value: typeof value === 'object' && value !== null ? '' : value, percent: value?.percent ?? '', within: Math.round((value?.within_s ?? 0) / 60) });
  // An assumption that has no sentence yet is still shown.
  return sentence === key ? `${name}: ${typeof value === 'object' ? JSON.stringify(value) : value}` : sentence;
}

/** @param {HalfHour[]} half_hours */
function drawTable(half_hours) {
  /** @type {[string, (one: HalfHour) => string | number | null][]} */
  const columns = [
    ['at', (one) => localKey(one.at)], ['arrivals', (one) => one.arrivals], ['served', (one) => one.served], ['abandoned', (one) => one.abandoned],
    ['p50', (one) => minutes(one.wait_p50_ms)], ['p80', (one) => minutes(one.wait_p80_ms)], ['p95', (one) => minutes(one.wait_p95_ms)], ['occupancy', (one) => percent(one.occupancy)],
    ['planned', (one) => one.planned], ['erlang-c', (one) => one.needed_erlang_c], ['erlang-a', (one) => one.needed_erlang_a],
  ];
  const name = (/** @type {string} */ column) => t(`admin.schedule.report.${column}`);
  return h(
    'div',
    { class: 'table__scroll', tabindex: '0', role: 'group', 'aria-label': t('admin.schedule.report.table') },
    h(
      'table',
      {},
      h('thead', {}, h('tr', {}, columns.map(([column]) => h('th', { scope: 'col', class: 'report__heading small' }, name(column))))),
      h('tbody', {}, half_hours.map((one) => h('tr', {}, columns.map(([column, value]) => h('td', { 'data-name': name(column), class: column === 'at' ? '' : 'is-number' }, value(one)))))),
    ),
  );
}
