import { h, replaceChildren } from '../../elements/dom.js';
import { t } from '../../text/text.js';
import { outcomeView } from '../parts/outcome-view.js';
import { actionButton, heading, notice } from '../parts/pieces.js';
import { saveCasePicture } from '../parts/picture.js';

/** @import { App } from '../app.js' */
/** @import { State } from '../state.js' */

/** What came of it, told once and completely. @param {App} app */
export function outcomeScreen(app) {
  const node = h('div', { class: 'stack' });
  let drawn = '';
  /** @param {State} state */
  function update(state) {
    const { session } = state;
    if (!session) return;
    // Drawn anew only when something that is shown has changed, so that a reader is not thrown back.
    const outcome = session.concluded ? session.outcome : undefined;
    const paper = outcome && state.matter?.notice?.version === outcome.version ? state.matter.notice : undefined;
    const key = `${session.state === 'closed'}|${outcome?.version}|${session.disposition}|${paper?.number}|${paper?.confirmed_at}`;
    if (key === drawn) return;
    drawn = key;
    replaceChildren(node,
      outcome ? outcomeView(outcome, { paper }) : farewell(state),
      paper && !paper.confirmed_at && h('div', { class: 'card stack stack--tight' },
        h('p', null, t('citizen.notice.unread')),
        actionButton({ label: t('citizen.notice.confirm'), icon: 'check', class: 'button button--primary button--large button--block', act: () => app.work.confirmNotice(paper.version) })),
      paper?.confirmed_at && notice('good', h('p', null, t('citizen.notice.confirmed'))),
      caseCard(caseOf(app, state)),
      outcome?.result === 'correction-needed' && notice('info', h('p', null, t('citizen.outcome.comeBack'))),
      actionButton({ label: t(outcome?.result === 'correction-needed' ? 'citizen.outcome.later' : 'citizen.outcome.done'), class: 'button button--primary button--large button--block', act: () => app.dismiss() }),
      outcome && outcome.result !== 'ready-to-file' && outcome.result !== 'referred'
        ? actionButton({ label: t('citizen.outcome.again'), icon: 'ticket', class: 'button button--block', act: () => goOn(state) })
        : h('button', { class: 'button button--block', type: 'button', on: { click: () => {
          const code = session.item.code;
          app.dismiss();
          app.go({ name: 'item', code });
        } } }, t('citizen.outcome.sameItem')));
  }
  /** The next visit begins with what this one left open. @param {State} state */
  function goOn(state) {
    const { session } = state;
    if (!session) return;
    // An agent of another hall may have taken it; the case stays with the hall it was opened in.
    const hall = state.ticket?.hall ?? session.outcome?.handling_hall ?? session.hall;
    app.continueCase({ case_number: session.case_number, item: session.item, hall, kind: session.kind }, { case_id: session.case_id });
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
