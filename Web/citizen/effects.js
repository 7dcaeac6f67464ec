// What a change of state means outside the page's picture: sentences to say, things to remember. Pure, so that tests can ask.

import { screenOf } from './state.js';

/** @import { State } from './state.js' */
/**
 * `about`: the part of the call that shows it anyway, so that a toast over it would only be in the way.
 * @typedef {{ key: string, params?: Record<string, string | number>, assertive?: boolean, toast?: boolean, about?: 'chat' | 'materials' }} Saying
 */

/**
 * @param {State} before
 * @param {State} after
 * @returns {Saying[]}
 */
export function sayings(before, after) {
  return [...aboutQueue(before, after), ...aboutVerdicts(before, after), ...aboutCall(before, after)];
}

/** @param {State} before @param {State} after @returns {Saying[]} */
function aboutQueue(before, after) {
  if (screenOf(after) === 'called' && screenOf(before) !== 'called') return [{ key: 'citizen.called.announce', assertive: true }];
  const place = after.ticket?.place;
  if (!place || after.ticket?.id !== before.ticket?.id || after.ticket?.state !== 'waiting') return [];
  if (place.ahead === before.ticket?.place?.ahead) return [];
  return [place.ahead === 0 ? { key: 'citizen.waiting.next' } : { key: 'citizen.waiting.ahead', params: { n: place.ahead } }];
}

/** @param {State} before @param {State} after @returns {Saying[]} */
function aboutVerdicts(before, after) {
  // A whole new list is a page that was opened again, not news.
  if (before.session === null || before.session.id !== after.session?.id) return [];
  const known = new Map(before.materials.map((entry) => [entry.material.id, entry.verdict?.given_at]));
  return after.materials
    .filter((entry) => entry.verdict && entry.verdict.given_at !== known.get(entry.material.id))
    .map((entry) => ({
      key: 'citizen.materials.verdictFell',
      params: { name: entry.material.name, verdict: entry.verdict?.verdict ?? '' },
      toast: true,
      about: /** @type {const} */ ('materials'),
    }));
}

/** @param {State} before @param {State} after @returns {Saying[]} */
function aboutCall(before, after) {
  const from = before.session;
  const to = after.session;
  if (!from || !to || from.id !== to.id) return [];
  /** @type {Saying[]} */
  const said = [];
  const news = to.chat.slice(from.chat.length).filter((message) => message.from === 'agent');
  for (const message of news) said.push({ key: 'citizen.chat.from', params: { name: to.agent.name, text: message.text }, toast: true, about: 'chat' });
  if (!from.outcome && to.outcome) said.push({ key: `citizen.outcome.fell.${to.outcome.result}`, toast: true, about: 'materials' });
  if (from.state === 'connected' && to.state === 'reconnecting') {
    said.push({ key: to.agent.present ? 'citizen.call.reconnecting' : 'citizen.call.agentAway' });
  }
  if (from.state === 'reconnecting' && to.state === 'connected') said.push({ key: 'citizen.call.back', toast: true });
  return said;
}

/**
 * Number and code of the case whose visit is over, to find it again in this tab.
 * @param {State} state
 * @returns {{ case_number: string, look_up_code: string, item: string } | null}
 */
export function caseToRemember(state) {
  const { ticket, session } = state;
  if (!ticket || (session && session.case_id !== ticket.case_id)) return null;
  const isOver = session?.state === 'wrap-up' || session?.state === 'closed' || ticket.state === 'done' || session?.outcome;
  return isOver ? { case_number: ticket.case_number, look_up_code: ticket.look_up_code, item: ticket.item.name } : null;
}

/**
 * The tab's title: what a person sees when another tab is in front.
 * @param {State} state
 * @returns {{ key: string, params?: Record<string, string | number> }}
 */
export function titleOf(state) {
  const { ticket } = state;
  switch (screenOf(state)) {
    case 'called': return { key: 'citizen.title.called' };
    case 'call': return { key: 'citizen.title.call' };
    case 'outcome': return { key: 'citizen.title.outcome' };
    case 'look-up': return { key: 'citizen.title.lookUp' };
    case 'waiting':
    case 'find':
    case 'item':
      if (ticket?.state === 'waiting' && ticket.place) {
        return ticket.place.ahead === 0
          ? { key: 'citizen.title.next', params: { number: ticket.number } }
          : { key: 'citizen.title.waiting', params: { number: ticket.number, n: ticket.place.ahead } };
      }
      return { key: 'citizen.title.page' };
    default: return { key: 'citizen.title.page' };
  }
}
