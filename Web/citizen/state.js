// What the citizen's page knows, and how each event changes it. Pure: no DOM, no clock, no network.

import { parseRoute } from './routes.js';

/** @import { Ticket, TicketState, MaterialEntry, Session, Catalogue, HallNow, Item, Snapshot, FileView } from './wire.js' */
/** @import { Route } from './routes.js' */

/** @typedef {{ key: string, materialID: string, name: string, sent: number, total: number, problem?: string }} Upload */
/**
 * @typedef {{
 *   booted: boolean,
 *   unreachable: boolean,
 *   me: { name: string } | null,
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
 * }} State
 */
/**
 * @typedef {{ type: 'booted', me: { name: string } | null }
 *   | { type: 'unreachable' }
 *   | { type: 'signed-in', me: { name: string } }
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
 *   | { type: 'dismiss' }} Action
 */

/**
 * @param {string} [hash]
 * @param {string | null} [dismissed] id of the ticket whose farewell was already put away in this tab
 * @returns {State}
 */
export function initialState(hash = '', dismissed = null) {
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
  };
}

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
      return { ...state, me: null, line: 'none', gone: null, ticket: null, materials: [], session: null, uploads: [], unread: 0 };
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
      return {
        ...state, dismissed: state.ticket?.id ?? state.dismissed, ticket: null, materials: [], session: null, uploads: [], unread: 0,
      };
  }
}

/**
 * The snapshot is the whole truth: whatever it does not hold is gone.
 * @param {State} state
 * @param {Snapshot} snapshot
 * @returns {State}
 */
function fromSnapshot(state, snapshot) {
  const ticket = snapshot.ticket ?? null;
  const session = snapshot.session ?? null;
  const isOver = (ticket === null || isTerminal(ticket.state)) && (session === null || session.state === 'closed');
  if (isOver && ticket !== null && ticket.id === state.dismissed) {
    return { ...state, ticket: null, materials: [], session: null, unread: 0 };
  }
  const sameCase = ticket !== null && ticket.case_id === state.ticket?.case_id;
  const listed = session?.materials.length ? session.materials : snapshot.materials ?? [];
  return withBlankMaterials({
    ...state,
    ticket,
    session,
    materials: listed,
    uploads: sameCase ? state.uploads : [],
    unread: 0,
  });
}

/**
 * Right after a ticket is taken nobody has sent the materials list yet: it is the catalogue's, with nothing handed in.
 * @param {State} state
 * @returns {State}
 */
function withBlankMaterials(state) {
  if (!state.ticket || state.ticket.kind !== 'pre-review' || state.session) return state;
  const item = state.items[state.ticket.item.code];
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
      return { ...state, session, materials: session.materials.length ? session.materials : state.materials, unread: 0 };
    }
    case 'session.updated': return updateSession(state, payload);
    case 'session.media':
      if (!state.session || state.session.id !== payload.session_id) return state;
      return { ...state, session: { ...state.session, media: payload.media } };
    case 'chat.message': return addChat(state, payload);
    case 'material.updated':
      if (payload.case_id !== caseID(state)) return state;
      return { ...state, materials: replaceEntry(state.materials, payload.entry) };
    case 'precheck.concluded':
      if (!state.session || state.session.id !== payload.session_id) return state;
      return { ...state, session: { ...state.session, outcome: payload.outcome } };
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
  return withBlankMaterials(isNew ? { ...next, session: null, materials: [], uploads: [], unread: 0 } : next);
}

/**
 * @param {State} state
 * @param {any} payload
 * @returns {State}
 */
function updateSession(state, payload) {
  const session = state.session;
  if (!session || session.id !== payload.session_id) return state;
  return {
    ...state,
    session: {
      ...session,
      state: payload.state,
      citizen: { ...session.citizen, present: payload.citizen_present },
      agent: { ...session.agent, present: payload.agent_present },
      state_deadline: payload.state_deadline,
      disposition: payload.disposition ?? session.disposition,
    },
  };
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
  return word !== 'waiting' && word !== 'reserved' && word !== 'serving';
}

/** @param {State} state */
export function hasLiveTicket(state) {
  return state.ticket !== null && !isTerminal(state.ticket.state);
}

/** @param {State} state */
export function caseID(state) {
  return state.session?.case_id ?? state.ticket?.case_id ?? null;
}

/**
 * @typedef {'opening' | 'unreachable' | 'gone' | 'find' | 'item' | 'sign-in' | 'devices' | 'look-up' | 'waiting' | 'called' | 'call'
 *   | 'outcome' | 'missed'} ScreenName
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
      case 'reconnecting': return 'call';
      case 'wrap-up':
      case 'closed': return session.disposition === 'no-show' ? 'missed' : 'outcome';
    }
  }
  if (ticket?.state === 'serving') return 'waiting';
  if (ticket && hasLiveTicket(state)) {
    const leadsToTicket = route.name === 'ticket' || route.name === 'sign-in' || route.name === 'devices';
    return leadsToTicket ? 'waiting' : route.name;
  }
  // A `done` ticket without its session: the case's own page still tells the outcome.
  if (ticket?.state === 'done') return route.name === 'ticket' ? 'look-up' : route.name;
  if (ticket && ticket.state !== 'abandoned' && route.name === 'ticket') return 'missed';
  if (route.name === 'ticket') return 'find';
  if (route.name === 'devices' && !state.me) return 'sign-in';
  if (route.name === 'sign-in' && state.me) return 'devices';
  return route.name;
}

/**
 * How many materials have something handed in, or need nothing.
 * @param {MaterialEntry[]} entries
 */
export function progress(entries) {
  return { done: entries.filter((entry) => entry.files.length > 0).length, all: entries.length };
}

/**
 * What still has to be brought, in the order of the list.
 * @param {{ verdict: string }[]} entries
 */
export function countOpen(entries) {
  return entries.filter((entry) => entry.verdict === 'correction-needed' || entry.verdict === 'missing').length;
}
