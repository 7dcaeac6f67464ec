// The strip under the grid: seats planned and needed in each half hour.

import { h } from '../../elements/dom.js';
import { t } from '../../text/text.js';
import { timeOf } from './days.js';
import { HALF_HOUR, plannedSeats } from './plan.js';
import { xOf } from './geometry.js';

/** From here a number fits into a half hour. */
const NUMBER_PX = 20;

/** @param {number} planned @param {number | null | undefined} needed */
export function coverageText(planned, needed) {
  return needed === null || needed === undefined ? t('admin.schedule.planned', { n: planned }) : t('admin.schedule.planned-needed', { n: planned, needed });
}

/**
 * @param {import("./geometry.js").Field} field
 * @param {readonly {shifts: readonly import("./plan.js").Shift[], needed: Map<number, number>}[]} days
 * @returns {{ bars: HTMLElement[], planned: Map<number, number>[], low: number, high: number }} `low` and `high` of the half hours in which somebody is planned
 */
export function drawCoverage(field, days) {
  const planned = days.map(({ shifts }) => plannedSeats(shifts));
  const highest = Math.max(1, ...planned.flatMap((day) => [...day.values()]), ...days.flatMap((day) => [...day.needed.values()]));
  const bars = [];
  const counts = planned.flatMap((day) => [...day.values()]);
  for (const [index, { needed }] of days.entries()) {
    for (const at of new Set([...planned[index].keys(), ...needed.keys()])) {
      const count = planned[index].get(at) ?? 0;
      const wanted = needed.get(at);
      const left = xOf(field, index, at);
      const width = xOf(field, index, at + HALF_HOUR) - left;
      const isShort = wanted !== undefined && count < wanted;
      bars.push(h(
        'div',
        { class: ['coverage__slot', isShort && 'coverage__slot--short'], style: { left: `${left}px`, width: `${width}px` }, title: `${timeOf(at)} ${coverageText(count, wanted)}` },
        h('div', { class: 'coverage__bar', style: { height: `${count / highest * 100}%` } }),
        wanted === undefined ? null : h('div', { class: 'coverage__needed', style: { bottom: `${wanted / highest * 100}%` } }),
        width >= NUMBER_PX ? h('span', { class: 'coverage__count' }, isShort ? `${count}/${wanted}` : count) : null,
      ));
    }
  }
  return { bars, planned, low: counts.length ? Math.min(...counts) : 0, high: counts.length ? Math.max(...counts) : 0 };
}
