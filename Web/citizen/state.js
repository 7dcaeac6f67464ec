// What the citizen's page knows, and how each event changes it. Pure: no DOM, no clock, no network.

import { slotsKey, withAppointment, withSlots } from './appointments.js';
import { sorted } from './questions.js';
import { parseRoute } from './routes.js';

const MINUTE_MS = 60_000;

/** @import { Ticket, TicketState, MaterialEntry, Session, Catalogue, HallNow, Item, Snapshot, FileView, Place, Wish, Matter, OwnCase, Appointment, SlotsAnswer } from './wire.js' */
/** @import { KnownSlots, Wanted } from './appointments.js' */
/** @import { Doubt } from './picture/look.js' */
/** @import { Route } from './routes.js' */

/**
 * A file on its way. `doubts`: what the browser itself found; it waits for a word of the person. `replaces`: the page whose place it takes.
 * `problem`: the name of a sentence, or a sentence of the server after a colon. `isWaiting`: its line is broken, and it tries again by itself.
 * @typedef {{ key: string, materialID: string, name: string, sent: number, total: number, problem?: string, doubts?: Doubt[], replaces?: string, isWaiting?: boolean }} Upload
 */
/**
 * What the citizen of this page left to the agent, in one case. `unsure`: texts of conditions. `left`: ids of materials and of files.
 * `formDone`: the form was answered or passed by.
 * @typedef {{ case: string | null, unsure: string[], left: string[], formDone: boolean }} Notes
 */
/**
 * The case that the next visit goes on with.
 * `case_id`: it is the citizen's own; otherwise number and code show that they may have it.
 * @typedef {{ case_id?: string, case_number: string, look_up_code: string, code: string, kind: string, hall: string }} Continuing
 */
/**
 * `wasTransferred`: the ticket waits again because an agent handed it on. `resubmitted`: ids of materials whose verdict fell away with a
 * change of their files. `seenStill`: the last still whose end the person was told. `slots`: times that can be booked, by `slotsKey`; 'none':
 * this hall takes no appointments. `clock`: the server's time when an appointment last changed its meaning by itself, in milliseconds since 1970.
 * @typedef {{
 *   booted: boolean,
 *   unreachable: boolean,
 *   me: import('./wire.js').Me | null,
 *   line: 'none' | 'connecting' | 'open' | 'lost',
 *   gone: 'superseded' | 'signed_out' | null,
 *   route: Route,
 *   catalogue: Catalogue | null,
 *   halls: HallNow[],
 *   items: Record<string, Item | 'missing'>,
 *   ticket: Ticket | null,
 *   materials: MaterialEntry[],
 *   session: Session | null,
 *   uploads: Upload[],
 *   unread: number,
 *   dismissed: string | null,
 *   wish: Wish,
 *   wasTransferred: boolean,
 *   resubmitted: string[],
 *   matter: Matter | null,
 *   notes: Notes,
 *   cases: OwnCase[],
 *   continuing: Continuing | null,
 *   seenStill: string | null,
 *   appointments: Appointment[],
 *   slots: Record<string, KnownSlots | 'none'>,
 *   clock: number,
 * }} State
 */
/**
 * @typedef {{ type: 'booted', me: import('./wire.js').Me | null }
 *   | { type: 'unreachable' }
 *   | { type: 'signed-in', me: import('./wire.js').Me }
 *   | { type: 'signed-out' }
 *   | { type: 'line', line: State['line'] }
 *   | { type: 'gone', code: 'superseded' | 'signed_out' }
 *   | { type: 'route', hash: string }
 *   | { type: 'catalogue', catalogue: Catalogue }
 *   | { type: 'halls', halls: HallNow[] }
 *   | { type: 'item', code: string, item: Item | 'missing' }
 *   | { type: 'welcome', resumed: boolean, snapshot?: Snapshot }
 *   | { type: 'push', name: string, payload: any }
 *   | { type: 'file-added', file: FileView }
 *   | { type: 'upload', upload: Upload }
 *   | { type: 'upload-over', key: string }
 *   | { type: 'chat-seen' }
 *   | { type: 'wish', wish: Wish }
 *   | { type: 'note', note: { unsure?: string, sure?: string, left?: string, formDone?: boolean } }
 *   | { type: 'still-seen', id: string }
 *   | { type: 'cases', cases: OwnCase[] }
 *   | { type: 'appointments', appointments: Appointment[] }
 *   | { type: 'appointment', appointment: Appointment }
 *   | { type: 'slots', wanted: Wanted, answer: SlotsAnswer | 'none' }
 *   | { type: 'clock', now: number }
 *   | { type: 'continuing', continuing: Continuing | null }
 *   | { type: 'dismiss' }} Action
 */

/** @type {Notes} */
const NO_NOTES = { case: null, unsure: [], left: [], formDone: false };

/**
 * @param {string} [hash]
 * @param {string | null} [dismissed] id of the ticket whose farewell was already put away in this tab
 * @param {Wish} [wish] what was asked for in this tab before a reload
 * @param {Notes} [notes] likewise
 * @param {Continuing | null} [continuing] likewise
 * @returns {State}
 */
export function initialState(hash = '', dismissed = null, wish = {}, notes = NO_NOTES, continuing = null) {
  return {
    booted: false,
    unreachable: false,
    me: null,
    line: 'none',
    gone: null,
    route: parseRoute(hash),
    catalogue: null,
    halls: [],
    items: {},
    ticket: null,
    materials: [],
    session: null,
    uploads: [],
    unread: 0,
    dismissed,
    wish,
    wasTransferred: false,
    resubmitted: [],
    matter: null,
    notes,
    cases: [],
    continuing,
    seenStill: null,
    appointments: [],
    slots: {},
    clock: 0,
  };
}

/** What belongs to one visit and is put away with it. */
const NO_VISIT = {
  ticket: null, materials: [], session: null, uploads: [], unread: 0, wish: {}, wasTransferred: false, resubmitted: [], matter: null, continuing: null,
};

/**
 * @param {State} state
 * @param {Action} action
 * @returns {State}
 */
export function reduce(state, action) {
  switch (action.type) {
    case 'booted': return { ...state, booted: true, unreachable: false, me: action.me };
    case 'unreachable': return { ...state, unreachable: true };
    case 'signed-in': return { ...state, me: action.me, gone: null };
    case 'signed-out':
      return { ...state, me: null, line: 'none', gone: null, cases: [], appointments: [], notes: NO_NOTES, ...NO_VISIT };
    case 'line': return { ...state, line: action.line };
    case 'gone': return { ...state, gone: action.code, line: 'none' };
    case 'route': return { ...state, route: parseRoute(action.hash) };
    case 'catalogue': return { ...state, catalogue: action.catalogue };
    case 'halls': return { ...state, halls: action.halls };
    case 'item': return withBlankMaterials({ ...state, items: { ...state.items, [action.code]: action.item } });
    case 'welcome': return action.resumed ? state : fromSnapshot(state, action.snapshot ?? {});
    case 'push': return push(state, action.name, action.payload);
    case 'file-added': return addFile(state, action.file);
    case 'upload':
      return { ...state, uploads: [...state.uploads.filter((upload) => upload.key !== action.upload.key), action.upload] };
    case 'upload-over': return { ...state, uploads: state.uploads.filter((upload) => upload.key !== action.key) };
    case 'chat-seen': return state.unread === 0 ? state : { ...state, unread: 0 };
    case 'dismiss':
      return { ...state, dismissed: state.ticket?.id ?? state.dismissed, ...NO_VISIT };
    case 'wish': return { ...state, wish: action.wish };
    case 'note': return { ...state, notes: noted(notesOf(state), action.note, caseID(state)) };
    case 'still-seen': return { ...state, seenStill: action.id };
    case 'cases': return { ...state, cases: action.cases };
    case 'continuing': return { ...state, continuing: action.continuing };
    case 'appointments': return { ...state, appointments: action.appointments };
    case 'appointment': return updateAppointment(state, action.appointment);
    case 'slots': return updateSlots(state, action.wanted, action.answer);
    case 'clock': return { ...state, clock: action.now };
  }
}

/** @param {State} state @param {Appointment} appointment @returns {State} */
function updateAppointment(state, appointment) {
  return { ...state, appointments: withAppointment(state.appointments, appointment) };
}

/** @param {State} state @param {Wanted} wanted @param {SlotsAnswer | 'none'} answer @returns {State} */
function updateSlots(state, wanted, answer) {
  const key = slotsKey(wanted);
  const known = state.slots[key];
  return { ...state, slots: { ...state.slots, [key]: answer === 'none' ? answer : withSlots(known === 'none' ? undefined : known, answer) } };
}

/** What was left to the agent in the case in hand; notes of another case count for nothing. @param {State} state @returns {Notes} */
export function notesOf(state) {
  return state.notes.case === caseID(state) ? state.notes : NO_NOTES;
}

/**
 * @param {Notes} notes
 * @param {{ unsure?: string, sure?: string, left?: string, formDone?: boolean }} note
 * @param {string | null} id
 * @returns {Notes}
 */
function noted(notes, { unsure, sure, left, formDone = notes.formDone }, id) {
  const others = notes.unsure.filter((text) => text !== unsure && text !== sure);
  return {
    case: id,
    unsure: unsure === undefined ? others : [...others, unsure],
    left: left === undefined || notes.left.includes(left) ? notes.left : [...notes.left, left],
    formDone,
  };
}

/**
 * The snapshot is the whole truth: whatever it does not hold is gone.
 * @param {State} before
 * @param {Snapshot} snapshot
 * @returns {State}
 */
function fromSnapshot(before, snapshot) {
  const state = { ...before, appointments: snapshot.appointments ?? before.appointments };
  const ticket = snapshot.ticket ?? null;
  const session = snapshot.session ?? null;
  const isOver = (ticket === null || isTerminal(ticket.state)) && (session === null || session.state === 'closed');
  if (isOver && ticket !== null && ticket.id === state.dismissed) {
    return { ...state, ticket: null, materials: [], session: null, unread: 0, wasTransferred: false, resubmitted: [], matter: null };
  }
  const sameCase = ticket !== null && ticket.case_id === state.ticket?.case_id;
  const listed = session?.materials.length ? session.materials : snapshot.materials ?? [];
  return withBlankMaterials(backInQueue({
    ...state,
    ticket,
    session,
    materials: listed,
    matter: session?.matter ?? snapshot.matter ?? null,
    uploads: sameCase ? state.uploads : [],
    unread: 0,
    wasTransferred: sameCase && session === null && ticket?.state === 'waiting' && state.wasTransferred,
    resubmitted: sameCase ? state.resubmitted.filter((id) => listed.some((entry) => entry.material.id === id && !entry.verdict)) : [],
  }));
}

/** @typedef {{ hall?: string, version?: number }} ItemChoice */

/**
 * Under which name an item is kept: as a hall has adopted it, in one version, or in the newest that any hall has.
 * @param {string} code
 * @param {ItemChoice} [choice]
 */
export function itemKey(code, { hall, version } = {}) {
  return hall ? `${code} @${hall}` : version ? `${code} ${version}` : code;
}

/**
 * Right after a ticket is taken nobody has sent the materials list yet: it is the catalogue's, with nothing handed in.
 * @param {State} state
 * @returns {State}
 */
function withBlankMaterials(state) {
  if (!state.ticket || state.ticket.kind !== 'pre-review' || state.session) return state;
  const { code, version } = state.ticket.item;
  // The version that the case was opened with: its hall may have adopted another since.
  const item = state.items[itemKey(code, { version })];
  if (!item || item === 'missing' || state.materials.length >= item.materials.length) return state;
  const known = new Map(state.materials.map((entry) => [entry.material.id, entry]));
  return { ...state, materials: item.materials.map((material) => known.get(material.id) ?? { material, files: [] }) };
}

/**
 * A push of a name that this page does not know changes nothing: new kinds may come.
 * @param {State} state
 * @param {string} name
 * @param {any} payload
 * @returns {State}
 */
function push(state, name, payload) {
  switch (name) {
    case 'ticket.updated': return updateTicket(state, payload.ticket);
    case 'ticket.place':
      if (!state.ticket || state.ticket.id !== payload.ticket_id) return state;
      return { ...state, ticket: { ...state.ticket, place: payload.place } };
    case 'session.started': {
      const session = /** @type {Session} */ (payload.session);
      return {
        ...state, session, materials: session.materials.length ? session.materials : state.materials, matter: session.matter ?? state.matter,
        unread: 0, wasTransferred: false,
      };
    }
    case 'session.updated': return updateSession(state, payload);
    case 'consult.updated': return updateConsult(state, payload);
    case 'session.media':
      if (!state.session || state.session.id !== payload.session_id || payload.media.with) return state;
      return { ...state, session: { ...state.session, media: payload.media } };
    case 'chat.message': return addChat(state, payload);
    case 'material.updated':
      if (payload.case_id !== caseID(state)) return state;
      return updateMaterial(state, payload.entry);
    case 'precheck.concluded':
      if (!state.session || state.session.id !== payload.session_id) return state;
      return { ...state, session: { ...state.session, outcome: payload.outcome, concluded: true } };
    case 'appointment.updated': return updateAppointment(state, payload.appointment);
    case 'case.updated':
      if (payload.matter.id !== caseID(state)) return state;
      return { ...state, matter: payload.matter };
    default: return state;
  }
}

/**
 * @param {State} state
 * @param {Ticket} ticket
 * @returns {State}
 */
function updateTicket(state, ticket) {
  if (ticket.id === state.dismissed && isTerminal(ticket.state)) return state;
  // News of an older ticket must not push the one in hand aside.
  if (state.ticket && state.ticket.id !== ticket.id && isTerminal(ticket.state)) return state;
  const isNew = state.ticket?.id !== ticket.id;
  const next = { ...state, ticket };
  return withBlankMaterials(isNew ? { ...next, ...NO_VISIT, ticket, wish: state.wish } : backInQueue(next));
}

/**
 * A ticket that lives on without its session (handed on, or called in vain) leaves that session behind: the queue is what counts now.
 * @param {State} state
 * @returns {State}
 */
function backInQueue(state) {
  const { session, ticket } = state;
  const isOver = session?.state === 'wrap-up' || session?.state === 'closed';
  if (!isOver || !ticket || isTerminal(ticket.state)) return state;
  const isTransferred = session.disposition === 'transferred';
  if (ticket.state === 'serving' && !isTransferred) return state;
  return { ...state, session: null, unread: 0, wasTransferred: isTransferred };
}

/**
 * Files that come or go take the verdict on them away; the citizen is told that it will be looked at again.
 * @param {State} state
 * @param {MaterialEntry} entry
 * @returns {State}
 */
function updateMaterial(state, entry) {
  const { id } = entry.material;
  const had = state.materials.find((other) => other.material.id === id)?.verdict;
  const others = state.resubmitted.filter((other) => other !== id);
  const isAgain = !entry.verdict && entry.files.length > 0 && (had !== undefined || state.resubmitted.includes(id));
  return {
    ...state,
    materials: replaceEntry(state.materials, entry),
    resubmitted: isAgain ? [...others, id] : others,
  };
}

/**
 * @param {State} state
 * @param {any} payload
 * @returns {State}
 */
function updateSession(state, payload) {
  const session = state.session;
  if (!session || session.id !== payload.session_id) return state;
  return backInQueue({
    ...state,
    session: {
      ...session,
      state: payload.state,
      calls: payload.calls ?? session.calls,
      citizen: { ...session.citizen, present: payload.citizen_present },
      agent: { ...session.agent, present: payload.agent_present },
      state_deadline: payload.state_deadline,
      disposition: payload.disposition ?? session.disposition,
    },
  });
}

/**
 * @param {State} state
 * @param {any} payload
 * @returns {State}
 */
function updateConsult(state, { session_id, consult }) {
  if (!state.session || state.session.id !== session_id) return state;
  const { consult: _, ...session } = state.session;
  return { ...state, session: consult.state === 'ended' ? session : { ...session, consult } };
}

/**
 * The colleague who is in the talk, or null.
 * @param {State} state
 */
export function consultOf({ session }) {
  return session?.consult?.state === 'talking' ? session.consult : null;
}

/**
 * The agents talk alone: the citizen neither sees nor hears them, and they do not see or hear the citizen.
 * @param {State} state
 */
export function isApart(state) {
  return consultOf(state)?.citizen_in === false;
}

/**
 * @param {State} state
 * @param {any} payload
 * @returns {State}
 */
function addChat(state, payload) {
  const session = state.session;
  if (!session || session.id !== payload.session_id) return state;
  if (session.chat.some((message) => message.id === payload.message.id)) return state;
  return {
    ...state,
    session: { ...session, chat: [...session.chat, payload.message] },
    unread: state.unread + (payload.message.from === 'agent' ? 1 : 0),
  };
}

/**
 * @param {MaterialEntry[]} entries
 * @param {MaterialEntry} entry
 */
function replaceEntry(entries, entry) {
  const at = entries.findIndex((other) => other.material.id === entry.material.id);
  return at < 0 ? [...entries, entry] : entries.with(at, entry);
}

/**
 * The upload's own answer and the push of the same file may come in either order.
 * @param {State} state
 * @param {FileView} file
 * @returns {State}
 */
function addFile(state, file) {
  const entry = state.materials.find((other) => other.material.id === file.material_id);
  if (!entry || entry.files.some((other) => other.id === file.id)) return state;
  return { ...state, materials: replaceEntry(state.materials, { ...entry, files: [...entry.files, file] }) };
}

/** @param {TicketState} word */
export function isTerminal(word) {
  return word !== 'waiting' && word !== 'reserved' && word !== 'serving' && word !== 'parked';
}

/** @param {State} state */
export function isAskedBack({ ticket }) {
  return ticket?.state === 'waiting' && ticket.call_back === 'asked';
}

/** @param {State} state */
export function hasLiveTicket(state) {
  return state.ticket !== null && !isTerminal(state.ticket.state);
}

/**
 * When somebody comes, while nobody does: the ticket waits, and nobody who could take it is there or on schedule.
 * @param {State} state
 */
export function closedNow({ ticket }) {
  return ticket?.state === 'waiting' ? ticket.place?.opening : undefined;
}

/**
 * How long it may still take, in whole minutes: always a range, because the exact minute is not known. Null while nothing is known.
 * `from` 0 means: less than `to`.
 * @param {Place | undefined} place
 * @returns {{ from: number, to: number } | null}
 */
export function waitRange(place) {
  const { wait_p50_ms: half, wait_p80_ms: most } = place ?? {};
  if (half === undefined || most === undefined) return null;
  const from = Math.floor(half / MINUTE_MS);
  return { from, to: Math.max(Math.ceil(most / MINUTE_MS), from + 1) };
}

/** @param {State} state */
export function caseID(state) {
  return state.session?.case_id ?? state.ticket?.case_id ?? null;
}

/**
 * @typedef {'opening' | 'unreachable' | 'gone' | 'find' | 'item' | 'sign-in' | 'devices' | 'look-up' | 'mine' | 'waiting' | 'prepare' | 'asked' | 'parked'
 *   | 'called' | 'call' | 'outcome' | 'missed' | 'book' | 'confirm' | 'appointment'} ScreenName
 */

/**
 * Which screen the state asks for. A call and its end take the page whatever the address says; a queue lets people look around.
 * @param {State} state
 * @returns {ScreenName}
 */
export function screenOf(state) {
  if (state.gone) return 'gone';
  if (!state.booted) return state.unreachable ? 'unreachable' : 'opening';
  const { session, ticket, route } = state;
  if (session) {
    switch (session.state) {
      case 'ringing': return 'called';
      case 'connected':
      case 'held':
      case 'reconnecting':
      case 'consulting':
      case 'transferring': return 'call';
      case 'wrap-up':
      case 'closed': return session.disposition === 'no-show' ? 'missed' : 'outcome';
    }
  }
  if (ticket?.state === 'serving') return 'waiting';
  // Asked back: others go before until the citizen answers, so it is asked wherever they are.
  if (isAskedBack(state)) return 'asked';
  if (ticket && hasLiveTicket(state)) {
    const leadsToTicket = route.name === 'ticket' || route.name === 'sign-in' || route.name === 'devices';
    if (leadsToTicket) return ticket.state === 'parked' ? 'parked' : 'waiting';
    if (route.name === 'prepare' && (ticket.kind !== 'pre-review' || ticket.state === 'parked')) return ticket.state === 'parked' ? 'parked' : 'waiting';
    return route.name;
  }
  // A `done` ticket without its session: the case's own page still tells the outcome.
  if (ticket?.state === 'done') return route.name === 'ticket' ? 'look-up' : route.name;
  if (ticket && ticket.state !== 'abandoned' && (route.name === 'ticket' || route.name === 'prepare')) return 'missed';
  if (route.name === 'ticket' || route.name === 'prepare') return 'find';
  if (route.name === 'devices' && (!state.me || lacksIdentity(state))) return 'sign-in';
  if (route.name === 'sign-in' && state.me && !lacksIdentity(state)) return 'devices';
  // A time is held for somebody, and an appointment is somebody's.
  if ((route.name === 'confirm' || route.name === 'appointment') && !state.me) return 'sign-in';
  if (route.name === 'confirm' && lacksIdentity(state)) return 'sign-in';
  return route.name;
}

/** Whether what was chosen asks for somebody whom a provider of identities vouched for, and nobody did. @param {State} state */
export function lacksIdentity(state) {
  const { route } = state;
  if (route.name !== 'sign-in' && route.name !== 'devices' && route.name !== 'confirm') return false;
  const hall = state.halls.find((one) => one.id === route.hall);
  const guestsMay = route.kind === 'pre-review' ? hall?.guests_may_pre_review : hall?.guests_may_consult;
  return guestsMay === false && state.me?.assurance !== 'verified';
}

/**
 * How many of the materials that are asked for have something handed in, or need nothing more.
 * @param {MaterialEntry[]} entries
 */
export function progress(entries) {
  const { asked } = sorted(entries);
  const isDone = (/** @type {MaterialEntry} */ { verdict, files }) => {
    switch (verdict?.verdict) {
      case 'correction-needed':
      case 'missing': return false;
      case 'accepted':
      case 'waived':
      case 'not-applicable': return true;
      case undefined: return files.length > 0;
    }
  };
  return { done: asked.filter(isDone).length, all: asked.length };
}

/** Whether nothing more can be handed in: the outcome of this visit stands, or the visit is over. @param {State} state */
export function isLocked({ session }) {
  return session !== null && (session.concluded || session.state === 'wrap-up' || session.state === 'closed');
}

/**
 * What still has to be brought, in the order of the list.
 * @param {{ verdict: string }[]} entries
 */
export function countOpen(entries) {
  return entries.filter((entry) => entry.verdict === 'correction-needed' || entry.verdict === 'missing').length;
}
