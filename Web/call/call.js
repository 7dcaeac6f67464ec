// The picture and the voice of one call, whatever happens to the line to the broker meanwhile.
//
// A page gives this the connection and its own stream, and shows what it says. Peer connections come and go inside, one per media epoch.

import { MediaPeer } from './peer.js';

/** @typedef {import("../signaling/connection.js").SignalingConnection} SignalingConnection */
/** @typedef {import("../signaling/messages.js").Welcome} Welcome */
/** @typedef {import("./peer.js").PeerState} PeerState */
/** @typedef {"idle" | PeerState} CallState */
/** @typedef {import("./quality.js").QualityReport} QualityReport */

const STATS_INTERVAL_MS = 2_000;
/** After a reload the broker gives a new epoch by itself; this is for the case that it did not. */
const EPOCH_PATIENCE_MS = 4_000;
const RENEW_RETRY_MS = 5_000;
const EARLY_MESSAGES_MAX = 128;

/**
 * Events:
 * - `remote-stream` (detail: MediaStream | null);
 * - `state` (detail: CallState);
 * - `channel` (detail: RTCDataChannel): the other side opened one;
 * - `quality` (detail: QualityReport | null): null while nothing is known.
 */
export class CallMedia extends EventTarget {
  #connection;
  #createPeer;
  #timers;
  /** @type {string | null} */
  #sessionID = null;
  #knownEpoch = 0;
  /** @type {MediaPeer | null} */
  #peer = null;
  /** @type {MediaStream | null} */
  #localStream = null;
  #isHeld = false;
  /** @type {import("../signaling/messages.js").ICEServer[]} */
  #iceServers = [];
  /** Messages of an epoch that we have not been told of yet. @type {{type: string, payload: any}[]} */
  #early = [];
  /** @type {any} */
  #statsTimer = null;
  /** @type {any} */
  #renewTimer = null;
  #listening = new AbortController();

  /**
   * @param {{
   *   connection: SignalingConnection,
   *   createPeer?: (options: ConstructorParameters<typeof MediaPeer>[0]) => MediaPeer,
   *   timers?: import("./peer.js").Timers,
   * }} options
   */
  constructor({ connection, createPeer, timers }) {
    super();
    this.#connection = connection;
    this.#createPeer = createPeer ?? ((options) => new MediaPeer(options));
    this.#timers = timers ??
      { setTimer: (action, ms) => setTimeout(action, ms), clearTimer: (timer) => clearTimeout(timer) };
    const { signal } = this.#listening;
    connection.heldMedia = () => this.#peer && { session_id: this.#peer.sessionID, epoch: this.#peer.epoch };
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
    return this.#peer?.state ?? 'idle';
  }

  /** @returns {MediaStream | null} */
  get remoteStream() {
    return this.#peer?.remoteStream ?? null;
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
    if (!this.#isHeld) await this.#peer?.replaceTracks(stream);
  }

  /**
   * On hold nothing is sent and nothing is played, whatever the switches of camera and microphone say meanwhile; the peer connection
   * stays, so that going on is instant. Saying the same twice changes nothing.
   * @param {boolean} isHeld
   */
  async setHeld(isHeld) {
    if (this.#isHeld === isHeld) return;
    this.#isHeld = isHeld;
    this.#playUnlessHeld();
    await this.#peer?.replaceTracks(isHeld ? null : this.#localStream);
  }

  /**
   * A data channel to the other side, beside picture and voice.
   * @param {string} label
   * @returns {RTCDataChannel | null} null: there is no connection to send it over
   */
  openChannel(label) {
    return this.#peer?.openChannel(label) ?? null;
  }

  get isHeld() {
    return this.#isHeld;
  }

  #playUnlessHeld() {
    for (const track of this.remoteStream?.getTracks() ?? []) track.enabled = !this.#isHeld;
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
    this.#leaveSession();
  }

  /** @param {Welcome} welcome */
  #onWelcome(welcome) {
    this.#iceServers = welcome.ice_servers ?? [];
    const session = welcome.snapshot?.session;
    if (welcome.resumed || (session && isRunning(session.state) && this.#holds(session))) {
      this.#peer?.lineRestored();
      return;
    }
    this.#leaveSession();
    if (!session || !isRunning(session.state)) return;
    // The broker knows that we hold no peer connection, and will say when both sides build a new one.
    this.#enterSession(session.id);
    this.#knownEpoch = session.media?.epoch ?? 0;
    if ((session.state === 'connected' || session.state === 'held') && session.media) this.#renewLater(EPOCH_PATIENCE_MS);
  }

  /** @param {import("../signaling/messages.js").SessionView} session */
  #holds(session) {
    return this.#peer?.sessionID === session.id && this.#peer.epoch === session.media?.epoch;
  }

  /** @param {{type: string, payload: any}} push */
  #onPush({ type, payload }) {
    switch (type) {
      case 'session.started':
        this.#enterSession(payload.session.id);
        break;
      case 'session.updated':
        this.#onSessionUpdated(payload);
        break;
      case 'session.media':
        this.#startEpoch(payload.session_id, payload.media);
        break;
      case 'rtc.description':
      case 'rtc.candidate':
        this.#onRelayed(type, payload);
        break;
    }
  }

  /** @param {import("../signaling/messages.js").SessionUpdated} update */
  #onSessionUpdated(update) {
    if (update.session_id !== this.#sessionID) return;
    if (!isRunning(update.state)) this.#leaveSession();
    else if (update.state === 'connected') this.#peer?.lineRestored();
  }

  /**
   * @param {string} sessionID
   * @param {import("../signaling/messages.js").MediaView} media
   */
  #startEpoch(sessionID, media) {
    if (this.#sessionID !== sessionID) this.#enterSession(sessionID);
    if (this.#peer && media.epoch <= this.#peer.epoch) return;
    this.#dropPeer();
    this.#knownEpoch = media.epoch;
    const peer = this.#createPeer({
      sessionID,
      epoch: media.epoch,
      polite: media.polite,
      iceServers: this.#iceServers,
      localStream: this.#isHeld ? null : this.#localStream,
      relay: (type, payload) => this.#connection.relay(type, payload),
    });
    this.#peer = peer;
    peer.addEventListener('remote-stream', (event) => {
      if (this.#peer !== peer) return;
      this.#playUnlessHeld();
      this.#emit('remote-stream', /** @type {CustomEvent} */ (event).detail);
    });
    peer.addEventListener('state', () => {
      if (this.#peer === peer) this.#emit('state', peer.state);
    });
    peer.addEventListener('channel', (event) => {
      if (this.#peer === peer) this.#emit('channel', /** @type {CustomEvent} */ (event).detail);
    });
    peer.addEventListener('renew-needed', () => {
      if (this.#peer === peer) this.#renew();
    });
    this.#emit('state', peer.state);
    this.#watchQuality(peer);
    const early = this.#early.filter(({ payload }) => payload.epoch >= media.epoch);
    this.#early = [];
    for (const { type, payload } of early) this.#onRelayed(type, payload);
  }

  /**
   * @param {string} type
   * @param {any} payload
   */
  #onRelayed(type, payload) {
    if (payload.session_id !== this.#sessionID) return;
    if (this.#peer && payload.epoch === this.#peer.epoch) {
      this.#peer.receive(type, payload);
    } else if (payload.epoch > (this.#peer?.epoch ?? 0) && this.#early.length < EARLY_MESSAGES_MAX) {
      // Relayed bytes do not wait for the disk, so they can overtake the push that opens their epoch.
      this.#early.push({ type, payload });
    }
  }

  /** @param {number} ms */
  #renewLater(ms) {
    this.#cancelRenewal();
    this.#renewTimer = this.#timers.setTimer(() => {
      this.#renewTimer = null;
      this.#renew();
    }, ms);
  }

  /** Asks for a new epoch until there is one. Asking twice is harmless: an old epoch is ignored. */
  #renew() {
    if (!this.#sessionID) return;
    this.#connection.send('session.media-renew', { session_id: this.#sessionID, epoch: this.#knownEpoch }).catch(
      () => {},
    );
    this.#renewLater(RENEW_RETRY_MS);
  }

  #cancelRenewal() {
    if (this.#renewTimer !== null) this.#timers.clearTimer(this.#renewTimer);
    this.#renewTimer = null;
  }

  /** @param {MediaPeer} peer */
  #watchQuality(peer) {
    this.#statsTimer = this.#timers.setTimer(async () => {
      const report = await peer.stats().catch(() => null);
      if (this.#peer !== peer) return;
      this.#emit('quality', peer.state === 'connected' ? report : null);
      this.#watchQuality(peer);
    }, STATS_INTERVAL_MS);
  }

  /** @param {string} sessionID */
  #enterSession(sessionID) {
    if (this.#sessionID === sessionID) return;
    this.#leaveSession();
    this.#sessionID = sessionID;
  }

  #leaveSession() {
    this.#dropPeer();
    this.#sessionID = null;
    this.#knownEpoch = 0;
    this.#early = [];
  }

  #dropPeer() {
    this.#cancelRenewal();
    if (this.#statsTimer !== null) this.#timers.clearTimer(this.#statsTimer);
    this.#statsTimer = null;
    const peer = this.#peer;
    if (!peer) return;
    this.#peer = null;
    peer.close();
    this.#emit('remote-stream', null);
    this.#emit('quality', null);
    this.#emit('state', 'idle');
  }

  /**
   * @param {string} name
   * @param {unknown} detail
   */
  #emit(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}

/** @param {import("../signaling/messages.js").SessionState} state */
function isRunning(state) {
  return state === 'ringing' || state === 'connected' || state === 'held' || state === 'reconnecting';
}
