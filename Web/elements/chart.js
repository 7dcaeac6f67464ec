// Lines or bars that can be read without colour: dashes, marks, hatching, names at the lines; always with the table that they are drawn from, and that table as a file.

import { h, icon, replaceChildren } from './dom.js';
import { t } from '../text/text.js';
import { highest, labelledPlaces, runs, spread, ticks, timeParts } from './chart-scale.js';
import { commaSeparated, saveFile } from './comma-separated.js';

/** @typedef {import("./chart-scale.js").Unit} Unit */
/**
 * One thing that is measured, with a value for each category; null: not known there. `range`: a band around it, for example of P50 to P95.
 * @typedef {{name: string, values: (number | null)[], range?: {name: string, low: (number | null)[], high: (number | null)[]}}} Series
 */
/**
 * `line`: categories are moments in their order, `short` stands at the axis. `bar`: categories are things, each a row.
 * @typedef {{
 *   title: string, kind: 'line' | 'bar', unit: Unit, axis: string, categories: {label: string, short?: string}[], series: Series[], fileName: string,
 * }} ChartOptions
 */

const SVG = 'http://www.w3.org/2000/svg';
const DASHES = ['', '7 4', '2 3', '10 3 2 3'];
const HEIGHT = 240;
const MARGIN = { top: 14, bottom: 28, left: 64, right: 12 };
/** Of names beside the ends of the lines. */
const NAME_WIDTH = 120;
const NARROW = 520;
const TEXT_GAP = 16;
/** Marks of each point only while they do not run into each other. */
const MARK_ROOM = 14;
let charts = 0;

/**
 * @param {string} tag
 * @param {Record<string, string | number>} [attributes]
 * @param {...(Node | string | null)} children
 */
function draw(tag, attributes = {}, ...children) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  element.append(...children.filter((child) => child !== null));
  return element;
}

/** @param {number | null} value @param {Unit} unit */
export function formatValue(value, unit) {
  if (value === null) return t('chart.none');
  if (unit === 'share') return `${Math.round(value * 1_000) / 10}%`;
  if (unit === 'count') return String(Math.round(value * 100) / 100);
  const { hours, minutes, seconds } = timeParts(value);
  if (hours > 0) return minutes === 0 ? t('chart.whole-hours', { h: hours }) : t('chart.hours', { h: hours, m: minutes });
  if (minutes > 0) return seconds === 0 ? t('chart.minutes', { m: minutes }) : t('chart.minutes-seconds', { m: minutes, s: seconds });
  return t('chart.seconds', { s: seconds });
}

/** @param {number} x @param {number} y @param {number} index of the series */
function mark(x, y, index) {
  const r = 4;
  const attributes = { class: `chart__mark chart__mark--${index % 4}` };
  switch (index % 4) {
    case 0: return draw('circle', { ...attributes, cx: x, cy: y, r });
    case 1: return draw('rect', { ...attributes, x: x - r, y: y - r, width: 2 * r, height: 2 * r });
    case 2: return draw('path', { ...attributes, d: `M${x} ${y - r - 1}L${x + r + 1} ${y + r}L${x - r - 1} ${y + r}Z` });
    default: return draw('path', { ...attributes, d: `M${x} ${y - r - 1}L${x + r + 1} ${y}L${x} ${y + r + 1}L${x - r - 1} ${y}Z` });
  }
}

/** How a series looks, for the legend. @param {number} index @param {'line' | 'bar'} kind @param {string} id of the chart, whose hatching it uses */
function sample(index, kind, id) {
  const svg = draw('svg', { class: 'chart__sample', viewBox: '0 0 36 14', width: 36, height: 14, 'aria-hidden': 'true' });
  const look = { x: 1, y: 1, width: 34, height: 12 };
  if (kind === 'bar') svg.append(draw('rect', { ...look, class: `chart__bar chart__bar--${index % 4}` }), ...hatch(index, look, id));
  else svg.append(draw('path', { class: `chart__line chart__line--${index % 4}`, d: 'M0 7L36 7', 'stroke-dasharray': DASHES[index % 4] }), mark(18, 7, index));
  return svg;
}

/** @param {ChartOptions} options */
export function createChart(options) {
  const { title, kind, unit, axis, categories, series } = options;
  const id = `chart-${++charts}`;
  const reading = h('p', { class: 'chart__reading small', role: 'status' });
  const plot = h('div', { class: 'chart__plot', tabindex: '0', role: 'group', 'aria-labelledby': id, 'aria-describedby': `${id}-hint` });
  const legend = h('ul', { class: 'chart__legend small' }, series.map((one, index) => h('li', {}, sample(index, kind, id), one.name)));
  let at = -1;

  const element = h(
    'figure',
    { class: 'chart' },
    h('figcaption', { class: 'chart__title', id }, title),
    series.length > 1 ? legend : null,
    plot,
    h('p', { class: 'visually-hidden', id: `${id}-hint` }, t('chart.hint')),
    reading,
    h(
      'details',
      { class: 'chart__data' },
      h('summary', {}, t('chart.table')),
      h('div', { class: 'table__scroll', tabindex: '0', role: 'group', 'aria-labelledby': id }, table(options, id)),
      h('button', { class: 'button', on: { click: save } }, icon('save'), t('chart.save')),
    ),
  );

  function save() {
    const rows = [[axis, ...series.map(({ name }) => name)], ...categories.map(({ label }, index) => [label, ...series.map(({ values }) => values[index])])];
    saveFile(new Blob([commaSeparated(rows)], { type: 'text/csv' }), `${options.fileName}.csv`);
  }

  /** @param {number} index */
  function read(index) {
    at = Math.max(0, Math.min(categories.length - 1, index));
    const values = series.map(({ name, values }) => `${name} ${formatValue(values[at], unit)}`);
    reading.textContent = t('chart.reading', { at: categories[at].label, values: values.join(t('chart.separator')) });
    for (const line of plot.querySelectorAll('.chart__cursor')) line.setAttribute('opacity', line.getAttribute('data-at') === String(at) ? '1' : '0');
  }

  plot.addEventListener('keydown', (event) => {
    const keys = { ArrowLeft: at - 1, ArrowUp: at - 1, ArrowRight: at + 1, ArrowDown: at + 1, Home: 0, End: categories.length - 1 };
    const next = /** @type {Record<string, number>} */ (keys)[event.key];
    if (next === undefined || categories.length === 0) return;
    event.preventDefault();
    read(next);
  });

  let drawnWidth = 0;
  // The drawing follows the width, so that its words keep their size.
  const watch = new ResizeObserver(([entry]) => {
    const width = Math.floor(entry.contentRect.width);
    if (width === drawnWidth || width === 0) return;
    drawnWidth = width;
    replaceChildren(plot, kind === 'line' ? lines(options, width, id) : bars(options, width, id));
    for (const area of plot.querySelectorAll('[data-place]')) area.addEventListener('pointerenter', () => read(Number(area.getAttribute('data-place'))));
    if (at >= 0) read(at);
  });
  watch.observe(plot);
  return { element, close: () => watch.disconnect() };
}

/** @param {ChartOptions} options @param {string} id */
function table({ axis, categories, series, unit }, id) {
  return h(
    'table',
    { 'aria-labelledby': id },
    h('thead', {}, h('tr', {}, h('th', { scope: 'col' }, axis), series.map(({ name }) => h('th', { scope: 'col', class: 'is-number' }, name)))),
    h(
      'tbody',
      {},
      categories.map(({ label }, index) =>
        h('tr', {}, h('td', { 'data-name': axis }, label), series.map(({ name, values }) => h('td', { class: 'is-number', 'data-name': name }, formatValue(values[index], unit))))
      ),
    ),
  );
}

/** @param {ChartOptions} options @param {number} width @param {string} id */
function lines({ categories, series, unit }, width, id) {
  const isNarrow = width < NARROW || series.length < 2;
  const right = isNarrow ? MARGIN.right : NAME_WIDTH;
  const [inner, depth] = [Math.max(40, width - MARGIN.left - right), HEIGHT - MARGIN.top - MARGIN.bottom];
  const steps = ticks(highest(series), unit);
  const top = steps[steps.length - 1];
  /** @param {number} index */
  const x = (index) => MARGIN.left + (categories.length < 2 ? inner / 2 : (index / (categories.length - 1)) * inner);
  /** @param {number} value */
  const y = (value) => MARGIN.top + depth - (value / top) * depth;
  const svg = draw('svg', { class: 'chart__drawing', viewBox: `0 0 ${width} ${HEIGHT}`, width, height: HEIGHT, 'aria-hidden': 'true', 'data-chart': id });
  for (const step of steps) {
    svg.append(
      draw('path', { class: 'chart__grid', d: `M${MARGIN.left} ${y(step)}H${MARGIN.left + inner}` }),
      draw('text', { class: 'chart__text', x: MARGIN.left - 8, y: y(step) + 4, 'text-anchor': 'end' }, formatValue(step, unit)),
    );
  }
  for (const index of labelledPlaces(categories.length, inner, 52)) {
    svg.append(draw('text', { class: 'chart__text', x: x(index), y: HEIGHT - 8, 'text-anchor': 'middle' }, categories[index].short ?? categories[index].label));
  }
  categories.forEach((_, index) => svg.append(draw('path', { class: 'chart__cursor', 'data-at': index, opacity: 0, d: `M${x(index)} ${MARGIN.top}v${depth}` })));
  series.forEach(({ range }) => {
    if (range) for (const run of runs(range.high.map((high, index) => (range.low[index] === null ? null : high)))) svg.append(band(run, range, x, y));
  });
  series.forEach(({ values }, index) => {
    for (const run of runs(values)) {
      const path = run.map((place, step) => `${step === 0 ? 'M' : 'L'}${x(place).toFixed(1)} ${y(values[place] ?? 0).toFixed(1)}`).join('');
      svg.append(draw('path', { class: `chart__line chart__line--${index % 4}`, d: path, 'stroke-dasharray': DASHES[index % 4] }));
      const every = Math.max(1, Math.ceil(MARK_ROOM / (inner / Math.max(1, categories.length - 1))));
      svg.append(...run.filter((place, step) => place % every === 0 || step === run.length - 1).map((place) => mark(x(place), y(values[place] ?? 0), index)));
    }
  });
  if (!isNarrow) svg.append(...names(series, x, y, depth));
  const column = inner / Math.max(1, categories.length - 1);
  categories.forEach((_, index) => svg.append(draw('rect', { class: 'chart__area', 'data-place': index, x: x(index) - column / 2, y: 0, width: column, height: HEIGHT })));
  return svg;
}

/**
 * @param {number[]} run
 * @param {{low: (number | null)[], high: (number | null)[]}} range
 * @param {(index: number) => number} x
 * @param {(value: number) => number} y
 */
function band(run, range, x, y) {
  const there = run.map((place) => `${x(place).toFixed(1)} ${y(range.high[place] ?? 0).toFixed(1)}`);
  const back = [...run].reverse().map((place) => `${x(place).toFixed(1)} ${y(range.low[place] ?? 0).toFixed(1)}`);
  return draw('path', { class: 'chart__band', d: `M${[...there, ...back].join('L')}Z` });
}

/** @param {Series[]} series @param {(index: number) => number} x @param {(value: number) => number} y @param {number} depth */
function names(series, x, y, depth) {
  const ends = series.map(({ values }, index) => ({ index, place: values.findLastIndex((value) => value !== null) })).filter(({ place }) => place >= 0);
  const heights = spread(ends.map(({ index, place }) => y(series[index].values[place] ?? 0)), TEXT_GAP, MARGIN.top, MARGIN.top + depth);
  return ends.map(({ index, place }, row) => draw('text', { class: 'chart__name', x: x(place) + 10, y: heights[row] + 4 }, series[index].name));
}

const ROW = { name: 20, bar: 15, gap: 10 };

/** @param {ChartOptions} options @param {number} width @param {string} id */
function bars({ categories, series, unit }, width, id) {
  const steps = ticks(highest(series), unit);
  const top = steps[steps.length - 1];
  const room = Math.max(60, width - 96);
  const rowHeight = ROW.name + series.length * ROW.bar + ROW.gap;
  const height = Math.max(1, categories.length) * rowHeight;
  const svg = draw('svg', { class: 'chart__drawing', viewBox: `0 0 ${width} ${height}`, width, height, 'aria-hidden': 'true', 'data-chart': id });
  svg.append(hatching(id));
  categories.forEach(({ label }, index) => {
    const y = index * rowHeight;
    svg.append(draw('rect', { class: 'chart__cursor', 'data-at': index, opacity: 0, x: 0.5, y: y + 1, width: width - 1, height: rowHeight - 2, fill: 'none' }));
    svg.append(draw('text', { class: 'chart__text chart__text--name', x: 4, y: y + 15 }, label));
    series.forEach(({ values }, row) => {
      const value = values[index];
      const length = ((value ?? 0) / top) * room;
      const place = y + ROW.name + row * ROW.bar;
      const look = { x: 4, y: place, width: Math.max(0.5, length), height: ROW.bar - 3 };
      if (value !== null) svg.append(draw('rect', { ...look, class: `chart__bar chart__bar--${row % 4}` }), ...hatch(row, look, id));
      svg.append(draw('text', { class: 'chart__text', x: 10 + (value === null ? 0 : length), y: place + 10 }, formatValue(value, unit)));
    });
    svg.append(draw('rect', { class: 'chart__area', 'data-place': index, x: 0, y, width, height: rowHeight }));
  });
  return svg;
}

/** The first series is filled, the others are hatched. @param {number} index @param {Record<string, number>} look @param {string} id */
function hatch(index, look, id) {
  return index % 4 === 0 ? [] : [draw('rect', { ...look, class: 'chart__hatch', fill: `url(#${id}-hatch-${index % 4})` })];
}

/** Patterns for the second bar and those after it. @param {string} id */
function hatching(id) {
  const paths = ['M0 6L6 0', 'M3 0V6', 'M0 6L6 0M0 0L6 6'];
  return draw(
    'defs',
    {},
    ...paths.map((d, index) =>
      draw('pattern', { id: `${id}-hatch-${index + 1}`, width: 6, height: 6, patternUnits: 'userSpaceOnUse' }, draw('path', { class: 'chart__stroke', d }))
    ),
  );
}
