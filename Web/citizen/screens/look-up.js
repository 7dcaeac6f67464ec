import { h, icon, replaceChildren } from '../../elements/dom.js';
import { getJSON, postJSON } from '../../signaling/http.js';
import { formatTime, hasText, t } from '../../text/text.js';
import { outcomeView } from '../parts/outcome-view.js';
import { actionButton, backButton, heading, notice } from '../parts/pieces.js';
import { codeOf } from '../errors.js';
import { countOpen } from '../state.js';
import { awaited, canContinue, openEntries } from '../task.js';

/** @import { App } from '../app.js' */
/** @import { CaseRecord } from '../wire.js' */

/** Case number and code, and what came of it; a citizen's own case opens without them. @param {App} app */
export function lookUpScreen(app) {
  const { ticket, route, cases } = app.state;
  const own = route.name === 'look-up' ? route.case : undefined;
  const listed = cases.find((one) => one.case_id === own);
  const known = ticket?.state === 'done' ? ticket : listed ?? app.lastCase;
  const number = h('input', { id: 'case-number', autocomplete: 'off', autocapitalize: 'characters', spellcheck: 'false', maxlength: '64', value: known?.case_number ?? '' });
  const code = h('input', { id: 'look-up-code', autocomplete: 'off', autocapitalize: 'characters', spellcheck: 'false', maxlength: '64', value: known && 'look_up_code' in known ? known.look_up_code : '', 'aria-describedby': 'look-up-hint' });
  const problem = h('div', { role: 'alert' });
  const result = h('div', { class: 'stack', tabindex: '-1' });

  async function find() {
    const body = { case_number: number.value.normalize('NFKC').trim(), look_up_code: code.value.normalize('NFKC').trim() };
    problem.replaceChildren();
    if (!body.case_number || !body.look_up_code) {
      replaceChildren(problem, notice('warn', h('p', null, t('citizen.lookUp.both'))));
      return (body.case_number ? code : number).focus();
    }
    try {
      const record = await postJSON('/cases/look-up', body);
      replaceChildren(result, recordView(app, record, { look_up_code: body.look_up_code }));
      result.focus({ preventScroll: true });
      if (result.getBoundingClientRect().bottom > innerHeight) result.scrollIntoView({ block: 'start' });
    } catch (error) {
      result.replaceChildren();
      if (codeOf(error) !== 'not_found') throw error;
      replaceChildren(problem, notice('warn', h('p', null, t('citizen.lookUp.notFound'))));
    }
  }
  const button = actionButton({ label: t('citizen.lookUp.find'), icon: 'search', class: 'button button--primary button--large button--block', act: find });
  const submit = (/** @type {Event} */ event) => {
    event.preventDefault();
    button.querySelector('button')?.click();
  };
  const form = h('form', { class: 'stack', novalidate: true, on: { submit } },
    problem,
    h('div', { class: 'field' }, h('label', { for: 'case-number' }, t('citizen.case.number')), number),
    h('div', { class: 'field' }, h('label', { for: 'look-up-code' }, t('citizen.case.code')), h('p', { class: 'field__hint', id: 'look-up-hint' }, t('citizen.lookUp.hint')), code),
    button,
    h('button', { type: 'submit', class: 'visually-hidden', tabindex: '-1', 'aria-hidden': 'true' }));
  const node = h('div', { class: 'stack' },
    backButton(() => app.state.ticket?.state === 'done' ? app.dismiss() : app.go({ name: 'find' })),
    heading(t('citizen.lookUp.title')), form, result);

  /** @param {string} id */
  async function openOwn(id) {
    form.hidden = true;
    replaceChildren(result, h('p', { role: 'status' }, t('shared.loading')));
    try {
      replaceChildren(result, recordView(app, await getJSON(`/cases/${encodeURIComponent(id)}`), { case_id: id }));
    } catch {
      // Signed out meanwhile, or another person's: number and code open it all the same.
      result.replaceChildren();
      form.hidden = false;
    }
  }
  if (own) openOwn(own);
  else if (ticket?.state === 'done') button.querySelector('button')?.click();
  return { node };
}

/**
 * @param {App} app
 * @param {CaseRecord} record
 * @param {{ look_up_code?: string, case_id?: string }} key what opens it
 */
function recordView(app, record, key) {
  const notices = record.notices ?? [];
  const paperOf = (/** @type {number} */ version) => notices.find((one) => one.version === version);
  return [
    h('div', { class: 'card stack stack--tight' },
      h('p', { class: 'strong' }, record.item.name),
      h('p', { class: 'quiet small' }, `${t(`shared.kind.${record.kind}`)} · ${record.hall.name} · ${formatTime(record.opened_at, { date: true })}`)),
    h('section', { class: 'card stack stack--tight awaited' },
      h('h2', null, t('citizen.awaited.title')),
      h('p', null, t(`citizen.awaited.${awaited(record)}`, { n: awaitedCount(record), hall: record.hall.name })),
      canContinue(record) && actionButton({
        label: t('citizen.awaited.continue'), icon: 'ticket', class: 'button button--primary button--large button--block',
        act: () => app.continueCase(record, key),
      })),
    record.outcomes.length === 0 && notice('info', h('p', null, t('citizen.lookUp.noOutcome'))),
    record.outcomes.map((outcome, index) => index === 0
      ? outcomeView(outcome, { level: 2, paper: paperOf(outcome.version) })
      : h('details', { class: 'group' },
        h('summary', null, h('span', null, t('citizen.lookUp.earlier', { n: outcome.version, time: formatTime(outcome.concluded_at, { date: true }) })), icon('right')),
        h('div', { class: 'group__body' }, outcomeView(outcome, { level: 2, paper: paperOf(outcome.version) })))),
    record.visits.length > 0 && h('section', { class: 'stack stack--tight' },
      h('h2', null, t('citizen.lookUp.visits')),
      h('ul', { class: 'card visits' }, record.visits.map((visit) =>
        h('li', null,
          h('span', null, formatTime(visit.started_at, { date: true })),
          h('span', { class: 'quiet' }, t('citizen.lookUp.visit', {
            seat: visit.seat_number, disposition: dispositionWord(visit.disposition ?? 'unrecorded'),
          })))))),
  ];
}

/** As many as the outcome's own sentence says. @param {CaseRecord} record */
function awaitedCount(record) {
  const entries = record.outcomes[0]?.entries ?? [];
  return awaited(record) === 'citizen' ? countOpen(entries) : openEntries(entries).length;
}

/** What it means for the citizen where that is known; otherwise as it was recorded. @param {string} disposition */
function dispositionWord(disposition) {
  const key = `citizen.result.${disposition}`;
  return t(hasText(key) ? key : `shared.disposition.${disposition}`);
}
