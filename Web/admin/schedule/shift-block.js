// One shift as a block in the grid: who, what for, the breaks, and what is wrong with it. Never by colour alone.

import { h, icon } from '../../elements/dom.js';
import { t } from '../../text/text.js';
import { span } from './plan.js';

/** @typedef {import("./plan.js").Shift} Shift */
/** @typedef {import("./plan.js").Covers} Covers */

/** What a shift is for, in words; empty when for everything. @param {Covers} covers */
export function coversText({ groups, kinds, languages }) {
  return [...kinds.map((kind) => t(`shared.kind.${kind}`)), ...languages.map((language) => t(`seat.transfer.language.${language}`)), ...groups].join(t('admin.schedule.dot'));
}

/** `09:00–12:00`. @param {{from: string, to: string}} stretch */
export const stretchText = ({ from, to }) => t('admin.schedule.stretch', { from, to });

/**
 * @typedef {object} Look
 * @property {string} agent name, or nothing
 * @property {'blocking' | 'warning' | undefined} mark
 * @property {boolean} isOnLeave
 * @property {boolean} isRoomy with room for a second line
 */

/** A shift in one sentence. @param {Shift} shift @param {Look} look */
export function shiftText(shift, { agent, mark, isOnLeave }) {
  return [
    stretchText(shift),
    agent || t('admin.schedule.unassigned'),
    coversText(shift.covers),
    shift.capacity > 1 ? t('admin.schedule.capacity-is', { n: shift.capacity }) : '',
    ...shift.breaks.map((one) => t('admin.schedule.break-is', { stretch: stretchText(one) })),
    isOnLeave ? t('admin.schedule.on-leave') : '',
    mark ? t(`admin.schedule.mark.${mark}`) : '',
  ].filter(Boolean).join(t('admin.schedule.comma'));
}

/**
 * @param {Shift} shift
 * @param {Look} look
 * @param {{left: number, width: number, lane: number, lanes: number}} place
 */
export function drawShift(shift, look, { left, width, lane, lanes }) {
  const { from, to } = span(shift);
  const percent = (/** @type {number} */ minute) => `${(minute - from) / Math.max(1, to - from) * 100}%`;
  const isLow = lanes > 1;
  return h(
    'div',
    {
      class: [
        'shift', !look.agent && 'shift--unassigned', look.isOnLeave && 'shift--leave', look.mark && `shift--${look.mark}`, isLow && 'shift--low',
      ],
      'data-shift': shift.id,
      title: shiftText(shift, look),
      style: { left: `${left}px`, width: `${Math.max(6, width)}px`, top: `calc(3px + (100% - 6px) * ${lane / lanes})`, height: `calc((100% - 6px) / ${lanes})` },
    },
    shift.breaks.map((one) =>
      h('span', { class: 'shift__break', style: { left: percent(span(one).from), width: `calc(${percent(span(one).to)} - ${percent(span(one).from)})` } })
    ),
    h(
      'span',
      { class: 'shift__name' },
      look.mark || look.isOnLeave ? icon('warn') : null,
      look.agent || t('admin.schedule.unassigned'),
      look.isOnLeave ? ` · ${t('admin.schedule.on-leave')}` : '',
    ),
    look.isRoomy && !isLow ? h('span', { class: 'shift__more' }, [stretchText(shift), coversText(shift.covers)].filter(Boolean).join(' · ')) : null,
  );
}
