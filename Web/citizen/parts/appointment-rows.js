// An appointment as one line that leads to it: on the first page, and where the limit is reached.

import { h, icon } from '../../elements/dom.js';
import { t } from '../../text/text.js';
import { currentAppointments, isMoved, stageOf } from '../appointments.js';
import { momentWords } from '../days.js';
import { formatRoute } from '../routes.js';

/** @import { App } from '../app.js' */
/** @import { Appointment } from '../wire.js' */
/** @import { Stage } from '../appointments.js' */

/** What the line says, and how loudly. @type {Partial<Record<Stage | 'moved', { word: string, tone: string, drawing: string }>>} */
const WORDS = {
  'moved': { word: 'moved', tone: 'warn', drawing: 'warn' },
  'held': { word: 'held', tone: 'warn', drawing: 'clock' },
  'early': { word: 'booked', tone: 'accent', drawing: 'calendar' },
  'open': { word: 'open', tone: 'open', drawing: 'bell' },
  'late': { word: 'late', tone: 'warn', drawing: 'info' },
  'no-show': { word: 'late', tone: 'warn', drawing: 'info' },
  'checked-in': { word: 'checkedIn', tone: 'accent', drawing: 'ticket' },
};

/** @param {App} app @param {Appointment} one */
export function appointmentRow(app, one) {
  const { word, tone, drawing } = wordsOf(app, one);
  return h('a', { class: `row appointment-row appointment-row--${tone}`, href: formatRoute({ name: 'appointment', id: one.id }) },
    icon(drawing),
    h('span', { class: 'appointment-row__both' },
      h('span', { class: 'row__text' },
        h('span', { class: 'row__name' }, t(`booking.home.${word}`, { when: momentWords(one.starts_at, app.now()) })),
        h('span', { class: 'small' }, one.item.name)),
      h('span', { class: 'appointment-row__act' }, t(`booking.home.${word}Act`))),
    icon('right'));
}

/** @param {App} app @param {Appointment} one */
function wordsOf(app, one) {
  const stage = isMoved(one, app.now()) ? 'moved' : stageOf(one, app.now());
  return WORDS[stage] ?? { word: 'booked', tone: 'accent', drawing: 'clock' };
}

/** Those of the first page, as a list. Null: there are none. @param {App} app */
export function appointmentRows(app) {
  const current = currentAppointments(app.state.appointments, app.now());
  if (current.length === 0) return null;
  return h('ul', { class: 'appointment-rows' }, current.map((one) => h('li', null, appointmentRow(app, one))));
}

/** Changes exactly when the rows would say something else. @param {App} app */
export function rowsSignature(app) {
  const now = app.now();
  return JSON.stringify(currentAppointments(app.state.appointments, now).map((one) => [one.id, one.starts_at, wordsOf(app, one).word, momentWords(one.starts_at, now)]));
}
