// Lines over half hours as SVG, told apart by dash and by a label at their highest point, so that they can be read without colour.

import { h } from '../../elements/dom.js';
import { t } from '../../text/text.js';

const SVG = 'http://www.w3.org/2000/svg';
const WIDTH = 900;
const HEIGHT = 150;
const LEFT = 40;
const BOTTOM = 20;
const TOP = 14;

/** @param {string} tag @param {Record<string, string | number>} props @param {string} [text] */
function draw(tag, props, text) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(props)) element.setAttribute(name, String(value));
  if (text !== undefined) element.textContent = text;
  return element;
}

/**
 * @param {{title: string, labels: string[], series: {name: string, values: (number | null)[]}[]}} chart labels as `2026-11-23 09:00`
 */
export function drawLines({ title, labels, series }) {
  const highest = Math.max(1, ...series.flatMap(({ values }) => values.map((value) => value ?? 0)));
  const x = (/** @type {number} */ index) => LEFT + (labels.length < 2 ? 0 : index / (labels.length - 1) * (WIDTH - LEFT - 8));
  const y = (/** @type {number} */ value) => TOP + (1 - value / highest) * (HEIGHT - TOP - BOTTOM);
  const svg = /** @type {SVGSVGElement} */ (draw('svg', { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, class: 'lines', role: 'img', 'aria-label': t('admin.schedule.report.chart', { title, names: series.map(({ name }) => name).join(t('admin.schedule.dot')) }) }));
  for (const value of [0, highest / 2, highest]) {
    svg.append(draw('line', { x1: LEFT, x2: WIDTH, y1: y(value), y2: y(value), class: 'lines__grid' }), draw('text', { x: LEFT - 4, y: y(value) + 4, class: 'lines__text', 'text-anchor': 'end' }, String(Math.round(value * 10) / 10)));
  }
  labels.forEach((label, index) => {
    if (index > 0 && labels[index - 1].slice(0, 10) === label.slice(0, 10)) return;
    svg.append(draw('line', { x1: x(index), x2: x(index), y1: TOP, y2: HEIGHT - BOTTOM, class: 'lines__grid' }), draw('text', { x: x(index) + 2, y: HEIGHT - 5, class: 'lines__text' }, label.slice(5, 10)));
  });
  series.forEach(({ name, values }, index) => {
    let path = '';
    values.forEach((value, at) => {
      if (value === null || value === undefined) return;
      // A night between two days is no line.
      const isNew = at === 0 || values[at - 1] === null || values[at - 1] === undefined || labels[at - 1].slice(0, 10) !== labels[at].slice(0, 10);
      path += `${isNew ? 'M' : 'L'}${x(at).toFixed(1)} ${y(value).toFixed(1)}`;
    });
    svg.append(draw('path', { d: path, class: `lines__line lines__line--${index}` }));
    const known = values.map((value) => value ?? 0);
    const peak = known.indexOf(Math.max(...known));
    if (known[peak] > 0) svg.append(draw('text', { x: Math.min(x(peak) + 4, WIDTH - 60), y: Math.max(TOP - 3, y(known[peak]) - 3), class: `lines__label lines__label--${index}` }, name));
  });
  return h('figure', { class: 'report__chart' }, h('figcaption', {}, title), svg, h('ul', { class: 'report__key small' }, series.map(({ name }, index) => h('li', {}, keyLine(index), name))));
}

/** @param {number} index */
function keyLine(index) {
  const svg = draw('svg', { viewBox: '0 0 36 10', class: 'report__sample', 'aria-hidden': 'true' });
  svg.append(draw('path', { d: 'M0 5L36 5', class: `lines__line lines__line--${index}` }));
  return svg;
}
