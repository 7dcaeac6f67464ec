import { h, icon, replaceChildren } from '../../elements/dom.js';
import { formatTime, t } from '../../text/text.js';
import { actionButton, heading, notice, reasonsOf, verdictBadge } from '../parts/pieces.js';
import { saveCasePicture } from '../parts/picture.js';
import { countOpen } from '../state.js';

/** @import { App } from '../app.js' */
/** @import { Outcome, OutcomeEntry } from '../wire.js' */
/** @import { State } from '../state.js' */

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

/** What came of it, told once and completely. @param {App} app */
export function outcomeScreen(app) {
  const node = h('div', { class: 'stack' });
  let drawn = '';
  /** @param {State} state */
  function update(state) {
    const { session } = state;
    if (!session) return;
    // Drawn anew only when something that is shown has changed, so that a reader is not thrown back.
    const key = `${session.state === 'closed'}|${session.outcome?.version}|${session.disposition}`;
    if (key === drawn) return;
    drawn = key;
    replaceChildren(node,
      session.outcome ? outcomeView(session.outcome) : farewell(state),
      caseCard(caseOf(app, state)),
      session.outcome?.result === 'correction-needed' && notice('info', h('p', null, t('citizen.outcome.comeBack'))),
      actionButton({ label: t('citizen.outcome.done'), class: 'button button--primary button--large button--block', act: () => app.dismiss() }),
      h('button', { class: 'button button--block', type: 'button', on: { click: () => {
        const code = session.item.code;
        app.dismiss();
        app.go({ name: 'item', code });
      } } }, t(session.outcome?.result === 'correction-needed' ? 'citizen.outcome.again' : 'citizen.outcome.sameItem')));
  }
  update(app.state);
  return { node, update };
}

/** @param {App} app @param {State} state @returns {{ case_number: string, look_up_code: string, item: string }} */
function caseOf(app, { session, ticket }) {
  const remembered = app.lastCase;
  const isSame = remembered?.case_number === session?.case_number;
  return {
    case_number: session?.case_number ?? '',
    look_up_code: ticket?.look_up_code ?? (isSame ? remembered?.look_up_code ?? '' : ''),
    item: session?.item.name ?? '',
  };
}

/** A talk without an outcome: thanks, and what was agreed. @param {State} state */
function farewell({ session }) {
  const disposition = session?.disposition;
  const isOpen = session?.state === 'wrap-up';
  if (session?.kind === 'pre-review') {
    const key = disposition === 'dropped' ? 'dropped' : isOpen && !disposition ? 'pending' : 'none';
    return [
      heading(t(`citizen.farewell.${key}Title`)),
      notice(key === 'pending' ? 'info' : 'warn', h('p', null, t(`citizen.farewell.${key}`))),
    ];
  }
  return [
    heading(t('citizen.farewell.title')),
    h('p', null, t('citizen.farewell.body', { name: session?.agent.name ?? '', item: session?.item.name ?? '' })),
    disposition && notice(disposition === 'advised' ? 'good' : 'info', h('p', null, t(`citizen.farewell.${disposition}`))),
  ];
}

/** Also used by the look-up page. @param {Outcome} outcome @param {{ level?: 1 | 2 }} [options] */
export function outcomeView(outcome, { level = 1 } = {}) {
  const entries = [...outcome.entries].sort((a, b) => ORDER.indexOf(a.verdict) - ORDER.indexOf(b.verdict));
  const sentence = outcomeSentence(outcome);
  return h('section', { class: 'stack' },
    h('div', { class: `verdict verdict--${TONES[outcome.result]}` },
      icon(outcome.result === 'ready-to-file' ? 'check' : 'info'),
      level === 1 ? heading(sentence) : h('h2', null, sentence)),
    h('p', null, t(`citizen.outcome.next.${outcome.result}`)),
    outcome.note && notice('info', h('p', null, t('citizen.verdict.note', { note: outcome.note }))),
    entries.length > 0 && h('ol', { class: 'materials' }, entries.map((entry) => entryView(entry, level === 1 ? 'h2' : 'h3'))),
    h('p', { class: 'quiet small' }, t('citizen.outcome.from', {
      name: outcome.agent_name, seat: outcome.seat_number, hall: outcome.hall.name, time: formatTime(outcome.concluded_at, { date: true }),
    })),
    h('p', { class: 'quiet small' }, t('citizen.outcome.precheck')));
}

/** @param {OutcomeEntry} entry @param {'h2' | 'h3'} tag */
function entryView(entry, tag) {
  return h('li', { class: 'card material', 'data-state': entry.verdict },
    h('div', { class: 'material__head' }, h(tag, null, entry.material_name), verdictBadge(entry.verdict)),
    reasonsOf(entry),
    entry.verdict !== 'accepted' && h('p', null, h('span', { class: 'strong' }, t('citizen.outcome.todo')), t(`citizen.outcome.todo.${entry.verdict}`)));
}

/** Number and code to keep. @param {{ case_number: string, look_up_code: string, item: string }} one */
export function caseCard(one) {
  const said = h('p', { role: 'status', class: 'small' });
  return h('section', { class: 'card case' },
    h('h2', null, t('citizen.case.title')),
    h('dl', null,
      h('div', null, h('dt', { class: 'quiet small' }, t('citizen.case.number')), h('dd', { class: 'case__number' }, one.case_number)),
      one.look_up_code && h('div', null, h('dt', { class: 'quiet small' }, t('citizen.case.code')), h('dd', { class: 'case__number' }, one.look_up_code))),
    h('p', { class: 'small' }, t('citizen.case.why')),
    h('div', { class: 'pair' },
      actionButton({ label: t('citizen.case.save'), icon: 'save', act: () => saveCasePicture(one) }),
      actionButton({
        label: t('citizen.case.copy'), icon: 'copy',
        async act() {
          said.textContent = t(await copy(t('citizen.case.copied', one)) ? 'citizen.case.copyDone' : 'citizen.case.copyFailed');
        },
      })),
    said);
}

/** @param {string} text */
async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
