import { h, icon } from '../../../elements/dom.js';
import { t } from '../../../text/text.js';
import { openEntries } from '../../task.js';
import { outcomeSentence } from '../outcome-view.js';
import { actionButton, formatDay, heading, reasonsOf, verdictBadge } from '../pieces.js';

/** @import { App } from '../../app.js' */
/** @import { Notice, Outcome, OutcomeEntry } from '../../wire.js' */

/** The one-time notice, read together before the talk ends. @param {App} app @param {Notice} notice @param {Outcome} outcome */
export function noticeTask(app, notice, outcome) {
  const open = openEntries(outcome.entries);
  const place = outcome.result === 'referred' ? outcome.referred_to : outcome.handling_hall.name;
  const node = h('div', { class: 'task__in stack' },
    heading(t('citizen.notice.title')),
    h('p', { class: 'notice-sheet__first' }, outcomeSentence(outcome)),
    outcome.note && h('p', null, t('citizen.verdict.note', { note: outcome.note })),
    open.length > 0 && h('ol', { class: 'materials' }, open.map(entryView)),
    h('dl', { class: 'facts card' },
      place && fact('seat', t('citizen.notice.where'), place),
      outcome.respond_by && fact('clock', t('citizen.notice.until'), formatDay(outcome.respond_by)),
      fact('file', t('citizen.notice.number'), notice.number)),
    actionButton({ label: t('citizen.notice.confirm'), icon: 'check', class: 'button button--primary button--large button--block', act: () => app.work.confirmNotice(notice.version) }),
    h('p', { class: 'quiet small' }, t('citizen.notice.hint')));
  return { node };
}

/** @param {OutcomeEntry} entry */
function entryView(entry) {
  return h('li', { class: 'card material', 'data-state': entry.verdict },
    h('div', { class: 'material__head' }, h('h2', null, entry.material_name), verdictBadge(entry.verdict)),
    reasonsOf(entry),
    h('p', null, h('span', { class: 'strong' }, t('citizen.outcome.todo')), t(`citizen.outcome.todo.${entry.verdict}`)),
    entry.due_by && h('p', { class: 'small' }, t('citizen.outcome.dueBy', { day: formatDay(entry.due_by) })));
}

/** @param {string} drawing @param {string} label @param {string} text */
function fact(drawing, label, text) {
  return h('div', { class: 'fact' }, icon(drawing), h('dt', null, label), h('dd', null, text));
}
