// What earlier visits of the same case came to.

import { h, icon, replaceChildren } from '../elements/dom.js';
import { formatTime, t } from '../text/text.js';
import { getJSON } from '../signaling/http.js';
import { isHandlingPlace, resultKey } from './authority.js';
import { dayText } from './day-field.js';
import { VERDICT_LOOKS } from './verdict.js';

/** @typedef {import("../signaling/messages.js").OutcomeView} OutcomeView */
/** @typedef {import("../signaling/messages.js").OutcomeEntryView} OutcomeEntryView */

export function createHistory() {
  const element = h('div', { class: 'history' });
  let shownFor = '';

  /**
   * Loads once for a session and a number of outcomes; a look back costs nothing.
   * @param {import("../signaling/messages.js").SessionView | null | undefined} session
   */
  async function show(session) {
    if (!session) return;
    const key = `${session.id} ${session.outcome?.version ?? 0}`;
    if (shownFor === key) return;
    shownFor = key;
    if (!session.outcome && (session.matter?.earlier_outcomes ?? 0) === 0) {
      return replaceChildren(element, h('p', { class: 'quiet' }, t('seat.history.none')));
    }
    // The newest is known already; the others come.
    replaceChildren(element, session.outcome ? drawOutcome(session.outcome) : null, h('p', { class: 'quiet' }, t('shared.loading')));
    try {
      const { outcomes } = await getJSON(`/sessions/${encodeURIComponent(session.id)}/history`);
      if (shownFor === key) replaceChildren(element, [...outcomes].sort((a, b) => b.version - a.version).map(drawOutcome));
    } catch (error) {
      if (shownFor !== key) return;
      replaceChildren(
        element,
        session.outcome ? drawOutcome(session.outcome) : null,
        h('p', {}, /** @type {Error} */ (error).message),
        h('button', { class: 'button', on: { click: () => again(session) } }, t('shared.retry')),
      );
    }
  }

  /** Asked for by hand only: each push of the talk draws this anew. @param {import("../signaling/messages.js").SessionView} session */
  function again(session) {
    shownFor = '';
    show(session);
  }

  return { element, show };
}

/** @param {OutcomeView} outcome */
function drawOutcome(outcome) {
  return h(
    'section',
    { class: 'history__outcome', 'aria-label': t('seat.history.version', { version: outcome.version }) },
    h(
      'h3',
      {},
      t('seat.history.version', { version: outcome.version }),
      ' ',
      h('span', { class: 'history__result' }, t(resultKey(outcome.result, isHandlingPlace(outcome)))),
    ),
    h(
      'p',
      { class: 'small quiet' },
      formatTime(outcome.concluded_at, { date: true }),
      ' · ',
      t('seat.history.by', { hall: outcome.hall.name, number: outcome.seat_number, name: outcome.agent_name }),
    ),
    h('ul', { class: 'history__entries' }, outcome.entries.map(drawEntry)),
    outcome.referred_to ? h('p', { class: 'small' }, t('seat.history.referred', { to: outcome.referred_to })) : null,
    outcome.respond_by ? h('p', { class: 'small' }, t('seat.history.respond-by', { day: dayText(outcome.respond_by) })) : null,
    outcome.note ? h('p', { class: 'small' }, outcome.note) : null,
  );
}

/** @param {OutcomeEntryView} entry */
function drawEntry(entry) {
  const [drawing, tone] = VERDICT_LOOKS[entry.verdict];
  const said = [
    ...entry.reasons.map(({ text }) => text),
    entry.note,
    entry.due_by ? t('seat.verdict.due-by', { day: dayText(entry.due_by) }) : '',
    entry.reopened ? t('seat.reopen.done', { reason: entry.reopened }) : '',
  ].filter(Boolean);
  return h(
    'li',
    {},
    h('span', { class: 'material__state', 'data-tone': tone }, icon(drawing), t(`seat.verdict.${entry.verdict}`)),
    h('span', {}, entry.material_name),
    said.length > 0 ? h('span', { class: 'small quiet history__said' }, said.join(t('seat.list-separator'))) : null,
  );
}
