// A rehearsal's report: waits, people and seats over the same half hours, each with its table, and what was assumed.

import { createChart, formatValue } from '../../elements/chart.js';
import { h, icon } from '../../elements/dom.js';
import { t } from '../../text/text.js';
import { dayText, shortDay } from './days.js';

/**
 * Numbers of people and seats are means over the runs. What is not known is left out.
 * @typedef {{at: string, arrivals: number, served: number, abandoned: number, service_level?: number, wait_p50_ms?: number, wait_p80_ms?: number, wait_p95_ms?: number,
 *   occupancy?: number, planned: number, needed_erlang_c?: number, needed_erlang_a?: number}} HalfHour
 */
/** @typedef {{item_code: string, kind: string, language?: string, from: string, to: string}} Uncovered */
/** @typedef {{assumptions: Record<string, number>, half_hours: HalfHour[], total: Record<string, number>, uncovered: Uncovered[], runs: number}} Report */
/** @typedef {keyof HalfHour} Name */

/** Asked of every run's total, in this order. @type {readonly [string, import("../../elements/chart-scale.js").Unit][]} */
const TOTALS = Object.freeze([
  ['arrivals', 'count'], ['served', 'count'], ['abandoned', 'count'], ['service_level', 'share'], ['wait_p50_ms', 'milliseconds'], ['wait_p80_ms', 'milliseconds'],
  ['wait_p95_ms', 'milliseconds'], ['occupancy', 'share'], ['half_hours_short', 'count'], ['outside_hours', 'count'],
]);
/** @type {readonly {id: string, unit: import("../../elements/chart-scale.js").Unit, names: Name[]}[]} */
const CHARTS = Object.freeze([
  { id: 'waits', unit: 'milliseconds', names: ['wait_p50_ms', 'wait_p80_ms', 'wait_p95_ms'] },
  { id: 'people', unit: 'count', names: ['arrivals', 'served', 'abandoned'] },
  { id: 'seats', unit: 'count', names: ['planned', 'needed_erlang_c', 'needed_erlang_a'] },
  { id: 'shares', unit: 'share', names: ['service_level', 'occupancy'] },
]);

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
    if (seats !== undefined && seats !== null) needed.set(localKey(one.at), seats);
  }
  return needed;
}

/** Means of several runs have more digits than they are worth. @param {number} value @param {string} unit */
const rounded = (value, unit) => (unit === 'count' ? Math.round(value * 10) / 10 : value);

/** @param {Report} report @param {(code: string) => string} item its name @returns {{element: HTMLElement, close: () => void}} */
export function drawReport(report, item) {
  const { total, uncovered, assumptions, runs } = report;
  const charts = CHARTS.map((chart) => drawChart(report, chart));
  const element = h(
    'div',
    { class: 'rehearsed' },
    h(
      'dl',
      { class: 'rehearsed__total' },
      TOTALS.filter(([name]) => typeof total[name] === 'number').map(([name, unit]) =>
        h('div', {}, h('dt', {}, t(`admin.schedule.report.${name}`)), h('dd', {}, formatValue(rounded(total[name], unit), unit)))
      ),
    ),
    uncovered.length === 0 ? null : h(
      'details',
      { class: 'notice notice--warn rehearsed__uncovered' },
      h('summary', {}, icon('warn'), t('admin.schedule.report.uncovered', { n: uncovered.length })),
      h('ul', {}, uncovered.map((one) => h('li', { class: 'small' }, uncoveredText(one, item)))),
    ),
    h('div', { class: 'rehearsed__charts' }, charts.map((chart) => chart.element)),
    h(
      'details',
      { open: true },
      h('summary', {}, t('admin.schedule.report.assumptions')),
      h('ul', { class: 'small rehearsed__assumed' }, h('li', {}, t('admin.schedule.report.runs', { n: runs })), assumed(assumptions).map((sentence) => h('li', {}, sentence))),
    ),
  );
  return { element, close: () => charts.forEach((chart) => chart.close()) };
}

/** @param {Report} report @param {{id: string, unit: import("../../elements/chart-scale.js").Unit, names: Name[]}} chart */
function drawChart(report, { id, unit, names }) {
  // The nights would be most of the picture.
  const half_hours = report.half_hours.filter((one) => one.planned > 0 || one.arrivals > 0);
  const keys = half_hours.map(({ at }) => localKey(at));
  const isOneDay = new Set(keys.map((key) => key.slice(0, 10))).size < 2;
  /** @param {Name} name */
  const values = (name) => half_hours.map((one) => (typeof one[name] === 'number' ? rounded(one[name], unit) : null));
  return createChart({
    title: t(`admin.schedule.report.${id}`),
    kind: 'line',
    unit,
    axis: t('admin.schedule.report.at'),
    categories: keys.map((key) => ({ label: `${dayText(key.slice(0, 10))} ${key.slice(11)}`, short: isOneDay ? key.slice(11) : shortDay(key.slice(0, 10)) })),
    series: names.map((name) => ({ name: t(`admin.schedule.report.${name}`), values: values(name) })),
    fileName: `rehearsal-${id}-${keys[0]?.slice(0, 10) ?? ''}`,
  });
}

/** @param {Uncovered} one @param {(code: string) => string} item */
function uncoveredText({ item_code, kind, language, from, to }, item) {
  const [begin, end] = [localKey(from), localKey(to)];
  return t('admin.schedule.report.uncovered-one', {
    item: item(item_code), kind: t(`shared.kind.${kind}`), language: language ? t('admin.schedule.report.in-language', { language: t(`seat.transfer.language.${language}`) }) : '',
    day: dayText(begin.slice(0, 10)), from: begin.slice(11), to: end.slice(11),
  });
}

/** @param {Record<string, number>} assumptions @returns {string[]} */
function assumed({ seed, service_level_percent, service_level_within_ms, patience_mean_ms, talk_mean_ms, wrap_up_mean_ms, accept_mean_ms, expected_arrivals }) {
  const lasting = (/** @type {number} */ value) => formatValue(value, 'milliseconds');
  return [
    t('admin.schedule.assumed.expected', { n: rounded(expected_arrivals, 'count') }),
    t('admin.schedule.assumed.service-level', { percent: service_level_percent, within: lasting(service_level_within_ms) }),
    patience_mean_ms === undefined || patience_mean_ms === null ? t('admin.schedule.assumed.endless-patience') : t('admin.schedule.assumed.patience', { value: lasting(patience_mean_ms) }),
    t('admin.schedule.assumed.handling', { talk: lasting(talk_mean_ms), wrap: lasting(wrap_up_mean_ms), accept: lasting(accept_mean_ms) }),
    t('admin.schedule.assumed.seed', { value: seed }),
  ];
}
