// The pictures and voices of one call, whatever happens to the line to the broker meanwhile.
//
// A page gives this the connection and its own stream, and shows what it says. With a colleague in the talk there are three people, and a leg to each of
// the two others; who may not hear whom has no leg, so that nothing flows.

import { CallLeg } from './leg.js';
import { MediaPeer } from './peer.js';
import { RelayServers } from './relay-servers.js';

/** @typedef {import("../signaling/connection.js").SignalingConnection} SignalingConnection */
/** @typedef {import("../signaling/messages.js").Welcome} Welcome */
/** @typedef {import("../signaling/messages.js").ConsultView} ConsultView */
/** @typedef {import("../signaling/messages.js").Participant} Participant */
/** @typedef {import("../signaling/messages.js").MediaView} MediaView */
/** @typedef {import("./peer.js").PeerState} PeerState */
/** @typedef {"idle" | PeerState} CallState */
/** @typedef {import("./quality.js").QualityReport} QualityReport */

/** After a reload the broker gives a new epoch by itself; this is for the case that it did not. */
const EPOCH_PATIENCE_MS = 4_000;
/** Undefined: the citizen's agent, or the agent's citizen. @type {(Participant | undefined)[]} */
const OTHERS = [undefined, 'citizen', 'agent', 'consultant'];

/**
 * Events:
 * - `remote-stream` (detail: MediaStream | null), `state` (detail: CallState): of the citizen's agent, or the agent's citizen;
 * - `channel` (detail: RTCDataChannel): that other side opened one;
 * - `legs`: the same of anybody changed;
 * - `quality` (detail: QualityReport | null): null while nothing is known.
 */
export class CallMedia extends EventTarget {
  #connection;
  #createPeer;
  #timers;
  /** @type {string | null} */
  #sessionID = null;
  /** Who we are in a consult. @type {Participant | null} */
  #you = null;
  /** @type {Map<Participant | undefined, CallLeg>} */
  #legs = new Map();
  /** @type {MediaStream | null} */
  #localStream = null;
  #isHeld = false;
  /** @type {import("../signaling/messages.js").ICEServer[]} */
  #iceServers = [];
  #relayServers;
  #listening = new AbortController();

  /**
   * @param {{
   *   connection: SignalingConnection,
   *   createPeer?: (options: ConstructorParameters<typeof MediaPeer>[0]) => MediaPeer,
   *   relayServers?: RelayServers,
   *   timers?: import("./peer.js").Timers,
   * }} options
   */
  constructor({ connection, createPeer, relayServers, timers }) {
    super();
    this.#connection = connection;
    this.#createPeer = createPeer ?? ((options) => new MediaPeer(options));
    this.#timers = timers ??
      { setTimer: (action, ms) => setTimeout(action, ms), clearTimer: (timer) => clearTimeout(timer) };
    this.#relayServers = relayServers ?? new RelayServers({ timers: this.#timers });
    const { signal } = this.#listening;
    connection.heldMedia = () => this.#heldMedia().find((held) => held.with === undefined) ?? null;
    connection.heldConsultMedia = () => this.#heldMedia().filter((held) => held.with !== undefined);
    connection.addEventListener('welcome', (event) => this.#onWelcome(/** @type {CustomEvent} */ (event).detail), {
      signal,
    });
    connection.addEventListener('push', (event) => this.#onPush(/** @type {CustomEvent} */ (event).detail), { signal });
  }

  /** The session whose media this carries, or null. */
  get sessionID() {
    return this.#sessionID;
  }

  /** @returns {CallState} */
  get state() {
    return this.stateOf(undefined);
  }

  /** @returns {MediaStream | null} */
  get remoteStream() {
    return this.streamOf(undefined);
  }

  /** @param {Participant | undefined} other @returns {CallState} */
  stateOf(other) {
    return this.#legs.get(other)?.state ?? 'idle';
  }

  /** @param {Participant | undefined} other @returns {MediaStream | null} */
  streamOf(other) {
    return this.#legs.get(other)?.remoteStream ?? null;
  }

  /** @returns {MediaStream | null} */
  get localStream() {
    return this.#localStream;
  }

  /**
   * Own camera and microphone, now or later; a running call takes them over at once. The stream stays the page's: it stops the tracks.
   * @param {MediaStream | null} stream
   */
  async setLocalStream(stream) {
    this.#localStream = stream;
    if (!this.#isHeld) await this.#replaceTracks(stream);
  }

  /**
   * On hold nothing is sent and nothing is played, whatever the switches of camera and microphone say meanwhile; the peer connection
   * stays, so that going on is instant. Saying the same twice changes nothing.
   * @param {boolean} isHeld
   */
  async setHeld(isHeld) {
    if (this.#isHeld === isHeld) return;
    this.#isHeld = isHeld;
    for (const leg of this.#legs.values()) this.#playUnlessHeld(leg);
    await this.#replaceTracks(isHeld ? null : this.#localStream);
  }

  /**
   * A data channel to the other side, beside picture and voice.
   * @param {string} label
   * @returns {RTCDataChannel | null} null: there is no connection to send it over
   */
  openChannel(label) {
    return this.#legs.get(undefined)?.peer?.openChannel(label) ?? null;
  }

  get isHeld() {
    return this.#isHeld;
  }

  /** @param {MediaStream | null} stream */
  async #replaceTracks(stream) {
    await Promise.all([...this.#legs.values()].map((leg) => leg.peer?.replaceTracks(stream)));
  }

  /** @param {CallLeg} leg */
  #playUnlessHeld(leg) {
    for (const track of leg.remoteStream?.getTracks() ?? []) track.enabled = !this.#isHeld;
  }

  /**
   * Silence or picture off: the track goes on carrying nothing, so that switching back is instant.
   * @param {"audio" | "video"} kind
   * @param {boolean} enabled
   */
  setEnabled(kind, enabled) {
    for (const track of this.#localStream?.getTracks() ?? []) if (track.kind === kind) track.enabled = enabled;
  }

  close() {
    this.#listening.abort();
    this.#connection.heldMedia = () => null;
    this.#connection.heldConsultMedia = () => [];
    this.#leaveSession();
  }

  /** @returns {import("../signaling/messages.js").MediaReference[]} */
  #heldMedia() {
    return [...this.#legs.values()].flatMap(({ other, peer }) =>
      peer ? [{ session_id: peer.sessionID, epoch: peer.epoch, ...(other && { with: other }) }] : []
    );
  }

  /** @param {Welcome} welcome */
  #onWelcome(welcome) {
    this.#iceServers = welcome.ice_servers ?? [];
    if (welcome.resumed) return this.#lineRestored();
    const session = welcome.snapshot?.session;
    if (!session || !isRunning(session.state)) return this.#leaveSession();
    this.#enterSession(session.id);
    this.#takeConsult(session.consult);
    const media = [session.media, ...(session.consult?.media ?? [])];
    for (const other of openLegs(session.consult)) this.#goOn(other, media.find((one) => one && one.with === other), session);
  }

  /**
   * What is held of the newest epoch goes on. Otherwise the broker knows that we hold nothing, and will say when both ends build anew.
   * @param {Participant | undefined} other
   * @param {MediaView | undefined} media
   * @param {import("../signaling/messages.js").SessionView} session
   */
  #goOn(other, media, session) {
    const leg = this.#leg(other);
    if (leg.peer && leg.peer.epoch === media?.epoch) return leg.peer.lineRestored();
    leg.drop();
    leg.knownEpoch = media?.epoch ?? 0;
    if (media && session.state !== 'ringing' && session.state !== 'reconnecting') leg.renewLater(EPOCH_PATIENCE_MS);
  }

  #lineRestored() {
    for (const leg of this.#legs.values()) leg.peer?.lineRestored();
  }

  /** @param {{type: string, payload: any}} push */
  #onPush({ type, payload }) {
    switch (type) {
      case 'session.started':
        this.#enterSession(payload.session.id);
        this.#takeConsult(payload.session.consult);
        break;
      case 'session.updated':
        this.#onSessionUpdated(payload);
        break;
      case 'session.media':
        if (this.#sessionID !== payload.session_id) this.#enterSession(payload.session_id);
        this.#leg(payload.media.with).start(payload.media);
        break;
      case 'consult.updated':
        if (payload.session_id === this.#sessionID) this.#takeConsult(payload.consult);
        break;
      case 'rtc.description':
      case 'rtc.candidate':
        this.#onRelayed(type, payload);
        break;
    }
  }

  /**
   * @param {string} type
   * @param {any} payload
   */
  #onRelayed(type, payload) {
    const { session_id, from } = payload;
    if (session_id !== this.#sessionID || !OTHERS.includes(from)) return;
    // Agent and citizen need not name each other.
    const isBetweenTwo = this.#you !== 'consultant' && from !== 'consultant';
    this.#leg(isBetweenTwo ? undefined : from).receive(type, payload);
  }

  /** @param {import("../signaling/messages.js").SessionUpdated} update */
  #onSessionUpdated(update) {
    if (update.session_id !== this.#sessionID) return;
    if (!isRunning(update.state)) this.#leaveSession();
    else if (update.state === 'connected' || update.state === 'consulting') this.#lineRestored();
  }

  /**
   * Whoever may not hear us any more is cut off: not silenced, but without a connection.
   * @param {ConsultView | undefined} consult
   */
  #takeConsult(consult) {
    if (consult?.state === 'ended' && consult.you === 'consultant') return this.#leaveSession();
    this.#you = consult?.you ?? this.#you;
    const open = openLegs(consult);
    for (const leg of this.#legs.values()) if (!open.includes(leg.other)) leg.drop();
  }

  /** @param {Participant | undefined} other */
  #leg(other) {
    const known = this.#legs.get(other);
    if (known) return known;
    const leg = new CallLeg({
      other,
      timers: this.#timers,
      create: (media) => this.#makePeer(other, media),
      prepare: () => this.#relayServers.prepare(),
      renew: (epoch) => this.#renew(other, epoch),
    });
    this.#legs.set(other, leg);
    leg.addEventListener('remote-stream', (event) => {
      this.#playUnlessHeld(leg);
      this.#pass(leg, event);
    });
    leg.addEventListener('state', (event) => this.#pass(leg, event));
    leg.addEventListener('quality', (event) => this.#pass(leg, event));
    leg.addEventListener('channel', (event) => this.#pass(leg, event));
    return leg;
  }

  /**
   * @param {Participant | undefined} other
   * @param {MediaView} media
   */
  #makePeer(other, media) {
    // Who hears two people must be told which of them speaks.
    const address = other ? { from: this.#you ?? undefined, to: other } : {};
    return this.#createPeer({
      sessionID: this.#sessionID ?? '',
      epoch: media.epoch,
      polite: media.polite,
      iceServers: [...this.#iceServers, ...this.#relayServers.servers],
      renewServers: () => this.#relayServers.renewed(),
      localStream: this.#isHeld ? null : this.#localStream,
      relay: (type, payload) => this.#connection.relay(type, { ...payload, ...address }),
    });
  }

  /**
   * @param {Participant | undefined} other
   * @param {number} epoch
   */
  #renew(other, epoch) {
    if (!this.#sessionID) return;
    this.#connection.send('session.media-renew', { session_id: this.#sessionID, epoch, ...(other && { with: other }) })
      .catch(() => {});
  }

  /**
   * The line that is judged is the one to the citizen's agent or the agent's citizen; a consultant's is the one to the agent.
   * @param {CallLeg} leg
   * @param {Event} event
   */
  #pass(leg, event) {
    const { type, detail } = /** @type {CustomEvent} */ (event);
    const isMain = leg.other === undefined;
    if (isMain || (type === 'quality' && leg.other === 'agent')) this.#emit(type, detail);
    if (type !== 'quality') this.#emit('legs', null);
  }

  /** @param {string} sessionID */
  #enterSession(sessionID) {
    if (this.#sessionID === sessionID) return;
    this.#leaveSession();
    this.#sessionID = sessionID;
    this.#relayServers.enter(sessionID);
  }

  #leaveSession() {
    for (const leg of this.#legs.values()) leg.drop();
    this.#legs.clear();
    this.#relayServers.leave();
    this.#sessionID = null;
    this.#you = null;
  }

  /**
   * @param {string} name
   * @param {unknown} detail
   */
  #emit(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}

/**
 * Whom we may see and hear.
 * @param {ConsultView | undefined} consult
 * @returns {(Participant | undefined)[]}
 */
export function openLegs(consult) {
  if (consult?.state !== 'talking') return [undefined];
  switch (consult.you) {
    case 'agent':
      return consult.citizen_in ? [undefined, 'consultant'] : ['consultant'];
    case 'citizen':
      return consult.citizen_in ? [undefined, 'consultant'] : [];
    case 'consultant':
      return consult.citizen_in ? ['agent', 'citizen'] : ['agent'];
  }
}

/** @param {import("../signaling/messages.js").SessionState} state */
function isRunning(state) {
  switch (state) {
    case 'ringing':
    case 'connected':
    case 'held':
    case 'reconnecting':
    case 'consulting':
    case 'transferring':
      return true;
    case 'wrap-up':
    case 'closed':
      return false;
  }
}
