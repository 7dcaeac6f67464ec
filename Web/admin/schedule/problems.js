// What a check found: a sentence each, where it is, and what would mend it.

import { h, icon, replaceChildren } from '../../elements/dom.js';
import { t } from '../../text/text.js';
import { dayText, weekdayName } from './days.js';

/** @typedef {import("./api.js").Conflict} Conflict */

/** @param {Conflict} conflict @param {{agent: (id: string | null) => string, seat: (id: string | null) => string}} names */
export function conflictText(conflict, names) {
  const minutes = conflict.count ?? 0;
  return t(`admin.schedule.conflict.${conflict.kind}`, {
    agent: names.agent(conflict.agent_id),
    seat: names.seat(conflict.seat_id),
    item: conflict.item_code ?? '',
    year: conflict.year ?? '',
    count: minutes,
    hours: Math.floor(minutes / 60),
    minutes: minutes % 60,
  });
}

/** Where it is: day and hours, as far as it has them. @param {Conflict} conflict */
function placeText({ date, weekday, from, to }) {
  const stretch = from && to ? t('admin.schedule.stretch', { from, to }) : '';
  return [date ? dayText(date) : weekday ? t('admin.schedule.scope.every', { weekday: weekdayName(weekday) }) : '', stretch].filter(Boolean).join(' ');
}

/** @param {{ go: (conflict: Conflict) => void, repair: (repair: Conflict["repairs"][0], conflict: Conflict) => void, check: () => void, calendar: () => void }} on */
export function createProblems(on) {
  const list = h('ul', { class: 'problems__list' });
  const count = h('p', { class: 'small', role: 'status' });
  const again = h('button', { class: 'button', type: 'button', hidden: true, on: { click: on.check } }, icon('rotate'), t('admin.schedule.check-again'));
  const element = h('section', { class: 'problems', 'aria-labelledby': 'problems-title' }, h('h2', { id: 'problems-title' }, t('admin.schedule.problems')), count, again, list);
  let shown = '';

  /**
   * @param {Conflict[] | null} conflicts null before the first check
   * @param {{agent: (id: string | null) => string, seat: (id: string | null) => string, isOld: boolean}} context `isOld`: something changed since
   */
  function show(conflicts, { isOld, ...names }) {
    const key = JSON.stringify([conflicts, isOld]);
    if (key === shown) return;
    shown = key;
    again.hidden = !isOld || conflicts === null;
    count.textContent = conflicts === null
      ? t('admin.schedule.problems.unchecked')
      : isOld
      ? t('admin.schedule.problems.old')
      : conflicts.length === 0
      ? t('admin.schedule.problems.none')
      : t('admin.schedule.problems.count', { blocking: conflicts.filter((one) => one.severity === 'blocking').length, warning: conflicts.filter((one) => one.severity === 'warning').length });
    const sorted = [...conflicts ?? []].sort((a, b) => Number(b.severity === 'blocking') - Number(a.severity === 'blocking'));
    replaceChildren(list, sorted.map((conflict) => drawConflict(conflict, names, on)));
  }
  return { element, show, focusFirst: () => /** @type {HTMLElement | null} */ (list.querySelector('button'))?.focus() };
}

/** @param {Conflict} conflict @param {{agent: (id: string | null) => string, seat: (id: string | null) => string}} names @param {{ go: (conflict: Conflict) => void, repair: (repair: Conflict["repairs"][0], conflict: Conflict) => void, calendar: () => void }} on */
function drawConflict(conflict, names, on) {
  const isBlocking = conflict.severity === 'blocking';
  return h(
    'li',
    { class: ['problem', `problem--${conflict.severity}`] },
    h(
      'button',
      { class: 'problem__go', type: 'button', on: { click: () => on.go(conflict) } },
      h('span', { class: ['badge', isBlocking ? 'badge--bad' : 'badge--warn'] }, icon('warn'), t(`admin.schedule.severity.${conflict.severity}`)),
      h('strong', {}, conflictText(conflict, names)),
      h('span', { class: 'small quiet' }, placeText(conflict)),
    ),
    conflict.kind === 'calendar-missing'
      ? h('div', { class: 'problem__repairs' }, h('button', { class: 'button', type: 'button', on: { click: on.calendar } }, t('admin.schedule.load-calendar')))
      : null,
    conflict.repairs.length === 0 ? null : h(
      'div',
      { class: 'problem__repairs' },
      conflict.repairs.map((repair) =>
        h('button', { class: 'button', type: 'button', on: { click: () => on.repair(repair, conflict) } }, t(`admin.schedule.repair.${repair.kind}`, repairWords(repair, names)))
      ),
    ),
  );
}

/** Whom or what a repair brings in. @param {Conflict["repairs"][0]} repair @param {{agent: (id: string | null) => string, seat: (id: string | null) => string}} names */
function repairWords({ changes }, names) {
  const put = changes.find((change) => change.kind === 'put-shift');
  if (!put || put.kind !== 'put-shift') return { agent: '', seat: '', from: '', to: '' };
  return { agent: names.agent(put.shift.agent_id), seat: names.seat(put.shift.seat_id), from: put.shift.from, to: put.shift.to };
}
