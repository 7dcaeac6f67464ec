// What the desk knows, as one value. Messages go in, the next value comes out; nothing here draws, sends or looks at a clock.

/** @typedef {import("../signaling/messages.js").SeatView} SeatView */
/** @typedef {import("../signaling/messages.js").SeatChoice} SeatChoice */
/** @typedef {import("../signaling/messages.js").ReservationView} ReservationView */
/** @typedef {import("../signaling/messages.js").ReservationState} ReservationState */
/** @typedef {import("../signaling/messages.js").SessionView} SessionView */
/** @typedef {import("../signaling/messages.js").QueueView} QueueView */
/** @typedef {import("../signaling/messages.js").Disposition} Disposition */
/** @typedef {import("../signaling/messages.js").MaterialEntryView} MaterialEntryView */
/** @typedef {import("../signaling/messages.js").FileView} FileView */
/** @typedef {import("../signaling/connection.js").LineDetail} LineDetail */

/**
 * @typedef {object} DeskState
 * @property {LineDetail} line
 * @property {boolean} welcomed a first snapshot has come
 * @property {string} name of the agent
 * @property {SeatView | null} seat
 * @property {SeatChoice[]} seats
 * @property {ReservationView | null} reservation
 * @property {{id: string, state: ReservationState, isConsult: boolean} | null} lastRing how the last ring ended, when it was not accepted
 * @property {SessionView | null} session
 * @property {Disposition | null} disposition of the session, as far as the broker says
 * @property {QueueView | null} queue
 * @property {string[]} changed ids of materials whose verdict fell away because their files changed
 * @property {string | null} materialID the material open now
 * @property {string | null} fileID the file open now
 */

/** @typedef {"loading" | "choose-seat" | "not-ready" | "ready" | "ringing" | "calling" | "connected" | "held" | "reconnecting" | "consulting" | "transferring" | "wrap-up" | "stopped"} Screen */

/** @returns {DeskState} */
export function initialState() {
  return {
    line: { state: 'connecting' },
    welcomed: false,
    name: '',
    seat: null,
    seats: [],
    reservation: null,
    lastRing: null,
    session: null,
    disposition: null,
    queue: null,
    changed: [],
    materialID: null,
    fileID: null,
  };
}

/**
 * @param {DeskState} state
 * @param {{type: string, payload: any}} message a push by its wire name, or `line`, `welcome`, `select-material`, `select-file`
 * @returns {DeskState} the same value when nothing changed
 */
export function reduce(state, { type, payload }) {
  switch (type) {
    case 'line':
      return { ...state, line: payload };
    case 'welcome':
      return onWelcome(state, payload);
    case 'seat.updated':
      return onSeat(state, payload);
    case 'board.queue':
      return { ...state, queue: payload.queue };
    case 'reservation.ringing':
      return { ...state, reservation: payload.reservation, lastRing: null };
    case 'reservation.ended':
      return onReservationEnded(state, payload);
    case 'session.started':
      return openSession({ ...state, reservation: null, lastRing: null }, payload.session);
    case 'session.updated':
      return onSessionUpdated(state, payload);
    case 'consult.updated':
      return onConsult(state, payload);
    case 'chat.message':
      return onChat(state, payload);
    case 'material.updated':
      return onMaterial(state, payload);
    case 'case.updated':
      return onCase(state, payload);
    case 'precheck.concluded':
      return inSession(state, payload.session_id, (session) => ({ ...session, outcome: payload.outcome, concluded: true }));
    case 'select-material':
      return selectMaterial(state, payload);
    case 'select-file':
      return { ...state, fileID: payload };
    default:
      return state;
  }
}

/**
 * What the page shows. The broker's words decide; this only picks the picture for them.
 * @param {DeskState} state
 * @returns {Screen}
 */
export function screenOf(state) {
  if (state.line.state === 'stopped') return 'stopped';
  if (!state.welcomed) return 'loading';
  if (state.session) return state.session.state === 'ringing' ? 'calling' : sessionScreen(state.session.state);
  if (!state.seat || state.seat.state === 'signed-off') return 'choose-seat';
  if (state.reservation) return 'ringing';
  return state.seat.state === 'not-ready' ? 'not-ready' : 'ready';
}

/**
 * @param {import("../signaling/messages.js").SessionState} state
 * @returns {Screen}
 */
function sessionScreen(state) {
  switch (state) {
    case 'ringing':
      return 'calling';
    case 'connected':
      return 'connected';
    case 'held':
      return 'held';
    case 'reconnecting':
    case 'consulting':
    case 'transferring':
      return state;
    case 'wrap-up':
    case 'closed':
      return 'wrap-up';
  }
}

/** @param {DeskState} state */
export function selectedEntry(state) {
  return state.session?.materials.find((entry) => entry.material.id === state.materialID) ?? null;
}

/** @param {DeskState} state */
export function selectedFile(state) {
  return selectedEntry(state)?.files.find((file) => file.id === state.fileID) ?? null;
}

/**
 * Accepted in an earlier visit: it stays so, and takes neither file nor verdict, unless it is opened again.
 * @param {MaterialEntryView} entry
 */
export function isKept(entry) {
  return entry.accepted_in !== undefined && entry.reopened === undefined;
}

/**
 * Whether the citizen has to hand it in: always, or because they said that its condition holds.
 * @param {MaterialEntryView} entry
 */
export function isAskedFor(entry) {
  return entry.material.necessity === 'mandatory' || entry.applies === true;
}

/**
 * Whether its verdict is older than this talk: of an earlier visit, or of the agent who handed on. The files are still the same.
 * @param {SessionView} session
 * @param {MaterialEntryView} entry
 */
export function isJudgedBefore(session, entry) {
  return !isKept(entry) && entry.verdict !== undefined && Date.parse(entry.verdict.given_at) < Date.parse(session.started_at);
}

/** @typedef {"judged" | "kept" | "changed" | "to-check" | "not-asked" | "unanswered" | "not-handed-in"} EntryState */

/**
 * Where one material stands, for the checklist.
 * @param {MaterialEntryView} entry
 * @param {boolean} isChanged its verdict fell away because its files changed
 * @returns {EntryState}
 */
export function entryState(entry, isChanged) {
  if (isKept(entry)) return 'kept';
  if (entry.verdict) return 'judged';
  if (entry.files.length > 0) return isChanged ? 'changed' : 'to-check';
  if (entry.material.necessity === 'mandatory' || entry.applies === true) return 'not-handed-in';
  return entry.applies === false ? 'not-asked' : 'unanswered';
}

/**
 * What a file can be laid beside: first the other files of its material, then those of the others.
 * @param {SessionView} session
 * @param {string | null} materialID
 * @param {string | null} fileID the file that is open; never offered
 * @returns {{materialID: string, material: string, file: FileView}[]}
 */
export function comparable(session, materialID, fileID) {
  const own = session.materials.filter(({ material }) => material.id === materialID);
  const others = session.materials.filter(({ material }) => material.id !== materialID);
  return [...own, ...others].flatMap(({ material, files }) =>
    files.filter(({ id }) => id !== fileID).map((file) => ({ materialID: material.id, material: material.name, file }))
  );
}

/**
 * The earlier outcome's version that judged this very file, or null.
 * @param {SessionView} session
 * @param {FileView} file
 */
export function earlierVersion(session, file) {
  const { outcome } = session;
  if (!outcome || session.concluded) return null;
  const isThere = outcome.entries.some((entry) => entry.material_id === file.material_id && entry.file_hashes.includes(file.sha256));
  return isThere ? outcome.version : null;
}

/**
 * Pages of an entry, as far as they are counted: a picture is one.
 * @param {MaterialEntryView} entry
 */
export const pageCount = (entry) => entry.files.reduce((sum, { pages }) => sum + (pages ?? 1), 0);

/**
 * Materials that are asked for and without a verdict: as long as there is one, there is no outcome.
 * @param {SessionView} session
 */
export function undecided(session) {
  return session.materials.filter((entry) => isAskedFor(entry) && !entry.verdict && !isKept(entry));
}

/**
 * The next material to look at after `materialID`, going round once.
 * @param {SessionView} session
 * @param {string | null} materialID
 */
export function nextWithoutVerdict(session, materialID) {
  const at = session.materials.findIndex((entry) => entry.material.id === materialID);
  const round = [...session.materials.slice(at + 1), ...session.materials.slice(0, at + 1)];
  return round.find((entry) => isOpen(entry) && entry.material.id !== materialID)?.material.id ?? null;
}

/**
 * Whether the agent still has something to say of it. One that is not asked for and was not handed in needs no word.
 * @param {MaterialEntryView} entry
 */
function isOpen(entry) {
  if (entry.verdict || isKept(entry)) return false;
  return entry.files.length > 0 || entry.applies !== false;
}

/**
 * What the verdicts so far would come to. The broker decides; this is the preview.
 * @param {SessionView} session
 * @returns {"incomplete" | import("../signaling/messages.js").OutcomeResult}
 */
export function previewResult(session) {
  if (undecided(session).length > 0) return 'incomplete';
  const verdicts = session.materials.map((entry) => entry.verdict?.verdict);
  if (verdicts.includes('correction-needed') || verdicts.includes('missing')) return 'correction-needed';
  return verdicts.includes('waived') ? 'deferred-material' : 'ready-to-file';
}

/**
 * Whether the open material can be opened again now.
 * @param {DeskState} state
 */
export function mayReopen(state) {
  const entry = selectedEntry(state);
  return Boolean(entry && isKept(entry) && !state.session?.concluded && state.session?.state !== 'ringing');
}

/**
 * Whether an outcome can be given now: by the agent of a pre-review that has none, and that was not handed on.
 * @param {DeskState} state
 */
export function mayConclude(state) {
  const { session } = state;
  if (!session || session.kind !== 'pre-review' || session.concluded) return false;
  return session.state !== 'ringing' && state.disposition !== 'transferred' && !isConsultant(state);
}

/**
 * Whether a picture of the original can be asked for: the citizen is there, and the material takes files.
 * @param {DeskState} state
 */
export function mayAskStill(state) {
  const entry = selectedEntry(state);
  return Boolean(entry && !isKept(entry) && !state.session?.concluded && state.session?.state === 'connected');
}

/**
 * Whether the agent can hold or hand on now: only while the citizen is there.
 * @param {DeskState} state
 */
export function isTalking(state) {
  return state.session?.state === 'connected' || state.session?.state === 'held';
}

/**
 * The consult, once the colleague is there.
 * @param {DeskState} state
 */
export function consultOf(state) {
  const consult = state.session?.consult;
  return consult?.state === 'talking' ? consult : null;
}

/**
 * Whether this desk is the colleague's: it looks on, and decides nothing.
 * @param {DeskState} state
 */
export function isConsultant(state) {
  return state.session?.consult?.you === 'consultant';
}

/**
 * Whether citizen and agent have entered and the talk is not over.
 * @param {Screen} screen
 */
export function isInTalk(screen) {
  return ['connected', 'held', 'reconnecting', 'consulting', 'transferring'].includes(screen);
}

/**
 * The disposition that follows from what is known, for the agent to confirm.
 * @param {DeskState} state
 * @returns {Disposition}
 */
export function suggestedDisposition(state) {
  const { session, disposition } = state;
  if (disposition && disposition !== 'unrecorded') return disposition;
  // The outcome of an earlier visit says nothing of how this one ended.
  switch (session?.concluded ? session.outcome?.result : undefined) {
    case 'ready-to-file':
      return 'precheck-passed';
    case 'correction-needed':
      return 'correction-needed';
    case 'deferred-material':
      return 'deferred-material';
    case 'referred':
      return 'referred';
    case undefined:
      // Not "dropped" when the citizen's page is gone: they may simply have left after the farewell. The broker says when a line broke.
      return 'advised';
  }
}

/**
 * @param {DeskState} state
 * @param {import("../signaling/messages.js").Welcome} welcome
 * @returns {DeskState}
 */
function onWelcome(state, welcome) {
  const named = { ...state, welcomed: true, name: welcome.name };
  if (welcome.resumed) return named;
  const snapshot = welcome.snapshot;
  const fresh = {
    ...named,
    seat: snapshot?.seat ?? null,
    seats: snapshot?.seats ?? [],
    reservation: snapshot?.reservation ?? null,
    lastRing: null,
    queue: snapshot?.queue ?? null,
  };
  const session = snapshot?.session;
  if (!session || session.state === 'closed') return closeSession(fresh);
  // The same session again, after a break: the agent's place in it must not jump.
  return session.id === state.session?.id ? keepSelection({ ...fresh, session }) : openSession(fresh, session);
}

/**
 * @param {DeskState} state
 * @param {import("../signaling/messages.js").SeatUpdated} payload
 */
function onSeat(state, payload) {
  const next = { ...state, seat: payload.seat ?? null, seats: payload.seats ?? [] };
  return payload.seat ? next : { ...next, reservation: null };
}

/**
 * @param {DeskState} state
 * @param {import("../signaling/messages.js").ReservationEnded} payload
 */
function onReservationEnded(state, payload) {
  if (state.reservation?.id !== payload.reservation_id) return state;
  const isConsult = Boolean(state.reservation.consult);
  const lastRing = payload.state === 'accepted' ? null : { id: payload.reservation_id, state: payload.state, isConsult };
  return { ...state, reservation: null, lastRing };
}

/**
 * @param {DeskState} state
 * @param {import("../signaling/messages.js").SessionUpdated} update
 */
function onSessionUpdated(state, update) {
  if (state.session?.id !== update.session_id) return state;
  if (update.state === 'closed') return closeSession(state);
  const session = {
    ...state.session,
    state: update.state,
    state_deadline: update.state_deadline,
    calls: update.calls ?? state.session.calls,
    citizen: { ...state.session.citizen, present: update.citizen_present },
    agent: { ...state.session.agent, present: update.agent_present },
  };
  return { ...state, session, disposition: update.disposition ?? state.disposition };
}

/**
 * A colleague's desk is empty again when the consult is over.
 * @param {DeskState} state
 * @param {import("../signaling/messages.js").ConsultUpdated} payload
 */
function onConsult(state, { session_id, consult }) {
  if (state.session?.id !== session_id) return state;
  if (consult.state !== 'ended') return { ...state, session: { ...state.session, consult } };
  if (consult.you === 'consultant') return closeSession(state);
  const { consult: _, ...session } = state.session;
  return { ...state, session };
}

/**
 * @param {DeskState} state
 * @param {import("../signaling/messages.js").ChatMessagePush} payload
 */
function onChat(state, { session_id, message }) {
  return inSession(state, session_id, (session) => {
    if (session.chat.some(({ id }) => id === message.id)) return session;
    return { ...session, chat: [...session.chat, message] };
  });
}

/**
 * @param {DeskState} state
 * @param {import("../signaling/messages.js").MaterialUpdated} payload
 */
function onMaterial(state, { case_id, entry }) {
  const session = state.session;
  if (!session || session.case_id !== case_id) return state;
  const materials = session.materials.map((known) => (known.material.id === entry.material.id ? entry : known));
  const { id } = entry.material;
  const known = session.materials.find((other) => other.material.id === id);
  // Opened again by the agent: the verdict fell away with that, and not because the files are others.
  const hadVerdict = known?.verdict !== undefined && known.reopened === entry.reopened;
  const others = state.changed.filter((other) => other !== id);
  const isChanged = !entry.verdict && (hadVerdict || state.changed.includes(id));
  return keepSelection({ ...state, session: { ...session, materials }, changed: isChanged ? [...others, id] : others });
}

/**
 * @param {DeskState} state
 * @param {import("../signaling/messages.js").CaseUpdated} payload
 */
function onCase(state, { matter }) {
  const session = state.session;
  return session && session.case_id === matter.id ? { ...state, session: { ...session, matter } } : state;
}

/**
 * @param {DeskState} state
 * @param {string} sessionID
 * @param {(session: SessionView) => SessionView} change
 */
function inSession(state, sessionID, change) {
  return state.session?.id === sessionID ? { ...state, session: change(state.session) } : state;
}

/**
 * @param {DeskState} state
 * @param {SessionView} session
 */
function openSession(state, session) {
  const first = session.materials.find((entry) => !entry.verdict && !isKept(entry) && entry.files.length > 0) ??
    session.materials.find(isOpen) ?? session.materials[0];
  return selectMaterial({ ...state, session, disposition: null, changed: [] }, first?.material.id ?? null);
}

/** @param {DeskState} state */
function closeSession(state) {
  return { ...state, session: null, disposition: null, changed: [], materialID: null, fileID: null };
}

/**
 * @param {DeskState} state
 * @param {string | null} materialID
 */
function selectMaterial(state, materialID) {
  const entry = state.session?.materials.find(({ material }) => material.id === materialID);
  return { ...state, materialID: entry?.material.id ?? null, fileID: entry?.files[0]?.id ?? null };
}

/**
 * A file that came while the agent looks at another one is not thrust upon them; one that went must not stay open.
 * @param {DeskState} state
 */
function keepSelection(state) {
  const entry = selectedEntry(state);
  if (!entry) return selectMaterial(state, state.session?.materials[0]?.material.id ?? null);
  const isThere = entry.files.some(({ id }) => id === state.fileID);
  return isThere ? state : { ...state, fileID: entry.files[0]?.id ?? null };
}
