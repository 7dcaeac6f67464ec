// One day of the calendar: what it is, and whether it follows the template, differs from it, or is closed.

import { h, icon } from '../../elements/dom.js';
import { t } from '../../text/text.js';
import { createDrawer } from '../drawer.js';
import { createField } from '../../elements/field.js';
import { longDay, weekdayName, weekdayText } from './days.js';

/** @typedef {import("./plan.js").Day} Day */
const NOTE_LENGTH = 80;

/** @param {{ differ: (day: Day, note: string) => void, close: (day: Day, note: string) => void, note: (day: Day, note: string) => void, restore: (day: Day) => void, closed: () => void }} on */
export function createDayDialog(on) {
  const drawer = createDrawer({ onClose: on.closed });

  /** @param {Day} day @param {{shifts: number, follows: number | null}} facts `follows`: the weekday whose template it has */
  function open(day, { shifts, follows }) {
    const note = createField(t('admin.schedule.day.note'), h('input', { value: day.note ?? '', maxlength: NOTE_LENGTH, autocomplete: 'off' }), t('admin.schedule.day.note-hint'));
    const act = (/** @type {(day: Day, note: string) => void} */ what) => () => {
      drawer.close();
      what(day, note.input.value.trim());
    };
    const button = (/** @type {string} */ name, /** @type {string} */ drawing, /** @type {(day: Day, note: string) => void} */ what, isFirst = false) =>
      h('button', { class: ['button', isFirst && 'button--primary'], type: 'button', on: { click: act(what) } }, icon(drawing), name);
    const isException = day.kind === 'exception';
    drawer.open(
      `${longDay(day.date)} ${weekdayText(day.date)}`,
      h('p', { class: ['notice', day.kind === 'unknown' && 'notice--warn'] }, icon(day.kind === 'unknown' ? 'warn' : 'info'), h('span', {}, kindSentence(day, follows))),
      h('p', {}, shifts === 0 ? t('admin.schedule.day.closed') : t('admin.schedule.day.shifts', { n: shifts })),
      note.element,
      h(
        'div',
        { class: 'editor__buttons' },
        isException
          ? [
            button(t('admin.schedule.day.save-note'), 'check', on.note, true),
            shifts > 0 ? button(t('admin.schedule.day.close'), 'cross', on.close) : null,
            button(t('admin.schedule.day.restore'), 'rotate', on.restore),
          ]
          : [button(t('admin.schedule.day.differ'), 'copy', on.differ, true), button(t('admin.schedule.day.close'), 'cross', on.close)],
      ),
      h('p', { class: 'small quiet' }, t(isException ? 'admin.schedule.day.restore-hint' : 'admin.schedule.day.differ-hint')),
    );
  }
  return { element: drawer.element, open };
}

/** @param {Day} day @param {number | null} follows */
function kindSentence(day, follows) {
  const params = { name: day.name ?? '', weekday: follows ? weekdayName(follows) : '', year: day.missing_year ?? '' };
  return t(`admin.schedule.day.is-${day.kind}`, params);
}
