// What a change of state means outside the page's picture: sentences to say, things to remember. Pure, so that tests can ask.

import { dueAppointment, isMoved } from './appointments.js';
import { momentWords } from './days.js';
import { consultOf, isApart, screenOf } from './state.js';

/** How often the broker calls before it parks the ticket. */
const CALLS_MAX = 3;

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
  return [...aboutAppointments(before, after), ...aboutQueue(before, after), ...aboutVerdicts(before, after), ...aboutChecks(before, after), ...aboutCall(before, after)];
}

/** A time that the hall took back, and a check-in that has begun. @param {State} before @param {State} after @returns {Saying[]} */
function aboutAppointments(before, after) {
  const was = new Map(before.appointments.map((one) => [one.id, one.moved]));
  const moved = after.appointments.filter((one) => was.get(one.id) === false && isMoved(one, Date.parse(one.starts_at)));
  const due = dueAppointment(after.appointments, after.clock);
  // A page that has just been opened shows it; nothing has begun before the person's eyes.
  const isNewlyDue = due !== null && before.clock > 0 && after.clock !== before.clock && dueAppointment(before.appointments, before.clock)?.id !== due.id;
  return [
    ...moved.map((one) => ({ key: 'booking.moved.said', params: { when: momentWords(one.starts_at, after.clock) }, assertive: true, toast: true })),
    ...(isNewlyDue ? [{ key: 'booking.open.said', assertive: true, toast: screenOf(after) !== 'appointment' }] : []),
  ];
}

/** What the machine found in a file that it was still looking at. @param {State} before @param {State} after @returns {Saying[]} */
function aboutChecks(before, after) {
  const looking = new Set(before.materials.flatMap((entry) => entry.files.filter((file) => file.check === 'pending').map((file) => file.id)));
  return after.materials.flatMap((entry) => entry.files
    .filter((file) => looking.has(file.id) && file.check === 'done')
    .map((file) => ({
      key: file.findings.length === 0 ? 'handIn.check.goodSaid' : 'handIn.check.foundSaid',
      params: { name: entry.material.name, n: file.findings.length },
    })));
}

/** @param {State} before @param {State} after @returns {Saying[]} */
function aboutQueue(before, after) {
  const screen = screenOf(after);
  if (screen === 'called') {
    if (screenOf(before) !== 'called') return [{ key: 'citizen.called.announce', assertive: true }];
    return isCalledAgain(before, after) ? [{ ...recallOf(after.session?.calls ?? 0), assertive: true }] : [];
  }
  if (screen === 'asked') return screenOf(before) === 'asked' ? [] : [{ key: 'citizen.asked.announce', assertive: true }];
  if (after.ticket?.state === 'parked' && before.ticket?.state !== 'parked') return [{ key: 'citizen.parked.title', assertive: true }];
  if (after.wasTransferred && !before.wasTransferred) return [{ key: 'citizen.waiting.transferred', assertive: true }];
  if (after.ticket?.call_back !== before.ticket?.call_back && after.ticket?.id === before.ticket?.id) {
    if (after.ticket?.call_back === 'away') return [{ key: 'citizen.callBack.kept' }];
    if (after.ticket?.call_back === 'confirmed') return [{ key: 'citizen.waiting.confirmed' }];
  }
  const place = after.ticket?.place;
  if (!place || after.ticket?.id !== before.ticket?.id || after.ticket?.state !== 'waiting') return [];
  const wasClosed = before.ticket?.place?.opening !== undefined;
  // Nobody is next while nobody is there.
  if (place.opening) return wasClosed ? [] : [{ key: 'citizen.closed.title' }];
  if (place.ahead === before.ticket?.place?.ahead && !wasClosed) return [];
  return [place.ahead === 0 ? { key: 'citizen.waiting.next' } : { key: 'citizen.waiting.ahead', params: { n: place.ahead } }];
}

/** @param {State} before @param {State} after */
export function isCalledAgain(before, after) {
  const from = before.session;
  const to = after.session;
  return from !== null && to !== null && from.id === to.id && to.state === 'ringing' && (to.calls ?? 1) > (from.calls ?? 1);
}

/**
 * The second and third call say which one it is; after the last one the place waits, but nobody calls.
 * @param {number} calls
 * @returns {{ key: string, params: { n: number } }}
 */
export function recallOf(calls) {
  return { key: calls >= CALLS_MAX ? 'citizen.called.last' : 'citizen.called.again', params: { n: calls } };
}

/**
 * What a person who looks at something else should be told by the system. Null: nothing new.
 * @param {State} before
 * @param {State} after
 * @returns {{ key: 'asked' | 'called' | 'again' | 'last' | 'parked', params: Record<string, string | number> } | null}
 */
export function alertOf(before, after) {
  const screen = screenOf(after);
  const params = { number: after.ticket?.number ?? after.session?.ticket_number ?? '', n: after.session?.calls ?? 1 };
  if (screen === 'called' && isCalledAgain(before, after)) return { key: params.n >= CALLS_MAX ? 'last' : 'again', params };
  if (screen === screenOf(before)) return null;
  if (screen === 'asked' || screen === 'called' || screen === 'parked') return { key: screen, params };
  return null;
}

/** @param {State} before @param {State} after @returns {Saying[]} */
function aboutVerdicts(before, after) {
  // A whole new list is a page that was opened again, not news.
  if (before.session === null || before.session.id !== after.session?.id) return [];
  const known = new Map(before.materials.map((entry) => [entry.material.id, entry.verdict?.given_at]));
  const again = after.resubmitted.filter((id) => !before.resubmitted.includes(id)).map((id) => ({
    key: 'citizen.materials.againSaid',
    params: { name: after.materials.find((entry) => entry.material.id === id)?.material.name ?? '' },
  }));
  const fell = after.materials
    .filter((entry) => entry.verdict && entry.verdict.given_at !== known.get(entry.material.id))
    .map((entry) => ({
      key: 'citizen.materials.verdictFell',
      params: { name: entry.material.name, verdict: entry.verdict?.verdict ?? '' },
      toast: true,
      about: /** @type {const} */ ('materials'),
    }));
  return [...fell, ...again];
}

/** @param {State} before @param {State} after @returns {Saying[]} */
function aboutCall(before, after) {
  const from = before.session;
  const to = after.session;
  if (!from || !to) return [];
  if (from.id !== to.id) {
    // Straight from one talk into the next: a colleague has taken over.
    const isOn = to.state === 'connected' && screenOf(before) === 'call';
    return isOn ? [{ key: 'citizen.call.handedOver', params: { seat: to.seat_number, name: to.agent.name }, assertive: true, toast: true }] : [];
  }
  /** @type {Saying[]} */
  const said = [];
  const news = to.chat.slice(from.chat.length).filter((message) => message.from === 'agent');
  for (const message of news) said.push({ key: 'citizen.chat.from', params: { name: to.agent.name, text: message.text }, toast: true, about: 'chat' });
  if (to.outcome && to.concluded && to.outcome.version !== from.outcome?.version) said.push({ key: `citizen.outcome.fell.${to.outcome.result}`, toast: true, about: 'materials' });
  if (from.state === 'connected' && to.state === 'reconnecting') {
    said.push({ key: to.agent.present ? 'citizen.call.reconnecting' : 'citizen.call.agentAway' });
  }
  said.push(...aboutConsult(before, after));
  if (from.state !== 'held' && to.state === 'held') said.push({ key: 'citizen.call.held' });
  if (from.state === 'held' && to.state === 'connected') said.push({ key: 'citizen.call.resumed', assertive: true, toast: true });
  if (from.state === 'reconnecting' && to.state === 'connected') said.push({ key: 'citizen.call.back', toast: true });
  return said;
}

/** Who comes into the talk, and who goes. @param {State} before @param {State} after @returns {Saying[]} */
function aboutConsult(before, after) {
  const was = consultOf(before);
  const is = consultOf(after);
  const agent = after.session?.agent.name ?? '';
  if (is && isApart(after) && !isApart(before)) return [{ key: 'citizen.call.consultApart', params: { name: agent }, assertive: true }];
  const colleague = { name: is?.consultant?.name ?? was?.consultant?.name ?? '' };
  if (is?.citizen_in && !was?.citizen_in) return [{ key: 'citizen.call.consultIn', params: colleague, toast: true }];
  const goesOn = after.session?.state === 'connected';
  return was && !is && goesOn ? [{ key: 'citizen.call.consultOver', params: { ...colleague, agent }, toast: true }] : [];
}

/**
 * Number and code of the case whose visit is over, to find it again in this tab.
 * @param {State} state
 * @returns {{ case_number: string, look_up_code: string, item: string } | null}
 */
export function caseToRemember(state) {
  const { ticket, session } = state;
  if (!ticket || (session && session.case_id !== ticket.case_id)) return null;
  const isOver = session?.state === 'wrap-up' || session?.state === 'closed' || ticket.state === 'done' || session?.concluded;
  return isOver ? { case_number: ticket.case_number, look_up_code: ticket.look_up_code, item: ticket.item.name } : null;
}

/** @param {State} state */
function appointmentTitle({ route, appointments, clock }) {
  const one = appointments.find((other) => route.name === 'appointment' && other.id === route.id);
  if (one && isMoved(one, clock)) return { key: 'booking.title.moved' };
  return { key: one && dueAppointment([one], clock) ? 'booking.title.open' : 'booking.title.page' };
}

/**
 * The tab's title: what a person sees when another tab is in front.
 * @param {State} state
 * @returns {{ key: string, params?: Record<string, string | number> }}
 */
export function titleOf(state) {
  const { ticket } = state;
  switch (screenOf(state)) {
    case 'called': {
      const calls = state.session?.calls ?? 1;
      return calls > 1 ? { key: 'citizen.title.calledAgain', params: { n: calls } } : { key: 'citizen.title.called' };
    }
    case 'asked': return { key: 'citizen.title.asked' };
    case 'parked': return { key: 'citizen.title.parked', params: { number: ticket?.number ?? '' } };
    case 'call': return { key: 'citizen.title.call' };
    case 'outcome': return { key: 'citizen.title.outcome' };
    case 'look-up': return { key: 'citizen.title.lookUp' };
    case 'mine': return { key: 'mine.title' };
    case 'book':
    case 'confirm': return { key: 'booking.title.page' };
    case 'appointment': return appointmentTitle(state);
    case 'waiting':
    case 'prepare':
    case 'find':
    case 'item':
      if (state.wasTransferred) return { key: 'citizen.title.transferred' };
      if (ticket?.state === 'waiting' && ticket.place?.opening) return { key: 'citizen.title.closed', params: { number: ticket.number } };
      if (ticket?.state === 'waiting' && ticket.place) {
        return ticket.place.ahead === 0
          ? { key: 'citizen.title.next', params: { number: ticket.number } }
          : { key: 'citizen.title.waiting', params: { number: ticket.number, n: ticket.place.ahead } };
      }
      return { key: 'citizen.title.page' };
    default: return { key: 'citizen.title.page' };
  }
}
