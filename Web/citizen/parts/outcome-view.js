// An outcome in words: the sentence that says it all first, then each material.

import { h, icon } from '../../elements/dom.js';
import { postForFile } from '../../signaling/http.js';
import { formatTime, t } from '../../text/text.js';
import { countOpen } from '../state.js';
import { download } from './download.js';
import { actionButton, formatDay, heading, notice, reasonsOf, verdictBadge } from './pieces.js';

/** @import { Notice, Outcome, OutcomeEntry } from '../wire.js' */

/** One sentence that says it all. @param {Outcome} outcome */
export function outcomeSentence(outcome) {
  switch (outcome.result) {
    case 'ready-to-file': return t('citizen.outcome.ready');
    case 'correction-needed': return t('citizen.outcome.open', { n: countOpen(outcome.entries) });
    case 'deferred-material': return t('citizen.outcome.deferred', { n: outcome.entries.filter((entry) => entry.verdict === 'waived').length });
    case 'referred': return t('citizen.outcome.referred', { place: outcome.referred_to || t('citizen.outcome.elsewhere') });
  }
}

const TONES = { 'ready-to-file': 'good', 'correction-needed': 'bad', 'deferred-material': 'warn', 'referred': 'warn' };
/** What needs doing stands first. */
const ORDER = ['correction-needed', 'missing', 'waived', 'accepted', 'not-applicable'];

/**
 * @param {Outcome} outcome
 * @param {{ level?: 1 | 2, paper?: Notice }} [options] `level` of its heading; `paper`: the notice of this very version
 */
export function outcomeView(outcome, { level = 1, paper } = {}) {
  const entries = [...outcome.entries].sort((a, b) => ORDER.indexOf(a.verdict) - ORDER.indexOf(b.verdict));
  const sentence = outcomeSentence(outcome);
  return h('section', { class: 'stack' },
    h('div', { class: `verdict verdict--${TONES[outcome.result]}` },
      icon(outcome.result === 'ready-to-file' ? 'check' : 'info'),
      level === 1 ? heading(sentence) : h('h2', null, sentence)),
    h('p', null, t(`citizen.outcome.next.${outcome.result}`)),
    outcome.note && notice('info', h('p', null, t('citizen.verdict.note', { note: outcome.note }))),
    outcome.respond_by && h('p', { class: 'strong' }, t('citizen.outcome.respondBy', { day: formatDay(outcome.respond_by) })),
    entries.length > 0 && h('ol', { class: 'materials' }, entries.map((entry) => entryView(entry, level === 1 ? 'h2' : 'h3'))),
    h('p', { class: 'quiet small' }, t('citizen.outcome.from', {
      name: outcome.agent_name, seat: outcome.seat_number, hall: outcome.hall.name, time: formatTime(outcome.concluded_at, { date: true }),
    })),
    h('p', { class: 'quiet small' }, t('citizen.outcome.precheck')),
    paper && noticeLinks(paper));
}

/** The notice as a page and as a paper, for whoever holds its number and code. @param {Notice} paper */
export function noticeLinks({ number, code }) {
  const page = `/notice/#${encodeURIComponent(number)}.${encodeURIComponent(code)}`;
  return h('div', { class: 'pair' },
    h('a', { class: 'button', href: page, target: '_blank', rel: 'noopener' }, icon('file'), t('citizen.notice.page')),
    actionButton({
      label: t('citizen.notice.pdf'), icon: 'save',
      // The checking page reads the number from this name.
      act: async () => download(await postForFile('/notices/pdf', { number, code }), `notice-${number}.pdf`),
    }));
}

/** @param {OutcomeEntry} entry @param {'h2' | 'h3'} tag */
function entryView(entry, tag) {
  return h('li', { class: 'card material', 'data-state': entry.verdict },
    h('div', { class: 'material__head' }, h(tag, null, entry.material_name), verdictBadge(entry.verdict)),
    reasonsOf(entry),
    entry.accepted_in !== undefined && h('p', { class: 'small' }, t('handIn.settledIn', { n: entry.accepted_in })),
    entry.reopened !== undefined && h('p', { class: 'small' }, t('handIn.reopened', { reason: entry.reopened })),
    entry.due_by && h('p', { class: 'small' }, t('citizen.outcome.dueBy', { day: formatDay(entry.due_by) })),
    entry.verdict !== 'accepted' && h('p', null, entry.verdict !== 'not-applicable' && h('span', { class: 'strong' }, t('citizen.outcome.todo')),
      t(`citizen.outcome.todo.${entry.verdict}`)));
}

