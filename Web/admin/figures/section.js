// Reports: a period, a grouping, and for each question a chart with its table and what its figures mean.

import { h, icon, replaceChildren } from '../../elements/dom.js';
import { t } from '../../text/text.js';
import { getForFile, getJSON } from '../../signaling/http.js';
import { createChart, formatValue } from '../../elements/chart.js';
import { saveFile } from '../../elements/comma-separated.js';
import { lastDays, queryOf, shortDate } from '../report-days.js';

/** @typedef {import("../../elements/chart.js").Unit} Unit */
/** @typedef {{id: string, unit: Unit, name: string, definition: string}} Definition */
/** @typedef {{key: string, name?: string | null, values: Record<string, number | null>}} Row */
/** @typedef {{from: string, to: string, by: string, within_s: number, definitions: Definition[], rows: Row[], total: Record<string, number | null>}} Report */

const GROUPINGS = ['day', 'hour', 'hall', 'item', 'seat'];
const SERVICE_LEVELS_S = [60, 120, 180, 300, 600, 900, 1_800];
const DEFAULT_LEVEL_S = 300;
const QUICK_DAYS = [7, 30, 90];

/** What is asked together, each a chart. @type {{id: string, figures: string[]}[]} */
const QUESTIONS = [
  { id: 'tickets', figures: ['taken', 'served', 'abandoned', 'no_show'] },
  { id: 'other-ends', figures: ['declined', 'expired', 'open'] },
  { id: 'waits', figures: ['wait_p50_ms', 'wait_p80_ms', 'wait_p95_ms'] },
  { id: 'level', figures: ['service_level'] },
  { id: 'times', figures: ['handling_mean_ms', 'handling_p50_ms', 'wrap_up_mean_ms', 'wrap_up_p50_ms'] },
  { id: 'sessions', figures: ['sessions', 'repeat_visits', 'first_outcomes'] },
  { id: 'complete', figures: ['first_time_complete'] },
  { id: 'occupancy', figures: ['occupancy'] },
  { id: 'seat-time', figures: ['signed_on_ms', 'busy_ms'] },
];

/**
 * @param {HTMLElement} host
 * @param {{hall: {id: string, name: string}, announce: (sentence: string) => void}} context
 */
function open(host, { hall, announce }) {
  const first = lastDays(7, Date.now());
  const from = h('input', { type: 'date', class: 'input', value: first.from, required: true });
  const to = h('input', { type: 'date', class: 'input', value: first.to, required: true });
  const by = h('select', { class: 'input', on: { change: show } }, GROUPINGS.map((one) => h('option', { value: one }, t(`admin-figures.by.${one}`))));
  const within = h(
    'select',
    { class: 'input', on: { change: show } },
    SERVICE_LEVELS_S.map((seconds) => h('option', { value: seconds, selected: seconds === DEFAULT_LEVEL_S }, formatValue(seconds * 1_000, 'milliseconds'))),
  );
  const problem = h('p', { class: 'notice notice--warn', role: 'alert', hidden: true });
  const fresh = h('p', { class: 'small quiet', role: 'status' });
  const report = h('div', { class: 'figures' });
  const file = h('button', { class: 'button', type: 'button', on: { click: save } }, icon('save'), t('admin-figures.save'));
  const form = h(
    'form',
    { class: 'report-form', on: { submit: (/** @type {Event} */ event) => { event.preventDefault(); show(); } } },
    field('admin-figures.from', from),
    field('admin-figures.to', to),
    field('admin-figures.by', by),
    field('admin-figures.within', within),
    h('button', { class: 'button button--primary', type: 'submit' }, t('admin-figures.show')),
    h(
      'div',
      { class: 'report-form__quick' },
      QUICK_DAYS.map((days) => h('button', { class: 'button button--quiet', type: 'button', on: { click: () => choose(days) } }, t('admin-figures.last', { n: days }))),
    ),
    file,
  );
  replaceChildren(host, h('div', { class: 'report' }, form, problem, fresh, report));

  /** @type {(() => void)[]} */
  let closing = [];
  let turn = 0;

  const query = () =>
    queryOf({ hall: by.value === 'hall' ? undefined : hall.id, from: from.value, to: to.value, by: by.value, within_s: within.value });

  /** @param {number} days */
  function choose(days) {
    const period = lastDays(days, Date.now());
    [from.value, to.value] = [period.from, period.to];
    show();
  }

  async function show() {
    const now = ++turn;
    fresh.textContent = t('shared.loading');
    try {
      const found = /** @type {Report} */ (await getJSON(`/admin/figures?${query()}`));
      if (now !== turn) return;
      tell(null);
      fresh.textContent = t('admin-figures.shown', { from: found.from, to: found.to, hall: found.by === 'hall' ? t('admin-figures.all-halls') : hall.name });
      closing.forEach((close) => close());
      closing = [];
      replaceChildren(report, QUESTIONS.map((question) => card(question, found)));
      announce(fresh.textContent);
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
    fresh.textContent = '';
    replaceChildren(problem, icon('warn'), h('span', {}, wrong ? t('admin-figures.bad-period') : error.message));
  }

  /** @param {{id: string, figures: string[]}} question @param {Report} found */
  function card({ id, figures }, found) {
    const shown = figures.map((figure) => found.definitions.find((one) => one.id === figure)).filter((one) => one !== undefined);
    // What makes no sense in this grouping has no value anywhere.
    if (shown.every((one) => found.total[one.id] === null)) return null;
    const chart = createChart({
      title: t(`admin-figures.question.${id}`),
      kind: found.by === 'day' || found.by === 'hour' ? 'line' : 'bar',
      unit: shown[0].unit,
      axis: t(`admin-figures.by.${found.by}`),
      categories: found.rows.map((row) => ({ label: label(row), short: found.by === 'day' ? shortDate(row.key) : row.key })),
      series: shown.map((one) => ({ name: one.name, values: found.rows.map((row) => row.values[one.id] ?? null) })),
      fileName: `${id}-${found.from}-${found.to}`,
    });
    closing.push(chart.close);
    return h(
      'section',
      { class: 'card figures__card', 'data-question': id },
      chart.element,
      h(
        'dl',
        { class: 'figures__definitions' },
        shown.map((one) => [
          h(
            'div',
            {},
            h('dt', {}, one.name, h('strong', { class: 'figures__total', 'data-figure': one.id }, formatValue(found.total[one.id] ?? null, one.unit))),
            h('dd', { class: 'small quiet' }, one.definition),
          ),
        ]),
      ),
    );
  }

  async function save() {
    try {
      saveFile(await getForFile(`/admin/figures.csv?${query()}`), `figures-${from.value}-${to.value}-${by.value}.csv`);
    } catch (error) {
      tell(/** @type {any} */ (error));
    }
  }

  show();
  return () => {
    turn += 1;
    closing.forEach((close) => close());
  };
}

/** @param {Row} row */
function label(row) {
  return row.name ?? (row.key === '' ? t('admin-figures.no-seat') : row.key);
}

/** @param {string} key @param {HTMLElement} input */
function field(key, input) {
  return h('label', { class: 'field report-form__field' }, h('span', { class: 'field__label' }, t(key)), input);
}

export const section = { id: 'figures', title: () => t('admin-figures.title'), tables: ['admin-figures', 'chart'], open };
